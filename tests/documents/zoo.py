"""Files that no reader can take: name, bytes, why, and the line where one can be named."""
# ruff: noqa: E501 - one file a line, so that the table can be read

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field

from pypdf import PdfWriter

MAX_FILE_BYTES, MAX_TEXT_CHARS = 300_000, 100_000


@dataclass(frozen=True)
class Broken:
    """One broken file; `reason` is a regular expression, `beside` are further files that belong to it (sidecars)."""

    name: str
    data: bytes
    reason: str
    line: int | None = None
    beside: dict[str, bytes] = field(default_factory=dict)


def front(*lines: str, body: str = "The army said it had left.\n") -> bytes:
    """A Markdown file with these lines of front matter."""
    return ("---\n" + "".join(f"{line}\n" for line in lines) + "---\n" + body).encode("utf-8", "surrogatepass")


def _side(name: str, sidecar: bytes, reason: str) -> Broken:
    return Broken(f"{name}.txt", b"The army said it had left.\n", reason, None, {f"{name}.json": sidecar})


def pdf(text: str, *, title: str = "") -> bytes:
    """A smallest PDF of one page with one line of text."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode("ascii")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length " + str(len(stream)).encode() + b">>stream\n" + stream + b"\nendstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Title(" + title.encode("ascii") + b")>>",
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += str(number).encode() + b" 0 obj" + content + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    size = len(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size + table
    out += b"trailer<</Size %d/Root 1 0 R/Info 6 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
    return bytes(out)


def _blank_pdf(password: str = "") -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    writer.write(out)
    return out.getvalue()


def _eml(headers: str, body: bytes) -> bytes:
    return headers.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body


_PAGE = b"<html><head><title>T</title></head><body>%s</body></html>"
_UTF16 = "The army said.\n".encode("utf-16-le")

ENCODINGS = (
    Broken("nul.txt", b"one\ntwo\nthr\0ee\n", "NUL", 3),
    Broken("nul-first.md", b"\0", "NUL", 1),
    Broken("nul-latin.txt", b"caf\xe9\n\0\xff\xfe\n", "NUL", 1),
    Broken("utf16-without-mark.txt", _UTF16, "NUL", 1),
    Broken("utf16be-without-mark.txt", "The army said.\n".encode("utf-16-be"), "NUL", 1),
    Broken("mark-utf8-lies.txt", b"\xef\xbb\xbfcaf\xe9 noir\n", "byte order mark says utf-8"),
    Broken("mark-utf16-odd.txt", b"\xff\xfea\0b", "byte order mark says utf-16-le"),
    Broken("mark-utf16be-lone.txt", b"\xfe\xff\xd8\x00\x00a", "byte order mark says utf-16-be"),
    Broken("mark-utf32-lies.txt", b"\xff\xfe\0\0abcd", "byte order mark says utf-32-le"),
    Broken("mark-utf32be-lies.txt", b"\0\0\xfe\xff\xff\xff\xff\xff", "byte order mark says utf-32-be"),
    Broken("mark-then-nul.txt", b"\xef\xbb\xbfa\n\0", "NUL", 2),
    Broken("surrogates-cesu.txt", "a \ud83d\ude00 b \udc00\n".encode("utf-8", "surrogatepass") * 20, "encoding|neither|surrogate|NUL"),
    Broken("program.txt", b"\x7fELF\x02\x01\x01\0\0\0\0\xff\xfe" + bytes(range(256)), "NUL", 1),
    Broken("zip.md", b"PK\x03\x04\x14\0\0\0\x08\0\xff\xfe\xba\xad" * 9, "NUL", 1),
)  # fmt: skip

EMPTY_AND_LARGE = (
    Broken("empty.txt", b"", "no text"),
    Broken("empty.md", b"", "no text"),
    Broken("white.txt", b" \n\t\r\n \x0b\x0c", "no text"),
    Broken("white-unicode.txt", "\u2003\u00a0\u2028".encode(), "no text"),
    Broken("mark-only.txt", b"\xef\xbb\xbf", "no text"),
    Broken("front-only.md", front("title: T", body=""), "no text"),
    Broken("large.txt", b"a" * (MAX_FILE_BYTES + 1), f"more than {MAX_FILE_BYTES}"),
    Broken("large.pdf", b"%PDF" + b"a" * MAX_FILE_BYTES, f"more than {MAX_FILE_BYTES}"),
    Broken("long.txt", b"word " * 20_001, f"100005 characters, more than {MAX_TEXT_CHARS}"),
    Broken(
        "long.html", _PAGE % (b"<p>" + b"The army said that it had left. " * 4_000 + b"</p>"), "characters, more than"
    ),
)

FRONT_MATTER = (
    Broken("unclosed.md", b"---\ntitle: T\nThe army said.\n", "not closed", 1),
    Broken("unclosed-spaces.md", b"---\ntitle: T\n --- \nThe army said.\n", "not closed", 1),
    Broken("twice.md", front("title: A", "publisher: P", "title: B"), "'title' stands twice", 4),
    Broken("twice-deep.md", front("x:", "  a: 1", "  a: 2"), "'a' stands twice", 4),
    Broken("alias.md", front("a: &a [x]", "b: *a"), "aliases", 3),
    Broken("bomb.md", front("a: &a [x,x]", *(f"{b}: &{b} [*{a},*{a}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True))), "aliases", 3),
    Broken("merge.md", front("a: &a {x: 1}", "<<: *a"), "aliases", 3),
    Broken("deep.md", front("a: " + "[" * 20_000), "nested too deep|not YAML"),
    Broken("tabs.md", front("title:\tT", "\tx: 1"), "not YAML"),
    Broken("colon.md", front("title: a: b"), "not YAML", 2),
    Broken("quote.md", front('title: "never closed'), "not YAML"),
    Broken("list.md", front("- a", "- b"), "not a mapping"),
    Broken("scalar.md", front("just words"), "not a mapping"),
    Broken("two-documents.md", front("title: A", "--- ", "title: B"), "not YAML"),
    Broken("python.md", front("title: !!python/object/apply:os.system [id]"), "YAML tag", 2),
    Broken("tag-int.md", front("title: !!int word"), "not YAML|tag", 2),
    Broken("tag-empty-int.md", front('title: !!int ""'), "not YAML|tag", 2),
    Broken("tag-float.md", front("title: !!float word"), "not YAML|tag", 2),
    Broken("tag-bool.md", front("digest: !!bool perhaps"), "not YAML|tag", 2),
    Broken("tag-time.md", front("published: !!timestamp yesterday"), "not YAML|tag", 2),
    Broken("tag-map.md", front("title: !!map word"), "not YAML|tag", 2),
    Broken("tag-binary.md", front("title: !!binary w"), "not YAML|tag|bytes", 2),
    Broken("key-list.md", front("? [a]", ": b"), "not YAML|key", 2),
    Broken("control.md", front("title: a\x01b"), "not YAML|control"),
    Broken("digits.md", front("title: T", "published: !!int " + "9" * 5_000), "not YAML|tag|longer"),
    Broken("title-list.md", front("title: [a, b]"), "title holds list"),
    Broken("title-long.md", front("title: " + "a" * 2_001), "title is longer"),
    Broken("title-escape.md", front(r'title: "a\x07b"'), "title holds control"),
    Broken("title-surrogate.md", front(r'title: "a\ud800b"'), "title holds control|not YAML"),
    Broken("digest.md", front("digest: maybe"), "digest holds 'maybe'"),
    Broken("rights.md", front("text_rights: some"), "text_rights holds 'some'"),
    *(Broken(f"date-{n}.md", front(f"published: {value!r}"), "published holds")
      for n, value in enumerate(("2018-02-30", "2018-13", "18-01-01", "7 December 2018", "2018-1-1", "0000", "２０１８", "NaN", ".nan", "2018-12-07T10:00"))),
    *(Broken(f"url-{n}.md", front(f"url: {value!r}"), "url holds")
      for n, value in enumerate(("javascript:alert(1)", "ftp://example.org/", "http://", "https://a b/", "//example.org", "http://[::1", "https://e.org/<x>", "file:///etc/passwd"))),
    *(Broken(f"language-{n}.md", front(f"language: {value!r}"), "language holds")
      for n, value in enumerate(("english", "e", "en_US", "en-", "ａｒ", "12"))),
)  # fmt: skip

SIDECARS = (
    _side("side-broken", b'{"title": "T",\n "x"}', r"not JSON.*\(side-broken.json, line 2\)"),
    _side("side-twice", b'{"title": "A", "title": "B"}', "'title' stands twice"),
    _side("side-nan", b'{"title": NaN}', "NaN"),
    _side("side-infinity", b'{"title": -Infinity}', "Infinity"),
    _side("side-deep", b'{"a":' + b"[" * 100_000, "too deep|not JSON"),
    _side("side-list", b"[]", "not an object"),
    _side("side-empty", b"", "not JSON"),
    _side("side-digits", b'{"title": ' + b"9" * 5_000 + b"}", "not JSON|digits|longer"),
    _side("side-surrogate", b'{"title": "a\\ud800"}', "control"),
    _side("side-nul", b'{"title": "a\0"}', "NUL"),
    _side("side-date", b'{"published": "2018-02-30"}', "published holds"),
    _side("side-large", b'{"title": "' + b"a" * 1_000_001 + b'"}', "larger than 1 MB"),
    _side("side-bytes", b"\xff\xfe\0", "byte order mark"),
)

RICH = (
    Broken("no-text.html", _PAGE % b"", "no main text"),
    Broken("script-only.html", _PAGE % b"<script>var a = 1;</script><style>p {}</style>", "no main text"),
    Broken("empty.html", b"", "no"),
    Broken("deep.html", _PAGE % (b"<div>" * 40_000), "no main text|too deep|failed"),
    Broken("nul.html", b"<html><body><p>a\0b</p></body></html>", "NUL"),
    Broken("mark.html", b"\xff\xfe<html>a", "byte order mark"),
    Broken("empty.pdf", b"", "cannot be parsed"),
    Broken("words.pdf", b"The army said it had left.\n", "cannot be parsed"),
    Broken("cut.pdf", pdf("The army said it had left.")[:200], "cannot be parsed|no text"),
    Broken("blank.pdf", _blank_pdf(), "no text"),
    Broken("locked.pdf", _blank_pdf("secret"), "encrypted|cannot be parsed"),
    Broken("loop.pdf", pdf("x").replace(b"/Kids[3 0 R]", b"/Kids[2 0 R]"), "cannot be parsed|too deep|no text|failed|pages"),
    Broken("empty.eml", b"", "no text"),
    Broken("picture.eml", _eml("Subject: P\nMIME-Version: 1.0\nContent-Type: image/png", b"\x89PNG\r\n"), "no text part"),
    Broken("charset.eml", _eml("Subject: C\nMIME-Version: 1.0\nContent-Type: text/plain; charset=klingon", b"\xff\xfe"), "cannot be parsed|no text|surrogate"),
    Broken("white.eml", _eml("Subject: W", b"\r\n \r\n"), "no text"),
)  # fmt: skip

ENDINGS = (
    Broken("table.csv", b"a,b\n", r"no reader for \.csv"),
    Broken("paper.docx", b"PK", r"no reader for \.docx"),
    Broken("README", b"Hello", "without ending"),
    Broken("double.txt.gz", b"\x1f\x8b", r"no reader for \.gz"),
    Broken("alone.json", json.dumps({"title": "T"}).encode(), r"no reader for \.json"),
    Broken("line\nbreak.txt", b"The army said.", "control characters"),
    Broken("bell\x07.md", b"The army said.", "control characters"),
    Broken("twin-a/one.txt", b"The army said one.", "2 files have the id 'one'"),
    Broken("twin-b/one.md", b"The army said two.", "2 files have the id 'one'"),
    Broken("twin-a/Case.txt", b"The army said one.", "2 files have the id"),
    Broken("twin-b/case.txt", b"The army said one.", "2 files have the id"),
    Broken("twin-a/caf\u00e9.txt", b"The army said one.", "2 files have the id"),
    Broken("twin-b/cafe\u0301.txt", b"The army said one.", "2 files have the id"),
)

ALL = (*ENCODINGS, *EMPTY_AND_LARGE, *FRONT_MATTER, *SIDECARS, *RICH, *ENDINGS)

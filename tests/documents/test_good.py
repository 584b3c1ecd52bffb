"""Good files in every format and encoding: the exact text, its metadata, and offsets that count code points."""
# ruff: noqa: E501 - long samples

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.documents import read_file, read_folders
from app.model import Document, SetAside, Span, TextRights
from tests.documents.zoo import MAX_FILE_BYTES, MAX_TEXT_CHARS, front, pdf

SENTENCE = "The army said that it had left the town on Monday."
RUSSIAN = "Министерство обороны России заявило, что самолёты не наносили ударов по городу. Представитель ведомства сообщил об этом журналистам в среду.\n"
FRENCH = "Le ministère a déclaré que l'armée n'était pas présente à cet endroit. Les habitants ont été évacués après l'attaque.\n"
ARABIC = "قالت وزارة الدفاع إن الجيش انسحب من المدينة. ونفى المتحدث باسم الوزارة وقوع هجوم على السكان.\n"


def _read(folder: Path, name: str, data: bytes) -> Document | SetAside:
    path = folder / name
    path.write_bytes(data)
    return read_file(folder, path, max_file_bytes=MAX_FILE_BYTES, max_text_chars=MAX_TEXT_CHARS)


def _document(folder: Path, name: str, data: bytes) -> Document:
    found = _read(folder, name, data)
    assert isinstance(found, Document), found
    assert found.sha256 == hashlib.sha256(found.text.encode()).hexdigest()
    return found


@pytest.mark.parametrize("text", [SENTENCE + "\n", RUSSIAN, FRENCH, ARABIC, "a😀b\u2028c\u0085d\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-be", "utf-16-le"])
def test_every_unicode_encoding_gives_the_exact_text(tmp_path: Path, text: str, encoding: str) -> None:
    mark = "\ufeff" if encoding in ("utf-16-be", "utf-16-le") else ""
    assert _document(tmp_path, "a.txt", (mark + text).encode(encoding)).text == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(RUSSIAN, "cp1251"), (RUSSIAN, "koi8-r"), (FRENCH, "latin-1"), (FRENCH, "cp1252"), (ARABIC, "cp1256")],
)
def test_older_encodings_are_detected(tmp_path: Path, text: str, encoding: str) -> None:
    assert _document(tmp_path, "a.txt", (text * 5).encode(encoding)).text == text * 5


def test_a_long_text_in_an_older_encoding_is_not_cut_inside_a_character(tmp_path: Path) -> None:
    text = "国防部は軍が町から撤退したと発表した。住民は攻撃の後に避難した。\n" * 4_000
    path = tmp_path / "a.txt"
    for shift in range(2):
        path.write_bytes(b"x" * shift + text.encode("cp932"))
        found = read_file(tmp_path, path, max_file_bytes=10**7, max_text_chars=10**6)
        assert isinstance(found, Document), found
        assert found.text == "x" * shift + text


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_are_one(tmp_path: Path, end: str) -> None:
    document = _document(tmp_path, "a.md", end.join(["---", "title: T", "---", "One.", "", "Two."]).encode())
    assert (document.text, document.title, document.body_line) == ("One.\n\nTwo.", "T", 4)


def test_offsets_count_code_points(tmp_path: Path) -> None:
    document = _document(tmp_path, "a.txt", ("😀é\r\n" + SENTENCE).encode())
    assert Span(3, 3 + len(SENTENCE)).of(document.text) == SENTENCE


def test_all_fields_of_front_matter(tmp_path: Path) -> None:
    lines = ["title: ' A  title '", "published: 2018-11-24", "publisher: SANA", "source: https://e.org/a?b=c", "language: ar-SY",
             "licence: CC BY 4.0", "digest: true", "text_rights: full", "unknown: [x, {y: z}]"]  # fmt: skip
    document = _document(tmp_path, "a.md", front(*lines, body="Body.\n"))
    assert document == Document(
        id="a", text="Body.\n", path="a.md", sha256=document.sha256, media_type="text/markdown", title="A title",
        published="2018-11-24", publisher="SANA", url="https://e.org/a?b=c", language="ar-SY", licence="CC BY 4.0",
        is_digest=True, text_rights=TextRights.FULL, body_line=12,
    )  # fmt: skip


@pytest.mark.parametrize("value", ["2018", "2018-11", "2018-11-24", "2016-02-29"])
@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_dates_stay_text(tmp_path: Path, value: str, quote: str) -> None:
    document = _document(tmp_path, "a.md", front(f"published: {quote}{value}{quote}"))
    assert document.published == value


@pytest.mark.parametrize("word", ["no", "off", "1e3", "0x1F", "12:30:00", "1_000", "null", "~"])
def test_plain_words_are_not_read_as_numbers(tmp_path: Path, word: str) -> None:
    found = _document(tmp_path, "a.md", front(f"title: '{word}'"))
    assert found.title == word


def test_front_matter_at_the_end_and_none_at_all(tmp_path: Path) -> None:
    assert _document(tmp_path, "a.md", b"---\n---\nBody.").text == "Body."
    assert _document(tmp_path, "b.md", b"Body.\n---\nMore.").text == "Body.\n---\nMore."
    assert "no text" in getattr(_read(tmp_path, "c.md", b"---\ntitle: T\n---"), "reason", "")


def test_sidecar(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b'\xef\xbb\xbf{"title": "T", "published": "2018-12", "unknown": [1, 2.5]}')
    document = _document(tmp_path, "a.txt", b"Body.")
    assert (document.title, document.published, document.body_line) == ("T", "2018-12", 1)


def test_html(tmp_path: Path) -> None:
    page = f"<html><head><title>T</title></head><body><article><p>{SENTENCE}</p><p>Второе «слово».</p></article></body></html>"
    document = _document(tmp_path, "a.html", page.encode())
    assert document.media_type == "text/html"
    assert document.title == "T"
    assert document.text.split("\n") == [SENTENCE, "Второе «слово»."]


def test_pdf(tmp_path: Path) -> None:
    document = _document(tmp_path, "a.PDF", pdf(SENTENCE, title="T"))
    assert (document.text, document.title, document.media_type) == (SENTENCE, "T", "application/pdf")


def test_mail(tmp_path: Path) -> None:
    mail = (
        'Subject: =?utf-8?b?0KI=?=\r\nFrom: "SANA" <a@e.org>\r\nDate: Wed, 24 Nov 2018 10:00:00 +0300\r\nMIME-Version: 1.0\r\n'
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{SENTENCE}\r\nNo.\r\n"
    )
    document = _document(tmp_path, "a.eml", mail.encode())
    assert document.text == f"{SENTENCE}\nNo.\n"
    assert (document.title, document.publisher, document.published) == ("Т", "SANA", "2018-11-24")


@pytest.mark.parametrize(
    "name", ["a b?c#d.txt", "%41.md", "..txt", "a.b.txt", "'\"<>&.md", "ف.txt", "x" * 250 + ".txt"]
)
def test_odd_names_are_ids(tmp_path: Path, name: str) -> None:
    found = read_folders([tmp_path], max_file_bytes=1_000, max_text_chars=1_000)
    assert found.files == 0
    (tmp_path / name).write_bytes(b"Body.")
    found = read_folders([tmp_path], max_file_bytes=1_000, max_text_chars=1_000)
    assert [d.id for d in found.documents] == ([] if name.startswith(".") else [name.rsplit(".", 1)[0]])


_BYTES = st.one_of(
    st.binary(max_size=300),
    st.text(max_size=100).map(lambda t: t.encode("utf-8", "surrogatepass")),
    st.text(alphabet="---\n:&*!{}[]'\"abt 09%@`|>?,#~", max_size=80).map(lambda t: b"---\n" + t.encode() + b"\n---\nBody.\n"),
    st.tuples(st.sampled_from([b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0"]), st.binary(max_size=60)).map(b"".join),
)  # fmt: skip


@settings(
    max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    data=_BYTES,
    sidecar=st.one_of(
        st.none(),
        st.binary(max_size=60),
        st.text(alphabet='{}[]":,NaInfity0129eE.-\\u d8', max_size=40).map(str.encode),
    ),
)
@pytest.mark.parametrize("ending", [".md", ".txt"])
def test_no_bytes_ever_raise(tmp_path: Path, ending: str, data: bytes, sidecar: bytes | None) -> None:
    side = tmp_path / "a.json"
    side.unlink(missing_ok=True)
    if sidecar is not None:
        side.write_bytes(sidecar)
    found = _read(tmp_path, f"a{ending}", data)
    if isinstance(found, Document):
        assert found.text.strip()
        assert "\0" not in found.text
        assert "\r" not in found.text
        found.text.encode("utf-8")
    else:
        assert found.reason

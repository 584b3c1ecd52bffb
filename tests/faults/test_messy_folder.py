"""A folder as people have them: nothing in it stops a build, everything in it is accounted for, and neither a killed
build nor what it leaves behind changes the next one."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.faults
ROOT = Path(__file__).parents[2]
SAID = "The army said that rebels had shelled the market of Idlib on 24 November 2018. The rebels denied it."
PAGE = f"""<!DOCTYPE html><html lang="en"><head><meta charset="{{charset}}"><title>Shelling</title>
<script>var a;</script></head>
<body><nav><a href="#">Home</a></nav><article><h1>Shelling</h1><p>{SAID}</p><p>{SAID} Day {{mark}}.</p></article>
<footer>Imprint</footer></body></html>"""
MAIL = "From: A Reader <reader@example.org>\nSubject: Idlib\nContent-Type: text/plain; charset={charset}\n\n{said}\n"


def _archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", f"<w:t>{SAID}</w:t>")
    return out.getvalue()


READ: dict[str, bytes] = {
    "Saved page.html": PAGE.format(charset="utf-8", mark="é").encode(),
    "old page.htm": PAGE.format(charset="iso-8859-1", mark="é").encode("latin-1"),
    "cp1252.txt": f"“{SAID}” — so they say.".encode("cp1252"),
    "bom.txt": b"\xef\xbb\xbf" + SAID.encode(),
    "two encodings.txt": SAID.encode() + " “é” ".encode() + " “é” ".encode("cp1252"),
    "ends.txt": f"{SAID}\r{SAID}\r\n{SAID}\x85\u2028{SAID}".encode(),
    "emoji 😀🔥.txt": SAID.encode(),
    "quote\"<script>'.md": SAID.encode(),
    " spaces .txt": SAID.encode(),
    "n" * 200 + ".txt": SAID.encode(),
    "rules.txt": f"{SAID}\n{'=' * 20_000}\n{'(' * 20_000}\n{SAID}".encode(),
    "one word.txt": b"x" * 300_000,
    "deep/" * 40 + "bottom.txt": SAID.encode(),
    "odd charset.eml": MAIL.format(charset="x-unheard-of", said=SAID).encode(),
    "copy of it.txt": SAID.encode(),
    "russian.txt": ("Армия сообщила, что повстанцы обстреляли рынок. " * 5).encode("cp1251"),
}
SET_ASIDE: dict[str, tuple[bytes, str]] = {
    "too long.txt": (SAID.encode() * 110_000, "has 11"),
    "renamed.txt": (_archive(), "NUL"),
    "report.docx": (_archive(), "no reader for .docx"),
    "box.mbox": (f"From a@example.org\n\n{SAID}".encode(), "no reader for .mbox"),
    "events.csv": (b"day;what;;what\n1;2;3;4\n", "no reader for .csv"),
    "page_files/a.css": (b"p{}", "no reader for .css"),
    "cut.pdf": (b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog", "cannot be parsed"),
    "empty.txt": (b"", "no text"),
    "ending": (SAID.encode(), "without ending"),
    "new\nline.txt": (SAID.encode(), "control characters"),
    "turned\u202egnp.txt": (SAID.encode(), "control characters"),
    "twins/twin.txt": (SAID.encode(), "have the id"),
    "twins/again/TWIN.txt": (SAID.encode(), "have the id"),
    "open.md": (f"---\ntitle: x\n{SAID}".encode(), "not closed"),
    "tag.md": (f"---\ntitle: !!python/name:os.system\n---\n{SAID}".encode(), "tag"),
}
UNSEEN = {".DS_Store": b"\0\1", ".hidden/x.txt": SAID.encode()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder, with links that lead round and out, a pipe, and a name that is no UTF-8."""
    place = tmp_path_factory.mktemp("mess") / "documents"
    for name, data in {**READ, **{n: d for n, (d, _) in SET_ASIDE.items()}, **UNSEEN}.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (place / "round").symlink_to("..")
    (place / "self.txt").symlink_to("self.txt")
    (place / "passwd.txt").symlink_to("/etc/passwd")
    (place / "gone.txt").symlink_to("nowhere")
    os.mkfifo(place / "pipe.txt")
    Path(os.fsdecode(os.fsencode(place) + b"/caf\xe9.txt")).write_text(SAID)
    return place


def _command(folder: Path, out: Path) -> list[str]:
    return [sys.executable, "-m", "app", "build", "--documents", str(folder), "--out", str(out), "--json"]


def _build(folder: Path, out: Path) -> dict[str, Any]:
    done = subprocess.run(_command(folder, out), cwd=ROOT, capture_output=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr.decode()
    assert b"Traceback" not in done.stderr
    summary = json.loads(done.stdout)
    assert isinstance(summary, dict)
    return summary


@pytest.fixture(scope="module")
def built(folder: Path) -> dict[str, Any]:
    """The summary of a build of the folder."""
    return _build(folder, folder.with_name("out"))


def test_everything_is_read_or_set_aside_with_its_reason(folder: Path, built: dict[str, Any]) -> None:
    links = {"round", "self.txt", "passwd.txt", "gone.txt", "pipe.txt", "caf\\xe9.txt"}
    reasons = {entry["path"]: entry["reason"] for entry in built["set_aside"]}
    assert set(reasons) == set(SET_ASIDE) | links
    for name, (_, words) in SET_ASIDE.items():
        assert words in reasons[name], (name, reasons[name])
    assert built["documents"] == len(READ)
    assert built["read"] == len(READ) + len(SET_ASIDE) + len(links)
    assert all(entry["advice"] or entry["stage"] for entry in built["set_aside"])
    # Two statements in each, but none in one long word and in a language that is not read.
    assert built["statements"] >= 2 * (len(READ) - 2)
    assert built["reading"]["unread"] == 1


def test_what_is_long_and_what_is_a_table_is_told_what_to_do(built: dict[str, Any]) -> None:
    advice = {entry["path"]: entry["advice"] for entry in built["set_aside"]}
    assert "--sources" in advice["events.csv"]
    assert "RASHOMON_MAX_TEXT_CHARS" in advice["too long.txt"]


@pytest.mark.parametrize("stage", ["reading", "checking", "writing the snapshot"])
def test_a_build_killed_half_way_changes_nothing(folder: Path, built: dict[str, Any], stage: str) -> None:
    out = folder.with_name(f"killed-{stage.split()[0]}")
    child = subprocess.Popen(_command(folder, out), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert child.stderr is not None
    said: list[str] = []
    for line in child.stderr:
        said.append(line.decode())
        if said[-1].startswith(stage):
            break
    child.send_signal(signal.SIGKILL)
    child.wait(timeout=60)
    child.stderr.close()
    assert child.returncode == -signal.SIGKILL, said
    assert not out.exists()
    assert _build(folder, out)["hash"] == built["hash"]
    assert [p.name for p in folder.parent.iterdir() if p.name.startswith(".")] == []

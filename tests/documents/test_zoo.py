"""Every broken file is set aside with its reason and line, and nothing else is lost."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from app.documents import Reading, list_files, read_folders
from app.model import SetAside
from tests.documents.zoo import ALL, MAX_FILE_BYTES, MAX_TEXT_CHARS, Broken

GOOD = {f"good-{n}.txt": f"Good file {n}: the army said that it had left.\n" for n in range(5)}


def _read(folder: Path) -> Reading:
    return read_folders([folder], max_file_bytes=MAX_FILE_BYTES, max_text_chars=MAX_TEXT_CHARS)


def _write(folder: Path, name: str, data: bytes) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Reading:
    """The whole zoo with five good files among it, read in one go."""
    folder = tmp_path_factory.mktemp("zoo")
    for broken in ALL:
        _write(folder, broken.name, broken.data)
        for name, data in broken.beside.items():
            _write(folder, name, data)
    for name, text in GOOD.items():
        _write(folder, name, text.encode())
    return _read(folder)


def test_the_zoo_is_large_and_has_no_doubles() -> None:
    assert len(ALL) >= 80
    assert len({b.name for b in ALL}) == len(ALL)


def test_read_is_taken_plus_set_aside(zoo: Reading) -> None:
    assert zoo.files == len(ALL) + len(GOOD) == len(zoo.documents) + len(zoo.set_aside)
    assert {d.path: d.text for d in zoo.documents} == GOOD


@pytest.mark.parametrize("broken", ALL, ids=lambda b: ascii(b.name))
def test_each_is_set_aside_with_reason_and_line(zoo: Reading, broken: Broken) -> None:
    mine = [s for s in zoo.set_aside if s.path == broken.name]
    assert len(mine) == 1, mine
    assert re.search(broken.reason, mine[0].reason), mine[0].reason
    if broken.line is not None:
        assert mine[0].line == broken.line
    assert mine[0].stage == "documents"
    assert mine[0].advice


def _special(folder: Path, name: str) -> str:
    reading = _read(folder)
    assert reading.files == len(reading.documents) + len(reading.set_aside)
    (mine,) = [s for s in reading.set_aside if s.path == name]
    return mine.reason


@pytest.mark.parametrize("target", ["good.txt", "/etc/hostname", "nowhere.txt", "."])
def test_links_are_not_followed(tmp_path: Path, target: str) -> None:
    _write(tmp_path, "good.txt", b"The army said.")
    (tmp_path / "link.txt").symlink_to(target)
    assert "link" in _special(tmp_path, "link.txt")


def test_a_link_to_a_folder_is_named_not_passed_over(tmp_path: Path) -> None:
    _write(tmp_path, "outside/a.txt", b"The army said.")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "linked").symlink_to(tmp_path / "outside")
    assert "link" in _special(tmp_path / "in", "linked")


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert "no regular file" in _special(tmp_path, "pipe.txt")


def test_a_pipe_as_sidecar_is_not_waited_for(tmp_path: Path) -> None:
    _write(tmp_path, "a.txt", b"The army said.")
    os.mkfifo(tmp_path / "a.json")
    assert "sidecar" in _special(tmp_path, "a.txt")


@pytest.mark.parametrize("kind", ["link", "folder"])
def test_a_sidecar_that_is_no_file(tmp_path: Path, kind: str) -> None:
    _write(tmp_path, "a.txt", b"The army said.")
    if kind == "link":
        (tmp_path / "a.json").symlink_to("/etc/hostname")
    else:
        (tmp_path / "a.json").mkdir()
    assert "sidecar" in _special(tmp_path, "a.txt")


def test_a_name_that_is_not_utf8_can_be_reported(tmp_path: Path) -> None:
    path = os.path.join(os.fsencode(tmp_path), b"caf\xe9.txt")
    Path(os.fsdecode(path)).write_bytes(b"The army said.")
    (aside,) = _read(tmp_path).set_aside
    assert "UTF-8" in aside.reason
    str(aside).encode("utf-8")


def test_a_folder_that_is_not_there_is_reported(tmp_path: Path) -> None:
    reading = _read(tmp_path / "nowhere")
    assert reading.documents == ()
    assert reading.files == len(reading.set_aside) == 1


def test_dot_files_and_sidecars_are_no_candidates_in_any_case(tmp_path: Path) -> None:
    for name in (".hidden.txt", ".git/a.txt", "A.TXT", "A.json", "b.text", "b.json"):
        _write(tmp_path, name, b'{"title": "T"}')
    assert [f.name for _, f in list_files([tmp_path])] == ["A.TXT", "b.text"]
    assert [d.title for d in _read(tmp_path).documents] == ["T", "T"]


def test_order_does_not_depend_on_the_file_system(tmp_path: Path) -> None:
    names = ["b.txt", "a/c.txt", "a.txt", "é.txt", "Z.txt", "aa/b.txt"]
    for side, order in (("one", names), ("two", names[::-1])):
        for name in order:
            _write(tmp_path / side, name, f"{name} said so.".encode())
    one, two = _read(tmp_path / "one"), _read(tmp_path / "two")
    assert one == two
    assert [d.id for d in one.documents] == sorted(d.id for d in one.documents if d.id != "b") or one.set_aside


def test_set_aside_is_plain_data(zoo: Reading) -> None:
    assert all(isinstance(s, SetAside) and "\n" not in s.reason for s in zoo.set_aside)

"""A flipped byte, a cut or a missing file of every class is found, and an older sound snapshot is served."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from app.errors import RashomonError, SnapshotError
from app.store import open_verified, read_manifest, verify
from app.store.snapshot import snapshot_files
from tests.store.making import published


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    if data:
        data[len(data) // 2] ^= 0x01
    path.write_bytes(data)


def _cut(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def _empty(path: Path) -> None:
    path.write_bytes(b"")


DAMAGES: tuple[Callable[[Path], None], ...] = (_flip, _cut, _empty, Path.unlink)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two published snapshots."""
    var = tmp_path_factory.mktemp("shelf")
    published(var, tag="old")
    published(var, tag="new")
    return var


@pytest.fixture
def var(shelf: Path, tmp_path: Path) -> Path:
    """A copy of the shelf to damage."""
    return Path(shutil.copytree(shelf, tmp_path / "var", symlinks=True))


def _class_of(name: str) -> str:
    return "store" if name.startswith("store/") else "standpoints" if name.startswith("standpoints/") else name


def test_every_class_of_file_is_damaged_below(shelf: Path) -> None:
    names = {_class_of(n) for n in snapshot_files(shelf / "current")}
    beside = {"graph.nq.gz", "statistics.json", "report.json", "pages/summary.json", "dumps/x.txt"}
    assert names == {"store", "standpoints"} | beside


@pytest.mark.parametrize("damage", DAMAGES, ids=["flip", "cut", "empty", "delete"])
def test_damage_to_any_file_is_found(var: Path, damage: Callable[[Path], None]) -> None:
    place = (var / "current").resolve()
    assert verify(place) == []
    for name in [*snapshot_files(place), "manifest.json"]:
        kept = (place / name).read_bytes()
        damage(place / name)
        changed = not (place / name).exists() or (place / name).read_bytes() != kept
        assert bool(verify(place)) == changed, name
        (place / name).write_bytes(kept)
    assert verify(place) == []


def test_every_single_byte_of_dump_and_manifest_is_guarded(var: Path) -> None:
    place = (var / "current").resolve()
    for name in ("graph.nq.gz", "manifest.json"):
        kept = (place / name).read_bytes()
        for at in range(0, len(kept), max(1, len(kept) // 60)):
            (place / name).write_bytes(kept[:at] + bytes([kept[at] ^ 0x02]) + kept[at + 1 :])
            assert verify(place), (name, at, kept[at : at + 20])
        (place / name).write_bytes(kept)


@pytest.mark.parametrize(
    "manifest",
    ["[]", "{}", "null", '{"hash": 1}', '{"hash": "a", "files": []}', '{"hash": "a", "files": {"../x": 1}}', "NaN"],
)
def test_a_strange_manifest_is_a_finding_not_an_exception(var: Path, manifest: str) -> None:
    place = (var / "current").resolve()
    (place / "manifest.json").write_text(manifest)
    assert verify(place)
    assert open_verified(var) != place


def test_a_damaged_snapshot_is_passed_over_for_the_newest_sound_one(var: Path) -> None:
    new = (var / "current").resolve()
    assert open_verified(var) == new
    _flip(new / "graph.nq.gz")
    old = open_verified(var)
    assert old != new
    assert verify(old) == []
    shutil.rmtree(new)
    assert open_verified(var) == old
    (var / "current").unlink()
    assert open_verified(var) == old
    _cut(next((old / "store").glob("*.sst")))
    with pytest.raises(SnapshotError, match="no snapshot verifies"):
        open_verified(var)


def test_a_damaged_history_is_not_needed(var: Path) -> None:
    for content in ("", "{}", "null", "[1, null]", '["../../etc"]', "{"):
        (var / "history.json").write_text(content)
        assert open_verified(var) == (var / "current").resolve()


def test_no_snapshot_at_all(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="no snapshot verifies"):
        open_verified(tmp_path)
    assert verify(tmp_path)
    with pytest.raises(RashomonError):
        read_manifest(tmp_path)


def test_the_manifest_names_every_file_and_the_hash(var: Path) -> None:
    place = (var / "current").resolve()
    manifest = json.loads((place / "manifest.json").read_text())
    assert sorted(manifest["files"]) == snapshot_files(place)
    assert manifest["id"] == manifest["hash"][:16] == place.name

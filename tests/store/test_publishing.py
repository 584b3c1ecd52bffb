"""The shelf: publish, roll back, release, back up, restore, compare."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from app.errors import SnapshotError, StoreError, UsageError
from app.store import (
    backup,
    current,
    diff,
    open_verified,
    publish,
    read_manifest,
    release,
    restore,
    rollback,
    staging,
    verify,
)
from app.store.publishing import history
from tests.store.making import published, stage


def _no_litter(var: Path) -> None:
    assert [p.name for p in (var / "snapshots").iterdir() if p.name.startswith(".")] == []
    assert {p.name for p in var.iterdir()} <= {"current", "history.json", ".lock", "snapshots", "releases"}


def test_publishing_moves_current_and_keeps_a_few(tmp_path: Path) -> None:
    places = [published(tmp_path, tag=f"t{n}", keep=3) for n in range(5)]
    assert current(tmp_path) == places[-1].resolve()
    assert history(tmp_path)[-3:] == [p.name for p in places[-3:]]
    assert sorted(p.name for p in (tmp_path / "snapshots").iterdir()) == sorted(p.name for p in places[-3:])
    _no_litter(tmp_path)


def test_nothing_is_published_that_does_not_verify(tmp_path: Path) -> None:
    first = published(tmp_path)
    staged = stage(tmp_path, tag="new")
    (staged / "report.json").write_text("{}")
    with pytest.raises(StoreError, match="does not verify"):
        publish(tmp_path, staged)
    assert current(tmp_path) == first.resolve()


def test_a_failing_check_publishes_nothing(tmp_path: Path) -> None:
    first = published(tmp_path)

    def refuse(_: Path) -> None:
        raise SnapshotError("no")

    with pytest.raises(SnapshotError):
        publish(tmp_path, stage(tmp_path, tag="new"), check=refuse)
    assert current(tmp_path) == first.resolve()


def test_the_same_graph_again_is_the_same_snapshot(tmp_path: Path) -> None:
    assert published(tmp_path) == published(tmp_path)
    assert history(tmp_path) == [published(tmp_path).name]
    _no_litter(tmp_path)


def test_a_damaged_snapshot_with_the_same_hash_is_replaced(tmp_path: Path) -> None:
    first = published(tmp_path)
    (first / "report.json").write_text("{}")
    assert published(tmp_path) == first
    assert verify(first) == []
    _no_litter(tmp_path)


def test_purging_keeps_nothing_older(tmp_path: Path) -> None:
    published(tmp_path, tag="withdrawn")
    last = publish(tmp_path, stage(tmp_path, tag="new"), purge=True)
    assert [p.name for p in (tmp_path / "snapshots").iterdir()] == [last.name]
    with pytest.raises(SnapshotError, match="no earlier"):
        rollback(tmp_path)


def test_what_dead_builders_left_is_swept_and_living_ones_are_left_alone(tmp_path: Path) -> None:
    published(tmp_path)
    dead = stage(tmp_path, tag="dead", process=2**22 + 1)
    alive = stage(tmp_path, tag="alive", process=1)
    (tmp_path / f".current-{2**22 + 1}").symlink_to("nowhere")
    (tmp_path / f".history-{2**22 + 1}").write_text("[]")
    published(tmp_path, tag="new")
    assert not dead.exists()
    assert alive.exists()
    shutil.rmtree(alive)
    _no_litter(tmp_path)


def test_staging_gives_an_empty_directory(tmp_path: Path) -> None:
    (staging(tmp_path) / "left").write_text("over")
    assert list(staging(tmp_path).iterdir()) == []
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="no room"):
        staging(tmp_path / "file")


def test_rollback_walks_back_and_says_when_it_cannot(tmp_path: Path) -> None:
    first, second, third = (published(tmp_path, tag=f"t{n}") for n in range(3))
    assert rollback(tmp_path) == second.name
    assert rollback(tmp_path) == first.name
    assert current(tmp_path) == first.resolve()
    with pytest.raises(SnapshotError, match="no earlier"):
        rollback(tmp_path)
    assert third.exists()
    (second / "report.json").write_text("{}")
    publish(tmp_path, stage(tmp_path, tag="t2"))
    with pytest.raises(SnapshotError, match="does not verify"):
        rollback(tmp_path)
    assert current(tmp_path) == third.resolve()


def test_a_release_is_kept_for_ever_with_sums_and_citation(tmp_path: Path) -> None:
    place = published(tmp_path)
    target = release(tmp_path, "2026.1")
    for n in range(4):
        published(tmp_path, tag=f"t{n}", keep=1)
    assert not place.exists()
    assert verify(target) == []
    manifest = read_manifest(target)
    sums = dict(line.split("  ")[::-1] for line in (target / "SHA256SUMS").read_text().splitlines())
    assert sums == {name: facts["sha256"] for name, facts in manifest["files"].items()}
    assert manifest["hash"] in (target / "CITATION.bib").read_text()
    with pytest.raises(UsageError, match="exists already"):
        release(tmp_path, "2026.1")
    for odd in ("", ".", "../x", "a/b", "a b", "x" * 65):
        with pytest.raises(UsageError, match="named by"):
            release(tmp_path, odd)


def test_no_release_of_nothing(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="no published"):
        release(tmp_path, "a")


@pytest.mark.parametrize("kind", ["backup", "release"])
def test_backup_and_restore_give_the_same_graph(tmp_path: Path, kind: str) -> None:
    place = published(tmp_path / "one")
    if kind == "backup":
        saved = tmp_path / "saved"
        backup(place, saved)
        assert not (saved / "store").exists()
        with pytest.raises(UsageError, match="exists already"):
            backup(place, saved)
    else:
        saved = release(tmp_path / "one", "r")
    shutil.rmtree(place)
    name = restore(saved, tmp_path / "two")
    assert name == place.name
    assert verify(open_verified(tmp_path / "two")) == []
    assert any(n.startswith("store/") for n in read_manifest(tmp_path / "two" / "current")["files"])


@pytest.mark.parametrize("name", ["graph.nq.gz", "report.json", "pages/summary.json", "manifest.json"])
def test_a_damaged_backup_is_refused_and_nothing_changes(tmp_path: Path, name: str) -> None:
    place = published(tmp_path)
    backup(place, tmp_path / "saved")
    data = bytearray((tmp_path / "saved" / name).read_bytes())
    data[len(data) // 2] ^= 0x02
    (tmp_path / "saved" / name).write_bytes(data)
    last = published(tmp_path, tag="new")
    with pytest.raises(StoreError):
        restore(tmp_path / "saved", tmp_path)
    assert current(tmp_path) == last.resolve()


def test_restoring_nothing_says_so(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="no snapshot"):
        restore(tmp_path / "nowhere", tmp_path / "var")


def test_current_is_none_where_its_target_is_gone(tmp_path: Path) -> None:
    assert current(tmp_path) is None
    place = published(tmp_path)
    shutil.rmtree(place)
    assert current(tmp_path) is None
    assert os.readlink(tmp_path / "current") == f"snapshots/{place.name}"


def test_differences_by_statement(tmp_path: Path) -> None:
    one, two = published(tmp_path, tag="a"), published(tmp_path, tag="b")
    found = diff(one, two)
    assert (len(found.added), len(found.removed), found.changed) == (40, 40, ())
    same = diff(one, one)
    assert (same.added, same.removed, same.changed) == ((), (), ())


def test_history_is_whole_json(tmp_path: Path) -> None:
    published(tmp_path)
    assert json.loads((tmp_path / "history.json").read_text()) == history(tmp_path)

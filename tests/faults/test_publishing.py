"""Killed publishers, rival publishers and full disks: `current` is old or new, sound, and never missing."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import StoreError
from app.store import current, open_verified, rollback, verify
from tests.store.making import published, stage

pytestmark = pytest.mark.faults
ROOT = Path(__file__).parents[2]
STEPS = ["staged", "verified", "synced", "renamed", "linked", "switched", "noted", "swept"]


def _start(var: Path, tag: str, die_after: str = "-") -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.faults.publisher", str(var), tag, die_after]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _no_litter(var: Path) -> None:
    found = [
        p for p in (*var.iterdir(), *(var / "snapshots").iterdir()) if p.name.startswith(".") and p.name != ".lock"
    ]
    assert found == []


@pytest.mark.parametrize("again", [False, True], ids=["new", "same"])
@pytest.mark.parametrize("die_after", STEPS)
def test_killed_after_every_step(tmp_path: Path, die_after: str, again: bool) -> None:
    old = published(tmp_path, tag="old")
    child = _start(tmp_path, "old" if again else "new", die_after)
    output, errors = child.communicate(timeout=30)
    assert child.returncode == -signal.SIGKILL, errors
    assert output.split()[-1] == die_after
    now = current(tmp_path)
    assert now is not None
    assert verify(now) == []
    assert open_verified(tmp_path) == now
    switched = STEPS.index(die_after) >= STEPS.index("switched")
    assert (now == old.resolve()) == (again or not switched)
    last = published(tmp_path, tag="later")
    assert current(tmp_path) == last.resolve()
    _no_litter(tmp_path)
    assert verify(tmp_path / "snapshots" / rollback(tmp_path)) == []


def test_killed_before_the_first_snapshot_was_ever_published(tmp_path: Path) -> None:
    child = _start(tmp_path, "new", "linked")
    child.communicate(timeout=30)
    assert current(tmp_path) is None
    published(tmp_path, tag="later")
    _no_litter(tmp_path)


def test_rival_publishers_take_turns(tmp_path: Path) -> None:
    published(tmp_path, tag="old")
    children = [_start(tmp_path, f"rival-{n}") for n in range(4)]
    names = set()
    for child in children:
        output, errors = child.communicate(timeout=60)
        assert child.returncode == 0, errors
        names.add(output.split()[-1])
    assert len(names) == 4
    now = current(tmp_path)
    assert now is not None
    assert now.name in names
    assert verify(now) == []
    published(tmp_path, tag="later")
    _no_litter(tmp_path)


def test_rivals_with_the_same_graph(tmp_path: Path) -> None:
    children = [_start(tmp_path, "same") for _ in range(3)]
    for child in children:
        _, errors = child.communicate(timeout=60)
        assert child.returncode == 0, errors
    now = current(tmp_path)
    assert now is not None
    assert verify(now) == []
    _no_litter(tmp_path)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A mount point for a small tmpfs; root only."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("mounting a small disk needs root")
    place = tmp_path / "disk"
    place.mkdir()
    tried = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if tried.returncode != 0:
        pytest.skip(f"a tmpfs cannot be mounted here: {tried.stderr.decode().strip()}")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def _leave_free(disk: Path, size: int) -> Path:
    """Fill a disk but for `size` bytes."""
    facts = os.statvfs(disk)
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, facts.f_bavail * facts.f_frsize - size))
    return ballast


@pytest.mark.parametrize("free", [0, 4_096, 12_288, 20_480, 40_960, 65_536, 131_072, 196_608])
def test_a_full_disk_is_a_clean_error_and_the_old_snapshot_stays(small_disk: Path, free: int) -> None:
    var = small_disk / "var"
    old = published(var, tag="old")
    ballast = _leave_free(small_disk, free)
    try:
        published(var, tag="new")
        failed = False
    except StoreError as error:
        failed = True
        print(error)
    now = current(var)
    assert now is not None
    assert verify(now) == []
    assert (now == old.resolve()) == failed
    assert failed or free > 40_960
    ballast.unlink()
    published(var, tag="later")
    _no_litter(var)


def test_full_at_the_moment_of_publishing(small_disk: Path) -> None:
    var = small_disk / "var"
    old = published(var, tag="old")
    staged = stage(var, tag="new")
    ballast = _leave_free(small_disk, 0)
    from app.store import publish

    def check() -> Path | None:
        try:
            publish(var, staged)
        except StoreError:
            return old.resolve()
        return current(var)

    expected = check()
    now = current(var)
    assert now is not None
    assert verify(now) == []
    assert now.parent == (var / "snapshots").resolve()
    assert expected is not None
    ballast.unlink()
    last = published(var, tag="later")
    assert current(var) == last.resolve()
    _no_litter(var)

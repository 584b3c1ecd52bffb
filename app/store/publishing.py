"""The shelf of snapshots: publish by one atomic switch, roll back, release, back up, restore.

`<root>/snapshots/<id>/` holds snapshots, `<root>/current` is a symbolic link to one of them, `<root>/releases/<name>/`
what is
kept for ever, `<root>/history.json` the order of publishing. A crash at any moment leaves `current` old or new.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.errors import SnapshotError, StoreError, UsageError
from app.model import SnapshotId
from app.store.snapshot import STORE, add_files, changed_files, read_manifest, rebuild_store, verify

Step = Callable[[str], None]


def _no_step(_: str) -> None:
    """Nothing happens between the steps of publishing, but in tests of crashes."""


def staging(root: Path) -> Path:
    """Return an empty directory beside the snapshots, on the same disk, to build in."""
    folder = root / "snapshots"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f".building-{os.getpid()}"
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir()
    except OSError as error:
        raise StoreError("there is no room to build in", where=str(folder), why=str(error)) from error
    return path


def publish(
    root: Path,
    staged: Path,
    *,
    keep: int = 3,
    purge: bool = False,
    check: Callable[[Path], None] | None = None,
    step: Step = _no_step,
) -> Path:
    """Verify a staged snapshot, sync it to disk and make it current; return its place. `purge` keeps no older one.

    Raises StoreError where it does not verify; then `current` is as it was. A snapshot with the hash of one that is
    there
    already replaces nothing: that one becomes current.
    """
    problems = verify(staged)
    if problems:
        raise StoreError("the new snapshot does not verify", where=str(staged), why="; ".join(problems[:3]))
    if check is not None:
        check(staged)
    step("verified")
    with _disk(root), _lock(root):
        name = SnapshotId(read_manifest(staged)["id"])
        place = root / "snapshots" / name
        _sync_tree(staged)
        step("synced")
        if place.exists() and not verify(place):
            shutil.rmtree(staged)
        else:
            if place.exists():
                place.rename(place.with_name(f".broken-{name}-{os.getpid()}"))
            staged.rename(place)
        _sync(place.parent)
        step("renamed")
        _switch(root, place, step)
        _note(root, name)
        step("noted")
        _sweep(root, 1 if purge else keep)
        step("swept")
    return place


@contextmanager
def _disk(place: Path) -> Iterator[None]:
    """Make what the disk refuses a StoreError."""
    try:
        yield
    except (OSError, shutil.Error) as error:
        raise StoreError("the disk refused", where=str(place), why=str(error)) from error


def _switch(root: Path, place: Path, step: Step) -> None:
    link = root / f".current-{os.getpid()}"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("snapshots") / place.name)
    step("linked")
    link.replace(root / "current")
    step("switched")
    _sync(root)


def current(root: Path) -> Path | None:
    """Return the directory of the published snapshot, or None."""
    link = root / "current"
    return link.resolve() if link.is_symlink() and link.exists() else None


def open_verified(root: Path) -> Path:
    """Return the current snapshot if it verifies, else the newest that does. Raises SnapshotError."""
    tried: list[str] = []
    names = [p for p in (current(root),) if p is not None] + [root / "snapshots" / n for n in reversed(history(root))]
    for place in dict.fromkeys(names):
        if not place.is_dir():
            continue
        problems = verify(place)
        if not problems:
            return place
        tried.append(f"{place.name}: {problems[0]}")
    raise SnapshotError(
        "no snapshot verifies", where=str(root), why="; ".join(tried), advice="Run `rashomon build` or `restore`."
    )


def history(root: Path) -> list[str]:
    """Return the ids of published snapshots, oldest first."""
    try:
        names = json.loads((root / "history.json").read_text("utf-8"))
    except (OSError, ValueError):
        names = []
    return [n for n in names if isinstance(n, str)] if isinstance(names, list) else []


def rollback(root: Path) -> SnapshotId:
    """Make the snapshot before the current one current. Raises SnapshotError where there is none."""
    with _disk(root), _lock(root):
        now = current(root)
        names = [n for n in history(root) if (root / "snapshots" / n).is_dir()]
        before = names[: names.index(now.name)] if now is not None and now.name in names else names
        if not before:
            raise SnapshotError("there is no earlier snapshot", where=str(root))
        place = root / "snapshots" / before[-1]
        problems = verify(place)
        if problems:
            raise SnapshotError("the earlier snapshot does not verify", where=str(place), why=problems[0])
        _switch(root, place, _no_step)
        return SnapshotId(place.name)


def release(root: Path, name: str) -> Path:
    """Keep the current snapshot for ever under a name, with a citation. Raises UsageError where the name is taken or
    odd."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", name):
        raise UsageError("a release is named by letters, digits, dot, dash and underscore", where=name)
    source = current(root)
    if source is None:
        raise SnapshotError("there is no published snapshot", where=str(root), advice="Run `rashomon build` first.")
    target = root / "releases" / name
    if target.exists():
        raise UsageError("this release exists already", where=str(target))
    manifest = read_manifest(source)
    partial = target.with_name(f".{name}-{os.getpid()}")
    with _disk(target):
        partial.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(source, partial)
        sums = "".join(f"{facts['sha256']}  {file}\n" for file, facts in manifest["files"].items())
        (partial / "SHA256SUMS").write_text(sums, "utf-8")
        (partial / "CITATION.bib").write_text(_citation(name, manifest), "utf-8")
        _sync_tree(partial)
        partial.rename(target)
        _sync(target.parent)
    return target


def _citation(name: str, manifest: Mapping[str, Any]) -> str:
    year = str(manifest["built_at"])[:4]
    return (
        f"@dataset{{rashomon_{name},\n  title = {{Rashomon: contested events, release {name}}},\n"
        f"  author = {{{{Rashomon project}}}},\n"
        f"  year = {{{year}}},\n  version = {{{name}}},\n"
        f"  note = {{Snapshot {manifest['id']}, SHA-256 {manifest['hash']}}}\n}}\n"
    )


def backup(snapshot: Path, target: Path) -> None:
    """Copy what a snapshot cannot be rebuilt without to a new directory: dump, manifest, report, files for pages; no
    store."""
    if target.exists():
        raise UsageError("the target exists already", where=str(target), advice="Name a directory that does not exist.")
    with _disk(target):
        shutil.copytree(snapshot, target, ignore=lambda parent, _: [STORE] if Path(parent) == snapshot else [])


def restore(source: Path, root: Path, *, keep: int = 3) -> SnapshotId:
    """Publish a snapshot again from a backup (or a release); its store is made again from the dump.

    Raises StoreError where the backup is damaged; then nothing is published.
    """
    kept = {k: v for k, v in read_manifest(source)["files"].items() if not k.startswith(f"{STORE}/")}
    if problems := changed_files(source, kept):
        raise StoreError("the backup is damaged", where=str(source), why="; ".join(problems[:3]))
    staged = staging(root)
    with _disk(staged):
        shutil.copytree(
            source, staged, dirs_exist_ok=True, ignore=lambda parent, _: [STORE] if Path(parent) == source else []
        )
        rebuild_store(staged)
    add_files(staged)
    return SnapshotId(publish(root, staged, keep=keep).name)


@contextmanager
def _lock(root: Path) -> Iterator[None]:
    root.mkdir(parents=True, exist_ok=True)
    with (root / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _note(root: Path, name: str) -> None:
    names = [n for n in history(root) if n != name] + [name]
    partial = root / f".history-{os.getpid()}"
    partial.write_text(json.dumps(names), "utf-8")
    _sync(partial)
    partial.replace(root / "history.json")


def _sweep(root: Path, keep: int) -> None:
    """Take away snapshots beyond the last `keep`, and what dead builders left behind."""
    now = current(root)
    kept = set(history(root)[-keep:]) | ({now.name} if now is not None else set())
    for path in sorted(root.glob(".current-*")) + sorted(root.glob(".history-*")):
        if not Path(f"/proc/{path.name.rpartition('-')[2]}").exists():
            path.unlink(missing_ok=True)
    for path in sorted((root / "snapshots").iterdir()):
        owner = re.fullmatch(r"\.(?:building|broken-\w+)-(\d+)", path.name)
        dead = owner is not None and (path.name.startswith(".broken") or not Path(f"/proc/{owner[1]}").exists())
        if dead or (owner is None and path.name not in kept):
            shutil.rmtree(path, ignore_errors=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_tree(directory: Path) -> None:
    for parent, _, names in os.walk(directory):
        for name in names:
            _sync(Path(parent, name))
        _sync(Path(parent))

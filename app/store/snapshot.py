"""An immutable snapshot as a directory: store, canonical dump, manifest, report, dumps and what pages need."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any, cast

from pyoxigraph import Quad, RdfFormat, Store, parse

from app.errors import SnapshotError, StoreError
from app.store.canonical import LineSum, canonical_hash, read_dump, write_dump
from app.store.sorting import GraphLines, parse_lines
from app.store.statistics import count_graph

DUMP, MANIFEST, REPORT, STORE, STANDPOINTS = "graph.nq.gz", "manifest.json", "report.json", "store", "standpoints"
STATISTICS = "statistics.json"
_PORTION = 250_000


def write_snapshot(
    directory: Path,
    quads: Iterable[Quad] | GraphLines,
    *,
    manifest: Mapping[str, Any],
    report: Mapping[str, Any],
    extras: Mapping[str, bytes] | Iterable[tuple[str, bytes]] = (),
    standpoints: Iterable[Quad] = (),
) -> dict[str, Any]:
    """Write a snapshot into an empty directory (a store that `load_store` put there is taken) and return its manifest.

    Raises StoreError where a triple stands in two graphs (the union must need no deduplication) or the disk fails.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        lines = _lines(quads, directory)
        graph_hash = write_dump(directory / DUMP, require_disjoint_graphs(lines))
        if not (directory / STORE).exists():
            load_store(directory, lines)
        statistics = count_graph(lines, folder=directory)
        (directory / STATISTICS).write_text(json.dumps(statistics, ensure_ascii=False), "utf-8")
        _load(directory / STANDPOINTS, _lines(standpoints, directory))
        for name, content in extras.items() if isinstance(extras, Mapping) else extras:
            path = directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        (directory / REPORT).write_text(json.dumps(report, ensure_ascii=False, indent=1, default=str), "utf-8")
        full = {
            "id": graph_hash[:16],
            "hash": graph_hash,
            "quads": len(lines),
            "built_at": datetime.now(UTC).isoformat(timespec="seconds"),
            **manifest,
            "files": {name: _file_facts(directory / name) for name in snapshot_files(directory)},
        }
        write_manifest(directory, full)
    except OSError as error:
        raise StoreError("the snapshot cannot be written", where=str(directory), why=str(error)) from error
    return full


def _lines(quads: Iterable[Quad] | GraphLines, folder: Path) -> GraphLines:
    if isinstance(quads, GraphLines):
        return quads
    lines = GraphLines(folder)
    lines.add_quads(quads)
    return lines


def write_manifest(directory: Path, manifest: Mapping[str, Any]) -> None:
    """Write the manifest of a snapshot with its seal, so that a changed byte of the manifest itself is found."""
    sealed = {**manifest, "seal": _seal(manifest)}
    (directory / MANIFEST).write_text(json.dumps(sealed, ensure_ascii=False, indent=1, default=str), "utf-8")


def _seal(manifest: Mapping[str, Any]) -> str:
    """The SHA-256 of what a manifest says, without its seal."""
    said = {key: value for key, value in manifest.items() if key != "seal"}
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def add_files(directory: Path) -> dict[str, Any]:
    """Take files that were put into a finished snapshot (its dumps) into the manifest, and return it."""
    manifest = read_manifest(directory)
    try:
        manifest["files"] = {name: _file_facts(directory / name) for name in snapshot_files(directory)}
        write_manifest(directory, manifest)
    except OSError as error:
        raise StoreError("the manifest cannot be written", where=str(directory), why=str(error)) from error
    return manifest


def load_store(directory: Path, lines: Iterable[bytes]) -> Path:
    """Make the store of a snapshot from canonical lines and return its place. Raises StoreError where the disk
    fails."""
    _load(directory / STORE, lines)
    return directory / STORE


def _load(path: Path, lines: Iterable[bytes]) -> None:
    """Load lines some hundred thousand at a time: the loader holds each portion in memory several times over."""
    try:
        store = Store(str(path))
        # bulk_load is faster, but would rename blank nodes, and then the store could not be compared with its dump.
        blank: list[bytes] = []
        all_lines = iter(lines)
        while some := list(islice(all_lines, _PORTION)):
            blank += (line for line in some if b"_:" in line)
            named = b"".join(line for line in some if b"_:" not in line)
            del some
            store.bulk_load(named, format=RdfFormat.N_QUADS)
        store.bulk_extend(parse(b"".join(blank), format=RdfFormat.N_QUADS, rename_blank_nodes=False))
        store.flush()
        store.optimize()
        del store
    except OSError as error:
        raise StoreError("the store cannot be written", where=str(path), why=str(error)) from error


def require_disjoint_graphs(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Pass canonical N-Quads on, and raise StoreError where one triple stands in two graphs; such lines are
    neighbours."""
    previous = b""
    for line in lines:
        triple, _, graph = line.rstrip(b" .\n").rpartition(b" ")
        if triple == previous:
            raise StoreError(
                "a triple stands in two graphs", where=graph.decode(), why=triple.decode("utf-8", "replace")
            )
        previous = triple
        yield line


def snapshot_files(directory: Path) -> list[str]:
    """The files that checksums cover, relative and sorted; a store's log and lock change when it is opened."""
    skipped = {MANIFEST, "LOCK", "LOG"}
    found = []
    for parent, _, names in os.walk(directory):
        for name in names:
            if name not in skipped and not name.startswith(("LOG.old", "OPTIONS-")):
                found.append(Path(parent, name).relative_to(directory).as_posix())
    return sorted(found)


def _file_facts(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return {"bytes": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


def read_manifest(directory: Path) -> dict[str, Any]:
    """Return a snapshot's manifest. Raises SnapshotError."""
    try:
        manifest = json.loads((directory / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SnapshotError("this is no snapshot", where=str(directory), why=str(error)) from error
    names = ("id", "hash")
    if not isinstance(manifest, dict) or not all(isinstance(manifest.get(name), str) for name in names):
        raise SnapshotError("the manifest names no id and hash", where=str(directory / MANIFEST))
    if not isinstance(manifest.get("files"), dict):
        raise SnapshotError("the manifest names no files", where=str(directory / MANIFEST))
    return manifest


def verify(directory: Path) -> list[str]:
    """Read every file and every quad of a snapshot; return what differs from its manifest (empty = sound)."""
    try:
        manifest = read_manifest(directory)
    except SnapshotError as error:
        return [str(error)]
    problems = [] if manifest.get("seal") == _seal(manifest) else [f"{MANIFEST}: its seal does not fit"]
    problems += changed_files(directory, manifest["files"])
    dumped, stored = LineSum(), LineSum()
    try:
        dump_hash = canonical_hash(dumped.passing(read_dump(directory / DUMP)))
        if dump_hash != manifest["hash"]:
            problems.append(f"{DUMP}: its hash is {dump_hash}, not {manifest['hash']}")
    except StoreError as error:
        return [*problems, str(error)]
    try:
        Store.read_only(str(directory / STORE)).dump(cast(IO[bytes], stored), format=RdfFormat.N_QUADS)
        if stored != dumped:
            problems.append(f"{STORE}: its {stored.count} quads are not the {dumped.count} of {DUMP}")
    except (OSError, ValueError, RuntimeError) as error:
        problems.append(f"{STORE}: {error}")
    return problems


def changed_files(directory: Path, files: Mapping[str, Any]) -> list[str]:
    """Return what differs from the sizes and checksums of a manifest."""
    problems = []
    for name, facts in files.items():
        try:
            if _file_facts(directory / name) != facts:
                problems.append(f"{name}: its size or checksum has changed")
        except OSError as error:
            problems.append(f"{name}: {error.strerror or error}")
    return problems


def rebuild_store(directory: Path) -> None:
    """Make the store of a snapshot again from its dump, which is the master copy."""
    load_store(directory, read_dump(directory / DUMP))


def read_quads(directory: Path) -> Iterator[Quad]:
    """Yield every quad of a snapshot, in canonical order, from its dump."""
    return parse_lines(read_dump(directory / DUMP))

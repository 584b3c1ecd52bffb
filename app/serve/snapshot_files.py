"""What a build wrote beside the graph, as pages read it; older snapshots may lack any of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Changes:
    """Which statements a snapshot added, removed and changed against the one before."""

    before: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """One snapshot on the shelf, or a release."""

    name: str
    hash: str
    built: str
    quads: int
    counts: dict[str, int]
    is_current: bool
    is_release: bool


def read_manifest(snapshot: Path) -> dict[str, Any]:
    """The manifest of a snapshot."""
    return _read(snapshot / "manifest.json") or {}


def read_report(snapshot: Path) -> dict[str, Any]:
    """The report of a snapshot: what was set aside, and notes."""
    return _read(snapshot / "report.json") or {}


def read_ontology(snapshot: Path) -> dict[str, Any]:
    """The ontology's facts as the build wrote them."""
    return _read(snapshot / "ontology.json") or {
        "title": "Ontology",
        "description": "",
        "version": "",
        "terms": {},
        "queries": {},
    }


def read_changes(snapshot: Path) -> Changes | None:
    """What changed against the snapshot before; None where there was none."""
    found = _read(snapshot / "changes.json")
    if not found:
        return None
    return Changes(found["before"], tuple(found["added"]), tuple(found["removed"]), tuple(found["changed"]))


def read_versions(snapshot: Path) -> list[Version]:
    """The snapshots beside this one and the releases, the newest first."""
    shelf = snapshot.parent
    folders = (
        [p for p in shelf.iterdir() if p.is_dir() and not p.name.startswith(".")]
        if shelf.name == "snapshots"
        else [snapshot]
    )
    releases = shelf.parent / "releases"
    if shelf.name == "snapshots" and releases.is_dir():
        folders += [p for p in releases.iterdir() if p.is_dir() and not p.name.startswith(".")]
    found = []
    for folder in folders:
        manifest = _read(folder / "manifest.json")
        if not manifest:
            continue
        is_release = folder.parent.name == "releases"
        found.append(
            Version(
                name=folder.name if is_release else str(manifest["id"]),
                hash=str(manifest["hash"]),
                built=str(manifest.get("built_at", "")),
                quads=int(manifest.get("quads", 0)),
                counts=dict(manifest.get("counts", {})),
                is_current=folder.resolve() == snapshot.resolve(),
                is_release=is_release,
            )
        )
    return sorted(found, key=lambda v: (v.built, v.name), reverse=True)


def _read(path: Path) -> dict[str, Any] | None:
    try:
        return _parsed(path, path.stat().st_mtime_ns)
    except (OSError, ValueError):
        return None


@lru_cache(maxsize=64)
def _parsed(path: Path, _: int) -> dict[str, Any] | None:
    value = json.loads(path.read_text("utf-8"))
    return value if isinstance(value, dict) else None

"""Quads to an immutable snapshot, published by one atomic switch; dumps and comparisons of snapshots."""

from app.store.canonical import canonical_hash, canonical_lines, load_ontology
from app.store.comparing import Difference, diff
from app.store.exporting import export
from app.store.publishing import backup, current, open_verified, publish, release, restore, rollback, staging
from app.store.snapshot import add_files, load_store, read_manifest, verify, write_snapshot
from app.store.sorting import GraphLines

__all__ = [
    "Difference",
    "GraphLines",
    "add_files",
    "backup",
    "canonical_hash",
    "canonical_lines",
    "current",
    "diff",
    "export",
    "load_ontology",
    "load_store",
    "open_verified",
    "publish",
    "read_manifest",
    "release",
    "restore",
    "rollback",
    "staging",
    "verify",
    "write_snapshot",
]

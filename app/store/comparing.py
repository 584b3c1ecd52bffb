"""What changed between two snapshots, by statement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from app.store.canonical import read_dump
from app.store.snapshot import DUMP
from app.store.sorting import parse_lines
from app.vocab import cev

_HASH = cev("contentHash")


@dataclass(frozen=True, slots=True)
class Difference:
    """IRIs of statements, sorted."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


def diff(first: Path, second: Path) -> Difference:
    """Compare the statements of two snapshots by IRI and content hash."""
    return compare(read_dump(first / DUMP), read_dump(second / DUMP))


def compare(before: Iterable[bytes], after: Iterable[bytes]) -> Difference:
    """Compare the statements of two graphs, given as lines of N-Quads, by IRI and content hash."""
    old, new = _contents(before), _contents(after)
    return Difference(
        added=tuple(sorted(new.keys() - old.keys())),
        removed=tuple(sorted(old.keys() - new.keys())),
        changed=tuple(sorted(iri for iri in old.keys() & new.keys() if old[iri] != new[iri])),
    )


def _contents(lines: Iterable[bytes]) -> dict[str, str]:
    wanted = f" <{_HASH}> ".encode()
    return {
        q.subject.value: q.object.value
        for q in parse_lines(line for line in lines if wanted in line)
        if q.predicate.value == cev("contentHash")
        and isinstance(q.subject, NamedNode)
        and isinstance(q.object, Literal)
    }

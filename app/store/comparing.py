"""What changed between two snapshots, by statement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad

from app.store.snapshot import read_quads
from app.vocab import cev


@dataclass(frozen=True, slots=True)
class Difference:
    """IRIs of statements, sorted."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


def diff(first: Path, second: Path) -> Difference:
    """Compare the statements of two snapshots by IRI and content hash."""
    return compare(read_quads(first), read_quads(second))


def compare(before: Iterable[Quad], after: Iterable[Quad]) -> Difference:
    """Compare the statements of two graphs by IRI and content hash."""
    old, new = _contents(before), _contents(after)
    return Difference(
        added=tuple(sorted(new.keys() - old.keys())),
        removed=tuple(sorted(old.keys() - new.keys())),
        changed=tuple(sorted(iri for iri in old.keys() & new.keys() if old[iri] != new[iri])),
    )


def _contents(quads: Iterable[Quad]) -> dict[str, str]:
    wanted = cev("contentHash")
    return {
        q.subject.value: q.object.value
        for q in quads
        if q.predicate.value == wanted and isinstance(q.subject, NamedNode) and isinstance(q.object, Literal)
    }

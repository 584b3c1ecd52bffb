"""What every statement of one document is written with, and one kind for each name that only this document knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.mapping.events import EventNodes
from app.model import SLOT_PROPERTIES, Document, Entity, EntityKind, Iri, Records, Span, Statement
from app.vocab import Minter

# From the finest to the coarsest: where a name is meant in two ways, the coarser one promises less.
_PRECISIONS = tuple(f"{extent}Precision" for extent in ("Site", "District", "Town", "Province", "Region", "Country"))


@dataclass(frozen=True, slots=True)
class Setting:
    """What every statement of one document is written with; `kinds` as `settle_kinds` gives them."""

    document: Document
    records: Records
    minter: Minter
    events: EventNodes
    publisher: Entity | None
    masked: tuple[Span, ...]
    statement_iris: Mapping[str, Iri]
    kinds: Mapping[tuple[EntityKind, str], str]


def settle_kinds(statements: Sequence[Statement], publisher: Entity | None) -> dict[tuple[EntityKind, str], str]:
    """Return the one class (of an actor) or precision (of a place) for each unlinked name, by kind and folded name.

    A text may call a body a force in one sentence, and its publisher is an actor of no known class: still it is one
    node, of one class. A person stays a person (the rules for persons hold), one known class wins over none, and two
    that contradict each other leave it an actor.
    """
    found: dict[tuple[EntityKind, str], set[str]] = {}
    for entity in _entities(statements, publisher):
        value = entity.precision if entity.kind is EntityKind.PLACE else entity.class_hint
        if not entity.reference and value:
            found.setdefault(name_key(entity), set()).add(value)
    return {key: _one(key[0], values) for key, values in found.items()}


def name_key(entity: Entity) -> tuple[EntityKind, str]:
    """By what an unlinked entity is the same node as another one of its document."""
    return entity.kind, entity.name.casefold()


def _one(kind: EntityKind, values: set[str]) -> str:
    if kind is EntityKind.PLACE:
        return max(values, key=lambda v: (_PRECISIONS.index(v) if v in _PRECISIONS else -1, v))
    if "Person" in values:
        return "Person"
    known = values - {"Actor"}
    return known.pop() if len(known) == 1 else "Actor"


def _entities(statements: Sequence[Statement], publisher: Entity | None) -> Iterator[Entity]:
    if publisher is not None:
        yield publisher
    for statement in statements:
        yield from (*statement.claimants, *statement.spokespersons, *statement.relayed_by)
        for slot in SLOT_PROPERTIES:
            yield from getattr(statement.account, slot)

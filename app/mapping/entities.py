"""Actors, places, instruments and targets as nodes: those of the reference data by their IRI, others as nodes of the
document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.mapping.setting import Setting
from app.mapping.terms import LABEL, GraphWriter, english, term, text
from app.model import SLOT_PROPERTIES, Document, Entity, EntityKind, Iri, Statement
from app.vocab import Minter

_PATHS = {
    EntityKind.ACTOR: "actor",
    EntityKind.PLACE: "place",
    EntityKind.INSTRUMENT: "instrument",
    EntityKind.PHYSICAL_TARGET: "target",
    EntityKind.POPULATION_GROUP: "group",
}
# From the finest to the coarsest: where a name is meant in two ways, the coarser one promises less.
_PRECISIONS = tuple(f"{extent}Precision" for extent in ("Site", "District", "Town", "Province", "Region", "Country"))
_ACTOR_CLASSES = frozenset(
    [
        "Actor",
        "State",
        "Government",
        "GovernmentBody",
        "ArmedForces",
        "IntergovernmentalOrganization",
        "ArmedGroup",
        "PoliticalParty",
        "NonGovernmentalOrganization",
        "MediaOrganization",
        "Company",
        "Person",
        "Group",
        "Office",
    ]
)


def entity_iri(entity: Entity, document: Document, minter: Minter) -> Iri:
    """Return the node that stands for an entity: its reference IRI, or a node that only this document knows."""
    if entity.reference:
        return entity.reference
    if entity.kind is EntityKind.DOCUMENT_VOICE:
        return minter.unlinked("actor", document.id, "document voice")
    if entity.kind is EntityKind.UNNAMED_SOURCE:
        return minter.unlinked("actor", document.id, "unnamed source")
    return minter.unlinked(_PATHS[entity.kind], document.id, entity.name)


def settle_kinds(
    document: Document, statements: Sequence[Statement], publisher: Entity | None, minter: Minter
) -> dict[Iri, str]:
    """Return the one class (of an actor) or precision (of a place) for each node that only this document knows.

    A text may call a body a force in one sentence, and its publisher is an actor of no known class: still it is one
    node, of one class. A person stays a person (the rules for persons hold), one known class wins over none, and two
    that contradict each other leave it an actor.
    """
    found: dict[Iri, set[str]] = {}
    for entity in _entities(statements, publisher):
        value = entity.precision if entity.kind is EntityKind.PLACE else entity.class_hint
        if not entity.reference and value:
            found.setdefault(entity_iri(entity, document, minter), set()).add(value)
    return {iri: _one(values) for iri, values in found.items()}


def _one(values: set[str]) -> str:
    if len(values) == 1:
        return next(iter(values))
    if values & set(_PRECISIONS):
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


def write_entity(out: GraphWriter, setting: Setting, entity: Entity) -> Iri:
    """Write the node of an entity that is not in the reference data, and return its IRI."""
    document = setting.document
    iri = entity_iri(entity, document, setting.minter)
    if entity.reference:
        return iri
    settled = setting.kinds.get(iri)
    if entity.kind is EntityKind.DOCUMENT_VOICE:
        out.typed(iri, "DocumentVoice")
        out.add(iri, LABEL, english(f"the document “{document.title or document.id}” in its own voice"))
        if setting.publisher is not None and setting.publisher.kind is EntityKind.ACTOR:
            out.link(iri, "partOfActor", write_entity(out, setting, setting.publisher))
    elif entity.kind is EntityKind.UNNAMED_SOURCE:
        out.typed(iri, "UnnamedSource")
        out.add(iri, LABEL, english(f"unnamed source in “{document.title or document.id}”"))
    elif entity.kind is EntityKind.ACTOR:
        out.typed(iri, settled if settled in _ACTOR_CLASSES else "Actor")
        out.add(iri, LABEL, english(entity.name))
        if entity.role:
            out.add(iri, "publicRole", text(entity.role))
    else:
        out.typed(iri, str(entity.kind))
        out.add(iri, LABEL, english(entity.name))
        if entity.kind is EntityKind.PLACE and settled:
            out.add(iri, "placePrecision", term(settled))
    return iri

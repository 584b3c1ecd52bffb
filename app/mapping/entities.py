"""Actors, places, instruments and targets as nodes: those of the reference data by their IRI, others as nodes of the
document."""

from __future__ import annotations

from app.mapping.setting import Setting, name_key
from app.mapping.terms import LABEL, GraphWriter, english, term, text
from app.model import Document, Entity, EntityKind, Iri
from app.vocab import Minter

_PATHS = {
    EntityKind.ACTOR: "actor",
    EntityKind.PLACE: "place",
    EntityKind.INSTRUMENT: "instrument",
    EntityKind.PHYSICAL_TARGET: "target",
    EntityKind.POPULATION_GROUP: "group",
}
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


def write_entity(out: GraphWriter, setting: Setting, entity: Entity) -> Iri:
    """Write the node of an entity that is not in the reference data, and return its IRI."""
    document = setting.document
    iri = entity_iri(entity, document, setting.minter)
    if entity.reference:
        return iri
    settled = setting.kinds.get(name_key(entity))
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

"""Small documents and records for the tests of mapping."""

from __future__ import annotations

import hashlib
from datetime import date

from app import mapping
from app.mapping import EventNodes, MappedDocument
from app.model import (
    Account,
    AttributionMode,
    Certainty,
    Document,
    Entity,
    EntityKind,
    EventType,
    Iri,
    Linking,
    Polarity,
    Records,
    Span,
    Statement,
    StatementType,
    TimeExpression,
)
from app.vocab import Minter

MINTER = Minter()
TEXT = "Moscow accused the rebels of firing chlorine at Aleppo on 24 November. The rebels denied it."


def document(text: str = TEXT, name: str = "news-1") -> Document:
    """A document whose path and metadata are plain."""
    sha = hashlib.sha256(text.encode()).hexdigest()
    return Document(id=name, text=text, path=f"{name}.md", sha256=sha, published="2018-12-08", title="News")


def actor(name: str, words: str | None = None, text: str = TEXT, **more: object) -> Entity:
    """An actor named in the text by `words`."""
    if words:
        more["span"] = Span(text.index(words), text.index(words) + len(words))
    return Entity(kind=EntityKind.ACTOR, name=name, **more)  # type: ignore[arg-type]


def claim(number: int = 1, **changes: object) -> Statement:
    """A plain accusation; `changes` go to the statement, `account` to its account."""
    account = {
        "event": "e1",
        "event_type": EventType.CHEMICAL_ATTACK,
        "perpetrators": (actor("rebels", "the rebels"),),
        "instruments": (
            Entity(
                kind=EntityKind.INSTRUMENT,
                name="chlorine",
                reference=Iri("https://w3id.org/contested-events/ns#Chlorine"),
            ),
        ),
        "places": (Entity(kind=EntityKind.PLACE, name="Aleppo"),),
        "time": TimeExpression(text="on 24 November", earliest=date(2018, 11, 24), latest=date(2018, 11, 24)),
        **changes.pop("account", {}),  # type: ignore[dict-item]
    }
    values: dict[str, object] = {
        "id": f"s{number}",
        "type": StatementType.ACCUSATION,
        "evidence": Span(0, 70),
        "claimants": (actor("Russia", "Moscow"),),
        "mode": AttributionMode.INDIRECT_SPEECH,
        "polarity": Polarity.AFFIRMED,
        "certainty": Certainty.CERTAIN,
        "account": Account(**account),  # type: ignore[arg-type]
        **changes,
    }
    return Statement(**values)  # type: ignore[arg-type]


def records(*statements: Statement, name: str = "news-1") -> Records:
    """Records of one document, from the extractor `test.v1`."""
    return Records(document_id=name, generator="test.v1", statements=statements)


def mapped(
    found: Records, source: Document | None = None, linking: Linking | None = None, publisher: Entity | None = None
) -> MappedDocument:
    """Map one document alone, with no reference data."""
    source = source or document()
    events = nodes(found, linking=linking)
    safe = mapping.protect(source, found)
    return mapping.map_document(
        source, safe.records, events=events, reference={}, publisher=publisher, masked=safe.masked, minter=MINTER
    )


def nodes(*found: Records, linking: Linking | None = None) -> EventNodes:
    """The event nodes of some records."""
    return mapping.mint_events(found, linking or Linking(), MINTER)

"""What every statement of one document is written with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.mapping.events import EventNodes
from app.model import Document, Entity, Iri, Records, Span
from app.vocab import Minter


@dataclass(frozen=True, slots=True)
class Setting:
    """What every statement of one document is written with; `kinds` as `entities.settle_kinds` gives them."""

    document: Document
    records: Records
    minter: Minter
    events: EventNodes
    publisher: Entity | None
    masked: tuple[Span, ...]
    statement_iris: Mapping[str, Iri]
    kinds: Mapping[Iri, str]

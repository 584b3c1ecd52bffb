"""Gold: what a careful person says that a document says; from JSON of the annotation guide, or from reviews."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.errors import DataError
from app.model import Account, Document, Entity, EntityKind, EventType, Records, ReferenceEntry, Span, Statement

SLOTS = {
    "perpetrators": "statesPerpetrator",
    "targets": "statesTarget",
    "participants": "statesParticipant",
    "places": "statesPlace",
    "instruments": "statesInstrument",
}
MODES = {"DirectQuote": "direct", "IndirectSpeech": "indirect", "OwnVoice": "own"}
ROLES = {EntityKind.DOCUMENT_VOICE: "DOCUMENT", EntityKind.UNNAMED_SOURCE: "UNNAMED"}
Days = tuple[str | None, str | None]
Figure = tuple[str, int | None, int | None]


@dataclass(frozen=True, slots=True)
class GoldThing:
    """Somebody or something as gold names it; `item` is a Wikidata id or None, `words` those of the text."""

    name: str
    item: str | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldStatement:
    """One statement of gold; `certainty` is `unstated` where it has none, `event_type` None where no kind fits."""

    id: str
    type: str
    polarity: str
    certainty: str
    mode: str
    event: str
    event_type: str | None
    spans: tuple[Span, ...]
    claimants: tuple[GoldThing, ...]
    spokespersons: tuple[GoldThing, ...] = ()
    slots: Mapping[str, tuple[GoldThing, ...]] = field(default_factory=dict)
    time: Days | None = None
    figures: frozenset[Figure] = frozenset()

    @property
    def is_claim(self) -> bool:
        """Whether it can be true or false, and so has a polarity that counts."""
        return self.type not in ("Condemnation", "Endorsement", "Call")


@dataclass(frozen=True, slots=True)
class GoldDocument:
    """All statements of one document."""

    id: str
    statements: tuple[GoldStatement, ...]


def load_gold(path: Path, documents: Mapping[str, Document]) -> GoldDocument:
    """Read one JSON file of gold. Raises DataError naming the file and the statement that is wrong."""
    try:
        data = json.loads(path.read_text("utf-8"))
        document_id, entries = str(data["document"]), list(data["statements"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError("this is no gold file", where=str(path), why=str(error)) from error
    document = documents.get(document_id)
    if document is None:
        raise DataError("the document of this gold is not there", where=str(path), why=document_id)
    made = []
    for number, entry in enumerate(entries, start=1):
        try:
            made.append(_statement(entry, document.text))
        except (KeyError, TypeError, ValueError) as error:
            where = f"{path}, statement {number}"
            raise DataError("this statement of gold is wrong", where=where, why=repr(error)) from error
    return GoldDocument(document_id, tuple(made))


def _statement(entry: Mapping[str, Any], text: str) -> GoldStatement:
    words = [entry["evidence"], *entry["also"]]
    time = entry["time"]
    return GoldStatement(
        id=entry["id"],
        type=entry["type"],
        polarity=entry["polarity"],
        certainty=entry["certainty"],
        mode=entry["mode"],
        event=entry["event"],
        event_type=entry["event_type"],
        spans=tuple(Span(m.start(), m.end()) for w in words for m in re.finditer(re.escape(w), text)),
        claimants=_things(entry["claimants"]),
        spokespersons=_things(entry["spokespersons"]),
        slots={slot: _things(entry[slot]) for slot in SLOTS},
        time=(time["earliest"], time["latest"]) if time and time["earliest"] else None,
        figures=frozenset((c["kind"], c["min"], c["max"]) for c in entry["casualties"]),
    )


def _things(values: list[Mapping[str, Any]]) -> tuple[GoldThing, ...]:
    return tuple(GoldThing(v["name"], v["qid"], v["text"]) for v in values)


def gold_of_records(document: Document, records: Records, reference: Mapping[str, ReferenceEntry]) -> GoldDocument:
    """Return what a person reviewed as gold."""
    made = tuple(_of_statement(s, document.text, reference) for s in records.statements)
    return GoldDocument(document.id, made)


def _of_statement(statement: Statement, text: str, reference: Mapping[str, ReferenceEntry]) -> GoldStatement:
    account = statement.account
    open_ = statement.polarity is None or statement.polarity == "Undetermined"

    def things(entities: tuple[Entity, ...]) -> tuple[GoldThing, ...]:
        return tuple(_thing(e, text, reference) for e in entities)

    return GoldStatement(
        id=statement.id,
        type=str(statement.type),
        polarity=str(statement.polarity or "affirmed").lower(),
        certainty="unstated" if open_ else str(statement.certainty).lower(),
        mode=MODES[statement.mode],
        event=account.event,
        event_type=None if account.event_type is EventType.INCIDENT else str(account.event_type),
        spans=statement.spans,
        claimants=things(statement.claimants),
        spokespersons=things(statement.spokespersons),
        slots={slot: things(getattr(account, slot) + _guarantors(slot, account)) for slot in SLOTS},
        time=_days(account),
        figures=frozenset((str(c.kind).lower(), c.minimum, c.maximum) for c in account.casualties),
    )


def _guarantors(slot: str, account: Account) -> tuple[Entity, ...]:
    """The guide counts guarantors among the participants."""
    return account.guarantors if slot == "participants" else ()


def _days(account: Account) -> Days | None:
    time = account.time
    if time is None or time.earliest is None:
        return None
    return time.earliest.isoformat(), time.latest.isoformat() if time.latest else None


def _thing(entity: Entity, text: str, reference: Mapping[str, ReferenceEntry]) -> GoldThing:
    if entity.kind in ROLES:
        return GoldThing(ROLES[entity.kind])
    entry = reference.get(entity.reference or "")
    words = entity.span.of(text) if entity.span else None
    return GoldThing(entry.label if entry else entity.name, entry.wikidata if entry else None, words)

"""One statement of a review: its fields against the text, as records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from app.errors import ReviewError
from app.extract.review_yaml import Lined, as_date, check_keys
from app.model import (
    DENIAL_SCOPES,
    WHOLE_ACCOUNT,
    Account,
    AttributionMode,
    CasualtyFigure,
    CasualtyKind,
    Certainty,
    Document,
    Entity,
    EntityKind,
    EventType,
    Modality,
    Polarity,
    Resolution,
    ReviewStatus,
    Span,
    Statement,
    StatementType,
    TimeExpression,
)
from app.vocab import Minter

EVENT_KEYS = {"matter", "label", "wikidata", "apart"}
SLOTS = ("perpetrators", "targets", "participants", "guarantors", "places", "instruments")
_PEOPLE = ("claimants", "spokespersons", "relayed_by")
_LINKS = ("disputes", "endorses", "alternative_to")
_ACCOUNT = (
    "event",
    "event_type",
    "modality",
    "breach_of",
    "investigation_of",
    "fabrication_of",
    "response_to",
    "motive",
)
STATEMENT_KEYS = {
    "action", "match", "claimant", "set", "id", "type", "evidence", "also", "polarity", "denial_scope", "certainty",
    "mode", "hedge", "medium", "stated_at", "time", "casualties", *SLOTS, *_PEOPLE, *_LINKS, *_ACCOUNT,
}  # fmt: skip
_ENTITY_KEYS = {"name", "ref", "text", "kind", "class", "role", "qid"}
_TIME_KEYS = {"text", "edtf", "earliest", "latest", "resolution"}
_FIGURE_KEYS = {"kind", "min", "max", "best", "group", "text"}
_MODES = {
    "direct": AttributionMode.DIRECT_QUOTE,
    "indirect": AttributionMode.INDIRECT_SPEECH,
    "own": AttributionMode.OWN_VOICE,
}
_ROLES = {"DOCUMENT": EntityKind.DOCUMENT_VOICE, "UNNAMED": EntityKind.UNNAMED_SOURCE}
_SLOT_KINDS = {"places": EntityKind.PLACE, "instruments": EntityKind.INSTRUMENT}
E_ = TypeVar("E_", bound=StrEnum)


class StatementReader:
    """Reads statements of one review against one document."""

    def __init__(self, document: Document, path: Path, base: str) -> None:
        """`path` is named in errors, `base` expands short references."""
        self._text = document.text
        self._path = path
        self._minter = Minter(base)

    def read(self, entry: Lined) -> Statement:
        """Return an added statement. Raises ReviewError with file:line."""
        where = self._where(entry)
        type_ = self._enum(StatementType, entry.get("type"), "type", where)
        claim = type_.is_claim
        polarity = self._enum(Polarity, entry.get("polarity") or "affirmed", "polarity", where) if claim else None
        undetermined = polarity is Polarity.UNDETERMINED
        certainty = entry.get("certainty")
        certain = claim and certainty not in (None, "unstated")
        if claim and not certain:
            certainty, certain = "certain", True
        return Statement(
            id=str(entry.get("id") or f"line-{entry.line}"),
            type=type_,
            evidence=self._span(entry.get("evidence"), where),
            also=tuple(self._span(a, where) for a in self._list(entry, "also", where)),
            claimants=self._entities(entry, "claimants", where) or self._fail("a statement names its claimants", where),
            spokespersons=self._entities(entry, "spokespersons", where),
            relayed_by=self._entities(entry, "relayed_by", where),
            medium=entry.get("medium"),
            stated_at=self._time(entry.get("stated_at"), where),
            mode=self._mode(entry.get("mode") or "indirect", where),
            polarity=polarity,
            denial_scope=self._scope(entry, polarity is Polarity.DENIED or undetermined, where),
            certainty=self._enum(Certainty, certainty, "certainty", where) if certain else None,
            hedge=entry.get("hedge"),
            account=self._account(entry, type_, where),
            review=ReviewStatus.REVIEWED,
            generated_by="review",
            **{name: tuple(str(i) for i in self._list(entry, name, where)) for name in _LINKS},  # type: ignore[arg-type]
        )

    def _account(self, entry: Lined, type_: StatementType, where: str) -> Account:
        default = Modality.REQUESTED if type_ is StatementType.CALL else Modality.ACTUAL
        modality = entry.get("modality")
        event_type = entry.get("event_type")
        return Account(
            event=str(entry.get("event") or self._fail("a statement names its event", where)),
            event_type=self._enum(EventType, event_type, "event_type", where) if event_type else EventType.INCIDENT,
            modality=self._enum(Modality, modality, "modality", where) if modality else default,
            time=self._time(entry.get("time"), where),
            casualties=tuple(self._figure(c, where) for c in self._list(entry, "casualties", where)),
            breach_of=entry.get("breach_of"),
            investigation_of=entry.get("investigation_of"),
            fabrication_of=entry.get("fabrication_of"),
            response_to=entry.get("response_to"),
            motive=entry.get("motive"),
            **{slot: self._entities(entry, slot, where) for slot in SLOTS},
        )

    def check_change(self, entry: Lined) -> Lined:
        """Return what a change sets. Raises ReviewError where it sets nothing or something unknown."""
        where = self._where(entry)
        changes = entry.get("set")
        if not isinstance(changes, Lined) or not changes:
            raise ReviewError("change says what to set", where=where)
        check_keys(changes, STATEMENT_KEYS - {"action", "match", "set", "claimant"}, where)
        return changes

    def change(self, statement: Statement, entry: Lined) -> Statement:
        """Return an extracted statement with the fields of `set` replaced."""
        changes = self.check_change(entry)
        full = Lined({"id": statement.id, "type": str(statement.type), "event": statement.account.event, **changes})
        full.line = changes.line
        full.setdefault("evidence", {"span": statement.evidence})
        full.setdefault("claimants", [{"name": "UNNAMED"}])
        made = self.read(full)
        own: dict[str, Any] = {}
        account: dict[str, Any] = {}
        names = {
            "hedge",
            "medium",
            "stated_at",
            "mode",
            "polarity",
            "certainty",
            "denial_scope",
            "also",
            "evidence",
            "type",
            "id",
        }
        for key in changes:
            if key in names or key in _PEOPLE or key in _LINKS:
                own[key] = getattr(made, key)
            else:
                account[key] = getattr(made.account, key)
        if {"polarity", "type"} & set(changes):
            own.update(polarity=made.polarity, denial_scope=made.denial_scope, certainty=made.certainty)
        return replace(statement, account=replace(statement.account, **account), **own)

    def check_references(self, statements: Sequence[Statement]) -> None:
        """Require that ids of statements that others point to are there."""
        ids = {s.id for s in statements}
        for statement in statements:
            pointed = [*statement.disputes, *statement.endorses, *statement.alternative_to]
            pointed += [statement.account.fabrication_of] if statement.account.fabrication_of else []
            if missing := sorted(set(pointed) - ids):
                raise ReviewError(
                    f"statement {statement.id!r} points to {missing}, which are not there", where=str(self._path)
                )

    def _where(self, entry: Lined) -> str:
        return f"{self._path}:{entry.line}"

    def _fail(self, what: str, where: str) -> Any:
        raise ReviewError(what, where=where)

    def _enum(self, kind: type[E_], value: object, name: str, where: str) -> E_:
        wanted = str(value or "").replace("_", "").casefold()
        for member in kind:
            if member.value.casefold() == wanted:
                return member
        raise ReviewError(f"{name} holds {value!r}", where=where, advice=f"It is one of {', '.join(kind)}.")

    def _mode(self, value: object, where: str) -> AttributionMode:
        if str(value) in _MODES:
            return _MODES[str(value)]
        return self._enum(AttributionMode, value, "mode", where)

    def _scope(self, entry: Lined, scoped: bool, where: str) -> str | None:
        scope = entry.get("denial_scope")
        if not scoped:
            return None
        if scope is None:
            return WHOLE_ACCOUNT
        if scope not in DENIAL_SCOPES:
            raise ReviewError(
                f"denial_scope holds {scope!r}", where=where, advice=f"One of {', '.join(sorted(DENIAL_SCOPES))}."
            )
        return str(scope)

    def _span(self, value: object, where: str) -> Span:
        if isinstance(value, dict) and isinstance(value.get("span"), Span):
            return Span(value["span"].start, value["span"].end)
        words, occurrence = value, 1
        if isinstance(value, dict):
            words, occurrence = value.get("text"), value.get("occurrence", 1)
        if not isinstance(occurrence, int) or occurrence < 1:
            raise ReviewError(f"occurrence holds {occurrence!r}", where=where, advice="It is a number from 1 on.")
        if not isinstance(words, str) or not words:
            raise ReviewError("evidence is a stretch of the text", where=where)
        start = -1
        for _ in range(occurrence):
            start = self._text.find(words, start + 1)
            if start < 0:
                raise ReviewError(f"the text does not hold {words[:80]!r}", where=where, why=f"occurrence {occurrence}")
        return Span(start, start + len(words))

    def _list(self, entry: Lined, name: str, where: str) -> list[Any]:
        value = entry.get(name) or []
        if not isinstance(value, list):
            raise ReviewError(f"{name} is a list", where=where, advice=f"Write {name}: [...].")
        return value

    def _entities(self, entry: Lined, slot: str, where: str) -> tuple[Entity, ...]:
        return tuple(self._entity(e, slot, where) for e in self._list(entry, slot, where))

    def _entity(self, value: object, slot: str, where: str) -> Entity:
        if not isinstance(value, dict) or not value.get("name"):
            raise ReviewError(f"an entry of {slot} is a mapping with a name", where=where)
        check_keys(value, _ENTITY_KEYS, where)
        name = str(value["name"])
        if name in _ROLES:
            return Entity(kind=_ROLES[name], name=name)
        kind = _SLOT_KINDS.get(slot, EntityKind.ACTOR)
        if value.get("kind"):
            kind = self._enum(EntityKind, value["kind"], "kind", where)
        return Entity(
            kind=kind,
            name=name,
            span=self._span(value["text"], where) if value.get("text") else None,
            reference=self._minter.expand(str(value["ref"])) if value.get("ref") else None,
            class_hint=value.get("class"),
            role=value.get("role"),
        )

    def _time(self, value: object, where: str) -> TimeExpression | None:
        if value is None:
            return None
        if not isinstance(value, dict):
            raise ReviewError("a time is a mapping with its text", where=where)
        check_keys(value, _TIME_KEYS, where)
        earliest, latest = as_date(value.get("earliest"), where), as_date(value.get("latest"), where)
        known = earliest is not None or latest is not None
        resolution = value.get("resolution") or ("from_text" if known else "unresolved")
        span = self._span(value.get("text"), where)
        return TimeExpression(
            text=span.of(self._text), span=span, edtf=value.get("edtf"), earliest=earliest, latest=latest,
            resolution=self._enum(Resolution, resolution, "resolution", where),
        )  # fmt: skip

    def _figure(self, value: object, where: str) -> CasualtyFigure:
        if not isinstance(value, dict):
            raise ReviewError("a casualty figure is a mapping", where=where)
        check_keys(value, _FIGURE_KEYS, where)
        for name in ("min", "max", "best"):
            if not isinstance(value.get(name), int | None) or isinstance(value.get(name), bool):
                raise ReviewError(f"{name} holds {value[name]!r}", where=where, advice="It is a whole number.")
        span = self._span(value.get("text"), where)
        return CasualtyFigure(
            kind=self._enum(CasualtyKind, value.get("kind"), "kind", where),
            text=span.of(self._text),
            span=span,
            minimum=value.get("min"),
            maximum=value.get("max"),
            best_estimate=value.get("best"),
            victim_group=value.get("group"),
        )

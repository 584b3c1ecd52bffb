"""Writes what was read as a YAML that a person edits: the text with numbered statements, then every field."""

from __future__ import annotations

import re
from typing import Any

import yaml
from yaml.reader import Reader

from app.extract.review_statements import SLOTS
from app.model import (
    AttributionMode,
    CasualtyFigure,
    Document,
    Entity,
    EntityKind,
    Records,
    Span,
    Statement,
    TimeExpression,
)
from app.vocab import CEV

_MODES = {
    AttributionMode.DIRECT_QUOTE: "direct",
    AttributionMode.INDIRECT_SPEECH: "indirect",
    AttributionMode.OWN_VOICE: "own",
}
_NOT_YAML = Reader.NON_PRINTABLE
_ROLES = (EntityKind.DOCUMENT_VOICE, EntityKind.UNNAMED_SOURCE)


class _Dumper(yaml.SafeDumper):
    """Writes values whole: the reader of reviews takes no aliases, and one date often stands twice."""

    def ignore_aliases(self, data: Any) -> bool:
        """Never alias."""
        return True


def write_review(document: Document, records: Records, base: str) -> str:
    """Return a review that gives every statement whole: loading and applying it gives the same statements."""
    # YAML knows more line ends than `\n`, and refuses control characters even in comments.
    lines = re.split(r"[\n\x85\u2028\u2029]", _numbered(document.text, records))
    head = "".join(f"# {re.sub(_NOT_YAML, ' ', line)}\n" for line in lines)
    value = {
        "document": document.id,
        "text_sha256": document.sha256,
        "reviewer": "your name",
        "reviewed": "2000-01-01",
        "complete": True,
        "events": {
            e.key: _plain({"matter": e.matter, "label": e.label, "wikidata": e.wikidata, "apart": list(e.apart)})
            for e in records.events
        },
        "statements": [_statement(s, document.text, base) for s in records.statements],
    }
    body = yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)
    return (
        "# Correct what is wrong, take out what is not said, add what is missing; then give your name and the day,\n"
        f"# and put this file into data/reviews/{document.id}.yaml. Every stretch stands in the text exactly.\n"
        f"#\n{head}{body}"
    )


def _numbered(text: str, records: Records) -> str:
    """The text with the ids of statements in brackets where their evidence begins."""
    marks: dict[int, list[str]] = {}
    for statement in records.statements:
        marks.setdefault(statement.evidence.start, []).append(statement.id)
    parts = []
    last = 0
    for start in sorted(marks):
        parts.append(text[last:start] + "".join(f"[{name}]" for name in marks[start]))
        last = start
    return "".join(parts) + text[last:]


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in values.items() if v not in (None, [], "", ())}


def _stretch(span: Span, text: str) -> Any:
    """A stretch as words, with its occurrence where the words stand earlier too."""
    words = span.of(text)
    occurrence = 1
    at = text.find(words)
    while 0 <= at < span.start:
        occurrence += 1
        at = text.find(words, at + 1)
    return words if occurrence == 1 else {"text": words, "occurrence": occurrence}


def _statement(statement: Statement, text: str, base: str) -> dict[str, Any]:
    account = statement.account

    def people(entities: tuple[Entity, ...]) -> list[dict[str, Any]]:
        return [_entity(e, text, base) for e in entities]

    return _plain(
        {
            "action": "add",
            "id": statement.id,
            "type": str(statement.type),
            "evidence": _stretch(statement.evidence, text),
            "also": [_stretch(s, text) for s in statement.also],
            "claimants": people(statement.claimants),
            "spokespersons": people(statement.spokespersons),
            "relayed_by": people(statement.relayed_by),
            "polarity": str(statement.polarity).lower() if statement.polarity else None,
            "denial_scope": statement.denial_scope,
            "certainty": str(statement.certainty).lower() if statement.certainty else None,
            "hedge": statement.hedge,
            "medium": statement.medium,
            "stated_at": _time(statement.stated_at, text),
            "mode": _MODES[statement.mode],
            "modality": str(account.modality).lower(),
            "event": account.event,
            "event_type": str(account.event_type),
            **{slot: people(getattr(account, slot)) for slot in SLOTS},
            "time": _time(account.time, text),
            "casualties": [_figure(c, text) for c in account.casualties],
            "breach_of": account.breach_of,
            "investigation_of": account.investigation_of,
            "fabrication_of": account.fabrication_of,
            "response_to": account.response_to,
            "motive": account.motive,
            "disputes": list(statement.disputes),
            "endorses": list(statement.endorses),
            "alternative_to": list(statement.alternative_to),
        }
    )


def _entity(entity: Entity, text: str, base: str) -> dict[str, Any]:
    if entity.kind in _ROLES:
        return {"name": "DOCUMENT" if entity.kind is EntityKind.DOCUMENT_VOICE else "UNNAMED"}
    reference: str | None = entity.reference
    if reference:
        reference = (
            f"cev:{reference.removeprefix(CEV)}" if reference.startswith(CEV) else reference.removeprefix(f"{base}id/")
        )
    return _plain(
        {
            "name": entity.name,
            "ref": reference,
            "text": _stretch(entity.span, text) if entity.span else None,
            "kind": str(entity.kind),
            "class": entity.class_hint,
            "role": entity.role,
        }
    )


def _time(time: TimeExpression | None, text: str) -> dict[str, Any] | None:
    if time is None:
        return None
    return _plain(
        {
            "text": _stretch(time.span, text) if time.span else time.text,
            "edtf": time.edtf,
            "earliest": time.earliest,
            "latest": time.latest,
            "resolution": str(time.resolution),
        }
    )


def _figure(figure: CasualtyFigure, text: str) -> dict[str, Any]:
    return _plain(
        {
            "kind": str(figure.kind).lower(),
            "min": figure.minimum,
            "max": figure.maximum,
            "best": figure.best_estimate,
            "group": figure.victim_group,
            "text": _stretch(figure.span, text) if figure.span else figure.text,
        }
    )

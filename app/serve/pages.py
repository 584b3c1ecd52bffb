"""Pages for people: plain HTML from prepared queries and bound terms, never from SPARQL put together here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FunctionLoader, select_autoescape

from app.errors import NotFoundError
from app.query import QueryPool
from app.vocab import CEV, PREFIXES, local_name

Row = Mapping[str, Any]

_STANCES = {
    "affirmedIn": ("affirms", "●", "affirms"),
    "deniedIn": ("denies", "✕", "denies"),
    "doubtedIn": ("doubts", "?", "thinks likely or possible"),
    "undeterminedIn": ("open", "◌", "could not establish"),
    "askedIn": ("asks", "!", "asks"),
    "supposedIn": ("supposes", "…", "fears, plans or supposes"),
}
_TITLES = {
    "statesEventType": "What happened",
    "statesPerpetrator": "Who did it",
    "statesTarget": "Who or what was hit",
    "statesParticipant": "Who took part",
    "statesGuarantor": "Who guarantees it",
    "statesInstrument": "With what",
    "statesCasualties": "How many people",
    "statesTime": "When",
    "statesPlace": "Where",
    "statesBreachOf": "Which truce was broken",
    "statesInvestigationOf": "What is investigated",
    "statesFabricationOf": "Which statement was made up",
    "statesResponseTo": "In response to what",
}
_VERBS = {
    "Accusation": "accuses",
    "Denial": "denies",
    "Assessment": "assesses",
    "Finding": "finds",
    "Report": "reports",
    "Condemnation": "condemns",
    "Endorsement": "welcomes",
    "Call": "calls",
}


@dataclass(frozen=True, slots=True)
class Pages:
    """Renders pages of one server; `base` is the IRI base of the data, whose things have pages here."""

    base: str

    def environment(self) -> Environment:
        """Return a template environment that escapes everything and knows which links are safe."""
        env = Environment(
            loader=FunctionLoader(_template), autoescape=select_autoescape(default=True), trim_blocks=True
        )
        env.filters["local"] = self.local
        env.filters["short"] = short
        env.filters["linkable"] = linkable
        return env

    def local(self, iri: str) -> str:
        """The path on this server of a thing of the data, or an empty string."""
        return "/" + iri.removeprefix(self.base) if iri.startswith(self.base + "id/") else ""

    def render(self, template: str, *, snapshot: str, **values: Any) -> str:
        """Render a template."""
        return self.environment().get_template(template).render(snapshot=snapshot, **values)

    async def event(self, pool: QueryPool, iri: str, label: str) -> str:
        """The page of one event: matrix by question, then every account by claimant."""
        propositions = await pool.run_prepared("event-propositions", {"event": iri})
        statements = await pool.run_prepared("event-statements", {"event": iri})
        return self.render(
            "event.html",
            snapshot=pool.snapshot_id,
            label=label,
            here=self.local(iri),
            statements={row["statement"] for row in statements},
            claimants={row["claimant"] for row in statements},
            groups=list(_groups(propositions)),
            accounts=_accounts(statements),
        )


def short(iri: str) -> str:
    """An IRI as prefix:name where a prefix is known, else its last part."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return local_name(iri)


def linkable(iri: str) -> bool:
    """Whether an IRI may become a link: http and https only, so that no data runs as script."""
    return urlsplit(iri).scheme in ("http", "https")


def _template(name: str) -> str:
    return (files("app.serve") / "templates" / name).read_text("utf-8")


def _anchor(statement: str) -> str:
    return "s-" + statement.rsplit("/", 1)[-1]


def _mark(row: Row) -> dict[str, str]:
    kind, glyph, word = _STANCES[local_name(row["stance"])]
    if kind == "doubts" and row.get("polarity") == CEV + "Denied":
        word = "thinks unlikely"
    return {"kind": kind, "glyph": glyph, "word": word, "anchor": _anchor(row["statement"])}


def _groups(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """One table per property: claimants down, values across, marks in the cells."""
    groups = []
    for name, title in _TITLES.items():
        mine = [row for row in rows if row["property"] == CEV + name]
        if not mine:
            continue
        columns = {row["value"]: row.get("valueLabel") or short(row["value"]) for row in mine}
        claimants = {row["claimant"]: row["claimantLabel"] for row in mine}
        cells: dict[tuple[str, str], list[dict[str, str]]] = {}
        for row in mine:
            marks = cells.setdefault((row["claimant"], row["value"]), [])
            if (mark := _mark(row)) not in marks:
                marks.append(mark)
        groups.append(
            {
                "title": title,
                "columns": [{"label": label} for label in columns.values()],
                "rows": [
                    {"claimant": label, "cells": [cells.get((claimant, value), []) for value in columns]}
                    for claimant, label in claimants.items()
                ],
            }
        )
    return groups


def _accounts(rows: Sequence[Row]) -> list[tuple[str, list[dict[str, Any]]]]:
    by_claimant: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows:
        item = {
            "anchor": _anchor(row["statement"]),
            "verb": _verb(row),
            "certainty": local_name(row["certainty"]).lower() if row.get("certainty") else "",
            "hedge": row.get("hedge"),
            "speaker": row.get("speakerLabel"),
            "relay": row.get("relayLabel"),
            "quote": row["quote"],
            "digest": bool(row.get("digest")),
            "document": row["document"],
            "title": row["title"],
            "published": row.get("published"),
            "start": row["start"],
            "end": row["end"],
            "review": local_name(row["review"]).lower(),
        }
        by_claimant.setdefault(row["claimantLabel"], {}).setdefault(row["statement"], item)
    return [(claimant, list(items.values())) for claimant, items in by_claimant.items()]


def _verb(row: Row) -> str:
    verb = _VERBS[local_name(row["type"])]
    polarity = local_name(row.get("polarity") or "")
    if polarity == "Undetermined":
        return f"{verb} that it could not be established"
    if polarity == "Denied" and verb != "denies":
        return f"{verb} that it was not so"
    return verb


async def event_label(pool: QueryPool, iri: str) -> tuple[str, str | None]:
    """Return an event's label and the hub it was merged into, if any; raises NotFoundError."""
    rows = await pool.run_prepared("event", {"event": iri})
    if not rows:
        raise NotFoundError("no such event is in this snapshot", where=iri)
    return rows[0]["label"], rows[0].get("hub")

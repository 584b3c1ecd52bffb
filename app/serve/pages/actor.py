"""The page of one actor: as claimant, as accused and as participant, kept apart; nobody is ranked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from app.errors import NotFoundError
from app.serve.pages.links import open_in_query
from app.serve.pages.paging import cut
from app.serve.pages.rendering import Row, short
from app.serve.pages.story import Named, Story, read_story
from app.serve.pages.words import QUESTIONS, STANCES, Stance, Words, day_words, edtf_words, stance_of
from app.vocab import local_name

if TYPE_CHECKING:
    from app.serve.application import Site

STATEMENTS_A_PAGE = 40
MOST_STATEMENTS = 2_000  # of one claimant that are read for its page; a data set makes tens of thousands
_NOT_SHOWN_AS_TYPE = {"Actor", "Feature", "Class", "NamedIndividual"}


@dataclass(slots=True)
class BlameRow:
    """One line of the matrix of blame: another actor, events by stance, and the number to read them against."""

    other: Named
    by_stance: dict[Stance, dict[str, Named]] = field(default_factory=dict)
    events: int = 0

    def cell(self, stance: Stance) -> list[Named]:
        """The events of one stance, by label."""
        return sorted(self.by_stance.get(stance, {}).values(), key=lambda e: (e.label.text.casefold(), e.iri))


@dataclass(slots=True)
class Naming:
    """One event in which the actor is an answer to a question, with everyone who stands to that somehow."""

    event: Named
    question: str
    voices: dict[Stance, dict[str, Named]] = field(default_factory=dict)

    @property
    def stances(self) -> list[tuple[Stance, list[Named]]]:
        """The claimants by stance."""
        return [
            (s, sorted(self.voices[s].values(), key=lambda c: c.label.text.casefold()))
            for s in STANCES
            if s in self.voices
        ]


async def show_actor(site: Site, request: Request, iri: str) -> Response:
    """Answer the page of an actor."""
    facts = await site.pool.run_prepared("actor", {"actor": iri})
    if not facts:
        raise NotFoundError("no such actor is in this snapshot", where=iri)
    spoken = await site.pool.run_prepared("actor-spoken", {"actor": iri})
    said, events = (int(spoken[0][name]) for name in ("statements", "events")) if spoken else (0, 0)
    story = Story(iri, ()) if said > MOST_STATEMENTS else await read_story(site.pool, iri)
    named = await site.pool.run_prepared("actor-named", {"actor": iri})
    blames = await site.pool.run_prepared("actor-blames", {"actor": iri})
    speakers = await site.pool.run_prepared("actor-speakers", {"actor": iri})
    parts = await site.pool.run_prepared("actor-parts", {"actor": iri})
    counts = (await site.pool.run_prepared("counts", {}))[0]
    parameters = request.query_params
    return await site.drawn(
        request,
        "actor.html",
        label=_label(facts, iri),
        iri=iri,
        here=site.pages.local(iri),
        types=_types(facts),
        wholes=_named(facts, "whole"),
        valid=_validity(facts[0]),
        role=facts[0].get("role") or "",
        covers=facts[0].get("covers") or "",
        matches=list(dict.fromkeys(r["match"] for r in facts if r.get("match"))),
        parts=cut(
            [Named(r["other"], Words(r["label"], r["lang"])) for r in parts if r["kind"] == "part"],
            parameters,
            name="parts",
        ),
        publishes=cut(
            [Named(r["other"], Words(r["label"], r["lang"])) for r in parts if r["kind"] == "publishes"],
            parameters,
            name="published",
        ),
        blames=cut(blame_rows(blames, "accused", {}), parameters, name="blames"),
        blamed_by=cut(
            blame_rows(
                (r for r in named if local_name(r["property"]) == "statesPerpetrator"),
                "claimant",
                {r["claimant"]: int(r["events"]) for r in speakers},
            ),
            parameters,
            name="blamed",
        ),
        accused=cut(
            namings(r for r in named if local_name(r["property"]) == "statesPerpetrator"), parameters, name="accused"
        ),
        other=cut(
            namings(r for r in named if local_name(r["property"]) != "statesPerpetrator"), parameters, name="other"
        ),
        statements=cut(story.statements, parameters, size=STATEMENTS_A_PAGE, fragment="statements"),
        spoken=said,
        is_cut=said > MOST_STATEMENTS,
        spoken_events=events,
        counts=counts,
        stances=STANCES,
        questions=QUESTIONS,
        open_query=lambda name: open_in_query(
            site.pool.prepared(name), "scope" if name.startswith("story") else "actor", iri
        ),
    )


def _label(facts: Iterable[Row], iri: str) -> Words:
    labels = sorted(
        (0 if (r.get("lang") or "en").startswith("en") else 1, r["label"], r.get("lang") or "")
        for r in facts
        if r.get("label")
    )
    return Words(labels[0][1], labels[0][2]) if labels else Words(short(iri))


def _types(facts: Iterable[Row]) -> list[str]:
    found = {local_name(r["type"]): r.get("typeLabel") or local_name(r["type"]) for r in facts}
    shown = {name: label for name, label in found.items() if name not in _NOT_SHOWN_AS_TYPE}
    return sorted((shown or found).values())


def _named(facts: Iterable[Row], name: str) -> list[Named]:
    return list(dict.fromkeys(Named(r[name], Words(r[name + "Label"])) for r in facts if r.get(name)))


def _validity(fact: Row) -> str:
    first, last = fact.get("from") or "", fact.get("until") or ""
    if not first and not last:
        return ""
    return (
        day_words(first, last)
        if len(first) == 10 or len(last) == 10
        else " to ".join(edtf_words(d) for d in (first, last) if d)
    )


def blame_rows(rows: Iterable[Row], who: str, denominators: dict[str, int]) -> list[BlameRow]:
    """One line for each other actor (`who` is `accused` or `claimant`), by name; events are counted, not statements."""
    found: dict[str, BlameRow] = {}
    for row in rows:
        other = Named(row[who], Words(row[who + "Label"], row.get(who + "Lang") or ""))
        line = found.setdefault(other.iri, BlameRow(other, events=denominators.get(other.iri, 0)))
        stance = stance_of(row["stance"], row.get("polarity"))
        event = Named(row["event"], Words(row["eventLabel"], row.get("eventLang") or ""))
        line.by_stance.setdefault(stance, {})[event.iri] = event
    return sorted(found.values(), key=lambda r: (r.other.label.text.casefold(), r.other.iri))


def namings(rows: Iterable[Row]) -> list[Naming]:
    """One entry for each event and question, in the order of the rows (by day)."""
    found: dict[tuple[str, str], Naming] = {}
    for row in rows:
        event = Named(row["event"], Words(row["eventLabel"], row.get("eventLang") or ""))
        name = local_name(row["property"])
        naming = found.setdefault((event.iri, name), Naming(event, QUESTIONS.get(name, name)))
        claimant = Named(row["claimant"], Words(row["claimantLabel"], row.get("claimantLang") or ""))
        naming.voices.setdefault(stance_of(row["stance"], row.get("polarity")), {})[claimant.iri] = claimant
    return list(found.values())

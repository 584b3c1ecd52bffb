"""The page of one event: what is contested, who says what, in which words, since when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.errors import NotFoundError, UsageError
from app.serve.pages.accounts import put_side_by_side
from app.serve.pages.links import open_in_query
from app.serve.pages.matrix import Matrix, build_matrix
from app.serve.pages.numbers import read_scales
from app.serve.pages.paging import cut
from app.serve.pages.places import read_spots
from app.serve.pages.story import StatementView, Story, read_story
from app.serve.pages.timeline import tell
from app.serve.pages.words import QUESTIONS, STANCES, Words, day_words, neighbour_word

if TYPE_CHECKING:
    from app.serve.application import Site

STATEMENTS_A_PAGE = 60
ROWS_A_PAGE = 40


async def show_event(site: Site, request: Request, iri: str) -> Response:
    """Answer the page of an event, or lead to the one that it was merged into."""
    facts = await site.pool.run_prepared("event", {"event": iri})
    if not facts:
        raise NotFoundError("no such event is in this snapshot", where=iri)
    if facts[0].get("hub"):
        return RedirectResponse(site.pages.local(facts[0]["hub"]), 303)
    parameters = request.query_params
    everything = await read_story(site.pool, iri)
    as_known = _as_known(parameters.get("as-known"))
    story = _numbered(everything.known_on(as_known) if as_known else everything)
    matrix = build_matrix(story)
    columns = matrix.columns(parameters.get("question", ""))
    outside = await site.pool.run_prepared("event-outside-scope", {"event": iri})
    return await site.drawn(
        request,
        "event.html",
        label=Words(facts[0].get("label") or iri, facts[0].get("lang") or ""),
        iri=iri,
        here=site.pages.local(iri),
        when=day_words(facts[0].get("earliest"), facts[0].get("latest")),
        story=story,
        everything=everything,
        as_known=as_known,
        matrix=matrix,
        question=parameters.get("question", ""),
        columns=columns,
        rows=cut(matrix.rows(columns), parameters, name="rows", size=ROWS_A_PAGE, fragment="matrix"),
        answers={
            name: cut(mine, parameters, name=name, size=40, fragment=name) for name, mine in matrix.questions.items()
        },
        scales=read_scales(story),
        beside=put_side_by_side(story, matrix, parameters.getlist("with")),
        days=tell(story),
        statements=cut(story.statements, parameters, size=STATEMENTS_A_PAGE, fragment="statements"),
        spots=read_spots(await site.pool.run_prepared("event-places", {"event": iri})),
        related=list(dict.fromkeys(r["related"] for r in facts if r.get("related"))),
        neighbours=await _neighbours(site, iri),
        outside=[(Words(r["label"], r.get("lang") or ""), r["actor"], r["note"]) for r in outside],
        held_back=site.held_back("events", iri),
        query=open_in_query(site.pool.prepared("story-propositions"), "scope", iri),
        questions=QUESTIONS,
        stances=STANCES,
        open_query=lambda name: open_in_query(site.pool.prepared(name), "scope", iri),
        status=status_sentence(matrix),
    )


def status_sentence(matrix: Matrix) -> str:
    """What the page says first: how much is contested, in plain words."""
    total, contested = len(matrix.propositions), len(matrix.contested)
    if not total:
        return "Nothing is said of this event yet"
    if not contested:
        return f"No account here denies another: {total} proposition{'s' if total != 1 else ''}, none contested"
    return f"Contested: {contested} of {total} propositions"


def _as_known(text: str | None) -> str:
    if not text:
        return ""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise UsageError(
            "as-known is not a calendar date",
            where=f"as-known={text}",
            advice="Give it as YYYY-MM-DD, or leave it out.",
        ) from error


def _numbered(story: Story) -> Story:
    """Tell each statement the page of the list on which its words stand."""
    numbered: list[StatementView] = []
    for place, statement in enumerate(story.statements):
        numbered.append(replace(statement, page=place // STATEMENTS_A_PAGE + 1))
    return replace(story, statements=tuple(numbered))


async def _neighbours(site: Site, iri: str) -> list[tuple[str, str, Words]]:
    rows = await site.pool.run_prepared("event-neighbours", {"event": iri})
    found = {
        (neighbour_word(r["relation"], r["direction"]), r["other"]): Words(r["label"], r.get("lang") or "")
        for r in rows
        if r["other"] != iri
    }
    return [(word, other, label) for (word, other), label in found.items()]

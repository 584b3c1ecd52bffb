"""`/explore`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from app.serve.explore.choice import read_choice
from app.serve.explore.facts import QUERIES
from app.serve.pages.links import open_in_query
from app.serve.pages.paging import cut
from app.serve.pages.words import edtf_words
from app.vocab import CEV

if TYPE_CHECKING:
    from app.serve.application import Site

_TITLES = {
    "type": ("Kind of event", "as some account has it"),
    "actor": ("Actor named", "in any role, by any stance"),
    "claimant": ("Who speaks", "of the event"),
    "stance": ("Somebody", "to some proposition about it"),
    "precision": ("Place known to", "by some account"),
}


def add_explore(app: FastAPI, site: Site) -> None:
    """Add the page; everything that it can show stands in its address."""

    @app.get("/explore", include_in_schema=False)
    async def explore(request: Request) -> Response:
        choice = read_choice(request.query_params, base=site.settings.base, vocabulary=CEV)
        exploring = await site.explore.of(site.pool)
        facts = exploring.facts
        found, drawn = await exploring.look(choice, site.pages.local)
        return site.page(
            "explore.html",
            section="/explore",
            choice=choice,
            found=found,
            titles=_TITLES,
            labels=facts.labels,
            known_words=edtf_words(choice.as_known) if choice.as_known else "",
            is_cut=facts.is_cut,
            slice=cut(found.events, request.query_params, size=50 if choice.view == "list" else 200, fragment="events"),
            queries=[(name, open_in_query(site.pool.prepared(f"explore-{name}"))) for name in QUERIES],
            data={**drawn, "days": facts.days},
        )

"""The search page, and suggestions as one types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.serve.pages.paging import cut
from app.serve.protocol import client_of
from app.serve.search import KINDS

if TYPE_CHECKING:
    from app.serve.application import Site


def add_search(app: FastAPI, site: Site) -> None:
    """Add `/search` and `/suggest`."""

    @app.get("/search", include_in_schema=False)
    async def search(request: Request) -> Response:
        asked = request.query_params.get("q", "")[:200].strip()
        index = await site.search.of(site.pool)
        hits = await site.aside.run(client_of(request.scope), lambda: index.find(asked, limit=1000))
        return site.page("search.html", asked=asked, hits=cut(hits, request.query_params, size=40), kinds=KINDS)

    @app.get("/suggest", summary="Names that begin with `q`, as the search box suggests them")
    async def suggest(request: Request, q: str = "") -> Response:
        index = await site.search.of(site.pool)
        hits = await site.aside.run(client_of(request.scope), lambda: index.find(q, limit=8))
        found = [
            {"label": h.entry.label.text, "kind": KINDS[h.entry.kind][1], "path": site.pages.local(h.entry.iri)}
            for h in hits
        ]
        return JSONResponse(found)

"""Whatever has no page of its own: everything the graph says of it, and what it leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from app.errors import NotFoundError
from app.serve.pages.paging import cut
from app.serve.pages.words import Words

if TYPE_CHECKING:
    from app.serve.application import Site


async def show_thing(site: Site, request: Request, iri: str) -> Response:
    """Answer the triples of one thing."""
    rows = await site.pool.run_prepared("thing", {"thing": iri})
    if not rows:
        raise NotFoundError("no such thing is in this snapshot", where=iri)
    shown = {(r["property"], r["value"]): {**r, "is_iri": r["isIri"] in ("true", "1")} for r in reversed(rows)}
    label = next((Words(r["value"], r.get("lang") or "") for r in rows if r["property"].endswith("#label")), Words(iri))
    here = site.pages.local(iri)
    return site.page(
        "thing.html",
        label=label,
        iri=iri,
        rows=cut(list(reversed(shown.values())), request.query_params, size=200),
        here=here,
    )

"""Which page answers which address."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from app.serve.negotiation import HTML, RDF_TYPES, preferred
from app.serve.pages.event import show_event
from app.serve.pages.things import show_thing

if TYPE_CHECKING:
    from app.serve.application import Site

Show = Callable[["Site", Request, str], Awaitable[Response]]
# Kind of a thing (first part of its path under /id/) -> its page; whatever has no page of its own shows its triples.
_PAGES: dict[str, Show] = {"event": show_event}


def rdf_type(request: Request) -> str | None:
    """The RDF media type a request asks for, by `format=` or Accept; None for a page."""
    wanted = request.query_params.get("format")
    if wanted:
        for media, name in RDF_TYPES.items():
            if wanted in (media, name):
                return media
    found = preferred(request.headers.get("accept"), [HTML, *RDF_TYPES], HTML)
    return None if found == HTML else found


def add_things(app: FastAPI, site: Site) -> None:
    """Add `/id/…`: every thing of the graph as a page or as RDF."""

    @app.get("/id/{path:path}", summary="A thing of the graph, as a page or as RDF by content negotiation")
    async def thing(request: Request, path: str) -> Response:
        raw = request.scope["raw_path"].decode("latin-1").split("?")[0].removeprefix("/id/")
        iri = site.settings.base + "id/" + raw
        site.refuse_withdrawn(iri)
        media = rdf_type(request)
        response = await (
            site.describe(iri, media) if media else _PAGES.get(path.split("/")[0], show_thing)(site, request, iri)
        )
        _signpost(response, site, iri, media)
        return response


def _signpost(response: Response, site: Site, iri: str, media: str | None) -> None:
    """Say by Link headers how a thing is cited, under which licence it stands, and where its description is."""
    here = site.pages.local(iri)
    links = [f'<{iri}>; rel="cite-as"', f'<{LICENCE}>; rel="license"']
    if media is None:
        links += [f'<{here}?format={name}>; rel="describedby"; type="{kind}"' for kind, name in _DESCRIPTIONS]
    else:
        links.append(f'<{here}>; rel="describes"')
    response.headers["link"] = ", ".join(links)
    response.headers["vary"] = "accept"


LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_DESCRIPTIONS = (("text/turtle", "ttl"), ("application/ld+json", "jsonld"), ("application/n-triples", "nt"))

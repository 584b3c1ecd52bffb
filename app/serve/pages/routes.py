"""Which page answers which address."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from app.serve.negotiation import rdf_type
from app.serve.pages.about import add_about
from app.serve.pages.actor import show_actor
from app.serve.pages.data import add_data_page
from app.serve.pages.document import lead_to_mention, lead_to_proposition, lead_to_statement, show_document
from app.serve.pages.event import show_event
from app.serve.pages.home import add_home
from app.serve.pages.ontology import add_ontology
from app.serve.pages.search import add_search
from app.serve.pages.sitemap import add_sitemap
from app.serve.pages.things import show_thing
from app.serve.pages.words import LICENCE

if TYPE_CHECKING:
    from app.serve.application import Site

Show = Callable[["Site", Request, str], Awaitable[Response]]
# Kind of a thing (first part of its path under /id/) -> its page; whatever has no page of its own shows its triples.
_PAGES: dict[str, Show] = {
    "event": show_event,
    "actor": show_actor,
    "document": show_document,
    "statement": lead_to_statement,
    "account": lead_to_statement,
    "mention": lead_to_mention,
    "proposition": lead_to_proposition,
}


def add_pages(app: FastAPI, site: Site) -> None:
    """Add every page that is not the workbench's."""
    add_home(app, site)
    add_things(app, site)
    add_data_page(app, site)
    add_ontology(app, site)
    add_about(app, site)
    add_search(app, site)
    add_sitemap(app, site)


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


_DESCRIPTIONS = (("text/turtle", "ttl"), ("application/ld+json", "jsonld"), ("application/n-triples", "nt"))

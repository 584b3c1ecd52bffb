"""What machines read to find their way: the service description and VoID."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse, Response

from app.query import Request
from app.serve.negotiation import HTML, rdf_type
from app.serve.protocol import Scope, own_url
from app.vocab import SD

if TYPE_CHECKING:
    from app.serve.application import Site

_COUNTING_S = 60.0  # both count the whole graph, once for each snapshot and address


def service_description(
    site: Site, stream: Callable[[Request], Awaitable[Response]], *, is_writable: bool
) -> Callable[[Scope, str], Awaitable[Response]]:
    """The answer to a bare GET of the endpoint: its description, or for people the workbench."""

    async def describe(scope: Scope, media: str) -> Response:
        if media == HTML and not is_writable:
            return RedirectResponse("/query", 303)
        endpoint = own_url(scope).rstrip("/")
        bindings = {"endpoint": endpoint, "dataset": f"{endpoint}#dataset", "whole": f"{endpoint}#default"}
        bindings["feature"] = SD + ("EmptyGraphs" if is_writable else "UnionDefaultGraph")
        bindings["changes"] = SD + ("SPARQL11Update" if is_writable else "SPARQL11Query")
        request = site.pool.prepared_request("service", bindings, "text/turtle" if media == HTML else media)
        return await stream(replace(request, timeout_s=_COUNTING_S))

    return describe


def add_void(app: FastAPI, site: Site) -> None:
    """Add `/.well-known/void`."""

    @app.get("/.well-known/void", summary="The data set in VoID: sizes, classes, properties, where to ask")
    async def void(request: HttpRequest) -> Response:
        media = rdf_type(request) or "text/turtle"
        bindings = {"thing": site.settings.base + "id/dataset", "endpoint": own_url(request.scope, "/sparql")}
        return await site.stream(replace(site.pool.prepared_request("void", bindings, media), timeout_s=_COUNTING_S))

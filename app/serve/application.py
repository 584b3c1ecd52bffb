"""The web application: routes, snapshot switching, headers that hold on every answer. It imports no RDF library."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.requests import Request as HttpRequest
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import NotFoundError, RashomonError, WithdrawnError
from app.query import Limits, QueryPool, Request
from app.serve.assets import ASSETS
from app.serve.dumps import Dumps
from app.serve.negotiation import HTML, preferred, rdf_type
from app.serve.pages import Pages
from app.serve.pages.routes import add_pages
from app.serve.problems import problem
from app.serve.reconcile import add_reconciliation
from app.serve.search import Search
from app.serve.sparql import SparqlEndpoint
from app.settings import Settings
from app.vocab import CEV, PREFIXES, segment

_SECURITY = {
    "content-security-policy": "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'self'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}
_EXAMPLE = f"""PREFIX cev: <{CEV}>
PREFIX rdfs: <{PREFIXES["rdfs"]}>
SELECT ?event ?instrument ?affirms ?denies WHERE {{
  ?p cev:about/rdfs:label ?event ; cev:property cev:statesInstrument ; cev:value/rdfs:label ?instrument ;
     cev:affirmedIn/cev:claimant/rdfs:label ?affirms ; cev:deniedIn/cev:claimant/rdfs:label ?denies .
}}"""


class SecurityHeaders:
    """Adds to every answer the headers that keep a hostile graph from running in a reader's browser."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        """`app` is the application inside, `site` what its routes share."""
        self._app = app
        self.site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _SECURITY.items():
                    headers.setdefault(name, value)
            await send(message)

        inner = self.site.raw.get(scope["path"].rstrip("/"), self._app)
        await inner(scope, receive, send_with)


class Site:
    """What the routes share: settings, the pool over the current snapshot, its dumps and pages."""

    def __init__(self, settings: Settings, snapshot: Path) -> None:
        """`snapshot` is the directory that is served first."""
        self.settings = settings
        self.snapshot = snapshot
        self.pages = Pages(settings.base)
        self.dumps = Dumps(snapshot)
        self._withdrawn: dict[str, str] = _withdrawn(snapshot)
        self._held_back: dict[str, dict[str, int]] = _extra(snapshot, "held_back.json")
        self.search = Search()
        # Callables that answer a path before routing, because routing costs more than a small query.
        self.raw: dict[str, ASGIApp] = {}
        self._pool: QueryPool | None = None

    @property
    def pool(self) -> QueryPool:
        """The pool of query workers."""
        if self._pool is None:
            raise RashomonError("the server is still starting")
        return self._pool

    async def open(self) -> None:
        """Start the workers."""
        self._pool = await QueryPool.start(self.snapshot, self.settings)

    async def close(self) -> None:
        """Stop the workers."""
        if self._pool is not None:
            await self._pool.close()

    def refuse_withdrawn(self, iri: str) -> None:
        """Raise WithdrawnError with the reason where a thing, or what it belongs to, was withdrawn."""
        for withdrawn, reason in self._withdrawn.items():
            tail = withdrawn.split("/id/", 1)[-1].split("/", 1)[-1]
            if iri == withdrawn or f"/{tail}/" in f"{iri}/":
                raise WithdrawnError("this was withdrawn from the graph", where=iri, why=reason)

    def held_back(self, kind: str, iri: str) -> int:
        """How many statements of a document or about an event wait for a person; `kind` is `documents` or `events`."""
        return self._held_back.get(kind, {}).get(iri, 0)

    def withdrawn_from(self, document_id: str) -> list[tuple[str, str]]:
        """The statements of a document that were withdrawn, with their reasons."""
        mark = f"/statement/{segment(document_id)}/"
        return [(iri, reason) for iri, reason in self._withdrawn.items() if mark in iri]

    async def describe(self, iri: str, media: str) -> Response:
        """Answer the RDF description of a thing, 404 where the graph has none."""
        if not await self.pool.run_prepared("thing", {"thing": iri}):
            raise NotFoundError("no such thing is in this snapshot", where=iri)
        return await self.stream(self.pool.prepared_request("describe", {"thing": iri}, media))

    async def stream(self, request: Request) -> Response:
        """Answer a query as a stream that keeps its worker until the end."""
        run = self.pool.run(request)
        answer = await run.__aenter__()

        async def body() -> AsyncIterator[bytes]:
            try:
                async for chunk in answer.chunks():
                    yield chunk
            finally:
                await run.__aexit__(None, None, None)

        return StreamingResponse(body(), media_type=answer.media_type, headers={"x-snapshot": self.pool.snapshot_id})

    def page(self, template: str, **values: Any) -> HTMLResponse:
        """Answer a rendered template."""
        return HTMLResponse(self.pages.render(template, snapshot=self.pool.snapshot_id, **values))


def _withdrawn(snapshot: Path) -> dict[str, str]:
    """What a snapshot says was withdrawn: IRI to reason; older snapshots say nothing."""
    return _extra(snapshot, "withdrawn.json")


def _extra(snapshot: Path, name: str) -> dict[str, Any]:
    """A file that a build wrote for pages; older snapshots have none of it."""
    path = snapshot / name
    return dict(json.loads(path.read_text("utf-8"))) if path.is_file() else {}


def create_app(settings: Settings, snapshot: Path) -> SecurityHeaders:
    """Return the application over a snapshot directory."""
    site = Site(settings, snapshot)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await site.open()
        try:
            yield
        finally:
            await site.close()

    app = FastAPI(
        title="Rashomon", version="1", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url="/openapi.json"
    )

    @app.exception_handler(RashomonError)
    async def house_error(request: HttpRequest, error: RashomonError) -> Response:
        return problem(error, html=_wants_html(request))

    _add_pages(app, site)
    _add_data(app, site)
    return SecurityHeaders(app, site)


def _wants_html(request: HttpRequest) -> bool:
    return preferred(request.headers.get("accept"), ["application/json", HTML]) == HTML


def _add_pages(app: FastAPI, site: Site) -> None:
    @app.get("/query", include_in_schema=False)
    async def query() -> Response:
        return site.page("query.html", example=_EXAMPLE)

    @app.get("/static/{name:path}", include_in_schema=False)
    async def static(request: HttpRequest, name: str) -> Response:
        return ASSETS.answer(name, request.headers.get("accept-encoding", ""))

    add_pages(app, site)
    add_reconciliation(app, site)


def _add_data(app: FastAPI, site: Site) -> None:
    async def bare_get(media: str) -> Response:
        if media == HTML:
            return RedirectResponse("/query", 303)
        return await site.describe(site.settings.base + "id/dataset", media)

    endpoint = SparqlEndpoint(
        lambda: site.pool, store="main",
        limits=Limits(site.settings.query_max_bytes, site.settings.query_max_nesting, site.settings.query_max_tokens),
        max_timeout_s=site.settings.query_timeout_s, describe=bare_get,
    )  # fmt: skip
    site.raw["/sparql"] = endpoint

    @app.get("/graph/{path:path}", summary="One named graph as RDF")
    async def graph(request: HttpRequest, path: str) -> Response:
        iri = site.settings.base + "graph/" + request.scope["raw_path"].decode("latin-1").removeprefix("/graph/")
        media = rdf_type(request) or "text/turtle"
        return await site.stream(site.pool.prepared_request("graph", {"graph": iri}, media))

    @app.get("/dumps/", summary="The files of the whole graph")
    async def dumps(request: HttpRequest) -> Response:
        manifest = json.loads((site.snapshot / "manifest.json").read_text("utf-8"))
        if not _wants_html(request):
            return JSONResponse([vars(f) for f in site.dumps.files()])
        return site.page("dumps.html", files=site.dumps.files(), hash=manifest["hash"])

    @app.get("/dumps/{name}", summary="One file of the whole graph")
    async def dump(name: str) -> Response:
        return site.dumps.answer(name)

    @app.get("/-/health", summary="Whether the process runs")
    async def health() -> Response:
        return PlainTextResponse("ok\n")

    @app.get("/-/ready", summary="Whether a snapshot is served")
    async def ready() -> Response:
        return JSONResponse({"snapshot": site.pool.snapshot_id})

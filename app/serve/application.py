"""The web application: routes, snapshot switching, headers that hold on every answer. It imports no RDF library."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request as HttpRequest
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    Response,
    StreamingResponse,
)
from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import NotFoundError, RashomonError, SnapshotError, WithdrawnError
from app.query import Engine, Request, ResultCache
from app.serve.aside import Aside
from app.serve.assets import ASSETS
from app.serve.citing import add_citing
from app.serve.conditional import entity_tag
from app.serve.descriptions import add_void, service_description
from app.serve.dumps import Dumps
from app.serve.edition import Edition
from app.serve.explore.exploring import Exploring
from app.serve.explore.routes import add_explore
from app.serve.front import Front
from app.serve.graph_store import GraphStore
from app.serve.interface import add_interface
from app.serve.logs import log_failure
from app.serve.metrics import Metrics
from app.serve.negotiation import HTML, preferred, rdf_type
from app.serve.operations import add_operations
from app.serve.pages import Pages
from app.serve.pages.routes import add_pages
from app.serve.per_snapshot import PerSnapshot
from app.serve.problems import PROBLEMS, problem, unrouted
from app.serve.protocol import client_of
from app.serve.reconcile import add_reconciliation
from app.serve.reloading import Watcher
from app.serve.repeats import Repeats
from app.serve.reviews import add_reviews
from app.serve.search import read_index
from app.serve.snapshot_files import read_manifest
from app.serve.sparql import RefusedUpdates, SparqlEndpoint
from app.serve.workbench.routes import add_workbench
from app.settings import Settings
from app.vocab import segment

_REPEATS_BYTES = 8_000_000
_LARGE_QUADS = 500_000


class Site:
    """What the routes share: settings, the pool over the current snapshot, its dumps and pages."""

    def __init__(self, settings: Settings, snapshot: Path) -> None:
        """`snapshot` is the directory that is served first."""
        self.settings = settings
        self.pages = Pages(settings.base)
        self.search = PerSnapshot(read_index)
        self.explore = PerSnapshot(Exploring.read)
        self.metrics = Metrics()
        self.aside = Aside()
        self.cache: ResultCache | None = None
        if settings.result_cache_mb:
            self.cache = ResultCache(settings.result_cache_mb * 1_000_000, settings.result_cache_entry_kb * 1_000)
        self.repeats = Repeats(self, max(_REPEATS_BYTES, settings.result_cache_mb * 1_000_000 // 8))
        # Callables that answer a path before routing, because routing costs more than a small query.
        self.raw: dict[str, ASGIApp] = {}
        self._first = snapshot
        self._edition: Edition | None = None
        self._pinned: ContextVar[Edition | None] = ContextVar("edition", default=None)
        self._retiring: set[asyncio.Task[None]] = set()

    @property
    def edition(self) -> Edition:
        """The snapshot of the request that runs, which is the current one elsewhere."""
        found = self._pinned.get() or self._edition
        if found is None:
            raise SnapshotError("the server is still starting", advice="Try again in a few seconds.")
        return found

    @property
    def pool(self) -> Engine:
        """What answers queries: workers, or a remote store."""
        return self.edition.pool

    @property
    def snapshot(self) -> Path:
        """The directory of the snapshot."""
        return self.edition.snapshot

    @property
    def dumps(self) -> Dumps:
        """The dumps of the snapshot."""
        return self.edition.dumps

    @contextmanager
    def pinned(self) -> Iterator[None]:
        """Hold on to the current snapshot until the block ends, whatever is published meanwhile."""
        edition = self._edition
        if edition is None:
            yield
            return
        token = self._pinned.set(edition)
        edition.take()
        try:
            yield
        finally:
            edition.give_back()
            self._pinned.reset(token)

    def serves(self, edition: Edition) -> bool:
        """Whether this is the snapshot that new requests see."""
        return edition is self._edition

    async def open(self) -> None:
        """Start the workers."""
        self._edition = await Edition.open(self._first, self.settings, self.cache)
        self._beside(self._read_ahead(self._edition))

    async def switch(self, snapshot: Path) -> None:
        """Serve another snapshot from now on; requests that run end on the old one. Raises SnapshotError, and stays."""
        fresh = await Edition.open(snapshot, self.settings, self.cache)
        old, self._edition = self._edition, fresh
        self.repeats.forget_all()
        if self.cache is not None:
            self.cache.forget(fresh.pool.snapshot_id)
        self.metrics.counts["reloads"] += 1
        self._beside(self._read_ahead(fresh))
        if old is not None:
            self._beside(old.retire())

    def _beside(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside requests, until the server is closed."""
        task = asyncio.create_task(work)
        self._retiring.add(task)
        task.add_done_callback(self._retiring.discard)

    async def _read_ahead(self, edition: Edition) -> None:
        """Read what the first visitors of a large snapshot would wait for: its names and what Explore sums up."""
        quads = read_manifest(edition.snapshot).get("quads", 0)
        if not isinstance(quads, int) or quads < _LARGE_QUADS:
            return
        edition.take()
        try:
            for of in (self.search.of, self.explore.of):
                await of(edition.pool)
        except RashomonError as error:
            log_failure(error)
        finally:
            edition.give_back()

    async def close(self) -> None:
        """Stop the workers."""
        for task in self._retiring:
            task.cancel()
        await asyncio.gather(*self._retiring, return_exceptions=True)
        if self._edition is not None:
            await self._edition.pool.close()

    def refuse_withdrawn(self, iri: str) -> None:
        """Raise WithdrawnError with the reason where a thing, or what it belongs to, was withdrawn."""
        for withdrawn, reason in self.edition.withdrawn.items():
            tail = withdrawn.split("/id/", 1)[-1].split("/", 1)[-1]
            if iri == withdrawn or f"/{tail}/" in f"{iri}/":
                raise WithdrawnError("this was withdrawn from the graph", where=iri, why=reason)

    def held_back(self, kind: str, iri: str) -> int:
        """How many statements of a document or about an event wait for a person; `kind` is `documents` or `events`."""
        return self.edition.held_back.get(kind, {}).get(iri, 0)

    def withdrawn_from(self, document_id: str) -> list[tuple[str, str]]:
        """The statements of a document that were withdrawn, with their reasons."""
        mark = f"/statement/{segment(document_id)}/"
        return [(iri, reason) for iri, reason in self.edition.withdrawn.items() if mark in iri]

    async def describe(self, iri: str, media: str) -> Response:
        """Answer the RDF description of a thing, 404 where the graph has none."""
        if not await self.pool.run_prepared("thing", {"thing": iri}):
            raise NotFoundError("no such thing is in this snapshot", where=iri)
        return await self.stream(self.pool.prepared_request("describe", {"thing": iri}, media))

    async def stream(self, request: Request) -> Response:
        """Answer a query as a stream that keeps its worker until the end."""
        return QueryResponse(self.pool, request)

    async def drawn(self, http: HttpRequest, template: str, **values: Any) -> HTMLResponse:
        """Answer a rendered template that may be large: drawn beside the loop, when it is its client's turn."""
        return await self.aside.run(client_of(http.scope), partial(self.page, template, **values))

    def page(self, template: str, **values: Any) -> HTMLResponse:
        """Answer a rendered template."""
        return HTMLResponse(self.pages.render(template, snapshot=self.pool.snapshot_id, **values))


class QueryResponse(Response):
    """The answer to a query, begun when it is sent, so that failures before the first byte keep their status."""

    def __init__(self, pool: Engine, request: Request) -> None:
        """`pool` answers `request`."""
        super().__init__()
        self._pool, self._request = pool, request

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the query and stream its answer; a client that goes away takes the query along."""
        async with self._pool.run(self._request) as answer:
            headers = {k: v for k, v in self.headers.items() if k not in ("content-length", "content-type")}
            headers["x-snapshot"] = answer.snapshot_id
            if key := self._request.key:
                headers["etag"] = entity_tag(answer.snapshot_id, key)
            await StreamingResponse(answer.chunks(), media_type=answer.media_type, headers=headers)(
                scope, receive, send
            )


def create_app(settings: Settings, snapshot: Path, *, follow: Path | None = None) -> Front:
    """Return the application over a snapshot directory; it changes to what the link `follow` comes to point to."""
    site = Site(settings, snapshot)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await site.open()
        tasks = []
        if follow is not None:
            watcher = Watcher(follow, lambda: site.snapshot.resolve(), site.switch)
            tasks.append(asyncio.create_task(watcher.run(settings.watch_s)))
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await site.close()

    app = FastAPI(
        title="Rashomon",
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        responses=PROBLEMS,
    )

    @app.exception_handler(RashomonError)
    async def house_error(request: HttpRequest, error: RashomonError) -> Response:
        return problem(error, html=_wants_html(request))

    @app.exception_handler(HTTPException)
    async def router_error(request: HttpRequest, error: HTTPException) -> Response:
        return problem(unrouted(request.url.path, error), html=_wants_html(request))

    _add_pages(app, site)
    _add_data(app, site)
    add_citing(app, site)
    add_operations(app, site)
    add_interface(app, site)
    return Front(app, site)


def _wants_html(request: HttpRequest) -> bool:
    return preferred(request.headers.get("accept"), ["application/json", HTML]) == HTML


def _add_pages(app: FastAPI, site: Site) -> None:
    @app.get("/static/{name:path}", include_in_schema=False)
    async def static(request: HttpRequest, name: str) -> Response:
        return ASSETS.answer(name, request.headers.get("accept-encoding", ""))

    add_workbench(app, site)
    add_explore(app, site)
    add_pages(app, site)
    add_reconciliation(app, site)
    add_reviews(app, site)


def _add_data(app: FastAPI, site: Site) -> None:
    endpoint = SparqlEndpoint(
        lambda: site.pool, store="main", settings=site.settings,
        describe=service_description(site, site.stream, is_writable=False),
    )  # fmt: skip
    graphs = GraphStore(lambda: site.pool, site.settings)
    site.raw |= {"/sparql": endpoint, "/update": RefusedUpdates(), "/graphs": graphs}
    app.mount("/graphs", graphs)
    add_void(app, site)

    @app.get("/graph/{path:path}", summary="One named graph as RDF")
    async def graph(request: HttpRequest, path: str) -> Response:
        iri = site.settings.base + "graph/" + request.scope["raw_path"].decode("latin-1").removeprefix("/graph/")
        media = rdf_type(request) or "text/turtle"
        if not await site.pool.run_prepared("graph-holds", {"graph": iri}):
            raise NotFoundError("there is no such graph", where=iri[:500], advice="GET /dumps/ has them all.")
        return await site.stream(site.pool.prepared_request("graph", {"graph": iri}, media))

    @app.get("/dumps/", summary="The files of the whole graph")
    async def dumps(request: HttpRequest) -> Response:
        if not _wants_html(request):
            return JSONResponse([vars(f) for f in site.dumps.files()])
        return site.page("dumps.html", files=site.dumps.files(), hash=read_manifest(site.snapshot)["hash"])

    @app.get("/dumps/{name}", summary="One file of the whole graph")
    async def dump(name: str) -> Response:
        return site.dumps.answer(name)

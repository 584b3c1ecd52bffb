"""`serve --scratch`: a plain writable SPARQL store on this machine, for experiments and conformance runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from starlette.requests import Request as HttpRequest
from starlette.responses import PlainTextResponse, Response

from app.errors import RashomonError, SettingsError, SnapshotError
from app.query import Engine, ScratchPool
from app.serve.application import Site
from app.serve.descriptions import service_description
from app.serve.front import Front
from app.serve.graph_store import GraphStore
from app.serve.operations import add_operations
from app.serve.problems import problem
from app.serve.repeats import Repeats
from app.serve.sparql import SparqlEndpoint
from app.settings import Settings

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_GREETING = """A scratch store: empty at the start, in memory, gone with its server.

/sparql   queries and updates    /update   updates    /graphs   Graph Store Protocol
"""


class ScratchSite(Site):
    """What the routes share, over a store without snapshot."""

    def __init__(self, settings: Settings) -> None:
        """Nothing runs before `open`."""
        super().__init__(settings, Path())
        self.repeats = Repeats(self, 0)  # the same question has another answer after the next change
        self._scratch: ScratchPool | None = None

    @property
    def scratch(self) -> ScratchPool:
        """The pool over the store."""
        if self._scratch is None:
            raise SnapshotError("the server is still starting", advice="Try again in a few seconds.")
        return self._scratch

    @property
    def pool(self) -> Engine:
        """The pool of query workers."""
        return self.scratch

    async def open(self) -> None:
        """Start over an empty store."""
        self._scratch = await ScratchPool.open(self.settings)

    async def close(self) -> None:
        """End the workers, and the store with them."""
        if self._scratch is not None:
            await self._scratch.close()


def refuse_other_hosts(host: str) -> None:
    """Raise SettingsError where a scratch store would be open to other machines."""
    if host not in _LOOPBACK:
        raise SettingsError(
            "a scratch store takes changes from anybody who reaches it", where=f"--host {host}",
            advice="Serve it on 127.0.0.1, ::1 or localhost.",
        )  # fmt: skip


def create_scratch_app(settings: Settings) -> Front:
    """Return the application over an empty store."""
    refuse_other_hosts(settings.host)
    # Nothing is kept of what may change, and nothing leaves a store that anybody may fill.
    settings = settings.model_copy(update={"result_cache_mb": 0, "federation": ""})
    site = ScratchSite(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await site.open()
        try:
            yield
        finally:
            await site.close()

    app = FastAPI(title="Rashomon scratch store", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)

    @app.exception_handler(RashomonError)
    async def house_error(_: HttpRequest, error: RashomonError) -> Response:
        return problem(error)

    @app.get("/")
    async def greet() -> Response:
        return PlainTextResponse(_GREETING)

    describe = service_description(site, site.stream, is_writable=True)
    endpoint = SparqlEndpoint(
        lambda: site.pool, store="main", settings=settings, describe=describe, writable=lambda: site.scratch
    )
    graphs = GraphStore(lambda: site.pool, settings, lambda: site.scratch)
    site.raw |= {"/sparql": endpoint, "/update": endpoint, "/graphs": graphs}
    app.mount("/graphs", graphs)
    add_operations(app, site)
    return Front(app, site)

"""`/-/…`: what machines that run the server ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.responses import JSONResponse, PlainTextResponse, Response

if TYPE_CHECKING:
    from app.serve.application import Site

_NO_STORE = {"cache-control": "no-store"}


def add_operations(app: FastAPI, site: Site) -> None:
    """Add health, readiness and metrics."""

    @app.get("/-/health", summary="Whether the process runs", response_class=PlainTextResponse)
    async def health() -> Response:
        return PlainTextResponse("ok\n", headers=_NO_STORE)

    @app.get("/-/ready", summary="Whether queries are answered", responses={503: {"description": "Not now"}})
    async def ready() -> Response:
        pool = site.pool
        is_ready = pool.has_workers
        body = {"snapshot": pool.snapshot_id, "ready": is_ready}
        return JSONResponse(body, 200 if is_ready else 503, headers=_NO_STORE)

    @app.get("/-/metrics", summary="Numbers in Prometheus' text format", response_class=PlainTextResponse)
    async def metrics() -> Response:
        cache = {"bytes": site.cache.size, "entries": len(site.cache), **site.cache.metrics} if site.cache else {}
        pool = site.pool
        text = site.metrics.render(queries=pool.metrics, cache=cache, snapshot=pool.snapshot_id)
        return PlainTextResponse(text, headers=_NO_STORE, media_type="text/plain; version=0.0.4")

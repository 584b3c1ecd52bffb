"""The first page, and the list of all events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from app.serve.pages.dataset_card import dataset_card
from app.serve.pages.links import open_in_query
from app.serve.pages.paging import cut
from app.serve.pages.rendering import Row
from app.serve.pages.story import Named
from app.serve.pages.words import Words
from app.serve.snapshot_files import read_changes, read_manifest

if TYPE_CHECKING:
    from app.serve.application import Site


def add_home(app: FastAPI, site: Site) -> None:
    """Add `/` and `/events`."""

    @app.get("/", include_in_schema=False)
    async def home(request: Request) -> Response:
        contested = await site.pool.run_prepared("home-contested", {})
        latest = await site.pool.run_prepared("home-latest", {})
        manifest = read_manifest(site.snapshot)
        return site.page(
            "home.html",
            counts=(await site.pool.run_prepared("counts", {}))[0],
            counts_query=open_in_query(site.pool.prepared("counts")),
            contested=[(named(r, "event"), int(r["contested"]), int(r["claimants"])) for r in contested],
            contested_query=open_in_query(site.pool.prepared("home-contested")),
            latest=[(named(r, "document"), r["date"], bool(r.get("digest"))) for r in latest],
            changes=read_changes(site.snapshot),
            built=str(manifest.get("built_at", ""))[:10],
            card=dataset_card(manifest, _root(request), site.dumps.files()),
        )

    @app.get("/events", include_in_schema=False)
    async def events(request: Request) -> Response:
        rows = await site.pool.run_prepared("events", {})
        return site.page(
            "events.html",
            events=cut(rows, request.query_params, size=50),
            query=open_in_query(site.pool.prepared("events")),
        )


def named(row: Row, name: str) -> Named:
    """A thing of a row with its label."""
    return Named(row[name], Words(row["label"], row.get("lang") or ""))


def _root(request: Request) -> str:
    return str(request.base_url).rstrip("/")

"""What crawlers ask for: robots.txt and a sitemap in parts."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from app.errors import NotFoundError
from app.serve.snapshot_files import read_manifest

if TYPE_CHECKING:
    from app.serve.application import Site

_A_PART = 40_000
_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_FIXED = ("/", "/events", "/explore", "/query", "/data", "/ontology", "/about")


def add_sitemap(app: FastAPI, site: Site) -> None:
    """Add `/robots.txt`, `/sitemap.xml` and its parts."""

    @app.get("/robots.txt", include_in_schema=False)
    async def robots(request: Request) -> Response:
        root = str(request.base_url).rstrip("/")
        refused = (
            "/sparql",
            "/query?",
            "/q/",
            "/reconcile",
            "/report",
            "/search",
            "/suggest",
            "/-/",
            "/*?as-known=",
            "/*?with=",
            "/*?format=",
        )
        lines = ["User-agent: *", *(f"Disallow: {path}" for path in refused), f"Sitemap: {root}/sitemap.xml"]
        return PlainTextResponse("\n".join(lines) + "\n")

    @app.get("/sitemap.xml", include_in_schema=False)
    async def sitemap(request: Request) -> Response:
        root = str(request.base_url).rstrip("/")
        day = str(read_manifest(site.snapshot).get("built_at", ""))[:10]
        parts = len(await _paths(site)) // _A_PART + 1
        items = "".join(
            f"<sitemap><loc>{escape(root)}/sitemap-{n}.xml</loc><lastmod>{day}</lastmod></sitemap>"
            for n in range(1, parts + 1)
        )
        return _xml(f'<sitemapindex xmlns="{_SPACE}">{items}</sitemapindex>')

    @app.get("/sitemap-{number}.xml", include_in_schema=False)
    async def part(request: Request, number: int) -> Response:
        root = str(request.base_url).rstrip("/")
        paths = (await _paths(site))[(number - 1) * _A_PART : number * _A_PART] if number > 0 else []
        if not paths:
            raise NotFoundError("the sitemap has no such part", where=str(number), advice="See /sitemap.xml.")
        items = "".join(f"<url><loc>{escape(root + path)}</loc></url>" for path in paths)
        return _xml(f'<urlset xmlns="{_SPACE}">{items}</urlset>')


async def _paths(site: Site) -> list[str]:
    index = await site.search.of(site.pool)
    return [*_FIXED, *sorted(site.pages.local(iri) for iri in index.things())]


def _xml(body: str) -> Response:
    return Response(f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n', media_type="application/xml")

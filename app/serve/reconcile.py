"""`/reconcile`: OpenRefine's protocol 0.2 (manifest, queries, suggest, preview) over the index of names."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.errors import NotFoundError, UsageError
from app.serve.pages.words import QUESTIONS
from app.serve.protocol import client_of, read_body
from app.serve.search import KINDS, Hit, Index
from app.vocab import CEV

if TYPE_CHECKING:
    from app.serve.application import Site

_CORS = {"access-control-allow-origin": "*"}
_MOST_QUERIES = 100
_MOST_BYTES = 1_000_000
_BY_CLASS = {name: kind for kind, (name, _) in KINDS.items()}


def add_reconciliation(app: FastAPI, site: Site) -> None:
    """Add the routes of the protocol."""

    @app.get("/reconcile", summary="OpenRefine reconciliation: manifest, or answers to `queries`")
    async def reconcile(request: Request) -> Response:
        asked = request.query_params.get("queries")
        return _json(
            await _answer(site, client_of(request.scope), asked) if asked is not None else manifest(_root(request))
        )

    @app.post("/reconcile", summary="OpenRefine reconciliation: answers to `queries`")
    async def reconcile_form(request: Request) -> Response:
        asked = await _form_field(request, "queries")
        return _json(
            await _answer(site, client_of(request.scope), asked) if asked is not None else manifest(_root(request))
        )

    @app.get("/reconcile/suggest/entity", summary="Things whose names begin with `prefix`")
    async def entities(request: Request, prefix: str = "", cursor: int = 0) -> Response:
        index = await site.search.of(site.pool)
        found = await site.aside.run(client_of(request.scope), lambda: index.find(prefix, limit=max(0, cursor) + 20))
        hits = found[max(0, cursor) :]
        return _json({"result": [{"id": _id(site, h), "name": h.entry.label.text, "notable": _types(h)} for h in hits]})

    @app.get("/reconcile/suggest/type", summary="Kinds of things by `prefix`")
    async def types(prefix: str = "") -> Response:
        found = [{"id": name, "name": words} for name, words in KINDS.values() if words.startswith(prefix.casefold())]
        return _json({"result": found})

    @app.get("/reconcile/suggest/property", summary="Properties by `prefix`")
    async def properties(prefix: str = "") -> Response:
        found = [{"id": n, "name": q} for n, q in QUESTIONS.items() if q.casefold().startswith(prefix.casefold())]
        return _json({"result": found})

    @app.get("/reconcile/preview", include_in_schema=False)
    async def preview(id: str) -> Response:  # the protocol names the parameter
        entry = (await site.search.of(site.pool)).get(site.settings.base + "id/" + id)
        if entry is None:
            raise NotFoundError("no such thing is in this snapshot", where=id)
        page = site.page("preview.html", entry=entry, kind=KINDS[entry.kind][1])
        page.headers["content-security-policy"] = (
            "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors *"
        )
        return page


async def _form_field(request: Request, name: str) -> str | None:
    """One field of a URL-encoded form, which needs no parser of uploads. Raises LimitError, UsageError."""
    body = await read_body(request.receive, _MOST_BYTES)
    try:
        fields = dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=50))
    except (UnicodeDecodeError, ValueError) as error:
        raise UsageError("the form cannot be decoded", why=str(error)) from error
    return fields.get(name)


def manifest(root: str) -> dict[str, Any]:
    """What a client needs to know of this service; `root` is the server's own address."""
    suggest = {
        name: {"service_url": root, "service_path": f"/reconcile/suggest/{name}"}
        for name in ("entity", "type", "property")
    }
    return {
        "versions": ["0.2"],
        "name": "Rashomon: actors, places, instruments, events and documents",
        "identifierSpace": f"{root}/id/",
        "schemaSpace": CEV,
        "defaultTypes": [{"id": name, "name": words} for name, words in KINDS.values()],
        "view": {"url": root + "/id/{{id}}"},
        "preview": {"url": root + "/reconcile/preview?id={{id}}", "width": 400, "height": 140},
        "suggest": suggest,
        "batchSize": _MOST_QUERIES,
    }


def _root(request: Request) -> str:
    return str(request.base_url).rstrip("/")


def _json(content: Any) -> JSONResponse:
    return JSONResponse(content, headers=_CORS)


async def _answer(site: Site, client: str, text: str) -> dict[str, Any]:
    try:
        queries = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError("queries is not JSON", where="queries", why=str(error)) from error
    if not isinstance(queries, dict) or len(queries) > _MOST_QUERIES:
        raise UsageError(f"queries is an object of at most {_MOST_QUERIES} queries", where="queries")
    index = await site.search.of(site.pool)
    return await site.aside.run(client, lambda: _match(site, index, queries))


def _match(site: Site, index: Index, queries: dict[str, Any]) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for key, query in queries.items():
        if not isinstance(query, dict) or not isinstance(query.get("query"), str):
            raise UsageError("a query is an object with a text `query`", where=f"queries.{key}")
        limit = query.get("limit", 10)
        limit = min(max(limit, 1), 50) if isinstance(limit, int) else 10
        hits = index.match(query["query"], kinds=_kinds(query.get("type")), limit=limit)
        sure = [h for h in hits if h.is_exact]
        answers[key] = {"result": [_result(site, h, matches=sure == [h]) for h in hits if h.score >= 40]}
    return answers


def _kinds(type_: Any) -> list[str]:
    names = type_ if isinstance(type_, list) else [type_]
    return [_BY_CLASS[n] for n in (n.get("id") if isinstance(n, dict) else n for n in names) if n in _BY_CLASS]


def _id(site: Site, hit: Hit) -> str:
    return hit.entry.iri.removeprefix(site.settings.base + "id/")


def _types(hit: Hit) -> list[dict[str, str]]:
    name, words = KINDS[hit.entry.kind]
    return [{"id": name, "name": words}]


def _result(site: Site, hit: Hit, *, matches: bool) -> dict[str, Any]:
    """One candidate; `match` is said only where exactly one name is the same."""
    description = ", ".join(sorted(n for n in hit.entry.names if n != hit.entry.label.text)[:3])
    return {
        "id": _id(site, hit), "name": hit.entry.label.text, "type": _types(hit), "score": hit.score, "match": matches,
        "description": description,
    }  # fmt: skip

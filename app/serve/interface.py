"""`/docs` and `/openapi.json`: what programs may ask of this server, as a page whose parts all come from here.

`/sparql` answers before routing, so the framework does not know of it; its description is written down below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from starlette.responses import Response

from app.query.formats import GRAPHS, SOLUTIONS
from app.settings import Settings

if TYPE_CHECKING:
    from app.serve.application import Site

_ABOUT = (
    "A graph of who says what about which event, in which words. What it gives are claims of named claimants, never "
    "facts. "
    "Errors are RFC 9457 problem documents; every answer names its snapshot in `X-Snapshot`."
)
_METHODS = ("get", "post", "put", "delete", "patch", "head", "options")


def add_interface(app: FastAPI, site: Site) -> None:
    """Add the page, and `/sparql` to the description."""
    describe = app.openapi

    def described() -> dict[str, Any]:
        schema = describe()
        schema["info"].update(description=_ABOUT, license={"name": "CC BY 4.0 (data), Apache-2.0 (code)"})
        schema["paths"] = {"/sparql": _sparql(site.settings), **schema["paths"]}
        return schema

    app.openapi = described  # type: ignore[method-assign]

    @app.get("/docs", include_in_schema=False)
    async def docs() -> Response:
        operations = [
            (method.upper(), path, operation.get("summary", ""))
            for path, item in described()["paths"].items()
            for method, operation in item.items()
            if method in _METHODS
        ]
        return site.page("docs.html", operations=operations, about=_ABOUT.replace("`", ""))


def _sparql(settings: Settings) -> dict[str, Any]:
    answers = {
        "200": {
            "description": "The answer: solutions of SELECT and ASK, a graph of CONSTRUCT and DESCRIBE",
            "content": {media: {} for media in (*SOLUTIONS, *GRAPHS)},
        },
        "400": _problem("The query cannot be read; `where` names line and column"),
        "413": _problem("A limit of the query's or the answer's size was reached"),
        "503": _problem("Too many queries wait; `Retry-After` says when to come again"),
        "504": _problem(f"The query took longer than its limit, at most {settings.query_timeout_s:g} s"),
    }
    graphs = [
        _parameter(name, "A named graph of the query's dataset", many=True)
        for name in ("default-graph-uri", "named-graph-uri")
    ]
    options = [
        _parameter(
            "format", "Answer in this format, whatever Accept says: a short name (json, csv, ttl …) or media type"
        ),
        _parameter("timeout", "Give up after so many seconds (no more than the server's limit)"),
        _parameter("download", "`1`: as an attachment"),
    ]
    query = _parameter("query", "The query")
    names = ["query", "default-graph-uri", "named-graph-uri", "format", "timeout", "download"]
    form = {"type": "object", "required": ["query"], "properties": {name: {"type": "string"} for name in names}}
    return {
        "get": {
            "summary": "Ask in SPARQL 1.1; without a query: the service's description as RDF",
            "operationId": "sparql_get",
            "parameters": [query, *graphs, *options],
            "responses": answers,
        },
        "post": {
            "summary": "Ask in SPARQL 1.1, with the query as a form field or as the body itself",
            "operationId": "sparql_post",
            "requestBody": {
                "required": True,
                "content": {
                    "application/x-www-form-urlencoded": {"schema": form},
                    "application/sparql-query": {"schema": {"type": "string"}},
                },
            },
            "responses": {**answers, "415": _problem("The body is neither a form nor a query")},
        },
    }


def _parameter(name: str, description: str, *, many: bool = False) -> dict[str, Any]:
    one = {"type": "string"}
    schema = {"type": "array", "items": one} if many else one
    return {"name": name, "in": "query", "description": description, "required": False, "schema": schema}


def _problem(description: str) -> dict[str, Any]:
    return {"description": description, "content": {"application/problem+json": {"schema": {"type": "object"}}}}

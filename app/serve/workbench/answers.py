"""An answer as a page without scripts shows it: a table of the first rows, yes or no, or Turtle."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from app.errors import QueryError, RashomonError
from app.query import Engine, Form, Limits, Request, inspect

SHOWN_ROWS = 500
_SHOWN_CHARS = 200_000
_PLACE = re.compile(r"\bat (\d+):\d+")
_NO_GRAPH = "urn:x-rashomon:nothing"


@dataclass(slots=True)
class PlainAnswer:
    """What a query gave: variables and rows of cells, or a truth value, or RDF text, or the error that stopped it."""

    variables: list[str] = field(default_factory=list)
    rows: list[list[dict[str, Any] | None]] = field(default_factory=list)
    total: int = 0
    boolean: bool | None = None
    rdf: str = ""
    error: RashomonError | None = None

    @property
    def error_line(self) -> str:
        """The line of the query at which the engine stopped, where it said so."""
        place = _PLACE.search(f"at {self.error.where} {self.error.what}") if self.error else None
        return place[1] if place else ""


async def answer_plainly(pool: Engine, query: str, limits: Limits) -> PlainAnswer:
    """Run a query for a page without scripts; errors of the query are part of the answer."""
    try:
        form = inspect(query, limits)
        if form is Form.UPDATE:
            return PlainAnswer(error=RashomonError("this is an update, and here are queries only"))
        media = "text/turtle" if form.gives_graph else "application/sparql-results+json"
        async with pool.run(Request(text=query, media_type=media)) as answer:
            body = await answer.read()
    except RashomonError as error:
        return PlainAnswer(error=error)
    if form.gives_graph:
        return PlainAnswer(rdf=body[:_SHOWN_CHARS].decode("utf-8", "ignore"))
    return _table(json.loads(body))


async def probe(pool: Engine, query: str, limits: Limits, *, timeout_s: float, read_only: bool) -> dict[str, Any]:
    """Answer an editor's own question; an error of the query is a result here, which a browser's console need not log.

    `read_only` has the engine read the query and put it to a graph that does not exist.
    """
    try:
        form = inspect(query, limits)
        if form is Form.UPDATE:
            raise QueryError("this is an update, and here are queries only")
        request = Request(
            text=query,
            media_type="text/turtle" if form.gives_graph else "application/sparql-results+json",
            default_graph_uris=(_NO_GRAPH,) if read_only else (),
            named_graph_uris=(_NO_GRAPH,) if read_only else (),
            timeout_s=timeout_s,
        )
        async with pool.run(request) as answer:
            body = await answer.read()
    except RashomonError as error:
        return {"error": {"status": error.status, "detail": error.what, "where": error.where, "advice": error.advice}}
    return {} if read_only else dict(json.loads(body))


def _table(body: dict[str, Any]) -> PlainAnswer:
    if "boolean" in body:
        return PlainAnswer(boolean=bool(body["boolean"]))
    variables = body["head"]["vars"]
    bindings = body["results"]["bindings"]
    rows = [[row.get(name) for name in variables] for row in bindings[:SHOWN_ROWS]]
    return PlainAnswer(variables=variables, rows=rows, total=len(bindings))

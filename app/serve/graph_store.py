"""`/graphs`: the SPARQL 1.1 Graph Store HTTP Protocol; reading over a snapshot, writing too over a scratch store.

A graph is named by `?graph=IRI`, `?default`, or directly: over a scratch store by the URL itself, over a snapshot
by the same path below the graph's own base.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit
from uuid import uuid4

from app.errors import ForbiddenError, MediaTypeError, RashomonError, UsageError
from app.query import Engine, Form, Operation, Request, negotiate
from app.query.formats import GRAPHS
from app.serve.forms import files_of
from app.serve.protocol import (
    CORS,
    WAY,
    Receive,
    Scope,
    Send,
    client_of,
    content_type,
    headers_of,
    own_url,
    pairs_of,
    read_body,
    refuse_coded,
    refuse_foreign_writer,
    refused_method,
    send_empty,
    send_preflight,
    send_problem,
)
from app.serve.sparql import Writable, content_type_of
from app.serve.streaming import stream, while_connected
from app.settings import Settings

_READING, _WRITING = "GET, HEAD, OPTIONS", "GET, HEAD, PUT, POST, DELETE, OPTIONS"
_OPERATIONS = {"PUT": Operation.PUT_GRAPH, "POST": Operation.POST_GRAPH, "DELETE": Operation.DELETE_GRAPH}


class GraphStore:
    """Answers `/graphs` and what lies below it."""

    def __init__(
        self, pool: Callable[[], Engine], settings: Settings, writable: Callable[[], Writable] | None = None
    ) -> None:
        """`pool` gives the pool of the moment; `writable` the store that takes changes, where there is one."""
        self._pool = pool
        self._settings = settings
        self._writable = writable

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one HTTP request."""
        method = scope["method"]
        try:
            if method == "OPTIONS":
                await send_preflight(send, _WRITING if self._writable else _READING, any_origin=True)
            elif method in ("GET", "HEAD"):
                await while_connected(asyncio.create_task(self._read(scope, send)), receive)
            elif method in _OPERATIONS:
                await self._write(scope, receive, send)
            else:
                raise refused_method(method, _WRITING if self._writable else _READING)
        except RashomonError as error:
            await send_problem(error, scope, receive, send)

    async def _read(self, scope: Scope, send: Send) -> None:
        graph, format_ = self._graph(scope)
        media = negotiate(headers_of(scope).get("accept"), format_, Form.CONSTRUCT)
        request = Request(operation=Operation.READ_GRAPH, graph=graph, media_type=media, client=client_of(scope))
        async with self._pool().run(request) as answer:
            head = [
                *CORS,
                (b"x-snapshot", answer.snapshot_id.encode()),
                (b"vary", b"accept"),
                (b"content-type", content_type_of(media)),
            ]
            await stream(answer, head, scope, send, write_timeout_s=self._settings.write_timeout_s)

    async def _write(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._writable is None:
            raise ForbiddenError("this graph is not changed over HTTP", advice=WAY)
        refuse_foreign_writer(scope)
        method, headers = scope["method"], headers_of(scope)
        fresh = method == "POST" and not scope["query_string"] and not _below(scope)
        graph = f"{own_url(scope).rstrip('/')}/{uuid4()}" if fresh else self._graph(scope)[0]
        parts: tuple[tuple[str, bytes], ...] = ()
        if method != "DELETE":
            refuse_coded(headers)
            body = await read_body(receive, self._settings.scratch_max_body_bytes)
            parts = _parts(headers.get("content-type", ""), body, is_post=method == "POST")
        base = graph if graph is not None else own_url(scope)
        change = Request(operation=_OPERATIONS[method], graph=graph, parts=parts, base_iri=base)
        created = await self._writable().change(change)
        location = [(b"location", graph.encode("ascii", "backslashreplace"))] if fresh and graph is not None else []
        await send_empty(send, 201 if created else 204, location)

    def _graph(self, scope: Scope) -> tuple[str | None, str | None]:
        """The graph that is meant (None: the default graph), and the format asked for. Raises UsageError."""
        pairs = pairs_of(scope["query_string"])
        named = [v for k, v in pairs if k == "graph"]
        defaults = [v for k, v in pairs if k == "default"]
        formats = [v for k, v in pairs if k == "format"]
        below = _below(scope)
        if len(named) + len(defaults) + bool(below) != 1 or len(formats) > 1:
            raise UsageError(
                "a graph is named once, by ?graph=IRI, ?default or its path", advice="Send one of the three, once."
            )
        format_ = formats[0] if formats else None
        if defaults:
            return None, format_
        if not below:
            return _absolute(named[0], own_url(scope)), format_
        if self._writable is None:
            return f"{self._settings.base}graph/{below}", format_
        return own_url(scope), format_


def _below(scope: Scope) -> str:
    """The path below `/graphs/`, as it was sent."""
    raw: str = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1").split("?")[0]
    return raw.partition("/graphs")[2].lstrip("/")


def _absolute(reference: str, base: str) -> str:
    """The IRI of a graph by a reference to it. Raises UsageError."""
    try:
        iri = urljoin(base, reference)
        has_scheme = bool(urlsplit(iri).scheme)
    except ValueError:  # brackets around what is no address
        iri, has_scheme = "", False
    if not has_scheme or any(c in iri for c in '<>"{}|^`\\') or any(ord(c) <= 32 for c in iri):
        raise UsageError("the graph is named by what is no IRI", where="graph")
    return iri


def _parts(kind: str, body: bytes, *, is_post: bool) -> tuple[tuple[str, bytes], ...]:
    """The graphs of a body: one, or those of a form with files (Graph Store Protocol, 5.5). Raises MediaTypeError."""
    if not (is_post and kind.lower().startswith("multipart/form-data")):
        plain = content_type({"content-type": kind})[0]
        return ((_graph_type(plain, body), body),)
    found = [(_graph_type(media, content), content) for media, content in files_of(kind, body)]
    if not found:
        raise MediaTypeError("the form holds no graph", advice="Send each graph as a file with its media type.")
    return tuple(found)


def _graph_type(kind: str, body: bytes) -> str:
    """The RDF type of a body. Raises MediaTypeError; an entity in RDF/XML is refused, because readers expand it."""
    kind = {"text/plain": "application/n-triples", "application/x-turtle": "text/turtle"}.get(kind, kind)
    if kind not in GRAPHS:
        raise MediaTypeError(f"the body is {kind or 'of no stated type'}", advice=f"Send one of {', '.join(GRAPHS)}.")
    if kind == "application/rdf+xml" and b"<!DOCTYPE" in body:
        raise UsageError("RDF/XML with a DOCTYPE is not taken", advice="Write names out, or send Turtle.")
    return kind

"""`/sparql`: the SPARQL 1.1 Protocol (query), a raw ASGI callable because routing would cost more than a small query.

GET with `query=`, POST of a form, POST of `application/sparql-query`; `default-graph-uri`, `named-graph-uri`,
`format=`, `timeout=`, `download=1`. A failure before the first frame keeps an honest status; after it the connection is
cut, never tidied.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.responses import Response

from app.errors import LimitError, QueryError, RashomonError, UsageError
from app.query import Answer, Engine, Form, Limits, Request, inspect, negotiate
from app.serve.conditional import entity_tag, is_match
from app.serve.logs import note, query_hash
from app.serve.negotiation import HTML, RDF_TYPES, preferred
from app.serve.problems import problem

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Describe = Callable[[str], Awaitable[Response]]

_SINGLE = frozenset({"query", "format", "timeout", "download"})
_WAY = "The graph changes through documents, reviews and withdrawals, and a new build."
_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
CORS = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"etag, x-snapshot, retry-after"),
]


@dataclass(frozen=True, slots=True)
class Call:
    """One protocol operation as it was asked for."""

    query: str | None
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    format: str | None
    timeout_s: float | None
    download: bool


class SparqlEndpoint:
    """Answers queries over one store of the current snapshot (`main`, or a standpoint's)."""

    def __init__(
        self,
        pool: Callable[[], Engine],
        *,
        store: str,
        limits: Limits,
        max_timeout_s: float,
        describe: Describe,
    ) -> None:
        """`pool` gives the pool of the moment; `describe` answers a bare GET by media type."""
        self._pool = pool
        self._store = store
        self._limits = limits
        self._max_timeout_s = max_timeout_s
        self._describe = describe

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one HTTP request."""
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        method = scope["method"]
        html = preferred(headers.get("accept"), ["application/problem+json", HTML]) == HTML
        try:
            if method == "OPTIONS":
                await _preflight(send)
                return
            call = await self._read(method, scope, headers, receive)
            if call.query is None:
                offered = [*RDF_TYPES, HTML]
                media = preferred(headers.get("accept"), offered)
                if method in ("GET", "HEAD") and media is not None:
                    await (await self._describe(media))(scope, receive, send)
                    return
                raise UsageError(
                    "no query was sent",
                    advice="Send query=… by GET or form, or the query itself as application/sparql-query.",
                )
            await self._answer(call, method, headers, receive, send)
        except RashomonError as error:
            response = problem(error, html=html)
            response.headers["access-control-allow-origin"] = "*"
            await response(scope, receive, send)

    async def _read(self, method: str, scope: Scope, headers: dict[str, str], receive: Receive) -> Call:
        pairs = _pairs(scope["query_string"])
        if method in ("GET", "HEAD"):
            return _call(pairs, None)
        if method != "POST":
            raise _MethodNotAllowedError(f"{method} is not a method of this endpoint")
        body = await _body(receive, 4 * self._limits.max_bytes)
        kind = headers.get("content-type", "").split(";")[0].strip().lower()
        if kind == _FORM:
            return _call([*pairs, *_pairs(body)], None)
        if kind == _QUERY:
            try:
                return _call(pairs, body.decode("utf-8"))
            except UnicodeDecodeError as error:
                raise QueryError("the query is not UTF-8", why=str(error)) from error
        if kind == "application/sparql-update" or any(k == "update" for k, _ in pairs):
            raise _ForbiddenError(
                "this graph is not changed over HTTP",
                advice=_WAY,
            )
        raise _MediaTypeError(f"the body is {kind or 'of no stated type'}", advice=f"Send {_FORM} or {_QUERY}.")

    async def _answer(self, call: Call, method: str, headers: dict[str, str], receive: Receive, send: Send) -> None:
        assert call.query is not None
        form = inspect(call.query, self._limits)
        if form is Form.UPDATE:
            raise QueryError("this is an update, and here are queries only", advice=_WAY)
        pool, if_none_match = self._pool(), headers.get("if-none-match", "")
        media = negotiate(headers.get("accept"), call.format, form)
        timeout = min(call.timeout_s or self._max_timeout_s, self._max_timeout_s)
        request = Request(
            text=call.query, media_type=media, default_graph_uris=call.default_graphs,
            named_graph_uris=call.named_graphs, store=self._store, timeout_s=timeout,
        )  # fmt: skip
        note(query=query_hash(call.query), form=form)
        key = request.key()
        if key and method != "POST" and is_match(if_none_match, tag := entity_tag(pool.snapshot_id, key)):
            unchanged = [
                *CORS,
                (b"etag", tag.encode()),
                (b"x-snapshot", pool.snapshot_id.encode()),
                (b"vary", b"accept"),
            ]
            await send({"type": "http.response.start", "status": 304, "headers": unchanged})
            await send({"type": "http.response.body", "body": b""})
            return
        await while_connected(receive, self._run(pool, request, key, call, send))

    async def _run(self, pool: Engine, request: Request, key: str | None, call: Call, send: Send) -> None:
        async with pool.run(request) as answer:
            note(answer_from=answer.origin)
            base = [*CORS, (b"x-snapshot", answer.snapshot_id.encode()), (b"vary", b"accept")]
            base.append(
                (b"etag", entity_tag(answer.snapshot_id, key).encode()) if key else (b"cache-control", b"no-store")
            )
            await self._stream(answer, call, base, send)

    async def _stream(
        self,
        answer: Answer,
        call: Call,
        base: list[tuple[bytes, bytes]],
        send: Send,
    ) -> None:
        headers = [*base, (b"content-type", answer.media_type.encode())]
        if call.download:
            headers.append((b"content-disposition", b'attachment; filename="rashomon-result"'))
        started = False
        chunks = answer.chunks()
        while True:
            chunk = await anext(chunks, None)
            if not started:
                await send({"type": "http.response.start", "status": 200, "headers": headers})
                started = True
            if chunk is None:
                break
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


class _MethodNotAllowedError(UsageError):
    code, status = "method-not-allowed", 405


class _ForbiddenError(UsageError):
    code, status = "forbidden", 403


class _MediaTypeError(UsageError):
    code, status = "unsupported-media-type", 415


def _pairs(text: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            text.decode("utf-8"), keep_blank_values=True, strict_parsing=False, errors="strict", max_num_fields=1000
        )
    except (UnicodeDecodeError, ValueError) as error:
        raise UsageError("the parameters cannot be decoded", why=str(error)) from error


def _call(pairs: list[tuple[str, str]], query: str | None) -> Call:
    values: dict[str, str] = {}
    for key, value in pairs:
        if key in _SINGLE:
            if key in values or (key == "query" and query is not None):
                raise UsageError(f"the parameter {key!r} is given twice")
            values[key] = value
        elif key == "update":
            raise _ForbiddenError("this graph is not changed over HTTP", advice=_WAY)
    timeout: float | None = None
    if "timeout" in values:
        try:
            timeout = float(values["timeout"])
        except ValueError as error:
            raise UsageError("timeout is not a number of seconds", where="timeout") from error
        if not timeout > 0:
            raise UsageError("timeout is not a positive number of seconds", where="timeout")
    return Call(
        query=query if query is not None else values.get("query"),
        default_graphs=tuple(v for k, v in pairs if k == "default-graph-uri"),
        named_graphs=tuple(v for k, v in pairs if k == "named-graph-uri"),
        format=values.get("format"),
        timeout_s=timeout,
        download=values.get("download") in ("1", "true", "yes"),
    )


async def _body(receive: Receive, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise UsageError("the client went away before its request was complete")
        part = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise LimitError(f"the body is larger than {limit} bytes")
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)


async def while_connected(receive: Receive, work: Coroutine[Any, Any, None]) -> None:
    """Do `work` as long as the client stays; from the first wait for a worker on, its going away cancels the work."""
    task, gone = asyncio.ensure_future(work), asyncio.ensure_future(_disconnected(receive))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
    finally:
        gone.cancel()
        if not task.done():
            task.cancel()
            await asyncio.wait({task})


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _preflight(send: Send) -> None:
    headers = [
        *CORS,
        (b"access-control-allow-methods", b"GET, HEAD, POST, OPTIONS"),
        (b"access-control-allow-headers", b"accept, content-type, if-none-match"),
        (b"access-control-max-age", b"86400"),
    ]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})

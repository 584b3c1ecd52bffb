"""`/sparql`: the SPARQL 1.1 Protocol, a raw ASGI callable because routing would cost more than a small query.

GET with `query=`, POST of a form, direct POST; `default-graph-uri`, `named-graph-uri`, `format=`, `timeout=`,
`download=1`. A failure before the first frame keeps an honest status; after it the connection is cut, never tidied.
Updates (form or direct, `using-graph-uri`, `using-named-graph-uri`) are taken over a scratch store only.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Protocol

from starlette.responses import Response

from app.errors import ForbiddenError, QueryError, RashomonError, UsageError
from app.query import Engine, Form, Limits, Operation, Request, add_using, inspect, inspect_update, negotiate
from app.serve.conditional import entity_tag, is_match
from app.serve.logs import note, query_hash
from app.serve.negotiation import HTML, RDF_TYPES, preferred
from app.serve.problems import problem
from app.serve.protocol import (
    CORS,
    WAY,
    Call,
    Receive,
    Scope,
    Send,
    client_of,
    headers_of,
    own_url,
    read_call,
    refuse_foreign_writer,
    refused_method,
    send_empty,
    send_preflight,
    send_problem,
)
from app.serve.streaming import stream, while_connected
from app.settings import Settings

Describe = Callable[[Scope, str], Awaitable[Response]]


class Writable(Protocol):
    """A store that takes changes."""

    async def change(self, request: Request) -> bool:
        """Apply one, whole or not at all."""


class SparqlEndpoint:
    """Answers queries over one store of the current snapshot (`main`, or a standpoint's), or of a scratch store."""

    def __init__(
        self,
        pool: Callable[[], Engine],
        *,
        store: str,
        settings: Settings,
        describe: Describe,
        writable: Callable[[], Writable] | None = None,
    ) -> None:
        """`pool` gives the pool of the moment; `describe` answers a bare GET by media type."""
        self._pool = pool
        self._store = store
        self._settings = settings
        self._limits = replace(Limits.of(settings), services=frozenset(settings.federation.split()))
        self._describe = describe
        self._writable = writable
        # Who is cut off in the middle finds here what was exceeded: after the first byte there is no other way to say.
        most = (
            f"rows={settings.result_max_rows}, bytes={settings.result_max_bytes}, seconds={settings.query_timeout_s:g}"
        )
        self._said_limits = (b"x-limits", most.encode())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one HTTP request."""
        headers = headers_of(scope)
        try:
            if scope["method"] == "OPTIONS":
                await send_preflight(send, "GET, HEAD, POST, OPTIONS", any_origin=True)
                return
            limit = self._settings.scratch_max_body_bytes if self._writable else 4 * self._limits.max_bytes
            call = await read_call(scope, headers, receive, limit=limit)
            if call.update is not None:
                await self._update(call, scope, receive, send)
            elif call.query is not None:
                work = self._answer(call, scope, headers, send)
                await while_connected(asyncio.create_task(work), receive)
            else:
                await self._bare(scope, headers, receive, send)
        except RashomonError as error:
            html = preferred(headers.get("accept"), ["application/problem+json", HTML]) == HTML
            await send_problem(error, scope, receive, send, html=html)

    async def _bare(self, scope: Scope, headers: dict[str, str], receive: Receive, send: Send) -> None:
        """A request without query or update: the description of the service, or the workbench."""
        media = preferred(headers.get("accept"), [*RDF_TYPES, HTML])
        if scope["method"] == "POST" or media is None:
            raise UsageError(
                "no query was sent",
                advice="Send query=… by GET or form, or the query itself as application/sparql-query.",
            )
        await (await self._describe(scope, media))(scope, receive, send)

    async def _answer(self, call: Call, scope: Scope, headers: dict[str, str], send: Send) -> None:
        assert call.query is not None
        form = inspect(call.query, self._limits)
        if form is Form.UPDATE:
            raise QueryError("this is an update, and here are queries only", advice=WAY)
        pool, most = self._pool(), self._settings.query_timeout_s
        request = Request(
            text=call.query, media_type=negotiate(headers.get("accept"), call.format, form),
            default_graph_uris=call.default_graphs, named_graph_uris=call.named_graphs, store=self._store,
            timeout_s=min(call.timeout_s or most, most), client=client_of(scope), base_iri=own_url(scope),
        )  # fmt: skip
        if (telling := scope.get("extensions", {}).get("rashomon.telling")) is not None:
            telling.request = request
        note(query=query_hash(call.query), form=form)
        key, tag = request.key, ""
        if key and scope["method"] != "POST":
            tag = entity_tag(pool.snapshot_id, key)
        if is_match(headers.get("if-none-match", ""), tag or '""'):
            await send_empty(send, 304, self._headers(pool.snapshot_id, key))
            return
        async with pool.run(request) as answer:
            note(answer_from=answer.origin)
            if telling is not None:
                telling.is_look_up = answer.is_look_up
            head = [*self._headers(answer.snapshot_id, key), (b"content-type", content_type_of(answer.media_type))]
            if call.download:
                head.append((b"content-disposition", b'attachment; filename="rashomon-result"'))
            await stream(answer, head, scope, send, write_timeout_s=self._settings.write_timeout_s)

    def _headers(self, snapshot_id: str, key: str | None) -> list[tuple[bytes, bytes]]:
        tag = (b"etag", entity_tag(snapshot_id, key).encode()) if key else (b"cache-control", b"no-store")
        return [*CORS, (b"x-snapshot", snapshot_id.encode()), (b"vary", b"accept"), self._said_limits, tag]

    async def _update(self, call: Call, scope: Scope, receive: Receive, send: Send) -> None:
        assert call.update is not None
        if self._writable is None:
            raise ForbiddenError("this graph is not changed over HTTP", advice=WAY)
        if scope["method"] != "POST":
            raise refused_method(f"{scope['method']} of an update", "POST")
        refuse_foreign_writer(scope)
        if call.default_graphs or call.named_graphs:
            raise UsageError("an update takes using-graph-uri and using-named-graph-uri, not those of a query")
        inspect_update(call.update, self._limits)
        text = add_using(call.update, call.using_graphs, call.using_named_graphs)
        most = self._settings.query_timeout_s
        timeout = min(call.timeout_s or most, most)
        change = Request(operation=Operation.UPDATE, text=text, timeout_s=timeout, base_iri=own_url(scope))
        await self._writable().change(change)
        await send_empty(send, 204, [])


class RefusedUpdates:
    """`/update` over a published graph: refused, with the way that corrections take."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one HTTP request."""
        if scope["method"] == "OPTIONS":
            await send_preflight(send, "OPTIONS", any_origin=False)
            return
        error = ForbiddenError("this graph is not changed over HTTP", advice=WAY)
        await problem(error)(scope, receive, send)


def content_type_of(media_type: str) -> bytes:
    """The media type, with its character set where readers would guess another (RFC 4180, 2046)."""
    return (media_type + ("; charset=utf-8" if media_type.startswith("text/") else "")).encode()

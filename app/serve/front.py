"""What holds for every request before and after its route: one snapshot to the end, HEAD, 304, compression, security
headers, numbers, one log line, and an honest answer where a bug of ours shows.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.serve.compression import Compressor, choose_coding, is_compressible
from app.serve.conditional import coded, is_match, tag_of_body
from app.serve.logs import gather_facts, log, log_failure
from app.serve.metrics import route_of
from app.serve.problems import problem_of
from app.serve.repeats import Telling

if TYPE_CHECKING:
    from app.serve.application import Site

_SECURITY = {
    "content-security-policy": "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'self'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}


class Front:
    """The outermost application; `site` is what its routes share."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        """`app` is the routed application inside; raw routes of the site are asked first."""
        self._app = app
        self.site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, send)
        metrics = self.site.metrics
        metrics.open_requests += 1
        try:
            with self.site.pinned():
                inner = self.site.raw.get(scope["path"].rstrip("/"))
                if inner is None and scope["method"] == "HEAD":
                    inner, scope = self._app, {**scope, "method": "GET"}
                await (inner or self._app)(scope, receive, exchange.send)
        except _Enough:
            pass
        except Exception as error:  # noqa: BLE001 - the request boundary: whatever comes here is a bug, or a cut answer
            if not exchange.is_over:
                await exchange.fail(error)
        finally:
            metrics.open_requests -= 1
            self._close(exchange)

    def _close(self, exchange: _Exchange) -> None:
        seconds = time.perf_counter() - exchange.started
        if exchange.telling is not None and exchange.whole is not None and exchange.status == 200:
            self.site.repeats.learn(exchange.telling, exchange.path, exchange.headers, exchange.whole, seconds=seconds)
        path, facts = exchange.path, exchange.facts
        self.site.metrics.record(path, exchange.status, seconds, exchange.sent_bytes)
        is_slow = "query" in facts and seconds > self.site.settings.slow_query_s
        if is_slow:
            self.site.metrics.counts["slow"] += 1
        if is_slow or self.site.settings.log_requests:
            log(
                "slow-query" if is_slow else "request",
                level="warning" if is_slow else "info",
                method=exchange.method, route=route_of(path), status=exchange.status,
                ms=round(1000 * seconds, 2), bytes=exchange.sent_bytes, is_whole=exchange.is_over, **facts,
            )  # fmt: skip


class _Enough(Exception):
    """The client has all that it will get: whatever makes the rest may stop."""


class _Exchange:
    """One request's answer on its way out. The head is held until the first bytes, which may change it."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self.started = time.perf_counter()
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.status = 0
        self.sent_bytes = 0
        self.is_over = False
        self.facts: dict[str, Any] = gather_facts()
        self.headers: list[tuple[bytes, bytes]] = []
        self.whole: bytes | None = None  # the body as sent, where it was sent in one piece
        self.telling: Telling | None = scope.get("extensions", {}).get("rashomon.telling")
        self._headers = Headers(scope=scope)
        self._send = send
        self._head: Message | None = None
        self._has_begun = False
        self._compressor: Compressor | None = None

    async def send(self, message: Message) -> None:
        """Take a message of the application."""
        if message["type"] == "http.response.start":
            if self._has_begun or self._head is not None:
                raise RuntimeError("a second answer was begun")  # after the first bytes a failure cuts the connection
            self._head = {**message, "headers": list(message.get("headers", ()))}
            return
        if message["type"] != "http.response.body":
            await self._send(message)
            return
        body, is_last = message.get("body", b""), not message.get("more_body", False)
        if self._head is not None:
            if not body and not is_last:
                return
            await self._begin(self._head, body, is_last)
        is_first = not self.sent_bytes
        if self._compressor is not None:
            body = await self._compressor.add(body, is_last=is_last)
        self.sent_bytes += len(body)
        await self._send({"type": "http.response.body", "body": body, "more_body": not is_last})
        self.is_over = is_last
        self.whole = body if is_first and is_last else None

    async def _begin(self, head: Message, body: bytes, is_last: bool) -> None:
        headers = MutableHeaders(raw=head["headers"])
        for name, value in _SECURITY.items():
            headers.setdefault(name, value)
        readable = self.method in ("GET", "HEAD")
        if head["status"] == 200 and readable:
            if is_last and body and "etag" not in headers and "no-store" not in headers.get("cache-control", ""):
                headers["etag"] = tag_of_body(body)
            if is_match(self._headers.get("if-none-match", ""), headers.get("etag", '""')):
                await self._finish_unchanged(headers)
        self._compress(head["status"], headers, len(body))
        await self._start(head["status"], headers)
        if self.method == "HEAD":
            await self._end()

    def _compress(self, status: int, headers: MutableHeaders, size: int) -> None:
        """Choose a coding by the length given, else by the first bytes: workers send few only where few are all."""
        if not is_compressible(headers.get("content-type", "")) or status in (204, 206, 304):
            return
        headers.add_vary_header("accept-encoding")
        if "content-encoding" in headers:
            return
        size = int(headers.get("content-length", size))
        coding = choose_coding(self._headers.get("accept-encoding", ""), size=size)
        if coding is None:
            return
        self._compressor = Compressor(coding)
        headers["content-encoding"] = coding
        del headers["content-length"]
        if "etag" in headers:
            headers["etag"] = coded(headers["etag"], coding)

    async def _finish_unchanged(self, headers: MutableHeaders) -> None:
        for name in ("content-length", "content-type", "content-encoding", "content-disposition"):
            del headers[name]
        await self._start(304, headers)
        await self._end()

    async def _start(self, status: int, headers: MutableHeaders) -> None:
        self.status, self._head, self._has_begun = status, None, True
        self.headers = headers.raw
        await self._send({"type": "http.response.start", "status": status, "headers": headers.raw})

    async def _end(self) -> None:
        self.is_over = True
        await self._send({"type": "http.response.body", "body": b""})
        raise _Enough

    async def fail(self, error: Exception) -> None:
        """Answer a bug as a problem where nothing was sent yet; else let the connection be cut."""
        log_failure(error, **self.facts)
        if self._has_begun:
            raise error
        self._head = None
        response = problem_of(500, "bug", "the server failed on this request", advice="It is a bug of ours: report it.")
        await self.send({"type": "http.response.start", "status": 500, "headers": response.raw_headers})
        await self.send({"type": "http.response.body", "body": response.body})

"""Connections that cost nothing when nothing comes: a time for headers, a cap, and a way to break one off.

uvicorn lets a half-sent request stand for ever. Here headers come in time or the connection is closed; and where there
are as many connections as there may be, the one that has waited longest for its headers makes room for the next.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.settings import Settings

_FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 2\r\ncontent-type: text/plain\r\n"
    b"content-length: 32\r\nconnection: close\r\n\r\ntoo many connections, try again\n"
)


class Connections:
    """The open connections of a server, those that wait for headers in the order in which they began to."""

    def __init__(self, limit: int) -> None:
        """At most `limit` are open."""
        self._limit = limit
        self._open: set[GuardedConnection] = set()
        self._waiting: dict[GuardedConnection, None] = {}

    def add(self, connection: GuardedConnection) -> bool:
        """Take a connection; the one that has waited longest for headers makes room. False where none can."""
        if len(self._open) >= self._limit:
            oldest = next(iter(self._waiting), None)
            if oldest is None:
                return False
            self.remove(oldest)
            oldest.break_off()
        self._open.add(connection)
        return True

    def remove(self, connection: GuardedConnection) -> None:
        """It is closed."""
        self._open.discard(connection)
        self._waiting.pop(connection, None)

    def wait(self, connection: GuardedConnection) -> None:
        """It waits for headers."""
        self._waiting[connection] = None

    def go_on(self, connection: GuardedConnection) -> None:
        """Its headers have come."""
        self._waiting.pop(connection, None)


class GuardedConnection(HttpToolsProtocol):
    """uvicorn's connection with a timer for headers; `guarded` gives one with its limits."""

    connections_open: Connections
    header_timeout_s: float
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has connected."""
        super().connection_made(transport)
        if not self.connections_open.add(self):
            transport.write(_FULL)
            transport.close()
            return
        self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is closed."""
        self._stop_timer()
        self.connections_open.remove(self)
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """The first bytes of a request have come."""
        super().on_message_begin()
        extensions: dict[str, Any] = {"rashomon.abort": self.break_off}
        self.scope["extensions"] = extensions
        if self._timer is None:
            self._start_timer()

    def on_headers_complete(self) -> None:
        """All headers have come."""
        self._stop_timer()
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """An answer has been sent; until the next request this connection may have to make room for others."""
        super().on_response_complete()
        if self._timer is None and self.cycle is not None and self.cycle.response_complete:
            self.connections_open.wait(self)

    def break_off(self) -> None:
        """Close at once, without sending what is still held."""
        if self.transport is not None:
            self.transport.abort()

    def _start_timer(self) -> None:
        self.connections_open.wait(self)
        self._timer = self.loop.call_later(self.header_timeout_s, self.break_off)

    def _stop_timer(self) -> None:
        self.connections_open.go_on(self)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def guarded(settings: Settings) -> type[GuardedConnection]:
    """The protocol class of one server, with its limits."""
    limits = {
        "connections_open": Connections(settings.max_connections),
        "header_timeout_s": settings.header_timeout_s,
    }
    return type("Connection", (GuardedConnection,), limits)

"""Connections that cost nothing when nothing comes: a time for headers, a cap, and a way to break one off.

uvicorn lets a half-sent request stand for ever. Here headers come in time or the connection is closed; and where there
are as many connections as there may be, the one that has waited longest for its request makes room for the next.
A request whose bytes came before (`repeats.py`) is answered here, without being read again.
"""

from __future__ import annotations

import asyncio
import fcntl
import socket
import struct
import termios
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.serve.heads import TOO_LONG, Heads
from app.serve.protocol import name_of_client
from app.serve.repeats import MOST_REQUEST_BYTES, Repeats, Telling
from app.settings import Settings

_MOST_HELD_BYTES = 65_536
_UNSENT_BYTES = 65_536
_FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 2\r\ncontent-type: text/plain\r\n"
    b"content-length: 32\r\nconnection: close\r\n\r\ntoo many connections, try again\n"
)


class Connections:
    """The open connections of a server, those that wait for a whole request in the order in which they began to."""

    def __init__(self, limit: int) -> None:
        """At most `limit` are open."""
        self._limit = limit
        self._open: set[GuardedConnection] = set()
        self._waiting: dict[GuardedConnection, None] = {}

    def add(self, connection: GuardedConnection) -> bool:
        """Take a connection; the one that has waited longest for its request makes room. False where none can."""
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
        """It waits for a request."""
        self._waiting[connection] = None

    def go_on(self, connection: GuardedConnection) -> None:
        """Its request has come."""
        self._waiting.pop(connection, None)


class GuardedConnection(HttpToolsProtocol):
    """uvicorn's connection with a timer for headers; `guarded` gives one with its limits."""

    connections_open: Connections
    header_timeout_s: float
    repeats: Repeats
    client_name = peer_name = ""
    _timer: asyncio.TimerHandle | None = None
    _is_amid_message = False
    _telling: Telling | None = None
    _held: bytearray | None = None  # what came while a request that came before is answered; None: none is
    _asked = b""
    _is_leaving = False
    _replied_at = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has connected."""
        super().connection_made(transport)
        self._heads = Heads()
        _hold_little(transport)
        if not self.connections_open.add(self):
            transport.write(_FULL)
            transport.close()
            return
        self.peer_name = self.client[0] if self.client else ""
        self.client_name = name_of_client(self.peer_name)
        self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is closed."""
        self._stop_timer()
        self.connections_open.remove(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes have come."""
        if self._held is not None:
            self._held += data
            if len(self._held) > _MOST_HELD_BYTES:
                self.flow.pause_reading()
            return
        if not self.repeats.is_on or not self._is_whole_get(data):
            self._parse(data)
            return
        if not self.flow.write_paused:
            self._asked, self._held = data, bytearray()
            if self.repeats.answer(data, self):
                if self._held is not None:
                    self._stop_timer()  # its headers have come, and it makes no room for others
                return
            self._held = None
        self._read_whole(data)

    def _is_whole_get(self, data: bytes) -> bool:
        """Whether these bytes are one request without a body, and nothing runs on this connection before it."""
        return (
            data[:4] == b"GET "
            and len(data) <= MOST_REQUEST_BYTES
            and data.find(b"\r\n\r\n") == len(data) - 4
            and not self._is_amid_message
            and (self.cycle is None or self.cycle.response_complete)
        )

    def _read_whole(self, data: bytes) -> None:
        self._telling = Telling(data, self.peer_name)
        self._parse(data)
        self._telling = None

    def _parse(self, data: bytes) -> None:
        self._heads.take(len(data))
        super().data_received(data)
        if not self._heads.check() and not self.transport.is_closing():
            self.send_400_response("")

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no request, or one with too much beside its body, and close."""
        if self._heads.is_too_long:
            self.transport.write(TOO_LONG)
            self.transport.close()
        else:
            super().send_400_response(msg)

    def reply(self, head: bytes, body: bytes) -> None:
        """Answer the request that came before."""
        self._stop_timer()
        self.server_state.total_requests += 1
        if not self.transport.is_closing():
            begun = self.repeats.beginning(self.server_state.default_headers)
            self.transport.write(b"%b%bcontent-length: %d\r\n\r\n%b" % (begun, head, len(body), body))
            self._replied_at = self.loop.time()
            if self.timeout_keep_alive_task is None:
                self.timeout_keep_alive_handler()
            self.connections_open.wait(self)
        self._go_on()

    def read_again(self) -> None:
        """Take the request that came before the ordinary way after all."""
        held, self._held = self._held or b"", None
        if self.transport.is_closing():
            return
        self._read_whole(self._asked)
        if held:
            self.data_received(bytes(held))
        self.flow.resume_reading()

    def _go_on(self) -> None:
        """Take what came meanwhile."""
        held, self._held = self._held, None
        if held and not self.transport.is_closing():
            self.flow.resume_reading()
            self.data_received(bytes(held))
        elif self._is_leaving:
            self.transport.close()

    def shutdown(self) -> None:
        """The server ends: what is being answered is answered."""
        self._is_leaving = True
        if self._held is None:
            super().shutdown()

    def timeout_keep_alive_handler(self) -> None:
        """Nothing has come for a while: close, unless something was answered since."""
        left = self._replied_at + self.timeout_keep_alive - self.loop.time()
        if left > 0 or self._held is not None:
            self.timeout_keep_alive_task = self.loop.call_later(max(left, 1.0), self.timeout_keep_alive_handler)
        else:
            super().timeout_keep_alive_handler()

    def on_message_begin(self) -> None:
        """The first bytes of a request have come."""
        self._is_amid_message = True
        super().on_message_begin()
        extensions: dict[str, Any] = {"rashomon.unsent": self.unsent_bytes, "rashomon.abort": self.break_off}
        self.scope["extensions"] = extensions
        if self._timer is None:
            self._start_timer()

    def on_headers_complete(self) -> None:
        """All headers have come; until the body has too, this connection may have to make room for others."""
        self._cancel_timer()
        self._heads.complete(self.headers)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A part of a body has come."""
        self._heads.take_body(len(body))
        super().on_body(body)

    def on_message_complete(self) -> None:
        """A whole request has come."""
        self._is_amid_message = False
        self.connections_open.go_on(self)
        self._heads.end()
        super().on_message_complete()
        if self._telling is not None and self.cycle.keep_alive and not self.cycle.waiting_for_100_continue:
            extensions: Any = self.scope["extensions"]
            extensions["rashomon.telling"] = self._telling

    def on_response_complete(self) -> None:
        """An answer has been sent; until the next request this connection may have to make room for others."""
        super().on_response_complete()
        if self._timer is None and self.cycle is not None and self.cycle.response_complete:
            self.connections_open.wait(self)

    def unsent_bytes(self) -> int:
        """What the client has not acknowledged yet, of all that was given out."""
        line = self.transport.get_extra_info("socket") if self.transport is not None else None
        if line is None or line.fileno() < 0:
            return 0
        (held,) = struct.unpack("i", fcntl.ioctl(line.fileno(), termios.TIOCOUTQ, b"\0" * 4))
        return int(held) + self.transport.get_write_buffer_size()

    def break_off(self) -> None:
        """Close at once, without sending what is still held."""
        if self.transport is not None:
            self.transport.abort()

    def _start_timer(self) -> None:
        self.connections_open.wait(self)
        self._timer = self.loop.call_later(self.header_timeout_s, self.break_off)

    def _stop_timer(self) -> None:
        self.connections_open.go_on(self)
        self._cancel_timer()

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _hold_little(transport: asyncio.Transport) -> None:
    """Have the kernel hold little that it has not sent.

    Otherwise it takes four megabytes and tells of room when a third of them has gone: whoever reads four kilobytes a
    second would seem to read nothing for minutes.
    """
    line = transport.get_extra_info("socket")
    if line is not None and line.family != socket.AF_UNIX and hasattr(socket, "TCP_NOTSENT_LOWAT"):
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _UNSENT_BYTES)


def guarded(settings: Settings, repeats: Repeats) -> type[GuardedConnection]:
    """The protocol class of one server, with its limits and the requests that it would know again."""
    limits = {
        "repeats": repeats,
        "connections_open": Connections(settings.max_connections),
        "header_timeout_s": settings.header_timeout_s,
    }
    return type("Connection", (GuardedConnection,), limits)

"""Requests that came before, byte for byte: they are not read again.

Look-ups are sent again and again in the same bytes by the same programs. What such a request means was found out the
first time: which query, in which format, with which headers on its answer. So the next one goes from its bytes to the
kept answer or, where none is kept, to a worker at once. A request is remembered only where it was a whole GET of a
query that was answered whole and at once, and for the snapshot of that answer; whatever is not as it was then (no idle
worker, a client without time left, an answer that grew or is late, a reader that takes nothing) goes the ordinary way.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from app.query import Request
from app.serve.compression import SMALLEST_BYTES
from app.serve.metrics import route_of

if TYPE_CHECKING:
    from app.serve.application import Site
    from app.serve.edition import Edition

MOST_REQUEST_BYTES = 4_096
_MOST_BODY_BYTES = 65_536
_AT_ONCE_S = 0.05
_OVERHEAD_BYTES = 1_024
_OWN = frozenset([b"content-length", b"date"])


class Reader(Protocol):
    """The connection that a request came on."""

    @property
    def client_name(self) -> str:
        """Whose budget a request takes."""

    @property
    def peer_name(self) -> str:
        """The address at the other end: a client's, or that of a proxy which names its clients."""

    def reply(self, head: bytes, body: bytes) -> None:
        """Send an answer: its headers, each line ended, and its body."""

    def read_again(self) -> None:
        """Take the request the ordinary way after all."""


class Telling:
    """What a connection and an endpoint tell of a request, so that it may be remembered."""

    __slots__ = ("data", "is_look_up", "peer", "request")

    def __init__(self, data: bytes, peer: str) -> None:
        """`data` are the bytes of the whole request, `peer` is the address that they came from."""
        self.data, self.peer = data, peer
        self.request: Request | None = None
        self.is_look_up = False


@dataclass(frozen=True, slots=True)
class _Known:
    edition: Edition
    snapshot_id: str
    head: bytes
    route: str
    frame: bytes
    body: bytes | None  # None: each time the engine's
    takes_coding: bool
    is_look_up: bool
    forwarded: tuple[str, str] | None  # the proxy that these bytes came from, and the client that they name

    @property
    def size(self) -> int:
        return len(self.head) + len(self.frame) + len(self.body or b"") + _OVERHEAD_BYTES


class Repeats:
    """The requests of one server that would be known again, the longest unused forgotten first."""

    def __init__(self, site: Site, max_bytes: int) -> None:
        """At most `max_bytes` are held; with none, and where each request is logged, nothing is."""
        self._site = site
        settings = site.settings
        self._max_bytes = 0 if settings.log_requests or settings.slow_query_s < _AT_ONCE_S else max_bytes
        self._known: OrderedDict[bytes, _Known] = OrderedDict()
        self._size = 0
        self._dated: tuple[list[tuple[bytes, bytes]], bytes] = ([], b"")

    def beginning(self, headers: list[tuple[bytes, bytes]]) -> bytes:
        """How an answer begins: its status, and the headers that the server puts in a new list each second."""
        if self._dated[0] is not headers:
            self._dated = (headers, b"HTTP/1.1 200 OK\r\n" + b"".join(b"%b: %b\r\n" % pair for pair in headers))
        return self._dated[1]

    @property
    def is_on(self) -> bool:
        """Whether anything would be remembered."""
        return self._max_bytes > 0

    def __len__(self) -> int:
        """Requests that would be known again now."""
        return len(self._known)

    def forget_all(self) -> None:
        """Another snapshot is served."""
        self._known.clear()
        self._size = 0

    def answer(self, data: bytes, reader: Reader) -> bool:
        """Answer a request on its connection, now or soon; False where it is to be taken the ordinary way."""
        known = self._known.get(data)
        if known is None:
            return False
        if known.forwarded is not None and known.forwarded[0] != reader.peer_name:
            return False
        edition, started = known.edition, time.perf_counter()
        if not self._site.serves(edition) or edition.pool.snapshot_id != known.snapshot_id:
            self._drop(data)
            return False
        self._known.move_to_end(data)
        if known.body is None:
            return self._run(known, reader, started)
        if self._site.cache is not None:
            self._site.cache.metrics["hits"] += 1
        reader.reply(known.head, known.body)
        self._site.metrics.record_route(known.route, 200, time.perf_counter() - started, len(known.body))
        return True

    def _run(self, known: _Known, reader: Reader, started: float) -> bool:
        edition, metrics = known.edition, self._site.metrics

        def end(body: bytes | None) -> None:
            metrics.open_requests -= 1
            edition.give_back()
            if body is None or (known.takes_coding and len(body) >= SMALLEST_BYTES):
                reader.read_again()
                return
            reader.reply(known.head, body)
            metrics.record_route(known.route, 200, time.perf_counter() - started, len(body))

        client = reader.client_name if known.forwarded is None else known.forwarded[1]
        if not edition.pool.sprint(known.frame, client, end, is_look_up=known.is_look_up):
            return False
        edition.take()
        metrics.open_requests += 1
        if self._site.cache is not None:
            self._site.cache.metrics["passed"] += 1
        return True

    def learn(
        self, telling: Telling, path: str, headers: list[tuple[bytes, bytes]], body: bytes, *, seconds: float
    ) -> None:
        """Remember a request that was answered whole, with status 200."""
        request, data = telling.request, telling.data
        if not self.is_on or request is None or len(body) > _MOST_BODY_BYTES or data in self._known:
            return
        edition = self._site.edition
        pool = edition.pool
        given = dict(headers)
        keeps = pool.cache is not None and request.key is not None
        if given.get(b"x-snapshot", b"").decode() != pool.snapshot_id or not self._site.serves(edition):
            return
        if not keeps and (seconds > _AT_ONCE_S or b"content-encoding" in given):
            return
        known = _Known(
            edition=edition, snapshot_id=pool.snapshot_id, route=route_of(path),
            head=b"".join(b"%b: %b\r\n" % pair for pair in headers if pair[0] not in _OWN),
            frame=b"" if keeps else pool.frame_of(request), body=body if keeps else None,
            takes_coding=b"accept-encoding" in data.lower(), is_look_up=telling.is_look_up,
            forwarded=(telling.peer, request.client) if b"x-forwarded" in data.lower() else None,
        )  # fmt: skip
        if not keeps and not known.frame:
            return
        self._known[data] = known
        self._size += known.size + len(data)
        while self._size > self._max_bytes:
            self._drop(next(iter(self._known)))

    def _drop(self, data: bytes) -> None:
        self._size -= self._known.pop(data).size + len(data)

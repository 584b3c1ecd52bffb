"""An HTTP client that costs less than the servers it measures: raw sockets, kept alive, one thread for many."""

from __future__ import annotations

import os
import select
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from tests.bench.peers import Peer

JSON, NTRIPLES = "application/sparql-results+json", "application/n-triples"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with the seconds until its first byte (of the body) and until its end."""

    status: int
    body: bytes
    first_s: float
    total_s: float


class _Reading:
    """The bytes of one answer as they come: `feed` says when it is complete."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.body_at = 0
        self.length: int | None = None
        self.first_s: float | None = None
        self._next_chunk = 0

    def clear(self) -> None:
        """Begin with the next answer."""
        self.data.clear()
        self.body_at, self.length, self.first_s = 0, None, None

    def feed(self, part: bytes) -> bool:
        """Take some bytes; True at the end of the answer."""
        self.data += part
        if not self.body_at:
            end = self.data.find(b"\r\n\r\n")
            if end < 0:
                return False
            self.body_at = self._next_chunk = end + 4
            head = bytes(self.data[:end]).lower()
            at = head.find(b"\r\ncontent-length:")
            if at >= 0:
                self.length = int(head[at + 17 :].split(b"\r\n", 1)[0])
        if self.length is not None:
            return len(self.data) >= self.body_at + self.length
        return self._at_last_chunk()

    def _at_last_chunk(self) -> bool:
        while True:
            line_end = self.data.find(b"\r\n", self._next_chunk)
            if line_end < 0:
                return False
            size = int(bytes(self.data[self._next_chunk : line_end]).split(b";")[0], 16)
            after = line_end + 2 + size + 2
            if len(self.data) < after:
                return False
            if size == 0:
                return True
            self._next_chunk = after

    @property
    def status(self) -> int:
        """The status code."""
        return int(self.data[9:12])

    def body(self) -> bytes:
        """The body without the frames of chunks."""
        if self.length is not None:
            return bytes(self.data[self.body_at :])
        parts: list[bytes] = []
        at = self.body_at
        while True:
            line_end = self.data.find(b"\r\n", at)
            size = int(bytes(self.data[at:line_end]).split(b";")[0], 16)
            if size == 0:
                return b"".join(parts)
            parts.append(bytes(self.data[line_end + 2 : line_end + 2 + size]))
            at = line_end + 2 + size + 2


def request(peer: Peer, query: str, accept: str = JSON, *, uncached: bool = True) -> bytes:
    """A GET of a query. `uncached` asks for an answer that no cache of the server gives."""
    fresh = "Cache-Control: no-cache\r\n" if uncached else ""
    target = f"{peer.path}?{urlencode({'query': query})}"
    return f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{peer.port}\r\nAccept: {accept}\r\n{fresh}\r\n".encode()


def _connect(peer: Peer) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", peer.port), timeout=600)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


class Client:
    """One connection to one server."""

    def __init__(self, peer: Peer) -> None:
        """Nothing is connected before the first request."""
        self._peer = peer
        self._connection: socket.socket | None = None

    def get(self, query: str, accept: str = JSON, *, uncached: bool = True) -> Reply:
        """Send one query and read its answer; a connection that the server has closed is made anew."""
        message = request(self._peer, query, accept, uncached=uncached)
        for _ in range(2):
            connection = self._connection = self._connection or _connect(self._peer)
            started = time.perf_counter()
            reading, first = _Reading(), 0.0
            try:
                connection.sendall(message)
                while part := connection.recv(1 << 20):
                    # Acknowledge at once, else a server that writes in small parts waits 40 ms for our kernel.
                    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
                    done = reading.feed(part)
                    if not first and reading.body_at and len(reading.data) > reading.body_at:
                        first = time.perf_counter() - started
                    if done:
                        return Reply(reading.status, reading.body(), first, time.perf_counter() - started)
            except ConnectionError:
                pass
            self.close()
            if reading.data:
                break
        raise RuntimeError(f"{self._peer.name} closed the connection: {bytes(reading.data[:300])!r}")

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def requests_per_second(peer: Peer, messages: Sequence[bytes], *, seconds: float, connections: int = 4) -> float:
    """How many requests a server answers in a second to so many clients, each sending its next request at once."""
    chooser = select.epoll()
    clients = [_connect(peer) for _ in range(connections)]
    readings = {client.fileno(): (client, _Reading()) for client in clients}
    answered = sent = 0
    started = time.perf_counter()
    deadline = started + seconds
    try:
        for client in clients:
            chooser.register(client, select.EPOLLIN)
            client.sendall(messages[sent % len(messages)])
            sent += 1
        while answered < sent:
            for number, _ in chooser.poll(60):
                client, reading = readings[number]
                part = client.recv(1 << 16)
                if not part:
                    raise RuntimeError(f"{peer.name} closed a connection under load")
                if not reading.feed(part):
                    continue
                if reading.status != 200:
                    raise RuntimeError(f"{peer.name} answered {bytes(reading.data[:300])!r}")
                answered += 1
                reading.clear()
                if time.perf_counter() < deadline:
                    client.sendall(messages[sent % len(messages)])
                    sent += 1
        return answered / (time.perf_counter() - started)
    finally:
        for client in clients:
            client.close()
        chooser.close()


class Effort:
    """CPU that a server spends: its first process (the web process of ours) and all that it has started."""

    def __init__(self, peer: Peer) -> None:
        """Begins to count now."""
        self._pid = peer.process.pid
        self._before = self._spent()

    def microseconds(self, requests: float) -> tuple[float, float]:
        """For each of so many requests since the beginning: the first process, and its descendants together."""
        now = self._spent()
        used = {pid: seconds - self._before.get(pid, 0.0) for pid, seconds in now.items()}
        first = used.pop(self._pid)
        return 1e6 * first / requests, 1e6 * sum(used.values()) / requests

    def _spent(self) -> dict[int, float]:
        found: dict[int, float] = {}
        waiting = [self._pid]
        while waiting:
            pid = waiting.pop()
            with suppress(OSError):  # the process has ended
                facts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                found[pid] = (int(facts[11]) + int(facts[12])) / os.sysconf("SC_CLK_TCK")
                for task in Path(f"/proc/{pid}/task").iterdir():
                    with suppress(OSError):  # one thread of it has
                        waiting += map(int, (task / "children").read_text().split())
        return found

"""The handle of one worker process, and the answer that streams from it."""

from __future__ import annotations

import asyncio
import json
import os
import select
import signal
import socket
import struct
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from app.errors import (
    EngineCrashError,
    ForbiddenError,
    LimitError,
    NotAcceptableError,
    NotFoundError,
    OverloadedError,
    QueryError,
    QueryTimeoutError,
    RashomonError,
    StoreError,
)
from app.query.federation import Call
from app.query.request import Answer

if TYPE_CHECKING:
    from app.query.nursery import Nursery


_READ_BYTES = 262_144
_PART = memoryview(bytearray(_READ_BYTES))  # one for all: to allocate so much costs more than a look-up
_END = b"Z\0\0\0\0"


class Worker:
    """One worker process: its socket and the handle by which it can be killed without hitting another process.

    What it sends is read as it comes, without a wait for each part, up to a bound; then it waits for its reader.
    """

    def __init__(self, channel: socket.socket, pidfd: int, pid: int, nursery: Nursery) -> None:
        """`nursery` is the process that it was forked from, with which it dies. `channel` does not block."""
        self.channel, self.pidfd, self.pid, self.nursery = channel, pidfd, pid, nursery
        self.answer: WorkerAnswer | None = None
        self.call: tuple[str, Call] | None = None
        self.has_given_way = False
        self.taken_at = 0.0
        self.has_ended = False
        self.on_bytes: Callable[[], None] | None = None  # called at each part in place of whoever awaits one
        self._niceness = 0
        self._read_ahead = bytearray()
        self._awaited: asyncio.Future[None] | None = None
        self._loop = asyncio.get_running_loop()
        self._is_reading = True
        self._loop.add_reader(channel, self._take)

    def kill(self) -> None:
        """End the process at once and close its handles; again is nothing: the handle's number may be another's."""
        if self.pidfd < 0:
            return
        self.stop()
        self.release()

    def release(self) -> None:
        """Close channel and handle, and leave the nursery."""
        pidfd, self.pidfd = self.pidfd, -1
        self._stop_reading()
        self.has_ended = True
        self.channel.close()
        self._wake()
        os.close(pidfd)
        self.nursery.forget(self)

    def stop(self) -> None:
        """End the process and keep the handles for whoever still reads."""
        if self.pidfd >= 0:
            with suppress(OSError):
                signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)

    def is_alive(self) -> bool:
        """Whether the process has not ended."""
        if self.pidfd < 0:
            return False
        ended = select.poll()
        ended.register(self.pidfd, select.POLLIN)
        return not ended.poll(0)

    def give_way(self, niceness: int) -> None:
        """Set how much this process gives way to others: a long query does, a fresh one does not."""
        if niceness != self._niceness and self.is_alive():
            self._niceness = niceness
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self.pid, niceness)

    async def send(self, data: bytes) -> None:
        """Send a request. Raises ConnectionError where the worker died."""
        await self._loop.sock_sendall(self.channel, data)

    def send_at_once(self, data: bytes) -> bool:
        """Send a small request to a worker that waits for one; False where it is not taken whole."""
        try:
            return self.channel.send(data) == len(data)
        except OSError:
            return False

    @property
    def ahead(self) -> bytearray:
        """What has come and was not read yet."""
        return self._read_ahead

    def forget_ahead(self, count: int | None = None) -> None:
        """What has come, or so many bytes of it, was read in place."""
        if count is None:
            self._read_ahead.clear()
        else:
            del self._read_ahead[:count]
        if not self._is_reading and not self.has_ended:
            self._go_on_reading()

    async def read(self, size: int) -> bytes:
        """Read exactly `size` bytes. Raises EngineCrashError where the worker died."""
        while len(self._read_ahead) < size:
            if self.has_ended:
                if self.has_given_way:
                    raise OverloadedError("the answer was read too slowly while others waited for its worker")
                raise EngineCrashError("the engine died on this query", advice="Simplify it; the server goes on.")
            self._go_on_reading()
            self._awaited = self._loop.create_future()
            await self._awaited
        data = bytes(self._read_ahead[:size])
        del self._read_ahead[:size]
        return data

    def _take(self) -> None:
        """Take what has come."""
        try:
            count = self.channel.recv_into(_PART)
        except BlockingIOError:
            return
        except OSError:
            count = 0
        self._read_ahead += _PART[:count]
        if not count:
            self.has_ended = True
        if self.has_ended or len(self._read_ahead) >= _READ_BYTES:
            self._stop_reading()
        if self.on_bytes is not None:
            self.on_bytes()
        else:
            self._wake()

    def _wake(self) -> None:
        if self._awaited is not None and not self._awaited.done():
            self._awaited.set_result(None)

    def _stop_reading(self) -> None:
        if self._is_reading:
            self._is_reading = False
            self._loop.remove_reader(self.channel)

    def _go_on_reading(self) -> None:
        if not self._is_reading:
            self._is_reading = True
            self._loop.add_reader(self.channel, self._take)

    async def frame(self) -> tuple[bytes, bytes]:
        """Read one frame."""
        head = await self.read(5)
        return head[:1], await self.read(struct.unpack("!I", head[1:])[0])

    def has_frame(self) -> bool:
        """Whether a whole frame is here already, so that reading it waits for nothing."""
        ahead = self._read_ahead
        return len(ahead) >= 5 and len(ahead) >= 5 + struct.unpack_from("!I", ahead, 1)[0]

    def is_at_end(self) -> bool:
        """Whether the end of the answer is here already."""
        return self._read_ahead == _END


class WorkerAnswer(Answer):
    """The answer to one query as it streams from its worker."""

    def __init__(self, worker: Worker, media_type: str, left_s: float, *, is_look_up: bool = False) -> None:
        """`left_s` is the worker time that is left."""
        self.media_type = media_type
        self.snapshot_id = worker.nursery.snapshot_id
        self.is_look_up = is_look_up
        self._worker = worker
        self._left_s = left_s
        self._reader_s = 0.0
        self._with_reader_since: float | None = time.monotonic()

    @property
    def reader_s(self) -> float:
        """For how long, together, the worker has waited for the reader."""
        since = self._with_reader_since
        return self._reader_s + (time.monotonic() - since if since is not None else 0.0)

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the bytes; time in which the reader is slow is not the query's."""
        while not self.is_complete:
            self._reader_s, self._with_reader_since = self.reader_s, None
            started = time.monotonic()
            try:
                if self._worker.has_frame():
                    kind, payload = await self._worker.frame()
                else:
                    async with asyncio.timeout(max(0.01, self._left_s)):
                        kind, payload = await self._worker.frame()
            except TimeoutError as error:
                raise QueryTimeoutError("the query took too long while answering") from error
            finally:
                self._with_reader_since = time.monotonic()
            self._left_s -= time.monotonic() - started
            if kind == b"D":
                if self._worker.is_at_end():
                    await self._worker.frame()
                    self.is_complete = True
                yield payload
            elif kind == b"Z":
                self.is_complete = True
            else:
                raise error_of(payload)


def error_of(payload: bytes) -> RashomonError:
    """The error that a worker tells of."""
    facts = json.loads(payload)
    if facts["kind"] == "query":
        return QueryError(facts["what"], where=facts.get("where", ""), advice="Mend it at the place named.")
    if facts["kind"] == "limit":
        return LimitError(facts["what"], advice="Ask for less, or load the dump.")
    if facts["kind"] == "outside":
        return ForbiddenError(facts["what"], advice="Send the graph itself: PUT /graphs?graph=IRI.")
    if facts["kind"] == "unwritable":
        return NotAcceptableError(facts["what"], advice="Ask for JSON, CSV or TSV; for a graph, Turtle or N-Triples.")
    if facts["kind"] == "missing":
        return NotFoundError(facts["what"])
    return StoreError(facts["what"])

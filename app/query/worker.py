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
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import TYPE_CHECKING

from app.errors import (
    EngineCrashError,
    LimitError,
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
_END = b"Z\0\0\0\0"


class Worker:
    """One worker process: its socket and the handle by which it can be killed without hitting another process."""

    def __init__(self, channel: socket.socket, pidfd: int, pid: int, nursery: Nursery) -> None:
        """`nursery` is the process that it was forked from, with which it dies."""
        self.channel, self.pidfd, self.pid, self.nursery = channel, pidfd, pid, nursery
        self.answer: WorkerAnswer | None = None
        self.call: tuple[str, Call] | None = None
        self.has_given_way = False
        self.taken_at = 0.0
        self._read_ahead = bytearray()

    def kill(self) -> None:
        """End the process at once and close its handles; again is nothing: the handle's number may be another's."""
        if self.pidfd < 0:
            return
        self.stop()
        self.release()

    def release(self) -> None:
        """Close channel and handle, and leave the nursery."""
        pidfd, self.pidfd = self.pidfd, -1
        self.channel.close()
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
        if self.is_alive():
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self.pid, niceness)

    async def send(self, data: bytes) -> None:
        """Send a request. Raises ConnectionError where the worker died."""
        await asyncio.get_running_loop().sock_sendall(self.channel, data)

    async def read(self, size: int) -> bytes:
        """Read exactly `size` bytes. Raises EngineCrashError where the worker died."""
        loop = asyncio.get_running_loop()
        while len(self._read_ahead) < size:
            try:
                part = await loop.sock_recv(self.channel, _READ_BYTES)
            except OSError:
                part = b""
            if not part:
                if self.has_given_way:
                    raise OverloadedError("the answer was read too slowly while others waited for its worker")
                raise EngineCrashError("the engine died on this query", advice="Simplify it; the server goes on.")
            self._read_ahead += part
        data = bytes(self._read_ahead[:size])
        del self._read_ahead[:size]
        return data

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

    def __init__(self, worker: Worker, media_type: str, left_s: float) -> None:
        """`left_s` is the worker time that is left."""
        self.media_type = media_type
        self.snapshot_id = worker.nursery.snapshot_id
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
    if facts["kind"] == "missing":
        return NotFoundError(facts["what"])
    return StoreError(facts["what"])

"""A scratch store: plain, writable, in memory. The same workers, gate and limits as over a snapshot.

A change is applied by a writer, a fork that holds a copy of the store. When the writer has applied it, the writer
becomes the process that workers are forked from, and only then is the change acknowledged; a change that fails, runs
out of time or crashes its writer has never been. Nothing is on disk: the store ends with its server.
"""

from __future__ import annotations

import asyncio
import json

from app.errors import EngineCrashError, OverloadedError, QueryTimeoutError, SnapshotError
from app.query.nursery import Nursery
from app.query.pool import QueryPool
from app.query.request import Most, Request
from app.query.worker import error_of
from app.settings import Settings


class ScratchPool(QueryPool):
    """A pool whose store can be changed; its default graph is a graph of its own, not the union."""

    def __init__(self, settings: Settings, first: Nursery) -> None:
        """Use `open`."""
        super().__init__(None, settings, first)
        self._first = first
        self._union = False
        self._writing = asyncio.Lock()
        self._changes = 0

    @classmethod
    async def open(cls, settings: Settings) -> ScratchPool:
        """Start over an empty store."""
        pool = cls(settings, await Nursery.open(None, settings))
        await pool._fill()
        return pool

    @property
    def has_workers(self) -> bool:
        """Whether the store is there."""
        return self._nursery.is_alive()

    async def change(self, request: Request) -> bool:
        """Apply an update, or put, extend or drop a graph; whole or not at all. Returns whether the graph is new.

        Raises QueryError, NotFoundError, LimitError, QueryTimeoutError, OverloadedError or EngineCrashError.
        """
        timeout = request.timeout_s or self._settings.query_timeout_s
        try:
            async with asyncio.timeout(timeout):
                await self._writing.acquire()
        except TimeoutError as error:
            raise OverloadedError("another change takes its time", advice="Try again in a few seconds.") from error
        try:
            return await self._apply(request, timeout)
        finally:
            self._writing.release()

    async def _apply(self, request: Request, timeout: float) -> bool:
        self.metrics["changes"] += 1
        writer, control = await self._nursery.fork_writer()
        try:
            async with asyncio.timeout(timeout):
                await writer.send(request.frame(Most.of(self._settings), union=False))
                kind, payload = await writer.frame()
            if kind == b"E":
                raise error_of(payload)
            promoted = await self._nursery.promote(writer, control, f"scratch-{self._changes + 1}")
        except BaseException as error:
            writer.kill()
            control.close()
            raise _failure(error, timeout) from error
        self._changes += 1
        self._switch(promoted, [])
        return bool(json.loads(payload)["created"])

    @property
    def _wanted(self) -> int:
        # Each change makes all workers again: one is held ready, others are made when they are needed.
        return 1 + len(self._slow)

    def _retire(self, nursery: Nursery) -> None:
        """The first process stays: it reaps the writers that outlive those they were forked from."""
        if nursery is not self._first:
            super()._retire(nursery)

    async def _replace(self, dead: Nursery) -> None:
        raise SnapshotError("the scratch store was lost with its process", advice="Start the server again.")

    async def close(self) -> None:
        """End all processes, and the store with them."""
        await super().close()
        await self._first.close()


def _failure(error: BaseException, timeout: float) -> BaseException:
    if isinstance(error, TimeoutError):
        return QueryTimeoutError(f"the change took longer than {timeout:g} s", advice="Nothing was changed.")
    if isinstance(error, EngineCrashError | OSError):
        return EngineCrashError("the engine died on this change", advice="Nothing was changed; simplify it.")
    return error

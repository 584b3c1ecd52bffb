"""Answers kept in memory: by request and snapshot, bounded in bytes, and equal queries that come together run once.

Only whole answers are kept. What failed, broke off, grew beyond the largest entry or holds for its moment alone is not.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Protocol

from app.errors import EngineCrashError, OverloadedError, QueryTimeoutError, RashomonError
from app.query.request import Answer, Request

_ENTRY_OVERHEAD = 512  # key, objects and list of one entry, bytes
_AHEAD_BYTES = 262_144  # how far an answer too large to keep is read ahead of its reader


class Engine(Protocol):
    """What answers requests that no cache answers: local workers, or a remote store."""

    @property
    def snapshot_id(self) -> str:
        """The snapshot of the moment."""

    def run_uncached(self, request: Request) -> AbstractAsyncContextManager[Answer]:
        """Run a query."""


@dataclass(frozen=True, slots=True)
class _Entry:
    media_type: str
    snapshot_id: str
    parts: tuple[bytes, ...]
    size: int


class ResultCache:
    """The kept answers of one server; `metrics` counts hits, misses, shared and passed-over requests."""

    def __init__(self, max_bytes: int, max_entry_bytes: int) -> None:
        """At most `max_bytes` are held, and no answer of more than `max_entry_bytes`."""
        self.metrics: Counter[str] = Counter()
        self._max_bytes = max_bytes
        self._max_entry_bytes = min(max_entry_bytes, max_bytes)
        self._entries: OrderedDict[tuple[str, str], _Entry] = OrderedDict()
        self._flights: dict[tuple[str, str], _Flight] = {}
        self._size = 0

    @property
    def size(self) -> int:
        """Bytes held now."""
        return self._size

    def __len__(self) -> int:
        """Answers held now."""
        return len(self._entries)

    def forget(self, snapshot_id: str) -> None:
        """Drop all answers of other snapshots than this."""
        for key in [k for k in self._entries if k[0] != snapshot_id]:
            self._size -= self._entries.pop(key).size

    @asynccontextmanager
    async def answer(self, request: Request, engine: Engine) -> AsyncIterator[Answer]:
        """Give a kept answer, join an equal query that runs, or run it. Raises what the engine raises."""
        name = request.key
        if name is None:
            self.metrics["passed"] += 1
            async with engine.run_uncached(request) as answer:
                yield answer
            return
        key = (engine.snapshot_id, name)
        kept = self._entries.get(key)
        if kept is None and key in self._flights:
            kept = await self._join(key, request)
            if kept is None:  # the other one could not be shared: on one's own, so that nobody waits twice
                async with engine.run_uncached(request) as answer:
                    yield answer
                return
            yield _KeptAnswer(kept, "shared")
            return
        if kept is not None:
            self.metrics["hits"] += 1
            self._entries.move_to_end(key)
            yield _KeptAnswer(kept, "cache")
            return
        self.metrics["misses"] += 1
        flight = _Flight(self._max_entry_bytes)
        self._flights[key] = flight
        pump = asyncio.create_task(self._fly(flight, key, request, engine))
        try:
            await flight.begin()
            yield flight
        finally:
            flight.leave()
            if not flight.is_wanted:
                pump.cancel()
                with suppress(asyncio.CancelledError):
                    await pump

    async def _join(self, key: tuple[str, str], request: Request) -> _Entry | None:
        """Wait for the answer of an equal query; None where it has to be run again."""
        flight = self._flights[key]
        flight.followers += 1
        timeout = request.timeout_s or 3600.0
        try:
            entry = await asyncio.wait_for(asyncio.shield(flight.settled), timeout)
        except TimeoutError as error:
            raise QueryTimeoutError(
                f"the query took longer than {timeout:g} s", advice="Narrow it, or load the dump and ask at home."
            ) from error
        except (QueryTimeoutError, EngineCrashError, OverloadedError) as error:
            # The same again would only fail again, at the cost of a worker; a longer time might not.
            if isinstance(error, QueryTimeoutError) and timeout > flight.timeout_s:
                return None
            raise type(error)(error.what, where=error.where, why=error.why, advice=error.advice) from error
        except RashomonError:
            return None
        finally:
            flight.followers -= 1
        if entry is not None:
            self.metrics["shared"] += 1
        return entry

    async def _fly(self, flight: _Flight, key: tuple[str, str], request: Request, engine: Engine) -> None:
        """Run one query into its flight; keep the answer where it ends whole and small enough."""
        flight.timeout_s = request.timeout_s or 3600.0
        try:
            async with engine.run_uncached(request) as answer:
                flight.open(answer)
                async for chunk in answer.chunks():
                    flight.add(chunk)
                    if flight.has_outgrown:
                        self._flights.pop(key, None)
                        await flight.room()
            entry = flight.complete()
            if entry is not None and entry.snapshot_id == key[0]:
                self._keep(key, entry)
        except RashomonError as error:
            flight.fail(error)
        except BaseException:
            flight.abandon()
            raise
        finally:
            if self._flights.get(key) is flight:
                del self._flights[key]

    def _keep(self, key: tuple[str, str], entry: _Entry) -> None:
        self._entries[key] = entry
        self._size += entry.size
        while self._size > self._max_bytes:
            self._size -= self._entries.popitem(last=False)[1].size
            self.metrics["evicted"] += 1


class _KeptAnswer(Answer):
    """A whole answer out of memory."""

    def __init__(self, entry: _Entry, origin: str) -> None:
        self.media_type, self.snapshot_id = entry.media_type, entry.snapshot_id
        self.origin = origin
        self._parts = entry.parts

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the parts as they came."""
        for number, part in enumerate(self._parts, start=1):
            self.is_complete = number == len(self._parts)
            yield part
        self.is_complete = True


class _Flight(Answer):
    """A query that runs: filled by its task at the engine's speed, read by the one who asked first, awaited by others.

    Beyond the largest entry it is no longer kept: others are sent on their way, and the engine is held to its reader's
    speed.
    """

    def __init__(self, max_entry_bytes: int) -> None:
        self.followers = 0
        self.timeout_s = 0.0
        self.settled: asyncio.Future[_Entry | None] = asyncio.get_running_loop().create_future()
        self.settled.add_done_callback(lambda f: None if f.cancelled() else f.exception())
        self.has_outgrown = False
        self._max = max_entry_bytes
        self._parts: list[bytes] = []
        self._kept: list[bytes] | None = []
        self._size = 0
        self._unread = 0
        self._failure: BaseException | None = None
        self._opened = self._ended = self._left = False
        self._changed = asyncio.Event()
        self._read = asyncio.Event()

    @property
    def is_wanted(self) -> bool:
        """Whether the query has still somebody to run for."""
        return self._ended or (self.followers > 0 and not self.has_outgrown)

    async def begin(self) -> None:
        """Wait for the head of the answer; raises what went wrong before it."""
        while not (self._opened or self._ended):
            await self._turn()
        if self._failure is not None and not self._opened:
            raise self._failure

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the bytes to the one who asked first."""
        while True:
            while not self._parts and not self._ended:
                await self._turn()
            parts, self._parts, self._unread = self._parts, [], 0
            self._read.set()
            for number, part in enumerate(parts, start=1):
                is_last = number == len(parts) and not self._parts
                self.is_complete = is_last and self._ended and self._failure is None
                yield part
            if not parts and self._ended:
                if self._failure is not None:
                    raise self._failure
                self.is_complete = True
                return

    async def _turn(self) -> None:
        self._changed.clear()
        await self._changed.wait()

    def leave(self) -> None:
        """The one who asked first has gone."""
        self._left = True
        self._read.set()

    def open(self, answer: Answer) -> None:
        """Take the head of the answer."""
        self.media_type, self.snapshot_id, self._opened = answer.media_type, answer.snapshot_id, True
        self._changed.set()

    def add(self, chunk: bytes) -> None:
        """Take bytes of the answer."""
        self._size += len(chunk)
        self._unread += len(chunk)
        if not self._left:
            self._parts.append(chunk)
        if self._kept is not None:
            self._kept.append(chunk)
            if self._size > self._max:
                self.has_outgrown, self._kept = True, None
                self._settle(None)
        self._changed.set()

    async def room(self) -> None:
        """Wait until the reader has taken enough of what is there; nobody to read ends the query."""
        while self._unread > _AHEAD_BYTES and not self._left:
            self._read.clear()
            await self._read.wait()
        if self._left:
            raise asyncio.CancelledError

    def complete(self) -> _Entry | None:
        """The answer has ended whole; returns what may be kept."""
        entry = None
        if self._kept is not None:
            entry = _Entry(self.media_type, self.snapshot_id, tuple(self._kept), self._size + _ENTRY_OVERHEAD)
        self._end(None)
        self._settle(entry)
        return entry

    def fail(self, error: RashomonError) -> None:
        """The engine has failed."""
        self._end(error)
        if not self.settled.done():
            self.settled.set_exception(error)

    def abandon(self) -> None:
        """The query was stopped because nobody wanted it, or the server ends."""
        self._end(EngineCrashError("the query was stopped"))
        self._settle(None)

    def _end(self, failure: BaseException | None) -> None:
        self._failure, self._ended = failure, True
        self._changed.set()

    def _settle(self, entry: _Entry | None) -> None:
        if not self.settled.done():
            self.settled.set_result(entry)

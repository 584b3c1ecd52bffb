"""What is read of a snapshot once and kept in memory: names, terms, facts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from app.query import Engine

_KEPT_SNAPSHOTS = 2
T = TypeVar("T")


class PerSnapshot(Generic[T]):
    """One value for each of the last snapshots, read when first asked for; those who ask meanwhile wait for it."""

    def __init__(self, read: Callable[[Engine], Awaitable[T]]) -> None:
        """`read` makes the value of the snapshot that an engine answers from."""
        self._read = read
        self._known: dict[str, T] = {}
        self._reading = asyncio.Lock()

    async def of(self, pool: Engine) -> T:
        """The value of the pool's snapshot."""
        snapshot = pool.snapshot_id
        if snapshot in self._known:
            return self._known[snapshot]
        async with self._reading:
            if snapshot not in self._known:
                self._known[snapshot] = await self._read(pool)
                while len(self._known) > _KEPT_SNAPSHOTS:
                    self._known.pop(next(iter(self._known)))
            return self._known[snapshot]

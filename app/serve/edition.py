"""One snapshot as it is served, and the change from one to the next without a request that sees both."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from app.query import Engine, QueryPool, RemoteStore, ResultCache
from app.serve.dumps import Dumps
from app.settings import Settings

_DRAIN_S = 300.0


class Edition:
    """A snapshot's directory, the pool that answers from it, its dumps, and what its build wrote for pages."""

    def __init__(self, snapshot: Path, pool: Engine) -> None:
        """Use `open`."""
        self.snapshot = snapshot
        self.pool = pool
        self.dumps = Dumps(snapshot)
        self.withdrawn: dict[str, str] = self.read_json("withdrawn.json")
        self.held_back: dict[str, dict[str, int]] = self.read_json("held_back.json")
        self._requests = 0
        self._is_free = asyncio.Event()
        self._is_free.set()

    @classmethod
    async def open(cls, snapshot: Path, settings: Settings, cache: ResultCache | None) -> Edition:
        """Start workers over a snapshot. Raises SnapshotError where it cannot be opened."""
        pool: Engine
        if settings.store == "sparql":
            pool = RemoteStore(settings)
        else:
            pool = await QueryPool.start(snapshot, settings)
        pool.cache = cache
        return cls(snapshot, pool)

    def read_json(self, name: str) -> dict[str, Any]:
        """A JSON file that the build wrote for pages; older snapshots have none of it."""
        path = self.snapshot / name
        return dict(json.loads(path.read_text("utf-8"))) if path.is_file() else {}

    def take(self) -> None:
        """A request begins that sees this edition to its end."""
        self._requests += 1
        self._is_free.clear()

    def give_back(self) -> None:
        """That request has ended."""
        self._requests -= 1
        if not self._requests:
            self._is_free.set()

    async def retire(self) -> None:
        """End the workers when the last request has ended, or after five minutes."""
        try:
            await asyncio.wait_for(self._is_free.wait(), _DRAIN_S)
        except TimeoutError:
            pass
        finally:
            await self.pool.close()

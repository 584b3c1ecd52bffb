"""Pools over a small snapshot, and the questions that tests ask them."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from app.query import QueryPool, Request
from app.settings import Settings

POINT = (
    "SELECT ?o { <https://w3id.org/contested-events/statement/d0-0> <http://www.w3.org/2000/01/rdf-schema#label> ?o }"
)
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


def settings_for(**values: Any) -> Settings:
    """Small settings, not from the environment."""
    return Settings.load({}, **{"workers": 2, "queue": 8, "query_timeout_s": 5.0, "worker_memory_mb": 256, **values})


@asynccontextmanager
async def pool_over(snapshot: Path, **values: Any) -> AsyncIterator[QueryPool]:
    """A started pool, closed at the end."""
    pool = await QueryPool.start(snapshot, settings_for(**values))
    try:
        yield pool
    finally:
        await pool.close()


async def ask(pool: QueryPool, text: str = POINT, **values: Any) -> bytes:
    """The whole answer to a query."""
    async with pool.run(Request(text=text, **values)) as answer:
        return await answer.read()


async def until(true: Callable[[], bool], within_s: float = 10) -> None:
    """Wait until something holds; fails after a deadline."""
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        await asyncio.sleep(0.01)


def full(pool: QueryPool) -> bool:
    """Whether all workers are idle and none is missing."""
    return len(pool._idle) == pool._settings.workers and not pool._busy


def open_files() -> int:
    """How many file descriptors this process holds."""
    return len(os.listdir("/proc/self/fd"))


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run a test's coroutine."""
    asyncio.run(work)

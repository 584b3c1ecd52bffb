"""Work of this process that takes its processor for long: beside the loop, one piece at a time, clients taking turns.

Pages of thousands of statements are drawn, and names looked for by likeness, in this process. On the loop, one such
request would keep all others waiting, a health check too; here the loop goes on between the pieces of the interpreter's
time, and whoever asks for much waits for those who ask for little.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from app.query import TurnLostError, Turns

_WAIT_S = 30.0
_MOST_WAITING = 64
T = TypeVar("T")


class Aside:
    """One thread's time, in turns."""

    def __init__(self) -> None:
        self._is_taken = False
        self._waiting = Turns(_MOST_WAITING)

    async def run(self, client: str, work: Callable[[], T]) -> T:
        """Do some work when it is this client's turn. Raises OverloadedError where too many wait, or for too long."""
        if self._is_taken:
            try:
                await self._waiting.wait(client, _WAIT_S)
            except TurnLostError:
                self._leave()
                raise
        self._is_taken = True
        task = asyncio.ensure_future(asyncio.to_thread(work))
        task.add_done_callback(lambda _: self._leave())  # also where the client has gone: a thread is not stopped
        return await asyncio.shield(task)

    def _leave(self) -> None:
        self._is_taken = self._waiting.next()

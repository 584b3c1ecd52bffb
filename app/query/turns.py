"""Whose turn it is where many wait: clients take turns, and a full queue refuses the client that fills it."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque

from app.errors import OverloadedError

_Turn = asyncio.Future[None]


class Turns:
    """A bounded queue in which each client has a line of its own and the lines are served in rotation."""

    def __init__(self, limit: int) -> None:
        """At most `limit` wait, of all clients together."""
        self._limit = limit
        self._lines: OrderedDict[str, deque[_Turn]] = OrderedDict()

    def __len__(self) -> int:
        """How many wait."""
        return sum(len(line) for line in self._lines.values())

    async def wait(self, client: str, timeout_s: float) -> None:
        """Wait for a turn; it is the caller's when this returns. Raises OverloadedError, at once in a full queue."""
        if len(self) >= self._limit:
            self._make_room(client)
        turn: _Turn = asyncio.get_running_loop().create_future()
        self._lines.setdefault(client, deque()).append(turn)
        try:
            async with asyncio.timeout(timeout_s):
                await turn
        except TimeoutError as error:
            if turn.done() and not turn.cancelled():  # it came in the same moment
                return turn.result()
            raise OverloadedError("no worker became free in time", advice="Try again in a few seconds.") from error
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                raise TurnLostError from None
            raise
        finally:
            self._leave(client, turn)

    def next(self) -> bool:
        """Give the next turn; False where nobody waits."""
        while self._lines:
            client, line = next(iter(self._lines.items()))
            turn = line.popleft()
            self._lines.move_to_end(client)
            if not line:
                del self._lines[client]
            if not turn.done():
                turn.set_result(None)
                return True
        return False

    def refuse_all(self, error: Exception) -> None:
        """Send everybody away."""
        for line in self._lines.values():
            for turn in line:
                if not turn.done():
                    turn.set_exception(error)
        self._lines.clear()

    def _make_room(self, client: str) -> None:
        """Refuse the newest of the client with the longest line, which may be this one."""
        longest = max(self._lines, key=lambda c: len(self._lines[c]), default=client)
        refusal = OverloadedError("too many queries wait", advice="Try again in a few seconds.")
        if len(self._lines.get(longest, ())) <= len(self._lines.get(client, ())) + 1:
            raise refusal
        turn = self._lines[longest].pop()
        if not turn.done():
            turn.set_exception(refusal)

    def _leave(self, client: str, turn: _Turn) -> None:
        line = self._lines.get(client)
        if line is not None and turn in line:
            line.remove(turn)
            if not line:
                del self._lines[client]


class TurnLostError(asyncio.CancelledError):
    """The caller was cancelled after its turn had come: the turn has to go to the next."""

"""How much worker time a client may use: so much a minute, all at once or spread."""

from __future__ import annotations

import math
import time
from collections import OrderedDict

from app.errors import BudgetError

_CLIENTS = 10_000
_MINUTE_S = 60.0


class Budgets:
    """A bucket of worker seconds for each client, full again after a minute; the longest silent are forgotten."""

    def __init__(self, worker_s: float) -> None:
        """Each client has `worker_s` a minute; 0 = no bound."""
        self._most = worker_s
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def require(self, client: str) -> None:
        """Raise BudgetError, with the seconds to wait, where a client has used up its time; "" is nobody's client."""
        if not self.allows(client):
            left = self._present(client)
            wait = math.ceil(1 + (1 - left) * _MINUTE_S / self._most)
            raise BudgetError(f"your queries have used their {self._most:g} s of this minute", retry_s=wait)

    def allows(self, client: str) -> bool:
        """Whether a client has time left."""
        return not client or not self._most or self._present(client) > 0

    def charge(self, client: str, seconds: float) -> None:
        """Take the time of one query off."""
        if not client or not self._most:
            return
        self._left[client] = (self._present(client) - seconds, time.monotonic())
        self._left.move_to_end(client)
        if len(self._left) > _CLIENTS:
            self._left.popitem(last=False)

    def _present(self, client: str) -> float:
        left, since = self._left.get(client, (self._most, 0.0))
        return min(self._most, left + (time.monotonic() - since) * self._most / _MINUTE_S)

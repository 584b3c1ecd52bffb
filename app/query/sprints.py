"""Small queries that were answered at once before: put to an idle worker without task, queue or stream of their own.

A sprint holds to every limit by being short. It is begun only where a worker is idle and the client has time left; it
takes a place in the fast lane; it ends with an answer that is here whole, or it is given up (worker ended, too long,
too large, failed), and whoever asked runs the query in the ordinary way, which knows what to do about all of that.
"""

from __future__ import annotations

import asyncio
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass

from app.query.budgets import Budgets
from app.query.worker import Worker

_MOST_S = 0.25
_MOST_BYTES = 131_072
_END = b"Z\0\0\0\0"
Done = Callable[[bytes | None], None]


@dataclass(slots=True)
class _Runner:
    client: str
    started: float
    done: Done


class Sprints:
    """The sprints of one pool that run at the moment."""

    def __init__(self, budgets: Budgets, give_back: Callable[[Worker, bool], None]) -> None:
        """`give_back` takes a worker, and whether it can answer another query."""
        self._budgets = budgets
        self._give_back = give_back
        self._running: dict[Worker, _Runner] = {}
        self._watch: asyncio.TimerHandle | None = None

    def begin(self, worker: Worker, frame: bytes, client: str, done: Done) -> bool:
        """Put a request to a worker that was taken; False where the worker does not take it, and is given back.

        `done` is called once: with the body, or with None where the sprint was given up.
        """
        if not worker.send_at_once(frame):
            self._give_back(worker, False)
            return False
        self._running[worker] = _Runner(client, time.monotonic(), done)
        worker.on_bytes = lambda: self._on_bytes(worker)
        if self._watch is None:
            self._watch = asyncio.get_running_loop().call_later(_MOST_S, self._look)
        return True

    def _on_bytes(self, worker: Worker) -> None:
        data = worker.ahead
        if not worker.has_ended and data[-5:] != _END and data[:1] != b"E" and len(data) < _MOST_BYTES:
            return
        found = None if worker.has_ended else body_of(data)
        if found is not None:
            worker.forget_ahead()
        self._end(worker, found)

    def _end(self, worker: Worker, body: bytes | None) -> None:
        worker.on_bytes = None
        runner = self._running.pop(worker)
        self._budgets.charge(runner.client, time.monotonic() - runner.started)
        self._give_back(worker, body is not None)
        runner.done(body)

    def _look(self) -> None:
        """Give up what runs for too long: an ordinary query may, in the slow lane."""
        self._watch = None
        now = time.monotonic()
        for worker in [w for w, runner in self._running.items() if now - runner.started >= _MOST_S]:
            self._end(worker, None)
        if self._running:
            left = min(r.started for r in self._running.values()) + _MOST_S - now
            self._watch = asyncio.get_running_loop().call_later(left, self._look)


def body_of(data: bytes | bytearray) -> bytes | None:
    """The body of an answer that is a header, at most one frame of data and the end; None for anything else."""
    if data[:1] != b"H" or data[-5:] != _END:
        return None
    at = 5 + int(struct.unpack_from("!I", data, 1)[0])
    if at + 5 == len(data):
        return b""
    if data[at : at + 1] != b"D":
        return None
    end = at + 5 + int(struct.unpack_from("!I", data, at + 1)[0])
    return bytes(data[at + 5 : end]) if end + 5 == len(data) else None

"""Small queries that were answered at once before: put to an idle worker without task, queue or stream of their own.

A sprint holds to every limit by being short. It is begun only where a worker is idle and the client has time left; it
takes a place in the fast lane; it ends with an answer that is here whole, or it is given up (worker ended, too long,
too large, failed), and whoever asked runs the query in the ordinary way, which knows what to do about all of that.

Look-ups (`look_ups.py`) take a worker less time than it takes to wake one. So those that come while others run are
gathered, and go to one worker together when these come back: the more come, the fewer wakings each of them costs.
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
_MOST_TOGETHER = 64
_END = b"Z\0\0\0\0"
_WRONG = -1
Done = Callable[[bytes | None], None]


@dataclass(slots=True)
class _Runner:
    frame: bytes
    client: str
    done: Done


@dataclass(slots=True)
class _Run:
    """What one worker was given at once, in the order in which it answers."""

    runners: list[_Runner]
    is_of_look_ups: bool
    started: float
    answered: int = 0


class Sprints:
    """The sprints of one pool that run at the moment."""

    def __init__(
        self,
        budgets: Budgets,
        *,
        take: Callable[[], Worker | None],
        may_go_on: Callable[[Worker], bool],
        give_back: Callable[[Worker, bool], None],
    ) -> None:
        """`take` gives an idle worker and a place in the fast lane; `may_go_on` says whether one may keep them for
        more look-ups; `give_back` takes a worker back, and whether it can answer another query."""
        self._budgets = budgets
        self._take, self._may_go_on, self._give_back = take, may_go_on, give_back
        self._running: dict[Worker, _Run] = {}
        self._look_ups_running = 0
        self._gathered: list[_Runner] = []
        self._watch: asyncio.TimerHandle | None = None

    def begin(self, frame: bytes, client: str, done: Done, *, is_look_up: bool = False) -> bool:
        """Put a request to a worker, now or with those that are gathered; False where that is not possible.

        `done` is called once: with the body, or with None where the sprint was given up.
        """
        runner = _Runner(frame, client, done)
        if not is_look_up:
            worker = self._take()
            return worker is not None and self._send(worker, [runner], is_of_look_ups=False)
        if len(self._gathered) >= _MOST_TOGETHER:
            return False
        if not self._gathered:
            asyncio.get_running_loop().call_soon(self._find_worker)
        self._gathered.append(runner)
        return True

    def give_up_gathered(self) -> None:
        """Another snapshot is served: what is gathered was asked of the one before."""
        gathered, self._gathered = self._gathered, []
        for runner in gathered:
            runner.done(None)

    def give_up_all(self) -> None:
        """The pool is closed: nothing waits for what runs."""
        self.give_up_gathered()
        for worker, run in list(self._running.items()):
            self._end(worker, run, [], failed=True)

    def _send(self, worker: Worker, runners: list[_Runner], *, is_of_look_ups: bool) -> bool:
        data = runners[0].frame if len(runners) == 1 else b"".join([r.frame for r in runners])
        if not worker.send_at_once(data):
            worker.on_bytes = None
            self._give_back(worker, False)
            return False
        self._running[worker] = _Run(runners, is_of_look_ups, time.monotonic())
        self._look_ups_running += is_of_look_ups
        if worker.on_bytes is None:
            worker.on_bytes = lambda: self._on_bytes(worker)
        if self._watch is None:
            self._watch = asyncio.get_running_loop().call_later(_MOST_S, self._look)
        return True

    def _send_gathered(self, worker: Worker) -> None:
        runners, self._gathered = self._gathered, []
        if not self._send(worker, runners, is_of_look_ups=True):
            for runner in runners:
                runner.done(None)

    def _on_bytes(self, worker: Worker) -> None:
        run, data = self._running[worker], worker.ahead
        bodies: list[bytes] = []
        first, at = run.answered, 0
        while first + len(bodies) < len(run.runners):
            body, end = body_at(data, at)
            if body is None:
                if worker.has_ended or end == _WRONG or len(data) - at >= _MOST_BYTES:
                    self._end(worker, run, bodies, failed=True)
                    return
                break
            bodies.append(body)
            at = end
        if first + len(bodies) == len(run.runners):
            self._end(worker, run, bodies, failed=worker.has_ended or at < len(data))
        elif bodies:
            run.answered += len(bodies)
            worker.forget_ahead(at)
            for runner, body in zip(run.runners[first : run.answered], bodies, strict=True):
                runner.done(body)

    def _end(self, worker: Worker, run: _Run, bodies: list[bytes], *, failed: bool) -> None:
        """A run is over: its worker goes on with what is gathered or back, then its answers go out."""
        del self._running[worker]
        self._look_ups_running -= run.is_of_look_ups
        share = (time.monotonic() - run.started) / len(run.runners)
        for runner in run.runners:
            self._budgets.charge(runner.client, share)
        worker.forget_ahead()
        if not failed and run.is_of_look_ups and self._gathered and self._may_go_on(worker):
            self._send_gathered(worker)
        else:
            worker.on_bytes = None
            self._give_back(worker, not failed)
            self._find_worker()
        left = run.runners[run.answered :]
        for place, runner in enumerate(left):
            runner.done(bodies[place] if place < len(bodies) else None)

    def _find_worker(self) -> None:
        """Nothing may be gathered where no look-ups run: their end is what the gathered wait for."""
        if not self._gathered:
            return
        worker = self._take()
        if worker is not None:
            self._send_gathered(worker)
        elif not self._look_ups_running:
            self.give_up_gathered()

    def _look(self) -> None:
        """Give up what runs for too long: an ordinary query may, in the slow lane."""
        self._watch = None
        now = time.monotonic()
        for worker, run in [(w, r) for w, r in self._running.items() if now - r.started >= _MOST_S]:
            self._end(worker, run, [], failed=True)
        if self._running and self._watch is None:
            left = min(r.started for r in self._running.values()) + _MOST_S - now
            self._watch = asyncio.get_running_loop().call_later(left, self._look)


def body_at(data: bytes | bytearray, at: int = 0) -> tuple[bytes | None, int]:
    """The body of an answer that is a header, at most one frame of data and the end, and where it ends.

    None and a place below zero for anything else; None and the place where it begins while more of it is to come.
    """
    size = len(data)
    if at + 5 > size:
        return None, at
    if data[at] != 0x48:  # H
        return None, _WRONG
    frame = at + 5 + int(struct.unpack_from("!I", data, at + 1)[0])
    if frame + 5 > size:
        return None, at
    end, body = frame, b""
    if data[frame] == 0x44:  # D
        end = frame + 5 + int(struct.unpack_from("!I", data, frame + 1)[0])
        if end + 5 > size:
            return None, at
        body = bytes(data[frame + 5 : end])
    return (body, end + 5) if data[end : end + 5] == _END else (None, _WRONG)

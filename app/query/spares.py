"""A worker beside the lanes, for sprints alone: what was answered at once before is answered in any flood.

A flood of unknown queries from many addresses fills both lanes, and nobody can tell its clients from others. But it
cannot take this worker: a request comes here only if the same bytes were answered whole and at once before, and it is
given up after a quarter of a second.
"""

from __future__ import annotations

from app.query.nursery import Nursery
from app.query.worker import Worker


class Spares:
    """The spare worker of the present snapshot, and those of earlier ones that still answer."""

    def __init__(self) -> None:
        self._all: set[Worker] = set()
        self._idle: Worker | None = None

    def __contains__(self, worker: Worker) -> bool:
        """Whether a worker is one of these."""
        return worker in self._all

    def lacks_one_of(self, nursery: Nursery) -> bool:
        """Whether none was made by this nursery."""
        return not any(worker.nursery is nursery for worker in self._all)

    def add(self, worker: Worker) -> None:
        """Take a fresh worker."""
        self._all.add(worker)
        self._idle = worker

    def take(self) -> Worker | None:
        """The idle one."""
        worker, self._idle = self._idle, None
        return worker

    def give_back(self, worker: Worker, *, is_usable: bool) -> None:
        """Take one back, or end it."""
        if is_usable:
            self._idle = worker
        else:
            self._all.discard(worker)
            worker.kill()

    def end_idle(self) -> None:
        """Another snapshot is served."""
        if (worker := self.take()) is not None:
            self.give_back(worker, is_usable=False)

    def stop(self) -> None:
        """End all; whoever waits for an answer sees it end."""
        self.end_idle()
        for worker in self._all:
            worker.stop()

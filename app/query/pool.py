"""Workers that answer queries and can be killed: the asyncio side, which parses neither SPARQL nor RDF.

Two lanes: a query starts in the fast one, which holds as many as there are workers. After a quarter of a second, and
much sooner where others wait for its place, it moves to the slow lane, which holds twice as many at low priority: so
runaways do not make a small query wait. A worker that exceeds its time, whose client goes away, or that dies is
replaced.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from app.errors import (
    EngineCrashError,
    NotAcceptableError,
    OverloadedError,
    QueryError,
    QueryTimeoutError,
    SnapshotError,
    StoreError,
)
from app.query.budgets import Budgets
from app.query.engine import Engine
from app.query.nursery import Nursery, snapshot_id_of
from app.query.request import Answer, Most, Request
from app.query.spares import Spares
from app.query.sprints import Done, Sprints
from app.query.turns import TurnLostError, Turns
from app.query.worker import Worker, WorkerAnswer, error_of
from app.settings import Settings

_SLOW_S = 0.25
_SLOW_WHERE_OTHERS_WAIT_S = 0.03
_NICE = 10
_END_S = 2.0
# A worker may wait this long for its reader while another query waits for a worker.
_READER_S = 10.0


class QueryPool(Engine):
    """A bounded number of workers over one snapshot, replaced when they die; `start` makes one."""

    def __init__(self, snapshot: Path | None, settings: Settings, nursery: Nursery) -> None:
        """Use `start`, or the scratch pool's."""
        super().__init__(settings.root)
        self._settings = settings
        self._snapshot = snapshot
        self._nursery = nursery
        self._retired: list[Nursery] = []
        self._idle: list[Worker] = []
        self._busy: set[Worker] = set()
        self._slow: set[Worker] = set()
        self._spares = Spares()
        self._fast = 0
        self._filling: asyncio.Task[None] | None = None
        self._waiting = Turns(settings.queue)
        self._budgets = Budgets(settings.client_worker_s)
        self._sprints = Sprints(
            self._budgets, take=self._take_idle, may_go_on=self._may_go_on,
            give_back=lambda worker, reusable: self._give_back(worker, reusable=reusable),
        )  # fmt: skip
        self._switching = asyncio.Lock()
        self._is_closed = False
        self._union = True

    @classmethod
    async def start(cls, snapshot: Path, settings: Settings) -> QueryPool:
        """Open a snapshot and fork the workers. Raises SnapshotError where it cannot be opened."""
        pool = cls(snapshot, settings, await Nursery.open(snapshot, settings))
        await pool._fill()
        return pool

    @property
    def snapshot_id(self) -> str:
        """The id of the snapshot that is answered from."""
        return self._nursery.snapshot_id

    @property
    def snapshot(self) -> Path:
        """The directory of the snapshot that is answered from."""
        if self._snapshot is None:
            raise SnapshotError("a scratch store has no snapshot")
        return self._snapshot

    def kept_rows(self, name: str) -> list[dict[str, Any]] | None:
        """Rows of `prepared/` (see `app/store/prepared.py`), where they are those of the query's present text."""
        try:
            content = json.loads((self.snapshot / "prepared" / f"{name}.json").read_text("utf-8"))
        except (OSError, ValueError):
            return None
        present = hashlib.sha256(self.prepared(name).encode()).hexdigest()
        return list(content["rows"]) if content.get("query") == present else None

    @property
    def has_workers(self) -> bool:
        """Whether a query could be answered."""
        return bool(self._idle or self._busy)

    @property
    def isolation(self) -> dict[str, Any]:
        """What the workers are kept from, and where their stores are held."""
        return self._nursery.isolation

    async def update_snapshot(self, snapshot: Path) -> None:
        """Switch to another snapshot: new queries go to new workers, running ones end on the old.

        Raises SnapshotError where it cannot be opened; the one that was served is served on.
        """
        async with self._switching:
            snapshot_id_of(snapshot)
            nursery = await Nursery.open(snapshot, self._settings)
            fresh = [await nursery.fork() for _ in range(self._settings.workers)]
            self._snapshot = snapshot
            self._switch(nursery, fresh)

    def _switch(self, nursery: Nursery, fresh: list[Worker]) -> None:
        old, self._nursery = self._nursery, nursery
        self._sprints.give_up_gathered()
        idle, self._idle = self._idle, fresh
        for worker in idle:
            worker.kill()
        self._spares.end_idle()
        self._retire(old)
        self._refill()

    def _retire(self, nursery: Nursery) -> None:
        nursery.retire()
        self._retired = [n for n in (*self._retired, nursery) if not n.is_ended]

    async def close(self) -> None:
        """End all workers."""
        self._is_closed = True
        self._sprints.give_up_all()
        for worker in self._idle:
            worker.kill()
        for worker in self._busy:
            worker.stop()  # whoever waits for its answer then sees it end
        self._spares.stop()
        self._idle, self._busy = [], set()
        self._waiting.refuse_all(StoreError("the pool is closed"))
        if self._filling is not None:
            self._filling.cancel()
        for nursery in (*self._retired, self._nursery):
            await nursery.close()

    def frame_of(self, request: Request) -> bytes:
        """A query as a sprint takes it."""
        return request.frame(Most.of(self._settings), union=self._union)

    def sprint(self, frame: bytes, client: str, done: Done, *, is_look_up: bool = False) -> bool:
        """Put a query that was answered at once before to an idle worker; False where that is not possible now.

        `done` gets the body, or None where the query has to be run as any other.
        """
        allowed = self._nursery.gateway is None and self._budgets.allows(client)
        if not allowed or not self._sprints.begin(frame, client, done, is_look_up=is_look_up):
            return False
        self.metrics["queries"] += 1
        return True

    def _take_idle(self) -> Worker | None:
        """An idle worker and a free place in the fast lane, where there are both; else the spare one."""
        if self._fast < self._settings.workers and self._idle:
            worker = self._idle.pop()
            self._fast += 1
            self._busy.add(worker)
            worker.taken_at = time.monotonic()
            return worker
        return self._spares.take()

    def _may_go_on(self, worker: Worker) -> bool:
        """Whether a worker may take more look-ups: it is of this snapshot, and nobody waits for its place."""
        worker.taken_at = time.monotonic()
        is_kept_from_none = worker in self._spares or not len(self._waiting)
        return worker.nursery is self._nursery and worker not in self._slow and is_kept_from_none

    @asynccontextmanager
    async def run_uncached(self, request: Request) -> AsyncIterator[Answer]:
        """Run a query; leaving the block before the answer is complete kills its worker.

        Raises OverloadedError, QueryError, QueryTimeoutError, LimitError or EngineCrashError before the first chunk.
        """
        timeout = request.timeout_s or self._settings.query_timeout_s
        self.metrics["queries"] += 1
        self._budgets.require(request.client)
        worker, answer = await self._take(request.client, timeout), None
        started = time.monotonic()
        loop = asyncio.get_running_loop()
        slow = loop.call_later(_SLOW_S, self._move_to_slow_lane, worker)
        is_held, reusable = True, False
        try:
            try:
                answer = await self._begin(worker, request, timeout)
            except EngineCrashError:
                if not await worker.nursery.has_died():
                    raise
                # Not the query's fault: the process that its worker came from has died, and all workers with it.
                slow.cancel()
                self._give_back(worker, reusable=False)
                is_held = False
                # Its idle workers may still look alive for a moment.
                await self._replace(worker.nursery)
                worker, is_held = await self._take(request.client, timeout), True
                slow = loop.call_later(_SLOW_S, self._move_to_slow_lane, worker)
                answer = await self._begin(worker, request, timeout)
            worker.answer = answer
            yield answer
            reusable = answer.is_complete
        except (QueryError, NotAcceptableError):
            reusable = True
            raise
        finally:
            slow.cancel()
            waited_s = answer.reader_s if answer is not None else 0.0
            self._budgets.charge(request.client, time.monotonic() - started - waited_s)
            if is_held:
                self._give_back(worker, reusable=reusable)

    async def _begin(self, worker: Worker, request: Request, timeout: float) -> WorkerAnswer:
        started = time.monotonic()
        gateway = worker.nursery.gateway
        call = worker.call = gateway.begin(request, timeout) if gateway is not None else None
        if call is not None:
            request = call[1].request
        try:
            async with asyncio.timeout(timeout):
                await worker.send(self.frame_of(request))
                kind, payload = await worker.frame()
        except TimeoutError as error:
            self.metrics["timeouts"] += 1
            raise QueryTimeoutError(
                f"the query took longer than {timeout:g} s", advice="Narrow it, or load the dump and ask at home."
            ) from error
        except (OSError, EngineCrashError) as error:
            self.metrics["crashes"] += 1
            raise EngineCrashError(
                "the engine died on this query", advice="Simplify it; the server goes on."
            ) from error
        if kind == b"E":
            raise (call[1].failure if call is not None else None) or error_of(payload)
        facts, left_s = json.loads(payload), timeout - (time.monotonic() - started)
        return WorkerAnswer(worker, facts["media_type"], left_s, is_look_up="look_up" in facts)

    def _make_way(self) -> None:
        """Where somebody waits, move the query that has had its place longest to the slow lane, if it had it long."""
        fast = self._busy - self._slow
        if not len(self._waiting) or not fast:
            return
        oldest = min(fast, key=lambda w: w.taken_at)
        left = oldest.taken_at + _SLOW_WHERE_OTHERS_WAIT_S - time.monotonic()
        if left > 0:
            asyncio.get_running_loop().call_later(left, self._make_way)
        else:
            self._move_to_slow_lane(oldest)

    def _move_to_slow_lane(self, worker: Worker) -> None:
        if worker in self._slow:
            return
        worker.give_way(_NICE)
        if worker in self._busy and len(self._slow) < 2 * self._settings.workers:
            self._slow.add(worker)
            self._leave_fast_lane()
            self._refill()

    async def _take(self, client: str, timeout: float) -> Worker:
        """A place in the fast lane and a worker for it."""
        await self._enter_fast_lane(client, timeout)
        try:
            worker = await self._fresh_worker()
        except BaseException:
            self._leave_fast_lane()
            raise
        worker.taken_at = time.monotonic()
        self._busy.add(worker)
        return worker

    async def _enter_fast_lane(self, client: str, timeout: float) -> None:
        if self._fast < self._settings.workers:
            self._fast += 1
            return
        self._hurry_readers()
        asyncio.get_running_loop().call_soon(self._make_way)  # when this one waits
        try:
            # The place is handed over by whoever leaves it: at the limit of its time, and ended a moment later.
            end_s = _END_S if timeout >= self._settings.query_timeout_s else 0.0
            await self._waiting.wait(client, timeout + end_s)
        except TurnLostError:
            self._leave_fast_lane()
            raise
        except OverloadedError:
            self.metrics["refused"] += 1
            raise

    def _leave_fast_lane(self) -> None:
        if not self._waiting.next():
            self._fast -= 1

    def _hurry_readers(self) -> None:
        """End the answer whose reader has kept its worker longest, beyond what is fair while others wait."""
        slowest = max(
            (w for w in self._busy if w.answer), key=lambda w: w.answer.reader_s if w.answer else 0, default=None
        )
        if slowest is not None and slowest.answer is not None and slowest.answer.reader_s > _READER_S:
            slowest.has_given_way = True
            slowest.stop()

    async def _fresh_worker(self) -> Worker:
        while self._idle:
            worker = self._idle.pop()
            if worker.is_alive():
                return worker
            worker.kill()
        return await self._fork()

    async def _fork(self) -> Worker:
        """Make a worker of the present nursery; where that has died, open another."""
        for _ in range(5):
            nursery = self._nursery
            try:
                worker = await nursery.fork()
            except StoreError:
                await self._replace(nursery)
                continue
            if nursery is self._nursery:
                return worker
            worker.kill()
        raise StoreError("no worker can be made", advice="Try again in a few seconds.")

    async def _replace(self, dead: Nursery) -> None:
        """Start again with a fresh nursery where the old one died (its workers died with it)."""
        async with self._switching:
            if self._is_closed:
                raise StoreError("the pool is closed")
            if self._nursery is not dead:
                return
            self.metrics["reopened"] += 1
            self._switch(await Nursery.open(self._snapshot, self._settings), [])

    def _give_back(self, worker: Worker, *, reusable: bool) -> None:
        if worker in self._spares:
            is_usable = reusable and not self._is_closed and worker.nursery is self._nursery
            self._spares.give_back(worker, is_usable=is_usable)
            self._refill()
            return
        if worker in self._slow:
            self._slow.discard(worker)
        else:
            self._leave_fast_lane()
        self._busy.discard(worker)
        worker.answer = None
        if worker.call is not None and worker.nursery.gateway is not None:
            worker.nursery.gateway.end(worker.call[0])
            worker.call = None
        if reusable and worker.nursery is self._nursery and len(self._idle) + len(self._busy) < self._wanted:
            worker.give_way(0)
            self._idle.append(worker)
        else:
            worker.kill()
        self._refill()

    @property
    def _wanted(self) -> int:
        """How many workers there should be: a fresh one beside each that is slow."""
        return self._settings.workers + len(self._slow)

    @property
    def _lacks_spare(self) -> bool:
        """Whether a spare worker of this snapshot is missing; where there are no sprints there is none."""
        return self._union and self._nursery.gateway is None and self._spares.lacks_one_of(self._nursery)

    def _refill(self) -> None:
        """Make the workers that are missing, aside."""
        if self._is_closed or (self._filling is not None and not self._filling.done()):
            return
        if len(self._idle) + len(self._busy) < self._wanted or self._lacks_spare:
            self._filling = asyncio.create_task(self._fill())
            self._filling.add_done_callback(lambda t: None if t.cancelled() else t.exception())

    async def _fill(self) -> None:
        while len(self._idle) + len(self._busy) < self._wanted:
            worker = await self._fork()
            # Meanwhile the pool may have been closed, or filled by a switch.
            if self._is_closed or len(self._idle) + len(self._busy) >= self._wanted:
                worker.kill()
                return
            self._idle.append(worker)
        if self._lacks_spare:
            worker = await self._fork()
            if self._is_closed or not self._lacks_spare:
                worker.kill()
            else:
                self._spares.add(worker)

"""Workers that answer queries and can be killed: the asyncio side, which parses neither SPARQL nor RDF.

A zygote process holds the snapshot; workers are forked from it (tens of milliseconds). A worker that exceeds its time,
whose client goes away, or that dies is replaced. Queries running longer than a quarter of a second get low priority and
a substitute worker, so that two runaways do not make a small query wait.
"""

from __future__ import annotations

import asyncio
import json
import os
import select
import signal
import socket
import struct
import sys
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from app.errors import (
    EngineCrashError,
    LimitError,
    OverloadedError,
    QueryError,
    QueryTimeoutError,
    SnapshotError,
    StoreError,
)
from app.query.cache import ResultCache
from app.query.request import JSON_RESULTS, Answer, Request
from app.settings import Settings

_SLOW_S = 0.25


class _Worker:
    """One worker process: its socket and the handle by which it can be killed without hitting another process."""

    def __init__(self, channel: socket.socket, pidfd: int, pid: int, *, generation: int, snapshot_id: str) -> None:
        self.channel, self.pidfd, self.pid, self.generation = channel, pidfd, pid, generation
        self.snapshot_id = snapshot_id

    def kill(self) -> None:
        """End the process at once and close its handles; again is nothing: the handle's number may be another's."""
        pidfd, self.pidfd = self.pidfd, -1
        if pidfd < 0:
            return
        with suppress(OSError):
            signal.pidfd_send_signal(pidfd, signal.SIGKILL)
        self.channel.close()
        os.close(pidfd)

    def stop(self) -> None:
        """End the process and keep the handles for whoever still reads."""
        if self.pidfd >= 0:
            with suppress(OSError):
                signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)

    def is_alive(self) -> bool:
        """Whether the process has not ended."""
        if self.pidfd < 0:
            return False
        ended = select.poll()
        ended.register(self.pidfd, select.POLLIN)
        return not ended.poll(0)

    def slow_down(self) -> None:
        """Give way to others: this query is a long one."""
        if self.is_alive():
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self.pid, 10)

    async def read(self, size: int) -> bytes:
        """Read exactly `size` bytes. Raises EngineCrashError where the worker died."""
        loop = asyncio.get_running_loop()
        data = bytearray()
        while len(data) < size:
            try:
                part = await loop.sock_recv(self.channel, min(size - len(data), 1_048_576))
            except ConnectionError:
                part = b""
            if not part:
                raise EngineCrashError("the engine died on this query", advice="Simplify it; the server goes on.")
            data += part
        return bytes(data)

    async def frame(self) -> tuple[bytes, bytes]:
        """Read one frame."""
        head = await self.read(5)
        return head[:1], await self.read(struct.unpack("!I", head[1:])[0])


class WorkerAnswer(Answer):
    """The answer to one query as it streams from its worker."""

    def __init__(self, worker: _Worker, media_type: str, left_s: float) -> None:
        """`left_s` is the worker time that is left."""
        self.media_type = media_type
        self.snapshot_id = worker.snapshot_id
        self._worker = worker
        self._left_s = left_s

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the bytes; time in which the reader is slow is not the query's."""
        while not self.is_complete:
            started = time.monotonic()
            try:
                kind, payload = await asyncio.wait_for(self._worker.frame(), max(0.01, self._left_s))
            except TimeoutError as error:
                raise QueryTimeoutError("the query took too long while answering") from error
            self._left_s -= time.monotonic() - started
            if kind == b"D":
                yield payload
            elif kind == b"Z":
                self.is_complete = True
            else:
                raise _error(payload)


class QueryPool:
    """A bounded number of workers over one snapshot, replaced when they die; `start` makes one."""

    def __init__(self, snapshot: Path, settings: Settings) -> None:
        """Use `start`."""
        self.metrics: Counter[str] = Counter()
        self.isolation: dict[str, Any] = {}
        self.cache: ResultCache | None = None
        self._settings = settings
        self._snapshot = snapshot
        self._id = _snapshot_id(snapshot)
        self._generation = 0
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._control: socket.socket | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._forking = asyncio.Lock()
        self._reopening = asyncio.Lock()
        self._prepared: dict[str, str] = {}
        self._slow = 0

    @classmethod
    async def start(cls, snapshot: Path, settings: Settings) -> QueryPool:
        """Open a snapshot and fork the workers. Raises SnapshotError where it cannot be opened."""
        pool = cls(snapshot, settings)
        await pool._open_zygote()
        pool._idle = [await pool._fork() for _ in range(settings.workers)]
        return pool

    @property
    def snapshot_id(self) -> str:
        """The id of the snapshot that is answered from."""
        return self._id

    @property
    def snapshot(self) -> Path:
        """The directory of the snapshot that is answered from."""
        return self._snapshot

    @property
    def has_workers(self) -> bool:
        """Whether a query could be answered."""
        return bool(self._idle or self._busy)

    async def update_snapshot(self, snapshot: Path) -> None:
        """Switch to another snapshot: new queries go to new workers, running ones end on the old."""
        old_control, old_process = self._control, self._process
        name = _snapshot_id(snapshot)
        self._snapshot = snapshot
        await self._open_zygote()
        # Only now: a worker made meanwhile comes from the old process, and goes with it.
        self._id = name
        self._generation += 1
        fresh = [await self._fork() for _ in range(self._settings.workers)]
        for worker in self._idle:
            worker.kill()
        self._idle = fresh
        for _ in fresh:
            self._wake()
        await _close_zygote(
            old_control, old_process, wait_for=[w for w in self._busy if w.generation < self._generation]
        )

    async def close(self) -> None:
        """End all workers."""
        for worker in self._idle:
            worker.kill()
        for worker in self._busy:
            worker.stop()  # whoever waits for its answer then sees it end
        self._idle, self._busy = [], set()
        control, self._control = self._control, None
        await _close_zygote(control, self._process, wait_for=[])

    async def run_prepared(self, name: str, bindings: Mapping[str, str]) -> list[dict[str, Any]]:
        """Run a prepared query of `queries/pages/` with variables bound to IRIs; return its rows as plain values."""
        async with self.run(self.prepared_request(name, bindings, JSON_RESULTS)) as answer:
            body = json.loads(await answer.read())
        return [{key: cell["value"] for key, cell in row.items()} for row in body["results"]["bindings"]]

    def prepared_request(self, name: str, bindings: Mapping[str, str], media_type: str) -> Request:
        """The request that a prepared query with bound variables makes."""
        return Request(text=self.prepared(name), bindings=bindings, media_type=media_type)

    def prepared(self, name: str) -> str:
        """The text of a prepared query."""
        if name not in self._prepared:
            self._prepared[name] = (self._settings.root / "queries" / "pages" / f"{name}.rq").read_text("utf-8")
        return self._prepared[name]

    def run(self, request: Request) -> AbstractAsyncContextManager[Answer]:
        """Answer a query from the cache, or run it; raises as `run_uncached` does."""
        return self.run_uncached(request) if self.cache is None else self.cache.answer(request, self)

    @asynccontextmanager
    async def run_uncached(self, request: Request) -> AsyncIterator[Answer]:
        """Run a query; leaving the block before the answer is complete kills its worker.

        Raises OverloadedError, QueryError, QueryTimeoutError, LimitError or EngineCrashError before the first chunk.
        """
        timeout = request.timeout_s or self._settings.query_timeout_s
        worker = await self._take(timeout)
        self.metrics["queries"] += 1
        slow = asyncio.get_running_loop().call_later(_SLOW_S, self._on_slow, worker)
        reusable = False
        try:
            answer = await self._begin(worker, request, timeout)
            yield answer
            reusable = answer.is_complete
        except QueryError:
            reusable = True
            raise
        finally:
            slow.cancel()
            self._give_back(worker, reusable)

    async def _begin(self, worker: _Worker, request: Request, timeout: float) -> WorkerAnswer:
        started = time.monotonic()
        loop = asyncio.get_running_loop()
        try:
            await loop.sock_sendall(worker.channel, request.frame(self._settings.result_max_bytes))
            kind, payload = await asyncio.wait_for(worker.frame(), timeout)
        except TimeoutError as error:
            self.metrics["timeouts"] += 1
            raise QueryTimeoutError(
                f"the query took longer than {timeout:g} s", advice="Narrow it, or load the dump and ask at home."
            ) from error
        except (ConnectionError, EngineCrashError) as error:
            self.metrics["crashes"] += 1
            raise EngineCrashError(
                "the engine died on this query", advice="Simplify it; the server goes on."
            ) from error
        if kind == b"E":
            raise _error(payload)
        return WorkerAnswer(worker, json.loads(payload)["media_type"], timeout - (time.monotonic() - started))

    def _on_slow(self, worker: _Worker) -> None:
        worker.slow_down()
        if not self._idle and len(self._busy) < 2 * self._settings.workers:
            self._slow += 1
            task = asyncio.ensure_future(self._add_substitute())
            task.add_done_callback(lambda t: None if t.cancelled() else t.exception())

    async def _add_substitute(self) -> None:
        control = self._control
        try:
            worker = await self._fork()
        except (StoreError, OSError):
            if control is not None:
                await self._reopen(control)
            return
        self._idle.append(worker)
        self._wake()

    async def _reopen(self, dead: socket.socket) -> None:
        """Start again with a fresh zygote where the old one died (its workers died with it)."""
        async with self._reopening:
            if self._control is not dead:
                return
            for worker in self._idle:
                worker.kill()
            self._idle = []
            await _close_zygote(dead, self._process, wait_for=[])
            self._generation += 1
            self.metrics["reopened"] += 1
            await self._open_zygote()
            self._idle = [await self._fork() for _ in range(self._settings.workers)]
            for _ in self._idle:
                self._wake()

    async def _take(self, timeout: float) -> _Worker:
        if not self._idle:
            if len(self._waiting) >= self._settings.queue:
                self.metrics["refused"] += 1
                raise OverloadedError("too many queries wait", advice="Try again in a few seconds.")
            turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            try:
                await asyncio.wait_for(turn, timeout)
            except TimeoutError as error:
                raise OverloadedError("no worker became free in time", advice="Try again in a few seconds.") from error
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled():  # the turn was ours: give it to the next
                    asyncio.get_running_loop().call_soon(self._wake)
                raise
            finally:
                with suppress(ValueError):
                    self._waiting.remove(turn)
            if not self._idle:
                return await self._take(timeout)
        worker = self._idle.pop()
        if not worker.is_alive():
            worker.kill()
            await self._add_substitute()
            return await self._take(timeout)
        self._busy.add(worker)
        return worker

    def _give_back(self, worker: _Worker, reusable: bool) -> None:
        self._busy.discard(worker)
        current = worker.generation == self._generation
        if reusable and current and len(self._idle) + len(self._busy) < self._settings.workers:
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, worker.pid, 0)
            self._idle.append(worker)
            self._wake()
            return
        worker.kill()
        if len(self._idle) + len(self._busy) < self._settings.workers and self._control is not None:
            task = asyncio.ensure_future(self._add_substitute())
            task.add_done_callback(lambda t: None if t.cancelled() else t.exception())
        else:
            self._wake()

    def _wake(self) -> None:
        while self._waiting and self._idle:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return

    async def _open_zygote(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        arguments = [
            str(theirs.fileno()),
            str(self._snapshot),
            str(self._settings.memory_budget_mb),
            str(self._settings.worker_memory_mb),
        ]
        path = [p or os.getcwd() for p in sys.path]
        code = f"import sys; sys.path[:0] = {path!r}; from app.query.zygote import main; a = sys.argv; "
        code += "main(int(a[1]), a[2], int(a[3]), int(a[4]))"
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", code, *arguments, pass_fds=[theirs.fileno()], stdin=asyncio.subprocess.DEVNULL,
            env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"},
        )  # fmt: skip
        theirs.close()
        loop = asyncio.get_running_loop()
        word = await loop.sock_recv(ours, 65_536)
        ready = json.loads(word) if word else {"failed": "its process ended"}
        if "failed" in ready:
            await _close_zygote(ours, self._process, wait_for=[])
            raise SnapshotError("the snapshot cannot be opened", where=str(self._snapshot), why=ready["failed"])
        self.isolation = ready
        self._control = ours

    async def _fork(self) -> _Worker:
        async with self._forking:
            control, generation, snapshot_id = self._control, self._generation, self._id
            if control is None:
                raise StoreError("the pool is closed")
            ours, theirs = socket.socketpair()
            try:
                with theirs:
                    socket.send_fds(control, [b"fork"], [theirs.fileno()])
                loop = asyncio.get_running_loop()
                ready: asyncio.Future[None] = loop.create_future()
                loop.add_reader(control.fileno(), _once, ready)
                try:
                    await asyncio.wait_for(ready, 30)
                finally:
                    loop.remove_reader(control.fileno())
                word, handles, _, _ = socket.recv_fds(control, 64, 1)
                if not word or not handles:
                    raise StoreError("the process that makes workers has died")
            except BaseException:
                ours.close()
                raise
            ours.setblocking(False)
            return _Worker(ours, handles[0], int(word), generation=generation, snapshot_id=snapshot_id)


async def _close_zygote(
    control: socket.socket | None, process: asyncio.subprocess.Process | None, *, wait_for: list[_Worker]
) -> None:
    """End a zygote; its workers end with it, so those that still answer are waited for (a minute at most)."""
    deadline = time.monotonic() + 60
    while any(w.channel.fileno() >= 0 for w in wait_for) and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
    if control is not None:
        control.close()
    if process is not None:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _once(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def _snapshot_id(snapshot: Path) -> str:
    try:
        return str(json.loads((snapshot / "manifest.json").read_text("utf-8"))["id"])
    except (OSError, ValueError, KeyError) as error:
        raise SnapshotError("this is no snapshot", where=str(snapshot), why=str(error)) from error


def _error(payload: bytes) -> QueryError | LimitError | StoreError:
    facts = json.loads(payload)
    if facts["kind"] == "query":
        return QueryError(facts["what"], where=facts.get("where", ""), advice="Mend the query at the place named.")
    if facts["kind"] == "limit":
        return LimitError(facts["what"], advice="Ask for less, or load the dump.")
    return StoreError(facts["what"])

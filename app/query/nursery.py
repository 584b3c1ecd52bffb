"""One process that workers are forked from (a zygote), as the server sees it: opened, asked for workers, retired.

A nursery serves one state of one store. A new snapshot, or a change to a scratch store, gives a new nursery; the old
one ends when the last of its workers has answered.
"""

from __future__ import annotations

import asyncio
import json
import os
import select
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from app.errors import SnapshotError, StoreError
from app.query.federation import Gateway
from app.query.worker import Worker
from app.settings import Settings

_RETIRED_AT_MOST_S = 600.0
_FORK_WITHIN_S = 30.0
# More small pieces kept at hand: a look-up makes and frees hundreds (measured: 100 µs of a worker become 65).
_ALLOCATOR = {"GLIBC_TUNABLES": "glibc.malloc.tcache_count=200"}


class Nursery:
    """The control socket and the handle of a zygote, and the workers that it made."""

    def __init__(self, control: socket.socket, pidfd: int, snapshot_id: str, isolation: dict[str, Any]) -> None:
        """Use `open`, or `promote` on the nursery of a writer."""
        self.snapshot_id = snapshot_id
        self.isolation = isolation
        self.is_ended = False
        self.gateway: Gateway | None = None
        self._control = control
        self._pidfd = pidfd
        self._exchanges: set[asyncio.Task[Worker]] = set()
        self._process: asyncio.subprocess.Process | None = None
        self._workers: set[Worker] = set()
        self._forking = asyncio.Lock()
        self._is_retired = False

    @classmethod
    async def open(cls, snapshot: Path | None, settings: Settings) -> Nursery:
        """Start a zygote over a snapshot, or over an empty store (None).

        Raises SnapshotError."""
        name = snapshot_id_of(snapshot) if snapshot is not None else "scratch-0"
        ours, theirs = _pair()
        arguments = [str(theirs.fileno()), str(snapshot or ""), str(settings.memory_budget_mb)]
        arguments += [str(settings.worker_memory_mb), str(settings.scratch_memory_mb)]
        arguments.append("1" if settings.federation else "0")
        arguments.append("1" if settings.rewrites_queries else "0")
        path = [p or os.getcwd() for p in sys.path]
        code = f"import sys; sys.path[:0] = {path!r}; from app.query.zygote import main; main(sys.argv[1:])"
        environment = {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", **_ALLOCATOR}
        nothing = asyncio.subprocess.DEVNULL
        try:
            with theirs:
                process = await asyncio.create_subprocess_exec(
                    sys.executable, "-c", code, *arguments, pass_fds=[theirs.fileno()], stdin=nothing, env=environment
                )
        except BaseException:
            ours.close()
            raise
        nursery = cls(ours, os.pidfd_open(process.pid), name, {})
        nursery._process = process
        try:
            word, handles = await _receive(ours)
            ready = json.loads(word) if word else {"failed": "its process ended"}
            if handles:
                nursery.gateway = Gateway(socket.socket(fileno=handles[0]), settings)
                await nursery.gateway.open()
            if "failed" in ready:
                raise SnapshotError("the snapshot cannot be opened", where=str(snapshot), why=ready["failed"])
        except BaseException:
            await nursery.close()
            raise
        nursery.isolation = ready
        return nursery

    def is_alive(self) -> bool:
        """Whether the process has not ended; its socket closes before the kernel ends its workers."""
        if self.is_ended:
            return False
        ended = select.poll()
        ended.register(self._pidfd, select.POLLIN)
        ended.register(self._control, select.POLLHUP | select.POLLRDHUP)
        return not ended.poll(0)

    async def has_died(self) -> bool:
        """Whether the process has ended, as seen from a worker's death; under load it shows a moment later."""
        for _ in range(10):
            if not self.is_alive():
                return True
            await asyncio.sleep(0.02)
        return False

    async def fork(self) -> Worker:
        """Make a worker. Raises StoreError where the process has died."""
        return await self._fork([])

    async def fork_writer(self) -> tuple[Worker, socket.socket]:
        """Make a worker that can be promoted to a zygote, and the control socket that it will then listen to."""
        ours, theirs = _pair()
        try:
            with theirs:
                return await self._fork([theirs.fileno()]), ours
        except BaseException:
            ours.close()
            raise

    async def _fork(self, handles: list[int]) -> Worker:
        """A caller that goes away meanwhile leaves the exchange whole, and the worker is ended."""
        exchange = asyncio.create_task(self._exchange(handles))
        self._exchanges.add(exchange)
        exchange.add_done_callback(self._on_exchanged)
        try:
            return await asyncio.shield(exchange)
        except asyncio.CancelledError:
            exchange.add_done_callback(_discard)
            raise

    def _on_exchanged(self, exchange: asyncio.Task[Worker]) -> None:
        self._exchanges.discard(exchange)
        if self.is_ended and not self._exchanges:
            self._control.close()

    async def _exchange(self, handles: list[int]) -> Worker:
        async with self._forking:
            if self.is_ended:
                raise StoreError("the process that makes workers was ended")
            ours, theirs = socket.socketpair()
            try:
                with theirs:
                    socket.send_fds(self._control, [b"fork"], [theirs.fileno(), *handles])
                pid, pidfd = await _receive_handle(self._control)
            except OSError as error:
                # A late answer would be taken for that to the next request: this nursery is spoilt.
                ours.close()
                self._end()
                raise StoreError("the process that makes workers has died") from error
        ours.setblocking(False)
        worker = Worker(ours, pidfd, pid, self)
        self._workers.add(worker)
        return worker

    async def promote(self, writer: Worker, control: socket.socket, snapshot_id: str) -> Nursery:
        """Make the zygote of a new nursery of a writer that has applied its change. Raises EngineCrashError."""
        await writer.send(b"P")
        await writer.frame()
        pidfd = os.dup(writer.pidfd)
        writer.release()
        return Nursery(control, pidfd, snapshot_id, self.isolation)

    def forget(self, worker: Worker) -> None:
        """A worker has ended."""
        self._workers.discard(worker)
        if self._is_retired and not self._workers:
            self._end()

    def retire(self) -> None:
        """Make no more workers; end when the last one has answered, after ten minutes at the latest."""
        self._is_retired = True
        if self._workers:
            asyncio.get_running_loop().call_later(_RETIRED_AT_MOST_S, self._end)
        else:
            self._end()

    async def close(self) -> None:
        """End the process and all its workers."""
        self._end()
        # What was asked of the process ends with it; its socket stays open for that long.
        await asyncio.gather(*self._exchanges, return_exceptions=True)
        self._control.close()
        if self._process is not None:
            await self._process.wait()

    def _end(self) -> None:
        if self.is_ended:
            return
        self.is_ended = True
        if self.gateway is not None:
            self.gateway.close()
        with suppress(OSError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
        os.close(self._pidfd)
        if not self._exchanges:
            self._control.close()


def _discard(exchange: asyncio.Future[Worker]) -> None:
    if not exchange.cancelled() and exchange.exception() is None:
        exchange.result().kill()


def snapshot_id_of(snapshot: Path) -> str:
    """The id in a snapshot's manifest. Raises SnapshotError."""
    try:
        return str(json.loads((snapshot / "manifest.json").read_text("utf-8"))["id"])
    except (OSError, ValueError, KeyError) as error:
        raise SnapshotError("this is no snapshot", where=str(snapshot), why=str(error)) from error


def _pair() -> tuple[socket.socket, socket.socket]:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setblocking(False)
    return ours, theirs


async def _receive(control: socket.socket, within_s: float | None = None) -> tuple[bytes, list[int]]:
    """A message and the handles that came with it."""
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()
    loop.add_reader(control.fileno(), lambda: None if ready.done() else ready.set_result(None))
    try:
        await asyncio.wait_for(ready, within_s)
    finally:
        loop.remove_reader(control.fileno())
    word, handles, _, _ = socket.recv_fds(control, 65_536, 1)
    return word, list(handles)


async def _receive_handle(control: socket.socket) -> tuple[int, int]:
    """The process id and the handle of the worker that was asked for."""
    word, handles = await _receive(control, _FORK_WITHIN_S)
    if not word or not handles:
        raise ConnectionError("it sent no handle")
    return int(word), handles[0]

"""The process that holds the stores and forks workers from itself.

On its control socket each message carries a worker's end of a socket pair, and is answered with the worker's process
id and handle. A message with a second socket asks for a writer: it applies one change to its own copy of the store and,
when it is told to (promoted), listens on that second socket as the next zygote. So a change is whole or absent, and one
that runs away or crashes is killed without a trace.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
from pathlib import Path
from typing import Any

from app.query import sandbox
from app.query.kept_graphs import read_kept
from app.query.statistics import Statistics
from app.query.worker_process import Stores, receive, rewrite_by, send, work

_BYTES_PER_QUAD = 450


def main(arguments: list[str]) -> None:
    """Serve fork requests until the control socket closes.

    Arguments: descriptor of the control socket, snapshot directory (empty: an empty store), budget of stores held in
    memory, cap of a worker, cap of a scratch store (MB), 1 where a way to the federation's fetcher is wanted, 1 where
    queries may be rewritten.
    """
    sandbox.die_with_parent()
    sandbox.adopt_orphans()
    sandbox.forbid_core_dumps()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    network = sandbox.close_network()
    control = socket.socket(fileno=int(arguments[0]))
    directory = Path(arguments[1]) if arguments[1] else None
    budget_mb, worker_mb, scratch_mb, wants_gateway, rewrites = (int(a) for a in arguments[2:])
    try:
        stores, held = open_stores(directory, budget_mb) if directory else (_empty_store(), {"main": "memory"})
    except Exception as error:  # noqa: BLE001 - this process is the boundary: the parent gets the reason
        control.send(json.dumps({"failed": f"{type(error).__name__}: {error}"}).encode())
        return
    kept = read_kept(directory) if directory and rewrites else None
    rewrite_by(Statistics.read(directory) if directory and rewrites else None, kept)
    store_mb = 0 if directory else scratch_mb
    caps = _Caps(sandbox.address_space_bytes() + store_mb * 1_048_576, worker_mb * 1_048_576)
    files = sandbox.close_files([directory] if directory else [])
    isolation = {"network_closed": network, "files_closed": files, "memory_capped_mb": worker_mb, "core_dumps": False}
    # Never on the loopback that others share.
    gateway = sandbox.open_loopback() if wants_gateway and network else None
    isolation["federation"] = gateway is not None
    ready = json.dumps({**isolation, "stores": held}).encode()
    if gateway is None:
        control.send(ready)
    else:
        socket.send_fds(control, [ready], [gateway.fileno()])
        gateway.close()
    gc.freeze()  # what is here stays: no worker need walk through it, or copy its pages by doing so
    listening: socket.socket | None = control
    while listening is not None:
        listening = _breed(listening, stores, caps)


class _Caps:
    """How far the address space of the store's process, and of a worker beyond it, may grow."""

    def __init__(self, store_bytes: int, worker_bytes: int) -> None:
        self.store_bytes, self.worker_bytes = store_bytes, worker_bytes


def _breed(control: socket.socket, stores: Stores, caps: _Caps) -> socket.socket | None:
    """Fork a worker for each message until the server closes its end; in a writer that is promoted, its own socket."""
    while True:
        message, handles, _, _ = socket.recv_fds(control, 16, 2)
        if not message:
            return None
        sockets = [socket.socket(fileno=handle) for handle in handles]
        mine = os.getpid()
        pid = os.fork()
        if pid == 0:
            control.close()
            sandbox.die_with_parent()
            if os.getppid() == mine and len(sockets) == 2 and _write(*sockets, stores=stores, caps=caps):
                return sockets[1]
            if os.getppid() == mine and len(sockets) == 1:
                _work(sockets[0], stores, caps)
            os._exit(0)  # also where the parent died before the kernel was told
        for end in sockets:
            end.close()
        handle = os.pidfd_open(pid)
        socket.send_fds(control, [str(pid).encode()], [handle])
        os.close(handle)


def _work(channel: socket.socket, stores: Stores, caps: _Caps) -> None:
    """Be a worker to the end; nothing that goes wrong comes back to the code that forked."""
    try:
        sandbox.cap_memory(caps.store_bytes + caps.worker_bytes)
        work(channel, stores)
    finally:
        os._exit(0)


def _write(channel: socket.socket, control: socket.socket, *, stores: Stores, caps: _Caps) -> bool:
    """Be a writer; True where the change was applied and this process is promoted to the next zygote."""
    promoted = False
    try:
        sandbox.cap_memory(caps.store_bytes, softly=True)
        if work(channel, stores, once=True) and receive(channel, 1) == b"P":
            sandbox.outlive_parent()
            send(channel, b"K", b"")
            channel.close()
            promoted = control.fileno() >= 0
    finally:
        if not promoted:
            os._exit(0)
    return promoted


def _empty_store() -> Stores:
    from pyoxigraph import Store

    return {"main": Store()}


def open_stores(directory: Path, memory_budget_mb: int) -> tuple[Stores, dict[str, str]]:
    """Open the stores of a snapshot, in memory where they are small enough, else read-only from disk; and say which."""
    from pyoxigraph import RdfFormat, Store

    def load(path: Path) -> tuple[Any, str]:
        disk = Store.read_only(str(path))
        if memory_bytes(path) > memory_budget_mb * 1_048_576:
            return disk, "disk"
        memory = Store()
        data = disk.dump(format=RdfFormat.N_QUADS)
        assert data is not None
        memory.bulk_load(data, format=RdfFormat.N_QUADS)
        return memory, "memory"

    found = {"main": load(directory / "store")}
    if (directory / "standpoints").is_dir():
        found["standpoints"] = load(directory / "standpoints")
    return {name: store for name, (store, _) in found.items()}, {name: held for name, (_, held) in found.items()}


def memory_bytes(path: Path) -> int:
    """About how much memory a store takes when it is loaded.

    Measured at a million quads of the event model: 390 bytes each, the text of their terms included. Where the
    manifest does not say how many there are (standpoints), the data on disk are the measure: rarely more than six times
    their size, often about as much.
    """
    try:
        manifest = json.loads((path.parent / "manifest.json").read_text("utf-8"))
        if path.name == "store":
            return int(manifest["quads"]) * _BYTES_PER_QUAD
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return 6 * sum(f.stat().st_size for f in path.iterdir() if f.suffix in (".sst", ".log"))

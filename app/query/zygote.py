"""The process that holds the stores and forks workers from itself; every worker answers requests on a socket of its own.

Frames on a worker's socket: requests are a 4-byte length and JSON; answers a kind byte (H header, D data, E error, Z end), a
4-byte length and the payload. Nothing is sent before the first 64 KB or the end, so that failures keep an honest status.
"""

from __future__ import annotations

import io
import json
import os
import signal
import socket
import struct
import sys
from pathlib import Path
from typing import Any

from app.query import sandbox

_FIRST_BYTES = 65_536


def main(control_fd: int, snapshot: str, memory_budget_mb: int, worker_memory_mb: int) -> None:
    """Serve fork requests on the control socket until it closes: each carries a socket, each answer a pidfd."""
    sandbox.die_with_parent()
    sandbox.forbid_core_dumps()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    network = sandbox.close_network()
    control = socket.socket(fileno=control_fd)
    directory = Path(snapshot)
    try:
        stores = open_stores(directory, memory_budget_mb)
    except Exception as error:  # noqa: BLE001 - this process is the boundary: the parent gets the reason
        control.send(json.dumps({"failed": f"{type(error).__name__}: {error}"}).encode())
        return
    limit = sandbox.address_space_bytes() + worker_memory_mb * 1_048_576
    files = sandbox.close_files([directory])
    control.send(json.dumps({"network_closed": network, "files_closed": files, "stores": sorted(stores)}).encode())
    while True:
        message, handles, _, _ = socket.recv_fds(control, 16, 1)
        if not message:
            return
        channel = socket.socket(fileno=handles[0])
        mine = os.getpid()
        pid = os.fork()
        if pid == 0:
            control.close()
            sandbox.die_with_parent()
            if os.getppid() != mine:  # the parent died before the kernel was told
                os._exit(1)
            sandbox.cap_memory(limit)
            _work(channel, stores)
            os._exit(0)
        channel.close()
        handle = os.pidfd_open(pid)
        socket.send_fds(control, [str(pid).encode()], [handle])
        os.close(handle)


def open_stores(directory: Path, memory_budget_mb: int) -> dict[str, Any]:
    """Open the stores of a snapshot: in memory where the dump is small enough, else read-only from disk."""
    from pyoxigraph import RdfFormat, Store

    def load(path: Path) -> Store:
        disk = Store.read_only(str(path))
        size = sum(f.stat().st_size for f in path.iterdir() if f.is_file())
        # An in-memory store takes about six times its size on disk.
        if size * 6 > memory_budget_mb * 1_048_576:
            return disk
        memory = Store()
        data = disk.dump(format=RdfFormat.N_QUADS)
        assert data is not None
        memory.bulk_load(data, format=RdfFormat.N_QUADS)
        return memory

    found = {"main": load(directory / "store")}
    if (directory / "standpoints").is_dir():
        found["standpoints"] = load(directory / "standpoints")
    return found


class _Writer(io.RawIOBase):
    """A file for serialisers: holds back the first 64 KB, then sends data frames; refuses beyond the limit."""

    def __init__(self, channel: socket.socket, header: bytes, limit: int) -> None:
        super().__init__()
        self._channel = channel
        self._header: bytes | None = header
        self._parts: list[bytes] = []
        self._size = 0
        self._total = 0
        self._limit = limit

    def write(self, data: Any) -> int:
        """Take bytes from the serialiser."""
        self._total += len(data)
        if self._total > self._limit:
            raise OverflowError(f"the answer is larger than {self._limit} bytes")
        self._parts.append(bytes(data))
        self._size += len(data)
        if self._size >= _FIRST_BYTES:
            self.flush()
        return len(data)

    def flush(self) -> None:
        """Send what is held."""
        if self._header is not None:
            _send(self._channel, b"H", self._header)
            self._header = None
        if self._parts:
            _send(self._channel, b"D", b"".join(self._parts))
            self._parts, self._size = [], 0


def _work(channel: socket.socket, stores: dict[str, Any]) -> None:
    while True:
        head = _receive(channel, 4)
        if head is None:
            return
        body = _receive(channel, struct.unpack("!I", head)[0])
        if body is None:
            return
        try:
            _answer(channel, stores, json.loads(body))
        except SyntaxError as error:
            where = f"{error.lineno}:{error.offset}" if error.lineno else ""
            _send(channel, b"E", json.dumps({"kind": "query", "what": str(error.msg), "where": where}).encode())
        except UnicodeEncodeError as error:
            what = "the query holds a character that is no Unicode text"
            _send(channel, b"E", json.dumps({"kind": "query", "what": what, "where": str(error.start)}).encode())
        except OverflowError as error:
            _send(channel, b"E", json.dumps({"kind": "limit", "what": str(error)}).encode())
        except MemoryError:
            _send(
                channel,
                b"E",
                json.dumps({"kind": "limit", "what": "the query needs more memory than it may have"}).encode(),
            )
        except (ValueError, OSError, RuntimeError, KeyError) as error:
            _send(channel, b"E", json.dumps({"kind": "failed", "what": str(error)[:500]}).encode())


def _answer(channel: socket.socket, stores: dict[str, Any], request: dict[str, Any]) -> None:
    from pyoxigraph import NamedNode, QueryResultsFormat, QueryTriples, RdfFormat, Variable, serialize

    name, _, view = request["store"].partition("/")
    store = stores[name]
    defaults = [NamedNode(iri) for iri in request["default_graphs"]]
    named = [NamedNode(iri) for iri in request["named_graphs"]]
    if view:
        defaults = named = [NamedNode(view)]
    dataset: dict[str, Any] = {}
    if defaults or named:
        dataset = {"default_graph": defaults, "named_graphs": named}
    elif request["union"]:
        dataset = {"use_default_graph_as_union": True}
    bound = {Variable(k): NamedNode(v) for k, v in request["bindings"].items()}
    results = store.query(request["text"], base_iri=request["base_iri"], substitutions=bound, **dataset)
    media = request["media_type"]
    writer: Any = _Writer(channel, json.dumps({"media_type": media}).encode(), request["max_bytes"])
    if isinstance(results, QueryTriples):
        kind = RdfFormat.from_media_type(media)
        assert kind is not None
        serialize(results, writer, format=kind, prefixes=request["prefixes"] or None)
    else:
        form = QueryResultsFormat.from_media_type(media)
        assert form is not None
        results.serialize(writer, form)
    writer.flush()
    _send(channel, b"Z", b"")


def _send(channel: socket.socket, kind: bytes, payload: bytes) -> None:
    channel.sendall(kind + struct.pack("!I", len(payload)) + payload)


def _receive(channel: socket.socket, size: int) -> bytes | None:
    data = bytearray()
    while len(data) < size:
        part = channel.recv(size - len(data))
        if not part:
            return None
        data += part
    return bytes(data)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))

"""How fast a server answers: what `rashomon bench` prints. It asks over HTTP as any client does, and only reads.

The queries are the project's competency questions; the smallest query there is (`ASK {}`) shows the cost of a request.
"""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode, urlsplit

from app.errors import SnapshotError, StoreError, UsageError

_SMALLEST = "ASK {}"
_START_S = 180.0


@dataclass(frozen=True, slots=True)
class Latency:
    """One query: its median and slowest milliseconds to the end, its median to the first byte, its status and bytes."""

    query: str
    median_ms: float
    slowest_ms: float
    first_byte_ms: float
    status: int
    bytes: int


def measure(url: str, queries: Mapping[str, str], *, rounds: int, clients: int, seconds: float) -> dict[str, Any]:
    """Ask every query `rounds` times, then the smallest one from several clients at once; return the figures.

    Raises StoreError where nothing answers at the address.
    """
    parts = urlsplit(url)
    if parts.scheme != "http" or not parts.hostname:
        raise UsageError("this is no address of a server", where=url, advice="Give one like http://127.0.0.1:8000.")
    path = parts.path.rstrip("/") if parts.path.rstrip("/") else "/sparql"

    def connect() -> http.client.HTTPConnection:
        return http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=600)

    try:
        latencies = [_latency(connect(), path, name, text, rounds) for name, text in queries.items()]
        rate = _requests_per_second(connect, path, clients=clients, seconds=seconds)
    except (OSError, http.client.HTTPException) as error:
        raise StoreError("the server does not answer", where=url, why=str(error)) from error
    return {
        "url": f"http://{parts.netloc}{path}",
        "rounds": rounds,
        "requests_per_second": round(rate, 1),
        "clients": clients,
        "median_ms": round(median(found.median_ms for found in latencies), 2),
        "queries": [asdict(found) for found in latencies],
    }


def read_queries(folder: Path) -> dict[str, str]:
    """The query files of a folder by name. Raises UsageError where it holds none."""
    found = {path.stem: path.read_text("utf-8") for path in sorted(folder.glob("*.rq"))}
    if not found:
        raise UsageError(
            "there are no queries to measure with", where=str(folder), advice="Give a folder of .rq files."
        )
    return found


@contextmanager
def own_server(snapshot: Path) -> Iterator[str]:
    """Serve a snapshot in a process of its own on a free port while the block runs; gives its address."""
    command = [sys.executable, "-m", "app", "serve", "--snapshot", str(snapshot), "--port", str(_free_port())]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield _wait(process, f"http://127.0.0.1:{command[-1]}")
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def words(figures: Mapping[str, Any]) -> str:
    """The figures as a table for people."""
    lines = [f"{'query':<40} {'median ms':>10} {'slowest':>9} {'first byte':>11} {'bytes':>9}"]
    for found in figures["queries"]:
        status = "" if found["status"] == 200 else f"  status {found['status']}"
        lines.append(
            f"{found['query']:<40} {found['median_ms']:>10.2f} {found['slowest_ms']:>9.2f}"
            f" {found['first_byte_ms']:>11.2f} {found['bytes']:>9}{status}"
        )
    lines.append(f"median of all queries: {figures['median_ms']} ms over {figures['rounds']} rounds")
    lines.append(f"smallest query: {figures['requests_per_second']} requests/s from {figures['clients']} clients")
    return "\n".join(lines)


def _latency(connection: http.client.HTTPConnection, path: str, name: str, text: str, rounds: int) -> Latency:
    totals, firsts, status, size = [], [], 0, 0
    for _ in range(rounds):
        started = time.perf_counter()
        status, first, size = _ask(connection, path, text)
        totals.append(1000 * (time.perf_counter() - started))
        firsts.append(1000 * (first - started))
    connection.close()
    return Latency(name, round(median(totals), 2), round(max(totals), 2), round(median(firsts), 2), status, size)


def _ask(connection: http.client.HTTPConnection, path: str, text: str) -> tuple[int, float, int]:
    """Status, the moment of the first byte, and the size of an answer; every form of query gets its default format."""
    connection.request("GET", f"{path}?{urlencode({'query': text})}", headers={"Accept": "*/*"})
    answer = connection.getresponse()
    body = answer.read(1)
    first = time.perf_counter()
    return answer.status, first, len(body) + len(answer.read())


def _requests_per_second(
    connect: Callable[[], http.client.HTTPConnection], path: str, *, clients: int, seconds: float
) -> float:
    deadline = time.perf_counter() + seconds

    def ask_on() -> int:
        connection, answered = connect(), 0
        while time.perf_counter() < deadline:
            status, _, _ = _ask(connection, path, _SMALLEST)
            answered += status == 200
        connection.close()
        return answered

    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        answered = sum(future.result() for future in [pool.submit(ask_on) for _ in range(clients)])
    return answered / (time.perf_counter() - started)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], url: str) -> str:
    parts = urlsplit(url)
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", parts.port or 80, timeout=5)
        try:
            connection.request("GET", "/-/ready")
            if connection.getresponse().status == 200:
                return url
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()
        time.sleep(0.05)
    raise SnapshotError("a server over the snapshot does not start", advice="Run `rashomon serve` to see why.")

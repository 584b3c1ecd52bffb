"""The attacks of `threats.md` in the length it asks (nightly), each with a short form that runs always.

Numbers of `threats.md` stand at the tests. What was measured is printed: `make test-nightly` shows it with `-s`.
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from app.store import publish
from tests.faults.test_attacks import ask, is_calm, workers
from tests.query.making import CROSS, POINT
from tests.serve.serving import Server, serving
from tests.store.making import published, stage

# Three quads in every row: a million of them are more than all buffers on the way hold.
MILLION = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } LIMIT 1000000"
HONEST = {"X-Forwarded-For": "198.51.100.3"}


def _held(server: Server) -> tuple[int, int]:
    """Descriptors and threads of the server."""
    place = Path(f"/proc/{server.process.pid}")
    return len(os.listdir(place / "fd")), len(os.listdir(place / "task"))


def _memory_kb(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1])
    return 0


async def _attack(server: Server, client: str, until: float, seen: Counter[str]) -> None:
    """One of many: sends a runaway, waits for its end, and begins again, with no regard to what it is told."""
    host, _, port = server.url.removeprefix("http://").partition(":")
    request = f"GET /sparql?query={quote(CROSS)} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {client}\r\n\r\n".encode()
    while time.monotonic() < until:
        try:
            reader, writer = await asyncio.open_connection(host, int(port))
            try:
                writer.write(request)
                head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 40)).decode("latin-1").lower()
                status = head.split(" ")[1]
                seen[status] += 1
                if status in ("429", "503"):
                    is_problem = "\r\ncontent-type: application/problem+json\r\n" in head
                    seen["with a time to wait"] += "\r\nretry-after: " in head and is_problem
            finally:
                writer.close()
        except (OSError, asyncio.IncompleteReadError, TimeoutError):
            seen["no answer"] += 1
        await asyncio.sleep(0.05)


@pytest.mark.parametrize("addresses", [1, 200])
@pytest.mark.parametrize(
    ("clients", "seconds"), [(60, 4), pytest.param(200, 30, marks=pytest.mark.nightly)], ids=["short", "long"]
)
def test_an_honest_client_is_served_in_a_flood(clients: int, seconds: float, addresses: int, tmp_path: Path) -> None:
    """4: so many connections of one attacker; another address goes on being answered, and the attacker is told when.

    From as many addresses nobody can tell an attacker from others: then what was answered at once before is answered.
    """
    with serving(tmp_path, "--snapshot", str(published(tmp_path)), query_timeout_s=3, result_cache_mb=0) as server:
        seen, waits, statuses = Counter[str](), list[float](), Counter[int]()

        async def work() -> None:
            if addresses > 1:
                for _ in range(3):
                    assert ask(server, **HONEST).status_code == 200
            until = time.monotonic() + seconds
            names = [f"203.0.113.{1 + n % addresses}" for n in range(clients)]
            flood = [asyncio.create_task(_attack(server, name, until, seen)) for name in names]
            async with httpx.AsyncClient(base_url=server.url, timeout=60, trust_env=False) as honest:
                while time.monotonic() < until:
                    began = time.monotonic()
                    answer = await honest.get("/sparql", params={"query": POINT}, headers=HONEST)
                    waits.append(time.monotonic() - began)
                    statuses[answer.status_code] += 1
                    await asyncio.sleep(0.05)
            await asyncio.gather(*flood)

        asyncio.run(work())
        waits.sort()
        middle = waits[len(waits) // 2]
        print(f"\nhonest {dict(statuses)}, p50 {middle:.3f} s, longest {waits[-1]:.3f} s; flood {dict(seen)}")
        assert set(statuses) == {200}, statuses
        assert len(waits) >= seconds / 4  # a turn comes before the limit of the queries that hold the places
        assert seen["429"] + seen["503"] > clients
        assert seen["with a time to wait"] == seen["429"] + seen["503"]
        assert set(seen) <= {"200", "429", "503", "504", "with a time to wait"}, seen
        server.until(lambda: is_calm(server), 30)
        assert ask(server).status_code == 200


def _far_away(server: Server) -> socket.socket:
    """A connection as over a network: small packets, and little room for what has come and is not read.

    With much of it a client's system acknowledges nothing for long while it is read so slowly, and no server can tell
    that from a client who stands still.
    """
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 1_400)
    line.settimeout(30)
    host, _, port = server.url.removeprefix("http://").partition(":")
    line.connect((host, int(port)))
    return line


def _trickle(line: socket.socket, bytes_a_second: int, seconds: float) -> int:
    """Read so slowly, for so long; returns how much came."""
    taken, began = 0, time.monotonic()
    while (left := began + seconds - time.monotonic()) > 0:
        part = line.recv(bytes_a_second // 4)
        assert part, "the connection ended while it was read"
        taken += len(part)
        time.sleep(min(0.25, left))
    return taken


@pytest.mark.parametrize(
    ("bytes_a_second", "reads_s", "write_timeout_s"),
    [(8_192, 12, 4), pytest.param(4_096, 90, 30, marks=pytest.mark.nightly)],
    ids=["short", "long"],
)
def test_a_slow_reader_costs_no_memory_and_is_dropped_when_he_stops(
    bytes_a_second: int, reads_s: float, write_timeout_s: float, tmp_path: Path
) -> None:
    """5: four kilobytes a second of a million rows; then nothing, and the connection is broken, never ended.

    He who reads on is not dropped, however slowly: the kernel tells of room in its buffers rarely, unless it is asked
    to hold little that it has not sent.
    """
    with serving(
        tmp_path, "--snapshot", str(published(tmp_path)), write_timeout_s=write_timeout_s, query_timeout_s=60
    ) as server:
        before = workers(server)
        with _far_away(server) as line:
            line.sendall(f"GET /sparql?format=csv&query={quote(MILLION)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            assert line.recv(200).startswith(b"HTTP/1.1 200")
            server.until(lambda: len(workers(server)) > len(before))  # a long query gets a substitute
            taken, memory = 0, list[int]()
            for _ in range(3):
                taken += _trickle(line, bytes_a_second, reads_s / 3)
                assert "cut" not in server.log
                assert ask(server).status_code == 200
                memory.append(sum(map(_memory_kb, workers(server))))
            stopped = time.monotonic()
            server.until(lambda: "cut" in server.log, write_timeout_s + 15)
            freed_s = time.monotonic() - stopped
            server.until(lambda: len(workers(server)) <= len(before), 5)
            end = b""
            line.settimeout(10)
            with suppress(ConnectionError):  # a cut shows as a reset, or as an end too early
                while part := line.recv(1_048_576):
                    end = (end + part)[-100:]
        print(f"\n{taken} bytes in {reads_s} s; all processes {memory} kB; freed {freed_s:.1f} s after the last byte")
        assert not end.endswith(b"0\r\n\r\n")
        assert max(memory) - memory[0] < 20_000
        assert freed_s < write_timeout_s + 5
        assert ask(server).status_code == 200


@pytest.fixture
def following(tmp_path: Path) -> Iterator[tuple[Server, Path]]:
    """A server that follows what is published below a folder."""
    var = tmp_path / "var"
    published(var, tag="-0")
    with serving(tmp_path, var=var, workers=2, watch_s=0.05, queue=50, query_timeout_s=3) as server:
        yield server, var


@pytest.mark.parametrize(
    ("queries", "publishings", "crashes"),
    [(40, 4, 4), pytest.param(500, 50, 50, marks=pytest.mark.nightly)],
    ids=["short", "long"],
)
def test_queries_publishings_and_crashes_leave_nothing_behind(
    queries: int, publishings: int, crashes: int, following: tuple[Server, Path]
) -> None:
    """23: descriptors and threads after all of them are those from before, two more at most."""
    server, var = following
    for _ in range(3):
        ask(server)
    server.until(lambda: len(workers(server)) == 4)  # the zygote, two, and one for sprints
    before = _held(server)
    for number in range(1, queries + 1):
        assert ask(server).status_code == 200
        if number % (queries // publishings) == 0:
            place = publish(var, stage(var, tag=f"-{number}"), keep=3)
            server.until(lambda p=place: server.client.get("/-/ready").json()["snapshot"] == p.name)
        if number % (queries // crashes) == 0:
            # Not the first, of which the others are made.
            for pid in sorted(workers(server))[-1:]:
                with suppress(ProcessLookupError):
                    os.kill(pid, 9)
    server.until(lambda: len(workers(server)) <= 4, 60)
    server.until(lambda: _held(server)[0] <= before[0] + 2, 20)
    after = _held(server)
    print(f"\n{queries} queries, {publishings} publishings, {crashes} crashes: handles, threads {before} -> {after}")
    assert after[1] <= before[1] + 2
    assert f"rashomon_reloads_total {publishings}" in server.client.get("/-/metrics").text

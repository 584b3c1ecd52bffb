"""The scratch store as a client meets it: changes are whole or absent, and nobody else can make them."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.serve.serving import ROOT, Server, serving

UPDATE = {"Content-Type": "application/sparql-update"}
# 60 to the fifth rows, whatever the store holds: changes and queries that do not end within the time of these tests.
_ROWS = " ".join(f"VALUES ?{name} {{ {' '.join(str(n) for n in range(60))} }}" for name in "abcde")
RUNAWAY = f"INSERT {{ <x:x> <x:y> ?a }} WHERE {{ {_ROWS} FILTER(?a + ?b + ?c + ?d + ?e < 0) }}"
RUNAWAY_QUERY = f"SELECT (COUNT(*) AS ?n) {{ {_ROWS} FILTER(?a + ?b + ?c + ?d + ?e < 0) }}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A scratch store."""
    with serving(tmp_path_factory.mktemp("scratch"), "--scratch", query_timeout_s=2, worker_memory_mb=256) as started:
        yield started


@pytest.fixture(autouse=True)
def _empty(server: Server) -> None:
    assert server.client.post("/update", content="DROP ALL", headers=UPDATE).status_code == 204


def count(client: httpx.Client) -> int:
    """How many quads there are."""
    query = "SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    return int(client.get("/sparql", params={"query": query}).json()["results"]["bindings"][0]["n"]["value"])


def insert(client: httpx.Client, number: int) -> None:
    """One acknowledged change."""
    answer = client.post("/update", content=f"INSERT DATA {{ <a:{number}> <a:b> {number} }}", headers=UPDATE)
    assert answer.status_code == 204, answer.text


def test_the_default_graph_is_not_the_union(server: Server) -> None:
    server.client.post("/update", content="INSERT DATA { GRAPH <a:g> { <a:a> <a:b> 1 } }", headers=UPDATE)
    ask = {"query": "ASK { ?s ?p ?o }"}
    assert server.client.get("/sparql", params=ask).json()["boolean"] is False
    assert server.client.get("/sparql", params={**ask, "default-graph-uri": "a:g"}).json()["boolean"] is True


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (RUNAWAY, 504),
        ("INSERT DATA { <a:lost> <a:b> 1 } ; LOAD <http://127.0.0.1:9/x>", 403),
        ("INSERT DATA { <a:lost> <a:b> 1 } ; nonsense", 400),
        ("INSERT DATA { <a:lost> <a:b> 1 } ; LOAD <file:///etc/passwd>", 403),
        ("SELECT * { ?s ?p ?o }", 400),
    ],
)
def test_a_change_that_fails_has_never_been(server: Server, text: str, status: int) -> None:
    insert(server.client, 1)
    answer = server.client.post("/update", content=text, headers=UPDATE)
    assert answer.status_code == status, answer.text
    assert count(server.client) == 1
    insert(server.client, 2)


def test_a_change_that_crashes_the_engine_or_eats_its_memory_has_never_been(server: Server) -> None:
    insert(server.client, 1)
    # Beyond the length that the gate reads, so that the sandbox alone is between it and the store.
    nested = "INSERT DATA { <a:a> <a:b> 1 } ; INSERT {} WHERE " + "{" * 100_000 + "}" * 100_000
    crashed = server.client.post("/update", content=nested, headers=UPDATE)
    assert crashed.status_code == 500
    assert crashed.json()["code"] == "engine-crash"
    doubling = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40))
    bomb = f'INSERT {{ <a:a> <a:b> ?x40 }} WHERE {{ BIND("0123456789abcdef" AS ?x0) {doubling} }}'
    assert server.client.post("/update", content=bomb, headers=UPDATE).status_code >= 400
    assert count(server.client) == 1


def test_changes_that_were_acknowledged_are_all_there(server: Server) -> None:
    """Threat 14: readers, runaways and rival writers meanwhile; what was answered 204 is there, and nothing else."""
    acknowledged: set[int] = set()
    lock = threading.Lock()

    def write(first: int) -> None:
        with httpx.Client(base_url=server.url, timeout=60, trust_env=False) as client:
            for number in range(first, first + 15):
                body = f"INSERT DATA {{ <a:n> <a:is> {number} }}"
                if client.post("/update", content=body, headers=UPDATE).status_code == 204:
                    with lock:
                        acknowledged.add(number)

    def run_away() -> None:
        with httpx.Client(base_url=server.url, timeout=60, trust_env=False) as client:
            client.post("/update", params={"timeout": "0.5"}, content=RUNAWAY, headers=UPDATE)
            client.get("/sparql", params={"query": RUNAWAY_QUERY, "timeout": "0.5"})

    threads = [threading.Thread(target=write, args=(n * 100,)) for n in range(3)]
    threads += [threading.Thread(target=run_away) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    rows = server.client.get("/sparql", params={"query": "SELECT ?n { <a:n> <a:is> ?n }", "format": "csv"}).text.split()
    assert {int(n) for n in rows[1:]} == acknowledged
    assert len(acknowledged) >= 30


def test_many_generations_leave_no_process_behind(server: Server) -> None:
    def children() -> int:
        listed = subprocess.run(["ps", "-eo", "pid=,ppid=,stat="], capture_output=True, text=True, check=True).stdout
        parents: dict[int, list[int]] = {}
        for line in listed.splitlines():
            pid, parent = (int(n) for n in line.split()[:2])
            parents.setdefault(parent, []).append(pid)
        found, new = 0, [server.process.pid]
        while new:
            new = [child for parent in new for child in parents.get(parent, [])]
            found += len(new)
        return found

    for number in range(40):
        insert(server.client, number)
    assert count(server.client) == 40
    server.until(lambda: children() <= 3)  # the first process, the present one, and its worker


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"Origin": "http://elsewhere.example"}, "Origin"),
        ({"Origin": "null"}, "Origin"),
        ({"Sec-Fetch-Site": "cross-site"}, "Origin"),
        ({"Host": "rebound.example"}, "Host"),
        ({"Host": "rebound.example", "Origin": "http://rebound.example"}, "Host"),
    ],
)
@pytest.mark.parametrize("path", ["/sparql", "/update", "/graphs?default"])
def test_pages_of_other_sites_cannot_write(server: Server, headers: dict[str, str], why: str, path: str) -> None:
    if path.startswith("/graphs"):
        answer = server.client.put(path, content="<a:a> <a:b> 1 .", headers={"Content-Type": "text/turtle", **headers})
    else:
        answer = server.client.post(path, data={"update": "INSERT DATA { <a:a> <a:b> 1 }"}, headers=headers)
    assert (answer.status_code, answer.json()["where"]) == (403, why)
    assert count(server.client) == 0


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])
def test_it_is_served_on_this_machine_only(host: str) -> None:
    command = [sys.executable, "-m", "app", "serve", "--scratch", "--host", host, "--port", "0"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "127.0.0.1" in done.stderr


def test_graphs_come_and_go(server: Server) -> None:
    client, turtle = server.client, {"Content-Type": "text/turtle"}
    where = {"graph": "http://example.org/g"}
    assert client.get("/graphs", params=where).status_code == 404
    assert client.put("/graphs", params=where, content="<a:a> <a:b> 1 .", headers=turtle).status_code == 201
    assert client.put("/graphs", params=where, content="<a:a> <a:b> 2 .", headers=turtle).status_code == 204
    assert client.post("/graphs", params=where, content="<a:a> <a:b> 3 .", headers=turtle).status_code == 204
    read = client.get("/graphs", params=where, headers={"Accept": "application/n-triples"})
    assert sorted(line.split()[2].split("^^")[0] for line in read.text.splitlines()) == ['"2"', '"3"']
    broken = client.put("/graphs", params=where, content="<a:a> <a:b> ", headers=turtle)
    assert (broken.status_code, count(client)) == (400, 2)
    assert client.delete("/graphs", params=where).status_code == 204
    assert client.delete("/graphs", params=where).status_code == 404
    fresh = client.post("/graphs", content="<a:a> <a:b> 4 .", headers=turtle)
    assert fresh.status_code == 201
    assert client.get(fresh.headers["location"]).status_code == 200


@pytest.mark.parametrize(
    ("method", "query", "kind", "body", "status"),
    [
        ("PUT", "", "text/turtle", b"", 400),
        ("PUT", "?default&graph=a:b", "text/turtle", b"", 400),
        ("PUT", "?graph=a:b&graph=a:c", "text/turtle", b"", 400),
        ("PUT", "?graph=not%20one", "text/turtle", b"", 400),
        ("PUT", "?default", "text/html", b"x", 415),
        ("PUT", "?default", "", b"<a:a> <a:b> 1 .", 415),
        ("PUT", "?default", "application/rdf+xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x/>', 400),
        ("PUT", "?default", "application/n-quads", b"<a:a> <a:b> <a:c> <a:g> .", 400),
        ("PATCH", "?default", "text/turtle", b"", 405),
        ("GET", "?default&format=docx", "", b"", 406),
    ],
)
def test_graph_store_refusals(server: Server, method: str, query: str, kind: str, body: bytes, status: int) -> None:
    headers = {"Content-Type": kind} if kind else {}
    answer = server.client.request(method, f"/graphs{query}", content=body or None, headers=headers)
    assert answer.status_code == status, answer.text
    assert ("allow" in answer.headers) == (status == 405)


def test_a_file_larger_than_the_gate_reads_is_loaded(server: Server) -> None:
    lines = "".join(f"<a:{n}> <a:b> {n} .\n" for n in range(20_000))
    assert (
        server.client.put("/graphs?default", content=lines, headers={"Content-Type": "text/turtle"}).status_code == 204
    )
    assert count(server.client) == 20_000
    data = f"INSERT DATA {{ {lines.replace('<a:b>', '<a:c>')} }}"
    assert server.client.post("/update", content=data, headers=UPDATE).status_code == 204
    assert count(server.client) == 40_000
    started = time.monotonic()
    insert(server.client, -1)
    print(f"a change over 40,000 quads: {1000 * (time.monotonic() - started):.0f} ms")

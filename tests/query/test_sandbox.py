"""With the gate off, no query opens a connection or a file, and a notebook's graph cannot be written."""

from __future__ import annotations

import asyncio
import select
import socket
from pathlib import Path

import pytest

from app.errors import RashomonError, SnapshotError, UsageError
from app.query.notebook import open_graph
from app.query.zygote import memory_bytes
from tests.query.making import ask, pool_over, run

CANARY = "canary-8431"


def test_no_connection_and_no_file_leaves_a_worker(snapshot: Path, tmp_path: Path) -> None:
    canary = tmp_path / "canary.ttl"
    canary.write_text(f'<a:a> <a:b> "{CANARY}" .')
    trap = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{trap.getsockname()[1]}/x.ttl"
    texts = [
        f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ SERVICE SILENT <{address}> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ VALUES ?x {{ <{address}> }} SERVICE SILENT ?x {{ ?s ?p ?o }} }}",
        f"SELECT * FROM <{address}> {{ ?s ?p ?o }}",
        f"SELECT * FROM <{canary.as_uri()}> {{ ?s ?p ?o }}",
        f"SELECT * FROM NAMED <{canary.as_uri()}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        f"DESCRIBE <{canary.as_uri()}>",
        f"LOAD <{canary.as_uri()}>",
        f"LOAD <{address}>",
        f'SELECT (<{address}>("x") AS ?y) {{}}',
    ]

    async def work() -> None:
        async with pool_over(snapshot) as pool:
            for text in texts:
                try:
                    body = await ask(pool, text)
                except RashomonError as error:
                    body = str(error).encode()
                assert CANARY.encode() not in body, text
            for uri in (address, canary.as_uri()):
                assert CANARY.encode() not in await ask(pool, "SELECT * { ?s ?p ?o }", default_graph_uris=(uri,))
            assert not select.select([trap], [], [], 0)[0]

    with trap:
        run(work())


def test_the_sandbox_says_what_it_could_close(snapshot: Path) -> None:
    async def work() -> None:
        async with pool_over(snapshot) as pool:
            assert set(pool.isolation) >= {"network_closed", "files_closed"}
            if not (pool.isolation["network_closed"] and pool.isolation["files_closed"]):
                pytest.skip(f"this kernel does not offer all mechanisms: {pool.isolation}")
            (worker, *_) = pool._idle
            namespace = Path(f"/proc/{worker.pid}/ns/net")
            try:
                assert namespace.readlink() != Path("/proc/self/ns/net").readlink()
            except PermissionError:
                pytest.skip("namespaces of others cannot be read here")
            await asyncio.sleep(0)

    run(work())


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_notebook_reads_and_cannot_write(snapshot: Path) -> None:
    import rdflib

    graph = open_graph(snapshot)
    assert len(list(graph.query("SELECT * { ?s ?p ?o } LIMIT 7"))) == 7
    triple = (rdflib.URIRef("a:a"), rdflib.URIRef("a:b"), rdflib.Literal(1))
    for write in (
        lambda: graph.add(triple),
        lambda: graph.remove(triple),
        lambda: graph.update("DELETE WHERE { ?s ?p ?o }"),
    ):
        with pytest.raises(UsageError, match="read-only"):
            write()


def test_a_notebook_without_snapshot_says_so(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="rashomon build"):
        open_graph(tmp_path)


def test_memory_of_a_store_is_told_by_its_quads_not_by_its_disk(tmp_path: Path) -> None:
    """A store on disk may be as large as in memory: its size there once sent a graph of a million quads to the disk."""
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "1.sst").write_bytes(b"x" * 1_000)
    assert memory_bytes(tmp_path / "store") == 6_000
    (tmp_path / "manifest.json").write_text('{"quads": 1000000}')
    assert 400 < memory_bytes(tmp_path / "store") / 1_048_576 < 512

"""With the gate off, no query opens a connection or a file, and a notebook's graph cannot be written."""

from __future__ import annotations

import asyncio
import json
import select
import socket
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest

from app.errors import RashomonError, SnapshotError, UsageError
from app.query import Operation, Request, ScratchPool
from app.query.notebook import open_graph
from app.query.zygote import memory_bytes
from tests.query.making import ask, pool_over, run, settings_for
from tests.serve.serving import serving

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


_RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:p="a:"'
_THING = f'<rdf:RDF {_RDF}><rdf:Description rdf:about="a:a"><p:p>%s</p:p></rdf:Description></rdf:RDF>'


def _xml(declared: str, used: str, *, system: str = "") -> tuple[str, bytes]:
    text = f'<?xml version="1.0"?><!DOCTYPE rdf:RDF {system}[{declared}]>' + _THING % used
    return "application/rdf+xml", text.encode()


def _laughs(levels: int) -> str:
    """Entities of ten of the one before: ten to so many letters."""
    names = "abcdefghijklmn"[: levels + 1]
    made = [f'<!ENTITY {names[0]} "{CANARY}">']
    made += [f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in pairwise(names)]
    return "".join(made)


def _hostile_bodies(address: str, file: str) -> dict[str, tuple[str, bytes]]:
    """Bodies that ask a reader for another resource, or for more memory than there is."""
    return {
        "bomb": _xml(_laughs(9), "&j;"),
        "entity-file": _xml(f'<!ENTITY x SYSTEM "{file}">', "&x;"),
        "entity-http": _xml(f'<!ENTITY x SYSTEM "{address}">', "&x;"),
        "entity-public": _xml(f'<!ENTITY x PUBLIC "-//X//X" "{address}">', "&x;"),
        "parameter-entity": _xml(f'<!ENTITY % x SYSTEM "{address}"> %x;', ""),
        "dtd-http": _xml("", "", system=f'SYSTEM "{address}" '),
        "dtd-file": _xml("", "", system=f'SYSTEM "{file}" '),
        "xinclude": (
            "application/rdf+xml",
            (_THING % f'<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="{file}" parse="text"/>').encode(),
        ),
        "context": ("application/ld+json", json.dumps({"@context": address, "@id": "a:a", "p": 1}).encode()),
        "context-file": ("application/ld+json", json.dumps({"@context": file, "@id": "a:a", "p": 1}).encode()),
        "contexts": ("application/ld+json", json.dumps({"@context": [{}, address], "@id": "a:a", "p": 1}).encode()),
        "import": (
            "application/ld+json",
            json.dumps({"@context": {"@version": 1.1, "@import": address}, "@id": "a:a", "a:p": 1}).encode(),
        ),
        "base": ("text/turtle", f"@base <{file}> . <> <a:p> <{address}> .".encode()),
    }


@pytest.mark.parametrize("operation", [Operation.PUT_GRAPH, Operation.POST_GRAPH])
def test_no_body_that_is_loaded_opens_a_connection_or_a_file(operation: Operation, tmp_path: Path) -> None:
    """8: entities, DTDs, contexts and bombs in the process that loads, without the gate that refuses a DOCTYPE."""
    canary = tmp_path / "canary.txt"
    canary.write_text(CANARY)
    trap = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{trap.getsockname()[1]}/x"

    async def work() -> None:
        pool = await ScratchPool.open(settings_for(query_timeout_s=5.0, scratch_memory_mb=256))
        try:
            for name, part in _hostile_bodies(address, canary.as_uri()).items():
                change = Request(operation=operation, graph="a:g", parts=(part,), base_iri="a:g")
                with suppress(RashomonError):  # refused or taken: what counts is what it reached
                    await pool.change(change)
                found = await ask(pool, "SELECT * { GRAPH ?g { ?s ?p ?o } }")
                assert CANARY.encode() not in found, name
                assert len(found) < 10_000, name
                assert not select.select([trap], [], [], 0)[0], name
            assert await ask(pool, "ASK {}")
        finally:
            await pool.close()

    with trap:
        run(work())


def test_the_gate_refuses_a_doctype_before_it_is_read(tmp_path: Path) -> None:
    with serving(tmp_path, "--scratch") as server:
        kind, body = _xml(_laughs(3), "&c;")
        answer = server.client.put("/graphs?default", content=body, headers={"content-type": kind})
        assert (answer.status_code, "DOCTYPE" in answer.json()["detail"]) == (400, True)


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

"""Three engines, one graph: ours, `oxigraph serve` and Virtuoso give the same answers through a server of ours."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from tests.absence import absent
from tests.bench import peers
from tests.serve.serving import Server, serving

ROOT = Path(__file__).parents[2]
QUESTIONS = sorted((ROOT / "queries" / "competency").glob("*.rq"))
HTML = {"accept": "text/html"}
# Written differently for the same number or moment.
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
# Virtuoso keeps coordinates in 32 bits, whatever was loaded: equal to two places (a kilometre).
_COORDINATE = re.compile(r"-?\d+\.\d{3,}")
# Virtuoso 7.2 finds nothing where a filter compares with a date literal, and is right where the literal is a cast.
_DATE = re.compile(r'("\d{4}-\d\d-\d\d")\^\^xsd:date')
# Where a query begins at one constant (a label) and a path of any length ends at another, Virtuoso 7.2 follows the path
# for the first row only (found by leaving out one part after the other: neither date nor filter matters). Computed
# apart, which it is where a sub-query is distinct and has a limit, the path gives all.
_CLOSURE = re.compile(r"(\?\w+) (\w+:\w+\*) (\w+:\w+) ;")


@pytest.fixture(scope="module")
def copy(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy beside which Virtuoso may keep its files."""
    place = tmp_path_factory.mktemp("peers") / demonstration.name
    shutil.copytree(demonstration, place)
    return place


@pytest.fixture(scope="module")
def ours(copy: Path) -> Iterator[Server]:
    with serving(copy.parent, "--snapshot", str(copy), workers=2) as server:
        yield server


def _open(kind: str, snapshot: Path) -> AbstractContextManager[peers.Peer]:
    if kind == "virtuoso" and not peers.has_virtuoso():
        absent("virtuoso-opensource is not installed")
    return peers.virtuoso(snapshot, memory_mb=300) if kind == "virtuoso" else peers.oxigraph(snapshot)


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def remote(request: pytest.FixtureRequest, copy: Path) -> Iterator[Server]:
    """Our server with a real remote store behind it."""
    with _open(request.param, copy) as peer, serving(
        copy.parent, "--snapshot", str(copy), store="sparql", remote_url=peer.url, workers=4
    ) as server:  # fmt: skip
        server.name = request.param
        yield server


def _bag(text: str) -> Counter[tuple[str, ...]]:
    return Counter(tuple(_plain(cell) for cell in row) for row in csv.reader(io.StringIO(text)))


def _plain(cell: str) -> str:
    if cell.startswith("POINT"):
        return _COORDINATE.sub(lambda m: f"{float(m[0]):.2f}", cell)
    return repr(float(cell)) if _NUMBER.fullmatch(cell) else cell


def _for_virtuoso(text: str) -> str:
    """The same question without what Virtuoso 7.2 answers wrongly."""
    text = _DATE.sub(r"xsd:date(\1)", text)
    return _CLOSURE.sub(r"{ SELECT DISTINCT \1 { \1 \2 \3 } LIMIT 1000000 } \1", text)


def _csv(server: Server, text: str) -> Counter[tuple[str, ...]]:
    answer = server.client.post("/sparql", data={"query": text}, headers={"accept": "text/csv"})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/csv")
    return _bag(answer.text)


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda p: p.stem[:4])
def test_competency_questions(path: Path, ours: Server, remote: Server) -> None:
    text = path.read_text("utf-8")
    expected = _csv(ours, text)
    assert sum(expected.values()) > 1
    asked = _for_virtuoso(text) if remote.name == "virtuoso" else text
    assert _csv(ours, asked) == expected  # the same question
    assert _csv(remote, asked) == expected


def _iris(server: Server, pattern: str) -> list[str]:
    query = "PREFIX cev: <https://w3id.org/contested-events/ns#>\nSELECT DISTINCT ?x { %s } ORDER BY ?x LIMIT 6"
    rows = server.client.get("/sparql", params={"query": query.replace("%s", pattern)}).json()["results"]["bindings"]
    return [row["x"]["value"].replace("https://w3id.org/contested-events", "") for row in rows]


def _shown(page: str, server: Server) -> list[str]:
    """The lines of a page without addresses and snapshots, sorted: engines may sort what has no label first or last."""
    page = _COORDINATE.sub(lambda m: f"{float(m[0]):.2f}", page.replace(server.url, ""))
    return sorted(re.sub(r"remote-[0-9a-f]{5,8}(?:-\d+)?|[0-9a-f]{12,64}", "", page).splitlines())


@pytest.mark.parametrize(
    "pattern", ["?a cev:accountOf ?x", "?s cev:claimant ?x", "?x a cev:SourceDocument", "?x a cev:Place"]
)
def test_pages(pattern: str, ours: Server, remote: Server) -> None:
    for path in _iris(ours, pattern):
        first, second = ours.client.get(path, headers=HTML), remote.client.get(path, headers=HTML)
        assert first.status_code == second.status_code == 200, path
        assert _shown(second.text, remote) == _shown(first.text, ours), path


@pytest.mark.parametrize("path", ["/", "/search?q=aleppo", "/suggest?q=rus"])
def test_other_pages(path: str, ours: Server, remote: Server) -> None:
    first, second = ours.client.get(path, headers=HTML), remote.client.get(path, headers=HTML)
    assert first.status_code == second.status_code == 200
    assert _shown(second.text, remote) == _shown(first.text, ours)


def test_rdf_of_things(ours: Server, remote: Server) -> None:
    from pyoxigraph import RdfFormat, parse

    def triples(server: Server, path: str) -> set[Any]:
        answer = server.client.get(path, headers={"accept": "application/n-triples"})
        assert answer.status_code == 200, answer.text
        text = _COORDINATE.sub(lambda m: f"{float(m[0]):.2f}", answer.text)
        return {str(q) for q in parse(text, format=RdfFormat.N_TRIPLES)}

    for path in [*_iris(ours, "?a cev:accountOf ?x")[:3], "/graph/linking"]:
        assert triples(remote, path) == triples(ours, path)


def test_gate_limits_and_cache_are_ours(remote: Server) -> None:
    client = remote.client
    assert client.get("/sparql", params={"query": "SELECT * { SERVICE <http://127.0.0.1:9/> {} }"}).status_code in (
        400,
        403,
    )
    assert client.get("/sparql", params={"query": "SELECT * {"}).status_code == 400
    assert client.post("/sparql", data={"update": "CLEAR ALL"}).status_code == 403
    assert (
        client.post("/sparql", content=b"CLEAR ALL", headers={"content-type": "application/sparql-query"}).status_code
        == 400
    )
    monster = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(STR(?c) < STR(?f)) }"
    assert client.get("/sparql", params={"query": monster, "timeout": "1"}).status_code in (502, 504)
    query = {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?o ?q ?r }"}
    first, second = client.get("/sparql", params=query), client.get("/sparql", params=query)
    assert first.content == second.content
    again = client.get("/sparql", params=query, headers={"if-none-match": second.headers["etag"]})
    assert again.status_code == 304 or again.headers["etag"] != second.headers["etag"]  # a minute has ended between


def test_virtuoso_lets_in_who_has_the_key(copy: Path, tmp_path: Path) -> None:
    """Its `/sparql-auth` asks for Digest; without the key, or with another, nothing comes."""
    key = tmp_path / "key"
    query = {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "format": "csv"}
    with _open("virtuoso", copy) as peer:
        address = f"{peer.url}-auth"
        for text, auth, status in (("dba:dba", "digest", 200), ("dba:canary-9931", "digest", 502), ("", "basic", 502)):
            key.write_text(text)
            file = {"remote_key_file": str(key)} if text else {}
            with serving(
                tmp_path, "--snapshot", str(copy), store="sparql", remote_url=address, remote_auth=auth, **file
            ) as server:
                answer = server.client.get("/sparql", params=query)
                assert answer.status_code == status, answer.text
                assert "canary-9931" not in answer.text + server.log

"""SPARQL Protocol, Graph Store Protocol and descriptions over the published graph: what is read, what is refused, and how."""
# ruff: noqa: E501 - tables, one a line

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pytest
from pyoxigraph import Dataset, RdfFormat, parse

from app.vocab import CEV, SD, VOID
from tests.serve.serving import Server, serving

BASE = "https://w3id.org/contested-events/"
FORM = "application/x-www-form-urlencoded"
GRAPH_TYPES = [
    "text/turtle",
    "application/trig",
    "application/n-triples",
    "application/n-quads",
    "application/rdf+xml",
    "application/ld+json",
]
ASK = "ASK%7B%7D"


@pytest.fixture(scope="module")
def server(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demonstration, served."""
    with serving(tmp_path_factory.mktemp("protocol"), "--snapshot", str(demonstration)) as started:
        yield started


def _objects(body: bytes, media: str, predicate: str) -> list[str]:
    kind = RdfFormat.from_media_type(media.split(";")[0])
    assert kind is not None
    return [q.object.value for q in parse(body, kind) if q.predicate.value == predicate]


@pytest.mark.parametrize("media", GRAPH_TYPES)
def test_every_graph_format_holds_the_same_triples(server: Server, media: str) -> None:
    query = f"CONSTRUCT {{ ?s a ?c }} WHERE {{ ?s a ?c . ?c a <{'http://www.w3.org/2002/07/owl#'}Class> }}"
    answers = [
        server.client.get("/sparql", params={"query": query}, headers={"Accept": m})
        for m in (media, "application/n-triples")
    ]
    assert [a.headers["content-type"].split(";")[0] for a in answers] == [media, "application/n-triples"]
    sets = []
    for answer in answers:
        kind = RdfFormat.from_media_type(answer.headers["content-type"].split(";")[0])
        assert kind is not None
        sets.append(Dataset(parse(answer.content, kind)))
    assert sets[0] == sets[1]
    assert len(sets[0]) > 10


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("*/*", "application/sparql-results+json"), ("application/x-odd", "application/sparql-results+json"), ("text/*", "text/csv"),
        ("text/*;q=0.9, application/sparql-results+xml;q=0.2", "text/csv"), ("application/sparql-results+json;q=0, */*;q=0.5", "application/sparql-results+xml"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/sparql-results+xml"),
        ("text/tab-separated-values;q=0.9,text/csv;q=0.8", "text/tab-separated-values"), ("application/json", "application/sparql-results+json"),
    ],
)  # fmt: skip
def test_negotiation(server: Server, accept: str, media: str) -> None:
    answer = server.client.get("/sparql", params={"query": "SELECT * { ?s ?p ?o } LIMIT 1"}, headers={"Accept": accept})
    assert answer.headers["content-type"].split(";")[0] == media
    assert "accept" in answer.headers["vary"]


@pytest.mark.parametrize(
    ("method", "target", "headers", "body", "status"),
    [
        ("GET", f"/sparql?query={ASK}", {}, "", 200),
        ("GET", f"/sparql/?query={ASK}", {}, "", 200),
        ("POST", "/sparql", {"Content-Type": FORM}, f"query={ASK}", 200),
        ("POST", "/sparql", {"Content-Type": f"{FORM}; charset=UTF-8"}, f"query={ASK}", 200),
        ("POST", "/sparql", {"Content-Type": "application/sparql-query"}, "ASK {}", 200),
        ("POST", f"/sparql?query={ASK}", {"Content-Type": "application/sparql-query"}, "ASK {}", 400),
        ("POST", "/sparql", {"Content-Type": "application/sparql-query; charset=utf-16"}, "ASK {}", 415),
        ("POST", "/sparql", {"Content-Type": "text/plain"}, "ASK {}", 415),
        ("POST", "/sparql", {}, "ASK {}", 415),
        ("POST", "/sparql", {"Content-Type": FORM}, "", 400),
        ("POST", "/sparql", {"Content-Type": FORM}, f"query={ASK}&update=CLEAR+ALL", 400),
        ("POST", "/sparql", {"Content-Type": FORM}, "update=CLEAR+ALL", 403),
        ("POST", "/sparql", {"Content-Type": "application/sparql-update"}, "CLEAR ALL", 403),
        ("GET", "/sparql?update=CLEAR+ALL", {}, "", 403),
        ("GET", f"/sparql?query={ASK}&query={ASK}", {}, "", 400),
        # SPARQLWrapper gives the format twice, by different names (tests/clients): the first that says something holds.
        ("GET", f"/sparql?query={ASK}&format=json&format=csv", {}, "", 200),
        ("GET", f"/sparql?query={ASK}&timeout=5&timeout=6", {}, "", 400),
        ("GET", f"/sparql?query={ASK}&timeout=soon", {}, "", 400),
        ("GET", f"/sparql?query={ASK}&timeout=-1", {}, "", 400),
        ("GET", f"/sparql?query={ASK}&timeout=nan", {}, "", 400),
        ("GET", f"/sparql?query={ASK}&timeout=1_0", {}, "", 400),
        ("GET", f"/sparql?query={ASK}&timeout=%EF%BC%95", {}, "", 400),
        ("GET", f"/sparql?query={ASK}&timeout=.5", {}, "", 200),
        ("GET", f"/sparql?query={ASK}&timeout=1e-3", {}, "", 200),
        ("GET", f"/sparql?query={ASK}&format=docx", {}, "", 406),
        ("GET", "/sparql?query=%ff", {}, "", 400),
        ("GET", "/sparql?query=ASK+%257B%257D", {}, "", 400),
        ("GET", f"/sparql?query={ASK}&default-graph-uri=not%20one", {}, "", 400),
        ("PUT", "/sparql", {}, "", 405),
        ("DELETE", f"/sparql?query={ASK}", {}, "", 405),
        ("PATCH", "/sparql", {}, "", 405),
        ("POST", "/update", {"Content-Type": "application/sparql-update"}, "CLEAR ALL", 403),
        ("POST", "/update", {"Content-Type": FORM}, "update=CLEAR+ALL", 403),
        ("GET", "/update", {}, "", 403),
        ("PUT", "/graphs?default", {"Content-Type": "text/turtle"}, "<a:a> <a:b> 1 .", 403),
        ("POST", "/graphs?default", {"Content-Type": "text/turtle"}, "<a:a> <a:b> 1 .", 403),
        ("DELETE", "/graphs?default", {}, "", 403),
        ("DELETE", "/graphs/dataset", {}, "", 403),
        ("PATCH", "/graphs?default", {}, "", 405),
        ("GET", "/graphs", {}, "", 400),
        ("GET", "/graphs?graph=http://[", {}, "", 400),
        ("GET", "/graphs?graph=//[::1", {}, "", 400),
        ("PUT", "/graphs?graph=http://[", {"Content-Type": "text/turtle"}, "", 403),
        ("GET", "/graphs?graph=urn:none", {}, "", 404),
        ("GET", f"/graphs?graph={quote(BASE)}graph/dataset", {}, "", 200),
        ("GET", "/graphs/dataset", {}, "", 200),
        ("GET", "/graphs/none", {}, "", 404),
        ("HEAD", "/graphs/dataset", {}, "", 200),
        ("HEAD", f"/sparql?query={ASK}", {}, "", 200),
    ],
)  # fmt: skip
def test_statuses(server: Server, method: str, target: str, headers: dict[str, str], body: str, status: int) -> None:
    answer = server.client.request(method, target, content=body or None, headers=headers)
    assert answer.status_code == status, answer.text
    if status >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert set(answer.json()) >= {"type", "title", "status", "code", "detail"}
    if status == 403:
        assert "reviews" in answer.json()["advice"]
    if status == 405:
        assert "GET" in answer.headers["allow"]
    if method == "HEAD":
        assert not answer.content


def test_headers_that_are_repeated_are_one_list(server: Server) -> None:
    query = {"query": "SELECT * { ?s ?p ?o } LIMIT 1"}
    for accepts in (("text/csv", "application/x-odd"), ("application/x-odd", "text/csv")):
        answer = server.client.get("/sparql", params=query, headers=[("Accept", accept) for accept in accepts])
        assert answer.headers["content-type"].split(";")[0] == "text/csv"


def test_other_sites_may_read_and_never_write(server: Server) -> None:
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    preflight = server.client.options("/sparql", headers=asked)
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in preflight.headers
    assert "PUT" not in preflight.headers["access-control-allow-methods"]
    read = server.client.get("/sparql", params={"query": "ASK {}"}, headers={"Origin": "https://elsewhere.example"})
    assert read.headers["access-control-allow-origin"] == "*"
    assert "x-snapshot" in read.headers["access-control-expose-headers"]
    assert "access-control-allow-origin" not in server.client.options("/update", headers=asked).headers


def test_datasets_are_chosen_by_parameters_and_by_text(server: Server) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    graph = f"{BASE}graph/dataset"

    def number(query: str, **parameters: str) -> int:
        answer = server.client.get("/sparql", params={"query": query, **parameters})
        return int(answer.json()["results"]["bindings"][0]["n"]["value"])

    whole = number(count)
    part = number(count, **{"default-graph-uri": graph})
    assert 0 < part < whole
    assert number(f"SELECT (COUNT(*) AS ?n) FROM <{graph}> {{ ?s ?p ?o }}") == part
    assert number("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", **{"named-graph-uri": graph}) == part
    assert number(count, **{"named-graph-uri": graph}) == 0


@pytest.mark.parametrize("media", GRAPH_TYPES)
def test_the_service_describes_itself(server: Server, media: str) -> None:
    answer = server.client.get("/sparql", headers={"Accept": media})
    assert answer.status_code == 200
    assert _objects(answer.content, media, SD + "endpoint") == [f"{server.url}/sparql"]
    assert SD + "UnionDefaultGraph" in _objects(answer.content, media, SD + "feature")
    graphs = _objects(answer.content, media, SD + "name")
    assert f"{BASE}graph/dataset" in graphs
    assert len(graphs) == len(set(graphs)) > 5


def test_void_counts_what_queries_count(server: Server) -> None:
    answer = server.client.get("/.well-known/void")
    assert answer.headers["content-type"].startswith("text/turtle")
    assert f"{server.url}/sparql" in _objects(answer.content, "text/turtle", VOID + "sparqlEndpoint")
    uses: dict[str, dict[str, str]] = {}
    for quad in parse(answer.content, RdfFormat.TURTLE):
        uses.setdefault(quad.subject.value, {})[quad.predicate.value] = quad.object.value
    claims = next(v for v in uses.values() if v.get(VOID + "class") == CEV + "Accusation")
    query = f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s a <{CEV}Accusation> }}"
    counted = server.client.get("/sparql", params={"query": query}).json()["results"]["bindings"][0]["n"]["value"]
    assert claims[VOID + "entities"] == counted
    assert len([v for v in uses.values() if VOID + "class" in v]) > 20
    claimants = next(v for v in uses.values() if v.get(VOID + "property") == CEV + "claimant")
    assert int(claimants[VOID + "triples"]) >= int(claimants[VOID + "distinctSubjects"]) > 0


RAW = [
    (b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nRange: bytes=0-3\r\n\r\n", 200),
    (b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
    (b"GET /sparql HTTP/1.1\r\nHost: x\"><script>\r\nAccept: text/turtle\r\n\r\n", 400),
    (b"GET /sparql?query=ASK%7B%7D HTTP/1.0\r\nHost: x\r\n\r\n", 200),
    (b"GET /sparql?query=ASK%2525 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    (b"GET /sparql?%71uery=ASK%7B%7D HTTP/1.1\r\nHost: x\r\n\r\n", 200),
    (b"HEAD /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\n\r\n", 200),
    (b"OPTIONS /sparql HTTP/1.1\r\nHost: x\r\n\r\n", 204),
    (b"TRACE /sparql HTTP/1.1\r\nHost: x\r\n\r\n", 405),
    (b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nASK {}\r\n0\r\n\r\n", 200),
    (b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 6\r\nContent-Length: 7\r\n\r\nASK {}", 400),
    (b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: x\r\n\r\nASK {}", 400),
    (b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    (b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nTransfer-Encoding: gzip, chunked\r\n\r\n6\r\nASK {}\r\n0\r\n\r\n", 400),
    (b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nTransfer-Encoding: identity, chunked\r\n\r\n6\r\nASK {}\r\n0\r\n\r\n", 400),
    (b"GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", 404),
    (b"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", 404),
    (b"GET /graphs/%00 HTTP/1.1\r\nHost: x\r\n\r\n", 404),
    (b"GARBAGE\r\n\r\n", 400),
    (b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400),
    (b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Encoding: gzip\r\nContent-Length: 6\r\n\r\nASK {}", 415),
    (b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Encoding: identity\r\nContent-Length: 6\r\n\r\nASK {}", 200),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "status"), RAW, ids=[str(n) for n in range(len(RAW))])
def test_oddities_of_http(server: Server, sent: bytes, status: int) -> None:
    """Threat 13: single decoding, no body after HEAD, no ranges of streams, no two readings of one request."""
    host, _, port = server.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), 10) as line:
        line.sendall(sent.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
        received = b""
        while part := line.recv(65_536):
            received += part
    head, _, body = received.partition(b"\r\n\r\n")
    assert int(head.split()[1]) == status, received[:300]
    assert b"root:" not in received
    assert received.count(b"HTTP/1.") == 1
    if sent.startswith(b"HEAD"):
        assert not body
    if status == 200 and sent.startswith(b"GET"):
        assert json.loads(body if b"chunked" not in head.lower() else body.split(b"\r\n")[1])["boolean"] is True
    assert server.client.get("/-/health").status_code == 200


POST = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
LONG = {
    "one header": b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 10_000_000,
    "one header, whole": b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 70_000 + b"\r\n\r\n",
    "many headers": b"GET / HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X%d: y\r\n" % n for n in range(300_000)),
    "a chunk's extension": POST + b"6;" + b"x" * 5_000_000,
    "many extensions": POST + b"".join(b"1;%s\r\n \r\n" % (b"x" * 1_000) for _ in range(5_000)),
    "a trailer": POST + b"6\r\nASK {}\r\n0\r\nX: " + b"y" * 5_000_000,
}


@pytest.mark.parametrize("sent", LONG.values(), ids=LONG)
def test_what_comes_beside_a_body_is_bounded(server: Server, sent: bytes) -> None:
    """Threat 13: no header, trailer or chunk extension fills the memory, however long it goes on."""
    host, _, port = server.url.removeprefix("http://").partition(":")
    received = b""
    with socket.create_connection((host, int(port)), 10) as line, suppress(ConnectionError):
        line.sendall(sent)  # cut off on the way
        line.sendall(b"\r\n\r\n")
        received = line.recv(65_536)
    assert not received or received.startswith((b"HTTP/1.1 431 ", b"HTTP/1.1 400 ")), received[:200]
    assert server.client.get("/-/health").status_code == 200


def test_tiny_chunks_and_long_headers_within_bounds_are_taken(server: Server) -> None:
    host, _, port = server.url.removeprefix("http://").partition(":")
    text = b"ASK {}" + b" " * 30_000
    tiny = POST + b"".join(b"1\r\n%c\r\n" % byte for byte in text) + b"0\r\n\r\n"
    long = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX: " + b"y" * 50_000 + b"\r\n\r\n"
    for sent in (tiny, long, long):
        with socket.create_connection((host, int(port)), 10) as line:
            line.sendall(sent)
            assert line.recv(65_536).startswith(b"HTTP/1.1 200 ")


def test_a_graph_that_does_not_exist_is_not_found(server: Server) -> None:
    for path in ("/graph/nothing", "/graph/document/nothing", "/graph/%C3%A9"):
        answer = server.client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found"), path
    assert server.client.get("/graph/linking").status_code == 200

"""Caching, compression, HEAD, numbers and logs as a client and an operator meet them."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
import zstandard

from tests.serve.serving import Server, serving

MANY = "SELECT * WHERE { ?s ?p ?o . ?o ?q ?r } LIMIT 20000"
SECRET = "hunter2-canary"


@pytest.fixture(scope="module")
def server(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("front")
    with serving(folder, "--snapshot", str(demonstration), log_requests=True, slow_query_s=0.3) as server:
        yield server


def _event(server: Server) -> str:
    query = "SELECT ?e WHERE { ?a <https://w3id.org/contested-events/ns#accountOf> ?e } ORDER BY ?e LIMIT 1"
    rows = server.client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
    return str(rows[0]["e"]["value"]).replace("https://w3id.org/contested-events", "")


def _paths(server: Server) -> list[tuple[str, str]]:
    return [
        ("/sparql?" + urlencode({"query": MANY}), "text/csv"),
        (_event(server), "text/html"),
        (_event(server), "text/turtle"),
        ("/graph/reference", "text/turtle"),
        ("/dumps/", "application/json"),
        ("/dumps/rashomon.ttl.gz", "*/*"),
        ("/ontology", "text/turtle"),
        ("/", "text/html"),
    ]


def test_what_has_not_changed_is_not_sent_again(server: Server) -> None:
    for path, accept in _paths(server):
        for coding in ("identity", "gzip", "zstd"):
            headers = {"accept": accept, "accept-encoding": coding}
            first = server.client.get(path, headers=headers)
            assert first.status_code == 200, path
            tag = first.headers["etag"]
            again = server.client.get(path, headers={**headers, "if-none-match": f'"other", {tag}'})
            assert (again.status_code, again.content) == (304, b""), path
            assert again.headers["etag"].strip('"').split("-gzip")[0].split("-zstd")[0] in tag
            assert server.client.get(path, headers={**headers, "if-none-match": '"other"'}).status_code == 200


def test_other_representations_have_other_tags(server: Server) -> None:
    path = "/sparql?" + urlencode({"query": MANY})
    tags = {
        server.client.get(path, headers={"accept": accept, "accept-encoding": coding}).headers["etag"]
        for accept in ("text/csv", "application/sparql-results+json")
        for coding in ("identity", "gzip", "zstd")
    }
    assert len(tags) == 6


def test_what_holds_for_a_moment_has_no_tag(server: Server) -> None:
    answers = [server.client.get("/sparql", params={"query": "SELECT (STRUUID() AS ?u) {}"}) for _ in range(2)]
    assert answers[0].content != answers[1].content
    assert "etag" not in answers[0].headers
    assert answers[0].headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("accept", "coding"),
    [
        ("gzip", "gzip"), ("zstd", "zstd"), ("gzip, zstd", "zstd"), ("gzip, zstd;q=0.5", "gzip"), ("*", "zstd"),
        ("zstd;q=0, *", "gzip"), ("identity", None), ("br", None), ("gzip;q=0", None), ("gzip;q=x", None),
    ],
)  # fmt: skip
def test_compression_is_the_clients_choice(server: Server, accept: str, coding: str | None) -> None:
    params = {"query": MANY, "format": "csv"}
    plain = server.client.get("/sparql", params=params, headers={"accept-encoding": "identity"})
    with server.client.stream("GET", "/sparql", params=params, headers={"accept-encoding": accept}) as answer:
        raw = b"".join(answer.iter_raw())
    assert answer.headers.get("content-encoding") == coding
    assert "accept-encoding" in answer.headers["vary"]
    assert "accept" in [v.strip() for v in answer.headers["vary"].split(",")]
    if coding == "gzip":
        raw = gzip.decompress(raw)
    elif coding == "zstd":
        raw = zstandard.ZstdDecompressor().decompressobj().decompress(raw)
    assert raw == plain.content
    if coding:
        assert "content-length" not in answer.headers


def test_small_and_compressed_things_stay_as_they_are(server: Server) -> None:
    headers = {"accept-encoding": "gzip"}
    small = server.client.get("/sparql", params={"query": "ASK {}"}, headers=headers)
    assert "content-encoding" not in small.headers
    assert "content-encoding" not in server.client.get("/dumps/rashomon.ttl.gz", headers=headers).headers


def test_a_compressed_stream_gives_its_first_rows_before_it_ends(server: Server) -> None:
    """The first piece must be readable by itself, while the query still runs."""
    slow = "SELECT ?s ?o ?t { ?s ?p ?o . ?t ?q ?r . FILTER(STRLEN(STR(?o)) > 0) } LIMIT 900000"
    params = {"query": slow, "format": "csv"}
    with server.client.stream("GET", "/sparql", params=params, headers={"accept-encoding": "gzip"}) as answer:
        piece = next(answer.iter_bytes())
        assert piece.startswith(b"s,o,t\r\n")
        assert len(piece) > 1000


def test_head_says_what_get_would(server: Server) -> None:
    for path, accept in _paths(server):
        headers = {"accept": accept, "accept-encoding": "gzip"}
        get, head = server.client.get(path, headers=headers), server.client.head(path, headers=headers)
        assert (head.status_code, head.content) == (200, b""), path
        for name in ("content-type", "etag", "content-encoding", "vary"):
            assert head.headers.get(name) == get.headers.get(name), (path, name)
    assert server.client.head("/id/actor/none").status_code == 404
    assert server.client.head("/sparql", params={"query": "SELECT"}).status_code == 400


def test_head_leaves_the_connection_in_order(server: Server) -> None:
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=20)
    for method in ("HEAD", "GET", "HEAD", "GET"):
        connection.request(method, "/graph/reference", headers={"accept": "text/turtle"})
        answer = connection.getresponse()
        assert answer.status == 200
        assert bool(answer.read()) is (method == "GET")
    connection.close()


def _metric(server: Server, name: str) -> float:
    text = server.client.get("/-/metrics").text
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_equal_questions_are_asked_once(server: Server) -> None:
    # Long enough to be joined, and too short for the slow lane: on a crowded machine that lane may take all the time
    # that a query has.
    query = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . FILTER(STRLEN(STR(?c)) > 60 && REGEX(STR(?c), 'a.*e.*i')) }"
    runs, hits = 'rashomon_queries_total{what="queries"}', 'rashomon_cache_total{what="hits"}'
    before, kept = _metric(server, runs), _metric(server, hits)
    with ThreadPoolExecutor(20) as threads:
        bodies = set(
            threads.map(
                lambda _: httpx.get(server.url + "/sparql", params={"query": query}, timeout=60).content, range(20)
            )
        )
    assert len(bodies) == 1
    assert _metric(server, runs) == before + 1
    assert server.client.get("/sparql", params={"query": query + "\n#again"}).content in bodies
    assert _metric(server, hits) > kept


def test_metrics_can_be_scraped(server: Server) -> None:
    for path in ("/", "/no/such/place", "/sparql?query=ASK{}", '/odd"\\label'):
        server.client.get(path)
    answer = server.client.get("/-/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    line = re.compile(r'^[a-z_]+(\{([a-z]+="[^"\n]*",?)*\})? [0-9.e+-]+$')
    series = set()
    for text in answer.text.splitlines():
        if text.startswith("#"):
            continue
        assert line.match(text), text
        assert text.rsplit(" ", 1)[0] not in series
        series.add(text.rsplit(" ", 1)[0])
    assert 'rashomon_requests_total{route="other",status="404"}' in series
    assert 'rashomon_request_seconds_bucket{route="/sparql",le="+Inf"}' in series
    assert len(server.client.get("/-/metrics").text) < 60_000


def test_logs_are_json_without_queries_and_paths(server: Server) -> None:
    server.client.get("/sparql", params={"query": f'ASK {{ ?s ?p "{SECRET}" }}'}, headers={"authorization": SECRET})
    server.client.get("/sparql", params={"query": f"SELECT {SECRET}"})
    monster = f"SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h '{SECRET}'. ?i ?j ?k . ?l ?m ?n2 }}"
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }"
    server.client.get("/sparql", params={"query": monster, "timeout": "1"})
    server.client.get("/sparql", params={"query": slow, "timeout": "0.5"})
    server.until(lambda: '"status": 504' in server.log)  # a line is written after its answer
    lines = [json.loads(line) for line in server.log.splitlines() if line.startswith("{")]
    requests = [line for line in lines if line["event"] == "request" and line["route"] == "/sparql"]
    assert {"time", "level", "method", "status", "ms", "bytes", "query"} <= requests[0].keys()
    assert re.fullmatch("[0-9a-f]{16}", requests[0]["query"])
    assert 504 in [line["status"] for line in lines if line["event"] == "slow-query"]
    assert SECRET not in server.log
    assert "/root" not in server.log
    assert "/work" not in server.log
    assert "/tmp" not in server.log.replace("Snapshot ", "")


def test_who_is_served_when_the_server_ends_is_served_to_the_end(demonstration: Path, tmp_path: Path) -> None:
    part = "{ SELECT ?%s { ?a ?b ?%s } LIMIT 2000 }"
    slow = f"SELECT (COUNT(*) AS ?n) WHERE {{ {part % ('c', 'c')} {part % ('f', 'f')} FILTER(STR(?c) != STR(?f)) }}"
    with (
        serving(tmp_path, "--snapshot", str(demonstration), query_timeout_s=60) as server,
        ThreadPoolExecutor(1) as threads,
    ):
        running = threads.submit(httpx.get, server.url + "/sparql", params={"query": slow}, timeout=90)
        server.until(lambda: "rashomon_open_requests 2" in server.client.get("/-/metrics").text or running.done())
        server.process.send_signal(signal.SIGTERM)
        answer = running.result(90)
        assert answer.status_code == 200
        assert int(answer.json()["results"]["bindings"][0]["n"]["value"]) > 0
        started = time.monotonic()
        server.process.wait(20)
        assert time.monotonic() - started < 10

"""Requests that came before, byte for byte: the same answer, the same limits, the same counts, on raw connections."""

from __future__ import annotations

import os
import re
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.serve.serving import Server, serving, wait_until
from tests.serve.test_reload import _edition, _publish

LABELS = "SELECT ?s ?l { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?l } ORDER BY ?s ?l LIMIT 3"
Answer = tuple[int, dict[str, str], bytes]


@pytest.fixture(scope="module", params=[64, 0], ids=["cached", "uncached"])
def server(
    request: pytest.FixtureRequest, demonstration: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("repeats")
    with serving(folder, "--snapshot", str(demonstration), result_cache_mb=request.param, workers=2,
                 header_timeout_s=1) as server:  # fmt: skip
        yield server


def _message(query: str, *lines: str, version: str = "1.1", method: str = "GET") -> bytes:
    head = [f"{method} /sparql?{urlencode({'query': query})} HTTP/{version}", "Host: localhost", *lines]
    return ("\r\n".join(head) + "\r\n\r\n").encode()


def _connect(server: Server) -> socket.socket:
    host, _, port = server.url.removeprefix("http://").partition(":")
    return socket.create_connection((host, int(port)), timeout=30)


def _read(connection: socket.socket, count: int = 1) -> list[Answer]:
    """So many answers, of known length or in chunks, without the framing."""
    answers: list[Answer] = []
    data = b""
    while len(answers) < count:
        while b"\r\n\r\n" not in data:
            part = connection.recv(65_536)
            assert part, "the connection was closed"
            data += part
        head, _, data = data.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        assert len(headers) == len(lines), "a header stands twice"
        body = b""
        if "content-length" in headers:
            body, data = _piece(connection, data, int(headers.pop("content-length")))
        elif headers.pop("transfer-encoding", "") == "chunked":
            size = -1
            while size:
                line, data = _piece(connection, data, None)
                size = int(line, 16)
                chunk, data = _piece(connection, data, size + 2)
                body += chunk[:size]
        answers.append((int(first.split()[1]), headers, body))
    assert not data
    return answers


def _piece(connection: socket.socket, data: bytes, size: int | None) -> tuple[bytes, bytes]:
    """So many bytes, or a line, and what is left of what was read."""
    while b"\r\n" not in data if size is None else len(data) < size:
        part = connection.recv(65_536)
        assert part, "the connection was closed"
        data += part
    if size is None:
        line, _, rest = data.partition(b"\r\n")
        return line, rest
    return data[:size], data[size:]


def _undated(answer: Answer) -> Answer:
    return answer[0], {k: v for k, v in answer[1].items() if k != "date"}, answer[2]


def _ask(connection: socket.socket, message: bytes) -> Answer:
    connection.sendall(message)
    return _read(connection)[0]


@pytest.mark.parametrize("lines", [
    (), ("Accept: text/csv",), ("Accept: application/sparql-results+xml", "Accept-Encoding: gzip"),
    ("Accept-Encoding: zstd, gzip",), ("Connection: keep-alive", "If-None-Match: \"other\""),
    ("X-Forwarded-For: 192.0.2.7",), ("Origin: https://elsewhere.example",),
])  # fmt: skip
@pytest.mark.parametrize("query", [LABELS, "ASK {}", "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 60",
                                   "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 5"])  # fmt: skip
def test_the_next_answer_is_as_the_first(server: Server, query: str, lines: tuple[str, ...]) -> None:
    with _connect(server) as connection:
        first, *later = [_undated(_ask(connection, _message(query, *lines))) for _ in range(4)]
    assert first[0] == 200
    assert later == [first] * 3
    with _connect(server) as fresh:
        again = _ask(fresh, _message(query, *lines))
    assert _undated(again) == first
    assert "date" in again[1]


def test_what_holds_for_a_moment_is_found_anew(server: Server) -> None:
    with _connect(server) as connection:
        found = {_ask(connection, _message("SELECT (STRUUID() AS ?u) {}"))[2] for _ in range(5)}
    assert len(found) == 5


def test_requests_that_come_together_are_answered_in_their_order(server: Server) -> None:
    queries = [LABELS, "ASK {}", LABELS, "ASK { ?s ?p ?o }", "ASK {}", LABELS]
    with _connect(server) as connection:
        alone = {query: _undated(_ask(connection, _message(query))) for query in queries}
        for _ in range(20):
            connection.sendall(_message(LABELS))
            connection.sendall(b"".join(map(_message, queries)))
            first, *rest = map(_undated, _read(connection, 1 + len(queries)))
            assert first == alone[LABELS]
            assert rest == [alone[query] for query in queries]


def test_look_ups_of_many_connections_at_once_each_get_their_own_answer(server: Server) -> None:
    found = server.client.get("/sparql", params={"query": LABELS.replace("LIMIT 3", "LIMIT 12"), "format": "csv"})
    things = [line.split(",")[0] for line in found.text.splitlines()[1:]]
    messages = [_message(f"SELECT ?p ?o {{ <{thing}> ?p ?o }}") for thing in things]
    connections = [_connect(server) for _ in range(24)]
    try:
        alone = [_undated(_ask(connections[0], message)) for message in messages]
        assert len({body for _, _, body in alone}) > 6
        for turn in range(30):
            asked = [(n + turn) % len(messages) for n in range(len(connections))]
            for connection, number in zip(connections, asked, strict=True):
                connection.sendall(messages[number])
            for connection, number in zip(connections, asked, strict=True):
                assert _undated(_read(connection)[0]) == alone[number]
    finally:
        for connection in connections:
            connection.close()


def test_a_request_in_two_parts_is_one_request(server: Server) -> None:
    message = _message(LABELS)
    with _connect(server) as connection:
        whole = [_undated(_ask(connection, message)) for _ in range(2)][1]
        for cut in (1, 40, len(message) - 3, len(message) - 1):
            connection.sendall(message[:cut])
            assert _undated(_ask(connection, message[cut:])) == whole
            assert _undated(_ask(connection, message)) == whole
        # The whole of one request as the body of another is no request.
        carrier = f"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(message)}\r\n\r\n".encode()
        connection.sendall(carrier)
        assert _ask(connection, message)[0] == 415
        assert _undated(_ask(connection, message)) == whole


@pytest.mark.parametrize("message", [_message("ASK {}", "Connection: close"), _message("ASK {}", version="1.0")])
def test_a_connection_that_is_to_be_closed_is_closed(server: Server, message: bytes) -> None:
    for _ in range(3):
        with _connect(server) as connection:
            assert _ask(connection, message)[0] == 200
            assert connection.recv(1) == b""


def test_a_head_has_no_body(server: Server) -> None:
    with _connect(server) as connection:
        size = len(_ask(connection, _message(LABELS))[2])
        for _ in range(2):
            connection.sendall(_message(LABELS, method="HEAD"))
            assert connection.recv(65_536).endswith(b"\r\n\r\n")
        assert len(_ask(connection, _message(LABELS))[2]) == size


def test_headers_still_have_to_come_in_time(server: Server) -> None:
    with _connect(server) as connection:
        for _ in range(3):
            assert _ask(connection, _message("ASK {}"))[0] == 200
        connection.sendall(_message("ASK {}")[:30])
        assert connection.recv(1) == b""  # within the time that headers have, far below the client's


def _counted(server: Server) -> tuple[int, int]:
    """Requests to the endpoint, and queries that were run or found."""
    text = server.client.get("/-/metrics").text
    found = dict(re.findall(r"^(rashomon_(?:requests|queries|cache)_total\{[^}]*\}) (\d+)", text, re.M))
    asked = int(found['rashomon_requests_total{route="/sparql",status="200"}'])
    names = ('rashomon_queries_total{what="queries"}', 'rashomon_cache_total{what="hits"}')
    assert "rashomon_open_requests 1\n" in text
    return asked, sum(int(found.get(name, 0)) for name in names)


def test_each_is_counted(server: Server) -> None:
    with _connect(server) as connection:
        _ask(connection, _message(LABELS))
        before = _counted(server)
        for _ in range(25):
            _ask(connection, _message(LABELS))
        after = _counted(server)
    assert (after[0] - before[0], after[1] - before[1]) == (25, 25)


def _workers(server: Server) -> list[int]:
    def children(pid: int) -> list[int]:
        return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    return [worker for zygote in children(server.process.pid) for worker in children(zygote)]


def test_a_worker_that_died_fails_no_request(server: Server) -> None:
    with _connect(server) as connection:
        whole = [_undated(_ask(connection, _message(LABELS))) for _ in range(2)][1]
        for _ in range(3):
            killed = _workers(server)
            for pid in killed:
                os.kill(pid, signal.SIGKILL)
            wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in killed))  # noqa: B023 - called here
            assert _undated(_ask(connection, _message(LABELS))) == whole


def test_a_client_that_does_not_wait_harms_nobody(server: Server) -> None:
    for _ in range(12):
        with _connect(server) as connection:
            connection.sendall(_message(LABELS))
    with _connect(server) as connection:
        assert _ask(connection, _message(LABELS))[0] == 200
    wait_until(lambda: "rashomon_open_requests 1\n" in server.client.get("/-/metrics").text)


@pytest.mark.parametrize("cache_mb", [64, 0])
def test_no_answer_of_an_earlier_snapshot_is_given(demonstration: Path, tmp_path: Path, cache_mb: int) -> None:
    root = tmp_path / "var"
    editions = [_edition(demonstration, root, n) for n in range(2)]
    _publish(root, editions[0])
    query = "SELECT ?v { <http://example.org/version> <http://www.w3.org/2000/01/rdf-schema#label> ?v }"
    message = _message(query, "Accept: text/csv")
    settings = {"var": root, "workers": 2, "watch_s": 0.05, "result_cache_mb": cache_mb}
    with serving(tmp_path, **settings) as server, _connect(server) as connection:
        for place in (*editions, editions[0]):
            _publish(root, place)
            wait_until(lambda p=place: server.client.get("/-/ready").json()["snapshot"] == p.name)
            for _ in range(3):
                _, headers, body = _ask(connection, message)
                assert (headers["x-snapshot"], body) == (place.name, f"v\r\n{place.name}\r\n".encode())


def test_a_client_behind_a_proxy_is_known_again_and_its_time_is_its_own(demonstration: Path, tmp_path: Path) -> None:
    cross = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    settings = {"result_cache_mb": 0, "client_worker_s": 1, "query_timeout_s": 2}
    with serving(tmp_path, "--snapshot", str(demonstration), **settings) as server, _connect(server) as connection:
        one, other = (f"X-Forwarded-For: 192.0.2.{n}" for n in (1, 2))
        for _ in range(3):
            assert _ask(connection, _message(LABELS, one))[0] == 200
            assert _ask(connection, _message(LABELS, other))[0] == 200
        assert _ask(connection, _message(cross, one))[0] == 504
        assert _ask(connection, _message(LABELS, one))[0] == 429
        assert _ask(connection, _message(LABELS, other))[0] == 200


def test_where_each_request_is_logged_repeats_are_too(demonstration: Path, tmp_path: Path) -> None:
    with serving(tmp_path, "--snapshot", str(demonstration), log_requests=True) as server:
        with _connect(server) as connection:
            for _ in range(5):
                _ask(connection, _message("ASK {}"))
        server.until(lambda: server.log.count('"form": "ASK"') == 5)


def test_a_server_that_ends_answers_what_it_was_asked(demonstration: Path, tmp_path: Path) -> None:
    with serving(tmp_path, "--snapshot", str(demonstration), result_cache_mb=0) as server:
        with _connect(server) as connection:
            for _ in range(3):
                _ask(connection, _message(LABELS))
            connection.sendall(_message(LABELS))
            server.process.terminate()
            assert _read(connection)[0][0] == 200
            assert connection.recv(1) == b""
        assert server.process.wait(20) in (0, -signal.SIGTERM)

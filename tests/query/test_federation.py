"""SERVICE through the fetcher: joined correctly, to the allow-list alone, within limits; no trap is ever reached."""

from __future__ import annotations

import http.server
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.query.federation import is_public, rewrite_services
from tests.serve.serving import Server, serving

CEV = "PREFIX cev: <https://w3id.org/contested-events/ns#>\nPREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
EMPTY = b'{"head":{"vars":["x"]},"results":{"bindings":[]}}'


class Trap:
    """A server that counts who comes, and answers as it is told to by the path."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        trap = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                trap.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                trap.answer(self)

            do_GET = do_POST

            def log_message(self, *_: Any) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def answer(self, to: http.server.BaseHTTPRequestHandler) -> None:
        """`/redirect/<url>` sends on, `/html` lies, `/slow` drips, `/huge` floods, anything else is an empty result."""
        if to.path.startswith(("/redirect/", "/nowhere")):
            to.send_response(307)
            to.send_header("location", "http://[" if to.path == "/nowhere" else to.path.removeprefix("/redirect/"))
            to.send_header("content-length", "0")
            to.end_headers()
            return
        to.send_response(200)
        to.send_header("content-type", "text/html" if to.path == "/html" else "application/sparql-results+json")
        to.send_header("connection", "close")
        to.end_headers()
        try:
            for _ in range({"/slow": 200, "/huge": 2000}.get(to.path, 0)):
                to.wfile.write(b" " * (1 if to.path == "/slow" else 10_000))
                time.sleep(0.05 if to.path == "/slow" else 0)
            to.wfile.write(EMPTY)
        except OSError:
            pass

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def trapping() -> Iterator[Trap]:
    trap = Trap()
    try:
        yield trap
    finally:
        trap.close()


@pytest.fixture(scope="module")
def world(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Server, Trap, Trap]]:
    """Two servers of ours, of which the first may ask the second and one that lies; and a trap nobody may ask."""
    folder = tmp_path_factory.mktemp("federation")
    arguments = ("--snapshot", str(demonstration))
    with trapping() as liar, trapping() as trap, serving(folder, *arguments, workers=1) as other:
        base = f"http://127.0.0.1:{liar.port}"
        paths = (
            "/",
            "/html",
            "/slow",
            "/huge",
            "/nowhere",
            f"/redirect/http://127.0.0.1:{trap.port}/",
            f"/redirect/{base}/",
        )
        allowed = [f"{other.url}/sparql", *(base + path for path in paths)]
        private = f"{other.url.removeprefix('http://')} 127.0.0.1:{liar.port}"
        settings = {
            "federation": " ".join([*allowed, f"http://localhost:{trap.port}/"]), "federation_private": private,
            "federation_timeout_s": 1.5, "federation_max_bytes": 1_000_000, "federation_max_calls": 3, "workers": 2,
        }  # fmt: skip
        with serving(folder, *arguments, **settings) as server:
            yield server, other, liar, trap


def _rows(server: Server, query: str) -> list[tuple[str, ...]]:
    answer = server.client.get("/sparql", params={"query": query})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    return sorted(
        tuple(r.get(v, {}).get("value", "") for v in body["head"]["vars"]) for r in body["results"]["bindings"]
    )


def test_what_the_other_knows_is_joined(world: tuple[Server, Server, Trap, Trap]) -> None:
    server, other, _, _ = world
    both = CEV + "SELECT DISTINCT ?s ?l { ?s cev:claimant ?c . %s }"
    expected = _rows(server, both % "?c rdfs:label ?l")
    assert len(expected) > 50
    for form in ("SERVICE <%s/sparql> { ?c rdfs:label ?l }", "service silent <%s/sparql> { ?c rdfs:label ?l }"):
        assert _rows(server, both % (form % other.url)) == expected


def test_several_services_and_optional_ones(world: tuple[Server, Server, Trap, Trap]) -> None:
    server, other, liar, _ = world
    query = CEV + (
        "SELECT DISTINCT ?e ?l ?x { { SELECT DISTINCT ?e { ?a cev:accountOf ?e } ORDER BY ?e LIMIT 5 }"
        f" SERVICE <{other.url}/sparql> {{ ?e rdfs:label ?l }}"
        f" OPTIONAL {{ SERVICE <http://127.0.0.1:{liar.port}/> {{ ?e rdfs:seeAlso ?x }} }} }}"
    )
    rows = _rows(server, query)
    assert len({row[0] for row in rows}) == 5
    assert all(label and not x for _, label, x in rows)
    assert liar.asked[-1][1]["user-agent"].startswith("Rashomon/")


def test_no_address_but_those_of_the_list(world: tuple[Server, Server, Trap, Trap]) -> None:
    server, _, liar, trap = world
    before = len(liar.asked)
    for place in (
        f"<http://127.0.0.1:{trap.port}/>", f"<http://127.0.0.1:{liar.port}/other>", "?where", "<http://127.0.0.1:{}/>",
        "<file:///etc/passwd>", f"SILENT <http://127.0.0.1:{trap.port}/>", f"<HTTP://127.0.0.1:{liar.port}/>", "ex:a",
    ):  # fmt: skip
        query = f"PREFIX ex: <http://127.0.0.1:{trap.port}/>\nSELECT * {{ SERVICE {place} {{ ?a ?b ?c }} }}"
        assert server.client.get("/sparql", params={"query": query}).status_code == 400, place
    assert (len(liar.asked), trap.asked) == (before, [])


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("html", 502, "remote"),
        ("nowhere", 502, "remote"),
        ("slow", 504, "timeout"),
        ("huge", 413, "limit"),
        ("redirect/{trap}", 502, "remote"),
    ],
)
def test_others_that_misbehave(world: tuple[Server, Server, Trap, Trap], path: str, status: int, code: str) -> None:
    server, _, liar, trap = world
    service = f"<http://127.0.0.1:{liar.port}/{path.format(trap=f'http://127.0.0.1:{trap.port}/')}>"
    answer = server.client.get("/sparql", params={"query": f"SELECT * {{ SERVICE {service} {{ ?x ?y ?z }} }}"})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert "SERVICE" in answer.json()["detail"]
    silent = server.client.get("/sparql", params={"query": f"SELECT * {{ SERVICE SILENT {service} {{ ?x ?y ?z }} }}"})
    assert silent.status_code == 200
    assert silent.json()["results"]["bindings"] == [{}]
    assert trap.asked == []


def test_private_addresses_behind_a_name_are_not_asked(world: tuple[Server, Server, Trap, Trap]) -> None:
    server, _, _, trap = world
    query = f"SELECT * {{ SERVICE <http://localhost:{trap.port}/> {{ ?x ?y ?z }} }}"
    answer = server.client.get("/sparql", params={"query": query})
    assert (answer.status_code, answer.json()["code"]) == (502, "remote")
    assert "private" in answer.json()["detail"]
    assert trap.asked == []


def test_good_redirects_are_followed_with_the_query(world: tuple[Server, Server, Trap, Trap]) -> None:
    server, _, liar, _ = world
    base = f"http://127.0.0.1:{liar.port}/"
    assert _rows(server, f"SELECT ?x {{ SERVICE <{base}redirect/{base}> {{ ?x ?y ?z }} }}") == []
    assert liar.asked[-1][0] == "/"
    assert b"?y" in liar.asked[-1][2]


def test_a_query_cannot_ask_without_end(world: tuple[Server, Server, Trap, Trap]) -> None:
    server, _, liar, _ = world
    parts = " UNION ".join(f"{{ SERVICE <http://127.0.0.1:{liar.port}/> {{ ?x ?y {n} }} }}" for n in range(6))
    before = len(liar.asked)
    answer = server.client.get("/sparql", params={"query": f"SELECT * {{ {parts} }}"})
    assert answer.status_code == 413
    assert len(liar.asked) - before == 3


def test_answers_with_others_in_them_are_not_kept(world: tuple[Server, Server, Trap, Trap]) -> None:
    server, other, _, _ = world
    query = (
        f"SELECT (COUNT(*) AS ?n) {{ SERVICE <{other.url}/sparql> {{ ?s <http://purl.org/dc/terms/publisher> ?c }} }}"
    )
    answer = server.client.get("/sparql", params={"query": query})
    assert "etag" not in answer.headers
    asked = 'rashomon_request_seconds_count{route="/sparql"} '
    before = other.client.get("/-/metrics").text.split(asked)[1].split()[0]
    _rows(server, query)
    assert other.client.get("/-/metrics").text.split(asked)[1].split()[0] == str(int(before) + 1)


def test_closed_by_default(world: tuple[Server, Server, Trap, Trap]) -> None:
    _, other, _, trap = world
    query = f"SELECT * {{ SERVICE <http://127.0.0.1:{trap.port}/> {{ ?a ?b ?c }} }}"
    answer = httpx.get(other.url + "/sparql", params={"query": query})
    assert answer.status_code == 400
    assert trap.asked == []


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "0.0.0.0", "169.254.169.254", "100.64.0.1", "224.0.0.1", "192.168.0.1", "::1"),
        *("fe80::1%eth0", "fd00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"),
        "255.255.255.255",
    ],
)
def test_private_addresses_are_seen_however_wrapped(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888"])
def test_public_addresses_are(address: str) -> None:
    assert is_public(address)


def test_only_what_follows_service_is_rewritten() -> None:
    text = 'SELECT * { <a:b> ?p "SERVICE <a:b>" . SERVICE # <a:b>\n SILENT <a:b> { <a:b> ?q ?r } SERVICE <c:d> {} }'
    assert rewrite_services(text, {"a:b": "x:y"}) == text.replace("SILENT <a:b>", "SILENT <x:y>")

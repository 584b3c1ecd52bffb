"""Citable queries: made once, found for ever, honest when the graph has moved on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.serve.serving import Server, serving
from tests.serve.test_reload import VERSION, _edition, _publish

QUERY = """# Who says what & how: 100 % of it_all {}
SELECT ?s ?o WHERE { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?o } LIMIT 5"""
HTML = {"accept": "text/html"}


@pytest.fixture(scope="module")
def server(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("citations")
    with serving(folder, "--snapshot", str(demonstration), var=folder, max_citations=12) as server:
        yield server


def test_the_same_question_has_one_name(server: Server) -> None:
    first = server.client.post("/q", json={"query": QUERY})
    assert first.status_code == 201
    kept = first.json()
    assert first.headers["location"] == f"/q/{kept['hash']}"
    assert kept["iri"] == server.url + first.headers["location"]
    for again in (
        server.client.post("/q", data={"query": QUERY}),
        server.client.post("/q", content=QUERY.encode(), headers={"content-type": "application/sparql-query"}),
    ):
        assert (again.status_code, again.json()) == (200, kept)
    assert server.client.post("/q", json={"query": QUERY + " "}).json()["hash"] != kept["hash"]
    with ThreadPoolExecutor(8) as threads:
        other = {"query": QUERY.replace("LIMIT 5", "LIMIT 6")}
        answers = list(threads.map(lambda _: httpx.post(server.url + "/q", json=other), range(8)))
    assert {a.status_code for a in answers} <= {200, 201}
    assert len({a.json()["hash"] for a in answers}) == 1


def test_the_page_shows_query_result_and_citation(server: Server) -> None:
    sent = server.client.post("/q", data={"query": QUERY}, headers=HTML)
    assert sent.status_code == 303
    page = server.client.get(sent.headers["location"], headers=HTML)
    assert page.status_code == 200
    assert "is the cited one" in page.text
    assert "Who says what &amp; how" in page.text
    assert page.text.count("<tr>") == 1 + 5 + 1 + 2
    assert "/query?query=" in page.text


def test_the_hash_can_be_made_by_a_reader(server: Server) -> None:
    import hashlib

    kept = server.client.post("/q", json={"query": QUERY}).json()
    answer = server.client.get("/sparql", params={"query": QUERY}).json()
    rows = answer["results"]["bindings"]
    lines = sorted(json.dumps(r, ensure_ascii=False, sort_keys=True, separators=(",", ":")) for r in rows)
    text = "\n".join([json.dumps(sorted(answer["head"]["vars"]), separators=(",", ":")), *lines])
    assert hashlib.sha256(text.encode()).hexdigest() == kept["result_hash"]


def test_reference_managers_can_read_it(server: Server) -> None:
    place = server.client.post("/q", json={"query": QUERY}).headers["location"]
    bibtex = server.client.get(place, params={"format": "bibtex"})
    assert bibtex.headers["content-type"].startswith("application/x-bibtex")
    assert r"Who says what \& how: 100 \% of it\_all \{\}" in bibtex.text
    assert bibtex.text.replace(r"\{", "").replace(r"\}", "").count("{") == bibtex.text.replace(r"\{", "").replace(
        r"\}", ""
    ).count("}")
    csl = server.client.get(place, headers={"accept": "application/vnd.citationstyles.csl+json"}).json()[0]
    assert csl["type"] == "dataset"
    assert csl["URL"] == server.url + place
    ris = server.client.get(place, params={"format": "ris"}).text.splitlines()
    assert ris[0] == "TY  - DATA"
    assert ris[-1].startswith("ER  -")
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in ris)
    assert server.client.get(place, params={"format": "json"}).json()["query"] == QUERY
    assert server.client.get(place, params={"format": "doc"}).status_code == 406


@pytest.mark.parametrize("form", ["ASK { ?s ?p ?o }", "CONSTRUCT { ?s ?p [] } WHERE { ?s ?p ?o } LIMIT 3"])
def test_other_forms_are_cited_too(server: Server, form: str) -> None:
    place = server.client.post("/q", json={"query": form}).headers["location"]
    assert "is the cited one" in server.client.get(place, headers=HTML).text


def test_what_cannot_be_cited_is_refused(server: Server) -> None:
    for query, status in [
        ("SELECT (NOW() AS ?n) {}", 400),
        ("SELECT", 400),
        ("SELECT * {", 400),
        ("INSERT DATA { <a:> <b:> 1 }", 400),
        ("SELECT * { ?a ?b ?c " + "." * 70_000 + "}", 413),
        ("SERVICE", 400),
    ]:
        assert server.client.post("/q", json={"query": query}).status_code == status, query[:40]
    for body, kind, status in [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'{"query": 1}', "application/json", 400),
        (b"\xff", "application/sparql-query", 400),
        (b"query=ASK{}&query=ASK{}", "application/x-www-form-urlencoded", 400),
        (b"ASK {}", "text/plain", 415),
        (b"[" * 100_000, "application/json", 400),
    ]:
        assert server.client.post("/q", content=body, headers={"content-type": kind}).status_code == status
    for name in ("none", "0" * 20, "..%2f..%2fmanifest", "A" * 20):
        assert server.client.get(f"/q/{name}").status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
        {"origin": "http://["},
        {"sec-fetch-site": "cross-site"},
    ],
)
def test_pages_of_other_sites_cannot_write(server: Server, headers: dict[str, str]) -> None:
    assert server.client.post("/q", data={"query": "ASK {}"}, headers=headers).status_code == 403
    assert server.client.post("/q", data={"query": "ASK {}"}, headers={"origin": server.url}).status_code in (200, 201)


def test_there_is_an_end_to_them(server: Server) -> None:
    statuses = [server.client.post("/q", json={"query": f"ASK {{ ?s ?p {n} }}"}).status_code for n in range(15)]
    assert statuses[-1] == 413
    assert server.client.post("/q", json={"query": QUERY}).status_code == 200


def test_when_the_snapshot_is_gone_the_page_says_so(demonstration: Path, tmp_path: Path) -> None:
    root = tmp_path / "var"
    _publish(root, _edition(demonstration, root, 0))
    with serving(tmp_path, var=root, workers=1, watch_s=0.05) as server:
        moving = server.client.post("/q", json={"query": VERSION}).json()
        steady = server.client.post("/q", json={"query": QUERY + " OFFSET 100"}).json()
        second = _edition(demonstration, root, 1)
        _publish(root, second)
        server.until(lambda: server.client.get("/-/ready").json()["snapshot"] == second.name)
        page = server.client.get(f"/q/{moving['hash']}", headers=HTML).text
        assert "no longer served" in page
        assert "another result" in page
        assert moving["result_hash"] in page
        assert "edition-0" in page
        assert "edition-1" in page
        assert "same result" in server.client.get(f"/q/{steady['hash']}", headers=HTML).text

"""The server as a client meets it: a real process, real HTTP."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.serve.serving import ROOT, serving

HTML = {"Accept": "text/html"}
ALEPPO = "reported incident, Aleppo, 24 November 2018"


@pytest.fixture(scope="module")
def server(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a served demonstration snapshot."""
    with serving(tmp_path_factory.mktemp("server"), "--snapshot", str(demonstration)) as started:
        yield started.client


def _event(client: httpx.Client, label: str = ALEPPO) -> str:
    query = (
        f'SELECT ?e WHERE {{ ?e <http://www.w3.org/2000/01/rdf-schema#label> "{label}"@en ; a ?c .'
        " ?x <https://w3id.org/contested-events/ns#accountOf> ?e } LIMIT 1"
    )
    rows = client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
    return str(rows[0]["e"]["value"]).replace("https://w3id.org/contested-events", "")


def test_query_by_get_form_and_direct_post(server: httpx.Client) -> None:
    query = "ASK { ?s ?p ?o }"
    answers = [
        server.get("/sparql", params={"query": query}),
        server.post("/sparql", data={"query": query}),
        server.post("/sparql", content=query, headers={"Content-Type": "application/sparql-query"}),
        server.get("/sparql/", params={"query": query}),
    ]
    assert [a.status_code for a in answers] == [200] * 4
    assert all(a.json()["boolean"] is True for a in answers)


@pytest.mark.parametrize(
    ("format_", "media"),
    [
        ("json", "application/sparql-results+json"),
        ("csv", "text/csv"),
        ("tsv", "text/tab-separated-values"),
        ("xml", "application/sparql-results+xml"),
    ],
)
def test_formats(server: httpx.Client, format_: str, media: str) -> None:
    answer = server.get("/sparql", params={"query": "SELECT * WHERE { ?s ?p ?o } LIMIT 3", "format": format_})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(media)


def test_unknown_accept_gets_json_and_unknown_format_406(server: httpx.Client) -> None:
    query = "SELECT * WHERE { ?s ?p ?o } LIMIT 1"
    odd = server.get("/sparql", params={"query": query}, headers={"Accept": "application/x-odd"})
    assert odd.headers["content-type"].startswith("application/sparql-results+json")
    assert server.get("/sparql", params={"query": query, "format": "odd"}).status_code == 406


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("SELECT", 400, "query"),
        ("nonsense", 400, "query"),
        ("SELECT * WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", 400, "query"),
        ("INSERT DATA { <a:a> <a:b> <a:c> }", 400, "query"),
        ("SELECT * WHERE { " + "{" * 500 + "}" * 500 + " }", 413, "limit"),
        ("SELECT ?x WHERE { ?x ?p ?o } #" + "x" * 70_000, 413, "limit"),
    ],
)
def test_refusals_are_problems_with_advice(server: httpx.Client, query: str, status: int, code: str) -> None:
    answer = server.post("/sparql", content=query, headers={"Content-Type": "application/sparql-query"})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["advice"]


def test_duplicate_parameters_are_refused(server: httpx.Client) -> None:
    assert server.get("/sparql?query=ASK%7B%7D&query=ASK%7B%7D").status_code == 400


def test_updates_are_refused_with_the_way_that_corrections_take(server: httpx.Client) -> None:
    answer = server.post("/sparql", content="CLEAR ALL", headers={"Content-Type": "application/sparql-update"})
    assert answer.status_code == 403
    assert "reviews" in answer.json()["advice"]


def test_etag_gives_304(server: httpx.Client) -> None:
    first = server.get("/sparql", params={"query": "ASK {}"})
    again = server.get("/sparql", params={"query": "ASK {}"}, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert not again.content


def test_head_has_no_body(server: httpx.Client) -> None:
    answer = server.head("/sparql", params={"query": "ASK {}"})
    assert answer.status_code == 200
    assert not answer.content


def test_bare_get_describes_the_service(server: httpx.Client) -> None:
    answer = server.get("/sparql", headers={"Accept": "text/turtle"})
    assert answer.status_code == 200
    assert "sparql-service-description#UnionDefaultGraph" in answer.text
    assert "void:Dataset" in server.get("/.well-known/void").text
    assert server.get("/sparql", headers=HTML).headers["location"] == "/query"


def test_event_page_shows_who_affirms_and_who_denies(server: httpx.Client) -> None:
    page = server.get(_event(server), headers=HTML)
    assert page.status_code == 200
    for words in (
        ALEPPO,
        "National Liberation Front",
        "Russian Ministry of Defence",
        "could not establish",
        "denies",
        "With what",
        "chlorine",
    ):
        assert words in page.text
    assert "our summary of" in page.text
    assert "default-src 'self'" in page.headers["content-security-policy"]


@pytest.mark.parametrize(
    "media", ["text/turtle", "application/ld+json", "application/n-triples", "application/rdf+xml"]
)
def test_things_by_content_negotiation(server: httpx.Client, media: str) -> None:
    answer = server.get(_event(server), headers={"Accept": media})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(media)
    assert len(answer.content) > 200


def test_unknown_things_are_404_for_people_and_programs(server: httpx.Client) -> None:
    assert server.get("/id/event/none", headers=HTML).status_code == 404
    assert server.get("/id/actor/none", headers={"Accept": "text/turtle"}).status_code == 404


def test_every_dump_that_is_listed_can_be_had(server: httpx.Client) -> None:
    import hashlib

    files = server.get("/dumps/").json()
    assert {f["name"].split(".")[1] for f in files} == {"ttl", "trig", "nq", "jsonld", "csv"}
    for file in files:
        body = server.get(f"/dumps/{file['name']}").content
        assert hashlib.sha256(body).hexdigest() == file["sha256"]
    assert server.get("/dumps/..%2fmanifest.json").status_code == 404


def test_ontology_for_people_and_programs(server: httpx.Client) -> None:
    assert 'id="Accusation"' in server.get("/ontology", headers=HTML).text
    assert "cev:Accusation" in server.get("/ontology", headers={"Accept": "text/turtle"}).text


def test_a_runaway_is_ended_and_others_are_answered(server: httpx.Client) -> None:
    started = time.monotonic()
    monster = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    answer = server.get("/sparql", params={"query": monster, "timeout": "1"})
    assert answer.status_code == 504
    assert time.monotonic() - started < 3
    assert server.get("/sparql", params={"query": "ASK {}"}).json()["boolean"] is True


def test_command_line_answers_as_the_server_does(demonstration: Path) -> None:
    command = [sys.executable, "-m", "app", "query", "-", "--snapshot", str(demonstration), "--format", "json"]
    done = subprocess.run(command, input=b"ASK { ?s ?p ?o }", capture_output=True, cwd=ROOT, check=True)
    assert json.loads(done.stdout)["boolean"] is True
    got = subprocess.run(
        [sys.executable, "-m", "app", "get", "/dumps/", "--snapshot", str(demonstration)],
        capture_output=True,
        cwd=ROOT,
        check=True,
    )
    assert b"rashomon.ttl.gz" in got.stdout

"""What pages offer to programs: search, reconciliation, sitemap, robots, signposts, the card of the data set."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.serve.serving import ROOT, serving

HTML = {"Accept": "text/html"}
MINISTRY = "/id/actor/russian-ministry-of-defence"


@pytest.fixture(scope="module")
def server(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a served demonstration snapshot."""
    folder = tmp_path_factory.mktemp("services")
    with serving(folder, "--snapshot", str(demonstration), report_to="mailto:errors@example.org") as started:
        yield started.client


@pytest.mark.parametrize("typed", ["khan shay", "KHAN shaykhun", "shaykhun khan", "Khán Shaykhūn"])
def test_search_folds_case_accents_and_order(server: httpx.Client, typed: str) -> None:
    found = server.get("/suggest", params={"q": typed}).json()
    assert "reported incident, Khan Shaykhun, 4 April 2017" in {f["label"] for f in found}
    assert all(server.get(f["path"], headers=HTML).status_code == 200 for f in found[:3])


def test_search_finds_nothing_of_nothing(server: httpx.Client) -> None:
    assert server.get("/suggest", params={"q": ""}).json() == []
    assert server.get("/suggest", params={"q": "!!!"}).json() == []
    assert "0 names found" in server.get("/search", params={"q": "qqqq"}).text


def test_reconciliation_manifest_and_its_addresses(server: httpx.Client) -> None:
    manifest = server.get("/reconcile").json()
    assert "0.2" in manifest["versions"]
    assert server.get("/reconcile").headers["access-control-allow-origin"] == "*"
    thing = MINISTRY.removeprefix("/id/")
    view = manifest["view"]["url"].replace("{{id}}", thing)
    assert httpx.get(view, headers=HTML).status_code == 200
    preview = httpx.get(manifest["preview"]["url"].replace("{{id}}", thing))
    assert "Russian Ministry of Defence" in preview.text
    assert "frame-ancestors *" in preview.headers["content-security-policy"]
    for name, part in manifest["suggest"].items():
        address = part["service_url"] + part["service_path"]
        answer = httpx.get(address, params={"prefix": {"entity": "russian min", "type": "a", "property": "who"}[name]})
        assert answer.json()["result"], name


def test_reconciliation_is_sure_only_of_one_equal_name(server: httpx.Client) -> None:
    queries = {
        "q0": {"query": "Russian Ministry of Defence", "type": "Actor", "limit": 5},
        "q1": {"query": "Rusian ministry of defense"},
        "q2": {"query": "Aleppo", "type": "Place"},
        "q3": {"query": "zzzz"},
    }
    for answer in (
        server.get("/reconcile", params={"queries": json.dumps(queries)}),
        server.post("/reconcile", data={"queries": json.dumps(queries)}),
    ):
        results = {key: value["result"] for key, value in answer.json().items()}
        assert (results["q0"][0]["id"], results["q0"][0]["match"]) == (MINISTRY.removeprefix("/id/"), True)
        assert results["q1"][0]["id"] == MINISTRY.removeprefix("/id/")
        assert not results["q1"][0]["match"]
        assert results["q2"][0]["id"].startswith("place/")
        assert {t["id"] for r in results["q2"] for t in r["type"]} == {"Place"}
        assert results["q3"] == []


@pytest.mark.parametrize("queries", ["{", "[]", '{"q0": {"query": 1}}', '{"q0": "x"}', "[" * 100_000])
def test_malformed_reconciliation_is_refused(server: httpx.Client, queries: str) -> None:
    answer = server.post("/reconcile", data={"queries": queries})
    assert (answer.status_code, answer.json()["code"]) in ((400, "usage"), (413, "limit"))


def test_sitemap_lists_pages_that_are_there(server: httpx.Client) -> None:
    robots = server.get("/robots.txt").text
    index = re.search(r"^Sitemap: (\S+)$", robots, re.MULTILINE)
    assert index
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    parts = [e.text or "" for e in ET.fromstring(httpx.get(index[1]).text).findall("s:sitemap/s:loc", space)]
    pages = [e.text or "" for p in parts for e in ET.fromstring(httpx.get(p).text).findall("s:url/s:loc", space)]
    assert len(pages) == len(set(pages)) > 300
    for page in [*pages[:7:3], *pages[10 :: len(pages) // 12]]:
        assert httpx.get(page, headers=HTML, timeout=20).status_code == 200, page
    assert server.get("/sitemap-99.xml").status_code == 404


def test_signposts_of_a_thing(server: httpx.Client) -> None:
    page = server.get(MINISTRY, headers=HTML)
    links = dict(re.findall(r'<([^>]+)>; rel="(?:cite-as|license)"()', page.headers["link"]))
    assert f"https://w3id.org/contested-events{MINISTRY}" in links
    described = re.findall(r'<([^>]+)>; rel="describedby"; type="([^"]+)"', page.headers["link"])
    assert described
    for path, media in described:
        assert server.get(path).headers["content-type"].startswith(media)
    data = server.get(MINISTRY, headers={"Accept": "text/turtle"})
    assert f'<{MINISTRY}>; rel="describes"' in data.headers["link"]
    assert "accept" in page.headers["vary"].split(", ")


@pytest.mark.parametrize("path", ["/", "/data"])
def test_the_data_set_describes_itself_for_search_engines(server: httpx.Client, path: str) -> None:
    card = re.search(
        r'<script type="application/ld\+json">(.*?)</script>', server.get(path, headers=HTML).text, re.DOTALL
    )
    assert card
    data = json.loads(card[1])
    assert data["@type"] == "Dataset"
    files = {f["contentUrl"]: f["sha256"] for f in data["distribution"]}
    assert len(files) == 5
    assert all(httpx.head(url).status_code == 200 for url in files)


def test_parts_of_statements_lead_to_their_words(server: httpx.Client) -> None:
    query = """PREFIX cev: <https://w3id.org/contested-events/ns#>
        SELECT ?s ?a ?m ?p WHERE { ?s cev:hasAccount ?a . ?m cev:expresses ?s . ?p cev:affirmedIn ?s } LIMIT 1"""
    row = server.get("/sparql", params={"query": query}).json()["results"]["bindings"][0]
    local = {k: v["value"].removeprefix("https://w3id.org/contested-events") for k, v in row.items()}
    for name, sign in (("s", "#s-"), ("a", "#s-"), ("m", "#c"), ("p", "#matrix")):
        answer = server.get(local[name], headers=HTML)
        assert answer.status_code == 303
        assert sign in answer.headers["location"]
        path, _, fragment = answer.headers["location"].partition("#")
        assert f'id="{fragment}"' in server.get(path, headers=HTML).text


def test_errors_are_pages_for_people_with_the_same_fields(server: httpx.Client) -> None:
    people = server.get("/id/actor/none", headers=HTML)
    programs = server.get("/id/actor/none", headers={"Accept": "application/json"})
    assert people.status_code == programs.status_code == 404
    problem = programs.json() if "json" in programs.headers["content-type"] else {}
    for field in ("title", "detail", "code"):
        assert str(problem.get(field, "not-found")) in people.text
    bad = server.get("/id/event/none?as-known=2018-31-01", headers=HTML)
    assert bad.status_code == 404


def test_a_report_goes_where_the_operator_says(server: httpx.Client) -> None:
    query = "SELECT ?s WHERE { ?s a <https://w3id.org/contested-events/ns#Denial> } LIMIT 1"
    iri = server.get("/sparql", params={"query": query}).json()["results"]["bindings"][0]["s"]["value"]
    page = server.get("/report", params={"statement": iri}, headers=HTML).text
    assert "mailto:errors@example.org?subject=Error%20in%20statement" in page
    assert server.get("/report", params={"statement": "javascript:alert(1)"}).status_code == 400


def test_the_data_page_gives_the_readers_error_rates_and_the_balance(server: httpx.Client) -> None:
    kept = json.loads((ROOT / "tests" / "extract" / "figures" / "dev.json").read_text("utf-8"))
    page = server.get("/data", headers=HTML).text
    row = re.search(r"who blames whom</th>(.*?)</tr>", page[page.index("“dev”") :], re.DOTALL)
    assert row
    shown = re.findall(r">(\d+) %<", row[1])
    assert shown == [f"{100 * kept['figures'][f'blame_{part}']:.0f}" for part in ("p", "r", "f1")]
    sides = page[page.index('id="balance"') : page.index('id="publishers"')]
    names = re.findall(r"<bdi[^>]*>([^<]+)</bdi>", sides)
    assert names == sorted(names), "by name, not by number"


def test_an_address_that_leads_nowhere_is_a_page_for_people_and_a_problem_for_programs(server: httpx.Client) -> None:
    page = server.get("/no/such/page", headers={"accept": "text/html"})
    assert (page.status_code, page.headers["content-type"].split(";")[0]) == (404, "text/html")
    assert "<h1" in page.text
    assert "/search" in page.text
    told = server.get("/no/such/page", headers={"accept": "application/json"})
    assert told.headers["content-type"].split(";")[0] == "application/problem+json"
    assert told.json()["status"] == 404
    method = server.request("PATCH", "/about", headers={"accept": "application/json"})
    assert method.status_code == 405
    assert "GET" in method.headers["allow"]
    assert method.json()["status"] == 405

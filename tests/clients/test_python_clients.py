"""The Python clients that researchers use, as they come, against the running server."""

from __future__ import annotations

import io
from typing import Any

import pandas  # type: ignore[import-untyped]
import pytest
import rdflib
import sparql_dataframe  # type: ignore[import-untyped]
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from reconciler import reconcile  # type: ignore[import-untyped]
from SPARQLWrapper import CSV, JSON, JSONLD, N3, POST, RDFXML, TSV, TURTLE, XML, SPARQLWrapper

from tests.serve.serving import Server

LABELS = """PREFIX cev: <https://w3id.org/contested-events/ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?who ?label WHERE { ?s cev:claimant ?who . ?who rdfs:label ?label } ORDER BY ?who ?label"""
CONSTRUCT = """PREFIX cev: <https://w3id.org/contested-events/ns#>
CONSTRUCT { ?s cev:claimant ?who } WHERE { ?s cev:claimant ?who }"""


@pytest.fixture(scope="module")
def expected(server: Server) -> list[tuple[str, str]]:
    rows = server.client.get("/sparql", params={"query": LABELS}).json()["results"]["bindings"]
    assert len(rows) > 20
    return [(r["who"]["value"], r["label"]["value"]) for r in rows]


@pytest.mark.parametrize("method", ["GET", POST])
@pytest.mark.parametrize("form", [JSON, XML, CSV, TSV])
def test_sparqlwrapper_solutions(server: Server, expected: list[tuple[str, str]], method: str, form: str) -> None:
    wrapper = SPARQLWrapper(server.url + "/sparql")
    wrapper.setQuery(LABELS)
    wrapper.setMethod(method)
    wrapper.setReturnFormat(form)
    answer: Any = wrapper.queryAndConvert()
    if form == JSON:
        assert [(r["who"]["value"], r["label"]["value"]) for r in answer["results"]["bindings"]] == expected
    elif form == XML:
        assert len(answer.getElementsByTagName("result")) == len(expected)
    else:
        assert len(answer.decode("utf-8").strip().splitlines()) == len(expected) + 1


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph")  # SPARQLWrapper uses it
@pytest.mark.parametrize("form", [TURTLE, N3, RDFXML, JSONLD, XML])
def test_sparqlwrapper_graphs(server: Server, form: str) -> None:
    wrapper = SPARQLWrapper(server.url + "/sparql")
    wrapper.setQuery(CONSTRUCT)
    wrapper.setReturnFormat(form)
    answer: Any = wrapper.queryAndConvert()
    if isinstance(answer, bytes):
        answer = rdflib.Graph().parse(data=answer, format="turtle")
    count = server.client.get("/sparql", params={"query": CONSTRUCT, "format": "nt"}).text.count("\n")
    assert len(answer) == count > 50


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_store(server: Server, expected: list[tuple[str, str]], method: Any) -> None:
    graph = rdflib.Graph(SPARQLStore(server.url + "/sparql", method=method))
    assert [(str(who), str(label)) for who, label in graph.query(LABELS)] == expected  # type: ignore[misc]
    who = rdflib.URIRef(expected[0][0])
    assert expected[0][1] in {str(o) for o in graph.objects(who, rdflib.RDFS.label)}
    assert (who, rdflib.RDFS.label, rdflib.Literal("nobody")) not in graph


def test_rdflib_service(server: Server, expected: list[tuple[str, str]]) -> None:
    graph = rdflib.Graph()
    who = rdflib.URIRef(expected[0][0])
    graph.add((who, rdflib.RDF.type, rdflib.URIRef("http://example.org/Mine")))
    rows = graph.query(
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
        "SELECT ?who ?label { ?who a <http://example.org/Mine> .\n"
        f"SERVICE <{server.url}/sparql> {{ ?who rdfs:label ?label }} }}"
    )
    assert {str(row[1]) for row in rows} == {label for iri, label in expected if iri == str(who)}  # type: ignore[index]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph")  # rdflib's own parsers use it
def test_rdflib_reads_things_and_graphs(server: Server, expected: list[tuple[str, str]]) -> None:
    place = server.url + expected[0][0].removeprefix("https://w3id.org/contested-events")
    for form in ("turtle", "xml", "nt", "json-ld"):
        graph = rdflib.Graph().parse(place, format=form)
        assert (rdflib.URIRef(expected[0][0]), rdflib.RDFS.label, None) in graph


def test_pandas(server: Server, expected: list[tuple[str, str]]) -> None:
    from urllib.parse import urlencode

    frame = pandas.read_csv(f"{server.url}/sparql?" + urlencode({"query": LABELS, "format": "csv"}))
    assert list(frame.itertuples(index=False, name=None)) == expected
    body = server.client.get("/sparql", params={"query": LABELS, "format": "json"}).text
    rows = pandas.read_json(io.StringIO(body))["results"]["bindings"]
    assert len(rows) == len(expected)


def test_sparql_dataframe(server: Server, expected: list[tuple[str, str]]) -> None:
    for post in (False, True):
        frame = sparql_dataframe.get(server.url + "/sparql", LABELS, post=post)
        assert list(frame.itertuples(index=False, name=None)) == expected


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # reconciler 0.2.2 on pandas 3.1
def test_reconciler(server: Server) -> None:
    names = pandas.Series(["Russian Ministry of Defence", "Agence France-Presse"])
    frame = reconcile(names, top_res=1, reconciliation_endpoint=server.url + "/reconcile")
    found = dict(zip(frame["input_value"], frame["id"], strict=True))
    assert "actor/russian-ministry-of-defence" in str(found["Russian Ministry of Defence"])
    assert "actor/agence-france-presse" in str(found["Agence France-Presse"])

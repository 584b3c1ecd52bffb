"""No data kill or stall a validation: whatever stands in literals and IRIs, a report comes back, and soon."""

from __future__ import annotations

import time

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.validate.terms import text_of
from app.vocab import RDF, XSD
from tests.validate.making import check, quads, shapes_of

ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'
LITERALS = [
    ("x" * 2_000_000, XSD + "string"),
    ("9" * 100_000, XSD + "integer"),
    ("1e999999999", XSD + "double"),
    ("0." + "1" * 100_000, XSD + "decimal"),
    ("2018-02-31", XSD + "date"),
    ("-99999-01-01", XSD + "date"),
    ("P" + "1" * 5_000 + "Y", XSD + "duration"),
    (ENTITIES, RDF + "XMLLiteral"),
    ("<p>" * 50_000, RDF + "HTML"),
    ("{" * 50_000, RDF + "JSON"),
    ("text", "urn:x-unknown"),
    ("\ud7ff\U0010ffff\u202e", XSD + "string"),
    ("(" * 10_000, "http://www.opengis.net/ont/geosparql#wktLiteral"),
    ("a-" * 50_000, XSD + "string"),
]
NAMES = sorted({q.predicate.value for q in quads()})


def with_value(predicate: str, value: object) -> list[ox.Quad]:
    """The document with one more value of a property that it has."""
    found = quads()
    first = next(q for q in found if q.predicate.value == predicate)
    extra = ox.Quad(first.subject, first.predicate, value, first.graph_name)  # type: ignore[arg-type]
    return [*found, extra]


@pytest.mark.parametrize("number", range(len(LITERALS)))
def test_hostile_literals_anywhere(number: int) -> None:
    text, datatype = LITERALS[number]
    literal = ox.Literal(text, datatype=ox.NamedNode(datatype))
    started = time.process_time()
    for name in NAMES:
        check(with_value(name, literal))
    assert time.process_time() - started < 5


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
def test_what_is_no_value_of_its_datatype_is_told(number: int) -> None:
    text, datatype = LITERALS[number]
    literal = ox.Literal(text, datatype=ox.NamedNode(datatype))
    name = next(n for n in NAMES if n.endswith("#charStart"))
    assert "PlainTermsCheck" in shapes_of(check(with_value(name, literal)))


def test_a_document_with_a_thousand_faults_is_reported_in_bounded_time() -> None:
    found = [q for q in quads() if not q.predicate.value.endswith("#quote")]
    mentions = [q for q in found if text_of(q.object).endswith("#Mention")]
    many = [
        ox.Quad(ox.NamedNode(f"{q.subject.value}-{n}"), q.predicate, q.object, q.graph_name)  # type: ignore[union-attr]
        for q in mentions
        for n in range(300)
    ]
    started = time.process_time()
    assert len(check([*found, *many]).violations) > 1_000
    assert time.process_time() - started < 20


def test_circles_in_the_data_end() -> None:
    found = quads()
    graph = found[0].graph_name
    a, b = ox.NamedNode("https://example.org/a"), ox.NamedNode("https://example.org/b")
    up = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")
    circle = [ox.Quad(a, up, b, graph), ox.Quad(b, up, a, graph)]
    typed = ox.Quad(ox.NamedNode("https://example.org/n"), ox.NamedNode(RDF + "type"), a, graph)
    check([*found, *circle, typed])


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    name=st.sampled_from(NAMES),
    text=st.text(max_size=40),
    datatype=st.sampled_from(
        [XSD + n for n in ("string", "integer", "decimal", "date", "gYear", "boolean", "dateTime")]
    ),
)
def test_any_text_as_any_value(name: str, text: str, datatype: str) -> None:
    literal = ox.Literal(text.encode("utf-8", "ignore").decode(), datatype=ox.NamedNode(datatype))
    report = check(with_value(name, literal))
    assert report == check(with_value(name, literal))

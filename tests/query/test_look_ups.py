"""Look-ups read from the index give the engine's own bytes, and what is no look-up is left to the engine."""

from __future__ import annotations

from random import Random

import pytest
from pyoxigraph import (
    BaseDirection,
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    QuerySolutions,
    Store,
    Triple,
)

from app.query.look_ups import LookUp, read_look_up
from app.query.request import JSON_RESULTS

EX = "http://example.org/"
BASE = "http://here.example/sparql"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
INTEGER = "http://www.w3.org/2001/XMLSchema#integer"


@pytest.fixture(scope="module")
def store() -> Store:
    store = Store()
    things: list[NamedNode | BlankNode | Literal] = [
        NamedNode(EX + "é/œ?q=1"), BlankNode("b1"), Literal("07", datatype=NamedNode(INTEGER)), Literal("x"),
        Literal("a", language="en-GB"), Literal("y", datatype=NamedNode(EX + "kind")), Literal("", language="de"),
        *(Literal(f"z{chr(c)}z") for c in (*range(0x30), 0x5C, 0x7F, 0x85, 0x2028, 0xFFFF, 0x1F600)),
    ]  # fmt: skip
    one, two = NamedNode(EX + "g1"), NamedNode(EX + "g2")
    for place, thing in enumerate(things):
        store.add(Quad(NamedNode(EX + "a"), NamedNode(EX + f"p{place % 3}"), thing, (one, two)[place % 2]))
    for graph in (one, two):  # the engine does not see that they are one triple, and neither do look-ups
        store.add(Quad(NamedNode(EX + "b"), NamedNode(TYPE), NamedNode(EX + "C"), graph))
    store.add(Quad(NamedNode(EX + "b"), NamedNode(EX + "p0"), NamedNode(EX + "b")))
    store.add(
        Quad(NamedNode(EX + "rtl"), NamedNode(EX + "p0"), Literal("d", language="ar", direction=BaseDirection.RTL))
    )
    triple = Triple(NamedNode(EX + "a"), NamedNode(EX + "p0"), Literal("x"))
    store.add(Quad(NamedNode(EX + "about"), NamedNode(EX + "p0"), triple))
    for n in range(300):
        store.add(Quad(NamedNode(EX + "many"), NamedNode(EX + "p0"), Literal(f"value {n}"), one))
    store.add(Quad(NamedNode(EX + "long"), NamedNode(EX + "p0"), Literal("long " * 10_000), one))
    return store


def _by_engine(store: Store, text: str) -> bytes:
    found = store.query(text, base_iri=BASE, use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    body = found.serialize(format=QueryResultsFormat.JSON)
    assert body is not None
    return body


def _answer(look_up: LookUp, store: Store) -> bytes | None:
    return look_up.answer(store, max_rows=1_000_000, max_bytes=1_000_000)


LOOK_UPS = [
    f"SELECT ?o WHERE {{ <{EX}a> <{EX}p0> ?o }}",
    f"select ?p ?o {{ <{EX}a> ?p ?o . }}",
    f"SELECT ?o ?p {{<{EX}a> ?p ?o}}",
    f"SELECT * WHERE{{ <{EX}a> ?p ?o }}",
    f"SELECT * {{ ?zebra ?ant <{EX}b> }}",
    f"SELECT ?o {{ <{EX}a> ?p ?o }}",
    f"PREFIX ex: <{EX}>\nSELECT ?s\nWHERE {{\n\t?s a ex:C .\n}}\n",
    f"prefix ex:<{EX}> PREFIX n0-t: <urn:a:> SELECT ?s {{ ?s ex:p0 ex:b }}",
    f"SELECT ?p {{ <{EX}b> ?p <{EX}b> }}",
    f"SELECT ?o {{ <{EX}nothing> <{EX}p0> ?o }}",
    f"SELECT ?o {{ <{EX}é> <{EX}p0> ?o }}",
]  # fmt: skip


@pytest.mark.parametrize("text", LOOK_UPS)
def test_a_look_up_is_the_engines_answer_to_the_byte(store: Store, text: str) -> None:
    look_up = read_look_up(text, JSON_RESULTS)
    assert look_up is not None
    assert _answer(look_up, store) == _by_engine(store, text)


OTHERS = [
    f"SELECT ?o {{ <{EX}a> <{EX}p0> <{EX}b> }}",  # nothing to find
    f"SELECT ?x {{ <{EX}a> <{EX}p0> ?o }}",  # a variable that is nowhere
    f"SELECT ?o ?o {{ <{EX}a> <{EX}p0> ?o }}",
    f"SELECT ?o {{ ?o <{EX}p0> ?o }}",
    f"SELECT ?p {{ <{EX}a> ?p ?p }}",
    f"SELECT ?s ?o {{ ?s <{EX}p0> ?o }}",  # no constant at an end
    f"SELECT DISTINCT ?o {{ <{EX}a> <{EX}p0> ?o }}",
    f"SELECT ?o {{ <{EX}a> <{EX}p0> ?o }} LIMIT 1",
    f"SELECT ?o {{ <{EX}a> <{EX}p0> ?o ; <{EX}p1> ?q }}",
    f"SELECT ?o {{ <{EX}a> <{EX}p0>+ ?o }}",
    f"SELECT ?o {{ <{EX}a> <{EX}p0> ?o . . }}",
    f"SELECT ?o {{ . <{EX}a> <{EX}p0> ?o }}",
    f"SELECT ?o {{ a <{EX}p0> ?o }}",
    f"SELECT ?o {{ <a> <{EX}p0> ?o }}",  # relative
    f"SELECT ?o {{ <{EX}x/../a> <{EX}p0> ?o }}",  # resolved to another IRI
    f"SELECT ?o {{ <{EX}%61> <{EX}p0> ?o }}",
    f"SELECT ?o {{ <x:./a> <{EX}p0> ?o }}",
    f"SELECT ?o {{ ex:a <{EX}p0> ?o }}",  # no such prefix
    f"PREFIX ex: <{EX}> PREFIX ex: <urn:x:> SELECT ?o {{ ex:a ex:p0 ?o }}",
    f"PREFIX ex: <here/> SELECT ?o {{ <{EX}a> <{EX}p0> ?o }}",
    f"BASE <{EX}> SELECT ?o {{ <{EX}a> <{EX}p0> ?o }}",
    f"SELECT ?o FROM <{EX}g1> {{ <{EX}a> <{EX}p0> ?o }}",
    f'SELECT ?s {{ ?s <{EX}p0> "x" }}',
    f"SELECT ?o {{ <{EX}a> <{EX}p0> ?o }} # more",
    f"SELECT ?o {{ <{EX}a> <{EX}p0> ?o }}}}",
    f"SELECT ?o {{ GRAPH ?g {{ <{EX}a> <{EX}p0> ?o }} }}",
    f"ASK {{ <{EX}a> <{EX}p0> ?o }}",
]  # fmt: skip


@pytest.mark.parametrize("text", OTHERS)
def test_what_is_no_look_up_is_left_to_the_engine(text: str) -> None:
    assert read_look_up(text, JSON_RESULTS) is None


def test_only_json_is_written() -> None:
    assert read_look_up(LOOK_UPS[0], "text/csv") is None


@pytest.mark.parametrize("name", ["rtl", "about", "many", "long"])
def test_answers_that_are_large_or_of_rdf_1_2_are_left_to_the_engine(store: Store, name: str) -> None:
    look_up = read_look_up(f"SELECT ?o {{ <{EX}{name}> <{EX}p0> ?o }}", JSON_RESULTS)
    assert look_up is not None
    assert _answer(look_up, store) is None
    assert look_up.is_for_engine


def test_limits_hold(store: Store) -> None:
    for limits in ({"max_rows": 3, "max_bytes": 10_000}, {"max_rows": 1_000, "max_bytes": 80}):
        look_up = read_look_up(LOOK_UPS[0], JSON_RESULTS)
        assert look_up is not None
        assert look_up.answer(store, **limits) is None  # the engine's way then says what was exceeded


def test_whatever_is_read_as_a_look_up_means_the_same_to_the_engine(store: Store) -> None:
    """Texts made of the pieces of look-ups, most of them wrong somewhere."""
    pieces = [
        "SELECT", "select", "?o", "?p", "?s", "*", "WHERE", "{", "}", ".", f"<{EX}a>", f"<{EX}p0>", f"<{EX}b>",
        "a", "ex:b", "ex:p0", "ex:", f"PREFIX ex: <{EX}>", "PREFIX", "<rel>", "\n", "?o.", "ex:b.", "?1", "?é", "#",
    ]  # fmt: skip
    right = [f"PREFIX ex: <{EX}>", "SELECT", "?p", "?o", "{", f"<{EX}a>", "?p", "?o", "}"]
    random, read = Random(7), 0
    for _ in range(20_000):
        words = list(right)
        for _ in range(random.randrange(4)):
            place = random.randrange(len(words))
            words[place : place + random.randrange(2)] = [random.choice(pieces)]
        text = random.choice((" ", "", "  ", "\t")).join(words) if random.random() < 0.2 else " ".join(words)
        look_up = read_look_up(text, JSON_RESULTS)
        if look_up is not None:
            read += 1
            assert _answer(look_up, store) == _by_engine(store, text), text
    assert read > 500

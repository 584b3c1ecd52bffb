"""Binding by text gives what binding beside the text gives, for every prepared query and over the demonstration."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode, QuerySolutions, QueryTriples, Store, Variable

from app.errors import UsageError
from app.query.binding import bind_variables

ROOT = Path(__file__).parents[2]
PREPARED = sorted((ROOT / "queries" / "pages").glob("*.rq"))
NAMES = ("thing", "event", "actor", "document", "statement", "mention", "proposition", "scope", "graph", "claimant")


@pytest.fixture(scope="module")
def store(demonstration: Path) -> Store:
    return Store.read_only(str(demonstration / "store"))


@pytest.fixture(scope="module")
def things(store: Store) -> list[str]:
    """Things of every kind, a few of each."""
    patterns = (
        "?x cev:accountOf ?thing",
        "?x cev:claimant ?thing",
        "?thing a cev:SourceDocument",
        "?thing cev:claimant ?x",
    )
    groups = " UNION ".join(f"{{ SELECT ?thing {{ {pattern} }} LIMIT 25 }}" for pattern in patterns)
    query = f"PREFIX cev: <https://w3id.org/contested-events/ns#> SELECT ?thing {{ {groups} }}"
    found = store.query(query, use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    graphs = [str(g.value) for g in list(store.named_graphs())[:2] if isinstance(g, NamedNode)]
    return sorted({str(row["thing"].value) for row in found})[::4] + graphs


def bag(answer: Any) -> Counter[str]:
    if isinstance(answer, QueryTriples):
        return Counter(str(t) for t in answer)
    names = sorted(v.value for v in answer.variables)
    return Counter("|".join(str(row[n]) for n in names) for row in answer)


@pytest.mark.parametrize("path", PREPARED, ids=lambda p: p.stem)
def test_by_text_as_beside_the_text(path: Path, store: Store, things: list[str]) -> None:
    text = path.read_text("utf-8")
    first = re.search(r"(?:SELECT(?: DISTINCT)?|DESCRIBE|GRAPH) \?(\w+)", text)
    if first is None or first[1] not in NAMES:
        pytest.skip("no variable of it is bound by a page")
    total = 0
    for iri in things:
        beside = store.query(text, use_default_graph_as_union=True, substitutions={Variable(first[1]): NamedNode(iri)})
        by_text = store.query(bind_variables(text, {first[1]: iri}), use_default_graph_as_union=True)
        expected = bag(beside)
        assert bag(by_text) == expected, iri
        total += sum(expected.values())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ASK { ?s ?p ?o }", "ASK { VALUES ?s { <a:b> }  ?s ?p ?o }"),
        ("DESCRIBE ?s", "DESCRIBE ?s WHERE { VALUES ?s { <a:b> } }"),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "CONSTRUCT { ?s ?p ?o } WHERE { VALUES ?s { <a:b> }  ?s ?p ?o }"),
        ("SELECT ('{' AS ?x) { # {\n ?s ?p '}' }", "SELECT ('{' AS ?x) { VALUES ?s { <a:b> }  # {\n ?s ?p '}' }"),
        (
            "SELECT ?o { { SELECT ?o { ?s ?p ?o } } ?s ?q ?o }",
            "SELECT ?o { VALUES ?s { <a:b> }  { SELECT ?o { ?s ?p ?o } } ?s ?q ?o }",
        ),
        (
            "SELECT * { { SELECT * { ?s ?p ?o } } }",
            "SELECT * { VALUES ?s { <a:b> }  { SELECT * { VALUES ?s { <a:b> }  ?s ?p ?o } } }",
        ),
    ],
)
def test_where_the_block_goes(text: str, expected: str) -> None:
    assert bind_variables(text, {"s": "a:b"}) == expected


@pytest.mark.parametrize("iri", ["", "b", "a:b> ?x { } #", "a:b c", "a:{", 'a:"', "a:\n", "a:\\u003e", "a:b|", "a:<"])
def test_what_is_no_iri_is_not_written(iri: str) -> None:
    with pytest.raises(UsageError):
        bind_variables("ASK { ?s ?p ?o }", {"s": iri})


@given(st.text(max_size=30))
def test_no_text_gets_out_of_its_brackets(tail: str) -> None:
    try:
        text = bind_variables("ASK { ?s ?p ?o }", {"s": "a:" + tail})
    except UsageError:
        return
    assert text == f"ASK {{ VALUES ?s {{ <a:{tail}> }}  ?s ?p ?o }}"
    assert not set(tail) & set('<>"{}|^`\\ \n\r\t')

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
NAMES = ("thing", "event", "actor", "document", "statement", "mention", "proposition", "scope", "graph", "claimant")


def _bound(path: Path) -> str | None:
    """The variable of a prepared query that pages bind; None where they bind none."""
    first = re.search(r"(?:SELECT(?: DISTINCT)?|DESCRIBE|GRAPH) \?(\w+)", path.read_text("utf-8"))
    return first[1] if first is not None and first[1] in NAMES else None


# No text of the demonstration is nearly the same as another.
EMPTY = {"document-same"}
BOUND = {p: name for p in sorted((ROOT / "queries" / "pages").glob("*.rq")) if (name := _bound(p)) is not None}


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
        "?thing cev:expresses ?x",
        "?thing cev:about ?x",
        "?x cev:about ?thing ; cev:deniedIn ?no ; cev:affirmedIn ?yes",
        "?x cev:property cev:statesPerpetrator ; cev:value ?thing",
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


@pytest.mark.parametrize("path", BOUND, ids=lambda p: p.stem)
def test_by_text_as_beside_the_text(path: Path, store: Store, things: list[str]) -> None:
    text, name = path.read_text("utf-8"), BOUND[path]
    total = 0
    for iri in things:
        beside = store.query(text, use_default_graph_as_union=True, substitutions={Variable(name): NamedNode(iri)})
        by_text = store.query(bind_variables(text, {name: iri}), use_default_graph_as_union=True)
        expected = bag(beside)
        assert bag(by_text) == expected, iri
        total += sum(expected.values())
    assert total or path.stem in EMPTY


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

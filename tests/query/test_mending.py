"""What the engine answers otherwise than the standard, and what it answers once the query is put differently."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from random import Random

import pyoxigraph as ox
import pytest

from app.errors import QueryError
from app.query.gate import TOKEN
from app.query.mending import lower_booleans, mend, mend_paths
from tests.query.making import ask, pool_over, run
from tests.query.random_queries import random_query
from tests.store.making import DATA

P = "PREFIX : <http://example/>\n"
G = "<http://example/g1>"


@pytest.fixture(scope="module")
def store() -> ox.Store:
    """Three triples in two graphs; one names its graph."""
    store = ox.Store()
    store.update(
        P + 'INSERT DATA { :a :p :b . :b :p :c . GRAPH :g1 { :s :p :o . :s2 :p :g1 } GRAPH :g2 { :x :p "x"@en } }'
    )
    return store


def rows(store: ox.Store, text: str) -> Counter[tuple[str, ...]]:
    """The bag of rows; of ASK its answer as a row."""
    found = store.query(text)
    if isinstance(found, ox.QueryBoolean):
        return Counter([(str(bool(found)),)])
    assert isinstance(found, ox.QuerySolutions)
    return Counter(tuple(str(value) for value in row) for row in found)


def holds_in(store: ox.Store, iri: str) -> bool:
    node, graph = ox.NamedNode(iri), ox.DefaultGraph()
    return any(store.quads_for_pattern(node, None, None, graph)) or any(
        store.quads_for_pattern(None, None, node, graph)
    )


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("SELECT * { FILTER(TRUE || False) }", "SELECT * { FILTER(true || false) }"),
        ('SELECT ?TRUE { ?TRUE :TRUE "TRUE" . ?s x:TRUE <TRUE> ; true:x _:TRUE } #TRUE', None),
        ("SELECT * { ?s ?p 'x'@TRUE FILTER(?a.TRUE) }", None),
        ("SELECT ('''TRUE\\'''' AS ?x) { ?s ex:a.TRUE $FALSE }", None),
    ],
)
def test_booleans_have_no_case_and_only_booleans_are_touched(text: str, mended: str | None) -> None:
    assert lower_booleans(text) == (mended or text)
    assert len(lower_booleans(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ('SELECT (GROUP_CONCAT(?o) AS ?x) { VALUES ?o { "a"@en "b"@en } }', '"a b"'),
        ('SELECT (GROUP_CONCAT(DISTINCT ?o; SEPARATOR=")") AS ?x) { VALUES ?o { "a"@en "b"@en } }', '"a)b"'),
        ('SELECT (STRLEN(group_concat ( ?o )) AS ?x) { VALUES ?o { "a"@en } }', '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("SELECT (GROUP_CONCAT(?o) AS ?x) { VALUES ?o { 'a'@en } } HAVING(GROUP_CONCAT(?o) = 'a')", '"a"'),
        ("SELECT (GROUP_CONCAT(?o) AS ?x) { FILTER(false) }", '""'),
    ],
)  # fmt: skip
def test_concatenations_have_no_language(store: ox.Store, text: str, answer: str) -> None:
    assert rows(store, mend(text)) == Counter([(answer,)])


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (":none :p* ?x", [":none"]),
        (":none :p? ?x", [":none"]),
        (":none (:p|^:p)* ?x", [":none"]),
        (":none ^:p* ?x", [":none"]),
        ("?x :p* :none", [":none"]),
        (":none :p* :none . :a :p ?x", [":b"]),
        (":none :p* :other . :a :p ?x", []),
        (":none :p* ?x . ?x :p ?y", []),
        (":none :p+ ?x", []),
        (":none :p*/:p ?x", []),
        (":a :p* ?x ; :p ?y", [":a", ":b", ":c"]),
        (":c :p* ?x", [":c"]),
        (":a :p* ?x . :none :p* ?y", [":a", ":b", ":c"]),
        ("?x :p* :a", [":a"]),
        ("OPTIONAL { :a :p ?x } :none :p? ?y", [":b"]),
    ],
)
def test_paths_without_an_edge_give_their_own_start(store: ox.Store, path: str, expected: list[str]) -> None:
    text = mend_paths(f"{P}SELECT ?x {{ {path} }}", lambda iri: holds_in(store, iri))
    assert rows(store, text) == Counter((f"<http://example/{name[1:]}>",) for name in expected)


@pytest.mark.parametrize(
    ("projection", "answer"),
    [
        ("(COUNT(?v) AS ?n) (?n + 1 AS ?m)", ("4", "5")),
        ("(COUNT(?v) AS ?n) (?n * 2 AS ?m) (?m + ?n AS ?k)", ("4", "8", "12")),
        ("(SUM(?v) AS ?n) (SUM(?v) / ?n AS ?m)", ("6", "1")),
        ("(COUNT(*) AS ?n) (?n AS ?m)", ("4", "4")),
        ("(COUNT(?v) AS ?n) (IF(?n > 3, 'many', 'few') AS ?m)", ("4", "many")),
        ("(MAX(?nothing) AS ?n) (COALESCE(?n, 'none') AS ?m)", (None, "none")),
        ("(COUNT(?v) AS ?n) (STRLEN('?n') AS ?m)", ("4", "2")),
    ],
)
def test_a_name_given_to_an_aggregate_holds_after_it(
    store: ox.Store, projection: str, answer: tuple[str | None, ...]
) -> None:
    found = store.query(mend(f"SELECT {projection} WHERE {{ VALUES ?v {{ 0 1 2 3 }} }}"))
    assert isinstance(found, ox.QuerySolutions)
    (row,) = found
    assert tuple(None if value is None else getattr(value, "value", "") for value in row) == answer


def test_paths_are_mended_below_a_base_but_for_relative_names() -> None:
    mended = mend_paths("BASE <http://x/>\nSELECT * { <a:b> <a:p>* ?x }", lambda _: False)
    assert mended.startswith("BASE <http://x/>")
    assert "VALUES ?x { <a:b> }" in mended
    for text in ("BASE <http://x/> SELECT * { <b> <a:p>* ?x }", "SELECT * { <b> <a:p>* ?x }"):
        assert mend_paths(text, lambda _: False) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # The variable of GRAPH is bound after the group, so an OPTIONAL inside binds it as it likes; then they join.
        ("SELECT ?g ?s { GRAPH ?g { ?s :p ?o OPTIONAL { ?s :p ?g } } }", [(G, "<http://example/s2>")]),
        (
            'SELECT ?g ?t { GRAPH ?g { VALUES (?g ?t) { (UNDEF "foo") (:g1 "bar") (:none "baz") } } }',
            [(G, '"foo"'), (G, '"bar"'), ("<http://example/g2>", '"foo"')],
        ),
        ("SELECT ?s { GRAPH ?g { ?s :p :o MINUS { ?b :p :o } } }", [("<http://example/s>",)]),
        ("SELECT ?s { GRAPH ?g { ?s :p :o MINUS { ?s :p :o } } }", []),
        ("SELECT ?s { GRAPH ?g { ?s :p ?o FILTER(?g = :g1) } }", [("<http://example/s>",), ("<http://example/s2>",)]),
        ("SELECT ?g { GRAPH ?g { ?s :p ?g } }", [(G,)]),
    ],
)  # fmt: skip
def test_the_variable_of_a_graph_is_joined(store: ox.Store, text: str, expected: list[tuple[str, ...]]) -> None:
    found = rows(store, mend(P + text))
    assert found == Counter(expected)


def test_what_a_joined_graph_shows_is_what_it_showed(store: ox.Store) -> None:
    """The new names are of no column, also where everything is shown."""
    text = P + "SELECT * { GRAPH ?g { ?outer :p ?o OPTIONAL { ?outer :p ?g } FILTER(?o != ?nothing || true) } }"
    found = store.query(mend(text))
    assert isinstance(found, ox.QuerySolutions)
    assert sorted(v.value for v in found.variables) == ["g", "o", "outer"]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (COUNT(COUNT(*)) AS ?c) {}",
        "SELECT (1 + SUM(1 + max(?x)) AS ?c) {}",
        "SELECT * {\n BIND( <<( <<( :s :p :o )>> :q :z )>> AS ?x ) }",
        'SELECT * { BIND( <<( "x" :q :z )>> AS ?x ) }',
    ],
)
def test_what_the_grammar_refuses_is_refused_with_its_place(text: str, snapshot: Path) -> None:
    async def work() -> None:
        async with pool_over(snapshot) as pool:
            with pytest.raises(QueryError) as caught:
                await ask(pool, P + text)
            assert caught.value.where.startswith(("2:", "3:"))

    run(work())


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (COUNT(?x) AS ?c) (SUM(?x) AS ?d) { {SELECT (MAX(?y) AS ?x) { ?a ?b ?y }} }",
        "SELECT (COUNT(*) AS ?c) { FILTER EXISTS { SELECT (MIN(?y) AS ?z) { ?a ?b ?y } } }",
        "SELECT * { GRAPH ?g { ?s ?p ?o } }",
        "SELECT * { GRAPH ?g { ?s ?p ?o FILTER(?g = ?o) OPTIONAL { ?s ?q ?g } } }",
        "SELECT * { << :s :p :o >> :q ?x }",
        "SELECT * { ?s :q <<( <<( :a :b :c )>> :q :z )>> }",
        "SELECT * { <<( <<( :a :b :c )>> :q :z )>> :q 1 }",
    ],
)
def test_what_needs_no_mending_stays_as_it_came(text: str) -> None:
    assert mend(P + text) == P + text
    assert mend_paths(P + text, lambda _: False) == P + text


def test_random_queries_stay_as_they_are_or_keep_their_answers(store: ox.Store) -> None:
    """On queries that need no mending nothing is changed: those of the rewriting's tests have no absent constants."""
    for seed in range(300):
        text = random_query(seed)
        assert mend(lower_booleans(text)) == text
        assert mend_paths(text, lambda _: True) == text


def test_random_brackets_and_words_never_break_the_mender() -> None:
    dice = Random(7)
    words = [
        *"(){}[]?*+.;,",
        "<<(", ")>>", "SELECT", "GRAPH", "?g", "MINUS", "OPTIONAL", "FILTER", "COUNT",
        "GROUP_CONCAT", "TRUE", ":p*", "'x", '"""', "<a:a>",
    ]  # fmt: skip
    for _ in range(3_000):
        text = " ".join(dice.choice(words) for _ in range(dice.randint(1, 40)))
        try:
            mend_paths(mend(lower_booleans(text)), lambda _: False)
        except SyntaxError:
            assert any(m[0] == "<<" or m[0] in ("COUNT", "GROUP_CONCAT") for m in TOKEN.finditer(text))


def test_workers_mend(snapshot: Path) -> None:
    async def work() -> None:
        async with pool_over(snapshot) as pool:
            for text in (
                f"SELECT ?x {{ <{DATA}nowhere> <a:p>* ?x FILTER(TRUE) }}",
                "SELECT (GROUP_CONCAT(?o) AS ?x) { VALUES ?o { 'a'@en } }",
            ):
                (row,) = json.loads(await ask(pool, text))["results"]["bindings"]
                assert row["x"] in ({"type": "uri", "value": f"{DATA}nowhere"}, {"type": "literal", "value": "a"})
            with pytest.raises(QueryError) as caught:
                await ask(pool, "SELECT ?x {\n FILTER(TRUE) FILTER(GROUP_CONCAT(?x)) ?x }")
            assert "2:44" in str(caught.value)

    run(work())

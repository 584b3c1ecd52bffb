"""Rewritten queries give the bag of rows that the engine gives to the text as it came."""

from __future__ import annotations

import asyncio
import json
import os
from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random

import pyoxigraph as ox
import pytest

from app import store as snapshots
from app.errors import QueryError
from app.query import QueryPool, Request, rewriting
from app.query.patterns import UnreadError, read_select
from app.query.rewriting import Rewriter
from app.query.statistics import FILE, Statistics
from app.settings import Settings
from app.store.statistics import count_graph
from tests.bench.event_graph import ROOT, generate
from tests.query.random_queries import PREFIXES, _star_count, random_query

# `make test` takes some; the nightly target sets it to many thousands.
QUERIES = int(os.environ.get("RASHOMON_RANDOM_QUERIES", "400"))


@pytest.fixture(scope="module")
def lines() -> list[bytes]:
    return snapshots.canonical_lines(generate(8).quads())


@pytest.fixture(scope="module")
def store(lines: list[bytes]) -> ox.Store:
    store = ox.Store()
    store.bulk_load(b"".join(lines), format=ox.RdfFormat.N_QUADS)
    return store


@pytest.fixture(scope="module")
def statistics(lines: list[bytes], tmp_path_factory: pytest.TempPathFactory) -> Statistics:
    folder = tmp_path_factory.mktemp("snapshot")
    (folder / FILE).write_text(json.dumps(count_graph(lines)))
    found = Statistics.read(folder)
    assert found is not None
    return found


def bag(store: ox.Store, text: str) -> Counter[tuple[str, ...]]:
    found = store.query(text, use_default_graph_as_union=True)
    assert isinstance(found, ox.QuerySolutions)
    return Counter(tuple(str(term) for term in row) for row in found)


def is_huge(text: str, statistics: Statistics) -> bool:
    """Whether a query may multiply its patterns into more rows than a test should count."""
    query = read_select(text)
    blocks = [b.patterns for b in query.blocks if b.patterns]
    runs = [p[: n + 1] for p in (*blocks, [q for b in blocks for q in b]) for n in range(len(p))]
    return any(statistics.rows(run, query) > 10_000 for run in runs)


def test_random_queries_keep_their_answers(
    store: ox.Store, statistics: Statistics, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every rule is applied wherever its proof allows, whether it pays or not."""
    monkeypatch.setattr(rewriting, "_gains_by_nesting", lambda *_: True)
    monkeypatch.setattr(rewriting, "_gains_by_parting", lambda *_: True)
    rewriter = Rewriter(statistics)
    changed: Counter[str] = Counter()
    for seed in range(QUERIES):
        text = random_query(seed)
        other = rewriter.rewrite(text)
        if other == text or is_huge(text, statistics):
            continue
        for mark in ("LATERAL", "SELECT DISTINCT ?", "VALUES ?", "VALUES ("):
            changed[mark] += mark in other and other.count(mark) > text.count(mark)
        assert bag(store, other) == bag(store, text), f"seed {seed}:\n{text}\nbecame\n{other}"
    share = QUERIES // 100
    assert all(changed[m] >= share for m in ("LATERAL", "SELECT DISTINCT ?", "VALUES ?", "VALUES (")), changed


@pytest.mark.parametrize("path", sorted((ROOT / "queries").glob("*/*.rq")), ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_queries_of_the_house_keep_their_answers(path: Path, store: ox.Store, statistics: Statistics) -> None:
    text = path.read_text("utf-8")
    other = Rewriter(statistics).rewrite(text)
    if other != text:
        assert bag(store, other) == bag(store, text)


def test_types_are_counted_beforehand(store: ox.Store, statistics: Statistics) -> None:
    text = "SELECT ?type (COUNT(DISTINCT ?thing) AS ?n) WHERE { ?thing a ?type } GROUP BY ?type ORDER BY DESC(?n) ?type"
    other = Rewriter(statistics).rewrite(text)
    assert "VALUES" in other
    assert "thing" not in other
    assert list(store.query(other, use_default_graph_as_union=True)) == list(  # type: ignore[arg-type]
        store.query(text, use_default_graph_as_union=True)  # type: ignore[arg-type]
    )


def test_counts_over_things_are_known_beforehand(store: ox.Store, statistics: Statistics) -> None:
    rewriter, known = Rewriter(statistics), 0
    assert statistics.kinds
    text = (ROOT / "tests" / "bench" / "queries" / "10-count.rq").read_text("utf-8")
    for seed in range(300):
        query = PREFIXES + _star_count(Random(seed)) if seed else text
        other = rewriter.rewrite(query)
        known += "VALUES" in other
        assert bag(store, other) == bag(store, query), query
    assert 100 < known < 300
    assert "VALUES" not in Rewriter(replace(statistics, kinds=())).rewrite(text)


UNTOUCHED = [
    "SELECT (COUNT(*) AS ?n) { ?s cev:side ?x ; cev:claimant ?x }",  # two patterns share an object
    "SELECT (COUNT(*) AS ?n) { ?s cev:side ?x ; cev:claimant <urn:x> }",
    "SELECT (COUNT(*) AS ?n) { ?s cev:side ?x ; a <EventAccount> }",  # an IRI that is resolved by the engine
    "SELECT (COUNT(*) AS ?n) { ?s a </x> }",
    "SELECT (COUNT(*) AS ?n) { ?s a <https://w3id.org/contested-events/./ns#Event> }",
    "SELECT (COUNT(*) AS ?n) { ?s cev:side ?x ; cev:claimant ?y FILTER(?x != ?y) }",
    "SELECT (COUNT(*) AS ?x) { ?s cev:side ?x ; cev:claimant ?y }",
    "SELECT (COUNT(*) AS ?n) ?s { ?s cev:side ?x ; cev:claimant ?y } GROUP BY ?s",
    "SELECT (COUNT(*) AS ?n) { ?s cev:side ?x ; ^cev:hasAccount ?y }",
    "SELECT (COUNT(*) AS ?n) { ?s cev:side ?x ; nowhere:is ?y }",
    "SELECT (COUNT(DISTINCT *) AS ?n) { ?s cev:side ?x ; cev:claimant ?y }",
    "SELECT DISTINCT ?a ?b { ?a cev:side ?x OPTIONAL { ?b cev:side ?y } }",  # OPTIONAL stands in a DISTINCT
    "SELECT DISTINCT ?a ?b FROM <urn:g> { ?s cev:side ?a . ?t cev:side ?b }",
    "SELECT ?type (COUNT(?s) AS ?n) { ?s a ?type } GROUP BY ?type HAVING(COUNT(?s) > 3)",
    "SELECT ?type (COUNT(?s) AS ?n) { GRAPH <urn:g> { ?s a ?type } } GROUP BY ?type",
    'SELECT ?s { ?s cev:publishedEarliest ?d . FILTER(?d < "2012-01-01"^^xsd:date || ?d > ?x) }',
    'SELECT ?s { ?s cev:publishedEarliest ?d . FILTER(!(?d < "2012-01-01"^^xsd:date)) }',
    "SELECT ?s { ?s cev:side ?a OPTIONAL { ?a cev:partOfActor* ?b . ?b rdfs:label ?l } }",  # a path without edges
    "SELECT ?s { ?s cev:side ?a OPTIONAL { ?a rdfs:label ?l FILTER(?l != ?s) } }",
    "SELECT ?s { ?s cev:side [] OPTIONAL { ?s cev:claimant ?c . ?c rdfs:label ?l } }",
    "SELECT ?s { { SELECT ?s { ?s cev:side ?a } } }",
]


@pytest.mark.parametrize("text", UNTOUCHED)
def test_what_has_no_proof_stays_as_it_came(text: str, statistics: Statistics, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rewriting, "_gains_by_nesting", lambda *_: True)
    monkeypatch.setattr(rewriting, "_gains_by_parting", lambda *_: True)
    assert Rewriter(statistics).rewrite(PREFIXES + text) == PREFIXES + text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SELECT",
        "SELECT ?s {",
        "SELECT ?s { ?s ?p ?o ",
        'SELECT ?s { ?s <p> "open }',
        "SELECT ?s { FILTER }",
        "ASK {}",
        "SELECT ?s { ?a <p> ?b FILTER(?a<?b&&?b>?a) }",  # one token for the lexer, two comparisons for a person
        "SELECT ?s { ?s \\u0070 ?o }",
        "SELECT ?s { OPTIONAL " * 90,
    ],
)
def test_reader_refuses_what_it_does_not_know(text: str) -> None:
    with pytest.raises(UnreadError):
        read_select(text)


def test_gains_are_estimated_from_the_counts(statistics: Statistics, monkeypatch: pytest.MonkeyPatch) -> None:
    """A part that starts from one actor is not torn from the index that leads to it, though it could be."""
    army = "<https://w3id.org/contested-events/id/actor/army-3>"
    few = f"SELECT DISTINCT ?e ?x {{ {army} cev:partOfActor ?m . ?m cev:partOfActor ?e . ?s cev:side ?e ; a ?x }}"
    assert Rewriter(statistics).rewrite(PREFIXES + few) == PREFIXES + few
    monkeypatch.setattr(rewriting, "_gains_by_parting", lambda *_: True)
    assert "SELECT DISTINCT ?e WHERE" in Rewriter(statistics).rewrite(PREFIXES + few)


def test_order_of_statistics_and_dump_agree(lines: list[bytes], store: ox.Store) -> None:
    """The counts are those that the engine finds."""
    counts = count_graph(lines)
    found = store.query(
        "SELECT ?p (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)"
        " { ?s ?p ?o } GROUP BY ?p",
        use_default_graph_as_union=True,
    )
    assert isinstance(found, ox.QuerySolutions)
    counted = {row["p"].value: [int(row[n].value) for n in ("n", "subjects", "objects")] for row in found}
    assert counts["predicates"] == counted
    assert counts["quads"] == len(lines) == len(store)


@pytest.mark.parametrize("rewrites", [True, False])
def test_workers_answer_the_same_with_the_setting_on_and_off(rewrites: bool, tmp_path: Path) -> None:
    place = tmp_path / "snapshot"
    snapshots.write_snapshot(place, generate(3).quads(), manifest={}, report={})
    texts = [
        "SELECT ?type (COUNT(DISTINCT ?s) AS ?n) { ?s a ?type } GROUP BY ?type ORDER BY ?type",
        "SELECT DISTINCT ?a ?b { ?s cev:side ?a ; a cev:Accusation . ?t cev:side ?b ; a cev:Denial } ORDER BY ?a ?b",
    ]

    async def ask() -> list[bytes]:
        settings = Settings.load({}, root=ROOT, workers=1, rewrites_queries=rewrites)
        pool = await QueryPool.start(place, settings)
        try:
            answers = []
            for text in texts:
                async with pool.run(Request(text=PREFIXES + text)) as answer:
                    answers.append(await answer.read())
            with pytest.raises(QueryError) as caught:
                async with pool.run(Request(text="SELECT DISTINCT ?a {\n ?s cev:side ?a }")):
                    pass
            assert "2:13" in str(caught.value)  # of the text that was sent, not of another
            return answers
        finally:
            await pool.close()

    store = ox.Store.read_only(str(place / "store"))
    for text, answer in zip(texts, asyncio.run(ask()), strict=True):
        found = store.query(PREFIXES + text, use_default_graph_as_union=True)
        assert isinstance(found, ox.QuerySolutions)
        assert json.loads(answer) == json.loads(found.serialize(format=ox.QueryResultsFormat.JSON) or b"")

"""The generated graph is what a build would write: it conforms, keeps the firewall, and is the same each time."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from app import store as snapshots
from app.validate import Validator, run_firewall
from tests.bench.answers import rows_of
from tests.bench.endpoint_speed import QUERIES
from tests.bench.event_graph import ROOT, EventGraph, generate

DOCUMENTS = 40


@pytest.fixture(scope="module")
def graph() -> EventGraph:
    return generate(DOCUMENTS)


@pytest.fixture(scope="module")
def store(graph: EventGraph) -> ox.Store:
    store = ox.Store()
    store.bulk_extend(graph.quads())
    return store


def test_conforms_to_every_shape(graph: EventGraph) -> None:
    validator = Validator(ROOT / "shapes", ROOT / "ontology" / "cev.ttl", graph.invented.quads)
    for document, mapped in zip(graph.documents, graph.mapped, strict=True):
        report = validator.check_document(mapped.quads, document_id=document.id, path=document.path, text=document.text)
        assert report.results == ()
    assert validator.check_all(list(graph.quads())).results == ()


def test_keeps_the_firewall(store: ox.Store) -> None:
    assert run_firewall(store, ROOT / "queries" / "firewall").results == ()


def test_is_the_same_each_time(graph: EventGraph) -> None:
    again = generate(DOCUMENTS)
    lines = snapshots.canonical_lines(graph.quads())
    assert snapshots.canonical_hash(lines) == snapshots.canonical_hash(snapshots.canonical_lines(again.quads()))
    assert len(lines) > 30_000


# These name one event, place or month that so small a graph need not have.
_MAY_BE_EMPTY = {"03-timeline", "05-bounding-box", "06-paths", "08-event-page", "12-actor-page"}


@pytest.mark.parametrize("path", sorted(QUERIES.glob("*.rq")), ids=lambda p: p.stem)
def test_researcher_query_has_an_answer(path: Path, store: ox.Store) -> None:
    found = store.query(path.read_text("utf-8"), use_default_graph_as_union=True)
    if isinstance(found, ox.QueryTriples):
        assert next(found, None) is not None
        return
    assert isinstance(found, ox.QuerySolutions)
    body = found.serialize(format=ox.QueryResultsFormat.JSON)
    assert body is not None
    assert rows_of(body) or path.stem in _MAY_BE_EMPTY

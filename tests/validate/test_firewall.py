"""The firewall runner: a query that finds something is a violation, and no query is never a pass."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from app.errors import DataError
from app.validate import run_firewall
from app.validate.terms import text_of
from app.vocab import CEV, RDF
from tests.validate.making import quads

EVENT = f"# Does an event carry blame?\nASK {{ ?e a <{CEV}Event> ; <{CEV}statesPerpetrator> ?x }}\n"
ROWS = f"# Which nodes do?\nSELECT ?e ?x {{ ?e a <{CEV}Event> ; <{CEV}statesPerpetrator> ?x }}\n"


def store(blamed: bool) -> ox.Store:
    """A store over a document, with or without blame on its event."""
    found = quads()
    event = next(q for q in found if q.predicate.value == RDF + "type" and text_of(q.object) == CEV + "Event")
    if blamed:
        elsewhere = ox.NamedNode("https://example.org/graph")
        perpetrator = ox.NamedNode(CEV + "statesPerpetrator")
        found.append(ox.Quad(event.subject, perpetrator, ox.NamedNode("https://example.org/x"), elsewhere))
    filled = ox.Store()
    filled.extend(found)
    return filled


@pytest.mark.parametrize("query", [EVENT, ROWS])
def test_blame_on_an_event_is_found_across_graphs(query: str, tmp_path: Path) -> None:
    (tmp_path / "fw01.rq").write_text(query, "utf-8")
    assert run_firewall(store(False), tmp_path).conforms
    report = run_firewall(store(True), tmp_path)
    assert not report.conforms
    assert query.splitlines()[0].lstrip("# ") in report.violations[0].message
    assert report.shapes_checked == 1


def test_no_query_and_broken_queries_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError):
        run_firewall(ox.Store(), tmp_path)
    (tmp_path / "fw01.rq").write_text("ASK {", "utf-8")
    with pytest.raises(DataError, match=r"fw01\.rq"):
        run_firewall(ox.Store(), tmp_path)
    (tmp_path / "fw01.rq").write_text("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "utf-8")
    with pytest.raises(DataError, match="ASK or SELECT"):
        run_firewall(ox.Store(), tmp_path)

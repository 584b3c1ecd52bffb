"""Examples in the SIB form: each parses, names its question and keywords, runs, and says what its competency question
says."""

from __future__ import annotations

from pathlib import Path

import pytest
import rdflib
from pyoxigraph import QuerySolutions, Store

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(p for p in (ROOT / "queries" / "examples").glob("*.ttl") if p.stem != "prefixes")
SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
KEYWORDS = rdflib.URIRef("https://schema.org/keywords")


def _select(path: Path) -> tuple[rdflib.Graph, rdflib.term.Node, str]:
    graph = rdflib.Graph().parse(path, format="turtle")
    subject = next(graph.subjects(rdflib.RDF.type, SH.SPARQLExecutable))
    return graph, subject, str(graph.value(subject, SH.select))


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 15


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_example_runs_and_answers(path: Path, demonstration: Path) -> None:
    graph, subject, query = _select(path)
    assert graph.value(subject, rdflib.RDFS.comment)
    assert list(graph.objects(subject, KEYWORDS))
    assert (subject, SH.prefixes, None) in graph
    rows = Store.read_only(str(demonstration / "store")).query(query, use_default_graph_as_union=True)
    assert isinstance(rows, QuerySolutions)
    assert next(rows, None) is not None


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_example_is_its_competency_question(path: Path) -> None:
    question = (ROOT / "queries" / "competency" / f"{path.stem}.rq").read_text("utf-8")
    plain = "\n".join(line for line in question.splitlines() if not line.startswith("#"))
    assert _select(path)[2].split() == plain.split()

"""The examples that the workbench reads by pattern are those that an RDF parser reads."""

from __future__ import annotations

from pathlib import Path

from rdflib import Graph
from rdflib.namespace import RDF, RDFS, SH, Namespace

from app.serve.workbench.examples import read_examples, read_questions

FOLDER = Path(__file__).parents[3] / "queries" / "examples"
SCHEMA = Namespace("https://schema.org/")


def test_all_are_read_and_none_differently() -> None:
    read = {example.name: example for example in read_examples(FOLDER)}
    graph = Graph()
    for path in FOLDER.glob("*.ttl"):
        graph.parse(path)
    things = list(graph.subjects(RDF.type, SH.SPARQLExecutable))
    assert len(things) == len(read) > 15
    for thing in things:
        example = read[str(thing).rsplit("/", 1)[-1]]
        query = next(v for p in (SH.select, SH.ask, SH.construct) if (v := graph.value(thing, p)) is not None)
        assert example.query == str(query)
        assert example.question == str(graph.value(thing, RDFS.comment))
        assert set(example.keywords) == {str(word) for word in graph.objects(thing, SCHEMA.keywords)}


def test_every_competency_question_asks_something_and_is_a_query() -> None:
    questions = read_questions(FOLDER.parent / "competency")
    assert len(questions) == len(list((FOLDER.parent / "competency").glob("*.rq"))) > 30
    for question in questions:
        assert len(question.question) > 15
        assert not question.query.startswith("#")
        assert "WHERE" in question.query

"""Two other SHACL engines as judges of ours: plain pyshacl, and (where installed) the `shacl` package."""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Any

import pyoxigraph as ox
import pyshacl
import rdflib
from pyoxigraph import RdfFormat

from app.errors import OntologyError, ShapesError
from app.validate.reading import read_folder, read_rdf
from app.vocab import CEV, SH
from tests.shapes.corpus import ONTOLOGY, SHAPES

Verdicts = Counter[tuple[str, str]]


def _turtle(quads: Sequence[ox.Quad]) -> str:
    data = ox.serialize((ox.Triple(q.subject, q.predicate, q.object) for q in quads), format=RdfFormat.N_TRIPLES)
    assert data is not None
    return data.decode()


@cache
def shapes_text() -> str:
    """All shapes as N-Triples."""
    return _turtle(read_folder(SHAPES, ShapesError))


@cache
def class_triples() -> tuple[ox.Quad, ...]:
    """The class tree and the types of the ontology: what an engine needs beside the data."""
    wanted = ("#type", "#subClassOf")
    return tuple(
        q
        for q in read_rdf(ONTOLOGY, OntologyError)
        if q.predicate.value.endswith(wanted)
        and isinstance(q.subject, ox.NamedNode)
        and isinstance(q.object, ox.NamedNode)
    )


@cache
def _shapes_graph() -> rdflib.Graph:
    return rdflib.Graph().parse(data=shapes_text(), format="nt")


def pyshacl_verdicts(quads: Sequence[ox.Quad]) -> Verdicts:
    """Counts of results by focus node and message, from plain pyshacl over data and class tree."""
    data = rdflib.Graph().parse(data=_turtle([*quads, *class_triples()]), format="nt")
    _, report, _ = pyshacl.validate(data, shacl_graph=_shapes_graph(), inference="none", advanced=False)
    sh = rdflib.Namespace(SH)
    found: Verdicts = Counter()
    for result in report.subjects(rdflib.RDF.type, sh.ValidationResult):
        found[str(report.value(result, sh.focusNode)), str(report.value(result, sh.resultMessage))] += 1
    return of_the_data(found)


def of_the_data(found: Verdicts) -> Verdicts:
    """Without the results on terms of the ontology, which stand beside the data only for their classes."""
    return Counter({key: count for key, count in found.items() if not key[0].startswith(CEV)})


def crate_verdicts(quads: Sequence[ox.Quad]) -> Verdicts:
    """The same from the `shacl` package."""
    report = _compiled().validate_text(_turtle([*quads, *class_triples()]), format="ntriples")
    return of_the_data(Counter((r.focus_node.strip("<>"), r.message) for r in report.results))


@cache
def _compiled() -> Any:
    return importlib.import_module("shacl").Shapes.from_text(shapes_text(), format="ntriples")

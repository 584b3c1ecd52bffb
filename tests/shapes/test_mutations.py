"""Whatever is taken from the shapes, or misspelt in them, is noticed: by the lint, or by an example."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pyoxigraph as ox
import pytest

from app.errors import OntologyError, ShapesError
from app.validate.classes import Context
from app.validate.engine import Finding, Nodes, ShapeBook
from app.validate.reading import read_rdf
from app.validate.shapes_lint import lint_quads
from app.validate.shapes_vocabulary import PARAMETERS
from app.vocab import CEVS, SH
from tests.shapes.corpus import ONTOLOGY, examples, fails, quality_shapes, shape_quads

# What changes no verdict when it is gone, but what people read; the lint demands it (below), not the examples.
WORDS = {"message", "severity", "name", "description"}
BOOK = ShapeBook(shape_quads(), "shapes")


@cache
def ontology() -> tuple[ox.Quad, ...]:
    return tuple(read_rdf(ONTOLOGY, OntologyError))


def subtree(root: ox.NamedNode) -> list[ox.Quad]:
    """The triples of a shape with all blank nodes below it."""
    by_subject: dict[object, list[ox.Quad]] = {}
    for quad in shape_quads():
        by_subject.setdefault(quad.subject, []).append(quad)
    found: list[ox.Quad] = []
    queue: list[object] = [root]
    seen: set[object] = {root}
    while queue:
        for quad in by_subject.get(queue.pop(), []):
            found.append(quad)
            if isinstance(quad.object, ox.BlankNode) and quad.object not in seen:
                seen.add(quad.object)
                queue.append(quad.object)
    return found


def is_noticed(shape: str, quads: list[ox.Quad]) -> bool:
    """Whether lint, compiler or an example of the shape notices that it has changed."""
    if any(lint_quads(quads, ontology(), is_quality=shape in quality_shapes())):
        return True
    try:
        book = ShapeBook(quads, "mutant")
    except ShapesError:
        return True
    return fails(_Beside(book, shape), [e for e in examples() if e.shape == shape])


class _Beside(ShapeBook):
    """A changed shape, with what the other shapes find in an example left as planned."""

    def __init__(self, book: ShapeBook, shape: str) -> None:
        self._book, self._shape = book, shape

    def check(self, nodes: Nodes, context: Context, judged: set[str] | None = None) -> Iterator[Finding]:
        """What the changed shape finds, and all others as they are."""
        yield from self._book.check(nodes, context, judged)
        yield from (f for f in _as_they_are(nodes, context) if f.shape != CEVS + self._shape)


_found: dict[tuple[object, ...], list[Finding]] = {}


def _as_they_are(nodes: Nodes, context: Context) -> list[Finding]:
    key = tuple(nodes.triples)
    if key not in _found:
        _found[key] = list(BOOK.check(nodes, context))
    return _found[key]


def removals(quads: list[ox.Quad]) -> Iterator[tuple[str, list[ox.Quad]]]:
    """Each constraint and each target taken away in turn."""
    for number, quad in enumerate(quads):
        name = quad.predicate.value.removeprefix(SH)
        if quad.predicate.value.startswith(SH) and name in PARAMETERS:
            yield f"without sh:{name} {quad.object}", quads[:number] + quads[number + 1 :]


def misspellings(quads: list[ox.Quad]) -> Iterator[tuple[str, list[ox.Quad]]]:
    """Each term of SHACL and of the ontology misspelt in turn, as predicate and as object."""
    for number, quad in enumerate(quads):
        if quad.predicate.value.startswith(SH):
            wrong = ox.Quad(quad.subject, ox.NamedNode(quad.predicate.value + "s"), quad.object)
            yield f"{quad.predicate} misspelt", [*quads[:number], wrong, *quads[number + 1 :]]
        if isinstance(quad.object, ox.NamedNode) and not quad.object.value.endswith("#nil"):
            wrong = ox.Quad(quad.subject, quad.predicate, ox.NamedNode(quad.object.value + "x"))
            yield f"{quad.object} misspelt", [*quads[:number], wrong, *quads[number + 1 :]]


SHAPES = [iri.removeprefix(CEVS) for iri in BOOK.shape_iris]


@pytest.mark.parametrize("shape", SHAPES)
def test_every_removal_is_noticed(shape: str) -> None:
    quads = subtree(ox.NamedNode(CEVS + shape))
    assert is_noticed(shape, quads) is False
    mutants = list(removals(quads))
    assert mutants
    assert [name for name, mutant in mutants if not is_noticed(shape, mutant)] == []


@pytest.mark.parametrize("shape", SHAPES)
def test_every_misspelling_is_found_by_the_lint(shape: str) -> None:
    quads = subtree(ox.NamedNode(CEVS + shape))
    is_quality = shape in quality_shapes()
    mutants = list(misspellings(quads))
    missed = [n for n, m in mutants if not any(lint_quads(m, ontology(), is_quality=is_quality))]
    assert missed == []

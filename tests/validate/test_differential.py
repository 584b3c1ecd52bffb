"""Our engine gives the verdicts of plain pyshacl, the judge, and of the `shacl` package: on examples and on mutants."""

from __future__ import annotations

import importlib.util
import random
from collections import Counter
from collections.abc import Sequence

import pyoxigraph as ox
import pytest

from app.model import Polarity, Span, StatementType
from app.validate.engine import Nodes, ShapeBook
from tests.mapping.making import claim, mapped, records
from tests.shapes.corpus import context, examples, shape_quads
from tests.validate.judges import Verdicts, crate_verdicts, of_the_data, pyshacl_verdicts

BOOK = ShapeBook(shape_quads(), "shapes")
ILL_TYPED = "2018-02-31"
needs_crate = pytest.mark.skipif(not importlib.util.find_spec("shacl"), reason="the package shacl is not installed")


def own_verdicts(quads: Sequence[ox.Quad]) -> Verdicts:
    return of_the_data(Counter((f.focus, f.message) for f in BOOK.check(Nodes.of(quads), context())))


def unquoted(found: Verdicts) -> Verdicts:
    """Focus nodes that are literals, as their text."""
    return Counter({(focus.split('"')[1] if focus.startswith('"') else focus, m): n for (focus, m), n in found.items()})


@needs_crate
def test_every_example_against_the_shacl_package() -> None:
    different = [e.name for e in examples() if own_verdicts(e.quads) != unquoted(crate_verdicts(e.quads))]
    assert different == []


def test_examples_against_pyshacl() -> None:
    # Every fifth: plain pyshacl takes 40 ms for each. All are judged by the package above and in the slow test.
    chosen = [e for e in examples()[::5] if not any(ILL_TYPED in str(q.object) for q in e.quads)]
    assert [e.name for e in chosen if own_verdicts(e.quads) != pyshacl_verdicts(e.quads)] == []


@pytest.mark.slow
def test_every_example_against_pyshacl() -> None:
    chosen = [e for e in examples() if not any(ILL_TYPED in str(q.object) for q in e.quads)]
    assert [e.name for e in chosen if own_verdicts(e.quads) != pyshacl_verdicts(e.quads)] == []


def document_quads() -> list[ox.Quad]:
    denial = claim(
        2, type=StatementType.DENIAL, polarity=Polarity.DENIED, denial_scope="statesInstrument", evidence=Span(71, 92)
    )
    return list(mapped(records(claim(), denial)).quads)


def mutants(count: int, seed: int) -> list[list[ox.Quad]]:
    """A document with one to three triples dropped, redirected or given the predicate of another."""
    chance = random.Random(seed)
    made = []
    for _ in range(count):
        quads = document_quads()
        for _ in range(chance.randint(1, 3)):
            position = chance.randrange(len(quads))
            quad, other = quads[position], chance.choice(quads)
            change = chance.randrange(3)
            if change == 0:
                del quads[position]
            elif change == 1:
                quads[position] = ox.Quad(quad.subject, quad.predicate, other.object, quad.graph_name)
            else:
                quads[position] = ox.Quad(quad.subject, other.predicate, other.object, quad.graph_name)
        made.append(quads)
    return made


def test_mutated_documents_against_pyshacl() -> None:
    wrong = [number for number, q in enumerate(mutants(25, seed=7)) if own_verdicts(q) != pyshacl_verdicts(q)]
    assert wrong == []


@needs_crate
def test_mutated_documents_against_the_shacl_package() -> None:
    # Sets, not counts: of a start that is a date the package says twice that it is wrong (no whole number, and not
    # comparable with the end, as the standard has it), pyshacl once.
    wrong = [n for n, q in enumerate(mutants(300, seed=11)) if set(own_verdicts(q)) != set(unquoted(crate_verdicts(q)))]
    assert wrong == []

"""Our shapes have no fault, and patterns that could run for ever are told from those that cannot."""

from __future__ import annotations

import time

import pytest

from app.errors import OntologyError
from app.validate.patterns import pattern_fault
from app.validate.reading import read_rdf
from app.validate.shapes_lint import lint_shapes
from app.validate.terms import text_of
from tests.shapes.corpus import ONTOLOGY, SHAPES, examples


def test_our_shapes_have_no_fault() -> None:
    ontology = read_rdf(ONTOLOGY, OntologyError)
    assert [str(f) for f in lint_shapes(SHAPES, ontology, [e.quads for e in examples()])] == []


def test_a_shape_for_which_there_is_no_node_is_found() -> None:
    ontology = read_rdf(ONTOLOGY, OntologyError)
    without = [e.quads for e in examples() if e.shape != "NoSameAsShape"]
    assert [f.rule for f in lint_shapes(SHAPES, ontology, without)] == ["no-focus-node"]


@pytest.mark.parametrize(
    "pattern",
    [
        "^(a+)+$",
        "^(a|a)*$",
        "^(a|aa)+$",
        "^a*a*b$",
        "a+",
        ".*x",
        "(",
        "",
        "(a)\\1",
        "^(?=a+)a",
        "^(a{1,50}){1,50}$",
        "^(.*,){11}P",
    ],
)
def test_dangerous_patterns(pattern: str) -> None:
    assert pattern_fault(pattern)


@pytest.mark.parametrize(
    "pattern", ["^https?://", "^[0-9a-f]{64}$", "^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$", "^[a-z]+$"]
)
def test_harmless_patterns(pattern: str) -> None:
    assert pattern_fault(pattern) is None


def test_no_pattern_of_ours_takes_long_on_hostile_text() -> None:
    import re

    from app.vocab import SH
    from tests.shapes.corpus import shape_quads

    patterns = {text_of(q.object) for q in shape_quads() if q.predicate.value == SH + "pattern"}
    assert len(patterns) > 5
    started = time.process_time()
    for pattern in sorted(patterns):
        for text in (
            "a" * 100_000,
            "1" * 100_000,
            "2018-" * 20_000,
            " " * 100_000,
            "home " * 20_000,
            "POINT(" * 20_000,
        ):
            re.search(pattern, text)
    assert time.process_time() - started < 2

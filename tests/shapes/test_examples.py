"""Every shape has examples that it passes and examples that it fails, and they do what their files say."""

from __future__ import annotations

import pytest

from app.validate.engine import ShapeBook
from app.vocab import CEVS
from tests.shapes.corpus import Example, examples, shape_quads, verdict

BOOK = ShapeBook(shape_quads(), "shapes")


def test_every_shape_has_a_passing_and_a_failing_example() -> None:
    wanted = {(iri.removeprefix(CEVS), kind) for iri in BOOK.shape_iris for kind in (True, False)}
    assert wanted - {(e.shape, e.is_valid) for e in examples()} == set()


def test_every_example_is_of_a_shape() -> None:
    assert {e.shape for e in examples()} <= {iri.removeprefix(CEVS) for iri in BOOK.shape_iris}


@pytest.mark.parametrize("example", examples(), ids=lambda e: e.name)
def test_example(example: Example) -> None:
    assert verdict(example, BOOK) is None

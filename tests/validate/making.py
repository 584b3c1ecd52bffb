"""A validator over our shapes and ontology, and documents to judge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import pyoxigraph as ox

from app.validate import Report, Validator
from app.vocab import CEV
from tests.mapping.making import claim, document, mapped, records
from tests.shapes.corpus import ONTOLOGY, SHAPES

TEXT = document().text
CEV_CLAIM = claim()


@cache
def validator() -> Validator:
    """The validator of the tests, built once: it keeps no state."""
    return Validator(SHAPES, ONTOLOGY)


def quads() -> list[ox.Quad]:
    """The quads of a small sound document."""
    return list(mapped(records(claim())).quads)


def check(changed: Sequence[ox.Quad], text: str | None = TEXT, body_line: int = 1) -> Report:
    """Judge the document of the tests."""
    return validator().check_document(changed, document_id="news-1", path="news-1.md", text=text, body_line=body_line)


def change(found: list[ox.Quad], name: str, new: Callable[[ox.Literal], object]) -> list[ox.Quad]:
    """Replace the values of a property of the ontology; None takes the triple away."""
    changed = []
    for quad in found:
        if quad.predicate.value == CEV + name:
            value = new(quad.object)  # type: ignore[arg-type]
            if value is not None:
                changed.append(ox.Quad(quad.subject, quad.predicate, value, quad.graph_name))  # type: ignore[arg-type]
        else:
            changed.append(quad)
    return changed


def shapes_of(report: Report) -> set[str]:
    """The local names of the shapes and checks that were violated."""
    return {r.shape.rsplit("#", 1)[1] for r in report.violations}

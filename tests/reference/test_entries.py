"""Reference data: labelled, neutral, persons with a public role, coordinates of Syria in Syria."""

from __future__ import annotations

import re
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from app.link import load_naming, load_reference
from app.link.naming import find_loaded_words
from app.vocab import CEV, DEFAULT_BASE, GEO

REFERENCE, QUADS = load_reference(Path("data/reference"), DEFAULT_BASE)
SYRIA = (35.4, 32.2, 42.5, 37.5)  # west, south, east, north, roughly


def _text(term: object) -> str:
    assert isinstance(term, NamedNode | Literal)
    return term.value


def test_labels_are_there_and_neutral() -> None:
    naming = load_naming(Path("data/naming.yaml"))
    assert len(REFERENCE.entries) > 443
    assert [e.iri for e in REFERENCE.entries if not e.label or find_loaded_words(e.label, naming)] == []


def test_persons_have_a_public_role() -> None:
    with_role = {_text(q.subject) for q in QUADS if q.predicate == NamedNode(CEV + "publicRole")}
    assert {e.iri for e in REFERENCE.entries if "Person" in e.classes} <= with_role


def test_points_of_syria_lie_in_syria() -> None:
    points = {_text(q.subject): _text(q.object) for q in QUADS if q.predicate == NamedNode(GEO + "asWKT")}
    geometry = {
        _text(q.subject): _text(q.object) for q in QUADS if q.predicate == NamedNode(GEO + "hasDefaultGeometry")
    }
    west, south, east, north = SYRIA
    outside, seen = [], 0
    for entry in REFERENCE.entries:
        if entry.iri in geometry and entry.part_of == DEFAULT_BASE + "id/place/syria":
            lon, lat = map(float, re.findall(r"-?\d+\.?\d*", points[geometry[entry.iri]]))
            seen += 1
            outside += [] if west <= lon <= east and south <= lat <= north else [entry.iri]
    assert seen > 10
    assert outside == []

"""The example corpus of the shapes, read once: what each file must break, and what it breaks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from app.errors import OntologyError, ShapesError
from app.validate.classes import Context
from app.validate.engine import Nodes, ShapeBook
from app.validate.reading import read_folder, read_rdf
from app.vocab import CEVS

ROOT = Path(__file__).parents[2]
SHAPES = ROOT / "shapes"
ONTOLOGY = ROOT / "ontology" / "cev.ttl"


@dataclass(frozen=True)
class Example:
    """One example file: the shape it is of, how many results that shape must have, and which others may have some."""

    path: Path
    shape: str
    is_valid: bool
    results: int
    also: frozenset[str]
    quads: tuple[ox.Quad, ...]

    @property
    def name(self) -> str:
        """Folder and file, for the names of tests."""
        return f"{self.shape}/{self.path.stem}"


@cache
def examples() -> tuple[Example, ...]:
    """All examples, by name."""
    return tuple(_read(path) for path in sorted((SHAPES / "examples").rglob("*.ttl")))


def _read(path: Path) -> Example:
    text = path.read_text("utf-8")
    breaks = re.search(r"^# breaks: (\w+) (\d+)$", text, re.MULTILINE)
    also = re.search(r"^# also: ([\w ]+)$", text, re.MULTILINE)
    is_valid = path.stem.startswith("valid-")
    assert is_valid or (breaks and breaks[1] == path.parent.name), f"{path} does not say what it breaks"
    return Example(
        path,
        path.parent.name,
        is_valid,
        int(breaks[2]) if breaks else 0,
        frozenset(also[1].split() if also else ()),
        tuple(read_rdf(path, ShapesError)),
    )


@cache
def shape_quads(name: str | None = None) -> tuple[ox.Quad, ...]:
    """The quads of the shapes files, of both or of one."""
    return tuple(read_folder(SHAPES, ShapesError) if name is None else read_rdf(SHAPES / name, ShapesError))


@cache
def context() -> Context:
    """What the ontology says of classes."""
    return Context(read_rdf(ONTOLOGY, OntologyError))


@cache
def quality_shapes() -> frozenset[str]:
    """The local names of the shapes of quality.ttl."""
    names = {str(q.subject.value) for q in shape_quads("quality.ttl") if isinstance(q.subject, ox.NamedNode)}
    return frozenset(n.removeprefix(CEVS) for n in names if n.startswith(CEVS))


def broken_by(example: Example, book: ShapeBook) -> Counter[tuple[str, str]]:
    """How many results each shape has for an example, by (shape, severity)."""
    found = book.check(Nodes.of(example.quads), context())
    return Counter((f.shape.removeprefix(CEVS), f.severity) for f in found)


def verdict(example: Example, book: ShapeBook) -> str | None:
    """Return how an example differs from what its file says, or None."""
    found = broken_by(example, book)
    severity = "Warning" if example.shape in quality_shapes() else "Violation"
    own = found.pop((example.shape, severity), 0)
    if own != example.results:
        return f"{example.shape} has {own} {severity}(s), not {example.results}"
    # Beside its plan an example of a core shape may leave warnings, one of quality nothing worse.
    others = {shape for shape, kind in found if kind == "Violation"}
    if others != set(example.also):
        return f"also broken: {sorted(others)}, planned: {sorted(example.also)}"
    return None


def fails(book: ShapeBook, chosen: Iterable[Example]) -> bool:
    """Whether any of some examples is not as its file says."""
    return any(verdict(example, book) for example in chosen)

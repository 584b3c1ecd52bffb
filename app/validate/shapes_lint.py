"""Finds what is wrong with shapes: pyshacl passes a misspelt shape silently and then says that all conforms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from app.errors import ShapesError
from app.validate import shapes_rules, shapes_values
from app.validate.classes import Context
from app.validate.engine import Nodes, ShapeBook
from app.validate.reading import read_rdf
from app.validate.shapes_graph import Fault, Shapes
from app.vocab import CEVS, local_name

QUALITY_FILE = "quality.ttl"


@dataclass(frozen=True, slots=True, order=True)
class LintFinding:
    """One fault of a shapes file: where, under which rule, what, and what to do; `line` is from 1 or None."""

    file: str
    line: int | None
    rule: str
    shape: str
    message: str
    advice: str = field(default="", compare=False)

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{where} — {local_name(self.shape) or self.shape}: {self.message} [{self.rule}]. {self.advice}".rstrip()


def lint_shapes(
    folder: Path, ontology: Sequence[ox.Quad], examples: Iterable[Sequence[ox.Quad]] = ()
) -> list[LintFinding]:
    """Return all faults of the shapes in a folder, sorted; with `examples` also the shapes that none of them is for.

    Raises ShapesError with `file:line:column` where a file is not well-formed.
    """
    findings: list[LintFinding] = []
    files = sorted(folder.glob("*.ttl"))
    if not files:
        raise ShapesError("no .ttl file found", where=str(folder), advice="Name the folder that holds the shapes.")
    quads: list[ox.Quad] = []
    for file in files:
        own = read_rdf(file, ShapesError)
        quads += own
        text = file.read_text("utf-8")
        for fault in lint_quads(own, ontology, is_quality=file.name == QUALITY_FILE):
            findings.append(_located(fault, file, text))
    unused = _without_focus(quads, ontology, list(examples))
    findings += [LintFinding(str(folder), None, "no-focus-node", shape, *words) for shape, words in unused]
    return sorted(set(findings), key=lambda f: (f.file, f.line or 0, f.rule, f.shape, f.message))


def lint_quads(quads: Sequence[ox.Quad], ontology: Sequence[ox.Quad], *, is_quality: bool = False) -> Iterator[Fault]:
    """Yield the faults of one file of shapes that can be seen without data."""
    shapes = Shapes(quads)
    yield from shapes_rules.check_terms(shapes, ontology)
    yield from shapes_values.check_values(shapes)
    yield from shapes_values.check_paths(shapes)
    yield from shapes_rules.check_shapes(shapes, is_quality=is_quality)
    yield from shapes_rules.check_reach(shapes)


def _without_focus(
    quads: Sequence[ox.Quad], ontology: Sequence[ox.Quad], examples: list[Sequence[ox.Quad]]
) -> Iterator[tuple[str, tuple[str, str]]]:
    if not examples:
        return
    context = Context(ontology)
    try:
        book = ShapeBook(quads, "shapes")
    except ShapesError as error:
        yield CEVS, (str(error), "Mend the shape: nothing can be judged with it.")
        return
    waiting = set(book.shape_iris)
    for example in examples:
        waiting -= {shape for shape, focus in book.focus_nodes(Nodes.of(example), context).items() if focus}
    for shape in sorted(waiting):
        yield shape, ("no node of any example is a focus node of the shape", "Look at its target, or add examples.")


def _located(fault: Fault, file: Path, text: str) -> LintFinding:
    """Give a fault the line of its shape, or of the first use of the term that it names within that shape."""
    start = _find(text, fault.shape, 0)
    place = _find(text, fault.term, max(start, 0)) if fault.term else start
    if place < 0:
        place = start
    line = text.count("\n", 0, place) + 1 if place >= 0 else None
    return LintFinding(str(file), line, fault.rule, fault.shape, fault.message, fault.advice)


def _find(text: str, iri: str, start: int) -> int:
    name = local_name(iri)
    found = re.compile(rf"[:/#]{re.escape(name)}(?![\w-])").search(text, start) if name else None
    return found.start() if found else -1

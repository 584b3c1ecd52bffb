"""Judges documents one by one, and then the whole graph: shapes, and the checks that shapes cannot make."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import pyoxigraph as ox

from app.errors import OntologyError, ShapesError
from app.validate.classes import SUBCLASS, TYPE, Context
from app.validate.engine import Finding, Nodes, ShapeBook
from app.validate.findings import NEUTRAL_LABEL, PLAIN_TERMS, all_checks
from app.validate.graph_checks import GraphChecks
from app.validate.labels import LOADED_WORDS, check_labels
from app.validate.places import Places
from app.validate.reading import read_folder, read_rdf
from app.validate.report import Report, Result, Severity
from app.validate.terms import text_of
from app.validate.text_checks import check_text
from app.vocab import CEV, cev

# Links of a document to event hubs, which the graph of merges describes; `check_all` proves that they exist.
_TO_EVENTS = frozenset(
    cev(n) for n in ("accountOf", "statesBreachOf", "statesInvestigationOf", "statesResponseTo", "sameMatterAs")
)
_CHUNK_TRIPLES = 5_000
_DOCUMENT, _EVENT = (ox.NamedNode(CEV + n) for n in ("SourceDocument", "Event"))
Subject = ox.NamedNode | ox.BlankNode | ox.Triple


class Validator:
    """Shapes, ontology and reference data read once per process; judging changes nothing in it."""

    def __init__(
        self,
        shapes: Path,
        ontology: Path,
        context: Iterable[ox.Quad] = (),
        *,
        loaded_words: Collection[str] = LOADED_WORDS,
    ) -> None:
        """Read the `.ttl` files of the folder `shapes`, and the file or folder `ontology`; `context` is reference data.

        Raises ShapesError or OntologyError with `file:line:column`.
        """
        self._book = ShapeBook(read_folder(shapes, ShapesError), str(shapes))
        terms = read_folder(ontology, OntologyError) if ontology.is_dir() else read_rdf(ontology, OntologyError)
        self._terms = [*terms, *context]
        self._context = Context(self._terms)
        self._loaded_words = frozenset(loaded_words)
        self.shapes_checked = len(self._book) + sum(1 for _ in all_checks())

    def check_document(
        self, quads: Sequence[ox.Quad], *, document_id: str, path: str, text: str | None, body_line: int = 1
    ) -> Report:
        """Judge the nodes of one document against all shapes, its quotes against `text`, its labels against the list.

        Nodes that only reference data or the ontology describe are known by their classes. `path` goes into results.
        """
        quads, results = _without_quoted(quads)
        nodes = Nodes.of(quads)
        self._assume_hubs(quads, nodes)
        results += (_result(f) for f in self._book.check(nodes, self._context))
        results += check_text(quads, document_id, text)
        results += self._label_results(quads)
        if not results:
            return Report((), self.shapes_checked)
        places = Places(quads, text, body_line)
        placed = (replace(r, document_id=document_id, file=path, line=places.line(r.focus)) for r in results)
        return Report.of(placed, self.shapes_checked)

    def check_all(self, quads: Iterable[ox.Quad]) -> Report:
        """Judge the whole graph: what lies across documents, and the shapes of all nodes outside their graphs.

        `quads` is read several times, in canonical order (a list is sorted first), node after node: what is kept of
        each is its classes, and what propositions are held against.
        """
        if isinstance(quads, Sequence):
            quads = sorted(quads, key=str)
        results: list[Result] = []
        checks = GraphChecks()
        documents: set[object] = set()
        classes: list[ox.Quad] = []
        for subject, own in _nodes(quads):
            whole, quoted = _without_quoted(own)
            results += quoted
            checks.know(text_of(subject), whole)
            documents.update(q.graph_name for q in whole if q.object == _DOCUMENT and q.predicate.value == TYPE)
            classes += (q for q in whole if q.predicate.value == SUBCLASS)
        context = self._context.within(checks.types, classes)
        outside = _Chunks(self._book, context)
        for subject, own in _nodes(quads):
            whole, _ = _without_quoted(own)
            results += checks.check(text_of(subject), whole, self._context)
            beside = [q for q in whole if q.graph_name not in documents]
            if beside:
                results += self._label_results(beside)
                if _is_judged_here(subject, whole, documents):
                    results += outside.take(subject, whole)
        results += outside.finish()
        results += checks.finish()
        return Report.of(results, self.shapes_checked)

    def _label_results(self, quads: Iterable[ox.Quad]) -> Iterator[Result]:
        for node, label, words in check_labels(quads, self._loaded_words):
            yield NEUTRAL_LABEL.result(node, f"The label uses {', '.join(words)}", value=label)

    def _assume_hubs(self, quads: Iterable[ox.Quad], nodes: Nodes) -> None:
        """Take nodes that only a document's event links name for events, as the graph of merges will say."""
        targets = {q.object for q in quads if q.predicate.value in _TO_EVENTS and isinstance(q.object, ox.NamedNode)}
        described = {q.subject for q in quads}
        kind = ox.NamedNode(TYPE)
        for target in sorted(targets - described, key=str):
            if not self._context.types(target.value):
                nodes.triples.extend(Nodes.of([ox.Quad(target, kind, _EVENT)]).triples)


class _Chunks:
    """Judges nodes of reference data, merges and propositions some at a time, each with all its own triples."""

    def __init__(self, book: ShapeBook, context: Context) -> None:
        self._book = book
        self._context = context
        self._quads: list[ox.Quad] = []
        self._judged: set[str] = set()

    def take(self, subject: Subject, quads: Sequence[ox.Quad]) -> Iterator[Result]:
        """Take all triples of one node; results come when enough have come together."""
        self._quads += quads
        self._judged.add(text_of(subject))
        if len(self._quads) >= _CHUNK_TRIPLES:
            yield from self.finish()

    def finish(self) -> Iterator[Result]:
        """Judge what was taken."""
        yield from (_result(f) for f in self._book.check(Nodes.of(self._quads), self._context, self._judged))
        self._quads, self._judged = [], set()


def _nodes(quads: Iterable[ox.Quad]) -> Iterator[tuple[Subject, list[ox.Quad]]]:
    """Quads in canonical order by their subjects."""
    for subject, own in groupby(quads, key=lambda q: q.subject):
        yield subject, list(own)


def _is_judged_here(subject: Subject, quads: Sequence[ox.Quad], documents: Collection[object]) -> bool:
    """Whether no document's own check judged a node: what a document describes was judged with it; only its events get
    more triples from elsewhere. Terms of the ontology are judged by nobody."""
    if text_of(subject).startswith(CEV):
        return False
    types = [q for q in quads if q.predicate.value == TYPE]
    return any(q.object == _EVENT for q in types) or not any(q.graph_name in documents for q in types)


def _without_quoted(quads: Sequence[ox.Quad]) -> tuple[list[ox.Quad], list[Result]]:
    """Set aside quads with quoted triples (RDF 1.2), which no graph of ours holds, with a result for each."""
    kept, results = [], []
    for quad in quads:
        if isinstance(quad.subject, ox.Triple) or isinstance(quad.object, ox.Triple):
            results.append(PLAIN_TERMS.result(text_of(quad.subject), "A quoted triple stands in the data"))
        else:
            kept.append(quad)
    return kept, results


def _result(finding: Finding) -> Result:
    """Part a shape's message into what is wrong and what to do: the first sentence, and the rest."""
    message, _, advice = finding.message.partition(". ")
    return Result(
        severity=Severity.VIOLATION if finding.severity == "Violation" else Severity.WARNING,
        shape=finding.shape,
        shape_label=finding.shape_label,
        focus=finding.focus,
        message=message.rstrip("."),
        path=finding.path,
        value=finding.value,
        advice=advice,
    )

"""Judges documents one by one, and then the whole graph: shapes, and the checks that shapes cannot make."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox

from app.errors import OntologyError, ShapesError
from app.validate.classes import TYPE, Context
from app.validate.engine import Finding, Nodes, ShapeBook
from app.validate.findings import NEUTRAL_LABEL, all_checks
from app.validate.graph_checks import check_graph
from app.validate.labels import LOADED_WORDS, check_labels
from app.validate.places import Places
from app.validate.reading import read_folder, read_rdf
from app.validate.report import Report, Result, Severity
from app.validate.text_checks import check_text
from app.vocab import CEV, RDF, cev

# Links of a document to event hubs, which the graph of merges describes; `check_all` proves that they exist.
_TO_EVENTS = frozenset(
    cev(n) for n in ("accountOf", "statesBreachOf", "statesInvestigationOf", "statesResponseTo", "sameMatterAs")
)
_CHUNK_TRIPLES = 5_000


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
        """Read the `.ttl` files of the folder `shapes` and the file (or folder) `ontology`; `context` is the reference data.

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
        """Judge the nodes of one document against all shapes, its quotes against `text`, its labels against the naming list.

        Nodes that only reference data or the ontology describe are known by their classes. `path` and lines go into the results.
        """
        nodes = Nodes.of(quads)
        self._assume_hubs(quads, nodes)
        results = [_result(f) for f in self._book.check(nodes, self._context)]
        results += check_text(quads, document_id, text)
        results += self._label_results(quads)
        if not results:
            return Report((), self.shapes_checked)
        places = Places(quads, text, body_line)
        placed = (replace(r, document_id=document_id, file=path, line=places.line(r.focus)) for r in results)
        return Report.of(placed, self.shapes_checked)

    def check_all(self, quads: Iterable[ox.Quad]) -> Report:
        """Judge the whole graph: what lies across documents, and the shapes of all nodes outside the documents' graphs."""
        quads = list(quads)
        results = list(check_graph(quads, self._context))
        documents = {
            q.graph_name for q in quads if q.predicate.value == TYPE and q.object.value == CEV + "SourceDocument"
        }
        outside = [q for q in quads if q.graph_name not in documents]
        results += self._label_results(outside)
        results += self._check_outside(quads, outside)
        return Report.of(results, self.shapes_checked)

    def _label_results(self, quads: Iterable[ox.Quad]) -> Iterator[Result]:
        for node, label, words in check_labels(quads, self._loaded_words):
            yield NEUTRAL_LABEL.result(node, f"The label uses {', '.join(words)}", value=label)

    def _assume_hubs(self, quads: Iterable[ox.Quad], nodes: Nodes) -> None:
        """Take nodes that only a document's event links name for events, as the graph of merges will say."""
        targets = {q.object for q in quads if q.predicate.value in _TO_EVENTS and isinstance(q.object, ox.NamedNode)}
        described = {q.subject for q in quads}
        event = ox.NamedNode(CEV + "Event")
        kind = ox.NamedNode(RDF + "type")
        for target in sorted(targets - described, key=str):
            if not self._context.types(target.value):
                nodes.triples.extend(Nodes.of([ox.Quad(target, kind, event)]).triples)

    def _check_outside(self, quads: Sequence[ox.Quad], outside: Sequence[ox.Quad]) -> Iterator[Result]:
        """Judge nodes of reference data, merges and propositions in chunks, each with all its triples of whatever graph."""
        subjects = {
            q.subject for q in outside if isinstance(q.subject, ox.NamedNode) and q.subject.value.find(CEV) != 0
        }
        by_subject: dict[ox.NamedNode | ox.BlankNode, list[ox.Quad]] = {s: [] for s in subjects}
        pointing: dict[ox.NamedNode | ox.BlankNode, list[ox.Quad]] = {}
        inverse = frozenset(cev(n) for n in ("expresses", "hasAccount"))
        for quad in quads:
            own = by_subject.get(quad.subject)
            if own is not None:
                own.append(quad)
            if quad.predicate.value in inverse and quad.object in by_subject:
                pointing.setdefault(quad.object, []).append(quad)
        context = Context([*quads, *self._terms])
        chunk: list[ox.Quad] = []
        judged: set[str] = set()
        for subject in sorted(subjects, key=str):
            chunk += by_subject[subject]
            chunk += pointing.get(subject, [])
            judged.add(str(subject.value))
            if len(chunk) >= _CHUNK_TRIPLES:
                yield from (_result(f) for f in self._book.check(Nodes.of(chunk), context, judged))
                chunk, judged = [], set()
        yield from (_result(f) for f in self._book.check(Nodes.of(chunk), context, judged))


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

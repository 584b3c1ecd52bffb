"""Judges documents one by one, and then the whole graph: shapes, and the checks that shapes cannot make."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox

from app.errors import OntologyError, ShapesError
from app.validate.classes import TYPE, Context
from app.validate.engine import Finding, Nodes, ShapeBook
from app.validate.findings import NEUTRAL_LABEL, PLAIN_TERMS, all_checks
from app.validate.graph_checks import check_graph
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
        """Judge the whole graph: what lies across documents, and the shapes of all nodes outside their graphs."""
        quads, results = _without_quoted(list(quads))
        results += check_graph(quads, self._context)
        documents = {q.graph_name for q in quads if q.object == _DOCUMENT and q.predicate.value == TYPE}
        outside = [q for q in quads if q.graph_name not in documents]
        results += self._label_results(outside)
        # What a document describes was judged with it; only its events get more triples from elsewhere.
        inside = {q.subject for q in quads if q.predicate.value == TYPE and q.graph_name in documents}
        inside -= {q.subject for q in quads if q.predicate.value == TYPE and q.object == _EVENT}
        results += self._check_outside(quads, {q.subject for q in outside} - inside)
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

    def _check_outside(self, quads: Sequence[ox.Quad], subjects: set[Subject]) -> Iterator[Result]:
        """Judge nodes of reference data, merges and propositions in chunks, each with all its own triples."""
        by_subject: dict[Subject, list[ox.Quad]] = {s: [] for s in subjects if not text_of(s).startswith(CEV)}
        for quad in quads:
            own = by_subject.get(quad.subject)
            if own is not None:
                own.append(quad)
        context = Context([*quads, *self._terms])
        chunk: list[ox.Quad] = []
        judged: set[str] = set()
        for subject in sorted(by_subject, key=str):
            chunk += by_subject[subject]
            judged.add(text_of(subject))
            if len(chunk) >= _CHUNK_TRIPLES:
                yield from (_result(f) for f in self._book.check(Nodes.of(chunk), context, judged))
                chunk, judged = [], set()
        yield from (_result(f) for f in self._book.check(Nodes.of(chunk), context, judged))


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

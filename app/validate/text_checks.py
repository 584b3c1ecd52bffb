"""What one document's graph must hold besides its shapes: true quotes, the frozen text, plain terms."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence

import pyoxigraph as ox

from app.validate.findings import FROZEN, ONE_DOCUMENT, PLAIN_TERMS, QUOTE
from app.validate.report import Result
from app.validate.terms import is_refused, text_of
from app.vocab import CEV, DCTERMS, RDF, cev

MASK = "█"
# Control characters hide text from readers; tab, line feed and carriage return are the exception.
_HIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_QUOTING = frozenset([cev("quote"), cev("hedge"), cev("timeText"), cev("figureText"), cev("statesMotive")])
_Values = dict[str, dict[str, list[str]]]


def check_text(quads: Sequence[ox.Quad], document_id: str, text: str | None) -> Iterator[Result]:
    """Yield what is wrong with terms, graph, text and quotes; without `text`, lengths of quotes are still checked."""
    yield from _check_terms(quads)
    values = _values(quads)
    yield from _check_document(quads, values, document_id, text)
    for mention in sorted(_typed(quads, "Mention")):
        yield from _check_quote(mention, values.get(mention, {}), text)


def _values(quads: Sequence[ox.Quad]) -> _Values:
    wanted: set[str] = {cev(n) for n in ("charStart", "charEnd", "quote", "redacted", "textSha256", "characterCount")}
    wanted.add(DCTERMS + "identifier")
    values: _Values = {}
    for quad in quads:
        if quad.predicate.value in wanted and isinstance(quad.object, ox.Literal):
            own = values.setdefault(text_of(quad.subject), {})
            own.setdefault(quad.predicate.value, []).append(text_of(quad.object))
    return values


def _typed(quads: Sequence[ox.Quad], name: str) -> set[str]:
    wanted = ox.NamedNode(CEV + name)
    return {text_of(q.subject) for q in quads if q.object == wanted and q.predicate.value == RDF + "type"}


def _check_terms(quads: Sequence[ox.Quad]) -> Iterator[Result]:
    for quad in quads:
        subject, value = quad.subject, quad.object
        if isinstance(subject, ox.BlankNode) or isinstance(value, ox.BlankNode):
            yield PLAIN_TERMS.result(text_of(subject), "A blank node stands in the data", path=quad.predicate.value)
        if not isinstance(value, ox.Literal):
            continue
        if is_refused(value):
            yield PLAIN_TERMS.result(
                text_of(subject),
                f"A literal has a datatype or length that no value of ours has: {value.datatype.value}",
                path=quad.predicate.value,
                value=value.value[:80],
            )
        elif _HIDDEN.search(value.value) and quad.predicate.value not in _QUOTING:
            yield PLAIN_TERMS.result(
                text_of(subject), "A text holds control characters", path=quad.predicate.value, value=value.value[:80]
            )


def _check_document(quads: Sequence[ox.Quad], values: _Values, document_id: str, text: str | None) -> Iterator[Result]:
    documents = sorted(_typed(quads, "SourceDocument"))
    if len(documents) != 1:
        focus = documents[0] if documents else document_id
        yield ONE_DOCUMENT.result(focus, f"The graph describes {len(documents)} documents, not one")
    graphs = {q.graph_name for q in quads}
    if len(graphs) > 1:
        yield ONE_DOCUMENT.result(document_id, f"The document stands in {len(graphs)} graphs, not one")
    for document in documents:
        own = values.get(document, {})
        if document_id not in own.get(DCTERMS + "identifier", []):
            yield ONE_DOCUMENT.result(document, f"The identifier of the document is not {document_id!r}")
        if text is None:
            continue
        sha = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        if own.get(cev("textSha256")) not in (None, [sha]):
            yield FROZEN.result(document, "The SHA-256 of the text is another one", path=cev("textSha256"), value=sha)
        if own.get(cev("characterCount")) not in (None, [str(len(text))]):
            yield FROZEN.result(
                document, "The text has another length", path=cev("characterCount"), value=str(len(text))
            )


def _check_quote(mention: str, own: dict[str, list[str]], text: str | None) -> Iterator[Result]:
    quotes = own.get(cev("quote"), [])
    bounds = [_number(own.get(cev(n), [])) for n in ("charStart", "charEnd")]
    start, end = bounds
    if len(quotes) != 1 or start is None or end is None:
        return  # The mention's shape has said so.
    quote = quotes[0]
    if len(quote) != end - start:
        message = f"The quote has {len(quote)} characters, its span {end - start}"
        yield QUOTE.result(mention, message, path=cev("quote"), value=quote[:80])
        return
    if text is None:
        return
    if end > len(text):
        yield QUOTE.result(mention, f"The span ends at {end}, the text at {len(text)}", path=cev("charEnd"))
        return
    words = text[start:end]
    redacted = own.get(cev("redacted")) == ["true"]
    same = quote == words or (redacted and all(q in (MASK, w) for q, w in zip(quote, words, strict=True)))
    if not same:
        message = f"The quote is not the text from {start} to {end}"
        yield QUOTE.result(mention, message, path=cev("quote"), value=quote[:80])


def _number(values: list[str]) -> int | None:
    if len(values) != 1 or len(values[0]) > 12 or not values[0].isascii() or not values[0].isdigit():
        return None
    return int(values[0])

"""Short ways to write RDF terms and quads; literals are written in the canonical form that the store keeps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache

from pyoxigraph import Literal, NamedNode, Quad

from app.vocab import CEV, RDF, RDFS, XSD

Term = NamedNode | Literal
TYPE = NamedNode(RDF + "type")
LABEL = NamedNode(RDFS + "label")
_INTEGER = NamedNode(XSD + "integer")
_DECIMAL = NamedNode(XSD + "decimal")
_DATE = NamedNode(XSD + "date")
_BOOLEAN = NamedNode(XSD + "boolean")


@lru_cache(maxsize=4096)
def node(iri: str) -> NamedNode:
    """Return the named node of an IRI."""
    return NamedNode(iri)


@lru_cache(maxsize=1024)
def term(name: str) -> NamedNode:
    """Return the ontology term of a local name."""
    return NamedNode(CEV + name)


def text(value: str) -> Literal:
    """Return a plain string literal."""
    return Literal(value)


def english(value: str) -> Literal:
    """Return a string literal in English."""
    return Literal(value, language="en")


def integer(value: int) -> Literal:
    """Return an xsd:integer literal."""
    return Literal(str(value), datatype=_INTEGER)


def decimal(value: float, digits: int = 3) -> Literal:
    """Return an xsd:decimal literal in canonical form, rounded to `digits` (Oxigraph rewrites `1.50` to `1.5`)."""
    plain = f"{Decimal(str(round(value, digits))):f}"
    whole, _, fraction = plain.partition(".")
    fraction = fraction.rstrip("0")
    return Literal(f"{whole}.{fraction}" if fraction else whole, datatype=_DECIMAL)


def day(value: date) -> Literal:
    """Return an xsd:date literal."""
    return Literal(value.isoformat(), datatype=_DATE)


def boolean(value: bool) -> Literal:
    """Return an xsd:boolean literal."""
    return Literal("true" if value else "false", datatype=_BOOLEAN)


class GraphWriter:
    """Collects the quads of one named graph, each once, in a set; `quads` gives them sorted by their N-Quads form."""

    def __init__(self, graph: str) -> None:
        """`graph` is the IRI of the named graph."""
        self.graph = NamedNode(graph)
        self._triples: set[tuple[NamedNode, NamedNode, Term]] = set()

    def add(self, subject: str, predicate: NamedNode | str, value: Term) -> None:
        """Add one triple; a `str` predicate is the local name of an ontology term."""
        self._triples.add((node(subject), term(predicate) if isinstance(predicate, str) else predicate, value))

    def link(self, subject: str, predicate: NamedNode | str, target: str) -> None:
        """Add one triple whose object is an IRI."""
        self.add(subject, predicate, node(target))

    def typed(self, subject: str, *classes: str) -> None:
        """Add the types of a node, by local names of ontology classes."""
        for name in classes:
            self.add(subject, TYPE, term(name))

    def has_type(self, subject: str, name: str) -> bool:
        """Whether a node already has a type, given by local name."""
        return (node(subject), TYPE, term(name)) in self._triples

    def count(self, name: str) -> int:
        """How many nodes have a type, given by local name."""
        return sum(1 for _, p, o in self._triples if p == TYPE and o == term(name))

    def quads(self) -> Iterator[Quad]:
        """Yield the quads, sorted."""
        for s, p, o in sorted(self._triples, key=lambda t: (t[0].value, t[1].value, str(t[2]))):
            yield Quad(s, p, o, self.graph)

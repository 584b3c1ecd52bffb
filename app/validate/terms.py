"""RDF terms from pyoxigraph's form to rdflib's, with nothing in a literal that could hurt its reader."""

from __future__ import annotations

from functools import lru_cache

import pyoxigraph as ox
import rdflib

from app.vocab import GEO, RDF, XSD

# rdflib works out the value of a literal when it is made: XML is parsed, entities expanded. Only these are let through.
KNOWN_DATATYPES = frozenset(
    [
        *(XSD + n for n in ("string", "integer", "decimal", "boolean", "date", "dateTime", "gYear", "gYearMonth")),
        *(XSD + n for n in ("nonNegativeInteger", "anyURI", "double")),
        RDF + "langString",
        GEO + "wktLiteral",
    ]
)
_REFUSED = rdflib.URIRef("urn:x-rashomon:refused-datatype")
_PLAIN = XSD + "string"
_TEXTUAL = frozenset([GEO + "wktLiteral", XSD + "anyURI"])
MAX_NUMBER_CHARS = 64

OxTerm = ox.NamedNode | ox.BlankNode | ox.Literal
RdflibTerm = rdflib.URIRef | rdflib.BNode | rdflib.Literal


@lru_cache(maxsize=65_536)
def iri(value: str) -> rdflib.URIRef:
    """Return rdflib's form of an IRI."""
    return rdflib.URIRef(value)


def is_refused(literal: ox.Literal) -> bool:
    """Whether a literal has a datatype that no data of ours has, or a number too long to be one."""
    datatype = literal.datatype.value
    if datatype not in KNOWN_DATATYPES:
        return True
    is_text = datatype == _PLAIN or literal.language is not None or datatype in _TEXTUAL
    return not is_text and len(literal.value) > MAX_NUMBER_CHARS


def to_rdflib(term: object) -> RdflibTerm:
    """Return rdflib's form of a term; a blank node becomes an IRI, a refused literal one that fits no datatype.

    Raises TypeError for quoted triples, which no graph of ours holds.
    """
    if isinstance(term, ox.NamedNode):
        return iri(term.value)
    if isinstance(term, ox.Literal):
        if term.language is not None:
            return rdflib.Literal(term.value, lang=term.language)
        datatype = term.datatype.value
        if datatype == _PLAIN:
            return rdflib.Literal(term.value)
        if is_refused(term):
            return rdflib.Literal(term.value, datatype=_REFUSED)
        return _typed(term.value, datatype)
    if isinstance(term, ox.BlankNode):
        return iri(f"urn:x-rashomon:blank:{term.value}")
    raise TypeError(f"no place for {type(term).__name__} in a graph")


@lru_cache(maxsize=65_536)
def _typed(value: str, datatype: str) -> rdflib.Literal:
    return rdflib.Literal(value, datatype=iri(datatype), normalize=False)


def shape_term(term: object) -> RdflibTerm:
    """Return rdflib's form of a term of the shapes, whose blank nodes stay blank."""
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    return to_rdflib(term)

"""RDF terms from pyoxigraph's form to rdflib's, with nothing in a literal that could hurt its reader."""

from __future__ import annotations

import re
from datetime import date, datetime
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
_ZONE = r"(Z|[+-][01][0-9]:[0-5][0-9])?"
_FORMS = {
    XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    XSD + "nonNegativeInteger": re.compile(r"[+]?[0-9]+"),
    XSD + "decimal": re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"),
    XSD + "double": re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?"),
    XSD + "boolean": re.compile(r"true|false|1|0"),
    XSD + "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}" + _ZONE),
    XSD + "dateTime": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?" + _ZONE),
    XSD + "gYear": re.compile(r"[0-9]{4}" + _ZONE),
    XSD + "gYearMonth": re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])" + _ZONE),
}
_TEXTUAL = frozenset([GEO + "wktLiteral", XSD + "anyURI"])
MAX_NUMBER_CHARS = 64

OxTerm = ox.NamedNode | ox.BlankNode | ox.Literal
RdflibTerm = rdflib.URIRef | rdflib.BNode | rdflib.Literal


@lru_cache(maxsize=65_536)
def iri(value: str) -> rdflib.URIRef:
    """Return rdflib's form of an IRI."""
    return rdflib.URIRef(value)


def is_refused(literal: ox.Literal) -> bool:
    """Whether a literal has a datatype that no data of ours has, or is not a value of its datatype (`31 February`)."""
    datatype = literal.datatype.value
    if datatype not in KNOWN_DATATYPES:
        return True
    if datatype == _PLAIN or literal.language is not None or datatype in _TEXTUAL:
        return False
    return not _is_value(literal.value, datatype)


@lru_cache(maxsize=65_536)
def _is_value(text: str, datatype: str) -> bool:
    """Whether a text is a value of a datatype; asked before rdflib is, which logs a trace for each that is none."""
    if len(text) > MAX_NUMBER_CHARS or not _FORMS[datatype].fullmatch(text):
        return False
    try:
        if datatype == XSD + "date":
            date.fromisoformat(text[:10])
        elif datatype == XSD + "dateTime":
            datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def text_of(term: object) -> str:
    """Return the IRI, label or text of a term; of a quoted triple its written form."""
    return str(getattr(term, "value", term))


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

"""The terms that shapes may use: SHACL's parameters with what each takes, and the other known vocabularies."""

from __future__ import annotations

from enum import Enum, auto

from rdflib import URIRef
from rdflib.namespace import DCTERMS, OWL, PROV, RDF, RDFS, SKOS, XSD, DefinedNamespace
from rdflib.namespace import SH as SHACL

from app.vocab import GEO
from app.vocab import SH as SH_NAMESPACE


class Takes(Enum):
    """What a SHACL parameter takes as its value."""

    COUNT = auto()
    BOOLEAN = auto()
    PATTERN = auto()
    TEXT = auto()
    CLASS = auto()
    PROPERTY = auto()
    DATATYPE = auto()
    NODE_KIND = auto()
    SEVERITY = auto()
    SHAPE = auto()
    SHAPES = auto()
    TERMS = auto()
    LANGUAGES = auto()
    PROPERTIES = auto()
    LITERAL = auto()
    TERM = auto()
    PATH = auto()


# Every parameter that our shapes may use; what SHACL has beside these (SPARQL, JavaScript, rules) is refused.
PARAMETERS: dict[str, Takes] = {
    "minCount": Takes.COUNT,
    "maxCount": Takes.COUNT,
    "minLength": Takes.COUNT,
    "maxLength": Takes.COUNT,
    "qualifiedMinCount": Takes.COUNT,
    "qualifiedMaxCount": Takes.COUNT,
    "closed": Takes.BOOLEAN,
    "uniqueLang": Takes.BOOLEAN,
    "deactivated": Takes.BOOLEAN,
    "qualifiedValueShapesDisjoint": Takes.BOOLEAN,
    "pattern": Takes.PATTERN,
    "message": Takes.TEXT,
    "name": Takes.TEXT,
    "description": Takes.TEXT,
    "flags": Takes.TEXT,
    "class": Takes.CLASS,
    "targetClass": Takes.CLASS,
    "targetSubjectsOf": Takes.PROPERTY,
    "targetObjectsOf": Takes.PROPERTY,
    "targetNode": Takes.TERM,
    "equals": Takes.PROPERTY,
    "disjoint": Takes.PROPERTY,
    "lessThan": Takes.PROPERTY,
    "lessThanOrEquals": Takes.PROPERTY,
    "datatype": Takes.DATATYPE,
    "nodeKind": Takes.NODE_KIND,
    "severity": Takes.SEVERITY,
    "property": Takes.SHAPE,
    "node": Takes.SHAPE,
    "not": Takes.SHAPE,
    "qualifiedValueShape": Takes.SHAPE,
    "and": Takes.SHAPES,
    "or": Takes.SHAPES,
    "xone": Takes.SHAPES,
    "in": Takes.TERMS,
    "languageIn": Takes.LANGUAGES,
    "ignoredProperties": Takes.PROPERTIES,
    "minInclusive": Takes.LITERAL,
    "maxInclusive": Takes.LITERAL,
    "minExclusive": Takes.LITERAL,
    "maxExclusive": Takes.LITERAL,
    "hasValue": Takes.TERM,
    "path": Takes.PATH,
}
# Parameters of which a shape has at most one.
SINGLE = frozenset(
    n
    for n, takes in PARAMETERS.items()
    if takes in (Takes.COUNT, Takes.BOOLEAN, Takes.PATTERN, Takes.DATATYPE, Takes.NODE_KIND, Takes.SEVERITY, Takes.PATH)
) | {"in", "languageIn", "ignoredProperties", "minInclusive", "maxInclusive", "minExclusive", "maxExclusive", "message"}
# Parameters that only a shape with a path has.
NEED_PATH = frozenset(
    (
        "minCount", "maxCount", "uniqueLang", "lessThan", "lessThanOrEquals",
        "qualifiedValueShape", "qualifiedMinCount", "qualifiedMaxCount",
    )
)  # fmt: skip
TARGETS = frozenset(["targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode"])
# What a shape says of itself, without constraining anything.
NOT_CONSTRAINTS = TARGETS | {
    "message",
    "name",
    "description",
    "severity",
    "path",
    "deactivated",
    "ignoredProperties",
    "flags",
}
PATHS = frozenset(["inversePath", "alternativePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath"])
NODE_KINDS = frozenset(["IRI", "Literal", "BlankNode", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral"])
SEVERITIES = frozenset(["Violation", "Warning", "Info"])
VALUES = NODE_KINDS | SEVERITIES | {"NodeShape", "PropertyShape"}
GEOSPARQL = frozenset(["hasDefaultGeometry", "hasGeometry", "asWKT", "wktLiteral", "Feature", "Geometry"])

_KNOWN: tuple[type[DefinedNamespace], ...] = (DCTERMS, OWL, PROV, RDF, RDFS, SKOS, XSD)


def is_shacl_term(iri: str) -> bool:
    """Whether an IRI of the SHACL namespace is a term of the standard (and its SPARQL and advanced parts)."""
    return URIRef(iri) in SHACL


def is_known_elsewhere(iri: str) -> bool | None:
    """Whether an IRI is a term of a vocabulary known here; None where it belongs to none of them."""
    if iri.startswith(SH_NAMESPACE):
        return is_shacl_term(iri)
    if iri.startswith(GEO):
        return iri.removeprefix(GEO) in GEOSPARQL
    for namespace in _KNOWN:
        base = str(namespace)
        if iri.startswith(base):
            return URIRef(iri) in namespace
    return None

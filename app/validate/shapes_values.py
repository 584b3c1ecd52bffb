"""The rules of the shapes lint on paths and on the values of parameters."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from app.validate.patterns import pattern_fault
from app.validate.shapes_graph import Fault, Shapes, Term
from app.validate.shapes_vocabulary import NEED_PATH, NODE_KINDS, PARAMETERS, PATHS, SEVERITIES, SINGLE, Takes
from app.validate.terms import KNOWN_DATATYPES, is_refused, text_of
from app.vocab import RDF, SH, XSD

_BOUNDS = (
    ("minCount", "maxCount"),
    ("minLength", "maxLength"),
    ("qualifiedMinCount", "qualifiedMaxCount"),
    ("minInclusive", "maxInclusive"),
    ("minExclusive", "maxExclusive"),
)


def check_paths(shapes: Shapes) -> Iterator[Fault]:
    """A property shape has one path, well-formed; a node shape has none."""
    for node in shapes.all_shapes():
        shape = shapes.owner[node]
        paths = shapes.values(node, "path")
        if isinstance(node, ox.NamedNode) and paths:
            yield Fault(
                "path", shape, "a node shape has a path", "Put path and constraints into sh:property.", SH + "path"
            )
        used_as_property = any(n == node for owner in shapes.owner for p, n in shapes.inner(owner) if p == "property")
        if used_as_property and not paths:
            yield Fault("path", shape, "a property shape has no path", "Give it sh:path.", SH + "property")
        if not paths and (lost := sorted(NEED_PATH & set(shapes.parameters(node)))):
            yield Fault("path", shape, f"a shape has sh:{lost[0]} and no path", "Give it sh:path.", SH + lost[0])
        for path in paths:
            if reason := _path_fault(shapes, path):
                yield Fault(
                    "path", shape, f"a path is not well-formed: {reason}", "See SHACL, section 2.3.1.", SH + "path"
                )


def _path_fault(shapes: Shapes, path: Term, depth: int = 0) -> str | None:
    if isinstance(path, ox.NamedNode):
        return None
    if isinstance(path, ox.Literal):
        return "it holds a literal"
    if depth > 8:
        return "it nests too deep"
    operators = [o for o in shapes.parameters(path) if o in PATHS]
    is_list = bool(shapes.others(path, RDF + "first"))
    if len(operators) + is_list != 1:
        return "it is neither one property, nor one list, nor one operator"
    members: list[Term] | None
    if is_list:
        members = shapes.items(path)
    else:
        values = shapes.values(path, operators[0])
        if len(values) != 1:
            return f"sh:{operators[0]} has {len(values)} values"
        members = shapes.items(values[0]) if operators[0] == "alternativePath" else values
        if operators[0] != "alternativePath":
            return _path_fault(shapes, values[0], depth + 1)
    if members is None or len(members) < 2:
        return "a list of steps or alternatives has fewer than two members"
    return next((r for r in (_path_fault(shapes, m, depth + 1) for m in members) if r), None)


def check_values(shapes: Shapes) -> Iterator[Fault]:
    """Every parameter has a value that it can take, and as many as it can have."""
    for node in shapes.all_shapes():
        shape = shapes.owner[node]
        for parameter in shapes.parameters(node):
            takes = PARAMETERS.get(parameter)
            values = shapes.values(node, parameter)
            if parameter in SINGLE and len(values) > 1:
                message = f"sh:{parameter} has {len(values)} values"
                yield Fault("twice", shape, message, "Keep one; the others are ignored.", SH + parameter)
            for value in values:
                if takes is not None and (reason := _value_fault(shapes, value, takes)):
                    yield Fault(
                        "value", shape, f"sh:{parameter} {reason}", "Give it a value that it can take.", SH + parameter
                    )
        for low, high in _BOUNDS:
            bounds = [_number(v) for p in (low, high) for v in shapes.values(node, p)[:1]]
            if len(bounds) == 2 and None not in bounds and bounds[0] > bounds[1]:  # type: ignore[operator]
                yield Fault(
                    "bounds", shape, f"sh:{low} is above sh:{high}", "Nothing can conform; set them right.", SH + low
                )


def _number(value: Term) -> float | None:
    try:
        return float(value.value)
    except ValueError:
        return None


def _value_fault(shapes: Shapes, value: Term, takes: Takes) -> str | None:
    if takes in (Takes.COUNT, Takes.BOOLEAN, Takes.PATTERN, Takes.TEXT, Takes.LITERAL):
        return _literal_fault(value, takes)
    if takes in (Takes.CLASS, Takes.PROPERTY) and not isinstance(value, ox.NamedNode):
        return "takes an IRI"
    if takes is Takes.DATATYPE and text_of(value) not in KNOWN_DATATYPES:
        return f"names a datatype that no value of ours has: {value}"
    for kind, names in ((Takes.NODE_KIND, NODE_KINDS), (Takes.SEVERITY, SEVERITIES)):
        if takes is kind and text_of(value).removeprefix(SH) not in names:
            return f"takes one of {', '.join(sorted(names))}"
    if takes is Takes.SHAPE and (isinstance(value, ox.Literal) or not shapes.parameters(value)):
        return "names something that is no shape"
    if takes in (Takes.SHAPES, Takes.TERMS, Takes.LANGUAGES, Takes.PROPERTIES):
        return _list_fault(shapes, value, takes)
    return None


def _literal_fault(value: Term, takes: Takes) -> str | None:
    if not isinstance(value, ox.Literal):
        return "takes a literal"
    datatype = value.datatype.value
    if takes is Takes.COUNT and (datatype != XSD + "integer" or not value.value.isdigit()):
        return f"takes a whole number, not {value}"
    if takes is Takes.BOOLEAN and (datatype != XSD + "boolean" or value.value not in ("true", "false")):
        return f"takes true or false, not {value}"
    if takes is Takes.LITERAL and is_refused(value):
        return f"has a value that is none: {value}"
    if takes is Takes.PATTERN and (fault := pattern_fault(value.value)):
        return f"has a dangerous or wrong pattern: {fault}"
    if takes is Takes.TEXT and not value.value.strip():
        return "is empty"
    return None


def _list_fault(shapes: Shapes, value: Term, takes: Takes) -> str | None:
    members = shapes.items(value)
    if members is None:
        return "has no well-formed list"
    if not members:
        return "has an empty list"
    if len(set(members)) != len(members):
        return "has a list with a member twice"
    if takes is Takes.PROPERTIES and not all(isinstance(m, ox.NamedNode) for m in members):
        return "takes a list of properties"
    if takes is Takes.LANGUAGES and not all(isinstance(m, ox.Literal) for m in members):
        return "takes a list of language tags"
    if takes is Takes.SHAPES and not all(not isinstance(m, ox.Literal) and shapes.parameters(m) for m in members):
        return "has a list with a member that is no shape"
    return None

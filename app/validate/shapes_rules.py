"""The rules of the shapes lint, each yielding faults."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyoxigraph as ox

from app.validate.patterns import pattern_fault
from app.validate.shapes_graph import Fault, Node, Shapes, Term
from app.validate.shapes_vocabulary import (
    NEED_PATH,
    NODE_KINDS,
    NOT_CONSTRAINTS,
    PARAMETERS,
    PATHS,
    SEVERITIES,
    SINGLE,
    TARGETS,
    VALUES,
    Takes,
    is_known_elsewhere,
    is_shacl_term,
)
from app.validate.terms import KNOWN_DATATYPES, is_refused
from app.vocab import CEV, CEVS, OWL, RDF, RDFS, SH, XSD, local_name

_CLASS_KINDS = frozenset([OWL + "Class", RDFS + "Class"])
_PROPERTY_KINDS = frozenset(
    [OWL + n for n in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")] + [RDF + "Property"]
)
_OWN = (CEV, CEVS)
_BOUNDS = (
    ("minCount", "maxCount"),
    ("minLength", "maxLength"),
    ("qualifiedMinCount", "qualifiedMaxCount"),
    ("minInclusive", "maxInclusive"),
    ("minExclusive", "maxExclusive"),
)


def _iri(term: Term) -> str:
    return term.value if isinstance(term, ox.NamedNode) else ""


def check_terms(shapes: Shapes, ontology: Sequence[ox.Quad]) -> Iterator[Fault]:
    """Every IRI is a term that exists: of SHACL, of the ontology, of a known vocabulary, or a shape of the file."""
    kinds: dict[str, set[str]] = {}
    for quad in ontology:
        if quad.predicate.value == RDF + "type" and isinstance(quad.subject, ox.NamedNode):
            kinds.setdefault(quad.subject.value, set()).add(_iri(quad.object) if not isinstance(quad.object, ox.Triple) else "")
    described = {q.subject for q in shapes.quads}
    for quad in shapes.quads:
        shape = shapes.shape_around(quad.subject)
        for term in (quad.predicate, quad.object):
            if isinstance(term, ox.NamedNode) and (reason := _unknown(term, kinds, described)):
                advice = "Correct the spelling: a misspelt term is silently without effect."
                yield Fault("unknown-term", shape, f"{_short(term.value)} {reason}", advice, term.value)
    yield from _check_kinds(shapes, kinds)


def _short(iri: str) -> str:
    for prefix, namespace in (("sh", SH), ("cev", CEV), ("cevs", CEVS), ("xsd", XSD)):
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return f"<{iri}>"


def _unknown(term: ox.NamedNode, kinds: dict[str, set[str]], described: set[object]) -> str | None:
    iri = term.value
    if iri.startswith(SH):
        name = iri.removeprefix(SH)
        if not is_shacl_term(iri):
            return "is no term of SHACL"
        return None if name in PARAMETERS or name in PATHS or name in VALUES else "is a part of SHACL that our shapes do not use"
    if iri.startswith(CEVS):
        return None if term in described else "is no shape of this file"
    if iri.startswith(CEV):
        return None if iri in kinds else "is no term of the ontology"
    if is_known_elsewhere(iri) is False:
        return "is no term of its vocabulary"
    return None


def _check_kinds(shapes: Shapes, kinds: dict[str, set[str]]) -> Iterator[Fault]:
    """A class stands where a class must, a property where a property must."""
    for node in shapes.all_shapes():
        for parameter in shapes.parameters(node):
            takes = PARAMETERS.get(parameter)
            for value in shapes.values(node, parameter):
                iri = _iri(value)
                if iri.startswith(CEV) and iri in kinds:
                    wanted = _CLASS_KINDS if takes is Takes.CLASS else _PROPERTY_KINDS if takes is Takes.PROPERTY else None
                    if wanted is not None and not kinds[iri] & wanted:
                        what = "class" if takes is Takes.CLASS else "property"
                        yield Fault(
                            f"no-{what}", shapes.owner[node], f"sh:{parameter} names {_short(iri)}, which is no {what}",
                            f"Name a {what} of the ontology.", iri,
                        )  # fmt: skip
        for value in shapes.values(node, "path"):
            for step in _steps(shapes, value):
                iri = _iri(step)
                if iri.startswith(CEV) and iri in kinds and not kinds[iri] & _PROPERTY_KINDS:
                    yield Fault(
                        "no-property", shapes.owner[node], f"sh:path uses {_short(iri)}, which is no property",
                        "Name a property of the ontology.", iri,
                    )  # fmt: skip


def _steps(shapes: Shapes, path: Term, depth: int = 0) -> Iterator[Term]:
    """The properties that a path is made of; nothing where it is not well-formed (another rule says so)."""
    if isinstance(path, ox.NamedNode):
        yield path
    elif isinstance(path, ox.BlankNode) and depth < 10:
        members = shapes.items(path) if shapes.others(path, RDF + "first") else None
        for member in members or []:
            yield from _steps(shapes, member, depth + 1)
        for operator in PATHS:
            for value in shapes.values(path, operator):
                inner = shapes.items(value) if operator == "alternativePath" else [value]
                for member in inner or []:
                    yield from _steps(shapes, member, depth + 1)


def check_paths(shapes: Shapes) -> Iterator[Fault]:
    """A property shape has one path, well-formed; a node shape has none."""
    for node in shapes.all_shapes():
        shape = shapes.owner[node]
        paths = shapes.values(node, "path")
        if isinstance(node, ox.NamedNode) and paths:
            yield Fault("path", shape, "a node shape has a path", "Put path and constraints into sh:property.", SH + "path")
        used_as_property = any(n == node for owner in shapes.owner for p, n in shapes.inner(owner) if p == "property")
        if used_as_property and not paths:
            yield Fault("path", shape, "a property shape has no path", "Give it sh:path.", SH + "property")
        if not paths and (lost := sorted(NEED_PATH & set(shapes.parameters(node)))):
            yield Fault("path", shape, f"a shape has sh:{lost[0]} and no path", "Give it sh:path.", SH + lost[0])
        for path in paths:
            if reason := _path_fault(shapes, path):
                yield Fault("path", shape, f"a path is not well-formed: {reason}", "See SHACL, section 2.3.1.", SH + "path")


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
                yield Fault("bounds", shape, f"sh:{low} is above sh:{high}", "Nothing can conform; set them right.", SH + low)


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
    if takes is Takes.DATATYPE and _iri(value) not in KNOWN_DATATYPES:
        return f"names a datatype that no value of ours has: {value}"
    for kind, names in ((Takes.NODE_KIND, NODE_KINDS), (Takes.SEVERITY, SEVERITIES)):
        if takes is kind and _iri(value).removeprefix(SH) not in names:
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


def check_shapes(shapes: Shapes, *, is_quality: bool) -> Iterator[Fault]:
    """Every shape constrains something; what reports a result says what is wrong and what to do, with the file's severity."""
    for node in shapes.all_shapes():
        shape = shapes.owner[node]
        parameters = set(shapes.parameters(node))
        constraints = parameters - NOT_CONSTRAINTS
        if not constraints:
            yield Fault("vacuous", shape, "a shape constrains nothing", "Give it a constraint, or take it away.")
        if "deactivated" in parameters:
            yield Fault("deactivated", shape, "a shape is switched off", "Switch it on, or take it away.", SH + "deactivated")
        if "closed" in parameters and "ignoredProperties" not in parameters:
            yield Fault(
                "closed", shape, "a closed shape ignores no property, not even rdf:type",
                "Give it sh:ignoredProperties.", SH + "closed",
            )  # fmt: skip
        if ("qualifiedMinCount" in parameters or "qualifiedMaxCount" in parameters) != ("qualifiedValueShape" in parameters):
            yield Fault(
                "qualified", shape, "a qualified count without its shape, or a shape without its count",
                "Give both.", SH + "qualifiedValueShape",
            )  # fmt: skip
    for node in _reporting(shapes):
        yield from _check_reporting(shapes, node, is_quality)


def _reporting(shapes: Shapes) -> list[Node]:
    """The shapes whose constraints give results of their own: targeted ones, and what hangs on them through sh:property."""
    found: list[Node] = []
    queue: list[Node] = list(shapes.named)
    while queue:
        node = queue.pop(0)
        found.append(node)
        queue += [n for p, n in shapes.inner(node) if p == "property"]
    return found


def _check_reporting(shapes: Shapes, node: Node, is_quality: bool) -> Iterator[Fault]:
    shape = shapes.owner[node]
    own = set(shapes.parameters(node)) - NOT_CONSTRAINTS - {"property"}
    messages = shapes.values(node, "message")
    if own and not messages:
        yield Fault("message", shape, f"a shape with {', '.join(sorted(own))} has no message", "Give it sh:message.")
    for message in messages:
        if ". " not in str(getattr(message, "value", "")):
            advice = "Write two sentences: what is wrong, then what to do."
            yield Fault("message", shape, "a message does not say what to do", advice, SH + "message")
    severities = [_iri(v) for v in shapes.values(node, "severity")]
    wanted = [SH + "Warning"] if is_quality else []
    if own and severities != wanted:
        what = "no sh:Warning in quality" if is_quality else "a severity of its own in core"
        yield Fault("severity", shape, f"a shape has {what}", "Core is violations, quality is warnings.", SH + "severity")
    if isinstance(node, ox.NamedNode) and not shapes.others(node, RDFS + "label"):
        yield Fault("label", shape, "a shape has no label", "Give it rdfs:label, as people will read it in reports.")


def check_reach(shapes: Shapes) -> Iterator[Fault]:
    """Every shape is reached: by a target, or by a shape that is; and what looks like one is typed as one."""
    used = {n for owner in shapes.owner for _, n in shapes.inner(owner)}
    for node in shapes.named:
        name = local_name(shapes.owner[node])
        if not any(p in TARGETS for p in shapes.parameters(node)) and node not in used:
            yield Fault("no-target", shapes.owner[node], "a shape has no target and is used by no shape", "Give it a target.")
        types = {_iri(t) for t in shapes.others(node, RDF + "type")}
        if SH + "NodeShape" not in types:
            yield Fault("type", shapes.owner[node], f"{name} is not typed as sh:NodeShape", "Type it as sh:NodeShape.")
    stray = {
        q.subject
        for q in shapes.quads
        if q.predicate.value.startswith(SH) and q.subject not in shapes.owner and not _is_path_part(q)
    }
    for subject in sorted(stray, key=str):
        shape = subject.value if isinstance(subject, ox.NamedNode) else CEVS
        yield Fault("stray", shape, "SHACL terms stand on a node that no shape reaches", "Hang it on a shape, or take it away.")


def _is_path_part(quad: ox.Quad) -> bool:
    return quad.predicate.value.removeprefix(SH) in PATHS

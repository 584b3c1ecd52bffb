"""The rules of the shapes lint on terms, on what a shape must have, and on how it is reached."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import pyoxigraph as ox

from app.validate.shapes_graph import Fault, Node, Shapes, Term
from app.validate.shapes_vocabulary import (
    NOT_CONSTRAINTS,
    PARAMETERS,
    PATHS,
    TARGETS,
    VALUES,
    Takes,
    is_known_elsewhere,
    is_shacl_term,
)
from app.vocab import CEV, CEVS, OWL, RDF, RDFS, SH, XSD, local_name

_CLASS_KINDS = frozenset([OWL + "Class", RDFS + "Class"])
_PROPERTY_KINDS = frozenset(
    [OWL + n for n in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")] + [RDF + "Property"]
)
_OWN = (CEV, CEVS)


def _iri(term: Term) -> str:
    return term.value if isinstance(term, ox.NamedNode) else ""


def check_terms(shapes: Shapes, ontology: Sequence[ox.Quad]) -> Iterator[Fault]:
    """Every IRI is a term that exists: of SHACL, of the ontology, of a known vocabulary, or a shape of the file."""
    kinds: dict[str, set[str]] = {}
    for quad in ontology:
        if quad.predicate.value == RDF + "type" and isinstance(quad.subject, ox.NamedNode):
            kinds.setdefault(quad.subject.value, set()).add(
                _iri(quad.object) if not isinstance(quad.object, ox.Triple) else ""
            )
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


def _unknown(term: ox.NamedNode, kinds: dict[str, set[str]], described: Collection[object]) -> str | None:
    iri = term.value
    if iri.startswith(SH):
        name = iri.removeprefix(SH)
        if not is_shacl_term(iri):
            return "is no term of SHACL"
        return (
            None
            if name in PARAMETERS or name in PATHS or name in VALUES
            else "is a part of SHACL that our shapes do not use"
        )
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
                    wanted = (
                        _CLASS_KINDS if takes is Takes.CLASS else _PROPERTY_KINDS if takes is Takes.PROPERTY else None
                    )
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


def check_shapes(shapes: Shapes, *, is_quality: bool) -> Iterator[Fault]:
    """Every shape constrains something; what reports a result says what is wrong and what to do."""
    for node in shapes.all_shapes():
        shape = shapes.owner[node]
        parameters = set(shapes.parameters(node))
        constraints = parameters - NOT_CONSTRAINTS
        if not constraints:
            yield Fault("vacuous", shape, "a shape constrains nothing", "Give it a constraint, or take it away.")
        if "deactivated" in parameters:
            yield Fault(
                "deactivated", shape, "a shape is switched off", "Switch it on, or take it away.", SH + "deactivated"
            )
        if "closed" in parameters and "ignoredProperties" not in parameters:
            yield Fault(
                "closed", shape, "a closed shape ignores no property, not even rdf:type",
                "Give it sh:ignoredProperties.", SH + "closed",
            )  # fmt: skip
        if ("qualifiedMinCount" in parameters or "qualifiedMaxCount" in parameters) != (
            "qualifiedValueShape" in parameters
        ):
            yield Fault(
                "qualified", shape, "a qualified count without its shape, or a shape without its count",
                "Give both.", SH + "qualifiedValueShape",
            )  # fmt: skip
    for node in _reporting(shapes):
        yield from _check_reporting(shapes, node, is_quality)


def _reporting(shapes: Shapes) -> list[Node]:
    """The shapes whose constraints give results of their own: targeted ones, and their property shapes."""
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
        yield Fault(
            "severity", shape, f"a shape has {what}", "Core is violations, quality is warnings.", SH + "severity"
        )
    if isinstance(node, ox.NamedNode) and not shapes.others(node, RDFS + "label"):
        yield Fault("label", shape, "a shape has no label", "Give it rdfs:label, as people will read it in reports.")


def check_reach(shapes: Shapes) -> Iterator[Fault]:
    """Every shape is reached: by a target, or by a shape that is; and what looks like one is typed as one."""
    used = {n for owner in shapes.owner for _, n in shapes.inner(owner)}
    for node in shapes.named:
        name = local_name(shapes.owner[node])
        if not any(p in TARGETS for p in shapes.parameters(node)) and node not in used:
            yield Fault(
                "no-target", shapes.owner[node], "a shape has no target and is used by no shape", "Give it a target."
            )
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
        yield Fault(
            "stray", shape, "SHACL terms stand on a node that no shape reaches", "Hang it on a shape, or take it away."
        )


def _is_path_part(quad: ox.Quad) -> bool:
    return quad.predicate.value.removeprefix(SH) in PATHS

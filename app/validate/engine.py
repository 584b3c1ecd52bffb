"""Applies shapes to the nodes of one document: pyshacl's constraints, run over all nodes of a shape at once.

pyshacl reads a shape again for every focus node it meets below another shape. Here the property shapes of a targeted
node shape are lifted beside it and get its focus nodes in one call, which is the same by SHACL's definition of
sh:property and several times faster; and the focus nodes are found here, from the types of the document and the class
tree, so that no other node is judged. Tests hold the verdicts to those of plain pyshacl.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox
import rdflib
from pyshacl.errors import ConstraintLoadError, ReportableRuntimeError, ShapeLoadError
from pyshacl.pytypes import SHACLExecutor
from pyshacl.shapes_graph import ShapesGraph

from app.errors import ShapesError
from app.validate.classes import SUBCLASS, TYPE, Context
from app.validate.facts import FactGraph
from app.validate.parts import Inner, Part, Triples
from app.validate.terms import RdflibTerm, iri, shape_term, to_rdflib
from app.vocab import RDF, RDFS, SH

_SH = rdflib.Namespace(SH)
_TYPE = iri(RDF + "type")
_SUBCLASS = iri(SUBCLASS)
_LABEL = iri(RDFS + "label")
_TARGETS = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")
_MESSAGE, _VALUE, _FOCUS, _PATH, _SEVERITY = (
    _SH[n] for n in ("resultMessage", "value", "focusNode", "resultPath", "resultSeverity")
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One validation result in plain values; `message` holds what is wrong and what to do."""

    severity: str
    shape: str
    shape_label: str
    focus: str
    path: str | None
    value: str | None
    message: str


@dataclass(slots=True)
class _Targeted:
    """A node shape with targets: what pyshacl runs for it and which nodes it is for."""

    iri: str
    label: str
    classes: frozenset[str]
    nodes: frozenset[str]
    subjects_of: frozenset[str]
    objects_of: frozenset[str]
    parts: list[Part] = field(default_factory=list)


@dataclass(slots=True)
class Nodes:
    """The triples of some nodes, sorted out for finding focus nodes; strings are IRIs."""

    triples: list[tuple[RdflibTerm, RdflibTerm, RdflibTerm]] = field(default_factory=list)
    types: dict[str, set[str]] = field(default_factory=dict)
    by_predicate: dict[str, tuple[set[str], set[str]]] = field(default_factory=dict)
    objects: set[str] = field(default_factory=set)
    subjects: set[str] = field(default_factory=set)
    literals: dict[str, set[rdflib.Literal]] = field(default_factory=dict)

    @classmethod
    def of(cls, quads: Iterable[ox.Quad]) -> Nodes:
        """Sort out quads, whatever their graphs."""
        nodes = cls()
        for quad in quads:
            s, o = to_rdflib(quad.subject), to_rdflib(quad.object)
            predicate = quad.predicate.value
            nodes.triples.append((s, iri(predicate), o))
            # rdflib's IRIs never equal plain strings, so the indexes hold plain strings throughout.
            subject = str(s)
            subjects, objects = nodes.by_predicate.setdefault(predicate, (set(), set()))
            subjects.add(subject)
            nodes.subjects.add(subject)
            if isinstance(o, rdflib.Literal):
                nodes.literals.setdefault(predicate, set()).add(o)
            else:
                value = str(o)
                objects.add(value)
                nodes.objects.add(value)
                if predicate == TYPE:
                    nodes.types.setdefault(subject, set()).add(value)
        return nodes


class ShapeBook:
    """All shapes, parsed once and ready to run; not changed by running."""

    def __init__(self, quads: Sequence[ox.Quad], where: str) -> None:
        """Build from the quads of the shapes files. Raises ShapesError where a shape cannot be understood."""
        graph = rdflib.Graph()
        for quad in quads:
            graph.add((shape_term(quad.subject), shape_term(quad.predicate), shape_term(quad.object)))
        self._targeted = [_read_target(graph, node) for node in _targeted_nodes(graph)]
        lifted = {t.iri: _lift(graph, iri(t.iri)) for t in self._targeted}
        try:
            shapes = ShapesGraph(FactGraph.of(graph))
            # A constraint that cannot be read is told here, not when the first node comes.
            parts = {shape.node: Part.of(shape) for shape in shapes.shapes}
        except (ShapeLoadError, ConstraintLoadError, ReportableRuntimeError, KeyError) as error:
            raise ShapesError("a shape cannot be understood", where=where, why=str(error)) from error
        for target in self._targeted:
            target.parts = [parts.pop(node) for node in (iri(target.iri), *lifted[target.iri])]
        for node in parts.keys() - _reporting(graph, self._targeted):
            shapes._node_shape_cache[node] = Inner(parts[node])  # type: ignore[assignment]
        self._property_shapes = sum(len(nodes) for nodes in lifted.values())
        self._executor = SHACLExecutor()

    def __len__(self) -> int:
        """How many shapes there are: targeted node shapes and their property shapes."""
        return len(self._targeted) + self._property_shapes

    @property
    def shape_iris(self) -> tuple[str, ...]:
        """The IRIs of the targeted shapes, sorted."""
        return tuple(t.iri for t in self._targeted)

    def focus_nodes(self, nodes: Nodes, context: Context, judged: set[str] | None = None) -> dict[str, list[str]]:
        """Return for each targeted shape its focus nodes, sorted; only those in `judged`, if given."""
        by_class: dict[str, set[str]] = {}
        for node, classes in nodes.types.items():
            for name in classes:
                for ancestor in context.ancestors(name):
                    by_class.setdefault(ancestor, set()).add(node)
        nothing: tuple[set[str], set[str]] = (set(), set())
        found: dict[str, list[str]] = {}
        for target in self._targeted:
            focus = set(target.nodes)
            focus.update(*(by_class.get(c, ()) for c in target.classes))
            focus.update(*(nodes.by_predicate.get(p, nothing)[0] for p in target.subjects_of))
            focus.update(*(nodes.by_predicate.get(p, nothing)[1] for p in target.objects_of))
            found[target.iri] = sorted(focus if judged is None else focus & judged)
        return found

    def check(self, nodes: Nodes, context: Context, judged: set[str] | None = None) -> Iterator[Finding]:
        """Run every shape over its focus nodes, and yield what fails.

        `context` gives the types of nodes that `nodes` only points to; shapes see no more of those than their classes.
        """
        graph = _graph(nodes, context)
        focus = self.focus_nodes(nodes, context, judged)
        for target in self._targeted:
            focus_nodes: list[RdflibTerm] = [iri(n) for n in focus[target.iri]]
            for predicate in sorted(target.objects_of):  # A text where a node should be is a focus node too.
                focus_nodes += sorted(nodes.literals.get(predicate, ()), key=repr)
            if not focus_nodes:
                continue
            for part in target.parts:
                for triples in part.run(self._executor, graph, focus_nodes):
                    yield _finding(target, triples)


def _targeted_nodes(graph: rdflib.Graph) -> list[str]:
    subjects = {s for name in _TARGETS for s in graph.subjects(_SH[name], None)}
    return sorted(str(s) for s in subjects if isinstance(s, rdflib.URIRef))


def _read_target(graph: rdflib.Graph, node: str) -> _Targeted:
    def values(name: str) -> frozenset[str]:
        return frozenset(str(o) for o in graph.objects(iri(node), _SH[name]))

    label = graph.value(iri(node), _LABEL)
    return _Targeted(
        node,
        str(label) if label is not None else node.rsplit("#", 1)[-1],
        values("targetClass"),
        values("targetNode"),
        values("targetSubjectsOf"),
        values("targetObjectsOf"),
    )


def _lift(graph: rdflib.Graph, node: rdflib.URIRef) -> list[rdflib.term.Node]:
    """Take the property shapes off a node shape, unless another shape refers to it, and return them, sorted."""
    if any(True for _ in graph.subjects(None, node)):
        return []
    parts = list(graph.objects(node, _SH.property))
    for part in parts:
        graph.remove((node, _SH.property, part))
        graph.add((part, _TYPE, _SH.PropertyShape))
    return sorted(parts, key=str)


def _reporting(graph: rdflib.Graph, targeted: Iterable[_Targeted]) -> set[rdflib.term.Node]:
    """The property shapes left on targeted shapes, which word results of their own, and theirs."""
    found: set[rdflib.term.Node] = set()
    queue: list[rdflib.term.Node] = [iri(t.iri) for t in targeted]
    while queue:
        new = set(graph.objects(queue.pop(), _SH.property)) - found
        found |= new
        queue.extend(new)
    return found


def _graph(nodes: Nodes, context: Context) -> FactGraph:
    """The triples of the nodes, with the types of what they point to and the class tree above all of these."""
    graph = FactGraph()
    for triple in nodes.triples:
        graph.put(*triple)
    classes: set[str] = set()
    for own in nodes.types.values():
        classes |= own
    for node in nodes.objects | nodes.subjects:
        if context.is_class(node):
            classes.add(node)
        for name in context.types(node):
            graph.put(iri(node), _TYPE, iri(name))
            classes.add(name)
    for name, parent in context.subclass_triples(classes):
        graph.put(iri(name), _SUBCLASS, iri(parent))
    return graph


def _finding(target: _Targeted, triples: Triples) -> Finding:
    found: dict[object, list[object]] = {}
    for _, predicate, value in triples:
        found.setdefault(predicate, []).append(value[1] if isinstance(value, tuple) else value)

    def text(predicate: object) -> str | None:
        values = sorted(str(v) for v in found.get(predicate, []))
        return " ".join(values) if values else None

    path = found.get(_PATH, [None])[0]
    return Finding(
        severity=(text(_SEVERITY) or "Violation").rsplit("#", 1)[-1],
        shape=target.iri,
        shape_label=target.label,
        focus=text(_FOCUS) or "",
        path=str(path) if isinstance(path, rdflib.URIRef) else None,
        value=text(_VALUE),
        message=text(_MESSAGE) or "",
    )

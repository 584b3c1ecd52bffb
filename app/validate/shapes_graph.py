"""A graph of shapes as the lint walks it: shapes, their parameters, lists and paths."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from app.validate.shapes_vocabulary import PARAMETERS, TARGETS, Takes
from app.vocab import CEVS, RDF, SH

Node = ox.NamedNode | ox.BlankNode
Term = ox.NamedNode | ox.BlankNode | ox.Literal
NIL = ox.NamedNode(RDF + "nil")
_FIRST, _REST, _TYPE = (ox.NamedNode(RDF + n) for n in ("first", "rest", "type"))


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: rule, nearest named shape, what is wrong, what to do, and the term at fault (to find the line)."""

    rule: str
    shape: str
    message: str
    advice: str
    term: str = ""


class Shapes:
    """The triples of shapes files by subject, with the shapes among them."""

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        """Index the triples; nothing is judged yet."""
        self.quads = list(quads)
        self._forward: dict[Node, dict[str, list[Term]]] = {}
        for quad in self.quads:
            if isinstance(quad.subject, ox.Triple) or isinstance(quad.object, ox.Triple):
                continue
            self._forward.setdefault(quad.subject, {}).setdefault(quad.predicate.value, []).append(quad.object)
        self.named = sorted((n for n in self._forward if self.is_target_shape(n)), key=str)
        self.owner = self._owners()
        self._around = self._surroundings()

    def values(self, node: Node, parameter: str) -> list[Term]:
        """The values of a SHACL property of a node, by local name."""
        return self._forward.get(node, {}).get(SH + parameter, [])

    def others(self, node: Node, predicate: str) -> list[Term]:
        """The values of any property of a node, by IRI."""
        return self._forward.get(node, {}).get(predicate, [])

    def parameters(self, node: Node) -> list[str]:
        """The local names of the SHACL properties of a node, sorted."""
        return sorted(p.removeprefix(SH) for p in self._forward.get(node, {}) if p.startswith(SH))

    def is_target_shape(self, node: Node) -> bool:
        """Whether a node is meant as a shape of its own: named, and typed or targeted as one."""
        if not isinstance(node, ox.NamedNode):
            return False
        types = self._forward[node].get(_TYPE.value, [])
        return any(str(getattr(t, "value", "")).startswith(SH) for t in types) or any(
            p in self.parameters(node) for p in TARGETS
        )

    def items(self, head: Term) -> list[Term] | None:
        """The members of a list, or None where it is not well-formed."""
        items: list[Term] = []
        seen: set[Term] = set()
        while head != NIL:
            if isinstance(head, ox.Literal) or head in seen:
                return None
            seen.add(head)
            first, rest = self.others(head, _FIRST.value), self.others(head, _REST.value)
            if len(first) != 1 or len(rest) != 1:
                return None
            items.append(first[0])
            head = rest[0]
        return items

    def inner(self, node: Node) -> Iterator[tuple[str, Node]]:
        """The shapes that a shape uses, with the parameter that does."""
        for parameter in self.parameters(node):
            takes = PARAMETERS.get(parameter)
            for value in self.values(node, parameter):
                members = (
                    [value] if takes is Takes.SHAPE else (self.items(value) or []) if takes is Takes.SHAPES else []
                )
                for member in members:
                    if not isinstance(member, ox.Literal):
                        yield parameter, member

    def all_shapes(self) -> list[Node]:
        """All shapes, named and inner, in a stable order."""
        return sorted(self.owner, key=lambda n: (self.owner[n], str(n)))

    def shape_around(self, node: object) -> str:
        """The named shape that a node stands in, be it a shape, a list or a path; a named node is its own."""
        if isinstance(node, ox.NamedNode):
            return node.value
        return self._around.get(node, CEVS) if isinstance(node, ox.BlankNode) else CEVS

    def _surroundings(self) -> dict[Node, str]:
        around: dict[Node, str] = {}
        for root in self.named:
            queue: list[Node] = [root]
            while queue:
                for values in self._forward.get(queue.pop(), {}).values():
                    for value in values:
                        if isinstance(value, ox.BlankNode) and value not in around:
                            around[value] = str(root.value)
                            queue.append(value)
        return around

    def _owners(self) -> dict[Node, str]:
        """Each shape with the IRI of the named shape that it stands in."""
        owner: dict[Node, str] = {}
        for root in self.named:
            queue: list[Node] = [root]
            while queue:
                node = queue.pop()
                if node in owner:
                    continue
                owner[node] = str(root.value)
                queue.extend(member for _, member in self.inner(node))
        return owner

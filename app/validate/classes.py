"""What is known of classes and of the nodes outside a document: the context in which its own nodes are judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import pyoxigraph as ox

from app.vocab import OWL, RDF, RDFS

TYPE = RDF + "type"
SUBCLASS = RDFS + "subClassOf"


class Context:
    """The class tree of the ontology, and the types of nodes defined elsewhere (reference data, terms)."""

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        """Take types and subclass triples out of `quads`; everything else is left aside."""
        self._types: dict[str, list[str]] = {}
        self._more: Mapping[str, Sequence[str]] = {}
        self._parents: dict[str, list[str]] = {}
        self._ancestors: dict[str, frozenset[str]] = {}
        for quad in quads:
            if not (isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode)):
                continue
            subject, value = quad.subject.value, quad.object.value
            if quad.predicate.value == TYPE:
                self._types.setdefault(subject, []).append(value)
            elif quad.predicate.value == SUBCLASS:
                self._parents.setdefault(subject, []).append(value)

    def within(self, types: Mapping[str, Sequence[str]], quads: Iterable[ox.Quad]) -> Context:
        """Return this context with the types of more nodes, and with the subclass triples of `quads`."""
        wider = Context(quads)
        for name, parents in self._parents.items():
            wider._parents[name] = [*parents, *(p for p in wider._parents.get(name, []) if p not in parents)]
        wider._types = self._types
        wider._more = types
        return wider

    def types(self, node: str) -> Sequence[str]:
        """The classes that the context gives a node."""
        known, more = self._types.get(node, ()), self._more.get(node, ())
        return [*known, *more] if known and more else known or more

    def ancestors(self, name: str) -> frozenset[str]:
        """A class and all above it; a cycle ends where it began."""
        known = self._ancestors.get(name)
        if known is None:
            seen, queue = {name}, [name]
            while queue:
                for parent in self._parents.get(queue.pop(), []):
                    if parent not in seen:
                        seen.add(parent)
                        queue.append(parent)
            known = self._ancestors[name] = frozenset(seen)
        return known

    def subclass_triples(self, classes: Iterable[str]) -> Iterator[tuple[str, str]]:
        """The subclass triples above some classes, each once."""
        above = {a for c in classes for a in self.ancestors(c)}
        for name in sorted(above):
            for parent in self._parents.get(name, []):
                yield name, parent

    def is_class(self, node: str) -> bool:
        """Whether a node is known as a class."""
        return node in self._parents or OWL + "Class" in self.types(node)

"""A small read-only graph for one document's validation: dictionaries in the shape of an rdflib graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import rdflib

from app.validate.terms import RdflibTerm

_Index = dict[RdflibTerm, dict[RdflibTerm, list[RdflibTerm]]]


class FactGraph(rdflib.Graph):
    """Answers the look-ups that SHACL's constraints make (by subject and predicate, by predicate and object) at once.

    rdflib's memory stores answer them through several layers of generators, and count their triples whenever they are
    asked whether they are empty, which a failing constraint does twice.
    """

    def __init__(self) -> None:
        """Start empty."""
        super().__init__(store="SimpleMemory")
        self._forward: _Index = {}
        self._backward: _Index = {}

    @classmethod
    def of(cls, triples: Iterable[tuple[Any, Any, Any]]) -> FactGraph:
        """Return a graph of some triples."""
        graph = cls()
        for triple in triples:
            graph.put(*triple)
        return graph

    def put(self, subject: RdflibTerm, predicate: RdflibTerm, value: RdflibTerm) -> None:
        """Add one triple."""
        values = self._forward.setdefault(subject, {}).setdefault(predicate, [])
        if value not in values:
            values.append(value)
            self._backward.setdefault(value, {}).setdefault(predicate, []).append(subject)

    def add(self, triple: Any) -> FactGraph:
        """Add one triple, as rdflib spells it."""
        self.put(*triple)
        return self

    def objects(self, subject: Any = None, predicate: Any = None, unique: bool = False) -> Iterator[Any]:  # type: ignore[override]
        """The values of a property of a node."""
        if subject is None or predicate is None or isinstance(predicate, rdflib.paths.Path):
            return super().objects(subject, predicate, unique)
        return iter(self._forward.get(subject, {}).get(predicate, ()))

    def subjects(self, predicate: Any = None, object: Any = None, unique: bool = False) -> Iterator[Any]:  # type: ignore[override]
        """The nodes that have a value of a property."""
        if object is None or predicate is None or isinstance(predicate, rdflib.paths.Path):
            return super().subjects(predicate, object, unique)
        return iter(self._backward.get(object, {}).get(predicate, ()))

    def predicate_objects(self, subject: Any = None, unique: bool = False) -> Iterator[tuple[Any, Any]]:  # type: ignore[override]
        """The properties and values of a node."""
        if subject is None:
            return super().predicate_objects(subject, unique)
        return ((p, o) for p, values in self._forward.get(subject, {}).items() for o in values)

    def triples(self, triple: Any) -> Iterator[Any]:  # type: ignore[override]
        """All triples that match; None matches all."""
        s, p, o = triple
        subjects = self._forward if s is None else {s: self._forward.get(s, {})}
        for subject, properties in subjects.items():
            for predicate, values in properties.items():
                if p is None or p == predicate:
                    yield from ((subject, predicate, v) for v in values if o is None or o == v)

    def __len__(self) -> int:
        return sum(len(v) for properties in self._forward.values() for v in properties.values())

    def __bool__(self) -> bool:
        return True

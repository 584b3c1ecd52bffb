"""pyshacl's constraints, read once and run over many nodes, inner shapes without wording results that nobody reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import rdflib
from pyshacl.constraints import CONSTRAINT_PARAMETERS_MAP
from pyshacl.constraints.constraint_component import ConstraintComponent
from pyshacl.pytypes import SHACLExecutor
from pyshacl.shape import Shape

from app.errors import ShapesError
from app.validate.facts import FactGraph
from app.validate.terms import RdflibTerm

Triples = list[tuple[object, object, object]]
_DEEPEST = 60


@dataclass(frozen=True, slots=True)
class Part:
    """A shape with its constraints read once."""

    shape: Shape
    constraints: tuple[ConstraintComponent, ...]

    @classmethod
    def of(cls, shape: Shape) -> Part:
        """Read the constraints of a shape, each component once, in a stable order."""
        parameters = {p for p, _ in shape.sg.graph.predicate_objects(shape.node)}
        components = {CONSTRAINT_PARAMETERS_MAP[p] for p in parameters if p in CONSTRAINT_PARAMETERS_MAP}
        return cls(shape, tuple(c(shape) for c in sorted(components, key=lambda c: str(c.shacl_constraint_component))))

    def run(self, executor: SHACLExecutor, graph: FactGraph, focus: list[RdflibTerm]) -> Iterator[Triples]:
        """Yield the triples of each result that the constraints have for some focus nodes."""
        if self.shape.deactivated:
            return
        values = self.shape.value_nodes(graph, focus)
        for constraint in self.constraints:
            _, reports = constraint.evaluate(executor, graph, values, [self.shape, constraint])
            for _, _, triples in reports:
                yield triples


class Inner:
    """A shape inside another one (in sh:or, sh:not, a qualified count …): only whether it holds is asked of it.

    Stands in pyshacl's table of shapes for the shape, which would word a result for every alternative that fails.
    """

    def __init__(self, part: Part) -> None:
        self._part = part
        self.node, self.is_property_shape = part.shape.node, part.shape.is_property_shape
        for constraint in part.constraints:
            constraint.make_v_result = _no_result  # type: ignore[method-assign]

    def validate(
        self, executor: SHACLExecutor, graph: FactGraph, focus: object = None, _evaluation_path: Sequence[object] = ()
    ) -> tuple[bool, list[object]]:
        """Return whether all focus nodes conform, and no results; the signature is that of pyshacl's shapes."""
        shape = self._part.shape
        if shape.deactivated:
            return True, []
        if len(_evaluation_path) > _DEEPEST:
            raise ShapesError("shapes use each other without end", where=str(shape.node), advice="Break the circle.")
        nodes = [focus] if isinstance(focus, rdflib.term.Identifier) else list(focus)  # type: ignore[call-overload]
        values = shape.value_nodes(graph, nodes)
        for constraint in self._part.constraints:
            conforms, _ = constraint.evaluate(executor, graph, values, [*_evaluation_path, shape, constraint])
            if not conforms:
                return False, []
        return True, []


def _no_result(*_: object, **__: object) -> None:
    """Words no result."""

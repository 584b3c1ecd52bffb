"""Where in a document a node comes from: the line of the first mention that leads to it."""

from __future__ import annotations

from collections.abc import Sequence

import pyoxigraph as ox

from app.validate.terms import text_of
from app.vocab import PROV, cev

_UPWARD = frozenset([cev("expresses"), cev("refersTo")])
_ASIDE = frozenset([cev("inDocument"), PROV + "wasGeneratedBy", PROV + "used", cev("accountOf")])


class Places:
    """Finds the line of a node by walking from it to the mentions above it; built only when something failed."""

    def __init__(self, quads: Sequence[ox.Quad], text: str | None, body_line: int) -> None:
        """`body_line` is the line of the file on which `text` begins, from 1."""
        self._text, self._body_line = text, body_line
        self._above: dict[str, list[str]] = {}
        self._starts: dict[str, int] = {}
        for quad in quads:
            predicate = quad.predicate.value
            if predicate == cev("charStart") and text_of(quad.object).isdigit() and len(text_of(quad.object)) < 12:
                self._starts[text_of(quad.subject)] = int(text_of(quad.object))
            elif predicate not in _ASIDE and isinstance(quad.object, ox.NamedNode | ox.BlankNode):
                self._above.setdefault(text_of(quad.object), []).append(text_of(quad.subject))

    def line(self, focus: str) -> int | None:
        """Return the line of the first mention of a node, or of the nearest node above it that has one."""
        level, seen = [focus], {focus}
        while level:
            starts = [self._starts[n] for n in level if n in self._starts]
            if starts:
                return self._line_at(min(starts))
            level = [n for node in level for n in self._above.get(node, []) if n not in seen]
            seen.update(level)
        return None

    def _line_at(self, start: int) -> int | None:
        if self._text is None or start > len(self._text):
            return None
        return self._body_line + self._text.count("\n", 0, start)

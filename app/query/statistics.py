"""Estimates of how many rows patterns give, from the exact counts of a snapshot (`statistics.json`)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.query.patterns import Pattern, Select

FILE = "statistics.json"
_CLOSURE_FACTOR = 3.0


@dataclass(frozen=True, slots=True)
class Kind:
    """Things that have the same predicates as often and the same classes, and how many they are."""

    count: int
    predicates: Mapping[str, int]
    classes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Statistics:
    """The counts of one snapshot; see `app/store/statistics.py` for what they hold."""

    quads: int
    predicates: Mapping[str, tuple[int, int, int]]
    values: Mapping[str, Mapping[str, int]]
    days: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kinds: tuple[Kind, ...] = ()

    @classmethod
    def read(cls, snapshot: Path) -> Statistics | None:
        """The statistics of a snapshot directory; None where it has none (an older build)."""
        try:
            found = json.loads((snapshot / FILE).read_text("utf-8"))
            return cls(
                quads=int(found["quads"]),
                predicates={p: (int(a), int(b), int(c)) for p, (a, b, c) in found["predicates"].items()},
                values={p: {v: int(n) for v, n in values.items()} for p, values in found["values"].items()},
                days={p: tuple(days) for p, days in found["days"].items()},
                kinds=tuple(_kinds(found.get("kinds"))),
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def rows(self, patterns: Iterable[Pattern], query: Select) -> float:
        """About how many rows some patterns give together, values taken for independent."""
        total = 1.0
        distinct: dict[str, list[float]] = {}
        for pattern in patterns:
            rows, subjects, objects = self._size(pattern, query)
            total *= rows
            for term, different in ((pattern.subject, subjects), (pattern.object, objects)):
                if term.startswith("?"):
                    distinct.setdefault(term, []).append(max(1.0, min(different, rows)))
        for different_values in distinct.values():
            for different in sorted(different_values)[1:]:
                total /= different
        return total

    def different(self, variable: str, patterns: Iterable[Pattern], query: Select) -> float:
        """About how many different values a variable has in some patterns."""
        best = float(self.quads)
        for pattern in patterns:
            rows, subjects, objects = self._size(pattern, query)
            if pattern.subject == variable:
                best = min(best, subjects, rows)
            if pattern.object == variable:
                best = min(best, objects, rows)
        return max(1.0, best)

    def _size(self, pattern: Pattern, query: Select) -> tuple[float, float, float]:
        """Rows, different subjects and different objects of one pattern."""
        rows, subjects, objects = self._path(pattern.path, query)
        if not pattern.object.startswith("?"):
            listed = self.values.get(query.iri(pattern.path[0]) or "") if len(pattern.path) == 1 else None
            value = query.iri(pattern.object)
            rows = float(listed.get(value or "", 0)) if listed is not None else rows / max(1.0, objects)
            subjects, objects = min(subjects, rows), 1.0
        if not pattern.subject.startswith("?"):
            rows /= max(1.0, subjects)
            subjects, objects = 1.0, min(objects, rows)
        return rows, subjects, objects

    def _path(self, path: tuple[str, ...], query: Select) -> tuple[float, float, float]:
        """A path as a relation: steps of a sequence are joined, alternatives added up, closures taken as larger."""
        if path[0].startswith("?"):
            return float(self.quads), self.quads / 8, self.quads / 4
        found: tuple[float, float, float] | None = None
        sign, inverse = "/", False
        for piece in path:
            if piece in ("/", "|"):
                sign = piece
            elif piece == "^":
                inverse = True
            elif (iri := query.iri(piece)) is not None:
                rows, subjects, objects = (float(n) for n in self.predicates.get(iri, (0, 0, 0)))
                step = (rows, objects, subjects) if inverse else (rows, subjects, objects)
                inverse = False
                found = step if found is None else _joined(found, step) if sign == "/" else _added(found, step)
            elif piece in ("*", "+") and found is not None:
                found = (found[0] * _CLOSURE_FACTOR, found[1], found[2])
        return found or (float(self.quads), self.quads / 8, self.quads / 4)


def _kinds(found: Mapping[str, Any] | None) -> Iterator[Kind]:
    """The kinds of things; none where they were not counted."""
    if found is None:
        return
    terms = [str(t) for t in found["terms"]]
    for count, predicates, classes in found["things"]:
        yield Kind(int(count), {terms[p]: int(n) for p, n in predicates}, frozenset(terms[c] for c in classes))


def _joined(a: tuple[float, float, float], b: tuple[float, float, float]) -> tuple[float, float, float]:
    rows = a[0] * b[0] / max(1.0, a[2], b[1])
    return rows, min(a[1], rows), min(b[2], rows)


def _added(a: tuple[float, float, float], b: tuple[float, float, float]) -> tuple[float, float, float]:
    return a[0] + b[0], a[1] + b[1], a[2] + b[2]

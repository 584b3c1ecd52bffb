"""What a graph holds, counted: triples, subjects and objects of each predicate, and the values of those with few.

A snapshot never changes, so these counts are exact for ever. They let queries be put differently before the engine sees
them (`app/query/rewriting.py`), and some counts be answered without counting.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from app.store.sorting import SortedLines

MAX_VALUES = 400  # a predicate with more different IRIs as values is not listed value by value
_DAY = re.compile(rb'"(\d{4}-\d\d-\d\d)"\^\^<http://www\.w3\.org/2001/XMLSchema#date>')


class _Values:
    """The values of one predicate: counted one by one while they are few, then only told apart on disk."""

    def __init__(self, predicate: bytes, many: SortedLines) -> None:
        self.triples = self.subjects = 0
        self.few: Counter[bytes] | None = Counter()
        self.days: set[bytes] | None = set()
        self._predicate = predicate
        self._many = many

    def add(self, value: bytes) -> None:
        self.triples += 1
        if self.days is not None:
            if _DAY.fullmatch(value):
                self.days.add(value)
            else:
                self.days = None
        if self.few is None:
            self._many.add((b"%s %s\n" % (self._predicate, value),))
            return
        self.few[value] += 1
        if len(self.few) > MAX_VALUES:
            self._many.add(b"%s %s\n" % (self._predicate, v) for v in self.few)
            self.few = None

    def listed(self) -> dict[str, int] | None:
        """Each value with its triples where they are few and all IRIs."""
        if self.few is None or not all(v.startswith(b"<") and b"\\" not in v for v in self.few):
            return None
        return {_iri(value): count for value, count in sorted(self.few.items())}


def count_graph(lines: Iterable[bytes], *, folder: Path | None = None) -> dict[str, Any]:
    """Return the counts of canonical N-Quads (sorted, each once, no triple in two graphs).

    `predicates`: IRI to [triples, subjects, objects]; `values`: predicate to value IRI to triples, for predicates whose
    values are few and all IRIs; `days`: predicate to its sorted days, for predicates whose values all are plain days.
    What does not fit into memory lies in `folder` meanwhile.
    """
    many = SortedLines(folder)
    found: dict[bytes, _Values] = {}
    before = (b"", b"")
    for line in lines:
        subject, predicate, value = line[: line.rindex(b" <")].split(b" ", 2)
        values = found.get(predicate)
        if values is None:
            values = found[predicate] = _Values(predicate, many)
        values.add(value)
        if (subject, predicate) != before:
            values.subjects += 1
            before = (subject, predicate)
    different = Counter(line[: line.index(b" ")] for line in many)
    different.update({p: len(values.few) for p, values in found.items() if values.few is not None})
    each = sorted(found.items())
    return {
        "quads": sum(values.triples for values in found.values()),
        "predicates": {_iri(p): [values.triples, values.subjects, different[p]] for p, values in each},
        "values": {_iri(p): listed for p, values in each if (listed := values.listed()) is not None},
        "days": {_iri(p): days for p, values in each if (days := _days(values.days))},
    }


def _iri(term: bytes) -> str:
    return term[1:-1].decode()


def _days(found: set[bytes] | None) -> list[str]:
    matches = [_DAY.fullmatch(value) for value in found or ()]
    return sorted(m[1].decode() for m in matches if m)

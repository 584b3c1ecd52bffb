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
MAX_KINDS = 20_000
_TYPE = b"<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
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


class _Kinds:
    """Things by what they have: the same predicates as often, the same classes. Given up where kinds are too many."""

    def __init__(self) -> None:
        self._found: Counter[tuple[tuple[tuple[bytes, int], ...], tuple[bytes, ...]]] | None = Counter()
        self._subject = b""
        self._predicates: Counter[bytes] = Counter()
        self._classes: list[bytes] = []

    def add(self, subject: bytes, predicate: bytes, value: bytes) -> None:
        if subject != self._subject:
            self._close()
            self._subject = subject
        self._predicates[predicate] += 1
        if predicate == _TYPE:
            self._classes.append(value)

    def _close(self) -> None:
        if self._predicates and self._found is not None:
            self._found[tuple(sorted(self._predicates.items())), tuple(sorted(self._classes))] += 1
            if len(self._found) > MAX_KINDS:
                self._found = None
        self._predicates.clear()
        self._classes.clear()

    def listed(self) -> dict[str, Any] | None:
        """The kinds as `terms`, and `things`: count, predicates with how often, classes, both as places in `terms`."""
        self._close()
        if self._found is None:
            return None
        places: dict[bytes, int] = {}

        def place(term: bytes) -> int:
            return places.setdefault(term, len(places))

        things = [
            [count, [[place(p), n] for p, n in predicates], [place(c) for c in classes if c.startswith(b"<")]]
            for (predicates, classes), count in sorted(self._found.items())
        ]
        return {"terms": [_iri(term) for term in places], "things": things}


def count_graph(lines: Iterable[bytes], *, folder: Path | None = None) -> dict[str, Any]:
    """Return the counts of canonical N-Quads (sorted, each once, no triple in two graphs).

    `predicates`: IRI to [triples, subjects, objects]; `values`: predicate to value IRI to triples, for predicates whose
    values are few and all IRIs; `days`: predicate to its sorted days, for predicates whose values all are plain days;
    `kinds`: how many things have which predicates how often, and which classes (null where kinds are too many).
    What does not fit into memory lies in `folder` meanwhile.
    """
    many = SortedLines(folder)
    found: dict[bytes, _Values] = {}
    kinds = _Kinds()
    before = (b"", b"")
    for line in lines:
        subject, predicate, value = line[: line.rindex(b" <")].split(b" ", 2)
        values = found.get(predicate)
        if values is None:
            values = found[predicate] = _Values(predicate, many)
        values.add(value)
        kinds.add(subject, predicate, value)
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
        "kinds": kinds.listed(),
    }


def _iri(term: bytes) -> str:
    return term[1:-1].decode()


def _days(found: set[bytes] | None) -> list[str]:
    matches = [_DAY.fullmatch(value) for value in found or ()]
    return sorted(m[1].decode() for m in matches if m)

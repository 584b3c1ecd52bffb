"""What a graph holds, counted: triples, subjects and objects of each predicate, and the values of those with few.

A snapshot never changes, so these counts are exact for ever. They let queries be put differently before the engine sees
them (`app/query/rewriting.py`), and some counts be answered without counting.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

MAX_VALUES = 400  # a predicate with more different IRIs as values is not listed value by value
_DAY = re.compile(rb'"(\d{4}-\d\d-\d\d)"\^\^<http://www\.w3\.org/2001/XMLSchema#date>')


def count_graph(lines: Iterable[bytes]) -> dict[str, Any]:
    """Return the counts of canonical N-Quads (sorted, each once, no triple in two graphs).

    `predicates`: IRI to [triples, subjects, objects]; `values`: predicate to value IRI to triples, for predicates whose
    values are few and all IRIs; `days`: predicate to its sorted days, for predicates whose values all are plain days.
    """
    triples: Counter[bytes] = Counter()
    subjects: Counter[bytes] = Counter()
    objects: dict[bytes, Counter[bytes]] = {}
    before = (b"", b"")
    for line in lines:
        subject, predicate, value = line[: line.rindex(b" <")].split(b" ", 2)
        triples[predicate] += 1
        if (subject, predicate) != before:
            subjects[predicate] += 1
            before = (subject, predicate)
        objects.setdefault(predicate, Counter())[value] += 1
    return {
        "quads": triples.total(),
        "predicates": {_iri(p): [n, subjects[p], len(objects[p])] for p, n in sorted(triples.items())},
        "values": {_iri(p): _values(found) for p, found in sorted(objects.items()) if _is_listed(found)},
        "days": {_iri(p): days for p, found in sorted(objects.items()) if (days := _days(found))},
    }


def _iri(term: bytes) -> str:
    return term[1:-1].decode()


def _is_listed(found: Counter[bytes]) -> bool:
    return len(found) <= MAX_VALUES and all(value.startswith(b"<") and b"\\" not in value for value in found)


def _values(found: Counter[bytes]) -> dict[str, int]:
    return {_iri(value): count for value, count in sorted(found.items())}


def _days(found: Counter[bytes]) -> list[str]:
    matches = [_DAY.fullmatch(value) for value in found]
    return sorted(m[1].decode() for m in matches if m) if all(matches) else []

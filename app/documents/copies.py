"""Texts that are nearly the same: the copies of one wire report under several publishers.

Every text is a set of hashed runs of five words; a bottom-k sketch finds candidates in near-linear time, and the exact
Jaccard similarity of the sets decides.
"""

from __future__ import annotations

import hashlib
import re
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations, pairwise

from app.model import Document, SameText

THRESHOLD = 0.6
_RUN = 5
_SKETCH = 24
_MAX_BUCKET = 60


def find_same_texts(documents: Iterable[Document]) -> tuple[SameText, ...]:
    """Return the pairs of documents that share at least `THRESHOLD` of their runs of five words, sorted by ids."""
    runs = {d.id: _runs(d.text) for d in documents}
    buckets: dict[int, list[str]] = defaultdict(list)
    for name in sorted(runs):
        for mark in runs[name][:_SKETCH]:
            buckets[mark].append(name)
    pairs = {pair for names in buckets.values() for pair in _candidates(names)}
    found = []
    for first, second in sorted(pairs):
        shared = len(set(runs[first]).intersection(runs[second]))
        similarity = shared / (len(runs[first]) + len(runs[second]) - shared)
        if similarity >= THRESHOLD:
            found.append(SameText(first=first, second=second, similarity=round(similarity, 3)))
    return tuple(found)


def _candidates(names: list[str]) -> Iterator[tuple[str, str]]:
    """Every pair of a short row; of a long one each with the first and with its neighbour: the cost stays linear."""
    if len(names) <= _MAX_BUCKET:
        yield from combinations(names, 2)
        return
    yield from ((names[0], other) for other in names[1:])
    yield from pairwise(names)


def _runs(text: str) -> array[int]:
    """The marks of a text's runs of words, sorted, each once; packed, since all texts of a build are held at once."""
    words = re.findall(r"\w+", text.casefold())
    if len(words) < 2 * _RUN:
        return array("Q")
    joined = (" ".join(words[i : i + _RUN]) for i in range(len(words) - _RUN + 1))
    marks = {int.from_bytes(hashlib.blake2b(j.encode(), digest_size=8).digest(), "big") for j in joined}
    return array("Q", sorted(marks))

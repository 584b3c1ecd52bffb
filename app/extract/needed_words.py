"""The words without one of which a pattern cannot match, so that most text is never searched by it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from importlib import import_module
from typing import Any

# How the standard library itself reads a pattern, since Python 3.11.
_PARSER = import_module("re._parser")
_SHORTEST = 2
_MOST = 40
# Letters that a pattern without regard to case takes for i, s or k, and that lower case does not.
_FOLDED = "İıſK"


def needed_words(pattern: str, flags: int = 0) -> tuple[str, ...]:
    """Return stretches of letters, in lower case, one of which every match of `pattern` holds; () where none is known.

    A match of text without any of them is impossible, so `any(word in text.lower() for word in words)` may go before.
    """
    found = _needed(_PARSER.parse(pattern, flags))
    return tuple(sorted(found)) if found is not None else ()


def _needed(tree: Sequence[Any]) -> frozenset[str] | None:
    """Return the best set of one sequence: the one whose shortest word is longest."""
    best: frozenset[str] | None = None
    run = ""
    for kind, value in [*tree, (None, None)]:
        name = str(kind)
        if name == "LITERAL" and chr(value).isascii() and chr(value).isalnum():
            run += chr(value).lower()
            continue
        best, run = _better(best, frozenset({run}) if len(run) >= _SHORTEST else None), ""
        best = _better(best, _of_part(name, value))
    return best


def _of_part(name: str, value: Any) -> frozenset[str] | None:
    if name == "SUBPATTERN":
        return _needed(value[-1])
    if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT") and value[0] >= 1:
        return _needed(value[2])
    if name == "ATOMIC_GROUP":
        return _needed(value)
    if name == "BRANCH":
        parts = [_needed(branch) for branch in value[1]]
        if all(part is not None for part in parts):
            union = frozenset().union(*(part for part in parts if part is not None))
            return union if len(union) <= _MOST else None
    return None


def _better(one: frozenset[str] | None, two: frozenset[str] | None) -> frozenset[str] | None:
    if one is None or two is None:
        return one or two
    return max(one, two, key=lambda words: (min(map(len, words)), -len(words)))


class Sieve:
    """Patterns of which only those are tried on a text whose words it holds."""

    def __init__(self, patterns: Sequence[re.Pattern[str]]) -> None:
        """Find the words of each pattern once."""
        needed = [needed_words(p.pattern, p.flags & ~re.UNICODE) for p in patterns]
        self._all = range(len(needed))
        self._always = [n for n, words in enumerate(needed) if not words]
        by_word: dict[str, list[int]] = defaultdict(list)
        for n, words in enumerate(needed):
            for word in words:
                by_word[word].append(n)
        self._by_word = list(by_word.items())

    def passing(self, text: str) -> Sequence[int]:
        """Return the positions of the patterns that can match, in order."""
        if not text.isascii() and any(c in text for c in _FOLDED):
            return self._all
        low = text.lower()
        found = {*self._always}
        for word, positions in self._by_word:
            if word in low:
                found.update(positions)
        return sorted(found)

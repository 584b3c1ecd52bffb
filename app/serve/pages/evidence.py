"""A quote cut into pieces, so that the words that name a value can be marked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

# Stems of words that describe injured or dead bodies: a quote with one of them is folded until a reader opens it.
_GRAPHIC = re.compile(
    r"\b(?:behead|decapitat|dismember|mutilat|disembowel|charred|severed|burnt? alive|corpse|foam(?:ing)? at|"
    r"body parts|blown apart|tortur|raped?\b|bled to death)",
    re.IGNORECASE,
)


class Piece(NamedTuple):
    """A stretch of a quote; `targets` are the values that it names, none for plain words."""

    text: str
    targets: tuple[str, ...] = ()
    differs: bool = False


class Mark(NamedTuple):
    """Characters `[start, end)` of a quote that name a value."""

    start: int
    end: int
    target: str


def pieces(quote: str, marks: Iterable[Mark]) -> list[Piece]:
    """Cut a quote at its marks; where they overlap, the first and longest takes the targets of those inside it."""
    taken: list[tuple[int, int, list[str]]] = []
    for mark in sorted(marks, key=lambda m: (m.start, -m.end, m.target)):
        if mark.start < 0 or mark.end > len(quote) or mark.start >= mark.end:
            continue
        if taken and mark.start < taken[-1][1]:
            if mark.end <= taken[-1][1] and mark.target not in taken[-1][2]:
                taken[-1][2].append(mark.target)
            continue
        taken.append((mark.start, mark.end, [mark.target]))
    found: list[Piece] = []
    position = 0
    for start, end, targets in taken:
        if start > position:
            found.append(Piece(quote[position:start]))
        found.append(Piece(quote[start:end], tuple(targets)))
        position = end
    if position < len(quote):
        found.append(Piece(quote[position:]))
    return found


def mark_words(quote: str, words: str, target: str) -> list[Mark]:
    """The first place of some words inside a quote, as a mark; none where they are not there."""
    start = quote.find(words) if words else -1
    return [Mark(start, start + len(words), target)] if start >= 0 else []


def is_graphic(text: str) -> bool:
    """Whether words describe injured or dead bodies."""
    return bool(_GRAPHIC.search(text))

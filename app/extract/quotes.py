"""Quotation marks: which stretches of a text are quoted, also over several paragraphs."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from app.model import Span

QUOTES_VERSION = "quotes.v2"
_MAX = 4000
_PAIRS = (("“", "”"), ("«", "»"))
_SINGLE = re.compile(r"(?<![\w’])‘(?=\w)[^‘\n]{12,600}?[.,!?\w]’(?=[\s,.;:!?)]|$)")
_STRAIGHT_SINGLE = re.compile(r"(?<![\w'])'(?=\w)[^'\n]{25,400}?[.,!?]'(?=[\s,.;:!?)]|$)")


class Quotes:
    """The quoted stretches of a text."""

    def __init__(self, text: str, paragraphs: Sequence[Span]) -> None:
        """Find them once; an unclosed mark runs to the end of its paragraph where the next one opens again."""
        self.spans = _find(text, paragraphs)
        self._starts = [s.start for s in self.spans]

    def at(self, index: int) -> Span | None:
        """Return the quotation that covers a character."""
        i = bisect_right(self._starts, index) - 1
        return self.spans[i] if i >= 0 and index < self.spans[i].end else None


def _find(text: str, paragraphs: Sequence[Span]) -> list[Span]:
    found: list[Span] = []
    for number, paragraph in enumerate(paragraphs):
        body = paragraph.of(text)
        following = paragraphs[number + 1].of(text).lstrip()[:1] if number + 1 < len(paragraphs) else ""
        for opening, closing in _PAIRS:
            found += _paired(body, paragraph.start, opening, closing, runs_on=following == opening)
        found += _straight(body, paragraph.start, runs_on=following == '"')
    for pattern in (_SINGLE, _STRAIGHT_SINGLE):
        singles = (Span(m.start(), m.end()) for m in pattern.finditer(text))
        found += [s for s in singles if not any(s.overlaps(f) for f in found)] if len(found) < 500 else []
    found.sort()
    kept: list[Span] = []
    for span in found:
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def _paired(body: str, shift: int, opening: str, closing: str, *, runs_on: bool) -> list[Span]:
    found: list[Span] = []
    start = body.find(opening)
    while start >= 0:
        end = body.find(closing, start)
        if end < 0:
            if runs_on:
                found.append(Span(shift + start, shift + len(body)))
            break
        if end - start < _MAX:
            found.append(Span(shift + start, shift + end + 1))
        start = body.find(opening, end)
    return found


def _straight(body: str, shift: int, *, runs_on: bool) -> list[Span]:
    marks = [m.start() for m in re.finditer('"', body)]
    found = [
        Span(shift + a, shift + b + 1) for a, b in zip(marks[::2], marks[1::2], strict=False) if b - a < _MAX
    ]  # a mark left over opens a quotation only where the next paragraph goes on with it
    if len(marks) % 2 and runs_on:
        found.append(Span(shift + marks[-1], shift + len(body)))
    return found

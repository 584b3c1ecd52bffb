"""The text of a document as pages may show it: stretches of characters with the numbers of their statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.serve.pages.story import StatementView


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of text: which statements it expresses by number, which begin and which end with it.

    `skipped` counts characters left out before it; `start` is its first character.
    """

    start: int
    text: str
    covers: tuple[int, ...]
    ends: tuple[int, ...]
    skipped: int = 0


def read_passages(statements: Sequence[StatementView], text: str | None, length: int) -> list[Passage]:
    """Return the passages of a document in order: the whole text where it may be shown, else its quotes."""
    spans = [
        (number, quote.start, quote.end, "".join(p.text for p in quote.pieces))
        for number, statement in enumerate(statements, start=1)
        for quote in statement.quotes
    ]
    letters = dict(enumerate(text)) if text is not None else _letters(spans)
    borders = sorted(
        {0, *(s for _, s, _, _ in spans), *(e for _, _, e, _ in spans), *([len(text)] if text is not None else [])}
    )
    passages: list[Passage] = []
    shown_until = 0
    for start, end in pairwise(borders):
        piece = "".join(letters.get(place, "") for place in range(start, end))
        if not piece:
            continue
        covers = tuple(sorted({n for n, s, e, _ in spans if s <= start and end <= e}))
        ends = tuple(sorted({n for n, _, e, _ in spans if e == end and n in covers}))
        passages.append(Passage(start, piece, covers, ends, start - shown_until))
        shown_until = end
    if passages and length > shown_until:
        passages.append(Passage(shown_until, "", (), (), length - shown_until))
    return passages


def _letters(spans: Iterable[tuple[int, int, int, str]]) -> dict[int, str]:
    letters: dict[int, str] = {}
    for _, start, _, quote in spans:
        letters.update({start + place: letter for place, letter in enumerate(quote)})
    return letters

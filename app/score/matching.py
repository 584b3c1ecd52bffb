"""Which statement of the graph is which statement of gold, and which value is which."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from app.model import Span
from app.score.gold import GoldStatement, GoldThing
from app.score.graph import FoundStatement, FoundThing

_COVERED_OF_SHORTER = 0.6
_COVERED_OF_LONGER = 0.15
_SHARED_WORDS = 0.5
_EMPTY_WORDS = frozenset(
    ("the", "a", "an", "of", "in", "and", "government", "regime", "city", "town", "province", "governorate", "republic",
     "ministry")
)  # fmt: skip


def _words(name: str) -> frozenset[str]:
    flat = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return frozenset(w.rstrip("s") for w in re.findall(r"[a-z0-9]+", flat)) - _EMPTY_WORDS


def is_same(gold: GoldThing, found: FoundThing) -> bool:
    """Whether a value is that of gold: by Wikidata id where both have one, else by half of all words of a name."""
    if gold.item and found.items:
        return found.items == {gold.item}
    if gold.name in ("DOCUMENT", "UNNAMED") or found.role:
        return gold.name == found.role
    for name in filter(None, (gold.name, gold.words)):
        wanted = _words(name)
        for label in found.labels:
            words = _words(label)
            if wanted and words and len(wanted & words) / len(wanted | words) >= _SHARED_WORDS:
                return True
    return False


def overlap(one: Span, two: Span) -> float:
    """Return how much of the longer stretch both share, or 0 where that is too little to be the same words."""
    shared = max(0, min(one.end, two.end) - max(one.start, two.start))
    shorter, longer = sorted((one.end - one.start, two.end - two.start))
    enough = shorter > 0 and shared / shorter >= _COVERED_OF_SHORTER and shared / longer >= _COVERED_OF_LONGER
    return shared / longer if enough else 0.0


def is_claimant_right(gold: GoldStatement, found: FoundStatement) -> bool:
    """Whether there is a claimant and none is foreign; a spokesperson of gold is not foreign."""
    known = (*gold.claimants, *gold.spokespersons)
    return bool(found.claimants) and all(any(is_same(g, c) for g in known) for c in found.claimants)


def match(gold: Sequence[GoldStatement], found: Sequence[FoundStatement], *, with_claimant: bool) -> dict[int, int]:
    """Return pairs of positions, one to one, the best first: agreement on who, what and polarity, then overlap."""
    pairs = []
    for i, wanted in enumerate(gold):
        for j, one in enumerate(found):
            share = _shared(wanted, one)
            right = is_claimant_right(wanted, one) if share else False
            if share and (right or not with_claimant):
                agreement = (
                    right
                    + ({wanted.type} == one.types)
                    + (wanted.polarity == one.polarity)
                    + ({wanted.event_type} == one.event_types)
                )
                pairs.append((-agreement, -share, i, j))
    matched: dict[int, int] = {}
    for _, _, i, j in sorted(pairs):
        if i not in matched and j not in matched.values():
            matched[i] = j
    return matched


def _shared(gold: GoldStatement, found: FoundStatement) -> float:
    inside = sum(any(overlap(g, s) for g in gold.spans) for s in found.spans)
    if inside < len(found.spans) / 2:
        return 0.0
    return max((overlap(g, s) for g in gold.spans for s in found.spans), default=0.0)

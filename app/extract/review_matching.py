"""Which extracted statement a correction means, also after the reader has changed: words first, then claimant and type.

A correction whose words stand in the text but fit nothing that the reader finds now is not an error of the person: it
is reported and the rest of the review holds. What a person rejected stays out even where the reader now names another
claimant or type.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import ReviewError
from app.extract.review_yaml import Lined
from app.model import Document, SetAside, Statement


@dataclass(frozen=True, slots=True)
class Match:
    """The statements that a correction means (one; for a reject all that are left of it), or none with a note why."""

    statements: tuple[Statement, ...]
    note: str | None = None


def match_correction(statements: Sequence[Statement], entry: Lined, document: Document, where: str) -> Match:
    """Return what a correction means. Raises ReviewError where it names nothing of the text or several statements."""
    words = entry.get("match")
    if not isinstance(words, str) or not words:
        raise ReviewError("accept, change and reject name a statement by match", where=where)
    if words not in document.text:
        raise ReviewError(f"no extracted statement fits {words[:60]!r}", where=where, why="the text does not hold it")
    action = str(entry.get("action"))
    here = [s for s in statements if words in s.evidence.of(document.text)]
    for drop in ((), ("type",), ("claimant",), ("claimant", "type")):
        found = [s for s in here if _fits(s, entry, drop)]
        if not found:
            continue
        note = f"{action} {words[:60]!r} matches only without its {' and '.join(drop)}" if drop else None
        if len(found) == 1 or (drop and action == "reject"):
            return Match(tuple(found), note)
        if not drop:
            advice = "Give more words, the claimant or the type."
            raise ReviewError(f"{len(found)} extracted statements fit {words[:60]!r}", where=where, advice=advice)
        return Match((), f"{action} {words[:60]!r} matches {len(found)} statements that the reader finds now")
    return Match((), f"{action} {words[:60]!r} matches nothing that the reader finds now")


def _fits(statement: Statement, entry: Lined, drop: tuple[str, ...]) -> bool:
    claimant, type_ = entry.get("claimant"), entry.get("type")
    if claimant and "claimant" not in drop:
        wanted = str(claimant).casefold()
        if not any(wanted == c.name.casefold() for c in statement.claimants):
            return False
    return not type_ or "type" in drop or statement.type == type_


def unmatched(path: str, line: int, note: str) -> SetAside:
    """Return the note of a correction that did not carry over whole."""
    advice = "See `rashomon review ID --diff`, and write the statement whole (action: add) where it is right."
    return SetAside(path, line, f"correction does not carry over: {note}", "reviews", advice)

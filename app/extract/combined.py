"""Two readers on one document: only what both find (`agreement`), or what either finds (`union`), with confidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from app.model import Document, EventRecord, Records, Statement

_SHARED = 0.5
_ALONE = 0.8
_HIGHEST = 0.95


class Reads(Protocol):
    """A reader of documents."""

    name: str

    def read(self, document: Document) -> Records:
        """Return what the document says that somebody says."""


class CombinedReader:
    """Reads with two readers; the first one's words win where both find a statement."""

    def __init__(self, first: Reads, second: Reads, *, only_agreed: bool) -> None:
        """`only_agreed` drops what one finds alone; else it is kept with less confidence."""
        self.name = f"{first.name} {'and' if only_agreed else 'or'} {second.name}"
        self._first, self._second, self._only_agreed = first, second, only_agreed

    def read(self, document: Document) -> Records:
        """Return the combination. Where the second reader fails, the first one's reading stands, with its note."""
        one, two = self._first.read(document), self._second.read(document)
        if not two.read or not one.read:
            return replace(one, generator=self.name, set_aside=one.set_aside + two.set_aside, counts=two.counts)
        statements, agreed = self._combine(one.statements, two.statements)
        counts = {**dict(two.counts), "agreed": float(agreed)}
        keys = {s.account.event for s in statements}
        known = {e.key: e for e in (*two.events, *one.events)}
        return replace(
            one,
            generator=self.name,
            statements=statements,
            events=tuple(known.get(k, EventRecord(key=k)) for k in sorted(keys | {e.key for e in one.events})),
            mentions=one.mentions,
            set_aside=one.set_aside + two.set_aside,
            counts=tuple(sorted(counts.items())),
        )

    def _combine(self, first: Sequence[Statement], second: Sequence[Statement]) -> tuple[tuple[Statement, ...], int]:
        left = list(second)
        made: list[Statement] = []
        agreed = 0
        for statement in first:
            other = next((s for s in left if _agree(statement, s)), None)
            if other is not None:
                left.remove(other)
                agreed += 1
                sure = 1 - (1 - statement.confidence) * (1 - other.confidence)
                made.append(replace(statement, confidence=round(min(_HIGHEST, sure), 3)))
            elif not self._only_agreed:
                made.append(replace(statement, confidence=round(statement.confidence * _ALONE, 3)))
        if not self._only_agreed:
            made += [replace(s, confidence=round(s.confidence * _ALONE, 3)) for s in left]
        return _with_links_that_hold(made), agreed


def _agree(one: Statement, two: Statement) -> bool:
    """Whether two readers say the same: overlapping words, a common claimant, equal polarity and kind of event."""
    a, b = one.evidence, two.evidence
    shared = min(a.end, b.end) - max(a.start, b.start)
    if shared < _SHARED * min(a.end - a.start, b.end - b.start) or one.polarity != two.polarity:
        return False
    names = {c.name.casefold() for c in one.claimants}
    spans = [c.span for c in one.claimants if c.span is not None]
    same = any(
        c.name.casefold() in names or (c.span is not None and any(c.span.overlaps(s) for s in spans))
        for c in two.claimants
    )
    return same and one.type.is_claim == two.type.is_claim and one.account.event_type == two.account.event_type


def _with_links_that_hold(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """Statements without pointers to those that were dropped."""
    ids = {s.id for s in statements}

    def kept(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(n for n in names if n in ids)

    return tuple(
        replace(
            s,
            disputes=kept(s.disputes),
            endorses=kept(s.endorses),
            alternative_to=kept(s.alternative_to),
            account=replace(
                s.account, fabrication_of=s.account.fabrication_of if s.account.fabrication_of in ids else None
            ),
        )
        for s in statements
    )

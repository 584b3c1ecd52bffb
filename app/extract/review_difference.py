"""What a person's review changes of what the reader finds, statement by statement, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.extract.review_statements import SLOTS
from app.model import CasualtyFigure, Document, Entity, Span, Statement, TimeExpression

_PEOPLE = ("claimants", "spokespersons", "relayed_by")
_PLAIN = ("type", "mode", "polarity", "certainty", "denial_scope", "hedge", "medium")
_ACCOUNT = ("event_type", "modality", "breach_of", "investigation_of", "response_to", "motive")
_FEWEST_SHARED = 0.5


@dataclass(frozen=True, slots=True)
class Change:
    """One statement on which reader and person differ: `both` with its differences, or found by one of them alone."""

    kind: str
    statement: Statement
    differences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes of one document, with the number of statements that are the same."""

    same: int
    changes: tuple[Change, ...]

    def words(self, document: Document) -> str:
        """Return the difference for a person to read."""
        counts = {k: sum(c.kind == k for c in self.changes) for k in ("both", "reader", "review")}
        lines = [
            f"{document.id}: {self.same} statements the same, {counts['both']} corrected,"
            f" {counts['reader']} found by the reader alone, {counts['review']} by the review alone."
        ]
        titles = {"both": "Corrected", "reader": "Only the reader", "review": "Only the review"}
        for kind, title in titles.items():
            for change in self.changes:
                if change.kind == kind:
                    lines.append(f"\n{title}: {_summary(change.statement, document.text)}")
                    lines += [f"    {difference}" for difference in change.differences]
        return "\n".join(lines)


def compare(document: Document, found: Sequence[Statement], reviewed: Sequence[Statement]) -> Difference:
    """Pair the reader's statements with the person's by words, claimant and type, and tell how the pairs differ."""
    pairs = _pair(found, reviewed)
    changes: list[Change] = []
    same = 0
    for i, j in sorted(pairs.items(), key=lambda pair: reviewed[pair[1]].evidence):
        differences = tuple(_differences(found[i], reviewed[j]))
        same += not differences
        if differences:
            changes.append(Change("both", reviewed[j], differences))
    changes += [Change("reader", s) for i, s in enumerate(found) if i not in pairs]
    changes += [Change("review", s) for j, s in enumerate(reviewed) if j not in pairs.values()]
    return Difference(same, tuple(changes))


def _pair(found: Sequence[Statement], reviewed: Sequence[Statement]) -> dict[int, int]:
    likely = []
    for i, one in enumerate(found):
        for j, two in enumerate(reviewed):
            shared = max(_shared(a, b) for a in one.spans for b in two.spans)
            if shared >= _FEWEST_SHARED:
                agreement = (_names(one.claimants) == _names(two.claimants)) + (one.type == two.type)
                agreement += one.account.event_type == two.account.event_type
                likely.append((-agreement, -shared, i, j))
    pairs: dict[int, int] = {}
    for _, _, i, j in sorted(likely):
        if i not in pairs and j not in pairs.values():
            pairs[i] = j
    return pairs


def _shared(one: Span, two: Span) -> float:
    """The share of the shorter stretch that both cover."""
    both = max(0, min(one.end, two.end) - max(one.start, two.start))
    return both / max(1, min(one.end - one.start, two.end - two.start))


def _differences(found: Statement, reviewed: Statement) -> Iterator[str]:
    for name in _PLAIN:
        yield from _plain(name, getattr(found, name), getattr(reviewed, name))
    for name in _ACCOUNT:
        yield from _plain(name, getattr(found.account, name), getattr(reviewed.account, name))
    for name in _PEOPLE:
        yield from _entities(name, getattr(found, name), getattr(reviewed, name))
    for name in SLOTS:
        yield from _entities(name, getattr(found.account, name), getattr(reviewed.account, name))
    yield from _plain("time", _days(found.account.time), _days(reviewed.account.time))
    yield from _sets("casualties", _figures(found.account.casualties), _figures(reviewed.account.casualties))
    yield from _plain("characters", _places(found.spans), _places(reviewed.spans))


def _plain(name: str, before: object, after: object) -> Iterator[str]:
    if before != after:
        yield f"{name}: {before or 'none'} -> {after or 'none'}"


def _entities(name: str, before: tuple[Entity, ...], after: tuple[Entity, ...]) -> Iterator[str]:
    yield from _sets(name, _names(before), _names(after))


def _sets(name: str, before: set[str], after: set[str]) -> Iterator[str]:
    parts = [f"- {_short(x)}" for x in sorted(before - after)] + [f"+ {_short(x)}" for x in sorted(after - before)]
    if parts:
        yield f"{name}: {', '.join(parts)}"


def _names(entities: Sequence[Entity]) -> set[str]:
    return {e.name for e in entities}


def _places(spans: Sequence[Span]) -> str:
    return ", ".join(f"{s.start} to {s.end}" for s in sorted(spans))


def _days(time: TimeExpression | None) -> str | None:
    if time is None:
        return None
    first, last = time.earliest, time.latest
    return f"{first or '..'}" if first == last else f"{first or '..'} to {last or '..'}"


def _figures(figures: Sequence[CasualtyFigure]) -> set[str]:
    return {f"{f.kind} {f.minimum if f.minimum is not None else '..'} to {f.maximum or '..'}" for f in figures}


def _short(words: str) -> str:
    flat = " ".join(words.split())
    return flat if len(flat) <= 70 else f"{flat[:67]}..."


def _summary(statement: Statement, text: str) -> str:
    who = ", ".join(sorted(_names(statement.claimants)))
    span = statement.evidence
    place = f"characters {span.start} to {span.end}"
    return f"{statement.type} of {statement.account.event_type} by {who}, {place}: {_short(span.of(text))!r}"

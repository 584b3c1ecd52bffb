"""How like two events of two documents are, from what their accounts state, and why; a number and a sentence.

Only what both state counts. Nothing of who is blamed is needed: rival accounts of one event differ in exactly that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.model import (
    ATTACKS,
    Account,
    CasualtyKind,
    Document,
    Entity,
    EventType,
    Records,
    Reference,
    ReferenceEntry,
    SameText,
)

Key = tuple[str, str]
_UNSPECIFIC = frozenset({EventType.ATTACK, EventType.KILLING})
_WIDE = frozenset({"ProvincePrecision", "CountryPrecision", "RegionPrecision"})
_MOST_DAYS = 3
_PLACE, _SAME_DAY, _NEXT_DAY = 0.45, 0.3, 0.15
_SAME_KIND, _OPEN_KIND, _OTHER_KIND = 0.1, 0.05, -0.05
_INSTRUMENT, _ACTOR, _FIGURES, _FIGURES_APART, _ONE_TEXT = 0.1, 0.05, 0.1, -0.15, 0.2
_FAR_APART = 3


@dataclass(frozen=True, slots=True)
class Setting:
    """What likeness needs besides the events: places that are too wide, data sets of documents, copies of one text."""

    wide: frozenset[str]
    labels: Mapping[str, str]
    datasets: Mapping[str, str]
    copies: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, documents: Iterable[Document], reference: Reference, same_texts: Sequence[SameText]) -> Setting:
        """Gather it."""
        return cls(
            wide=frozenset(str(e.iri) for e in reference.entries if _is_wide(e)),
            labels={e.iri: e.label for e in reference.entries},
            datasets={d.id: d.dataset for d in documents if d.dataset},
            copies=frozenset((s.first, s.second) for s in same_texts),
        )


def _is_wide(entry: ReferenceEntry) -> bool:
    return entry.precision in _WIDE


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One event of one document as its accounts state it; `apart` names what a person set it apart from."""

    key: Key
    kinds: frozenset[EventType]
    places: frozenset[str]
    first: date | None
    last: date | None
    instruments: frozenset[str]
    actors: frozenset[str]
    killed: tuple[int, int] | None
    matter: str | None
    apart: frozenset[str]
    dataset: str | None

    @property
    def is_vague(self) -> bool:
        """Whether it says too little of where and when to be likened at all."""
        return not self.places or not self.days()

    @property
    def is_attack(self) -> bool:
        """Whether any account calls it a kind of attack."""
        return bool(self.kinds & ATTACKS)

    def days(self) -> range:
        """Its days as ordinals; none where they are unknown or too many to tell events apart."""
        if self.first is None or self.last is None or (self.last - self.first).days > _MOST_DAYS:
            return range(0)
        return range(self.first.toordinal(), self.last.toordinal() + 1)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like two events are (0 to 1), and the reason in words."""

    score: float
    reason: str = ""


def occurrences(records: Records, setting: Setting) -> Iterator[Occurrence]:
    """Yield the events of one document."""
    given = {e.key: e for e in records.events}
    keys = {s.account.event for s in records.statements} | set(given)
    for key in sorted(keys):
        accounts = [s.account for s in records.statements if s.account.event == key]
        times = [a.time for a in accounts if a.time is not None and a.time.earliest and a.time.latest]
        event = given.get(key)
        yield Occurrence(
            key=(records.document_id, key),
            kinds=frozenset(a.event_type for a in accounts),
            places=frozenset(p for a in accounts for p in _references(a.places)) - setting.wide,
            first=min((t.earliest for t in times if t.earliest), default=None),
            last=max((t.latest for t in times if t.latest), default=None),
            instruments=frozenset(i for a in accounts for i in _references(a.instruments)),
            actors=frozenset(x for a in accounts for x in _references((*a.perpetrators, *a.targets, *a.participants))),
            killed=_killed(accounts),
            matter=event.matter if event else None,
            apart=frozenset(event.apart if event else ()),
            dataset=setting.datasets.get(records.document_id),
        )


def _references(entities: Sequence[Entity]) -> list[str]:
    return [e.reference for e in entities if e.reference]


def _killed(accounts: Sequence[Account]) -> tuple[int, int] | None:
    """The lowest and highest number of dead that any account gives."""
    figures = [f for a in accounts for f in a.casualties if f.kind is CasualtyKind.KILLED and f.victim_group is None]
    numbers = [n for f in figures for n in (f.minimum, f.maximum, f.best_estimate) if n is not None]
    return (min(numbers), max(numbers)) if numbers else None


def may_join(one: Occurrence, two: Occurrence) -> bool:
    """Whether nothing forbids that two events are one: one document, one data set, a person's word, days, kinds."""
    if one.key[0] == two.key[0] or (one.dataset is not None and one.dataset == two.dataset):
        return False
    if _sets_apart(one, two) or _sets_apart(two, one):
        return False
    if one.matter is not None and two.matter is not None:
        return one.matter == two.matter
    if one.kinds and two.kinds and one.is_attack != two.is_attack:
        return False
    return _gap(one, two) <= 1


def _sets_apart(one: Occurrence, two: Occurrence) -> bool:
    names = {two.key[0], "#".join(two.key), two.matter}
    return bool(one.apart & names)


def _gap(one: Occurrence, two: Occurrence) -> int:
    """Days between two events; 0 where they overlap or a day is unknown."""
    if one.first is None or one.last is None or two.first is None or two.last is None:
        return 0
    return max(0, (max(one.first, two.first) - min(one.last, two.last)).days)


def liken(one: Occurrence, two: Occurrence, setting: Setting) -> Likeness:
    """Return how like two events are that share a place and may be joined."""
    places, days = one.places & two.places, (one.days(), two.days())
    if not places or not all(days) or not one.is_attack or not two.is_attack:
        return Likeness(0.0)
    gap = _gap(one, two)
    where = setting.labels.get(min(places), "one place")
    when = min(one.last, two.last) if one.last and two.last else None
    score = _PLACE + (_SAME_DAY if gap == 0 else _NEXT_DAY)
    days_words = f"on {when}" if gap == 0 else f"about {when}"
    reasons = [f"both are reported in {where} {days_words}"]
    for part, reason in _further(one, two, setting):
        score += part
        if reason:
            reasons.append(reason)
    return Likeness(round(max(0.0, min(0.99, score)), 2), ", ".join(reasons))


def _further(one: Occurrence, two: Occurrence, setting: Setting) -> Iterator[tuple[float, str]]:
    """What adds to place and day, or takes away."""
    kinds = one.kinds & two.kinds
    if kinds - _UNSPECIFIC:
        yield _SAME_KIND, "of one kind"
    else:
        yield (_OPEN_KIND if (one.kinds | two.kinds) & _UNSPECIFIC else _OTHER_KIND), ""
    if one.instruments & two.instruments:
        yield _INSTRUMENT, "with one kind of weapon"
    if one.actors & two.actors:
        yield _ACTOR, ""
    if one.killed and two.killed:
        low, high = sorted((one.killed, two.killed))
        if low[1] >= high[0]:
            yield _FIGURES, "with counts of the dead that agree"
        elif high[0] > _FAR_APART * max(1, low[1]):
            yield _FIGURES_APART, ""
    if (min(one.key[0], two.key[0]), max(one.key[0], two.key[0])) in setting.copies:
        yield _ONE_TEXT, "in copies of one text"

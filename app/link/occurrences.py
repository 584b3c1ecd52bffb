"""Events of single documents as their accounts state them: what is compared when documents are linked."""

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
    EntityKind,
    EventType,
    Records,
    Reference,
    ReferenceEntry,
    SameText,
)

Key = tuple[str, str]
_WIDE = frozenset({"ProvincePrecision", "CountryPrecision", "RegionPrecision"})
_MOST_DAYS = 3


@dataclass(frozen=True, slots=True)
class Setting:
    """What likeness needs besides the events: places that are too wide, bodies above bodies, days of publication, data
    sets of documents, copies of one text."""

    wide: frozenset[str]
    labels: Mapping[str, str]
    above: Mapping[str, frozenset[str]]
    published: Mapping[str, date]
    datasets: Mapping[str, str]
    copies: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, documents: Iterable[Document], reference: Reference, same_texts: Sequence[SameText]) -> Setting:
        """Gather it."""
        published: dict[str, date] = {}
        datasets: dict[str, str] = {}
        for document in documents:
            if document.published and len(document.published) == len("2018-11-24"):
                published[document.id] = date.fromisoformat(document.published)
            if document.dataset:
                datasets[document.id] = document.dataset
        return cls(
            wide=frozenset(str(e.iri) for e in reference.entries if e.precision in _WIDE),
            labels={e.iri: e.label for e in reference.entries},
            above=_above(reference.entries),
            published=published,
            datasets=datasets,
            copies=frozenset((s.first, s.second) for s in same_texts),
        )


def _above(entries: Iterable[ReferenceEntry]) -> dict[str, frozenset[str]]:
    """For each actor all that it is part of."""
    parents: dict[str, str] = {e.iri: e.part_of for e in entries if e.kind is EntityKind.ACTOR and e.part_of}
    found: dict[str, frozenset[str]] = {}
    for iri in parents:
        above: set[str] = set()
        now = parents.get(iri)
        while now is not None and now not in above:
            above.add(now)
            now = parents.get(now)
        found[iri] = frozenset(above)
    return found


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One event of one document as its accounts state it.

    `wide` are places too wide to tell attacks apart by, `about` the events that it breaches, investigates or is said to
    fabricate, `apart` names what a person set it apart from, `published` is the day of its document.
    """

    key: Key
    kinds: frozenset[EventType]
    places: frozenset[str]
    wide: frozenset[str]
    first: date | None
    last: date | None
    published: date | None
    instruments: frozenset[str]
    perpetrators: frozenset[str]
    targets: frozenset[str]
    participants: frozenset[str]
    killed: tuple[int, int] | None
    about: frozenset[Key]
    matter: str | None
    apart: frozenset[str]
    dataset: str | None

    @property
    def is_vague(self) -> bool:
        """Whether it says too little of where and when, or of what it is about, to be likened at all."""
        if self.about:
            return False
        if self.is_attack:
            return not self.places or not self.days()
        return not (self.places or self.wide) or self.first is None

    @property
    def is_attack(self) -> bool:
        """Whether any account calls it a kind of attack."""
        return bool(self.kinds & ATTACKS)

    @property
    def sort(self) -> frozenset[EventType]:
        """What sort of event it is: attacks are one sort, whatever else is said of them; others are told apart."""
        return frozenset({EventType.ATTACK}) if self.is_attack else self.kinds - {EventType.INCIDENT}

    @property
    def actors(self) -> frozenset[str]:
        """Whoever has a part in it."""
        return self.perpetrators | self.targets | self.participants

    def days(self) -> range:
        """Its days as ordinals; none where they are unknown or too many to tell events apart."""
        if self.first is None or self.last is None or (self.last - self.first).days > _MOST_DAYS:
            return range(0)
        return range(self.first.toordinal(), self.last.toordinal() + 1)


def occurrences(records: Records, setting: Setting) -> Iterator[Occurrence]:
    """Yield the events of one document."""
    given = {e.key: e for e in records.events}
    keys = {s.account.event for s in records.statements} | set(given)
    events = {s.id: s.account.event for s in records.statements}
    for key in sorted(keys):
        accounts = [s.account for s in records.statements if s.account.event == key]
        times = [a.time for a in accounts if a.time is not None and a.time.earliest and a.time.latest]
        places = frozenset(p for a in accounts for p in _references(a.places))
        event = given.get(key)
        yield Occurrence(
            key=(records.document_id, key),
            kinds=frozenset(a.event_type for a in accounts),
            places=places - setting.wide,
            wide=places & setting.wide,
            first=min((t.earliest for t in times if t.earliest), default=None),
            last=max((t.latest for t in times if t.latest), default=None),
            published=setting.published.get(records.document_id),
            instruments=frozenset(i for a in accounts for i in _references(a.instruments)),
            perpetrators=frozenset(x for a in accounts for x in _references(a.perpetrators)),
            targets=frozenset(x for a in accounts for x in _references(a.targets)),
            participants=frozenset(x for a in accounts for x in _references((*a.participants, *a.guarantors))),
            killed=_killed(accounts),
            about=frozenset((records.document_id, k) for a in accounts for k in _about(a, events) if k != key),
            matter=event.matter if event else None,
            apart=frozenset(event.apart if event else ()),
            dataset=setting.datasets.get(records.document_id),
        )


def _references(entities: Sequence[Entity]) -> list[str]:
    return [e.reference for e in entities if e.reference]


def _about(account: Account, events: Mapping[str, str]) -> Iterator[str]:
    """The events that an account breaches, investigates or calls fabricated (by the statement that tells of it)."""
    yield from filter(None, (account.breach_of, account.investigation_of))
    if account.fabrication_of is not None and account.fabrication_of in events:
        yield events[account.fabrication_of]


def _killed(accounts: Sequence[Account]) -> tuple[int, int] | None:
    """The lowest and highest number of dead that any account gives."""
    figures = [f for a in accounts for f in a.casualties if f.kind is CasualtyKind.KILLED and f.victim_group is None]
    numbers = [n for f in figures for n in (f.minimum, f.maximum, f.best_estimate) if n is not None]
    return (min(numbers), max(numbers)) if numbers else None

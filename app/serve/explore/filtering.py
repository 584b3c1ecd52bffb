"""Narrows what is known to what was chosen: events with what is said of them, and what each facet would give."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from app.serve.explore.choice import Choice
from app.serve.explore.facts import Facts, Said
from app.serve.pages.words import OPEN, OPPOSING, STANCES, SUPPORTING, Stance, Words, day_words

Sets = dict[str, set[str]]


@dataclass(slots=True)
class EventRow:
    """One event as far as it was published: who speaks of it, and in which kinds, places and days they put it."""

    iri: str
    said: list[Said]
    label: Words = field(default_factory=lambda: Words(""))
    claimants: set[str] = field(default_factory=set)
    types: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)
    actors: set[str] = field(default_factory=set)
    stances: set[Stance] = field(default_factory=set)
    first: str = ""
    last: str = ""
    propositions: int = 0
    contested: int = 0

    @property
    def when(self) -> str:
        """The days that accounts give, from the first to the last."""
        return day_words(self.first, self.last) if self.first else ""


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a facet, how many events it would leave, and whether it is chosen."""

    value: str
    label: Words
    events: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Found:
    """The events that fit, and the options of each facet."""

    events: list[EventRow]
    facets: dict[str, list[Option]]
    statements: int
    claimants: int
    contested: int
    undated: int


def all_events(facts: Facts) -> list[EventRow]:
    """Every event with all that was ever published of it."""
    return _events(facts, facts.said)


def find(facts: Facts, choice: Choice, everything: list[EventRow] | None = None) -> Found:
    """Narrow; a facet's options count what it would give beside the other choices. `everything` are all events, where
    they are known already."""
    if choice.as_known:
        events = _events(facts, (one for one in facts.said if one.published and one.published <= choice.as_known))
    else:
        events = all_events(facts) if everything is None else everything
    tests = _tests(facts, choice)
    fitting = [event for event in events if all(test(event) for test in tests.values())]
    facets = {
        name: _options(facts, choice, name, [e for e in events if all(t(e) for key, t in tests.items() if key != name)])
        for name in _VALUES
    }
    return Found(
        events=sorted(fitting, key=lambda e: (-len(e.said), e.label.text, e.iri)),
        facets=facets,
        statements=sum(len(event.said) for event in fitting),
        claimants=len(set().union(*(event.claimants for event in fitting))),
        contested=sum(1 for event in fitting if event.contested),
        undated=sum(1 for one in facts.said if not one.published) if choice.as_known else 0,
    )


def _events(facts: Facts, said: Iterable[Said]) -> list[EventRow]:
    rows: dict[str, EventRow] = {}
    for one in said:
        rows.setdefault(one.event, EventRow(one.event, [])).said.append(one)
    for row in rows.values():
        _sum_up(facts, row)
    return list(rows.values())


def _sum_up(facts: Facts, row: EventRow) -> None:
    row.label = facts.labels.of(row.iri)
    supporting: Sets = defaultdict(set)
    opposing: Sets = defaultdict(set)
    propositions = set()
    for one in row.said:
        row.claimants |= one.claimants
        row.types.add(one.type)
        row.actors |= one.actors
        row.places |= one.places
        for mark in one.marks:
            propositions.add(mark.proposition)
            row.stances.add(mark.stance)
            if mark.stance in SUPPORTING:
                supporting[mark.proposition] |= one.claimants
            elif mark.stance in OPPOSING or mark.stance is OPEN:
                opposing[mark.proposition] |= one.claimants
    days = [span for one in row.said for span in one.days]
    row.first = min((first for first, _ in days), default="")
    row.last = max((last for _, last in days), default="")
    row.propositions = len(propositions)
    row.contested = len(supporting.keys() & opposing.keys())


def _tests(facts: Facts, choice: Choice) -> dict[str, Callable[[EventRow], bool]]:
    """For each facet that narrows, whether an event has any of the values chosen of it."""

    def test(name: str, values: tuple[str, ...]) -> Callable[[EventRow], bool]:
        return lambda event: not _VALUES[name](facts, event).isdisjoint(values)

    tests = {name: test(name, values) for name, values in choice.facets.items()}
    if choice.contested:
        tests["contested"] = lambda event: event.contested > 0
    return tests


def _kinds(facts: Facts, event: EventRow) -> set[str]:
    return event.types.union(*(facts.wider.get(kind, frozenset()) for kind in event.types))


def _precisions(facts: Facts, event: EventRow) -> set[str]:
    return {facts.spots[place].precision for place in event.places if place in facts.spots} - {""}


_VALUES: dict[str, Callable[[Facts, EventRow], set[str]]] = {
    "type": _kinds,
    "actor": lambda facts, event: event.actors,
    "claimant": lambda facts, event: event.claimants,
    "stance": lambda facts, event: {stance.kind for stance in event.stances},
    "precision": _precisions,
}


def _options(facts: Facts, choice: Choice, name: str, events: Sequence[EventRow]) -> list[Option]:
    chosen: tuple[str, ...] = getattr(choice, name)
    counts = Counter(value for event in events for value in _VALUES[name](facts, event))
    counts.update(dict.fromkeys(chosen, 0))
    words = {stance.kind: Words(stance.word) for stance in STANCES}
    options = [
        Option(
            value,
            words.get(value, Words(value)) if name == "stance" else facts.labels.of(value),
            count,
            value in chosen,
        )
        for value, count in counts.items()
    ]
    return sorted(options, key=lambda option: (option.label.text.casefold(), option.value))

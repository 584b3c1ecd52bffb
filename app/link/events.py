"""Events of several documents that are one matter: joined for reasons that are written down, and undone by a person.

A person's `matter` joins events with score 1; two different matters are never joined, nor what a person set `apart`.
Otherwise events are likened pair by pair (`likeness.py`, `likeness_others.py`) and joined best first, and only where
every member fits every other one: likeness is never passed on through a third event. Where an event would fit two that
are known to differ (two rows of one data set, two events of one document) nearly equally well, it is joined to neither.
What is about another event (a breach, an investigation, a fabrication) is likened when attacks and truces are joined.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from app.link.likeness import Likeness, may_join
from app.link.likeness_others import DEPENDENT, liken
from app.link.occurrences import Key, Occurrence, Setting, occurrences
from app.model import Document, EventMerge, EventType, Linking, Records, Reference, SameText

VERSION = "linker.v3"
THRESHOLD = 0.75
# Inside a group every pair must be at least this like; and a rival this near makes a choice doubtful.
_LOOSEST = 0.65
_DOUBTFUL = 0.05
_MOST_OF_A_DAY = 200
Pair = tuple[Key, Key]


@dataclass(slots=True)
class _Group:
    """Events taken to be one, with why."""

    members: list[Occurrence]
    matter: str | None = None
    reasons: set[str] = field(default_factory=set)
    score: float = 1.0
    by_person: bool = False


def link_events(
    documents: Iterable[Document],
    records: Iterable[Records],
    reference: Reference | None = None,
    same_texts: Sequence[SameText] = (),
) -> Linking:
    """Return the merges, sorted; the order of the documents changes nothing. Both iterables are read once."""
    setting = Setting.of(documents, reference or Reference(), same_texts)
    found: list[Occurrence] = []
    reviewers: dict[str, str] = {}
    for record in records:
        found += occurrences(record, setting)
        if record.reviewer:
            reviewers[record.document_id] = record.reviewer
    found.sort(key=lambda o: o.key)
    group_of = _by_matter(found)

    def are_joined(one: Key, two: Key) -> bool:
        return one in group_of and two in group_of and group_of[one] is group_of[two]

    dependent = [bool(o.sort & DEPENDENT) for o in found]
    for last in (False, True):
        now = [o for o, depends in zip(found, dependent, strict=True) if depends is last]
        meeting = {o.key: [*_meeting_points(o), *((id(group_of[k]),) for k in o.about if k in group_of)] for o in now}
        likely = {
            (one.key, two.key): likeness
            for one, two in _candidates(now, meeting)
            if (likeness := liken(one, two, setting, are_joined)).score >= _LOOSEST
        }
        _join_likely(group_of, now, likely)
    groups = {id(g): g for g in group_of.values() if len(g.members) > 1}
    merges = [_merge(group, reviewers) for group in groups.values()]
    return Linking(tuple(sorted(merges, key=lambda m: m.members)), tuple(same_texts))


def _by_matter(found: Sequence[Occurrence]) -> dict[Key, _Group]:
    """Every event in a group of its own, those of one matter in one."""
    by_name: dict[str, _Group] = {}
    group_of: dict[Key, _Group] = {}
    for one in found:
        if one.matter is None:
            group_of[one.key] = _Group([one])
            continue
        group = by_name.setdefault(one.matter, _Group([], one.matter, by_person=True))
        if group.members:
            group.reasons.add(f"a reviewer named both {one.matter}")
        group.members.append(one)
        group_of[one.key] = group
    return group_of


def _meeting_points(one: Occurrence) -> Iterator[tuple[object, ...]]:
    """What two events have to share to be compared: for attacks a place and a day or its neighbour (a whole year in a
    town is not compared), for others a place, for transfers of weapons who is said to have sent them."""
    if not one.is_attack:
        for place in one.places | one.wide:
            yield one.sort, place
        if EventType.WEAPONS_TRANSFER in one.sort:
            yield from ((one.sort, sender) for sender in one.perpetrators)
        return
    for place in one.places:
        for day in one.days():
            yield place, day
            yield place, day + 1
        if EventType.CHEMICAL_ATTACK in one.kinds:
            yield EventType.CHEMICAL_ATTACK, place


def _candidates(
    found: Sequence[Occurrence], meeting: Mapping[Key, Sequence[tuple[object, ...]]]
) -> Iterator[tuple[Occurrence, Occurrence]]:
    """Pairs that meet and may be joined, each once, in the order of their keys."""
    places: dict[tuple[object, ...], list[Occurrence]] = defaultdict(list)
    for one in found:
        for point in set(meeting[one.key]):
            places[point].append(one)
    seen: set[Pair] = set()
    for near in places.values():
        if len(near) > _MOST_OF_A_DAY:
            continue
        for one, two in combinations(near, 2):
            pair = (one.key, two.key)
            if pair not in seen:
                seen.add(pair)
                if may_join(one, two):
                    yield one, two


def _join_likely(group_of: dict[Key, _Group], found: Sequence[Occurrence], likely: Mapping[Pair, Likeness]) -> None:
    """Join pairs best first, leaving out those below the threshold and those in doubt."""
    by_key = {o.key: o for o in found}
    rivals: dict[Key, list[Pair]] = defaultdict(list)
    for pair in likely:
        for key in pair:
            rivals[key].append(pair)
    for pair, likeness in sorted(likely.items(), key=lambda item: (-item[1].score, item[0])):
        if likeness.score < THRESHOLD:
            break
        if not _is_doubtful(pair, likeness, likely, rivals, by_key):
            _join(group_of, pair, likeness, likely)


def _is_doubtful(
    pair: Pair, likeness: Likeness, likely: Mapping[Pair, Likeness], rivals: Mapping[Key, Sequence[Pair]],
    by_key: Mapping[Key, Occurrence],
) -> bool:  # fmt: skip
    """Whether one of the two fits a rival of the other nearly as well, when both cannot be the same."""
    for own, other in (pair, pair[::-1]):
        for rival in rivals[own]:
            if rival == pair or likely[rival].score < likeness.score - _DOUBTFUL:
                continue
            third = rival[0] if rival[1] == own else rival[1]
            if not may_join(by_key[other], by_key[third]):
                return True
    return False


def _join(
    group_of: dict[Key, _Group],
    pair: Pair,
    likeness: Likeness,
    likely: Mapping[Pair, Likeness],
) -> None:
    """Join the groups of two events where every member of one fits every member of the other."""
    one, two = group_of[pair[0]], group_of[pair[1]]
    if one is two:
        if not one.by_person:
            one.reasons.add(likeness.reason)
        return
    if one.matter and two.matter and one.matter != two.matter:
        return
    lowest = likeness.score
    for first in one.members:
        for second in two.members:
            if not may_join(first, second):
                return
            between = likely.get((min(first.key, second.key), max(first.key, second.key)))
            if between is None and not (first.is_vague or second.is_vague):
                return
            lowest = min(lowest, between.score if between else lowest)
    one.members += two.members
    one.matter = one.matter or two.matter
    one.reasons |= two.reasons | {likeness.reason}
    one.score = min(one.score, two.score, lowest)
    one.by_person = False
    for member in two.members:
        group_of[member.key] = one


def _merge(group: _Group, reviewers: Mapping[str, str]) -> EventMerge:
    members = tuple(sorted(m.key for m in group.members))
    names = sorted({reviewers[d] for d, _ in members if d in reviewers})
    by_person = group.by_person and names
    return EventMerge(
        members=members,
        reasons=tuple(sorted(group.reasons)),
        score=round(group.score, 2),
        decided_by=f"reviewer {names[0]}" if by_person else VERSION,
    )

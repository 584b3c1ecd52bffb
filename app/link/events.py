"""Events of several documents that are one matter: joined for reasons that are written down, and undone by a person.

A person's `matter` joins events with score 1; two different matters are never joined, nor what a person set `apart`.
Otherwise events are likened pair by pair (`likeness.py`) and joined best first, and only where every member fits every
other one: likeness is never passed on through a third event. Where an event would fit two that are known to differ (two
rows of one data set, two events of one document) nearly equally well, it is joined to neither.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.link.likeness import Key, Likeness, Occurrence, Setting, liken, may_join, occurrences
from app.model import Document, EventMerge, Linking, Records, Reference, SameText

VERSION = "linker.v2"
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
    pairs = {(one.key, two.key): liken(one, two, setting) for one, two in _candidates(found)}
    likely = {pair: likeness for pair, likeness in pairs.items() if likeness.score >= _LOOSEST}
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


def _candidates(found: Sequence[Occurrence]) -> Iterator[tuple[Occurrence, Occurrence]]:
    """Pairs that share a place and a day or its neighbour, each once: a whole year in a town is not compared."""
    days: dict[tuple[str, int], list[Occurrence]] = defaultdict(list)
    for one in found:
        for place in sorted(one.places):
            for day in one.days():
                days[place, day].append(one)
    seen: set[Pair] = set()
    for (place, day), here in sorted(days.items()):
        near = [*here, *days.get((place, day + 1), ())]
        if len(near) > _MOST_OF_A_DAY:
            continue
        for one in here:
            for two in near:
                pair = (one.key, two.key) if one.key < two.key else (two.key, one.key)
                if pair not in seen and one.key != two.key:
                    seen.add(pair)
                    first, second = (one, two) if one.key < two.key else (two, one)
                    if may_join(first, second):
                        yield first, second


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

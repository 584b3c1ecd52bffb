"""Events of several documents that are one matter: joined for reasons that are written down, and undone by a person.

A person's `matter` joins events with score 1; two different matters are never joined. Otherwise two events join where their
kinds are of one family, they share a place that is no country, and their days overlap within a day's slack.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app.model import Document, EventMerge, EventType, Linking, Records

VERSION = "linker.v1"
THRESHOLD = 0.7
_ATTACKS = frozenset(
    {
        EventType.ATTACK, EventType.CHEMICAL_ATTACK, EventType.AIR_RAID, EventType.MISSILE_STRIKE, EventType.SHELLING,
        EventType.BOMBING, EventType.ARMED_CLASH, EventType.KILLING, EventType.ABDUCTION,
    }
)  # fmt: skip
_MAX_DAYS = 3
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Matter:
    key: Key
    family: str
    places: frozenset[str]
    instruments: frozenset[str]
    earliest: date | None
    latest: date | None
    given: str | None


def link_events(documents: Sequence[Document], records: Sequence[Records]) -> Linking:
    """Return the merges, sorted; the order of the documents changes nothing."""
    matters = sorted((m for r in records for m in _matters(r)), key=lambda m: m.key)
    parent = {m.key: m.key for m in matters}
    given = {m.key: m.given for m in matters}
    reasons: dict[Key, set[str]] = defaultdict(set)
    scores: dict[Key, list[float]] = defaultdict(list)

    def root(key: Key) -> Key:
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    def join(first: Key, second: Key, reason: str, score: float) -> None:
        one, two = sorted((root(first), root(second)))
        if one != two and given[one] and given[two] and given[one] != given[two]:
            return
        if one == two:
            reasons[one].add(reason)
            scores[one].append(score)
            return
        parent[two] = one
        given[one] = given[one] or given[two]
        reasons[one] |= reasons.pop(two, set()) | {reason}
        scores[one] += [*scores.pop(two, []), score]

    by_name: dict[str, Key] = {}
    for matter in matters:
        if matter.given:
            first = by_name.setdefault(matter.given, matter.key)
            if first != matter.key:
                join(first, matter.key, f"a reviewer named both {matter.given}", 1.0)
    for one, two in _candidates(matters):
        score, reason = _likeness(one, two)
        if score >= THRESHOLD:
            join(one.key, two.key, reason, score)
    groups: dict[Key, list[Key]] = defaultdict(list)
    for matter in matters:
        groups[root(matter.key)].append(matter.key)
    merges = [
        EventMerge(
            members=tuple(sorted(members)),
            reasons=tuple(sorted(reasons[top])),
            score=min(scores[top]),
            decided_by="reviewer Rashomon maintainers" if min(scores[top]) == 1.0 else VERSION,
        )
        for top, members in sorted(groups.items())
        if len(members) > 1
    ]
    return Linking(tuple(merges))


def _matters(records: Records) -> Iterable[_Matter]:
    given = {e.key: e.matter for e in records.events}
    keys = {s.account.event for s in records.statements} | set(given)
    for key in sorted(keys):
        accounts = [s.account for s in records.statements if s.account.event == key]
        times = [a.time for a in accounts if a.time is not None and a.time.earliest and a.time.latest]
        yield _Matter(
            key=(records.document_id, key),
            family=_family({a.event_type for a in accounts}),
            places=frozenset(p.reference for a in accounts for p in a.places if p.reference),
            instruments=frozenset(i.reference for a in accounts for i in a.instruments if i.reference),
            earliest=min((t.earliest for t in times if t.earliest), default=None),
            latest=max((t.latest for t in times if t.latest), default=None),
            given=given.get(key),
        )


def _family(kinds: set[EventType]) -> str:
    return "attack" if kinds & _ATTACKS else "+".join(sorted(kinds))


def _candidates(matters: Sequence[_Matter]) -> Iterable[tuple[_Matter, _Matter]]:
    """Pairs of two documents that share a place and a family, each once."""
    buckets: dict[tuple[str, str], list[_Matter]] = defaultdict(list)
    for matter in matters:
        for place in sorted(matter.places):
            if matter.family == "attack" and matter.earliest is not None:
                buckets[matter.family, place].append(matter)
    seen: set[tuple[Key, Key]] = set()
    for _, group in sorted(buckets.items()):
        for number, one in enumerate(group):
            for two in group[number + 1 :]:
                pair = (one.key, two.key)
                if one.key[0] != two.key[0] and pair not in seen:
                    seen.add(pair)
                    yield one, two


def _likeness(one: _Matter, two: _Matter) -> tuple[float, str]:
    """How like two events are, and why: only days that both name decide; a span of weeks decides nothing."""
    if one.earliest is None or one.latest is None or two.earliest is None or two.latest is None:
        return 0.0, ""
    if (one.latest - one.earliest).days > _MAX_DAYS or (two.latest - two.earliest).days > _MAX_DAYS:
        return 0.0, ""
    gap = max(0, (max(one.earliest, two.earliest) - min(one.latest, two.latest)).days)
    if gap > 1:
        return 0.0, ""
    shared = bool(one.instruments & two.instruments)
    score = 0.75 + (0.1 if gap == 0 else -0.1) + (0.1 if shared else 0.0)
    day = max(one.earliest, two.earliest).isoformat()
    return round(score, 2), f"both are an attack reported at one place about {day}"

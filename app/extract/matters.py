"""Events of one document: which mentions are about the same matter."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from app.extract.mention import GENERIC
from app.model import ATTACKS, Entity, EventType, TimeExpression

MATTERS_VERSION = "matters.v2"
_NEAR = 3
_ONE = frozenset(
    {
        EventType.TRUCE,
        EventType.FABRICATION,
        EventType.EVIDENCE_TAMPERING,
        EventType.TRUCE_BREACH,
        EventType.INVESTIGATION,
    }
)


@dataclass(slots=True)
class Matter:
    """What is known of one event of the document."""

    key: str
    type: EventType
    places: dict[str, Entity] = field(default_factory=dict)
    times: list[TimeExpression] = field(default_factory=list)
    perpetrators: dict[str, Entity] = field(default_factory=dict)
    plural: bool = False
    last: int = 0
    first: int = 0
    told: dict[str, set[str]] = field(default_factory=dict)
    sites: set[str] = field(default_factory=set)
    targets: set[str] = field(default_factory=set)
    mentions: set[int] = field(default_factory=set)
    fresh: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What one mention says of its event, as far as it decides which event it is."""

    type: EventType
    places: tuple[Entity, ...] = ()
    perpetrators: tuple[Entity, ...] = ()
    time: TimeExpression | None = None
    definite: bool = False
    plural: bool = False
    claimants: frozenset[str] = frozenset()
    sentence: int = 0
    opens: bool = False
    fresh: bool = False
    introduced: bool = False
    asked: bool = False
    sites: frozenset[str] = frozenset()
    targets: frozenset[str] = frozenset()
    at: int = -1


class Matters:
    """The events of a document, in the order of their first mention."""

    def __init__(self, countries: frozenset[str], around: Callable[[str], frozenset[str]]) -> None:
        """`countries` are the references of places too wide to tell events apart, `around` gives what one lies in."""
        self._countries = countries
        self._around = around
        self.found: list[Matter] = []

    def assign(self, seen: Sighting) -> Matter:
        """Return the event that a mention is about, a new one where none fits."""
        ranked = [(rank, -n, m) for n, m in enumerate(reversed(self.found)) if (rank := self._fit(m, seen)) > 0]
        matter = max(ranked, key=lambda r: r[:2])[2] if ranked else None
        matter = next((m for m in self.found if seen.at in m.mentions), matter)
        if matter is None:
            matter = Matter(
                f"e{len(self.found) + 1}", seen.type, plural=seen.plural, first=seen.sentence, fresh=seen.fresh
            )
            self.found.append(matter)
        self._learn(matter, seen)
        return matter

    def touch(self, type_: EventType, sentence: int) -> None:
        """Note that an event is named again in passing, which keeps it near for what follows."""
        last = next((m for m in reversed(self.found) if m.type is type_), None)
        if last is not None and sentence - last.last <= 3:
            last.last = sentence

    def _learn(self, matter: Matter, seen: Sighting) -> None:
        if matter.type in GENERIC and seen.type not in GENERIC:
            matter.type = seen.type
        for entity in seen.places:
            matter.places.setdefault(key_of(entity), entity)
        for entity in seen.perpetrators:
            matter.perpetrators.setdefault(key_of(entity), entity)
        for claimant in seen.claimants:
            matter.told.setdefault(claimant, set()).update(key_of(p) for p in seen.perpetrators)
        if seen.time is not None:
            matter.times.append(seen.time)
        matter.last = seen.sentence
        matter.sites |= seen.sites
        matter.targets |= seen.targets
        if seen.at >= 0:
            matter.mentions.add(seen.at)

    def _fit(self, matter: Matter, seen: Sighting) -> int:
        """How well a mention fits an event; 0 where it cannot be that event."""
        if matter.type is not seen.type and not self._kinds_meet(matter, seen):
            return 0
        when = seen.time if seen.type not in _ONE else None
        if when is not None and matter.times and all(_apart(t, when) for t in matter.times):
            return 0
        mine, theirs = self._narrow(matter.places.values()), self._narrow(seen.places)
        if mine and theirs and not mine & theirs and not self._nested(mine, theirs):
            return 0
        rank = 1 + 2 * bool(mine & theirs) + 2 * seen.definite
        doers = {key_of(p) for p in seen.perpetrators}
        strangers = bool(doers and matter.perpetrators and not doers & set(matter.perpetrators))
        if seen.type in _ONE:
            return 0 if strangers and seen.type is EventType.TRUCE_BREACH else rank + 2
        if _is_another(matter, seen, shared=bool(mine & theirs)):
            return 0
        if matter.plural != seen.plural and not seen.definite and not (mine & theirs):
            return 0
        alike = bool(mine & theirs) or seen.definite or seen.type is EventType.CHEMICAL_ATTACK
        before = set().union(*(matter.told.get(c, set()) for c in seen.claimants))
        if strangers and (before or not alike):
            return 0
        close = seen.sentence - matter.last <= _NEAR
        if not (mine & theirs or seen.definite or doers & set(matter.perpetrators) or close):
            return 0
        again = bool(doers & set(matter.perpetrators)) and not (mine & theirs or seen.definite)
        if again and matter.targets and seen.targets and not matter.targets & seen.targets:
            return 0  # the same doers and other targets: one attack after another
        alike_number = int(matter.plural == seen.plural)
        return rank + close + alike_number + bool(doers & set(matter.perpetrators))

    def _kinds_meet(self, matter: Matter, seen: Sighting) -> bool:
        if matter.type not in ATTACKS or seen.type not in ATTACKS:
            return False
        if matter.type in GENERIC and seen.opens and matter.first <= 1 and seen.sentence <= 4:
            return True
        if not seen.definite or not (seen.type in GENERIC or matter.type in GENERIC):
            return False
        if matter.type is EventType.ARMED_CLASH and not seen.plural and self._struck():
            return False  # "the attack" is none of the fighting, where a strike or a bombing was told
        return seen.sentence - matter.last <= _NEAR or (not seen.plural and self._is_topic(matter, seen))

    def _struck(self) -> bool:
        """Whether an attack was told that is no fighting."""
        return any(m.type in ATTACKS and m.type is not EventType.ARMED_CLASH for m in self.found)

    def _is_topic(self, matter: Matter, seen: Sighting) -> bool:
        """Whether a text began with an event and has told of no other just before: "the attack" is then that one."""
        if matter.first > 1 or matter.plural:
            return False
        others = (
            m for m in self.found if m is not matter and m.type in ATTACKS and m.type is not EventType.ARMED_CLASH
        )
        return not any(m.first <= matter.first or seen.sentence - m.last <= _NEAR for m in others)

    def _nested(self, mine: set[str], theirs: set[str]) -> bool:
        """Whether a place of one lies in a place of the other: a town and its province tell no events apart."""
        return any(a in self._around(b) or b in self._around(a) for a in mine for b in theirs)

    def _narrow(self, places: Iterable[Entity]) -> set[str]:
        return {key_of(p) for p in places if not (p.reference and p.reference in self._countries)}


def key_of(entity: Entity) -> str:
    """Return what tells entities apart: the reference, else the folded name."""
    return entity.reference or entity.name.casefold()


def _is_another(matter: Matter, seen: Sighting, *, shared: bool) -> bool:
    """Whether words say that it is another event: "a separate strike", "more attacks", "a bomb" brought in by whoever
    told of one before, another kind of target, or an attack that is only asked not to come."""
    if seen.fresh and not (matter.fresh and seen.definite):
        return True
    introduced = seen.introduced and not seen.definite and seen.sentence > matter.last and not shared
    if introduced and seen.claimants & set(matter.told):
        return True
    if seen.asked and not seen.definite and not shared:
        return True
    return bool(matter.sites and seen.sites and not matter.sites & seen.sites) and not seen.definite and not shared


def _apart(one: TimeExpression, two: TimeExpression) -> bool:
    """Whether two times cannot be the same."""
    if (
        one.text == two.text
        or (one.earliest is None and one.latest is None)
        or (two.earliest is None and two.latest is None)
    ):
        return False
    low, high = date.min, date.max
    return (one.latest or high) < (two.earliest or low) or (two.latest or high) < (one.earliest or low)

"""How like two events are that are no attacks: truces, breaches, investigations, fabrications and the rest.

Truces cover countries and last, so a wide place and a period count; what is about another event (its breach, its
investigation, its fabrication) is known by that event, once those are joined, and by who does it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from app.link.likeness import Likeness, gap_days, liken_attacks, one_text, sum_up
from app.link.occurrences import Key, Occurrence, Setting
from app.model import EventType

AreJoined = Callable[[Key, Key], bool]
_PLACE, _WIDE_PLACE, _AREA = 0.45, 0.2, 0.3
_SAME_START, _OVERLAP, _SAME_DAY, _NEXT_DAY = 0.35, 0.25, 0.3, 0.15
_WHO, _OTHERS, _DOER, _ABOUT = 0.15, -0.2, 0.3, 0.5
_BODY_ABOVE, _ONE_SEASON, _SEASON_DAYS = 0.2, 0.1, 30
_TAMPERED, _SUPPLIER, _SUPPLIED, _SAME_DAYS, _SPOKEN_OF, _SPOKEN_OF_DAYS = 0.25, 0.3, 0.25, 0.2, 0.1, 3
# Sorts that are known by the event that they are about; they are joined when attacks and truces have been.
DEPENDENT = frozenset({EventType.TRUCE_BREACH, EventType.INVESTIGATION, EventType.FABRICATION})
Parts = list[tuple[float, str]]


def liken(one: Occurrence, two: Occurrence, setting: Setting, are_joined: AreJoined) -> Likeness:
    """Return how like two events are that may be joined; `are_joined` tells of events that were joined before."""
    if one.is_attack and two.is_attack:
        return liken_attacks(one, two, setting)
    if one.sort != two.sort or len(one.sort) != 1:
        return Likeness(0.0)
    (kind,) = one.sort
    if kind in (EventType.INVESTIGATION, EventType.FABRICATION):
        parts = _of_one_matter(one, two, setting, are_joined, kind)
    elif kind is EventType.TRUCE_BREACH:
        parts = _breaches(one, two, setting, are_joined)
    else:
        parts = _BY_KIND[kind](one, two, setting) if kind in _BY_KIND else []
    return sum_up([*parts, *one_text(one, two, setting)]) if parts else Likeness(0.0)


def _where(one: Occurrence, two: Occurrence, setting: Setting, wide: float) -> tuple[float, str] | None:
    """What a common place is worth, and its name; None where there is none."""
    for places, worth in ((one.places & two.places, _PLACE), (one.wide & two.wide, wide)):
        if places:
            return worth, setting.labels.get(min(places), "one place")
    return None


def _truces(one: Occurrence, two: Occurrence, setting: Setting) -> Parts:
    place = _where(one, two, setting, _AREA)
    if place is None or one.first is None or two.first is None:
        return []
    worth, where = place
    if abs((one.first - two.first).days) <= 1:
        parts = [(worth + _SAME_START, f"both are truces in {where} from {min(one.first, two.first)}")]
    elif gap_days(one, two) == 0:
        parts = [(worth + _OVERLAP, f"both are truces in {where} at one time")]
    else:
        return []
    return [*parts, *_parties(one.actors, two.actors, "of the same parties")]


def _parties(one: frozenset[str], two: frozenset[str], words: str) -> Iterator[tuple[float, str]]:
    if one & two:
        yield _WHO, words
    elif one and two:
        yield _OTHERS, ""


def _breaches(one: Occurrence, two: Occurrence, setting: Setting, are_joined: AreJoined) -> Parts:
    """What two sides say of each other are two breaches: they are told apart by who is said to have broken it."""
    place = _where(one, two, setting, _WIDE_PLACE)
    if place is None or not one.days() or not two.days():
        return []
    if one.perpetrators and two.perpetrators and not one.perpetrators & two.perpetrators:
        return []
    worth, where = place
    same_day = gap_days(one, two) == 0
    when = max(one.first, two.first) if one.first and two.first else None
    words = f"both are breaches reported in {where} {'on' if same_day else 'about'} {when}"
    parts: Parts = [(worth + (_SAME_DAY if same_day else _NEXT_DAY), words)]
    parts += _parties(one.perpetrators, two.perpetrators, "by the same party")
    if _about_one(one, two, are_joined):
        parts.append((_WHO, "of one truce"))
    return parts


def _about_one(one: Occurrence, two: Occurrence, are_joined: AreJoined) -> bool:
    return any(are_joined(first, second) for first in one.about for second in two.about)


def _of_one_matter(one: Occurrence, two: Occurrence, setting: Setting, are_joined: AreJoined, kind: EventType) -> Parts:
    """An investigation is known by what is investigated and by whom, a fabrication by what is said to be made up and
    by whom."""
    if not _about_one(one, two, are_joined):
        return []
    if kind is EventType.FABRICATION:
        shared = one.perpetrators & two.perpetrators
        return [(_ABOUT + _DOER, "one event is said to be made up by the same party")] if shared else []
    bodies = (one.participants | one.perpetrators, two.participants | two.perpetrators)
    if bodies[0] & bodies[1]:
        who = setting.labels.get(min(bodies[0] & bodies[1]), "one body")
        return [(_ABOUT + _DOER, f"one event is investigated by {who}")]
    if not any(_is_above(a, b, setting) or _is_above(b, a, setting) for a in bodies[0] for b in bodies[1]):
        return []
    parts = [(_ABOUT + _BODY_ABOVE, "one event is investigated by a body and by a part of it")]
    if one.published and two.published and abs((one.published - two.published).days) <= _SEASON_DAYS:
        parts.append((_ONE_SEASON, "in texts of one month"))
    return parts


def _is_above(body: str, part: str, setting: Setting) -> bool:
    return body in setting.above.get(part, ())


def _lasting(one: Occurrence, two: Occurrence, setting: Setting) -> Parts:
    """Sieges: one place, and periods that meet."""
    places = one.places & two.places
    if not places or one.first is None or two.first is None or gap_days(one, two):
        return []
    return [(_PLACE + _SAME_DAY, f"both are reported in {setting.labels.get(min(places), 'one place')} at one time")]


def _displacements(one: Occurrence, two: Occurrence, setting: Setting) -> Parts:
    places = one.places & two.places
    if not places or not one.days() or not two.days() or gap_days(one, two):
        return []
    where = setting.labels.get(min(places), "one place")
    return [(_PLACE + _SAME_DAY, f"people are said to have fled in {where} on {one.last}")]


def _tamperings(one: Occurrence, two: Occurrence, setting: Setting) -> Parts:
    places = one.places & two.places
    if not places or not one.perpetrators & two.perpetrators:
        return []
    where = setting.labels.get(min(places), "one place")
    parts: Parts = [(_PLACE + _TAMPERED - 0.05, f"the same party is said to have tampered with evidence in {where}")]
    if one.days() and two.days():
        return [*parts, (_SAME_DAYS, f"on {one.last}")] if gap_days(one, two) == 0 else []
    if one.published and two.published and abs((one.published - two.published).days) <= _SPOKEN_OF_DAYS:
        parts.append((_SPOKEN_OF, f"in texts of {one.published} and {two.published}"))
    return parts


def _transfers(one: Occurrence, two: Occurrence, setting: Setting) -> Parts:
    receivers = ((one.targets | one.participants), (two.targets | two.participants))
    if not one.perpetrators & two.perpetrators or not receivers[0] & receivers[1]:
        return []
    if not one.days() or not two.days() or gap_days(one, two):
        return []
    words = f"the same party is said to have armed the same party on {one.last}"
    return [(_SUPPLIER + _SUPPLIED + _SAME_DAYS, words)]


_BY_KIND: dict[EventType, Callable[[Occurrence, Occurrence, Setting], Parts]] = {
    EventType.TRUCE: _truces,
    EventType.SIEGE: _lasting,
    EventType.DISPLACEMENT: _displacements,
    EventType.EVIDENCE_TAMPERING: _tamperings,
    EventType.WEAPONS_TRANSFER: _transfers,
}

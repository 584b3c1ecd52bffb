"""How like two events of two documents are, from what their accounts state, and why; a number and a sentence.

Attacks here, other sorts of events in `likeness_others.py`. Only what both state counts. Nothing of who is blamed for
an attack is needed: rival accounts of one event differ in exactly that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.link.occurrences import Occurrence, Setting
from app.model import EventType

_UNSPECIFIC = frozenset({EventType.ATTACK, EventType.KILLING})
_PLACE, _SAME_DAY, _NEXT_DAY = 0.45, 0.3, 0.15
_SAME_KIND, _OPEN_KIND, _OTHER_KIND = 0.1, 0.05, -0.05
_INSTRUMENT, _ACTOR, _FIGURES, _FIGURES_APART, ONE_TEXT = 0.1, 0.05, 0.1, -0.15, 0.2
_FAR_APART = 3
# A chemical attack is rare: in one place it is known again by a month, or by the days after which a text speaks of it.
_CHEMICAL, _ABOUT_THEN = 0.15, 0.15
_ONE_KIND = "of one kind"
_MONTH_DAYS, _SPOKEN_OF_DAYS = 31, 7


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like two events are (0 to 1), and the reason in words."""

    score: float
    reason: str = ""


def may_join(one: Occurrence, two: Occurrence) -> bool:
    """Whether nothing forbids that two events are one: one document, one data set, a person's word, days, kinds."""
    if one.key[0] == two.key[0] or (one.dataset is not None and one.dataset == two.dataset):
        return False
    if _sets_apart(one, two) or _sets_apart(two, one):
        return False
    if one.matter is not None and two.matter is not None:
        return one.matter == two.matter
    if one.kinds and two.kinds and one.sort != two.sort:
        return False
    return gap_days(one, two) <= 1


def _sets_apart(one: Occurrence, two: Occurrence) -> bool:
    names = {two.key[0], "#".join(two.key), two.matter}
    return bool(one.apart & names)


def gap_days(one: Occurrence, two: Occurrence) -> int:
    """Days between two events; 0 where they overlap or a day is unknown."""
    if one.first is None or one.last is None or two.first is None or two.last is None:
        return 0
    return max(0, (max(one.first, two.first) - min(one.last, two.last)).days)


def liken_attacks(one: Occurrence, two: Occurrence, setting: Setting) -> Likeness:
    """Return how like two attacks are that may be joined."""
    places, days = one.places & two.places, (one.days(), two.days())
    if not places or not one.is_attack or not two.is_attack:
        return Likeness(0.0)
    where = setting.labels.get(min(places), "one place")
    if not all(days):
        return _liken_chemical(one, two, setting, where)
    gap = gap_days(one, two)
    when = min(one.last, two.last) if one.last and two.last else None
    days_words = f"on {when}" if gap == 0 else f"about {when}"
    found = [(_PLACE + (_SAME_DAY if gap == 0 else _NEXT_DAY), f"both are reported in {where} {days_words}")]
    return sum_up([*found, *_further(one, two, setting)])


def sum_up(parts: list[tuple[float, str]]) -> Likeness:
    """Return the sum of what speaks for and against, with the reasons that have words."""
    score = sum(part for part, _ in parts)
    return Likeness(round(max(0.0, min(0.99, score)), 2), ", ".join(reason for _, reason in parts if reason))


def _liken_chemical(one: Occurrence, two: Occurrence, setting: Setting, where: str) -> Likeness:
    """Liken two chemical attacks of which one has a day, and the other a month at most, or no day at all."""
    if EventType.CHEMICAL_ATTACK not in one.kinds & two.kinds:
        return Likeness(0.0)
    dated, loose = (one, two) if one.days() else (two, one)
    if not dated.days() or dated.last is None:
        return Likeness(0.0)
    day = dated.last
    if loose.first is not None and loose.last is not None:
        if (loose.last - loose.first).days >= _MONTH_DAYS or not loose.first <= day <= loose.last:
            return Likeness(0.0)
        then = f"one on {day}, the other within {loose.first} to {loose.last}"
    else:
        if loose.published is None or not 0 <= (loose.published - day).days <= _SPOKEN_OF_DAYS:
            return Likeness(0.0)
        then = f"one on {day}, the other without a day in a text of {loose.published}"
    found = [(_PLACE + _CHEMICAL + _ABOUT_THEN, f"both are chemical attacks reported in {where}, {then}")]
    return sum_up([*found, *(part for part in _further(one, two, setting) if part[1] != _ONE_KIND)])


def _further(one: Occurrence, two: Occurrence, setting: Setting) -> Iterator[tuple[float, str]]:
    """What adds to place and day, or takes away."""
    kinds = one.kinds & two.kinds
    if kinds - _UNSPECIFIC:
        yield _SAME_KIND, _ONE_KIND
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
    yield from one_text(one, two, setting)


def one_text(one: Occurrence, two: Occurrence, setting: Setting) -> Iterator[tuple[float, str]]:
    """What it adds that the two stand in copies of one text."""
    if (min(one.key[0], two.key[0]), max(one.key[0], two.key[0])) in setting.copies:
        yield ONE_TEXT, "in copies of one text"

"""Days of calendar expressions that are counted from the publication or from the last day named.

GUIDE decision 12 and these readings of ours where it is silent: "this week" is a Monday to Sunday;
"last Friday" is the latest Friday before the day of publication; a counted past ("the past two weeks") ends on it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from app.extract.figures_numbers import read_number
from app.extract.times_calendar import (
    UNKNOWN,
    Period,
    add_months,
    days,
    part_of,
    shift,
    span_of,
    weekdays_from,
)
from app.extract.times_dates import EDGES, Parts, Setting

_WEEKDAYS = {name: number for number, name in enumerate(["mon", "tue", "wed", "thu", "fri", "sat", "sun"])}


def weekday_period(parts: Parts, setting: Setting) -> Period | None:
    """Return the day that a weekday names: on or before the publication, after it where the clause looks ahead."""
    number, published = _WEEKDAYS[parts["w"][:3].lower()], setting.published
    which = parts.get("which", "").lower()
    if published is None and setting.near is None:
        return UNKNOWN
    if setting.near is None and published is not None and not published.is_day:
        return published.period if not which or which == "this" else UNKNOWN
    day = setting.near or (published.first if published else date.min)
    if which in ("last", "past", "this past", "previous"):
        chosen = next(weekdays_from(day - timedelta(days=1), number, -1))
    elif which in ("next", "following", "coming", "this coming"):
        chosen = next(weekdays_from(day + timedelta(days=1), number, 1))
    elif which == "this":
        chosen = day - timedelta(days=day.weekday() - number)
    else:
        chosen = next(weekdays_from(day, number, 1 if setting.side == "future" else -1))
    return days(chosen, chosen).by_publication()


def weekdays_period(parts: Parts, setting: Setting) -> Period | None:
    """Return the days from one weekday to another: "Friday and Saturday"."""
    if setting.side == "future":
        first = weekday_period({"w": parts["w"]}, setting)
        near = first.first if first else None
        second = weekday_period({"w": parts["w2"]}, replace(setting, near=near)) if near else first
    else:
        second = weekday_period({"w": parts["w2"]}, setting)
        near = second.first if second else None
        first = weekday_period({"w": parts["w"]}, replace(setting, near=near)) if near else second
    if not first or not second or first.first is None or second.last is None:
        return UNKNOWN
    if setting.published is not None and not setting.published.is_day:
        return setting.published.period
    return days(first.first, second.last).by_publication()


def near_period(parts: Parts, setting: Setting) -> Period | None:
    """Return today, yesterday, tonight, last night and their like."""
    if setting.published is None:
        return UNKNOWN
    if not setting.published.is_day:
        return setting.published.period
    word, day = " ".join(parts["word"].lower().split()), setting.published.first
    if word == "overnight":
        return days(day - timedelta(days=1), day).by_publication()
    offset = 0
    if "before yesterday" in word:
        offset = -2
    elif "after tomorrow" in word:
        offset = 2
    elif "yesterday" in word or word == "last night":
        offset = -1
    elif "tomorrow" in word:
        offset = 1
    return shift(day, offset, "day").by_publication()


def now_period(_: Parts, setting: Setting) -> Period | None:
    """Return the publication date for "has now …"."""
    return setting.published.period if setting.published else UNKNOWN


def unit_period(parts: Parts, setting: Setting) -> Period | None:
    """Return "last week", "this month", "late last year", "earlier this week"."""
    which, unit = parts["which"].lower(), parts["unit"].lower()
    published = setting.published
    if which == "same" or unit == "quarter" or published is None:
        return UNKNOWN
    coarse = not published.is_day and (
        unit in ("week", "weekend") or (unit == "month" and published.edtf.count("-") == 0)
    )
    offset = {"last": -1, "this past": -1, "next": 1, "this coming": 1}.get(which, 0)
    if coarse:
        return UNKNOWN if offset else published.period
    if unit == "weekend":
        return _weekend(published.first, offset, setting).by_publication()
    whole = shift(published.first, offset, unit)
    part = parts.get("part", "").lower()
    if part == "earlier" and whole.first and not offset:
        return days(whole.first, published.last).by_publication()
    if part == "later" and whole.last and not offset:
        return days(published.first, whole.last).by_publication()
    part = part if part in ("early", "mid", "late") else EDGES.get(parts.get("edge", "").lower(), "")
    return (part_of(whole, part) if part and unit != "week" else whole).by_publication()


def _weekend(day: date, offset: int, setting: Setting) -> Period:
    """Return the weekend just past (also that of "last weekend"), or the one to come."""
    if offset > 0 or (offset == 0 and setting.side == "future"):
        saturday = next(weekdays_from(day, 5, 1))
    else:
        saturday = next(weekdays_from(day if offset == 0 else day - timedelta(days=day.weekday() + 1), 5, -1))
    return days(saturday, saturday + timedelta(days=1))


def _count(words: str | None) -> int | None:
    """Return how many, or None where the words leave it open; no word is one."""
    if words is None:
        return 1
    return read_number(words) if not re.match(r"(?i)several|some|many|(?:a )?few", words) else None


def past_period(parts: Parts, setting: Setting) -> Period | None:
    """Return "over the past two weeks": from so long ago to the publication, or the same ahead of it."""
    unit, which = parts["unit"].lower(), parts["which"].lower()
    count = _count(parts.get("n"))
    published = setting.published
    if count is None or published is None or not published.is_day or which in ("previous", "following", "preceding"):
        return UNKNOWN
    if "n" not in parts and which in ("last", "next") and unit not in ("hour", "night"):
        return unit_period({"which": which, "unit": unit}, setting)
    if unit in ("quarter", "night", "weekend"):
        return UNKNOWN
    sign = 1 if which in ("next", "coming") else -1
    day = published.first
    if unit in ("month", "year", "decade"):
        other = add_months(day, sign * count * {"month": 1, "year": 12, "decade": 120}[unit])
    else:
        other = (
            shift(
                day, sign * (-(-count // 24) if unit == "hour" else count * (7 if unit == "week" else 1)), "day"
            ).first
            or day
        )
    return days(min(day, other), max(day, other)).by_publication()


def ago_period(parts: Parts, setting: Setting) -> Period | None:
    """Return "three days ago" as precisely as its unit: a day, a week, a month, a year; with "today" always a day."""
    count, unit, published = _count(parts["n"]), parts["unit"].lower(), setting.published
    bounded = re.match(r"(?i)more|less|over|under|at least", parts.get("vague", ""))
    if count is None or published is None or bounded:
        return UNKNOWN
    day = published.first
    exact = parts.get("exact", "").lower()
    if exact in ("today", "yesterday", "tonight") and unit in ("week", "month", "year", "decade") and published.is_day:
        months = {"week": 0, "month": 1, "year": 12, "decade": 120}[unit] * count
        moved = add_months(day, -months) - timedelta(days=7 * count if unit == "week" else 0)
        return shift(moved, -1 if exact == "yesterday" else 0, "day").by_publication()
    if exact and unit in ("year", "decade"):
        return shift(
            add_months(day, -12 * count * (10 if unit == "decade" else 1)), 0, exact.split()[-1]
        ).by_publication()
    if unit in ("minute", "hour"):
        return published.period if count <= 12 and published.is_day else UNKNOWN
    if not published.is_day and unit in ("day", "week"):
        return UNKNOWN
    if unit == "decade":
        return shift(day, -10 * count, "year").by_publication()
    return shift(day, -count, unit).by_publication()


def shift_period(parts: Parts, setting: Setting) -> Period | None:
    """Return "three days later", counted from the last day named; a vague count or unit stays unresolved."""
    anchor, unit, count = setting.anchor, parts["unit"].lower(), _count(parts.get("n"))
    if (
        anchor is None
        or anchor.first is None
        or not anchor.is_day
        or count is None
        or unit == "hour"
        or "vague" in parts
    ):
        return UNKNOWN
    if "n" not in parts:
        return UNKNOWN
    sign = -1 if parts["way"].lower() in ("earlier", "before", "previously", "prior") else 1
    return replace(shift(anchor.first, sign * count, "day" if unit == "night" else unit), resolution=anchor.resolution)


def beside_period(parts: Parts, setting: Setting) -> Period | None:
    """Return "the previous day", "the following week", "the same day", counted from the last day named."""
    way, unit = parts["way"].lower(), parts.get("unit", "day").lower()
    if ("unit" in parts) == way.startswith("day"):
        return None
    anchor = setting.anchor
    if anchor is None or anchor.first is None or not anchor.is_day:
        return UNKNOWN
    unit = unit if unit in ("week", "month", "year") else "day"
    offset = 0 if way == "same" else -1 if way in ("previous", "preceding", "day before") else 1
    return replace(shift(anchor.first, offset, unit), resolution=anchor.resolution)


def sofar_period(parts: Parts, setting: Setting) -> Period | None:
    """Return "so far in 2018": from the beginning of the unit to the publication; a bare "so far" is no expression."""
    published = setting.published
    if "y" in parts:
        whole = span_of(int(parts["y"]))
    elif "unit" in parts and published is not None and (published.is_day or parts["unit"].lower() == "year"):
        whole = shift(published.first, 0, parts["unit"].lower())
    else:
        return UNKNOWN if "unit" in parts else None
    if published is None or whole is None or whole.first is None or whole.last is None:
        return whole
    if not whole.first <= published.last <= whole.last:
        return whole
    return days(whole.first, published.last).by_publication()

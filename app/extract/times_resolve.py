"""Turns the cores of calendar expressions into days, against the publication date where the words alone do not suffice.

GUIDE decision 12 and these readings of ours where it is silent: early, mid and late year are its thirds (January-April …);
"this week" is Monday to Sunday as "last week" is; seasons are those of the north; a winter has no day range; "last Friday"
is the latest Friday before the day of publication; a counted past ("the past two weeks") ends on the day of publication.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from app.extract.figures_numbers import read_number
from app.model import Resolution
from app.extract.times_calendar import (
    UNKNOWN,
    WINTER,
    Period,
    Publication,
    add_months,
    days,
    decade,
    part_of,
    season,
    shift,
    span_of,
    week_of,
    weekdays_from,
)

Side = Literal["past", "future", "nearest"]
Parts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Setting:
    """What an expression is resolved against: publication, the side of it on which the event lies, and the last day named.

    `near` stands in for the publication date where the other end of a range is known.
    """

    published: Publication | None
    side: Side = "past"
    anchor: Period | None = None
    near: date | None = None


_MONTHS = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_WEEKDAYS = {name: number for number, name in enumerate("mon tue wed thu fri sat sun".split())}
_SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": WINTER}
_EDGES = {"beginning": "early", "very beginning": "early", "start": "early", "middle": "mid", "end": "late"}
_FIXED = {
    "christmas eve": (12, 24),
    "christmas day": (12, 25),
    "boxing day": (12, 26),
    "new year's eve": (12, 31),
    "new year's day": (1, 1),
    "valentine's day": (2, 14),
    "orthodox christmas eve": (1, 6),
    "orthodox christmas": (1, 7),
    "labour day": (5, 1),
    "labor day": (5, 1),
    "may day": (5, 1),
}
_ORDINALS = {
    "first": 1,
    "1st": 1,
    "second": 2,
    "2nd": 2,
    "third": 3,
    "3rd": 3,
    "fourth": 4,
    "4th": 4,
    "last": -1,
    "final": -1,
}
# How many days, and how many days off, a year's guess may be before the year that lies nearer is taken instead.
_SOON = timedelta(days=31)
_LONG_AGO = timedelta(days=300)


def _month(word: str) -> int:
    return _MONTHS[word[:3].lower()]


def dated(build: Callable[[int], Period | None], setting: Setting) -> Period | None:
    """Return what `build` gives for the year that fits best: before, after or nearest to the publication (or `near`)."""
    published = setting.published
    if setting.near is not None:
        first = last = setting.near
    elif published is not None:
        first, last = published.first, published.last
    else:
        return None
    found = [p for p in (build(last.year + offset) for offset in range(-9, 10)) if p and p.first and p.last]
    before = [p for p in found if p.first is not None and p.first <= last]
    after = [p for p in found if p.last is not None and p.last >= first]
    if not before or not after:
        return None
    past, future = before[-1], after[0]
    assert past.last is not None
    assert future.first is not None
    gap_back, gap_on = first - past.last, future.first - last
    nearer_on = gap_on < gap_back
    soon = gap_on <= _SOON and gap_back > _LONG_AGO
    chosen = future if setting.side == "future" or (setting.side == "nearest" and nearer_on) or soon else past
    return chosen.by_publication()


def calendar_period(parts: Parts, setting: Setting) -> Period | None:
    """Return a day, days or a month, of the stated year or of the year that fits."""
    month = int(parts["m"]) if parts["m"].isdigit() else _month(parts["m"])
    day = int(parts["d"]) if "d" in parts else None

    def build(year: int) -> Period | None:
        found = span_of(year, month, day)
        other = parts.get("m2")
        second = (
            span_of(year, _month(other)) if other else span_of(year, month, int(parts["d2"])) if "d2" in parts else None
        )
        if second is not None and found is not None and found.first and second.last:
            return days(found.first, second.last) if found.first <= second.last else None
        part = parts.get("part", "").lower() or _EDGES.get(parts.get("edge", "").lower(), "")
        return part_of(found, part) if found and part and day is None else found

    return _in_year(build, parts, setting) or _without_year(month, day, setting)


def _in_year(build: Callable[[int], Period | None], parts: Parts, setting: Setting) -> Period | None:
    """Return the period in the year that `parts` state, directly or as "last year", else in the year that fits."""
    if "y" in parts:
        return build(int(parts["y"]))
    if "wy" in parts:
        if setting.published is None:
            return None
        offset = {"this": 0, "last": -1, "next": 1}[parts["wy"].lower()]
        found = build(setting.published.first.year + offset)
        return found.by_publication() if found else None
    return dated(build, setting)


def _without_year(month: int, day: int | None, setting: Setting) -> Period | None:
    """Return a day of no known year, with an EDTF that says so, or None where no year has such a day."""
    if day is not None and span_of(2000, month, day) is None:
        return None
    if setting.published is not None or setting.near is not None:
        return None
    edtf = f"XXXX-{month:02d}" + (f"-{day:02d}" if day is not None else "")
    return replace(UNKNOWN, edtf=edtf)


def numeric_period(parts: Parts, _: Setting) -> Period | None:
    """Return a day written with slashes or points; with two numbers up to 12 slashes leave day and month open."""
    a, b, year = int(parts["a"]), int(parts["b"]), int(parts["y"])
    if parts["sep"] == "." or a > 12 or a == b:
        return span_of(year, b, a)
    return span_of(year, a, b) if b > 12 else replace(UNKNOWN, edtf=str(year))


def part_period(parts: Parts, setting: Setting) -> Period | None:
    """Return "the first week of May" and its like."""
    which, unit, month = _ORDINALS[parts["which"].lower()], parts["unit"].lower().rstrip("s"), _month(parts["m"])
    count = {"": 1, "two": 2, "three": 3}.get(parts.get("count", "").lower())

    def build(year: int) -> Period | None:
        whole = span_of(year, month)
        if whole is None or whole.first is None or whole.last is None:
            return None
        first, last = whole.first, whole.last
        if count is None or unit == "weekend":
            return whole if unit == "weekend" or which > 1 else part_of(whole, "late" if which < 0 else "early")
        length = {"day": 1, "week": 7, "fortnight": 14, "half": 15}[unit] * count
        if which < 0:
            return days(max(first, last - timedelta(days=length - 1)), last)
        begin = first + timedelta(days=(which - 1) * length)
        end = last if unit == "half" and which == 2 else min(last, begin + timedelta(days=length - 1))
        return days(begin, end)

    return _in_year(build, parts, setting) or UNKNOWN


def shifted_month_period(parts: Parts, setting: Setting) -> Period | None:
    """Return "last November": the latest such month that is over before the publication."""
    if setting.published is None:
        return replace(UNKNOWN, edtf=f"XXXX-{_month(parts['m']):02d}")
    month, day = _month(parts["m"]), setting.published.first
    which = parts["which"].lower()
    year = day.year
    if which in ("last", "this past") and month >= day.month:
        year -= 1
    elif which in ("next", "this coming") and month <= day.month:
        year += 1
    found = span_of(year, month)
    return found.by_publication() if found else None


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
    part = part if part in ("early", "mid", "late") else _EDGES.get(parts.get("edge", "").lower(), "")
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
    """Return "so far in 2018": from the beginning of the unit to the publication. Without a unit it is no expression."""
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


def season_period(parts: Parts, _: Setting) -> Period | None:
    """Return a season; a winter of two years has its days, a winter of one year has none."""
    number, year = _SEASONS[parts["s"].lower()], int(parts["y"])
    if number == WINTER and "y2" in parts:
        first, last = span_of(year, 12), span_of(year + 1, 2)
        return days(first.first, last.last) if first and last and first.first and last.last else None
    return season(year, number)


def decade_period(parts: Parts, _: Setting) -> Period | None:
    """Return "the 1990s", or its early, mid or late third."""
    whole = decade(int(parts["y"]))
    return part_of(whole, parts["part"].lower()) if "part" in parts else whole


def years_period(parts: Parts, _: Setting) -> Period | None:
    """Return "2013-2015" or "2015-16"."""
    first = int(parts["y"])
    last = int(parts["y2"]) if len(parts["y2"]) == 4 else first // 100 * 100 + int(parts["y2"])
    return days(date(first, 1, 1), date(last, 12, 31)) if first < last <= first + 60 else None


_MONTH_SPANS = {"first half": (1, 6), "second half": (7, 12), "first quarter": (1, 3), "second quarter": (4, 6)}
_MONTH_SPANS |= {"third quarter": (7, 9), "fourth quarter": (10, 12), "last quarter": (10, 12)}


def year_period(parts: Parts, _: Setting) -> Period | None:
    """Return "late 2016", "the first half of 2016", "the first three months of 2018"."""
    year, edge = int(parts["y"]), " ".join(parts.get("edge", "").lower().split())
    whole = span_of(year)
    part = parts.get("part", "").lower() or _EDGES.get(edge, "")
    if whole is None or part:
        return part_of(whole, part) if whole else None
    months = _MONTH_SPANS.get(edge)
    counted = re.fullmatch(r"first (\w+) months", edge)
    if counted:
        months = (1, read_number(counted[1]) or 12)
    if months is None:
        return part_of(whole, "early")
    first, last = span_of(year, months[0]), span_of(year, months[1])
    return days(first.first, last.last) if first and last and first.first and last.last else None


def bare_year_period(parts: Parts, _: Setting) -> Period | None:
    """Return a year."""
    return span_of(int(parts["y"]))


def fixed_period(parts: Parts, setting: Setting) -> Period | None:
    """Return a feast that falls on the same day each year."""
    month, day = _FIXED[" ".join(parts["name"].lower().replace("’", "'").split())]
    return _in_year(lambda year: span_of(year, month, day), parts, setting) or _without_year(month, day, setting)


def known_period(_: Parts, __: Setting) -> Period | None:
    """Return the day of 2001 that is known by its number."""
    day = date(2001, 9, 11)
    return replace(days(day, day), resolution=Resolution.FROM_OUTSIDE_KNOWLEDGE)


def unknown_period(_: Parts, __: Setting) -> Period | None:
    """Return no days: the expression is a time, but which is not reckoned."""
    return UNKNOWN


RESOLVERS: Mapping[str, Callable[[Parts, Setting], Period | None]] = {
    "calendar": calendar_period,
    "numeric": numeric_period,
    "part": part_period,
    "shifted_month": shifted_month_period,
    "weekday": weekday_period,
    "weekdays": weekdays_period,
    "near": near_period,
    "now": now_period,
    "unit": unit_period,
    "past": past_period,
    "vague": unknown_period,
    "ago": ago_period,
    "shift": shift_period,
    "beside": beside_period,
    "sofar": sofar_period,
    "season": season_period,
    "decade": decade_period,
    "years": years_period,
    "year": year_period,
    "bare_year": bare_year_period,
    "fixed": fixed_period,
    "known": known_period,
    "hour": unknown_period,
}

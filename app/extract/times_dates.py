"""Days of calendar expressions that name a date: days, months, years, seasons and feasts, with the year that fits.

GUIDE decision 12 and these readings of ours where it is silent: early, mid and late year are its thirds;
seasons are those of the north; a winter of one year has no day range; a date without a year is the latest before
publication, unless the clause looks ahead or the next such day is within a month and the last one longer ago than ten.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from app.extract.figures_numbers import read_number
from app.extract.times_calendar import UNKNOWN, WINTER, Period, Publication, days, decade, part_of, season, span_of
from app.model import Resolution

Side = Literal["past", "future", "nearest", "unsure"]
Parts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Setting:
    """What an expression is resolved against: publication, its side on which the event lies, the last day named.

    `near` stands in for the publication date where the other end of a range is known.
    """

    published: Publication | None
    side: Side = "unsure"
    anchor: Period | None = None
    near: date | None = None


_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": WINTER}
EDGES = {"beginning": "early", "very beginning": "early", "start": "early", "middle": "mid", "end": "late"}
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
    """Return what `build` gives for the year that fits best: before, after or nearest to publication (or `near`)."""
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
    soon = setting.side == "unsure" and gap_on <= _SOON and gap_back > _LONG_AGO
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
        part = parts.get("part", "").lower() or EDGES.get(parts.get("edge", "").lower(), "")
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
    part = parts.get("part", "").lower() or EDGES.get(edge, "")
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

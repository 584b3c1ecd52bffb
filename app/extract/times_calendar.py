"""Day ranges and their EDTF (ISO 8601-2 levels 0 and 1): the arithmetic under the time layer, without any text."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.model import Resolution

_EDTF = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
# First and last month of a season by ISO 8601-2 number, as the northern half of the world has them.
_SEASON_MONTHS = {21: (3, 5), 22: (6, 8), 23: (9, 11)}
WINTER = 24


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, either of which may be unknown or open, with their EDTF and how they were found."""

    first: date | None
    last: date | None
    edtf: str | None
    resolution: Resolution = Resolution.FROM_TEXT

    def by_publication(self) -> Period:
        """Return the same days, marked as found with the publication date."""
        return replace(self, resolution=Resolution.FROM_PUBLICATION_DATE)

    @property
    def is_day(self) -> bool:
        """Whether this is one known day."""
        return self.first is not None and self.first == self.last


UNKNOWN = Period(None, None, None, Resolution.UNRESOLVED)


@dataclass(frozen=True, slots=True)
class Publication:
    """When a document was published, as precisely as is known: a day, a month or a year."""

    first: date
    last: date
    edtf: str

    @property
    def is_day(self) -> bool:
        """Whether the day is known."""
        return self.first == self.last

    @property
    def period(self) -> Period:
        """All days on which it may have been published."""
        return Period(self.first, self.last, self.edtf, Resolution.FROM_PUBLICATION_DATE)


def read_publication(published: str | None) -> Publication | None:
    """Return the publication date from EDTF (day, month or year; hours are ignored), or None where it has none."""
    found = _EDTF.match(published or "")
    if found is None:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    assert year is not None
    period = span_of(year, month, day)
    if not 1000 <= year <= 9000 or period is None or period.first is None or period.last is None or period.edtf is None:
        return None
    return Publication(period.first, period.last, period.edtf)


def span_of(year: int, month: int | None = None, day: int | None = None) -> Period | None:
    """Return a day, month or year, or None where the calendar has no such day."""
    if not 1 <= year <= 9999 or (month is not None and not 1 <= month <= 12):
        return None
    if month is None:
        return Period(date(year, 1, 1), date(year, 12, 31), f"{year:04d}")
    length = calendar.monthrange(year, month)[1]
    if day is None:
        return Period(date(year, month, 1), date(year, month, length), f"{year:04d}-{month:02d}")
    if not 1 <= day <= length:
        return None
    only = date(year, month, day)
    return Period(only, only, only.isoformat())


def days(first: date, last: date) -> Period:
    """Return the days from `first` to `last`, with the shortest EDTF: a year, a month, a day or an interval."""
    if first > last:
        first, last = last, first
    whole_months = first.day == 1 and last.day == calendar.monthrange(last.year, last.month)[1]
    if whole_months and first.month == 1 and last.month == 12:
        edges = [f"{first.year:04d}", f"{last.year:04d}"]
    elif whole_months:
        edges = [f"{first:%Y-%m}", f"{last:%Y-%m}"]
    else:
        edges = [first.isoformat(), last.isoformat()]
    return Period(first, last, edges[0] if edges[0] == edges[1] else "/".join(edges))


def part_of(period: Period, part: str) -> Period:
    """Return the early, mid or late part of a month (days 1-10, 11-20, 21-end) or of a longer time (thirds)."""
    if period.first is None or period.last is None:
        return period
    first, last = period.first, period.last
    if (last - first).days <= 31:
        edges = {"early": (1, 10), "mid": (11, 20), "late": (21, last.day)}[part]
        return days(first.replace(day=edges[0]), first.replace(day=edges[1]))
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    offsets = {"early": (0, 1), "mid": (1, 2), "late": (2, 3)}[part]
    start = add_months(first, months * offsets[0] // 3)
    return days(start, add_months(first, months * offsets[1] // 3) - timedelta(days=1))


def season(year: int, number: int) -> Period:
    """Return a season; a winter keeps no day range, as its year may be that of its beginning or of its end."""
    edtf = f"{year:04d}-{number}"
    if number == WINTER:
        return Period(None, None, edtf, Resolution.UNRESOLVED)
    months = _SEASON_MONTHS[number]
    first, last = span_of(year, months[0]), span_of(year, months[1])
    assert first is not None
    assert last is not None
    return Period(first.first, last.last, edtf)


def decade(first_year: int) -> Period:
    """Return ten years."""
    return Period(date(first_year, 1, 1), date(first_year + 9, 12, 31), f"{first_year // 10:03d}X")


def week_of(day: date) -> Period:
    """Return the Monday to Sunday in which `day` lies."""
    monday = day - timedelta(days=day.weekday())
    return days(monday, monday + timedelta(days=6))


def add_months(day: date, months: int) -> date:
    """Return the day some months on, at the end of the month where it is shorter; within years 1 to 9999."""
    index = min(max(day.year * 12 + day.month - 1 + months, 12), 9999 * 12 + 11)
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def shift(day: date, count: int, unit: str) -> Period:
    """Return the day, week, month, year or decade that lies `count` units from that of `day`."""
    if unit == "day":
        ordinal = min(max(day.toordinal() + count, 1), date.max.toordinal())
        moved = date.fromordinal(ordinal)
        return days(moved, moved)
    if unit == "week":
        ordinal = min(max(day.toordinal() + 7 * count, 8), date.max.toordinal() - 8)
        return week_of(date.fromordinal(ordinal))
    if unit == "month":
        moved = add_months(day, count)
        found = span_of(moved.year, moved.month)
    elif unit == "decade":
        return decade(max(day.year // 10 * 10 + 10 * count, 10))
    else:
        found = span_of(add_months(day, 12 * count).year)
    assert found is not None
    return found


def weekdays_from(day: date, weekday: int, step: int) -> Iterator[date]:
    """Yield the days with that weekday (0 is Monday), from `day` itself on, forwards (1) or backwards (-1)."""
    offset = (weekday - day.weekday()) % 7 if step > 0 else -((day.weekday() - weekday) % 7)
    moved = day + timedelta(days=offset)
    while True:
        yield moved
        moved += timedelta(days=7 * step)

"""Calendar expressions of English news text, resolved to day ranges and EDTF (GUIDE decision 12).

`find_times` finds cores by rule (`times_rules.py`), places them in their surroundings (`times_context.py`), joins what
is one expression ("from 3 June to the 9th", "Friday, 24 November", "at 6.30 am on Tuesday"), and dates it
(`times_resolve.py`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from app.extract.times_calendar import UNKNOWN, Period, days, read_publication, week_of
from app.extract.times_context import UNTIL, Placed, looks_ahead, looks_back, place
from app.extract.times_dates import Setting, Side
from app.extract.times_resolve import RESOLVERS
from app.extract.times_rules import find_cores
from app.model import Resolution, Span, TimeExpression

TIMES_VERSION = "times.v1"

_DATED = frozenset(
    ("calendar", "weekday", "unit", "bare_year", "year", "part", "fixed", "shifted_month", "season", "near", "numeric")
)
_SINCE = frozenset(("since", "ever since"))
_YEARS = frozenset(("y", "wy"))
_WEEK_OF = re.compile(r"(?i)\bweek\s{1,3}of\s{1,3}(?:the\s{1,3})?$")
_RANGES = frozenset(("d2", "w2", "y2", "m2"))
_FROM = frozenset(("from", "after", "starting", "beginning", "effective", "as of", "effective from", "starting from"))
_RANGE = re.compile(r"(?:\s{1,3}(?:to|through|until|till|up to|up until|thru)\s{1,3}(?:the\s)?|\s?[-–—]\s?)")
_AND = re.compile(r"\s{1,3}and\s{1,3}(?:the\s)?")
_LISTED = re.compile(r",?\s{1,3}(?:(?:and|or)\s{1,3})?(?:(?:on|in)\s{1,3})?(?:the\s)?")
_CONTINUES = re.compile(
    r"\s{1,3}and\s{1,3}(?:(?:will|would|is|are|was|were|now|set|due|expected|scheduled|to|it|also|be)\s{1,3}){0,5}"
    r"(?:continu|last|run|ran|remain|stay|end|extend)\w*\s{1,3}(?:(?:in|effect|force|on|for|place)\s{1,3}){0,3}"
    r"(?:(?:through|until|till|to)\s{1,3})?"
)
_BEGAN = re.compile(
    r"(?i:started|starting|starts|began|begun|begins|beginning|commenced|launched|took effect"
    r"|came into (?:force|effect))\s{1,3}(?:on\s{1,3}|in\s{1,3})?$"
)
_APPOSED = re.compile(r",?\s{1,3}(?:the\s|\()?")
_HOUR_LINK = re.compile(r",?\s{1,3}(?:on\s{1,3}|of\s{1,3})?(?:the\s(?:night|morning|evening|afternoon)\sof\s)?")


@dataclass(frozen=True, slots=True)
class _Found:
    """An expression with its days."""

    start: int
    end: int
    period: Period


def find_times(text: str, published: str | None, *, start: int = 0, future: bool | None = None) -> list[TimeExpression]:
    """Return every calendar expression of `text` in order, without overlap, spans moved by `start`.

    `published` is EDTF (day, month or year) or None. `future` says whether the text looks ahead of its publication;
    None lets each clause decide ("is due on Friday"). Durations, resolution numbers and counts are no times.
    """
    publication = read_publication(published)
    found: list[_Found] = []
    placed = _place_all(text)
    index = 0
    while index < len(placed):
        setting = Setting(publication, "unsure", _anchor(found, placed[index].start))
        used, expression = _read_one(text, placed[index : index + 3], setting, future)
        index += used
        if expression is not None:
            found.append(expression)
    return [_expression(text, one, start) for one in found]


def _place_all(text: str) -> list[Placed]:
    """Return all cores with their surroundings, leaving out what is no time."""
    placed: list[Placed] = []
    for core in find_cores(text):
        one = place(text, core, placed[-1].end if placed else 0)
        if one is not None:
            placed.append(one)
    return placed


def _anchor(found: Sequence[_Found], position: int) -> Period | None:
    """Return the last single day named within reach before `position`, from which "a day earlier" is counted."""
    for one in reversed(found[-4:]):
        if position - one.end < 600 and one.period.is_day:
            return one.period
    return None


def _read_one(text: str, pieces: Sequence[Placed], setting: Setting, future: bool | None) -> tuple[int, _Found | None]:
    """Return how many pieces make up the next expression, and the expression, or None where it has no date at all."""
    first = pieces[0]
    if len(pieces) > 1:
        second = pieces[1]
        joined = (
            _read_hour(text, pieces, setting, future)
            or _read_apposition(text, first, second, setting, future)
            or _read_range(text, first, second, setting, future)
        )
        if joined is not None:
            return joined
    if (
        first.core.kind == "hour"
        and first.core.start == first.start
        and not text[first.start : first.end][:1].isalpha()
    ):
        return 1, None
    both = _read_pair(text, pieces, setting, future) if len(pieces) > 1 else None
    if both is not None:
        return 2, both
    if len(pieces) > 1 and _LISTED.fullmatch(text, first.end, pieces[1].core.start):
        period = _with_year_of(text, first, pieces[1], setting, future)
    else:
        period = _resolve(text, first, setting, future)
    if period is not None and period.first and period.is_day and _WEEK_OF.search(text, first.start, first.core.start):
        period = replace(week_of(period.first), resolution=period.resolution)
    if period is not None and not _RANGES & first.core.parts.keys():
        period = _bounded(first.preposition, period, setting)
    return 1, _Found(first.start, first.end, period) if period else None


def _read_pair(text: str, pieces: Sequence[Placed], setting: Setting, future: bool | None) -> _Found | None:
    """Join two years or months that follow each other, "in 2014 and 2015": one time of both."""
    first, second = pieces[0], pieces[1]
    whole = first.core.kind == second.core.kind and not {"d", "part", "edge"} & (
        first.core.parts.keys() | second.core.parts.keys()
    )
    if not whole or first.core.kind not in ("bare_year", "calendar") or first.preposition in UNTIL | _SINCE | _FROM:
        return None
    if not _AND.fullmatch(text[first.end : second.core.start]):
        return None
    one, two = _with_year_of(text, first, second, setting, future), _resolve(text, second, setting, future)
    if one is None or two is None or one.last is None or two.first is None or one.first is None or two.last is None:
        return None
    if one.last + timedelta(days=1) != two.first:
        return None
    joined = days(one.first, two.last)
    told = one.resolution == two.resolution == Resolution.FROM_TEXT
    return _Found(first.start, second.end, joined if told else joined.by_publication())


def _with_year_of(text: str, first: Placed, second: Placed, setting: Setting, future: bool | None) -> Period | None:
    """Return the days of the first of two listed dates; "in April and May 2017" states the year once."""
    if (
        first.core.kind == second.core.kind == "calendar"
        and _YEARS & second.core.parts.keys() - first.core.parts.keys()
    ):
        later = _resolve(text, second, setting, future)
        shared = RESOLVERS["calendar"](first.core.parts, replace(setting, near=later.last if later else None))
        return replace(shared, resolution=Resolution.FROM_TEXT) if shared else None
    return _resolve(text, first, setting, future)


def _side(text: str, placed: Placed, future: bool | None) -> Side:
    """Return on which side of the publication the expression lies."""
    if future is not None:
        return "future" if future else "past"
    if looks_ahead(text, placed):
        return "future"
    if looks_back(text, placed):
        return "past"
    return "nearest" if placed.preposition in UNTIL else "unsure"


def _resolve(text: str, placed: Placed, setting: Setting, future: bool | None) -> Period | None:
    """Return the days of one piece, or None where it is no time after all."""
    return RESOLVERS[placed.core.kind](placed.core.parts, replace(setting, side=_side(text, placed, future)))


def _bounded(preposition: str, period: Period, setting: Setting) -> Period:
    """Return the days that the preposition leaves: until is a latest day only, since ends with the publication."""
    if period.first is None or period.last is None or period.edtf is None:
        return period
    edges = period.edtf.split("/")
    if preposition in UNTIL:
        return Period(None, period.last, f"../{edges[-1]}", period.resolution)
    published = setting.published
    if preposition in _SINCE and published is not None and published.last >= period.first:
        edtf = f"{edges[0]}/{published.edtf}"
        return Period(period.first, published.last, edtf, Resolution.FROM_PUBLICATION_DATE)
    if preposition in _FROM or preposition in _SINCE:
        return Period(period.first, None, f"{edges[0]}/..", period.resolution)
    return period


def _read_hour(
    text: str, pieces: Sequence[Placed], setting: Setting, future: bool | None
) -> tuple[int, _Found | None] | None:
    """Join an hour to the day after or before it: "until 11:59 pm on August 3", "on Tuesday at 6.30 am"."""
    first, second = pieces[0], pieces[1]
    gap = text[first.end : second.core.start]
    if first.core.kind == "hour" and second.core.kind in _DATED and _HOUR_LINK.fullmatch(gap):
        words = text[first.start : first.end].split(" ", 1)[0].split()
        preposition = words[0].lower() if words else ""
        day = replace(second, preposition=preposition if preposition in ("until", "till", "by") else "")
        period = _resolve(text, day, setting, future)
        return (2, _Found(first.start, second.end, _bounded(day.preposition, period, setting))) if period else None
    if (
        second.core.kind == "hour"
        and first.core.kind in _DATED
        and re.fullmatch(r",?\s{1,3}", text[first.end : second.start])
    ):
        period = _resolve(text, first, setting, future)
        return (2, _Found(first.start, second.end, _bounded(first.preposition, period, setting))) if period else None
    return None


def _read_apposition(
    text: str, first: Placed, second: Placed, setting: Setting, future: bool | None
) -> tuple[int, _Found | None] | None:
    """Join a weekday or "today" to the date that names the same day, and "overnight" to its weekday."""
    gap = text[first.end : second.core.start]
    if first.core.kind == "near" and first.core.parts["word"].lower() == "overnight" and second.core.kind == "weekday":
        if not re.fullmatch(r"\s{1,3}(?:on\s{1,3})?", gap):
            return None
        period = _resolve(text, second, setting, future)
        if period and period.first and period.is_day:
            period = replace(days(period.first, period.first + timedelta(days=1)), resolution=period.resolution)
        return (2, _Found(first.start, second.end, period)) if period else None
    if first.core.kind not in ("weekday", "near") or second.core.kind != "calendar" or "d" not in second.core.parts:
        return None
    if not _APPOSED.fullmatch(gap):
        return None
    period = _resolve(text, second, setting, future)
    end = second.end + (1 if gap.endswith("(") and text[second.end : second.end + 1] == ")" else 0)
    return (2, _Found(first.start, end, _bounded(first.preposition, period, setting))) if period else None


def _read_range(
    text: str, first: Placed, second: Placed, setting: Setting, future: bool | None
) -> tuple[int, _Found | None] | None:
    """Join the two ends of a range; an end without a year takes it from the other."""
    if first.core.kind not in _DATED or second.core.kind not in _DATED:
        return None
    gap, begin = text[first.end : second.core.start], first.start
    if _CONTINUES.fullmatch(gap):
        began = _BEGAN.search(text, max(0, first.core.start - 40), first.core.start)
        begin = min(begin, began.start()) if began else begin
    elif not _RANGE.fullmatch(gap) and not (first.preposition == "between" and _AND.fullmatch(gap)):
        return None
    period = _between(text, first, second, setting, future)
    return (2, _Found(begin, second.end, period)) if period else None


def _between(text: str, first: Placed, second: Placed, setting: Setting, future: bool | None) -> Period | None:
    """Return the days from the first end to the second, or None where they are no range."""
    stated = _YEARS & second.core.parts.keys()
    if stated and not _YEARS & first.core.parts.keys() and first.core.kind == "calendar":
        to = _resolve(text, second, setting, future)
        near = replace(setting, near=to.last if to else None, side="past")
        since = RESOLVERS["calendar"](first.core.parts, near)
        since = replace(since, resolution=to.resolution) if since and to else None
    else:
        since = _resolve(text, first, setting, future)
        near = replace(setting, near=since.first if since else None, side="future")
        to = RESOLVERS[second.core.kind](second.core.parts, setting if stated else near)
        if to and "y" in first.core.parts:
            to = replace(to, resolution=Resolution.FROM_TEXT)
    if since is None or to is None:
        return None
    if since.first is None or to.last is None:
        both = since.edtf and to.edtf
        return replace(UNKNOWN, edtf=f"{since.edtf}/{to.edtf}" if both else None)
    if since.first > to.last:
        return None
    told = since.resolution == to.resolution == Resolution.FROM_TEXT
    joined = days(since.first, to.last)
    return joined if told else joined.by_publication()


def _expression(text: str, found: _Found, start: int) -> TimeExpression:
    """Return the expression in the terms of the house, without white space at its ends."""
    period = found.period
    resolved = period.first is not None or period.last is not None
    return TimeExpression(
        text=text[found.start : found.end],
        span=Span(found.start + start, found.end + start),
        edtf=period.edtf,
        earliest=period.first,
        latest=period.last,
        resolution=period.resolution if resolved else Resolution.UNRESOLVED,
    )


def since_then(expression: TimeExpression, published: str | None) -> TimeExpression:
    """Return the time from a day named on: what goes on since something that happened then."""
    if expression.earliest is None or expression.edtf is None:
        return expression
    publication = read_publication(published)
    begun = Period(expression.earliest, expression.latest, expression.edtf, expression.resolution)
    period = _bounded("since", begun, Setting(publication))
    return replace(
        expression,
        edtf=period.edtf,
        earliest=period.first,
        latest=period.last,
        resolution=period.resolution,
    )


def starting_day(expression: TimeExpression) -> TimeExpression:
    """Return the day, month or year with which a time begins: of "since 3 June", 3 June."""
    start = read_publication((expression.edtf or "").split("/")[0])
    if start is None or expression.earliest != start.first:
        return expression
    return replace(expression, edtf=start.edtf, latest=start.last)

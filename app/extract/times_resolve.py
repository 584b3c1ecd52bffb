"""Which function turns which kind of core into days: the table between the rules and the calendar."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.extract import times_dates as dates
from app.extract import times_relative as relative
from app.extract.times_calendar import UNKNOWN, Period
from app.extract.times_dates import Parts, Setting


def unknown_period(_: Parts, __: Setting) -> Period | None:
    """Return no days: the expression is a time, but which is not reckoned."""
    return UNKNOWN


RESOLVERS: Mapping[str, Callable[[Parts, Setting], Period | None]] = {
    "calendar": dates.calendar_period,
    "numeric": dates.numeric_period,
    "part": dates.part_period,
    "shifted_month": dates.shifted_month_period,
    "weekday": relative.weekday_period,
    "weekdays": relative.weekdays_period,
    "near": relative.near_period,
    "now": relative.now_period,
    "unit": relative.unit_period,
    "past": relative.past_period,
    "vague": unknown_period,
    "ago": relative.ago_period,
    "shift": relative.shift_period,
    "beside": relative.beside_period,
    "sofar": relative.sofar_period,
    "season": dates.season_period,
    "decade": dates.decade_period,
    "years": dates.years_period,
    "year": dates.year_period,
    "bare_year": dates.bare_year_period,
    "fixed": dates.fixed_period,
    "known": dates.known_period,
    "hour": unknown_period,
}

"""Regular expressions that are matched against data must take linear time: what may stand in `sh:pattern`."""

from __future__ import annotations

import re
import re._constants as sre_constants  # type: ignore[import-untyped,import-not-found,unused-ignore]
import re._parser as sre_parser  # type: ignore[import-untyped,import-not-found,unused-ignore]
from typing import Any

MOST_REPEATS = 200
_UNBOUNDED = int(sre_constants.MAXREPEAT)


def pattern_fault(pattern: str) -> str | None:
    """Return why a pattern must not be used, or None.

    Allowed is what a backtracking engine matches in linear time whatever the data: at most one open repetition, over
    single characters only, in a pattern that begins with ^; counted repetitions may nest while the most characters they
    cover stay below a bound; no look-around, no back-reference.
    """
    try:
        parsed = sre_parser.parse(pattern)
    except re.error as error:
        return f"it is no regular expression: {error.msg} at position {error.pos}"
    except (OverflowError, RecursionError):
        return "it is too large to be read"
    if not pattern:
        return "it is empty and so allows everything"
    opened: list[str] = []
    fault = _fault(parsed, 1, opened)
    if fault is None and len(opened) > 1:
        fault = "it has more than one open repetition (* or +), which can take very long on some texts"
    if fault is None and opened and str(parsed[0]) != "(AT, AT_BEGINNING)":
        fault = "it has an open repetition and no ^ at its start, which can take very long on some texts"
    return fault


def _fault(parsed: Any, times: int, opened: list[str]) -> str | None:
    for operation, argument in parsed:
        name = str(operation)
        if name in ("ASSERT", "ASSERT_NOT", "GROUPREF", "GROUPREF_EXISTS"):
            return "it looks around or back, which can take very long on some texts"
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            fault = _repeat_fault(argument, times, opened)
        elif name == "BRANCH":
            fault = next((f for f in (_fault(part, times, opened) for part in argument[1]) if f), None)
        elif name == "SUBPATTERN":
            fault = _fault(argument[3], times, opened)
        else:
            fault = None
        if fault:
            return fault
    return None


def _repeat_fault(argument: Any, times: int, opened: list[str]) -> str | None:
    _, most, body = argument
    if int(most) >= _UNBOUNDED:
        if len(body) != 1 or str(body[0][0]) not in ("IN", "LITERAL", "NOT_LITERAL", "ANY"):
            return "it repeats a group without end, which can take very long on some texts"
        if times > 1:
            return "it has an open repetition inside a repetition, which can take very long on some texts"
        opened.append("open")
        return None
    if times * int(most) > MOST_REPEATS:
        return f"its repetitions multiply to more than {MOST_REPEATS}"
    return _fault(body, times * int(most), opened)

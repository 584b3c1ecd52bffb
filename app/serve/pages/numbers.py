"""Numbers of people as ranges by source, on one scale per kind; never one number."""

from __future__ import annotations

from dataclasses import dataclass

from app.serve.pages.story import Number, StatementView, Story

WIDTH = 320
_MARGIN = 8


@dataclass(frozen=True, slots=True)
class Bar:
    """One source's number on the scale: from `x` over `width`; open where a bound is missing."""

    number: Number
    words: str
    statement: StatementView
    x: float
    width: float
    is_open_above: bool
    is_open_below: bool


@dataclass(frozen=True, slots=True)
class Scale:
    """All numbers of one kind of harm: the lowest and highest given, and every source's own bar."""

    kind: str
    lowest: int
    highest: int
    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, int], ...]


def read_scales(story: Story) -> list[Scale]:
    """Return one scale for each kind of harm that a claim counts; denied and asked-for accounts give no number."""
    by_kind: dict[str, list[tuple[Number, StatementView]]] = {}
    for statement in story.statements:
        if statement.modality or statement.polarity in ("Denied", "Undetermined"):
            continue
        for number in statement.numbers:
            if _bounds(number):
                by_kind.setdefault(number.kind, []).append((number, statement))
    return [_scale(kind, found) for kind, found in sorted(by_kind.items())]


def _bounds(number: Number) -> list[int]:
    return [n for n in (number.minimum, number.best, number.maximum) if n is not None]


def _scale(kind: str, found: list[tuple[Number, StatementView]]) -> Scale:
    every = [n for number, _ in found for n in _bounds(number)]
    top = max(every) or 1

    def place(value: int) -> float:
        return round(_MARGIN + (WIDTH - 2 * _MARGIN) * value / top, 1)

    bars = []
    for number, statement in sorted(
        found, key=lambda pair: (min(_bounds(pair[0])), max(_bounds(pair[0])), pair[1].who, pair[1].iri)
    ):
        low, high = min(_bounds(number)), max(_bounds(number))
        above = number.maximum is None and number.minimum is not None and number.best is None
        below = number.minimum is None and number.maximum is not None and number.best is None
        left = place(0) if below else place(low)
        right = WIDTH - _MARGIN if above else place(high)
        bars.append(Bar(number, number_words(number), statement, left, round(right - left, 1), above, below))
    step = _step(top)
    ticks = tuple((place(value), value) for value in range(0, top + 1, step))
    return Scale(kind, min(every), max(every), tuple(bars), ticks)


def _step(top: int) -> int:
    """A round step that gives at most five ticks."""
    step = 1
    while top // step > 5:
        step = step * 2 if str(step)[0] in "15" else step * 5 // 2
    return step


def number_words(number: Number) -> str:
    """The bounds in words: "46", "at least 83", "12 to 20", with a best estimate where a data set gives one."""
    low, high, best = number.minimum, number.maximum, number.best
    if low is not None and high is not None:
        words = f"{low:,}" if low == high else f"{low:,} to {high:,}"
    elif low is not None:
        words = f"at least {low:,}"
    elif high is not None:
        words = f"at most {high:,}"
    else:
        return f"best estimate {best:,}"
    return words if best is None else f"{words} (best estimate {best:,})"

"""Counts of people killed, injured, treated, affected or missing in English news text (GUIDE decision 11).

A number becomes a figure only where words of the same clause say what befell those it counts; missiles, ages,
districts, dates and arrests are left alone. A count of some of those counted before ("83 people, including 30
children") is a `PartFigure`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from app.extract.figures_cues import LEFT, Reading, read_alone
from app.extract.figures_named import find_named_victims
from app.extract.figures_numbers import read_number
from app.extract.figures_quantities import Quantity, find_quantities
from app.extract.figures_rules import load_rules
from app.model import CasualtyFigure, CasualtyKind, Span

__all__ = ["FIGURES_VERSION", "PartFigure", "find_figures", "read_number"]

FIGURES_VERSION = "figures.v1"

# A run of stops is looked at from its first only: from each of them, a line of dots would take its length squared.
_SENTENCE_END = re.compile(r"(?<![A-Z])(?<![^A-Z][.!?])[.!?]++[\"”’)]{0,3}\s{1,4}(?=[\"“‘(]{0,2}[A-Z0-9])|\n\s{0,20}\n")
_INCLUDING = re.compile(
    r"(?:,|\(|[—–-])?\s{0,3}(?:including|among them|among whom|among those|of whom|of them|of which|including the"
    r"|most of them|and among them|along with among them|them)(?:\s{1,3}(?:were|was|are))?\s{1,3}(?:at least\s{1,3})?$"
)
_AMONG = re.compile(
    r"(?i:(?:among (?:the |those )?(?:dead|killed|victims|fatalities|casualties|injured|wounded|slain)|(?:dead|victims"
    r"|killed|fatalities|casualties|injured|wounded) (?:also )?includ(?:ed|es|ing))(?:[ ,](?:were|was|are|is))?)\s$"
)
_WAS_AMONG = re.compile(
    r"(?:,[^,;.()\n]{1,60},)?\s{1,3}(?:was|were|are|is)\s{1,3}(?:also\s{1,3})?among\s{1,3}(?:the|those)\s{1,3}"
    r"(?P<hurt>injured|wounded)?(?:dead|killed|victims|fatalities|casualties|slain)?(?!\w)"
)
_AND = re.compile(
    r",?\s{1,3}(?:(?:and|or|as well as|along with|plus|together with)\s{1,3})?"
    r"(?:also\s{1,3}|(?:the|his|her|its|their)\s{1,3})?$"
)
_MADE_UP = re.compile(r"(?:\s?,|[\w ]{0,40}[:(—–-]{1,2})\s{0,3}")
_NOBODY = frozenset(
    ("people", "persons", "person", "others", "other", "individuals", "more", "more people", "other people")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFigure(CasualtyFigure):
    """A count of some of those that another figure counts; `whole` is where that one stands, if it does."""

    whole: Span | None = None


def _sentences(text: str) -> list[tuple[int, int]]:
    """Return the stretches within which a number and its cue must lie."""
    edges = [0, *(found.end() for found in _SENTENCE_END.finditer(text)), len(text)]
    return [(a, b) for a, b in pairwise(edges) if a < b]


def find_figures(text: str, *, start: int = 0) -> list[CasualtyFigure]:
    """Return every casualty figure of `text` in order, spans moved by `start`; parts of others are `PartFigure`."""
    figures: list[CasualtyFigure] = []
    for begin, end in _sentences(text):
        sentence = text[begin:end]
        readings = _read_sentence(sentence)
        spans = {index: Span(r.quantity.start + begin + start, r.end + begin + start) for index, r in readings.items()}
        figures += [_figure(sentence, readings[index], spans, index) for index in sorted(readings)]
    taken = bytearray(len(text))
    for span in (figure.span for figure in figures if figure.span is not None):
        taken[span.start - start : span.end - start] = b"\1" * (span.end - span.start)
    figures += _named(text, taken, start)
    return sorted(figures, key=lambda figure: (figure.span or Span(0, 0)).start)


def _named(text: str, taken: bytearray, start: int) -> list[CasualtyFigure]:
    """Return a figure of one for each named victim who is not part of another figure's words."""
    return [
        CasualtyFigure(
            kind=victim.kind,
            text=text[victim.start : victim.end],
            span=Span(victim.start + start, victim.end + start),
            minimum=1,
            maximum=1,
        )
        for victim in find_named_victims(text)
        if not any(taken[victim.start : victim.end])
    ]


def _figure(sentence: str, reading: Reading, spans: Mapping[int, Span], index: int) -> CasualtyFigure:
    """Return the reading in the terms of the house."""
    quantity = reading.quantity
    group = None if quantity.group is None or quantity.group.lower() in _NOBODY else quantity.group
    figure = CasualtyFigure(
        kind=reading.kind,
        text=sentence[quantity.start : reading.end],
        span=spans[index],
        minimum=quantity.minimum,
        maximum=quantity.maximum,
        victim_group=group,
    )
    if not reading.part:
        return figure
    whole = None if reading.whole is None else spans.get(reading.whole)
    return PartFigure(
        kind=figure.kind,
        text=figure.text,
        span=figure.span,
        minimum=figure.minimum,
        maximum=figure.maximum,
        victim_group=group,
        whole=whole,
    )


def _read_sentence(sentence: str) -> dict[int, Reading]:
    """Return the readings of a sentence by the place of their quantity in it."""
    quantities = find_quantities(sentence)
    readings: dict[int, Reading] = {}
    for index, quantity in enumerate(quantities):
        reading = read_alone(sentence, quantity)
        if reading is not None:
            readings[index] = reading
    _share_cues(sentence, quantities, readings)
    _mark_parts(sentence, quantities, readings)
    _mark_shares(sentence, quantities, readings)
    _add_up(sentence, readings)
    return readings


def _add_up(sentence: str, readings: dict[int, Reading]) -> None:
    """Make one figure of those listed under one cue: "killed three soldiers and an interpreter" is four."""
    for index in sorted(readings, reverse=True):
        one, before = readings[index], readings.get(index - 1)
        if (
            before is None
            or one.part
            or before.part
            or one.kind is not before.kind
            or before.end != before.quantity.end
        ):
            continue
        if one.end != one.quantity.end or "people" not in (one.quantity.head, before.quantity.head):
            continue
        if _is_one_count(before.quantity, one.quantity) and _AND.fullmatch(sentence, before.end, one.quantity.start):
            readings[index - 1] = replace(before, quantity=_sum(before.quantity, one.quantity), end=one.end)
            del readings[index]


def _is_one_count(one: Quantity, two: Quantity) -> bool:
    """Whether two counts add up: of one side, or one more person of none ("two soldiers and a civilian")."""
    sides = load_rules().sides
    first, second = (sides.get((q.group or "").lower().split(" ")[-1]) for q in (one, two))
    return first == second or (None in (first, second) and (one.article or two.article))


def _sum(one: Quantity, two: Quantity) -> Quantity:
    low = None if one.minimum is None or two.minimum is None else one.minimum + two.minimum
    high = None if one.maximum is None or two.maximum is None else one.maximum + two.maximum
    return replace(one, end=two.end, minimum=low, maximum=high, group=None)


def _share_cues(sentence: str, quantities: Sequence[Quantity], readings: dict[int, Reading]) -> None:
    """Give a listed number the cue of its neighbour: "killed 5 men and 3 women", "5 men and 3 women died"."""
    for index in range(1, len(quantities)):
        before, one = readings.get(index - 1), quantities[index]
        if index in readings or before is None or before.side != "left" or one.head != "people":
            continue
        if _AND.fullmatch(sentence, before.end, one.start):
            readings[index] = Reading(one, before.kind, "left", one.end, part=before.part, whole=before.whole)
    for index in range(len(quantities) - 2, -1, -1):
        after, one = readings.get(index + 1), quantities[index]
        if index in readings or after is None or after.side != "right" or one.head != "people":
            continue
        if _AND.fullmatch(sentence, one.end, after.quantity.start):
            readings[index] = Reading(one, after.kind, "right", one.end)


def _mark_parts(sentence: str, quantities: Sequence[Quantity], readings: dict[int, Reading]) -> None:
    """Mark counts of some of those counted before as parts, and read those that have no cue of their own."""
    for index, quantity in enumerate(quantities):
        left = sentence[max(0, quantity.start - LEFT) : quantity.start]
        whole = _last_whole(index, readings)
        among = _AMONG.search(left)
        counted = _WAS_AMONG.match(sentence, quantity.end) if quantity.head == "people" else None
        listed = (
            index - 1 in readings
            and readings[index - 1].part
            and _AND.fullmatch(sentence, readings[index - 1].end, quantity.start)
        )
        if counted is not None:
            kind = CasualtyKind.INJURED if counted["hurt"] else CasualtyKind.KILLED
            readings[index] = Reading(quantity, kind, "right", quantity.end, whole, part=True)
        elif among and quantity.head == "people":
            kind = CasualtyKind.INJURED if re.search(r"(?i)injured|wounded", among[0]) else CasualtyKind.KILLED
            readings[index] = Reading(quantity, kind, "right", quantity.end, whole, part=True)
        elif (
            whole is not None and (_INCLUDING.search(left) or quantity.of_whole or listed) and quantity.head == "people"
        ):
            if index in readings and quantity.of_whole and readings[index].kind != readings[whole].kind:
                continue
            readings[index] = Reading(quantity, readings[whole].kind, "right", quantity.end, whole, part=True)


def _mark_shares(sentence: str, quantities: Sequence[Quantity], readings: dict[int, Reading]) -> None:
    """Mark what a number is made up of: "killing 13, seven police and six civilians"."""
    for index, reading in list(readings.items()):
        total = reading.quantity.minimum
        if reading.part or total is None or total != reading.quantity.maximum:
            continue
        shares, position, gap = [], reading.end, _MADE_UP
        for at in range(index + 1, len(quantities)):
            one = quantities[at]
            if not gap.fullmatch(sentence, position, one.start) or one.minimum is None or one.minimum != one.maximum:
                break
            total, position, gap = total - one.minimum, one.end, _AND
            shares.append(at)
            if total <= 0:
                break
        named = reading.quantity.group is not None and reading.quantity.group.lower() not in _NOBODY
        if total == 0 and len(shares) > 1 and not (named and sentence[reading.end] == ","):
            for at in shares:
                readings[at] = Reading(quantities[at], reading.kind, "right", quantities[at].end, index, part=True)


def _last_whole(index: int, readings: Mapping[int, Reading]) -> int | None:
    """Return the figure before `index` of which it can be a part."""
    return next((i for i in range(index - 1, max(index - 4, -1), -1) if i in readings and not readings[i].part), None)

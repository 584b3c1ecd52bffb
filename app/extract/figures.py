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

from app.extract.figures_named import find_named_victims
from app.extract.figures_numbers import read_number
from app.extract.figures_quantities import Quantity, find_quantities
from app.extract.figures_rules import FigureRules, load_rules
from app.model import CasualtyFigure, CasualtyKind, Span

__all__ = ["FIGURES_VERSION", "PartFigure", "find_figures", "read_number"]

FIGURES_VERSION = "figures.v1"

_LEFT = 90
_SENTENCE_END = re.compile(r"(?<![A-Z])[.!?]+[\"”’)]{0,3}\s{1,4}(?=[\"“‘(]{0,2}[A-Z0-9])|\n\s{0,20}\n")
_INCLUDING = re.compile(
    r"(?:,|\(|[—–-])?\s{0,3}(?:including|among them|among whom|among those|of whom|of them|of which|including the"
    r"|most of them|and among them|along with among them|them)(?:\s{1,3}(?:were|was|are))?\s{1,3}(?:at least\s{1,3})?$"
)
_AMONG = re.compile(
    r"(?i:(?:among (?:the |those )?(?:dead|killed|victims|fatalities|casualties|injured|wounded|slain)|(?:dead|victims"
    r"|killed|fatalities|casualties|injured|wounded) (?:also )?includ(?:ed|es|ing))(?:[ ,](?:were|was|are|is))?)\s$"
)
_AND = re.compile(
    r",?\s{1,3}(?:(?:and|or|as well as|along with|plus|together with)\s{1,3})?"
    r"(?:also\s{1,3}|(?:the|his|her|its|their)\s{1,3})?$"
)
_OBJECT = re.compile(
    r"\s{1,3}(?:(?:at least|more than|over|about|some|the|his|their|its|a|an|up to|dozens|hundreds|two|three|four|five|"
    r"six|seven|eight|nine|ten|eleven|twelve|twenty|one|several|many)\b|\d|[A-Z])"
)
_NONE = re.compile(r"(?i)\b(?:no|not(?: a single| even)?|nor)\s$")
_YEAR = re.compile(r"(?:19|20)\d\d")
_TOOK = re.compile(r"(?i)\b(?:took|tak(?:e|es|ing|en)|seiz(?:ed|ing)|h(?:eld|olding|olds?))\s$")
_CAPTIVE = re.compile(r"\s{1,3}(?:hostages?|captives?)$")
_COUNT_TAIL = re.compile(r"\s{1,3}(?:[a-z-]{3,20}\s{1,3}){0,2}")
_NOBODY = frozenset(
    ("people", "persons", "person", "others", "other", "individuals", "more", "more people", "other people")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFigure(CasualtyFigure):
    """A count of some of those that another figure counts; `whole` is where that one stands, if it does."""

    whole: Span | None = None


@dataclass(frozen=True, slots=True)
class _Reading:
    """A quantity with the kind of harm that its clause states."""

    quantity: Quantity
    kind: CasualtyKind
    side: str
    end: int
    whole: int | None = None
    part: bool = False


def _kind_of(groups: Mapping[str, str | None], rules: FigureRules) -> CasualtyKind:
    """Return the kind of the cue whose group matched."""
    name = next(name for name, value in groups.items() if value is not None and name[0] == "k")
    return rules.kinds[int(name[1:])]


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


def _figure(sentence: str, reading: _Reading, spans: Mapping[int, Span], index: int) -> CasualtyFigure:
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


def _read_sentence(sentence: str) -> dict[int, _Reading]:
    """Return the readings of a sentence by the place of their quantity in it."""
    quantities = find_quantities(sentence)
    readings: dict[int, _Reading] = {}
    for index, quantity in enumerate(quantities):
        reading = _read_alone(sentence, quantity)
        if reading is not None:
            readings[index] = reading
    _share_cues(sentence, quantities, readings)
    _mark_parts(sentence, quantities, readings)
    return readings


def _read_alone(sentence: str, quantity: Quantity) -> _Reading | None:
    """Return the reading that the words right beside a quantity give."""
    rules = load_rules()
    if _NONE.search(sentence, max(0, quantity.start - 14), quantity.start):
        return None
    counted = _read_count(sentence, quantity, rules)
    if counted is not None:
        return counted
    adjective = rules.adjective.match(sentence, quantity.end)
    if adjective and not _is_agent(sentence, quantity, adjective):
        kind = _kind_of(adjective.groupdict(), rules)
        if quantity.head != "unknown" or kind in (CasualtyKind.KILLED, CasualtyKind.INJURED):
            return _Reading(quantity, kind, "right", adjective.end())
    if quantity.head in ("people", "unknown") or quantity.of_whole:
        left = sentence[max(0, quantity.start - _LEFT) : quantity.start]
        found = rules.active.search(left) or rules.before.search(left)
        if found:
            kind = _kind_of(found.groupdict(), rules)
            if quantity.head == "people" or quantity.of_whole or kind in (CasualtyKind.KILLED, CasualtyKind.INJURED):
                return _Reading(quantity, kind, "left", quantity.end)
    elif quantity.head == "none":
        left = sentence[max(0, quantity.start - _LEFT) : quantity.start]
        found = rules.before.search(left) or (rules.active.search(left) if _is_object(sentence, quantity) else None)
        if found:
            return _Reading(quantity, _kind_of(found.groupdict(), rules), "left", quantity.end)
    return _read_right(sentence, quantity, rules) or _read_far_left(sentence, quantity, rules)


def _read_far_left(sentence: str, quantity: Quantity, rules: FigureRules) -> _Reading | None:
    """Return the reading of a second object: "killed the mayor and three guards", or of lives lost by those counted."""
    left = sentence[max(0, quantity.start - _LEFT) : quantity.start]
    if re.search(r"(?i)\bcost(?:s|ing)?\s$", left) and re.match(
        r"\s{1,3}their\s{1,3}li(?:ves|fe)\b", sentence[quantity.end :][:20]
    ):
        return _Reading(quantity, CasualtyKind.KILLED, "left", quantity.end)
    captive = _CAPTIVE.search(sentence, quantity.number_end, quantity.end) if _TOOK.search(left) else None
    if captive is not None:
        taken = replace(quantity, end=captive.start(), group=" ".join((quantity.group or "").split()[:-1]) or None)
        return _Reading(taken, CasualtyKind.MISSING, "left", taken.end)
    found = rules.second_object.search(left) if quantity.head == "people" else None
    return _Reading(quantity, _kind_of(found.groupdict(), rules), "left", quantity.end) if found else None


def _is_object(sentence: str, quantity: Quantity) -> bool:
    """Whether a bare number after "killed" is its object: nothing but the end of the clause or a small word follows."""
    return (
        re.match(
            r"\s*(?:[.,;:)]|$|\s(?:and|in|at|near|on|after|when|while|but|including|as|more)\b)",
            sentence[quantity.end : quantity.end + 20],
        )
        is not None
    )


def _read_count(sentence: str, quantity: Quantity, rules: FigureRules) -> _Reading | None:
    """Return the reading of a number whose own noun names the harm: "31 fatalities", "12 wounded soldiers"."""
    tail = _COUNT_TAIL.match(sentence, quantity.number_end)
    if tail is None:
        return None
    position = quantity.number_end
    for _ in range(3):
        gap = re.compile(r"\s{1,3}(?:of\s{1,3}(?:the\s{1,3})?)?").match(sentence, position)
        if gap is None:
            return None
        found = rules.count.match(sentence, gap.end())
        if found is not None:
            if found.group().lower() == "lives" and not _lives_lost(sentence, quantity, found.end()):
                return None
            if found.group().lower() == "hostages" and not _TOOK.search(
                sentence[max(0, quantity.start - 12) : quantity.start]
            ):
                return None
            return _counted(sentence, quantity, found, rules)
        word = re.compile(
            r"\s{1,3}(?:more|other|additional|further|confirmed|reported|new|civilian|suspected|documented|violent|such|people['’]s)\b"
        ).match(sentence, position)
        if word is None:
            return None
        position = word.end()
    return None


def _lives_lost(sentence: str, quantity: Quantity, end: int) -> bool:
    """Whether the lives counted were taken, and not saved or changed."""
    left, right = sentence[max(0, quantity.start - 24) : quantity.start], sentence[end : end + 30]
    taken = re.search(
        r"(?i)\b(?:claim(?:s|ed|ing)?|took|tak(?:e|es|en|ing)|cost(?:s|ing)?|los[es]\w*|lost)\s(?:also\s)?$", left
    )
    return bool(taken or re.match(r"\s(?:(?:have|had|has|were|been)\s){0,2}(?:lost|claimed|taken)\b", right))


def _counted(sentence: str, quantity: Quantity, found: re.Match[str], rules: FigureRules) -> _Reading:
    """Return a figure of deaths, injuries and their like."""
    end, group = found.end(), quantity.group
    kind = _kind_of(found.groupdict(), rules)
    both = re.compile(r"\s{1,3}(?:and|or)\s{1,3}(?:wounded|injured|injuries)\b").match(sentence, end)
    if both and kind == CasualtyKind.KILLED and found.group().lower() in ("dead", "deaths", "fatalities"):
        kind, end = CasualtyKind.AFFECTED, both.end()
    follows = re.compile(r"(?:\s{1,3}(?:[a-z-]{2,20})){0,2}").match(sentence, end)
    stops = quantity.end > end and quantity.head == "people" and follows is not None
    if stops:
        end = quantity.end
    else:
        group = None
    return _Reading(replace(quantity, end=end, group=group), kind, "right", end)


def _is_agent(sentence: str, quantity: Quantity, cue: re.Match[str]) -> bool:
    """Whether those counted did it themselves: "two men killed five soldiers"."""
    word = cue.group().split()[-1].lower()
    if word not in ("killed", "injured", "wounded", "hurt", "murdered"):
        return False
    return (
        quantity.head == "people"
        and _OBJECT.match(sentence, cue.end()) is not None
        and not re.match(
            r"\s(?:[A-Z][a-z]+day|[A-Z][a-z]{2,8} \d|the (?:day|night|same))\b", sentence[cue.end() : cue.end() + 24]
        )
    )


def _read_right(sentence: str, quantity: Quantity, rules: FigureRules) -> _Reading | None:
    """Return the reading of a number before a verb: "ten people, most of them children, were killed", "ten died"."""
    for pattern in (rules.participle, rules.intransitive):
        found = pattern.match(sentence, quantity.end)
        if found is None:
            continue
        kind = _kind_of(found.groupdict(), rules)
        if quantity.head == "unknown" and not _may_be_people(quantity, kind):
            return None
        if quantity.head == "none" and found.group()[:1] in ",(" and not quantity.of_whole:
            return None
        if quantity.head == "none" and _YEAR.fullmatch(sentence, quantity.start, quantity.number_end):
            return None
        return _Reading(quantity, kind, "right", quantity.end)
    return None


def _may_be_people(quantity: Quantity, kind: CasualtyKind) -> bool:
    """Whether an unknown noun counts people: anything killed or wounded does, else only a proper name ("Rohingya")."""
    return kind in (CasualtyKind.KILLED, CasualtyKind.INJURED) or (quantity.group or "").split(" ")[-1][:1].isupper()


def _share_cues(sentence: str, quantities: Sequence[Quantity], readings: dict[int, _Reading]) -> None:
    """Give a listed number the cue of its neighbour: "killed 5 men and 3 women", "5 men and 3 women died"."""
    for index in range(1, len(quantities)):
        before, one = readings.get(index - 1), quantities[index]
        if index in readings or before is None or before.side != "left" or one.head != "people":
            continue
        if _AND.fullmatch(sentence, before.end, one.start):
            readings[index] = _Reading(one, before.kind, "left", one.end, part=before.part, whole=before.whole)
    for index in range(len(quantities) - 2, -1, -1):
        after, one = readings.get(index + 1), quantities[index]
        if index in readings or after is None or after.side != "right" or one.head != "people":
            continue
        if _AND.fullmatch(sentence, one.end, after.quantity.start):
            readings[index] = _Reading(one, after.kind, "right", one.end)


def _mark_parts(sentence: str, quantities: Sequence[Quantity], readings: dict[int, _Reading]) -> None:
    """Mark counts of some of those counted before as parts, and read those that have no cue of their own."""
    for index, quantity in enumerate(quantities):
        left = sentence[max(0, quantity.start - _LEFT) : quantity.start]
        whole = _last_whole(index, readings)
        among = _AMONG.search(left)
        listed = (
            index - 1 in readings
            and readings[index - 1].part
            and _AND.fullmatch(sentence, readings[index - 1].end, quantity.start)
        )
        if among and quantity.head == "people":
            kind = CasualtyKind.INJURED if re.search(r"(?i)injured|wounded", among[0]) else CasualtyKind.KILLED
            readings[index] = _Reading(quantity, kind, "right", quantity.end, whole, part=True)
        elif (
            whole is not None and (_INCLUDING.search(left) or quantity.of_whole or listed) and quantity.head == "people"
        ):
            if index in readings and quantity.of_whole and readings[index].kind != readings[whole].kind:
                continue
            readings[index] = _Reading(quantity, readings[whole].kind, "right", quantity.end, whole, part=True)


def _last_whole(index: int, readings: Mapping[int, _Reading]) -> int | None:
    """Return the figure before `index` of which it can be a part."""
    return next((i for i in range(index - 1, max(index - 4, -1), -1) if i in readings and not readings[i].part), None)

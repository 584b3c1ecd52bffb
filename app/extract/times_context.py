"""What stands around the core of a calendar expression: prepositions, hours, mere names, what lies ahead."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from app.extract.times_rules import Core

# How far back a preposition with what belongs to it may begin, and how far back a clause is read for "will".
_LEFT = 64
_CLAUSE = 120

# Prepositions that leave only the latest day known.
UNTIL = frozenset(
    ("until", "till", "through", "by", "before", "up to", "up until", "up till", "prior to", "as late as")
)
_YEAR_PREPOSITIONS = frozenset(
    [
        "in",
        "since",
        "until",
        "till",
        "by",
        "from",
        "after",
        "before",
        "during",
        "through",
        "throughout",
        "between",
        "up",
        "back",
        "early",
        "late",
        "ever",
        "as",
        "prior",
        "starting",
        "beginning",
        "later",
        "earlier",
        "only",
        "within",
        "effective",
    ]
)
_DETERMINER = re.compile(
    r"(?:\b(?i:the|a|an|its|their|his|her|our|this|that|those|these|late|early|of|year)|['’]s|s['’])\s{1,3}$"
)
_MODIFIES = re.compile(
    r"\s{1,3}(?!(?:and|or|to|of|in|on|at|by|for|from|with|when|as|was|were|is|had|has|that|who)\b)[a-zA-Z]"
)
_LAW = re.compile(
    r"\b(?:Conventions?|Protocols?|Treaty|Charter|Law|Resolution|Decree|Act|Order|No\.?|Nos\.?|UNSCR|resolution|decree|law)\s[^.;]{0,25}$"
)
_LAW_AFTER = re.compile(
    r"\s(?:the\s)?(?:[A-Z][\w-]{1,20}\s){0,3}(?:Conventions?|Protocols?|Regulations|Treaty|Charter|Statute|Constitution)\b"
)
# What has a date before it in one noun phrase, and is told as done: "the April 4 attack".
_PAST_EVENT = re.compile(
    r"(?:['’]s)?\s(?:[a-z-]{3,14}\s){0,2}(?:attacks?|bombings?|air\s?strikes?|strikes?|raids?|massacres?|shelling|blasts?"
    r"|explosions?|killings?|assaults?|clash(?:es)?|incidents?|abductions?|bombardment|ambush(?:es)?)\b"
)
_LATIN_LIST = re.compile(r"(?:,|\band|\bor|\bto|[-–/])\s?$")
_PARTS = frozenset(("part", "edge", "y", "wy", "d", "m2"))
_NAMELIKE_MONTHS = frozenset(("May", "March", "MAY", "MARCH", "Mar", "Mar."))
_DAYPART = re.compile(
    r"\s{1,3}(?:(?:early|late|mid)[\s-])?(?:morning|afternoon|evening|night|lunchtime|midday)s?(?!\w)"
)
_DATELINE = re.compile(r"\s?(?:\([A-Z]|--|—|–|-\s|/)")
_AGENCY = re.compile(r"\s?\([A-Z][A-Za-z ]{1,20}\)\s?[-–—]")
_OPENING = re.compile(r"(?:^|[.;:!?\n])\s{0,4}$")
_DATELINE_PLACE = re.compile(r"[A-Z]{3}[\w .,'’/()-]{0,60}[,—–-]\s*")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The patterns of `[context]` in `times.toml`, compiled."""

    left: re.Pattern[str]
    name_before: re.Pattern[str]
    name_after: re.Pattern[str]
    noun_after: re.Pattern[str]
    person_after: re.Pattern[str]
    past: re.Pattern[str]
    past_after: re.Pattern[str]
    lasted: re.Pattern[str]
    ahead: re.Pattern[str]
    ahead_after: re.Pattern[str]


@cache
def load_surroundings() -> Surroundings:
    """Return the surroundings of `resources/times.toml`, compiled once per process."""
    raw = resources.files("app.extract").joinpath("resources/times.toml").read_text(encoding="utf-8")
    data = tomllib.loads(raw)["context"]
    prepositions = "|".join(re.escape(word).replace(r"\ ", r"\s{1,3}") for word in data["prepositions"])
    left = (
        rf"(?<![\w-])(?i:(?P<prep>{prepositions})\s{{1,3}})?(?i:(?P<late>early|late|later|earlier|mid)\s{{1,3}})?"
        r"(?i:on\s{1,3})?(?i:the\s{1,3})?(?P<of>(?i:(?:early\s|late\s)?(?:hours|night|morning|evening|afternoon|day|days|week|month|weekend)"
        r"\s{1,3}of\s{1,3}))?(?i:the\s{1,3})?$"
    )
    future = data["future"].replace(" ", r"\s{1,3}")
    return Surroundings(
        left=re.compile(left),
        name_before=re.compile(r"\b(?:" + "|".join(map(re.escape, data["before"])) + r")\s$"),
        name_after=re.compile(r"\s{1,3}(?:" + "|".join(map(re.escape, data["after"])) + r")\b"),
        noun_after=re.compile(r"(?:['’]s?\b)|(?:\s{1,3}" + data["noun"] + r"\b)"),
        person_after=re.compile(r"\s" + data["person_after_month"]),
        past=re.compile(rf"\b{data['past']}\b(?:(?!\b(?:for|to)\b)[^.;:!?\n]){{0,50}}$"),
        past_after=re.compile(rf"[,\s]{{1,3}}(?:[\w’'-]{{1,20}}\s){{0,6}}?{data['past']}\b"),
        lasted=re.compile(rf"\b{data['lasted']}\s[^.;:!?\n]{{0,30}}$"),
        ahead=re.compile(rf"\b{future}(?!\w)(?:(?!\b{data['past_between']}\b)[^.;:!?\n]){{0,70}}$"),
        ahead_after=re.compile(
            r"[,\s]{1,3}(?:[\w’'-]{1,20}\s){0,6}?(?:will|shall|is to|are to|is set to|are set to)\b"
        ),
    )


@dataclass(frozen=True, slots=True)
class Placed:
    """A core with the words before and after it that belong to the expression."""

    core: Core
    start: int
    end: int
    preposition: str


def is_name(text: str, core: Core) -> bool:
    """Whether the core is part of a name, of a law's number, or the dateline of a report."""
    around = load_surroundings()
    before = text[max(0, core.start - 40) : core.start]
    if core.kind in ("calendar", "weekday", "near") and around.name_after.match(text, core.end):
        return True
    if around.name_before.search(before) and core.kind != "bare_year":
        return True
    if core.kind in ("bare_year", "years") and (_LAW.search(before) or _LAW_AFTER.match(text, core.end)):
        return True
    return core.kind == "calendar" and _is_dateline(text, core)


def _is_dateline(text: str, core: Core) -> bool:
    """Whether a day stands in "ALEPPO, Nov. 25 (Agency) —" at the beginning of a line."""
    line = text.rfind("\n", max(0, core.start - 80), core.start) + 1
    if line == core.start:
        return _AGENCY.match(text, core.end) is not None
    if core.start - line > 70 or not _DATELINE.match(text, core.end):
        return False
    return _DATELINE_PLACE.fullmatch(text, line, core.start) is not None


def place(text: str, core: Core, floor: int) -> Placed | None:
    """Return the core with its preposition and part of day, or None where the words are no time after all.

    `floor` is the end of the expression before: nothing of it is taken again.
    """
    around = load_surroundings()
    if is_name(text, core):
        return None
    low = max(floor, core.start - _LEFT)
    found = around.left.search(text, low, core.start)
    start, preposition = core.start, ""
    if found is not None:
        start, preposition = found.start(), " ".join((found["prep"] or "").lower().split())
        if not (preposition or found["late"] or found["of"]):
            start = core.start
    if preposition and not _keeps(text, core, preposition):
        start, preposition = core.start, ""
    if not _is_accepted(text, core, preposition):
        return None
    end = core.end
    if core.kind in ("weekday", "weekdays", "calendar") and ("d" in core.parts or "w" in core.parts):
        part = _DAYPART.match(text, end)
        end = part.end() if part else end
    elif core.kind == "bare_year":
        end = core.start + 4
    return Placed(core, start, end, preposition)


def _keeps(text: str, core: Core, preposition: str) -> bool:
    """Whether the preposition belongs to the date and not to a noun after it, as in "after Friday's attack"."""
    if core.kind == "past":
        return False
    part = _DAYPART.match(text, core.end)
    if load_surroundings().noun_after.match(text, part.end() if part else core.end) and preposition not in (
        "during",
        "on",
        "in",
    ):
        return False
    return not (preposition in ("for", "over", "about") and core.kind in ("bare_year", "near", "hour"))


def _is_accepted(text: str, core: Core, preposition: str) -> bool:
    """Whether a bare year, month or hour stands where a time stands; all other cores are times by themselves."""
    before = text[max(0, core.start - 24) : core.start]
    if core.kind == "bare_year":
        if "counts" in core.parts and (core.parts["y"].endswith("00") or preposition not in ("in", "since", "during")):
            return False
        if preposition.split(" ")[0] in _YEAR_PREPOSITIONS:
            return True
        if re.search(r"\b(?:of|year|(?:19|20)\d\d\s(?:to|and|through|until|or))\s{1,3}$", before):
            return True
        return bool(_DETERMINER.search(before) and _MODIFIES.match(text, core.end))
    if core.kind == "calendar" and not _PARTS & core.parts.keys():
        named = load_surroundings().person_after.match(text, core.end)
        if preposition:
            return not (named and preposition in ("by", "from", "for", "about", "at"))
        if core.parts["m"] in _NAMELIKE_MONTHS:
            return False
        if _LATIN_LIST.search(before):
            return not named
        return bool(_DETERMINER.search(before) and _MODIFIES.match(text, core.end) and not named)
    return True


def looks_ahead(text: str, placed: Placed) -> bool:
    """Whether the clause puts what happens then after the time of writing ("is due to meet on Friday")."""
    around = load_surroundings()
    before = text[max(0, placed.start - _CLAUSE) : placed.start]
    if around.ahead.search(before):
        return True
    return bool(_OPENING.search(before) and around.ahead_after.match(text, placed.end))


def looks_back(text: str, placed: Placed) -> bool:
    """Whether the clause puts it before the time of writing ("was shelled on 12 May", "lasted until 3 June")."""
    around = load_surroundings()
    before = text[max(0, placed.start - _CLAUSE) : placed.start]
    if placed.preposition in UNTIL:
        return around.lasted.search(before) is not None
    if _PAST_EVENT.match(text, placed.end):
        return True
    return bool(around.past.search(before) or (_OPENING.search(before) and around.past_after.match(text, placed.end)))

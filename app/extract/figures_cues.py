"""What befell those that one number counts, by the words right beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.extract.figures_quantities import Quantity
from app.extract.figures_rules import FigureRules, load_rules
from app.model import CasualtyKind

LEFT = 90
_OBJECT = re.compile(
    r"\s{1,3}(?:(?:at least|more than|over|about|some|the|his|their|its|a|an|up to|dozens|hundreds|two|three|four|five|"
    r"six|seven|eight|nine|ten|eleven|twelve|twenty|one|several|many)\b|\d|[A-Z])"
)
_SMALL_WORD = re.compile(
    r"\s{0,4}(?:[.,;:()—–]|$|\s(?:and|in|at|near|on|after|when|while|but|including|as|more|according|by|before|inside|outside|who"
    r"|since|during|so far|with|from|across|over|last|this)\b)"
)
_NONE = re.compile(r"(?i)\b(?:no|not(?: a single| even)?|nor)\s$")
_YEAR = re.compile(r"(?:19|20)\d\d")
_TOOK = re.compile(
    r"(?i)\b(?:took|tak(?:e|es|ing|en)|seiz(?:ed|ing)|h(?:eld|olding|olds?)|(?:off|away) with)\s(?:about\s)?$"
)
_CAPTIVE = re.compile(r"\s{1,3}(?:hostages?|captives?)$")
# Between a number and the noun that names the harm: "12 more confirmed deaths", "dozens of the dead".
_OF_THE = re.compile(r"\s{1,3}(?:of\s{1,3}(?:the\s{1,3})?)?")
# "One of the dead was a guard": who some of those counted were, and no count.
_DESCRIBED = re.compile(r"\s{1,3}(?:was|were|is|are|belonged|came)\b")
_COUNTED_AS = re.compile(
    r"\s{1,3}(?:of\s{1,3})?(?:more|other|additional|further|confirmed|reported|new|civilian|suspected|documented|violent|such|people['’]s)\b"
)
_AND_WOUNDED = re.compile(
    r"\s{1,3}(?:and|or)\s{1,3}(?:wounded|injured|injuries)\b(?!\s{1,3}(?:\d|at\s|more\s|over\s|about\s|around\s|some\s"
    r"|another\s|dozens|scores|hundreds|several|many\b|an?\s|one\b|two\b|three\b|four\b|five\b|six\b|seven\b|eight\b"
    r"|nine\b|ten\b|eleven\b|twelve\b))"
)


@dataclass(frozen=True, slots=True)
class Reading:
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


def read_alone(sentence: str, quantity: Quantity) -> Reading | None:
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
            return Reading(quantity, kind, "right", adjective.end())
    if quantity.head in ("people", "unknown") or quantity.of_whole:
        left = sentence[max(0, quantity.start - LEFT) : quantity.start]
        found = rules.active.search(left) or rules.before.search(left)
        if found:
            kind = _kind_of(found.groupdict(), rules)
            if quantity.head == "people" or quantity.of_whole or kind in (CasualtyKind.KILLED, CasualtyKind.INJURED):
                return Reading(quantity, kind, "left", quantity.end)
    elif quantity.head == "none":
        left = sentence[max(0, quantity.start - LEFT) : quantity.start]
        found = rules.before.search(left) or (rules.active.search(left) if _is_object(sentence, quantity) else None)
        if found:
            return Reading(quantity, _kind_of(found.groupdict(), rules), "left", quantity.end)
    return _read_right(sentence, quantity, rules) or _read_far_left(sentence, quantity, rules)


def _read_far_left(sentence: str, quantity: Quantity, rules: FigureRules) -> Reading | None:
    """Return the reading of a second object: "killed the mayor and three guards", or of lives lost by those counted."""
    left = sentence[max(0, quantity.start - LEFT) : quantity.start]
    if re.search(r"(?i)\bcost(?:s|ing)?\s$", left) and re.match(
        r"\s{1,3}their\s{1,3}li(?:ves|fe)\b", sentence[quantity.end :][:20]
    ):
        return Reading(quantity, CasualtyKind.KILLED, "left", quantity.end)
    captive = _CAPTIVE.search(sentence, quantity.number_end, quantity.end) if _TOOK.search(left) else None
    if captive is not None:
        taken = replace(quantity, end=captive.start(), group=" ".join((quantity.group or "").split()[:-1]) or None)
        return Reading(taken, CasualtyKind.MISSING, "left", taken.end)
    found = rules.second_object.search(left) if quantity.head == "people" else None
    return Reading(quantity, _kind_of(found.groupdict(), rules), "left", quantity.end) if found else None


def _is_object(sentence: str, quantity: Quantity) -> bool:
    """Whether a bare number after "killed" is its object: nothing but the end of the clause or a small word follows."""
    return _SMALL_WORD.match(sentence[quantity.end : quantity.end + 20]) is not None


def _read_count(sentence: str, quantity: Quantity, rules: FigureRules) -> Reading | None:
    """Return the reading of a number whose own noun names the harm: "31 fatalities", "12 wounded soldiers"."""
    position = quantity.number_end
    for _ in range(3):
        gap = _OF_THE.match(sentence, position)
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
            if re.search(r"\sof\s", gap.group()) and _DESCRIBED.match(sentence, found.end()):
                return None
            return _counted(sentence, quantity, found, rules)
        word = _COUNTED_AS.match(sentence, position)
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


def _counted(sentence: str, quantity: Quantity, found: re.Match[str], rules: FigureRules) -> Reading | None:
    """Return a figure of deaths, injuries and their like; "five casualty assessments" count none."""
    end, group = found.end(), quantity.group
    if found.group().lower() in ("death", "fatality", "casualty") and quantity.maximum != 1:
        return None
    kind = _kind_of(found.groupdict(), rules)
    both = _AND_WOUNDED.match(sentence, end)
    if both and kind == CasualtyKind.KILLED and found.group().lower() in ("dead", "deaths", "fatalities"):
        kind, end = CasualtyKind.AFFECTED, both.end()
    if quantity.end > end and quantity.head == "people":
        end = quantity.end
    else:
        group = None
    return Reading(replace(quantity, end=end, group=group), kind, "right", end)


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


def _read_right(sentence: str, quantity: Quantity, rules: FigureRules) -> Reading | None:
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
        return Reading(quantity, kind, "right", quantity.end)
    return None


def _may_be_people(quantity: Quantity, kind: CasualtyKind) -> bool:
    """Whether an unknown noun counts people: anything killed or wounded does, else only a proper name ("Rohingya")."""
    return kind in (CasualtyKind.KILLED, CasualtyKind.INJURED) or (quantity.group or "").split(" ")[-1][:1].isupper()

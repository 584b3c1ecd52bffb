"""Loads `resources/figures.toml`: how numbers are qualified, whom they can count, and what befell them."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from app.extract.figures_numbers import NUMBER_WORD
from app.model import CasualtyKind


@dataclass(frozen=True, slots=True)
class Cue:
    """Words of one kind of harm in one grammatical form, with the phrases that show them."""

    kind: CasualtyKind
    form: str
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FigureRules:
    """The resource, compiled: `kinds` names the kind of harm of each numbered group of the patterns."""

    version: int
    quantity: re.Pattern[str]
    effects: dict[str, str]
    vague: dict[str, int]
    people: frozenset[str]
    sides: dict[str, str]
    singular: frozenset[str]
    things: frozenset[str]
    stop: frozenset[str]
    kinds: tuple[CasualtyKind, ...]
    participle: re.Pattern[str]
    adjective: re.Pattern[str]
    intransitive: re.Pattern[str]
    active: re.Pattern[str]
    second_object: re.Pattern[str]
    before: re.Pattern[str]
    count: re.Pattern[str]
    cues: tuple[Cue, ...]


def _plural(word: str) -> str:
    """Return the plural with -s, -es or -ies."""
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "x", "ch", "sh")) else "s")


def _spaced(pattern: str) -> str:
    """Return the pattern with its blanks made into white space of any kind."""
    return pattern.replace(" ", r"\s{1,3}")


def _alternatives(rows: list[dict[str, str]], field: str, form: str) -> str:
    """Return one alternation with a numbered group per cue: `k0` … name the row."""
    parts = [f"(?P<k{index}>{row[field]})" for index, row in enumerate(rows) if row["form"] == form and field in row]
    return _spaced("(?:" + "|".join(parts) + ")")


# What may stand between "killed" and the number, and a first object before
# a second ("killed the mayor and three guards").
_OBJECT_BEGINS = (
    r" (?:at least|also|instead|another|around|about|the|its|their|his|our|these|those|all|both|innocent|some|off|yet"
    r"|himself and|herself and|themselves and|themselves along with|itself and)"
)
_FIRST_OBJECT = (
    r" (?:(?!(?:in|on|at|and|by|when|while|as|after|before|near|during|was|were|is|are|had|has)\b)"
    r"[\w’'-]{1,20},? ){1,10}"
    r"(?:and|along with|together with|as well as) (?:at least |also )?"
)
_AUXILIARY = (
    r"(?:(?:were|was|are|is|been|being|be|got|get|had|have|has|may|might|could|would|will"
    r"|were reported|was reported|reported|believed|thought|feared|said|known"
    r"|confirmed|understood|estimated|presumed|listed|to|to have|in need of) ){1,5}"
)
_ADVERBS = r"(?:(?:[a-z]{2,14}ly|also|still|now|later|then|all|both|either|since|themselves|since then|already) ){0,2}"
_PERFECT = (
    r"(?:(?:were|was|are|is) (?:reported|believed|thought|feared|said|known|confirmed) to )?"
    r"(?:(?:have|had|has|may have|might have|reportedly|also|later|then|since|could|would|will) ){0,3}"
)
_APPOSITION = r"(?:\s?(?:(?:,[^,;.()\n]{1,90}){1,3},|\([^()\n]{1,60}\)|[—–][^—–.\n]{1,90}[—–]))?"
_PLACE = (
    r"(?: (?:in|from|of|at|near|with|including|aboard|inside|on|by|outside|across|around|between|under"
    r"|[a-z]{3,12}ing)\b"
    r"(?:(?: \([A-Z][\w-]{1,14}\))|(?! (?:were|was|are|is|had|have|has|been|being|that|said|says|told|confirmed"
    r"|reported|announced)\b)[^,;.:()\n]){1,110})?"
)
_GAP = _APPOSITION + _PLACE + _APPOSITION + r",? (?:(?:who|that|which|whom) )?"


def _quantity_pattern(qualifiers: dict[str, list[str]], vague: dict[str, int]) -> re.Pattern[str]:
    """Return the pattern of a number with what qualifies it; its groups say how it is spelled."""
    words = sorted((word for group in qualifiers.values() for word in group), key=len, reverse=True)
    digits = r"\d{1,3}(?:[,\u00a0\u202f]\d{3}){1,3}|\d{1,12}(?:\.\d{1,2}(?= (?:million|billion)))?(?:[kKmM]\b)?"
    words_of_number = rf"(?:an? )?{NUMBER_WORD}(?:(?:[-\s]| and ){NUMBER_WORD}){{0,7}}"
    halves, articles = (
        r"half a (?:million|billion|dozen|thousand)",
        r"an? (?:dozen|hundred|thousand|million|couple|pair)",
    )
    spelled = f"(?i:{halves}|{words_of_number}|{articles})"
    number = rf"(?:(?:{digits})(?: (?i:hundred|thousand|million|billion|dozen)\b)?|{spelled}(?!\w))"
    pattern = (
        rf"(?<![\w$€£#/.,:-])(?:(?P<qualifier>(?i:{'|'.join(words)})) )?"
        rf"(?:(?i:(?P<between>between)) (?P<low>{number}) (?:and|to) (?P<high>{number})"
        rf"|(?P<low2>{number})(?: (?:to|or) )(?P<high2>{number})"
        rf"|(?P<low3>{digits})\s?[-–—]\s?(?P<high3>{digits})"
        rf"|(?P<vague>(?i:{'|'.join(sorted(vague, key=len, reverse=True))}))(?!\w)"
        rf"|(?i:(?:an?|one|the|another) (?:family|group|crew) of )(?P<family>{number})"
        rf"|(?P<number>{number})(?P<more>\+| or more\b)?(?: \(\d{{1,4}}\))?"
        r"|(?P<one>(?i:an?|another)(?= [\w]))"
        r")(?!\w|[.,]\d|[-–]\w|:\d|/\d|\s?(?:%|°|percent\b|per cent\b|per\b))"
    )
    return re.compile(_spaced(pattern).replace(r"[-\s{1,3}", r"[-\s"))


def _active(rows: list[dict[str, str]]) -> str:
    """Return the pattern of the verbs whose object is counted."""
    return r"(?<![\w-])(?i:" + _alternatives(rows, "active", "participle") + ")"


@cache
def load_rules() -> FigureRules:
    """Return the rules of `resources/figures.toml`, compiled once per process."""
    data = tomllib.loads(resources.files("app.extract").joinpath("resources/figures.toml").read_text(encoding="utf-8"))
    rows = data["cue"]
    people = data["people"]["plain"]
    everyone = frozenset(people) | frozenset(map(_plural, people))
    things = data["things"]["words"]
    participle = _alternatives(rows, "past", "participle")
    return FigureRules(
        version=data["version"],
        quantity=_quantity_pattern(data["qualifiers"], data["vague"]),
        effects={word: effect for effect, words in data["qualifiers"].items() for word in words},
        vague=data["vague"],
        people=everyone,
        sides={word: side for side, words in data["sides"].items() for one in words for word in (one, _plural(one))},
        singular=frozenset(people),
        things=frozenset(things) | frozenset(map(_plural, things)),
        stop=frozenset(data["stop"]["words"].split()),
        kinds=tuple(CasualtyKind(row["kind"]) for row in rows),
        participle=re.compile(_spaced(_GAP + _AUXILIARY + _ADVERBS) + participle + r"(?![\w-])"),
        adjective=re.compile(
            _spaced(r" (?:(?:reported|confirmed|feared|presumed|more|others?|[a-z]{3,12}ly) ){0,2}")
            + _alternatives(rows, "past", "adjective")
            + r"(?![\w-])"
        ),
        intransitive=re.compile(_spaced(_GAP + _PERFECT) + _alternatives(rows, "past", "intransitive") + r"(?![\w-])"),
        active=re.compile(_active(rows) + r"(?:" + _spaced(_OBJECT_BEGINS) + r")?\s{1,3}$"),
        second_object=re.compile(_active(rows) + _spaced(_FIRST_OBJECT) + r"$"),
        before=re.compile(r"(?<![\w-])(?i:" + _alternatives(rows, "past", "before") + r")\s{1,3}$"),
        count=re.compile(r"(?i:" + _alternatives(rows, "past", "count") + r")(?![\w-])"),
        cues=tuple(Cue(CasualtyKind(row["kind"]), row["form"], tuple(row["examples"])) for row in rows),
    )

"""One named person killed, injured or abducted is a figure of one (GUIDE decision 9).

Only full names beside a verb in the singular, or after a title, are taken: no name of a group, a place or an army.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.model import CasualtyKind

_PART = r"(?:[A-Z][a-zà-ÿ’'-]+(?:[A-Z][a-z]+)?|[A-Z]\.)"
_PARTICLE = r"(?:(?:[Aa]l|[Ee]l)-|(?:bin|ibn|abu|al|el|de|da|do|dos|von|van|der|bint|ben)\s)"
_NAME = rf"(?:{_PARTICLE})?{_PART}(?:\s(?:{_PARTICLE})?{_PART}){{1,4}}"
_KINDS = (
    (CasualtyKind.KILLED, r"killed|murdered|assassinated|executed|shot dead|shot and killed|slain|gunned down|lynched"),
    (CasualtyKind.INJURED, r"wounded|injured|hurt|shot and wounded"),
    (CasualtyKind.MISSING, r"abducted|kidnapped|taken hostage|forcibly disappeared"),
)
_PAST = "|".join(f"(?P<{kind}>{words})" for kind, words in _KINDS).replace(" ", r"\s")
_PASSIVE = re.compile(
    rf"(?<![\w’'-])(?P<name>{_NAME})(?:,\s[^,.;\n]{{1,60}},)?\s(?:was|has\sbeen|had\sbeen|is\sbelieved\sto\shave\sbeen)\s"
    rf"(?:[a-z]{{3,14}}ly\s|also\s|himself\s|herself\s)?(?:{_PAST})(?!\w|\s(?:and|or)\s(?:wounded|injured))"
)
_TITLES = (
    "leader|commander|chief|general|colonel|major|captain|lieutenant|sergeant|minister|president|governor|mayor|spokesman|"
    "spokeswoman|journalist|reporter|activist|politician|cleric|imam|sheikh|militant|fighter|ambassador|diplomat|judge|lawyer|"
    "doctor|priest|bishop|candidate|farmer|teacher|deputy|official|officer|emir|photographer|cameraman|worker|peasant|scientist|"
    "General|Colonel|Major|Captain|Lieutenant|Sergeant|President|Sheikh|Dr|Gen|Col|Brig|Mullah|Father|Governor|Mayor|Commander"
)
_ACTIVE = re.compile(
    rf"(?<![\w-])(?:(?P<{CasualtyKind.KILLED}>kill(?:s|ed|ing)|(?:murder|assassinat|execut|behead)(?:ed|ing))"
    rf"|(?P<{CasualtyKind.INJURED}>wound(?:ed|ing)|injur(?:ed|ing))|(?P<{CasualtyKind.MISSING}>(?:abduct|kidnapp)(?:ed|ing)))"
    rf"\s(?:(?:the|a|an|its|their|his|former|senior|top|\w+’s|[\w’'-]{{2,16}})\s){{0,5}}?(?:{_TITLES})\.?,?\s(?P<name>{_NAME})(?![\w-])"
)
# Last words of names of bodies, groups and places, which are not killed one by one.
_BODY = re.compile(
    r"(?:Army|Forces?|State|Front|Party|Movement|Council|Ministry|Government|Group|Brigades?|Battalion|Division|Union|Nations"
    r"|Committee|Command|Guards?|Police|Province|City|Street|Square|Bridge|Airport|Hospital|School|University|Mosque|Church"
    r"|Camp|Base|Agreement|Accord|Resolution|Act|War|Deal|\w+day)"
)


@dataclass(frozen=True, slots=True)
class NamedVictim:
    """Where a name stands of a person to whom something of `kind` happened."""

    start: int
    end: int
    kind: CasualtyKind


def find_named_victims(text: str) -> Iterator[NamedVictim]:
    """Yield the named persons of `text` whom a verb beside their name says to be killed, injured or abducted."""
    for pattern in (_PASSIVE, _ACTIVE):
        for found in pattern.finditer(text):
            words = found["name"].split()
            if _BODY.fullmatch(words[-1]) or words[0] in ("The", "A", "An"):
                continue
            kind = next(kind for kind, _ in _KINDS if found[kind.value])
            yield NamedVictim(found.start("name"), found.end("name"), kind)

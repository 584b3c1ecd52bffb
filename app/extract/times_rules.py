"""Loads the rules of `resources/times.toml` and finds the cores of calendar expressions, undated as yet."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from app.extract.needed_words import Sieve

# How far from a word such as "Friday" or "2016" the rest of its expression may lie.
_REACH = 80


@dataclass(frozen=True, slots=True)
class Core:
    """A rule's find: where, what kind of expression, and its parts by name."""

    start: int
    end: int
    kind: str
    parts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rule:
    """One construction of `times.toml`, ready to be searched."""

    name: str
    kind: str
    pattern: re.Pattern[str]
    cut: str | None
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grammar:
    """All rules with the words that they share."""

    version: int
    rules: tuple[Rule, ...]
    hour: str


# Every rule needs one of these, so that most text is never looked at by the rules themselves.
_TRIGGER = re.compile(
    r"(?:19|20)\d\d|9/11|\d[./]\d|\d:\d\d|(?<![a-zA-Z])(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Mon|Tue|Wed|Thu"
    r"|Fri|Sat|Sun|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|Christmas|Boxing|New Year|Valentine|Orthodox|Labou?r"
    r"|Ramad|Ramaz|Muharram|Eid|Easter|Good Friday|Palm|Nowruz|Newroz|Passover|Yom|Ashura|Arbaeen|Thanksgiving)"
    r"|(?i:(?<![a-z])(?:today|yesterday|tomorrow|tonight|overnight|now|ago|recent|coming|ensuing|subsequent|so far"
    r"|to date|noon|mid(?:night|day)|dawn|dusk|daybreak|nightfall|sun(?:set|rise)|o['’]clock"
    r"|(?:hour|day|night|morning|evening|afternoon|week|weekend|month|year|decade|quarter)s?)(?![a-z])"
    r"|[ap]\.?m(?![a-z]))"
    r"|(?i:(?<![a-z])(?:spring|summer|autumn|winter)(?![a-z]))"
)


def _expand(pattern: str, macros: Mapping[str, str]) -> str:
    """Return the pattern with its macros put in and its blanks made into white space of any kind."""
    for _ in range(4):
        for name, body in macros.items():
            pattern = pattern.replace("{" + name + "}", body)
    return re.sub(r"(?<!\\) ", r"\\s{1,3}", pattern)


@cache
def load_grammar() -> Grammar:
    """Return the rules of `resources/times.toml`, compiled once per process."""
    raw = resources.files("app.extract").joinpath("resources/times.toml").read_text(encoding="utf-8")
    data = tomllib.loads(raw)
    macros = {**data["macros"], **data["words"], **data["hours"]}
    rules = tuple(
        Rule(
            name=row["name"],
            kind=row["kind"],
            pattern=re.compile(_expand(row["pattern"], macros)),
            cut=row.get("cut"),
            examples=tuple(row["examples"]),
        )
        for row in data["rule"]
    )
    return Grammar(version=data["version"], rules=rules, hour=_expand("{hour}", macros))


@cache
def _sieve() -> Sieve:
    return Sieve([rule.pattern for rule in load_grammar().rules])


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches of text in which an expression can lie, joined where they meet."""
    begin = end = -1
    for found in _TRIGGER.finditer(text):
        left, right = max(0, found.start() - _REACH), min(len(text), found.end() + _REACH)
        if left <= end:
            end = right
            continue
        if end >= 0:
            yield begin, end
        begin, end = left, right
    if end >= 0:
        yield begin, end


def find_cores(text: str) -> list[Core]:
    """Return the cores in order without overlap: of two that overlap, the earlier one, then the longer one, is kept."""
    found: list[tuple[int, int, int, Core]] = []
    for begin, end in _windows(text):
        for order in _sieve().passing(text[begin:end]):
            rule = load_grammar().rules[order]
            for match in rule.pattern.finditer(text, begin, end):
                parts = {name: value for name, value in match.groupdict().items() if value is not None}
                core = Core(match.start(), match.end(), rule.kind, parts)
                found.append((core.start, -core.end, order, core))
    found.sort(key=lambda row: row[:3])
    kept: list[Core] = []
    for _, _, _, core in found:
        if not kept or core.start >= kept[-1].end:
            kept.append(core)
        elif core.start < kept[-1].end < core.end and kept[-1].kind in ("hour", "bare_year"):
            kept[-1] = core
    return kept

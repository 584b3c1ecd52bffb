"""Stance of English clauses: hedges, hearsay, negation, conditions, modality and what could not be established.

Every cue is a line of `resources/stance.toml` with its example. The functions read strings and nothing else: who is
unsure, and of what, is for the reader to decide by where a cue stands.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from app.extract.needed_words import Sieve
from app.model import Certainty, Modality, Span

STANCE_VERSION = "stance.v1"

_VERBAL = re.compile(
    r"\s{1,3}(?:to\b|that\b|of\b|by\b|the\b|an?\b|is\b|are\b|was\b|were\b|have\b|has\b|had\b|be\b|been\b|not\b|\w+(?:ed|ing)\b|[.,;:!?])"
)
_SLOT_HEDGES = frozenset(
    [
        "likely",
        "probably",
        "possibly",
        "perhaps",
        "apparently",
        "presumably",
        "maybe",
        "probable",
        "possible",
        "apparent",
        "potentially",
    ]
)


@dataclass(frozen=True, slots=True)
class Hedge:
    """A cue of how sure a claimant is; `negative` where it speaks against the account ("unlikely").

    `on_slot` says that it seems to hedge one noun only ("toxic gas, likely sarin", "suspected militants"), which leaves
    the statement itself certain (GUIDE decision 6).
    """

    span: Span
    text: str
    certainty: Certainty
    negative: bool = False
    on_slot: bool = False


@dataclass(frozen=True, slots=True)
class Cue:
    """A negation, a mark of hearsay or a phrase that leaves a finding open."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class StanceLine:
    """One line of the resource: its pattern, its example and, for hedges, what it says."""

    pattern: re.Pattern[str]
    example: str
    certainty: Certainty | None = None
    negative: bool = False


@dataclass(frozen=True, slots=True)
class StanceLines:
    """The lines of one list, with the words by which most are passed over."""

    lines: tuple[StanceLine, ...]
    sieve: Sieve

    def __iter__(self) -> Iterator[StanceLine]:
        """Every line in order."""
        return iter(self.lines)


def _lines(rows: list[dict[str, object]]) -> StanceLines:
    made = tuple(map(_compile, rows))
    return StanceLines(made, Sieve([line.pattern for line in made]))


@dataclass(frozen=True, slots=True)
class StanceRules:
    """The resource, compiled."""

    version: int
    hedge: StanceLines
    hearsay: StanceLines
    negation: StanceLines
    not_negation: StanceLines
    undetermined: StanceLines
    condition: StanceLines
    alternative: StanceLines
    modality: tuple[tuple[Modality, StanceLines], ...]


def _compile(row: dict[str, object]) -> StanceLine:
    """Return a line of the resource, compiled; `anchor` ties it to the beginning of a clause."""
    words = (
        re.sub(r"\(\?<!([^()]*) \)", r"(?<!\1\\s)", str(row["words"]))
        .replace(" ", r"\s{1,3}")
        .replace(r"\s{1,3}?", r"\s?")
    )
    begin = r"(?:^|(?<=[.,;:!?]\s)|(?<=[\"“‘]))\s{0,3}" if row.get("anchor") else r"(?<![\w'’-])"
    end = "" if words.endswith((")", r"\b")) and "(?=" in words[-60:] else r"(?!\w)"
    flags = re.DOTALL if row.get("exact") else re.IGNORECASE | re.DOTALL
    certainty = row.get("certainty")
    return StanceLine(
        re.compile(f"{begin}(?:{words}){end}", flags),
        str(row["example"]),
        Certainty(str(certainty)) if certainty else None,
        bool(row.get("negative", False)),
    )


@cache
def load_rules() -> StanceRules:
    """Return the rules of `resources/stance.toml`, compiled once per process."""
    data = tomllib.loads(resources.files("app.extract").joinpath("resources/stance.toml").read_text(encoding="utf-8"))
    modality = data["modality"]
    lists = {
        name: _lines(data[name])
        for name in ("hedge", "hearsay", "negation", "not_negation", "undetermined", "condition", "alternative")
    }
    return StanceRules(
        version=data["version"],
        modality=tuple((Modality(name), _lines(modality[name])) for name in modality["order"]),
        **lists,
    )


def _passing(text: str, lines: StanceLines) -> list[StanceLine]:
    """The lines whose words a text holds."""
    return [lines.lines[n] for n in lines.sieve.passing(text)]


def _longest(text: str, lines: StanceLines) -> Iterator[tuple[re.Match[str], StanceLine]]:
    """Yield the finds of all lines in order; where two overlap, the longer one holds."""
    found = [
        (match, line)
        for line in _passing(text, lines)
        for match in line.pattern.finditer(text)
        if match.end() > match.start()
    ]
    found.sort(key=lambda pair: (pair[0].start() - pair[0].end(), pair[0].start()))
    taken, kept = bytearray(len(text)), []
    for match, line in found:
        begin, end = match.span()
        if not any(taken[begin:end]):
            taken[begin:end] = b"\1" * (end - begin)
            kept.append((match, line))
    yield from sorted(kept, key=lambda pair: pair[0].start())


def _cues(text: str, lines: StanceLines, start: int) -> list[Cue]:
    """Return the finds of all lines as cues."""
    return [Cue(Span(m.start() + start, m.end() + start), m.group()) for m, _ in _longest(text, lines)]


@lru_cache(maxsize=4)
def _hedges_in(text: str) -> tuple[tuple[re.Match[str], StanceLine], ...]:
    """The hedges of a text, which its negations leave alone: a sentence is asked for both, one after the other."""
    return tuple(_longest(text, load_rules().hedge))


def find_hedges(text: str, *, start: int = 0) -> list[Hedge]:
    """Return the cues of how sure a claimant is, in order, spans moved by `start`."""
    hedges: list[Hedge] = []
    for match, line in _hedges_in(text):
        assert line.certainty is not None
        span = Span(match.start() + start, match.end() + start)
        hedges.append(Hedge(span, match.group(), line.certainty, line.negative, _is_on_slot(text, match)))
    return hedges


def _is_on_slot(text: str, match: re.Match[str]) -> bool:
    """Whether the hedge stands before one noun only and not beside a verb."""
    word = match.group().lower()
    if word in ("suspected", "apparent", "possible", "potential", "probable", "presumed"):
        before = text[max(0, match.start() - 12) : match.start()]
        if re.search(r"\b(?:is|are|was|were|be|been|being|it|seems?|also|long)\s$", before):
            return False
        return not _VERBAL.match(text, match.end())
    if word.split()[-1] not in _SLOT_HEDGES:
        return False
    return bool(re.search(r"[,(—–]\s?$", text[max(0, match.start() - 3) : match.start()])) and not re.match(
        r"\s(?:to|that|by)\b|,", text[match.end() : match.end() + 8]
    )


def find_hearsay(text: str, *, start: int = 0) -> list[Cue]:
    """Return the marks of hearsay ("reportedly", "is said to"), which name no source and no degree of certainty."""
    return _cues(text, load_rules().hearsay, start)


def find_undetermined(text: str, *, start: int = 0) -> list[Cue]:
    """Return the phrases by which a body leaves a finding open ("could not establish whether")."""
    return _cues(text, load_rules().undetermined, start)


def find_alternatives(text: str, *, start: int = 0) -> list[Cue]:
    """Return the stretches from "either" to "or": their two sides are alternatives (GUIDE decision 5)."""
    return _cues(text, load_rules().alternative, start)


def find_negations(text: str, *, start: int = 0) -> list[Cue]:
    """Return the words that negate what is said; "not only", "does not rule out", "was unable to", hedges are none."""
    rules = load_rules()
    blocked = bytearray(len(text))
    spans = [
        m.span()
        for group in (rules.not_negation, rules.undetermined)
        for line in _passing(text, group)
        for m in line.pattern.finditer(text)
    ]
    spans += [match.span() for match, _ in _hedges_in(text)]
    for begin, end in spans:
        blocked[begin:end] = b"\1" * (end - begin)
    found = [match for match, _ in _longest(text, rules.negation) if not any(blocked[match.start() : match.end()])]
    return [Cue(Span(match.start() + start, match.end() + start), match.group()) for match in found]


def is_conditional(text: str) -> bool:
    """Return whether the clause is, or holds, a condition ("if", "unless", "should the …")."""
    return any(line.pattern.search(text) for line in load_rules().condition)


def find_modality(text: str) -> Modality:
    """Return whether the clause puts its event forward as having happened, or asks for, fears, plans or supposes it.

    `text` is one clause with its governing verb ("urged both sides to keep the truce"), not a whole paragraph.
    """
    for modality, lines in load_rules().modality:
        if any(line.pattern.search(text) for line in lines):
            return modality
    return Modality.ACTUAL

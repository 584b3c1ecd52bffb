"""Documents in languages that are not read in depth: who and what of the reference data they name, and nothing else.

Names are matched as they are written, in any script, longest first; a name that two entries share is left out. No
statement is made: whoever asks the graph sees that the document is there, whom it names, and that it was not read.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from functools import cached_property

from app.model import Document, Entity, EntityKind, Records, Reference, ReferenceEntry, Span

NAME = "names.v1"
_KINDS = (EntityKind.ACTOR, EntityKind.PLACE)
_FEWEST_LETTERS = 4
_MOST_MENTIONS = 2_000
# Arabic writes "and", "in", "by", "to" and the article as one word with the name; they are no part of it.
_ARABIC_LEAD = "(?:[\u0648\u0641]?[\u0628\u0643\u0644]?)"


class NamesReader:
    """Finds names in a text of any language; built once, its pattern when first needed."""

    def __init__(self, reference: Reference) -> None:
        """`reference` gives the names."""
        self._reference = reference

    def read(self, document: Document, language: str, reader: str, *, detected: bool) -> Records:
        """Return the mentions of a document that `reader` does not read, with the language and why."""
        how = "found by its letters and words" if detected else "as it says"
        reason = f"its language is {language} ({how}), which {reader} does not read: names were found, no statements"
        return Records(
            document_id=document.id,
            generator=NAME,
            mentions=tuple(self._mentions(document.text)),
            read=False,
            unread_reason=reason,
            counts=((f"unread: {language}", 1.0),),
        )

    @cached_property
    def _names(self) -> dict[str, ReferenceEntry]:
        """Names that mean one entry; a state and its territory share names, and the place is meant."""
        found: dict[str, dict[str, ReferenceEntry]] = defaultdict(dict)
        for entry in self._reference.entries:
            if entry.kind in _KINDS:
                for name in (entry.label, *entry.names):
                    letters = sum(c.isalpha() for c in name)
                    # Three capitals are an abbreviation, three letters of a script without capitals often a whole name.
                    dense = name.isupper() or name.upper() == name.lower()
                    if letters >= (3 if dense else _FEWEST_LETTERS):
                        found[unicodedata.normalize("NFC", name)][entry.iri] = entry
        names = {}
        for name, entries in found.items():
            places = [e for e in entries.values() if e.kind is EntityKind.PLACE]
            if len(entries) == 1 or len(places) == 1:
                names[name] = places[0] if places else next(iter(entries.values()))
        return names

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        longest = sorted(self._names, key=lambda n: (-len(n), n))
        return re.compile(rf"(?<!\w){_ARABIC_LEAD}({'|'.join(map(re.escape, longest)) or '(?!)'})(?!\w)")

    def _mentions(self, text: str) -> list[Entity]:
        made = []
        for match in self._pattern.finditer(text):
            entry = self._names[match[1]]
            span = Span(match.start(1), match.end(1))
            made.append(Entity(kind=entry.kind, name=entry.label, span=span, reference=entry.iri))
            if len(made) == _MOST_MENTIONS:
                break
        return made

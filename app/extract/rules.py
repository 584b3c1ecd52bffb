"""The rule-based reader: attributed statements of English news and official statements, with exact characters.

A document is parsed once (`parsing`); then come layers, each a module with its version: the voice of the document
(`voice`), quotations (`quotes`), the cast of actors (`cast`), mentions of events and their roles (`mentions`, `roles`),
what stands near them (`near`, with `times` and `figures`), who says it (`attribution`), what act it is (`acts`, with
`stance`), which event it is (`matters`), denials of what was said before (`echoes`), and the statements (`drafts`).
Words are data: `resources/cues.toml` and `resources/events.toml`. When unsure, a value is left out.
"""

from __future__ import annotations

from dataclasses import replace

from app.errors import UsageError
from app.extract.frames import load_frames
from app.extract.gazetteer import Gazetteer
from app.extract.language import detect_language
from app.extract.names_only import NamesReader
from app.extract.parsing import MAX_CHARS, load_parser, parse
from app.extract.reading import Reading
from app.model import Document, Records, Reference, SetAside

NAME = "rules.v2"


class RuleReader:
    """Reads English documents by rules; `name` carries the version that goes into provenance."""

    def __init__(self, name: str, reference: Reference) -> None:
        """Load the parser and the frames. Raises UsageError for a name of no reader."""
        if name != NAME:
            raise UsageError(f"no reader is called {name!r}", advice=f"There is {NAME}.")
        self.name = name
        self._nlp = load_parser()
        self._gazetteer = Gazetteer(reference)
        self._frames = load_frames()
        self._names = NamesReader(reference)
        self._wide = frozenset(e.country for e in reference.entries if "State" in e.classes and e.country is not None)

    def read(self, document: Document) -> Records:
        """Return what an English document says that somebody says; of others only names, with the reason."""
        language = (document.language or detect_language(document.text) or "en").split("-")[0].lower()
        if language != "en":
            return self._names.read(document, language, NAME, detected=document.language is None)
        # Words of one document do not stay in the parser's memory when it is read.
        with self._nlp.memory_zone():
            doc = parse(self._nlp, document.text)
            records = Reading(document, doc, self._gazetteer, self._frames, self._wide).records(self.name)
        return replace(records, set_aside=(*records.set_aside, *_unread(document)))


def _unread(document: Document) -> list[SetAside]:
    """What lies behind the longest text that is read, told with the line on which it begins."""
    if len(document.text) <= MAX_CHARS:
        return []
    line = document.body_line + document.text.count("\n", 0, MAX_CHARS)
    reason = f"only the first {MAX_CHARS} of its {len(document.text)} characters were read"
    return [SetAside(document.path, line, reason, "extract", "Split the document.")]

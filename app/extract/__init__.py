"""Documents to records: attributed statements with exact characters."""

from __future__ import annotations

from typing import Protocol

from app.model import Document, Records, Reference


class Extractor(Protocol):
    """Reads one document; `name` carries a version."""

    name: str

    def read(self, document: Document) -> Records:
        """Return what the document says that somebody says; never raises on any text."""


def load_extractor(name: str, reference: Reference) -> Extractor:
    """Return an extractor by its versioned name."""
    from app.extract.rules import RuleReader

    return RuleReader(name, reference)

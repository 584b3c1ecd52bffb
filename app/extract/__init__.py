"""Documents to records: attributed statements with exact characters."""

from __future__ import annotations

from typing import Protocol

from app.extract.llm_client import ModelAccess
from app.model import Document, Records, Reference


class Extractor(Protocol):
    """Reads one document; `name` carries a version."""

    name: str

    def read(self, document: Document) -> Records:
        """Return what the document says that somebody says; never raises on any text."""


def load_extractor(
    name: str, reference: Reference, *, model: ModelAccess | None = None, combine: str | None = None
) -> Extractor:
    """Return an extractor by its versioned name; with `model`, the reader by that model alone or, by `combine`
    (`agreement` or `union`), beside the named one."""
    from app.extract.combined import CombinedReader
    from app.extract.llm import ModelReader
    from app.extract.rules import RuleReader

    if model is None:
        return RuleReader(name, reference)
    if combine is None:
        return ModelReader(model)
    return CombinedReader(RuleReader(name, reference), ModelReader(model), only_agreed=combine == "agreement")

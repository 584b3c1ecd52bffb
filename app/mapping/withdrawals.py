"""What was withdrawn: documents and statements that leave the graph for good, each with a date and a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from app.errors import ReferenceDataError
from app.model import Iri
from app.vocab import Minter


@dataclass(frozen=True, slots=True)
class Withdrawals:
    """Withdrawn document ids and statement IRIs, each with its reason; `reasons` is by IRI, for answers of 410."""

    documents: Mapping[str, str]
    statements: Mapping[Iri, str]
    reasons: Mapping[Iri, str]


def load_withdrawals(path: Path, minter: Minter) -> Withdrawals:
    """Read `data/withdrawals.yaml`: a list of `{document: id | statement: IRI or id/…, date, reason}`; absent = none.

    Raises ReferenceDataError naming the entry that is wrong.
    """
    try:
        entries = yaml.safe_load(path.read_text("utf-8")) if path.is_file() else None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ReferenceDataError("the withdrawals cannot be read", where=str(path), why=str(error)) from error
    if entries is not None and not isinstance(entries, list):
        raise ReferenceDataError("the withdrawals are not a list", where=str(path))
    documents: dict[str, str] = {}
    statements: dict[Iri, str] = {}
    reasons: dict[Iri, str] = {}
    for number, entry in enumerate(entries or (), start=1):
        reason, iri = _reason(entry, f"{path}, entry {number}", minter)
        reasons[iri] = reason
        if "document" in entry:
            documents[str(entry["document"])] = reason
        else:
            statements[iri] = reason
    return Withdrawals(documents, statements, reasons)


def _reason(entry: object, where: str, minter: Minter) -> tuple[str, Iri]:
    if not isinstance(entry, dict) or ("document" in entry) == ("statement" in entry):
        raise ReferenceDataError("a withdrawal names one document or one statement", where=where)
    unknown = set(entry) - {"document", "statement", "date", "reason"}
    if unknown:
        raise ReferenceDataError(f"unknown keys {sorted(map(str, unknown))}", where=where)
    reason = entry.get("reason")
    if not isinstance(reason, str) or not reason.strip():
        raise ReferenceDataError("a withdrawal gives its reason", where=where)
    day = entry.get("date")
    if not isinstance(day, date):
        raise ReferenceDataError("a withdrawal gives its date (YYYY-MM-DD)", where=where)
    if "document" in entry:
        return f"Withdrawn on {day}: {reason}", minter.document(str(entry["document"]))
    return f"Withdrawn on {day}: {reason}", minter.expand(str(entry["statement"]))

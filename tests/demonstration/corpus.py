"""Reads the demonstration corpus as plain files, without the rooms, so that the tests judge the data alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ROOT / "data" / "documents"
REVIEWS = ROOT / "data" / "reviews"
SLOTS = ("perpetrators", "targets", "participants", "guarantors", "places", "instruments")
SPEAKERS = ("claimants", "spokespersons", "relayed_by")


@dataclass(frozen=True, slots=True)
class Digest:
    """One document of ours: its id, front matter, body and review."""

    id: str
    metadata: dict[str, Any]
    body: str
    review: dict[str, Any]

    @property
    def statements(self) -> list[dict[str, Any]]:
        """The statements that a person recorded."""
        return list(self.review["statements"])

    def matter(self, event: str) -> str:
        """The name under which an event of this document is joined with others."""
        return str(self.review["events"][event]["matter"])


def read_digest(path: Path) -> Digest:
    """Return a document with its review; the body begins after the line that closes the front matter."""
    text = path.read_text(encoding="utf-8")
    opening, front, body = text.split("---\n", 2)
    assert opening == "", f"{path.name} does not begin with front matter"
    review = yaml.safe_load((REVIEWS / f"{path.stem}.yaml").read_text(encoding="utf-8"))
    return Digest(path.stem, yaml.safe_load(front), body, review)


def read_corpus() -> list[Digest]:
    """Return all documents, sorted by id."""
    return [read_digest(path) for path in sorted(DOCUMENTS.glob("*.md"))]


def entities(statement: dict[str, Any], *fields: str) -> Iterator[dict[str, Any]]:
    """Yield the entities in some fields of a statement, all of them when no field is named."""
    for field in fields or (*SPEAKERS, *SLOTS):
        yield from statement.get(field, [])


def evidence_text(evidence: str | dict[str, Any]) -> str:
    """Return the words of an evidence, which may name an occurrence."""
    return evidence if isinstance(evidence, str) else str(evidence["text"])

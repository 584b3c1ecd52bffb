"""Re-checks the Wikidata links of the reference data against the lists that are their evidence.

An id is well founded where two different lists give it a name of its entry, or where the project's own list does. The
benchmark's annotated rows are rows of one list, so they do not count as a second one.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from app.link.names import fold_transliteration
from app.link.reference import load_reference
from app.model import ReferenceEntry
from app.vocab import DEFAULT_BASE

PROJECT_LIST = "QIDS.tsv"
_ITEM = re.compile(r"\bQ[1-9]\d*\b")
Names = dict[str, dict[str, set[str]]]


@dataclass(frozen=True, slots=True, order=True)
class EvidenceProblem:
    """One link that the lists do not carry: the entry, the item, and what was found instead."""

    iri: str
    item: str
    reason: str

    def __str__(self) -> str:
        return f"{self.iri} {self.item}: {self.reason}"


def check_evidence(reference_dir: Path, evidence_dir: Path) -> list[EvidenceProblem]:
    """Return the links of a folder of reference data that are not well founded, sorted."""
    listed = _read_lists(evidence_dir)
    entries = load_reference(reference_dir, DEFAULT_BASE)[0].entries
    return sorted(p for e in entries if e.wikidata and (p := _problem(e, e.wikidata, listed.get(e.wikidata, {}))))


def _problem(entry: ReferenceEntry, item: str, lists: dict[str, set[str]]) -> EvidenceProblem | None:
    names = {fold_transliteration(n) for n in (entry.label, *entry.names)}
    agreeing = sorted(name for name, labels in lists.items() if labels & names)
    if len(agreeing) >= 2 or PROJECT_LIST in agreeing:
        return None
    found = ", ".join(agreeing) or "none"
    return EvidenceProblem(entry.iri, item, f"lists that agree on a name: {found}; lists that hold it: {len(lists)}")


def _read_lists(evidence_dir: Path) -> Names:
    """Item -> file name -> folded names that the file gives it."""
    found: Names = defaultdict(lambda: defaultdict(set))
    files = [p for p in sorted(evidence_dir.iterdir()) if p.suffix in (".csv", ".tsv")]
    for path in [*files, evidence_dir.parent / "extraction" / PROJECT_LIST]:
        with path.open(encoding="utf-8", newline="") as rows:
            tabs = path.suffix == ".tsv"
            for cells in (line.rstrip("\n").split("\t") for line in rows) if tabs else csv.reader(rows):
                items = {i for c in cells if len(c) < 80 for i in _ITEM.findall(c)}
                names = {fold_transliteration(n) for c in cells if len(c) < 300 for n in re.split(r"[;|(]", c) if n}
                for item in sorted(items):
                    found[item][path.name] |= names
    return found

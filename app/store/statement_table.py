"""Every mention of a statement as a row of CSV, for people who work in tables: looked up node by node in the store."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from pyoxigraph import Literal, NamedNode, Store

from app.store.snapshot import STORE
from app.vocab import DCTERMS, RDF, RDFS, cev, local_name

COLUMNS = (
    "statement", "type", "claimant", "polarity", "certainty", "modality", "event", "event_label", "event_type",
    "perpetrators", "targets", "instruments", "places", "earliest", "latest", "quote", "document", "start", "end",
    "published", "review",
)  # fmt: skip
_TYPES = frozenset(
    cev(n) for n in ("Accusation", "Denial", "Assessment", "Finding", "Report", "Condemnation", "Endorsement", "Call")
)
_SLOTS = {
    "perpetrators": "statesPerpetrator", "targets": "statesTarget", "instruments": "statesInstrument",
    "places": "statesPlace",
}  # fmt: skip
_TYPE, _LABEL, _IDENTIFIER, _DATE = (
    NamedNode(n) for n in (RDF + "type", RDFS + "label", DCTERMS + "identifier", DCTERMS + "date")
)
_IN_DOCUMENT = NamedNode(cev("inDocument"))
Node = NamedNode | Literal


def write_table(snapshot: Path, out: BinaryIO) -> None:
    """Write the table, sorted by document, place in it and statement; values of one column are parted by `|`."""
    text = io.TextIOWrapper(out, "utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in _Table(Store.read_only(str(snapshot / STORE))).rows():
        writer.writerow([_safe_cell(row.get(name, "")) for name in COLUMNS])
    text.detach()


class _Table:
    """The rows of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._label = lru_cache(maxsize=50_000)(self._read_label)

    def rows(self) -> Iterator[dict[str, str]]:
        documents = self._store.quads_for_pattern(None, _IDENTIFIER, None)
        found = sorted((q.object.value, q.subject) for q in documents if isinstance(q.object, Literal))
        for name, document in found:
            assert isinstance(document, NamedNode)
            about = {"document": name, "published": next(iter(self._texts(document, _DATE)), "")}
            rows = [
                {**about, **row}
                for quad in self._store.quads_for_pattern(None, _IN_DOCUMENT, document)
                if isinstance(quad.subject, NamedNode)
                for row in self._mention(quad.subject)
            ]
            yield from sorted(rows, key=lambda r: (int(r["start"]), int(r["end"]), r["statement"]))

    def _mention(self, mention: NamedNode) -> Iterator[dict[str, str]]:
        """The rows of the statements that a mention expresses."""
        statements = self._nodes(mention, "expresses")
        if not statements:
            return
        place = {
            "quote": self._one(mention, "quote"),
            "start": self._one(mention, "charStart"),
            "end": self._one(mention, "charEnd"),
            "review": self._one(mention, "reviewStatus"),
        }
        for statement in statements:
            own = {
                "statement": statement.value,
                "claimant": self._labels(statement, "claimant"),
                "polarity": self._one(statement, "polarity"),
                "certainty": self._one(statement, "claimantCertainty"),
            }
            for kind in self._store.quads_for_pattern(statement, _TYPE, None):
                if isinstance(kind.object, NamedNode) and kind.object.value in _TYPES:
                    for account in self._nodes(statement, "hasAccount"):
                        yield {**place, **own, "type": local_name(kind.object.value), **self._account(account)}

    def _account(self, account: NamedNode) -> dict[str, str]:
        event = next(iter(self._nodes(account, "accountOf")), None)
        row = {
            "modality": self._one(account, "modality"),
            "event_type": self._one(account, "statesEventType"),
            "event": event.value if event else "",
            "event_label": self._label(event) if event else "",
            **{column: self._labels(account, name) for column, name in _SLOTS.items()},
        }
        for time in self._nodes(account, "statesTime"):
            row |= {"earliest": self._one(time, "earliest"), "latest": self._one(time, "latest")}
        return row

    def _nodes(self, subject: NamedNode, name: str) -> list[NamedNode]:
        quads = self._store.quads_for_pattern(subject, NamedNode(cev(name)), None)
        return sorted((q.object for q in quads if isinstance(q.object, NamedNode)), key=lambda n: n.value)

    def _one(self, subject: NamedNode, name: str) -> str:
        """The first value of a property: its text, or the local name of its term."""
        return next(iter(self._texts(subject, NamedNode(cev(name)))), "")

    def _texts(self, subject: NamedNode, predicate: NamedNode) -> list[str]:
        values = (q.object for q in self._store.quads_for_pattern(subject, predicate, None))
        return sorted(
            local_name(v.value) if isinstance(v, NamedNode) else v.value for v in values if isinstance(v, Node)
        )

    def _labels(self, subject: NamedNode, name: str) -> str:
        return "|".join(sorted({label for n in self._nodes(subject, name) if (label := self._label(n))}))

    def _read_label(self, node: NamedNode) -> str:
        return next(iter(self._texts(node, _LABEL)), "")


def _safe_cell(value: str) -> str:
    """A cell that no spreadsheet runs as a formula."""
    return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value

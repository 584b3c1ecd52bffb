"""Answers as bags of rows that can be compared across engines: numbers are compared by value."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal, InvalidOperation
from typing import Any

from app.vocab import XSD

Bag = Counter[tuple[str, ...]]
_NUMBERS = frozenset(
    XSD + name for name in ("integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger")
)


def rows_of(body: bytes) -> Bag:
    """The rows of a JSON answer, in the order of its variables."""
    answer = json.loads(body)
    if "boolean" in answer:
        return Counter([(str(answer["boolean"]),)])
    names = answer["head"]["vars"]
    return Counter(tuple(_term(row.get(name)) for name in names) for row in answer["results"]["bindings"])


def triples_of(body: bytes) -> Bag:
    """The triples of an N-Triples answer, each once, for a graph is a set."""
    import pyoxigraph as ox

    found: Bag = Counter()
    for triple in ox.parse(body, format=ox.RdfFormat.N_TRIPLES):
        found[tuple(str(part) for part in (triple.subject, triple.predicate, triple.object))] = 1
    return found


def _term(cell: dict[str, Any] | None) -> str:
    if cell is None:
        return ""
    value, kind = cell["value"], cell.get("datatype", "")
    if cell["type"] in ("uri", "bnode"):
        return f"<{value}>" if cell["type"] == "uri" else "_:"
    if kind in _NUMBERS:
        try:
            return f"{round(Decimal(value), 4).normalize():f}"
        except InvalidOperation:
            return str(value)
    plain = "" if kind == XSD + "string" else kind
    return f'"{value}"@{cell["xml:lang"]}' if "xml:lang" in cell else f'"{value}"^^{plain}'

"""What the editor completes with: classes and properties of the snapshot, with uses, label and definition."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.errors import LimitError, QueryTimeoutError
from app.query import Engine
from app.vocab import PREFIXES

Row = Mapping[str, Any]


async def read_terms(pool: Engine) -> dict[str, Any]:
    """Classes, properties, named values with words, and class × property uses of a snapshot.

    What takes too long on a large graph is left out, never guessed.
    """
    classes = await _rows(pool, "workbench-classes")
    properties = await _rows(pool, "workbench-properties")
    words = await _rows(pool, "workbench-words")
    pairs: dict[str, dict[str, int]] = {}
    for row in await _rows(pool, "workbench-pairs"):
        pairs.setdefault(row["class"], {})[row["term"]] = int(row["uses"])
    return {
        "snapshot": pool.snapshot_id,
        "prefixes": PREFIXES,
        "classes": {row["term"]: int(row["uses"]) for row in classes},
        "properties": {row["term"]: int(row["uses"]) for row in properties},
        "words": {row["term"]: [row["label"], row.get("comment", "")] for row in words if "label" in row},
        "pairs": pairs,
    }


async def _rows(pool: Engine, name: str) -> list[dict[str, Any]]:
    try:
        return await pool.run_prepared(name, {})
    except (QueryTimeoutError, LimitError):
        return []

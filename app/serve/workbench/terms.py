"""What the editor completes with: classes and properties of the snapshot, with uses, label and definition."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from app.errors import LimitError, QueryTimeoutError
from app.query import Engine
from app.vocab import PREFIXES

Row = Mapping[str, Any]
_KEPT_SNAPSHOTS = 2


class Terms:
    """The terms of snapshots, each asked for once; what takes too long on a large graph is left out, never guessed."""

    def __init__(self) -> None:
        """Nothing is asked before a page needs it."""
        self._known: dict[str, dict[str, Any]] = {}
        self._asking = asyncio.Lock()

    async def of(self, pool: Engine) -> dict[str, Any]:
        """Classes, properties, named values with words, and class × property uses of the pool's snapshot."""
        async with self._asking:
            if pool.snapshot_id not in self._known:
                self._known[pool.snapshot_id] = await _ask(pool)
                while len(self._known) > _KEPT_SNAPSHOTS:
                    self._known.pop(next(iter(self._known)))
            return self._known[pool.snapshot_id]


async def _ask(pool: Engine) -> dict[str, Any]:
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

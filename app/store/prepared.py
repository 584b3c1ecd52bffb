"""Rows of the queries that pages ask about the whole graph: found once, at build, and kept beside it.

A snapshot never changes, so what the first page shows of it never does: at a million quads it is read in a millisecond
instead of found in seconds. The files stand outside graph, hash and dumps. Each names the text of its query by hash; a
server whose text differs, and one over a remote store, asks anew (`app/query/engine.py`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import QuerySolutions, Store

FOLDER = "prepared"
# Of `queries/pages/`, those that pages ask without binding a variable.
NAMES = (
    "counts",
    "data-publishers",
    "data-quality",
    "data-sides",
    "events",
    "explore-kinds",
    "explore-labels",
    "explore-places",
    "explore-propositions",
    "explore-statements",
    "home-contested",
    "home-latest",
    "search-labels",
    "workbench-classes",
    "workbench-pairs",
    "workbench-properties",
    "workbench-words",
)


def prepare(store: Store, queries: Path) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of one file for each query of the folder `queries`."""
    for name in NAMES:
        text = (queries / f"{name}.rq").read_text("utf-8")
        found = store.query(text, use_default_graph_as_union=True)
        assert isinstance(found, QuerySolutions)
        names = [variable.value for variable in found.variables]
        rows = [{n: row[n].value for n in names if row[n] is not None} for row in found]
        content = {"query": hashlib.sha256(text.encode()).hexdigest(), "rows": rows}
        yield f"{FOLDER}/{name}.json", json.dumps(content, ensure_ascii=False).encode()

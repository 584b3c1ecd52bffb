"""`open_graph`: a read-only rdflib Dataset over a snapshot, for notebooks."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NoReturn

import pyoxigraph
import rdflib
from oxrdflib import OxigraphStore

from app.errors import SnapshotError, UsageError
from app.settings import Settings


class ReadOnlyStore(OxigraphStore):
    """An rdflib store over a snapshot that refuses every change, with the way that corrections take."""

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise UsageError(
            "a snapshot is read-only", advice="Corrections go through data/documents and data/reviews, and a new build."
        )

    add = addN = remove = update = add_graph = remove_graph = _refuse


def open_graph(snapshot: Path | str | None = None) -> rdflib.Dataset:
    """Return a snapshot (the published one when None) as an rdflib Dataset whose default graph is the union of all.

    Raises SnapshotError where there is none; writing raises UsageError.
    """
    directory = Path(snapshot) if snapshot is not None else Settings.load().var / "current"
    if not (directory / "store").is_dir():
        raise SnapshotError("there is no snapshot here", where=str(directory), advice="Run `rashomon build` first.")
    store = ReadOnlyStore(store=pyoxigraph.Store.read_only(str(directory / "store")))
    return rdflib.Dataset(store=store, default_union=True)

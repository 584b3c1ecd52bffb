"""`from app import open_graph`: a snapshot as a read-only rdflib Dataset."""

from __future__ import annotations

from pathlib import Path

import pytest
import rdflib

from app import open_graph
from app.errors import SnapshotError, UsageError

# rdflib's Dataset warns about its own use of names that it will drop.
pytestmark = pytest.mark.filterwarnings("ignore:Dataset.*deprecated:DeprecationWarning")
CEV = rdflib.Namespace("https://w3id.org/contested-events/ns#")


def test_a_snapshot_is_read_as_a_dataset(demonstration: Path) -> None:
    graph = open_graph(demonstration)
    assert len(list(graph.subjects(rdflib.RDF.type, CEV.AttributedStatement))) > 100
    rows = list(graph.query("SELECT ?e WHERE { ?e a <https://w3id.org/contested-events/ns#Event> } LIMIT 3"))
    assert len(rows) == 3


def test_writing_is_refused(demonstration: Path) -> None:
    with pytest.raises(UsageError, match="read-only"):
        open_graph(demonstration).add((CEV.a, CEV.b, CEV.c))


def test_no_snapshot_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="no snapshot"):
        open_graph(tmp_path)

"""Nanopublications: four graphs for each statement, read back by two parsers."""

from __future__ import annotations

import io
from collections import Counter
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import RdfFormat, parse

from app import store
from app.vocab import NP


@pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning", "ignore:ConjunctiveGraph:DeprecationWarning")
def test_each_statement_is_a_nanopublication_of_four_graphs(demonstration: Path) -> None:
    out = io.BytesIO()
    store.export(demonstration, "nanopub", out=out)
    quads = list(parse(out.getvalue(), format=RdfFormat.TRIG))
    heads = [q for q in quads if str(q.object) == f"<{NP}Nanopublication>"]
    assert len(heads) > 100
    parts = Counter(
        str(q.graph_name).rsplit("#", 1)[-1].rstrip(">") for q in {(q.graph_name): q for q in quads}.values()
    )
    assert parts == {"head": len(heads), "assertion": len(heads), "provenance": len(heads), "pubinfo": len(heads)}
    again = rdflib.Dataset()
    again.parse(data=out.getvalue(), format="trig")
    assert len(set(quads)) == len(list(again.quads()))

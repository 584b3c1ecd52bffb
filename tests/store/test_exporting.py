"""Each export, read by other parsers, gives the same triples; prefixes are readable, bytes always the same."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import to_canonical_graph

from app.errors import NotAcceptableError, NotFoundError
from app.store import export
from app.vocab import CEV
from tests.store.making import DATA, published, quads

TRIPLES = {"turtle": "turtle", "ntriples": "nt", "rdfxml": "xml"}
DATASETS = {"trig": "trig", "nquads": "nquads", "jsonld": "json-ld"}
OX = {
    "turtle": ox.RdfFormat.TURTLE, "ntriples": ox.RdfFormat.N_TRIPLES, "rdfxml": ox.RdfFormat.RDF_XML,
    "trig": ox.RdfFormat.TRIG, "nquads": ox.RdfFormat.N_QUADS, "jsonld": ox.RdfFormat.JSON_LD,
}  # fmt: skip
RAPPER = {"turtle": "turtle", "ntriples": "ntriples", "rdfxml": "rdfxml", "nquads": "nquads"}


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One published snapshot."""
    return published(tmp_path_factory.mktemp("exports"))


def _export(snapshot: Path, format_: str, graph: str | None = None) -> bytes:
    out = io.BytesIO()
    export(snapshot, format_, graph=graph, out=out)
    return out.getvalue()


def _lines(some: set[ox.Quad]) -> list[str]:
    dataset = ox.Dataset(some)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(str(q) for q in dataset)


def _canonical(some: list[ox.Quad], *, named: bool) -> list[str]:
    return _lines({q if named else ox.Quad(q.subject, q.predicate, q.object) for q in some})


@pytest.mark.parametrize("format_", [*TRIPLES, *DATASETS])
def test_oxigraph_reads_the_same(snapshot: Path, format_: str) -> None:
    read = list(ox.parse(_export(snapshot, format_), format=OX[format_]))
    assert _canonical(read, named=format_ in DATASETS) == _canonical(quads(), named=format_ in DATASETS)


@pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning", "ignore:ConjunctiveGraph:DeprecationWarning")
@pytest.mark.parametrize("format_", [*TRIPLES, *DATASETS])
def test_rdflib_reads_the_same(snapshot: Path, format_: str) -> None:
    dataset = rdflib.Dataset(default_union=True)
    dataset.parse(io.BytesIO(_export(snapshot, format_)), format={**TRIPLES, **DATASETS}[format_])
    union = rdflib.Graph()
    for triple in dataset.triples((None, None, None)):
        union.add(triple)
    expected = rdflib.Graph()
    expected.parse(
        data=ox.serialize((ox.Triple(q.subject, q.predicate, q.object) for q in quads()), format=OX["ntriples"]),
        format="nt",
    )
    assert set(to_canonical_graph(union)) == set(to_canonical_graph(expected))
    if format_ in DATASETS:
        names = {str(g.identifier) for g in dataset.graphs() if len(g)}
        assert names == {f"{DATA}document/d{n}" for n in range(3)}


@pytest.mark.parametrize("format_", RAPPER)
@pytest.mark.skipif(shutil.which("rapper") is None, reason="rapper is not installed")
def test_rapper_reads_the_same(snapshot: Path, format_: str, tmp_path: Path) -> None:
    path = tmp_path / "export"
    path.write_bytes(_export(snapshot, format_))
    command = ["rapper", "-q", "-i", RAPPER[format_], "-o", "ntriples", str(path), "http://e.org/"]
    done = subprocess.run(command, capture_output=True, check=True)
    assert done.stderr == b""
    read = list(ox.parse(done.stdout, format=ox.RdfFormat.N_TRIPLES))
    assert _canonical(read, named=False) == _canonical(quads(), named=False)


@pytest.mark.parametrize("format_", [*TRIPLES, *DATASETS, "csv"])
def test_the_bytes_are_always_the_same(snapshot: Path, format_: str) -> None:
    assert _export(snapshot, format_) == _export(snapshot, format_)


@pytest.mark.parametrize("format_", ["turtle", "trig"])
def test_prefixes_are_readable(snapshot: Path, format_: str) -> None:
    text = _export(snapshot, format_).decode()
    assert "@prefix cev: <" in text
    assert "cev:charStart " in text
    body = "\n".join(line for line in text.splitlines() if not line.startswith("@prefix"))
    assert f"<{CEV}" not in body


def test_one_graph(snapshot: Path) -> None:
    name = f"{DATA}document/d1"
    read = list(ox.parse(_export(snapshot, "nquads", name), format=OX["nquads"]))
    assert {q.graph_name.value for q in read if isinstance(q.graph_name, ox.NamedNode)} == {name}
    wanted = [q for q in quads() if q.graph_name == ox.NamedNode(name)]
    assert _canonical(read, named=True) == _canonical(wanted, named=True)
    with pytest.raises(NotFoundError):
        _export(snapshot, "turtle", "http://e.org/nowhere")


def test_unknown_formats_are_named(snapshot: Path) -> None:
    with pytest.raises(NotAcceptableError, match="turtle"):
        _export(snapshot, "docx")


def test_cells_are_no_formulas() -> None:
    from app.store.statement_table import _safe_cell

    assert [_safe_cell(v)[0] for v in ("=1", "+1", "-1", "@x", "\tx", "\rx")] == ["'"] * 6
    assert _safe_cell("a=1") == "a=1"


def test_the_table_has_a_head(snapshot: Path) -> None:
    rows = list(csv.reader(io.StringIO(_export(snapshot, "csv").decode())))
    assert rows[0][:4] == ["statement", "type", "claimant", "polarity"]


def test_every_triple_of_the_demonstration_leaves_in_trig(demonstration: Path) -> None:
    read = list(ox.parse(_export(demonstration, "trig"), format=OX["trig"], rename_blank_nodes=False))
    straight = list(ox.parse(_export(demonstration, "nquads"), format=OX["nquads"], rename_blank_nodes=False))
    assert len(read) == len(set(read)) == len(straight)
    assert len(list(csv.reader(io.StringIO(_export(demonstration, "csv").decode())))) > 20

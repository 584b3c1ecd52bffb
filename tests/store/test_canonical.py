"""One graph has one hash, in any order; triples stand in one graph only."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from app.errors import OntologyError, StoreError
from app.store import canonical_hash, canonical_lines, load_ontology, verify, write_snapshot
from app.store.canonical import read_dump, write_dump
from tests.store.making import quads

S, P, G, H = (NamedNode(f"http://e.org/{x}") for x in "spgh")


def _hash(some: list[Quad]) -> str:
    return canonical_hash(canonical_lines(some))


def test_the_hash_does_not_know_order_or_repetition() -> None:
    one = quads()
    two = one[:] + one[:7]
    random.Random(3).shuffle(two)
    assert _hash(one) == _hash(two)


def test_the_hash_knows_every_part_of_a_quad() -> None:
    base = Quad(S, P, Literal("a"), G)
    others = [
        Quad(P, P, Literal("a"), G), Quad(S, S, Literal("a"), G), Quad(S, P, Literal("b"), G),
        Quad(S, P, Literal("a"), H),
        Quad(S, P, Literal("a", language="en"), G), Quad(S, P, Literal("a", datatype=P), G),
        Quad(S, P, NamedNode("a:a"), G),
    ]  # fmt: skip
    assert len({_hash([q]) for q in [base, *others]}) == 8


def test_the_dump_is_the_same_bytes_and_reads_back(tmp_path: Path) -> None:
    lines = canonical_lines(quads())
    write_dump(tmp_path / "a.gz", lines)
    write_dump(tmp_path / "b.gz", lines)
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()
    assert list(read_dump(tmp_path / "a.gz")) == lines
    assert gzip.decompress((tmp_path / "a.gz").read_bytes()) == b"".join(lines)


@pytest.mark.parametrize(
    "value", [NamedNode("a:o"), Literal("two words"), Literal("a", language="en"), Literal("> <a:x> .")]
)
def test_a_triple_in_two_graphs_is_refused(tmp_path: Path, value: NamedNode | Literal) -> None:
    twice = [*quads(), Quad(S, P, value, G), Quad(S, P, value, H)]
    with pytest.raises(StoreError, match="two graphs"):
        write_snapshot(tmp_path / "s", twice, manifest={}, report={})


def test_a_triple_in_no_graph_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no graph"):
        write_snapshot(tmp_path / "s", [Quad(S, P, G, DefaultGraph())], manifest={}, report={})


def test_triples_that_only_look_alike_are_taken(tmp_path: Path) -> None:
    near = [Quad(S, P, Literal("a"), G), Quad(S, P, Literal("a", language="en"), G), Quad(S, P, Literal("a "), H),
            Quad(S, P, NamedNode("a:a"), G), Quad(S, P, NamedNode("a:ab"), H)]  # fmt: skip
    manifest = write_snapshot(tmp_path / "s", near, manifest={}, report={})
    assert manifest["quads"] == 5
    assert verify(tmp_path / "s") == []


def test_an_empty_graph_is_a_snapshot(tmp_path: Path) -> None:
    write_snapshot(tmp_path / "s", [], manifest={}, report={})
    assert verify(tmp_path / "s") == []


def test_blank_nodes_of_the_ontology_do_not_depend_on_order(tmp_path: Path) -> None:
    lines = ["<a:a> <a:p> [ <a:q> 1 ] .", "<a:b> <a:p> [ <a:q> 2 ; <a:r> [ <a:q> 3 ] ] ."]
    (tmp_path / "one.ttl").write_text("\n".join(lines))
    (tmp_path / "two.ttl").write_text("\n".join(lines[::-1]))
    one, two = (load_ontology(tmp_path / f"{n}.ttl", "a:graph") for n in ("one", "two"))
    assert [str(q) for q in one] == [str(q) for q in two]
    assert _hash(one) == _hash(two)


def test_a_broken_ontology_is_refused_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "o.ttl").write_text("<a:a> <a:p> 1 .\n<a:b> <a:p> .\n")
    with pytest.raises(OntologyError, match=r"o\.ttl:2:"):
        load_ontology(tmp_path / "o.ttl", "a:graph")
    with pytest.raises(OntologyError, match="cannot be read"):
        load_ontology(tmp_path / "nowhere.ttl", "a:graph")

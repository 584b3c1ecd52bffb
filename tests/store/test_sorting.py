"""Lines sorted on disk are the lines sorted in memory; what is read at once, and what the disk refuses."""

from __future__ import annotations

import gc
import os
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad

from app.errors import StoreError
from app.store import GraphLines, canonical_lines
from app.store.canonical import LineSum
from app.store.sorting import SortedLines
from tests.store.making import quads

LINES = st.lists(st.binary(max_size=12).map(lambda b: b.replace(b"\n", b"~") + b"\n"), max_size=80)


@given(LINES, st.integers(min_value=1, max_value=2_000))
def test_any_lines_in_any_portions_come_sorted_and_once(lines: list[bytes], most_bytes: int) -> None:
    found = SortedLines(most_bytes=most_bytes)
    found.add(lines[: len(lines) // 2])
    found.add(iter(lines[len(lines) // 2 :]))
    assert list(found) == sorted(set(lines))
    assert len(found) == len(set(lines))
    assert list(found) == sorted(set(lines))


def test_two_may_read_at_once() -> None:
    lines = [b"%05d\n" % n for n in range(5_000)]
    found = SortedLines(most_bytes=20_000)
    found.add(random.Random(1).sample(lines, len(lines)))
    one, two = iter(found), iter(found)
    assert [next(one) for _ in range(700)] == lines[:700]
    assert list(two) == lines
    assert list(one) == lines[700:]


def test_runs_have_no_names_and_leave_no_open_files(tmp_path: Path) -> None:
    gc.collect()  # what earlier tests left open is closed now, not between the two counts
    before = len(os.listdir("/proc/self/fd"))
    found = SortedLines(tmp_path, most_bytes=1_000)
    found.add(b"%05d\n" % n for n in range(5_000))
    assert list(tmp_path.iterdir()) == []
    assert len(list(found)) == 5_000
    assert len(os.listdir("/proc/self/fd")) == before + 1
    del found
    gc.collect()
    assert len(os.listdir("/proc/self/fd")) == before


def test_what_is_read_outlives_the_name_of_what_sorted_it() -> None:
    found = SortedLines(most_bytes=1_000)
    found.add(b"%05d\n" % n for n in range(5_000))
    reading = iter(found)
    del found
    gc.collect()
    assert len(list(reading)) == 5_000


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    found = SortedLines(tmp_path / "nowhere", most_bytes=10)
    with pytest.raises(StoreError, match="nowhere"):
        found.add([b"a line longer than that\n", b"another\n"])


def test_a_graph_on_disk_is_the_graph_in_memory() -> None:
    many, some = quads(300), GraphLines(most_bytes=5_000)
    for at in range(0, len(many), 7):
        some.add_quads(many[at : at + 11])
    assert list(some) == canonical_lines(many)
    assert set(some.quads()) == set(many)
    assert list(some.quads()) == list(some.quads())


def test_a_triple_in_no_graph_is_refused_where_it_is_added() -> None:
    node = NamedNode("a:a")
    with pytest.raises(StoreError, match="no graph"):
        GraphLines().add_quads([Quad(node, node, BlankNode("b"), DefaultGraph())])


@given(LINES, st.randoms(use_true_random=False))
def test_a_sum_of_lines_knows_each_line_and_no_order(lines: list[bytes], chance: random.Random) -> None:
    read, written = LineSum(), LineSum()
    assert list(read.passing(lines)) == lines
    shuffled = b"".join(chance.sample(lines, len(lines)))
    while shuffled:
        cut = chance.randint(1, len(shuffled))
        written.write(shuffled[:cut])
        shuffled = shuffled[cut:]
    assert read == written
    assert read.count == len(lines)
    written.write(b"one more\n")
    assert read != written
    less = LineSum()
    list(less.passing([*lines[1:], b"another\n"]))
    assert less != read or lines[:1] == [b"another\n"]

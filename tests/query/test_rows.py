"""Rows are counted from the bytes of answers, and one row too many is never a tidy end."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import LimitError
from app.query.rows import RowCounter
from tests.query.making import ask, pool_over, run

FORMATS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
# Texts that look like the marks between rows.
_PIECES = ['"', "\\", "}", "{", ",", "[", ":", "},{", ":[{", "\r\n", "\n", "</result>", "\t", "'", "a", "é", ""]
TEXTS = st.lists(st.sampled_from(_PIECES), max_size=6).map("".join)
CELLS = st.one_of(
    st.none(), TEXTS.map(ox.Literal), st.just(ox.NamedNode("a:b,c")), st.just(ox.Literal("x", language="en"))
)


def _answer(rows: list[list[ox.Literal | ox.NamedNode | None]], form: ox.QueryResultsFormat) -> bytes:
    """What the engine writes for rows of two cells; a row in which nothing is bound is a row as well."""
    lines = " ".join(f"({' '.join('UNDEF' if c is None else str(c) for c in row)})" for row in rows)
    found = ox.Store().query(f"SELECT * {{ VALUES (?a ?b) {{ {lines} }} }}")
    assert isinstance(found, ox.QuerySolutions)
    return found.serialize(format=form) or b""


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=8), st.sampled_from(sorted(FORMATS)), st.data())
def test_rows_are_counted_however_the_bytes_are_cut(
    rows: list[list[ox.Literal | ox.NamedNode | None]], media: str, data: st.DataObject
) -> None:
    body = _answer(rows, FORMATS[media])
    places = sorted(data.draw(st.lists(st.integers(0, len(body)), max_size=6)))
    parts = [body[a:b] for a, b in zip([0, *places], [*places, len(body)], strict=True)]

    def count(most: int) -> None:
        counter = RowCounter(media, most)
        for part in parts:
            counter.add(part)

    count(len(rows))
    if rows:
        with pytest.raises(LimitError, match=f"more than {len(rows) - 1} rows"):
            count(len(rows) - 1)


@pytest.mark.parametrize("text", ["SELECT * { {} UNION {} UNION {} }", "SELECT ?x { {} UNION {} UNION {} }"])
@pytest.mark.parametrize("media", sorted(FORMATS))
def test_rows_in_which_nothing_is_bound_count(text: str, media: str) -> None:
    found = ox.Store().query(text)
    assert isinstance(found, ox.QuerySolutions)
    body = found.serialize(format=FORMATS[media]) or b""
    RowCounter(media, 3).add(body)
    with pytest.raises(LimitError):
        RowCounter(media, 2).add(body)


def test_what_others_write_with_white_space_and_names_counts_too() -> None:
    """Remote stores write the same formats in other ways."""
    rows = [{"a": {"type": "literal", "value": 'x"},{'}}] * 5
    text = json.dumps({"head": {"vars": ["a"]}, "results": {"bindings": rows}}, indent=3).encode()
    tags = b"<r:sparql><r:results>" + b"<r:result ></r:result >" * 5 + b"</r:results></r:sparql>"
    for media, body in (("application/sparql-results+json", text), ("application/sparql-results+xml", tags)):
        RowCounter(media, 5).add(body)
        with pytest.raises(LimitError):
            RowCounter(media, 4).add(body)
    RowCounter("text/turtle", 1).add(b"<a> <b> <c> .\n" * 100)  # graphs are counted where their triples are


@pytest.mark.parametrize("media", [*sorted(FORMATS), "text/turtle", "application/ld+json", "application/rdf+xml"])
def test_as_many_rows_as_there_may_be_and_one_more(media: str, snapshot: Path) -> None:
    head = "SELECT *" if media in FORMATS else "CONSTRUCT { ?s ?p ?o }"

    async def work() -> None:
        async with pool_over(snapshot, result_max_rows=150) as pool:
            whole = await ask(pool, head + " { ?s ?p ?o } LIMIT 150", media_type=media)
            assert len(whole) > 1_000
            with pytest.raises(LimitError, match="more than 150 rows"):
                await ask(pool, head + " { ?s ?p ?o } LIMIT 151", media_type=media)
            assert b"true" in await ask(pool, "ASK {}")

    run(work())

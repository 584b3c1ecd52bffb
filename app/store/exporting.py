"""Dumps of a snapshot in the formats that other tools read; prefixes readable, order canonical."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from pyoxigraph import RdfFormat, serialize

from app.errors import NotAcceptableError, NotFoundError
from app.store.canonical import read_dump
from app.store.nanopublications import write_nanopublications
from app.store.snapshot import DUMP, read_manifest
from app.store.sorting import SortedLines, parse_lines
from app.store.statement_table import write_table
from app.vocab import PREFIXES

_FORMATS = {
    "turtle": RdfFormat.TURTLE,
    "trig": RdfFormat.TRIG,
    "nquads": RdfFormat.N_QUADS,
    "ntriples": RdfFormat.N_TRIPLES,
    "rdfxml": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}


def export(
    snapshot: Path, format_: str, *, graph: str | None = None, out: BinaryIO, folder: Path | None = None
) -> None:
    """Write all graphs of a snapshot, or one, to a binary stream in `turtle`, `trig`, `nquads`, `ntriples`, `rdfxml`,
    `jsonld`, `csv` (one row per mention of a statement) or `nanopub`, in memory that does not grow with the graph.

    `folder` takes what has to be sorted meanwhile. Raises NotFoundError where the graph is not there.
    """
    if format_ == "nanopub":
        write_nanopublications(snapshot, str(read_manifest(snapshot)["id"]), out)
        return
    if format_ == "csv":
        write_table(snapshot, out)
        return
    kind = _FORMATS.get(format_)
    if kind is None:
        raise NotAcceptableError(f"there is no export in {format_!r}", advice=f"There are csv, {', '.join(_FORMATS)}.")
    lines: Iterable[bytes] = read_dump(snapshot / DUMP)
    if graph is not None:
        lines = _of_graph(lines, graph)
    if not kind.supports_datasets:
        # Canonical lines are in the order of their triples.
        serialize((q.triple for q in parse_lines(lines)), out, format=kind, prefixes=_prefixes(kind))
        return
    if kind != RdfFormat.N_QUADS:
        lines = _by_graph(lines, folder)
    serialize(parse_lines(lines), out, format=kind, prefixes=_prefixes(kind))


def _of_graph(lines: Iterable[bytes], graph: str) -> Iterator[bytes]:
    """The lines of one graph; NotFoundError at once where there is none."""
    ending = f" <{graph}> .\n".encode()
    found = (line for line in lines if line.endswith(ending))
    first = next(found, None)
    if first is None:
        raise NotFoundError("no such graph is in the snapshot", where=graph)
    return chain([first], found)


def _by_graph(lines: Iterable[bytes], folder: Path | None) -> Iterator[bytes]:
    """Canonical lines in the order of their graphs."""
    found = SortedLines(folder)
    found.add(b"%s\0%s" % (line[line.rindex(b" <") + 1 :], line) for line in lines)
    return (line.partition(b"\0")[2] for line in found)


def _prefixes(kind: RdfFormat) -> dict[str, str] | None:
    return PREFIXES if kind in (RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.RDF_XML, RdfFormat.JSON_LD) else None

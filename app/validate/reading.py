"""Reads RDF files of our own; what cannot be read is told with file, line and column."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph
from pyoxigraph import Quad, RdfFormat

from app.errors import DataError

_FORMATS = {
    ".ttl": RdfFormat.TURTLE,
    ".nt": RdfFormat.N_TRIPLES,
    ".trig": RdfFormat.TRIG,
    ".nq": RdfFormat.N_QUADS,
}
# Turtle that nests deeper overflows the native stack of the parser and would kill the process.
MAX_NESTING = 100
MAX_BYTES = 50_000_000
_BRACKETS = re.compile(r"[()\[\]{}]")


def read_rdf(path: Path, kind: type[DataError]) -> list[Quad]:
    """Return the quads of one file, in order.

    Raises `kind` (OntologyError, ShapesError or ReferenceDataError) with `file:line:column` and the reason.
    """
    rdf_format = _FORMATS.get(path.suffix)
    if rdf_format is None:
        raise kind("not a form that is read here", where=str(path), advice=f"Use one of {', '.join(_FORMATS)}.")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise kind("the file cannot be read", where=str(path), why=error.strerror or str(error)) from error
    _check_bytes(data, path, kind)
    try:
        return list(pyoxigraph.parse(data, format=rdf_format, base_iri="urn:x-rashomon:file:"))
    except SyntaxError as error:
        line, column = error.lineno or 1, error.offset or 1
        raise kind("not well-formed RDF", where=f"{path}:{line}:{column}", why=error.msg) from error
    except ValueError as error:
        raise kind("not well-formed RDF", where=f"{path}:1:1", why=str(error)) from error


def read_folder(folder: Path, kind: type[DataError]) -> list[Quad]:
    """Return the quads of all `.ttl` files directly in a folder, by file name."""
    files = sorted(folder.glob("*.ttl"))
    if not files:
        raise kind("no .ttl file found", where=str(folder), advice="Name the folder that holds them.")
    return [quad for file in files for quad in read_rdf(file, kind)]


def _check_bytes(data: bytes, path: Path, kind: type[DataError]) -> None:
    if len(data) > MAX_BYTES:
        raise kind(f"larger than {MAX_BYTES} bytes", where=str(path), advice="Split the file.")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line, column = position(data, error.start)
        raise kind("not UTF-8", where=f"{path}:{line}:{column}", why=error.reason) from error
    if "\0" in text:
        line, column = position(data, data.index(b"\0"))
        raise kind("holds a NUL character", where=f"{path}:{line}:{column}")
    deep = _too_deep(text)
    if deep is not None:
        line, column = position(data, len(text[:deep].encode()))
        raise kind(f"brackets nest deeper than {MAX_NESTING}", where=f"{path}:{line}:{column}")


def position(data: bytes, offset: int) -> tuple[int, int]:
    """Return line and column (both from 1, in characters) of a byte offset."""
    before = data[:offset].decode("utf-8", "replace")
    line_start = before.rfind("\n") + 1
    return before.count("\n") + 1, len(before) - line_start + 1


def _too_deep(text: str) -> int | None:
    """Where brackets nest too deep, brackets in strings and comments counted too: a bound, not a parser."""
    depth = 0
    for found in _BRACKETS.finditer(text):
        if found[0] in "([{":
            depth += 1
            if depth > MAX_NESTING:
                return found.start()
        else:
            depth = max(0, depth - 1)
    return None

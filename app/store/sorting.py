"""Lines in byte order, each once, however many: what does not fit into memory lies in sorted runs on disk.

The files have no names: nobody else finds them, and they are gone when the process is.
"""

from __future__ import annotations

import heapq
import io
import os
import tempfile
import weakref
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from pyoxigraph import DefaultGraph, Quad, RdfFormat, parse, serialize

from app.errors import StoreError

MOST_BYTES = 48_000_000  # of lines held in memory before they become a run on disk
_PER_LINE = 100  # what Python adds to a line in a set
_BUFFER = 1 << 20
_PARSED_LINES = 2_000


class SortedLines:
    """Add lines in any order, then read them sorted and each once, as often as wanted. After reading none is added."""

    def __init__(self, folder: Path | None = None, *, most_bytes: int = MOST_BYTES) -> None:
        """`folder` is where runs are written, the system's place for temporary files when None."""
        self._folder = folder
        self._most_bytes = most_bytes
        self._held: set[bytes] = set()
        self._held_bytes = 0
        self._runs: list[IO[bytes]] = []
        weakref.finalize(self, _close, self._runs)
        self._sorted: list[bytes] | None = None
        self._count = 0

    def add(self, lines: Iterable[bytes]) -> None:
        """Take lines, each with its line end. Raises StoreError where the disk fails."""
        assert self._sorted is None, "lines are added before they are read"
        for line in lines:
            if line not in self._held:
                self._held.add(line)
                self._held_bytes += len(line) + _PER_LINE
                if self._held_bytes >= self._most_bytes:
                    self._spill()

    def __iter__(self) -> Iterator[bytes]:
        """The lines in byte order. Several may read at once."""
        self._finish()
        if self._runs:
            return iter(io.BufferedReader(_Reading(self, self._runs[0].fileno()), _BUFFER))
        assert self._sorted is not None
        return iter(self._sorted)

    def __len__(self) -> int:
        """How many different lines there are."""
        self._finish()
        return self._count

    def _finish(self) -> None:
        if self._sorted is not None:
            return
        if not self._runs:
            self._sorted = sorted(self._held)
            self._count = len(self._sorted)
        else:
            self._spill()
            self._sorted = []
            merged = self._write(_once(heapq.merge(*(_rewound(r) for r in self._runs))))
            _close(self._runs)
            self._runs.append(merged)
        self._held = set()

    def _spill(self) -> None:
        self._runs.append(self._write(sorted(self._held)))
        self._held.clear()
        self._held_bytes = 0

    def _write(self, lines: Iterable[bytes]) -> IO[bytes]:
        count = 0
        try:
            file = tempfile.TemporaryFile(dir=self._folder, buffering=_BUFFER)  # noqa: SIM115 - read as long as this lives
            for count, line in enumerate(lines, start=1):  # noqa: B007 - counts what it writes
                file.write(line)
            file.flush()
        except OSError as error:
            where = str(self._folder or tempfile.gettempdir())
            raise StoreError("there is no room to sort the graph", where=where, why=str(error)) from error
        self._count = count
        return file


class _Reading(io.RawIOBase):
    """Reads an open file from its beginning, with a place of its own; the file's owner lives as long as this."""

    def __init__(self, owner: object, number: int) -> None:
        self._owner = owner
        self._number = number
        self._at = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        read = os.preadv(self._number, [buffer], self._at)
        self._at += read
        return read


def _close(files: list[IO[bytes]]) -> None:
    while files:
        files.pop().close()


def _rewound(file: IO[bytes]) -> IO[bytes]:
    file.seek(0)
    return file


def _once(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Lines that follow an equal one are left out."""
    previous = None
    for line in lines:
        if line != previous:
            yield line
            previous = line


class GraphLines(SortedLines):
    """A graph as canonical N-Quads lines; blank nodes are to be canonical already."""

    def add_quads(self, quads: Iterable[Quad]) -> None:
        """Take quads. Raises StoreError where one stands in no graph."""
        lines = serialize(_in_graphs(quads), format=RdfFormat.N_QUADS)
        assert lines is not None
        self.add(lines.splitlines(keepends=True))

    def quads(self) -> GraphQuads:
        """Every quad, in canonical order, as often as wanted."""
        return GraphQuads(self)


class GraphQuads:
    """The quads of a graph, read from its lines whenever they are iterated over."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        """`lines` can be read more than once."""
        self._lines = lines

    def __iter__(self) -> Iterator[Quad]:
        return parse_lines(self._lines)


def _in_graphs(quads: Iterable[Quad]) -> Iterator[Quad]:
    nowhere = DefaultGraph()
    for quad in quads:
        if quad.graph_name == nowhere:
            raise StoreError("a triple stands in no graph", where=str(quad.subject), why=str(quad))
        yield quad


def parse_lines(lines: Iterable[bytes]) -> Iterator[Quad]:
    """Yield the quads of N-Quads lines, some thousand at a time, with blank nodes named as they are."""
    some: list[bytes] = []
    for line in lines:
        some.append(line)
        if len(some) == _PARSED_LINES:
            yield from parse(b"".join(some), format=RdfFormat.N_QUADS, rename_blank_nodes=False)
            some.clear()
    yield from parse(b"".join(some), format=RdfFormat.N_QUADS, rename_blank_nodes=False)

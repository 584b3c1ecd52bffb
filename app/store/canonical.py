"""The canonical form of a graph: N-Quads in byte order, blank nodes by RDFC-1.0, and its SHA-256."""

from __future__ import annotations

import gzip
import hashlib
import io
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, NamedNode, Quad, RdfFormat, parse, serialize

from app.errors import OntologyError, StoreError


def canonical_lines(quads: Iterable[Quad]) -> list[bytes]:
    """Return the N-Quads lines of some quads, each once, in byte order. Blank nodes are to be canonical already."""
    lines = serialize(quads, format=RdfFormat.N_QUADS)
    assert lines is not None
    return sorted(set(lines.splitlines(keepends=True)))


def canonical_hash(lines: Iterable[bytes]) -> str:
    """Return the SHA-256 of canonical lines, in hexadecimal."""
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line)
    return digest.hexdigest()


class LineSum(io.RawIOBase):
    """A sum over lines that does not know their order: what is read from a store and from its dump is compared by it.

    Lines are passed through, or written as bytes in any portions.
    """

    def __init__(self) -> None:
        """Start with no line."""
        self.count = 0
        self._sum = 0
        self._rest = b""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LineSum) and self._facts() == other._facts()

    __hash__ = None  # type: ignore[assignment]

    def passing(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """Yield lines, each with its line end, and add them."""
        for line in lines:
            self._add(line[:-1])
            yield line

    def write(self, data: Any) -> int:
        """Add the lines of some bytes."""
        lines = (self._rest + bytes(data)).split(b"\n")
        self._rest = lines.pop()
        for line in lines:
            self._add(line)
        return len(data)

    def writable(self) -> bool:
        """Bytes can be written."""
        return True

    def _add(self, line: bytes) -> None:
        self.count += 1
        self._sum += int.from_bytes(hashlib.blake2b(line, digest_size=16).digest(), "big")

    def _facts(self) -> tuple[int, int, bytes]:
        return self.count, self._sum, self._rest


def write_dump(path: Path, lines: Iterable[bytes]) -> str:
    """Write canonical lines as deterministic gzip (no name, no time, one level) and return their SHA-256."""
    digest = hashlib.sha256()
    with path.open("wb") as raw, gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=raw, mtime=0) as out:
        for line in lines:
            out.write(line)
            digest.update(line)
    return digest.hexdigest()


def read_dump(path: Path) -> Iterator[bytes]:
    """Yield the lines of a dump. Raises StoreError where the file is damaged."""
    try:
        with gzip.open(path, "rb") as lines:
            yield from lines
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise StoreError("the dump is damaged", where=str(path), why=str(error)) from error


def load_ontology(path: Path, graph: str) -> list[Quad]:
    """Return the ontology as quads of one graph with canonical blank nodes. Raises OntologyError with
    file:line:column."""
    try:
        dataset = Dataset(
            Quad(t.subject, t.predicate, t.object) for t in parse(path=str(path), format=RdfFormat.TURTLE)
        )
    except SyntaxError as error:
        where = f"{path}:{error.lineno}:{error.offset}" if error.lineno else str(path)
        raise OntologyError("the ontology is not Turtle", where=where, why=str(error.msg)) from error
    except OSError as error:
        raise OntologyError("the ontology cannot be read", where=str(path), why=str(error)) from error
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    name = NamedNode(graph)
    return sorted((_renamed(q, name) for q in dataset), key=str)


def _renamed(quad: Quad, graph: NamedNode) -> Quad:
    """Put a quad into the graph, and give its blank nodes names that no other graph uses."""
    subject, value = quad.subject, quad.object
    if isinstance(subject, BlankNode):
        subject = BlankNode(f"ontology-{subject.value}")
    if isinstance(value, BlankNode):
        value = BlankNode(f"ontology-{value.value}")
    return Quad(subject, quad.predicate, value, graph)

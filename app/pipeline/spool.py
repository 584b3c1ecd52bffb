"""Read documents between reading and mapping: kept on disk when they are many, read again one by one in order of id."""

from __future__ import annotations

import pickle
import tempfile
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.documents import part_twins
from app.errors import StoreError
from app.model import SetAside
from app.pipeline.reading import ReadDocument

_MOST_BYTES = 32_000_000  # of documents kept in memory


@dataclass(frozen=True, slots=True)
class _Kept:
    """Where one document lies, and what is asked of it without reading it."""

    id: str
    path: str
    sha256: str
    dataset: str | None
    at: int
    size: int


class Spool:
    """Documents by id. Iterating gives them in order of id, as they were last put."""

    def __init__(self, folder: Path | None = None) -> None:
        """`folder` is where documents lie that do not fit into memory; the system's temporary folder when None."""
        self._folder = folder
        self._file = tempfile.SpooledTemporaryFile(max_size=_MOST_BYTES, dir=str(folder) if folder else None)  # noqa: SIM115 - lives as this does
        weakref.finalize(self, self._file.close)
        self._end = 0
        self._added: list[_Kept] = []
        self._kept: dict[str, _Kept] = {}

    def add(self, read: ReadDocument) -> None:
        """Take a document that was read."""
        self._added.append(self._write(read))

    def part_twins(self) -> list[SetAside]:
        """End adding: take out the documents that share an id, and return them as set aside."""
        alone, twins = part_twins(self._added)
        self._kept = {kept.id: kept for kept in alone}
        self._added = []
        return twins

    def put(self, read: ReadDocument) -> None:
        """Take another version of a document in its place."""
        self._kept[read.document.id] = self._write(read)

    def drop(self, document_id: str) -> None:
        """Take a document out."""
        del self._kept[document_id]

    def sources(self) -> Iterator[tuple[str, str, str | None]]:
        """Path, hash of the text and data set of each document."""
        for kept in self._kept.values():
            yield kept.path, kept.sha256, kept.dataset

    def __len__(self) -> int:
        return len(self._kept)

    def ids(self) -> list[str]:
        """The ids of the documents, in order."""
        return list(self._kept)

    def __iter__(self) -> Iterator[ReadDocument]:
        for document_id in self.ids():
            yield self[document_id]

    def __getitem__(self, document_id: str) -> ReadDocument:
        kept = self._kept[document_id]
        self._file.seek(kept.at)
        read = pickle.loads(self._file.read(kept.size))  # noqa: S301 - written by this process into a file of its own
        assert isinstance(read, ReadDocument)
        return read

    def _write(self, read: ReadDocument) -> _Kept:
        data = pickle.dumps(read, protocol=pickle.HIGHEST_PROTOCOL)
        at = self._end
        try:
            self._file.seek(at)
            self._file.write(data)
        except OSError as error:
            where = str(self._folder or tempfile.gettempdir())
            raise StoreError("there is no room for what was read", where=where, why=str(error)) from error
        self._end += len(data)
        document = read.document
        return _Kept(document.id, document.path, document.sha256, document.dataset, at, len(data))

"""Which files of a folder are documents, in an order that no file system changes."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from app.documents.reading import read_file
from app.model import Document, SetAside


class _Filed(Protocol):
    """What has an id and lies somewhere: a document, or the trace of one."""

    @property
    def id(self) -> str: ...

    @property
    def path(self) -> str: ...


Filed = TypeVar("Filed", bound=_Filed)


@dataclass(frozen=True, slots=True)
class Reading:
    """What folders held: `files` = accepted documents + set aside."""

    documents: tuple[Document, ...]
    set_aside: tuple[SetAside, ...]
    files: int


def list_files(folders: Sequence[Path]) -> list[tuple[Path, Path]]:
    """Return (folder, file) of every candidate, sorted by relative path; dot-files and sidecars of texts are none.

    Folders that cannot be listed and links to folders are candidates too, so that the reader sets them aside.
    """
    found: list[tuple[str, Path, Path]] = []
    for folder in folders:
        closed: list[OSError] = []
        paths: list[Path] = []
        for parent, names, files in os.walk(folder, followlinks=False, onerror=closed.append):
            names[:] = sorted(n for n in names if not n.startswith("."))
            paths += [path for n in names if (path := Path(parent, n)).is_symlink()]
            present = {_folded(name) for name in files}
            paths += [Path(parent, n) for n in files if not n.startswith(".") and not _is_sidecar(n, present)]
        paths += [Path(error.filename) for error in closed]
        found += [(unicodedata.normalize("NFC", p.relative_to(folder).as_posix()), folder, p) for p in paths]
    return [(folder, path) for _, folder, path in sorted(found, key=lambda f: (f[0], str(f[1])))]


def _is_sidecar(name: str, present: set[str]) -> bool:
    stem, ending = os.path.splitext(name)
    return ending == ".json" and any(stem + e in present for e in (".txt", ".text"))


def _folded(name: str) -> str:
    """A file's name with its ending in lower case."""
    stem, ending = os.path.splitext(name)
    return stem + ending.lower()


def id_key(document_id: str) -> str:
    """Return the form under which two ids are the same: NFC, without case (file systems differ in both)."""
    return unicodedata.normalize("NFC", document_id).casefold()


def read_folders(folders: Sequence[Path], *, max_file_bytes: int, max_text_chars: int) -> Reading:
    """Read every document of some folders; files with one id are all set aside, naming all paths."""
    jobs = list_files(folders)
    results = [
        read_file(folder, file, max_file_bytes=max_file_bytes, max_text_chars=max_text_chars) for folder, file in jobs
    ]
    documents, set_aside = part_twins([r for r in results if isinstance(r, Document)])
    refused = [r for r in results if isinstance(r, SetAside)]
    return Reading(tuple(documents), (*refused, *set_aside), len(jobs))


def part_twins(documents: Sequence[Filed]) -> tuple[list[Filed], list[SetAside]]:
    """Part documents whose id is their own from those that share one; both sorted by id."""
    by_id: dict[str, list[Filed]] = {}
    for document in documents:
        by_id.setdefault(id_key(document.id), []).append(document)
    alone: list[Filed] = []
    set_aside: list[SetAside] = []
    for _, twins in sorted(by_id.items()):
        if len(twins) == 1:
            alone.append(twins[0])
            continue
        paths = ", ".join(sorted(t.path for t in twins))
        reason = f"{len(twins)} files have the id {twins[0].id!r}: {paths}"
        set_aside.extend(
            SetAside(t.path, None, reason, "documents", "Give each document a name of its own.") for t in twins
        )
    return sorted(alone, key=lambda d: d.id), set_aside

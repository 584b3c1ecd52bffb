"""Event data sets: files of rows (CSV, JSON) to cells as they stand; what is broken is set aside with its line."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.documents.decoding import UndecodableError, decode
from app.documents.metadata import MetadataError, read_json_value
from app.model import SetAside, TableRow

_ADVICE = "Mend the row, or take it out of the file."
_MAX_CELL_CHARS = 100_000
ENDINGS = (".csv", ".json")


@dataclass(frozen=True, slots=True)
class Table:
    """One file of rows: its columns, the hash of its bytes, and its rows with those that are broken, in order."""

    path: str
    stem: str
    sha256: str
    columns: tuple[str, ...]
    rows: tuple[TableRow | SetAside, ...]


class BrokenTableError(ValueError):
    """A file that is no table; `line` says where, if known."""

    def __init__(self, why: str, line: int | None = None) -> None:
        """`why` is a clause about the file."""
        super().__init__(why)
        self.line = line


def list_tables(folders: Sequence[Path]) -> list[tuple[Path, Path]]:
    """Return (folder, file) of every data set, sorted by relative path; formats (`.toml`) and dot-files are none."""
    found = []
    for folder in folders:
        for parent, names, files in os.walk(folder, followlinks=False):
            names[:] = sorted(n for n in names if not n.startswith("."))
            paths = [Path(parent, n) for n in files if not n.startswith(".")]
            found += [(p.relative_to(folder).as_posix(), folder, p) for p in paths if p.suffix.lower() in ENDINGS]
    return [(folder, path) for _, folder, path in sorted(found, key=lambda f: (f[0], str(f[1])))]


def read_table(folder: Path, file: Path, *, max_file_bytes: int) -> Table | SetAside:
    """Read one file of rows; never an exception, whatever the bytes."""
    path = os.fsencode(file.relative_to(folder).as_posix()).decode("utf-8", "backslashreplace")
    try:
        if file.is_symlink() or not file.is_file():
            raise BrokenTableError("it is a link or no regular file")
        if (size := file.stat().st_size) > max_file_bytes:
            raise BrokenTableError(f"it has {size} bytes, more than {max_file_bytes} (RASHOMON_MAX_TABLE_BYTES)")
        data = file.read_bytes()
        text = decode(data)
        columns, rows = _csv(text, path) if file.suffix.lower() == ".csv" else _json(text, path)
    except (BrokenTableError, UndecodableError, MetadataError) as error:
        return SetAside(path, error.line, str(error), "sources", "Mend the file, or take it out of the folder.")
    except OSError as error:
        return SetAside(path, None, f"it cannot be read: {error.strerror or error}", "sources", "")
    sha = hashlib.sha256(data).hexdigest()
    return Table(path, file.stem, sha, columns, tuple(_without_repeats(rows)))


def _csv(text: str, path: str) -> tuple[tuple[str, ...], Iterator[TableRow | SetAside]]:
    csv.field_size_limit(_MAX_CELL_CHARS)
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        columns = tuple(name.strip() for name in next(reader, []))
    except csv.Error as error:
        raise BrokenTableError(f"its first line is no line of CSV: {error}", 1) from error
    if len(columns) < 2 or not all(columns):
        raise BrokenTableError("its first line names no columns", 1)
    if twice := sorted({c for c in columns if columns.count(c) > 1}):
        raise BrokenTableError(f"it has the column {twice[0]!r} twice", 1)
    return columns, _csv_rows(reader, columns, path)


def _csv_rows(reader: Any, columns: tuple[str, ...], path: str) -> Iterator[TableRow | SetAside]:
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield SetAside(path, line, f"the row is no CSV: {error}", "sources", _ADVICE)
            continue
        if cells is None:
            return
        if not cells:
            continue
        if len(cells) != len(columns):
            reason = f"the row has {len(cells)} cells, the first line names {len(columns)} columns"
            yield SetAside(path, line, reason, "sources", _ADVICE)
            continue
        yield TableRow(path=path, line=line, cells=dict(zip(columns, cells, strict=True)))


def _json(text: str, path: str) -> tuple[tuple[str, ...], Iterator[TableRow | SetAside]]:
    entries = read_json_value(text)
    if not isinstance(entries, list) or not entries:
        raise BrokenTableError("it is no list of rows")
    columns = tuple(dict.fromkeys(str(k) for e in entries if isinstance(e, dict) for k in e))
    return columns, _json_rows(entries, columns, path)


def _json_rows(entries: list[Any], columns: tuple[str, ...], path: str) -> Iterator[TableRow | SetAside]:
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, Mapping):
            yield SetAside(path, number, "the entry is no object", "sources", _ADVICE)
        elif odd := sorted(k for k, v in entry.items() if isinstance(v, list | dict)):
            yield SetAside(path, number, f"column {odd[0]!r} holds no plain value", "sources", _ADVICE)
        else:
            cells = {name: _plain(entry.get(name)) for name in columns}
            yield TableRow(path=path, line=number, cells=cells)


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _without_repeats(rows: Iterator[TableRow | SetAside]) -> Iterator[TableRow | SetAside]:
    seen: dict[bytes, int] = {}
    for row in rows:
        if isinstance(row, TableRow):
            mark = hashlib.sha256(json.dumps(list(row.cells.values())).encode("utf-8", "surrogatepass")).digest()
            first = seen.setdefault(mark, row.line)
            if first != row.line:
                reason = f"the row is the same as that of line {first}"
                yield SetAside(row.path, row.line, reason, "sources", "The first one is taken.")
                continue
        yield row

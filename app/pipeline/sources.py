"""Event data sets to read documents: every row of every file, or the reason why not, with file, line and column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from app.documents import Table, list_tables, read_table
from app.extract.dataset_formats import DataSetFormat, find_format, load_formats
from app.extract.datasets import RowError, RowReader
from app.model import SetAside, TableRow
from app.pipeline.reading import Progress, ReadDocument, Reader
from app.settings import Settings

_ADVICE = "Mend the row, or take it out of the file."


def read_sources(
    folders: Sequence[Path], settings: Settings, reader: Reader, progress: Progress
) -> Iterator[ReadDocument | SetAside]:
    """Yield one result per row, in the order of files and rows; a file that is no data set yields one set-aside.

    Raises DataError where a format of a data set (`*.toml` in a folder) is wrong.
    """
    formats = load_formats(folders)
    for folder, file in list_tables(folders):
        table = read_table(folder, file, max_file_bytes=settings.max_table_bytes)
        if isinstance(table, SetAside):
            yield table
            continue
        format_ = find_format(table.columns, formats)
        if format_ is None:
            known = ", ".join(f.name for f in formats)
            advice = f"Put a format (.toml) beside it; known are {known}."
            yield SetAside(table.path, 1, "no format knows its columns", "sources", advice)
            continue
        yield from _read_rows(table, format_, reader, progress)


def _read_rows(
    table: Table, format_: DataSetFormat, reader: Reader, progress: Progress
) -> Iterator[ReadDocument | SetAside]:
    rows = RowReader(format_, table.stem)
    for number, row in enumerate(table.rows, start=1):
        yield _read_row(row, rows, reader) if isinstance(row, TableRow) else row
        if number % 100 == 0 or number == len(table.rows):
            progress(f"reading {table.path}", number, len(table.rows))


def _read_row(row: TableRow, rows: RowReader, reader: Reader) -> ReadDocument | SetAside:
    try:
        document, records = rows.read(row)
    except RowError as error:
        return SetAside(row.path, row.line, str(error), "sources", _ADVICE)
    return reader.prepare(document, lambda _: records)

"""Files to documents: bytes in, frozen text and metadata out; what cannot be taken is set aside with the reason."""

from app.documents.copies import find_same_texts
from app.documents.folder import Reading, list_files, part_twins, read_folders
from app.documents.reading import read_file
from app.documents.tables import Table, list_tables, read_table

__all__ = [
    "Reading",
    "Table",
    "find_same_texts",
    "list_files",
    "list_tables",
    "part_twins",
    "read_file",
    "read_folders",
    "read_table",
]

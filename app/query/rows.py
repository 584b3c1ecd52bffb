"""How many rows of an answer have gone by, told from its bytes: the engine writes them without saying.

Every format of SPARQL results marks its rows in a way that no text inside them can imitate: newlines outside quotes
(CSV), newlines (TSV, where those of texts are escaped), end tags (XML, where those of texts are entities), and in JSON
an object that opens an array or follows another: after its brace comes a name in quotes, or nothing. Of the formats of
graphs two can be counted: N-Triples and N-Quads have a line for each.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from app.errors import LimitError

_PREFIXED_END = re.compile(rb"</[\w.-]*:?result\s*>")
_LONGEST_TAG = 4_096
_LINES = frozenset(["text/tab-separated-values", "application/n-triples", "application/n-quads"])
_NOT_STRUCTURE = bytes(set(range(256)) - set(b'"{},[:'))


class RowCounter:
    """Counts the rows of one answer as its bytes come, however they are cut; other formats of graphs have none."""

    def __init__(self, media_type: str, most: int) -> None:
        """`most` rows may go by."""
        self._most = most
        self._count: Callable[[bytes], int] = {
            "application/sparql-results+json": self._count_json,
            "application/sparql-results+xml": self._count_xml,
            "text/csv": self._count_csv,
        }.get(media_type, (lambda data: data.count(b"\n")) if media_type in _LINES else lambda _: 0)
        has_head = media_type in ("text/csv", "text/tab-separated-values")
        self._seen = -1 if has_head else 0
        self._is_quoted = False
        self._left = self._tail = b""

    def add(self, data: bytes) -> None:
        """Take bytes. Raises LimitError where they hold a row too many."""
        self._seen += self._count(data)
        if self._seen > self._most:
            raise LimitError(too_many(self._most), advice="Ask for less (LIMIT, a filter), or load the dump.")

    def _count_csv(self, data: bytes) -> int:
        return sum(part.count(b"\n") for part in self._unquoted(data))

    def _count_xml(self, data: bytes) -> int:
        data = self._left + data
        begun = data.rfind(b"<")
        whole = len(data) if data.find(b">", begun) >= 0 or len(data) - begun > _LONGEST_TAG else max(begun, 0)
        self._left = data[whole:]
        return data.count(b"</result>", 0, whole) or len(_PREFIXED_END.findall(data, 0, whole))

    def _count_json(self, data: bytes) -> int:
        data = self._left + data
        # An escape and what it escapes, a brace and what follows it, are looked at together.
        held = 1 if data.endswith(b"{") else (len(data) - len(data.rstrip(b"\\"))) % 2
        bare, self._left = data[: len(data) - held], data[len(data) - held :]
        if b"\\" in bare:
            bare = bare.replace(b"\\\\", b"").replace(b'\\"', b"")
        structure = bare.translate(None, _NOT_STRUCTURE)
        # Rows in which nothing is bound could be imitated, so only what stands outside quotes counts.
        if b"{}" in structure:
            empty = sum(part.count(b"{}") for part in self._unquoted(structure))
        else:
            empty, self._is_quoted = 0, self._is_quoted ^ (structure.count(b'"') % 2 == 1)
        structure = self._tail + structure
        self._tail = structure[-4:]
        return empty + structure.count(b'},{""') + structure.count(b':[{""')

    def _unquoted(self, data: bytes) -> list[bytes]:
        """The parts outside quotes."""
        parts = data.split(b'"')
        found = parts[self._is_quoted :: 2]
        self._is_quoted ^= len(parts) % 2 == 0
        return found


def can_count(media_type: str) -> bool:
    """Whether the triples of a graph in this format are counted from its bytes."""
    return media_type in _LINES


def too_many(most: int) -> str:
    """What is said of an answer with more rows than there may be."""
    return f"the answer has more than {most} rows"

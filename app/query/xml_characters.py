"""Characters that XML 1.0 cannot carry: the engine writes them as they are, and no reader takes the document then.

RDF literals may hold any character; XML none below U+0020 but tab and line ends, not U+FFFE and not U+FFFF, not even
as references (XML 1.0, 2.2). A carriage return it may hold as a reference only: bare, every reader makes it a newline
(2.11).
"""

from __future__ import annotations

MEDIA_TYPES = frozenset(["application/sparql-results+xml", "application/rdf+xml"])
_REFUSED = bytes(set(range(0x20)) - set(b"\t\n\r"))
_NO_CHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")


class UnwritableError(Exception):
    """The answer holds a character that its format cannot."""


class XmlCharacters:
    """Watches over one answer in XML as its bytes come, however they are cut."""

    def __init__(self) -> None:
        self._end = b""

    def mended(self, data: bytes) -> bytes:
        """The bytes with carriage returns as references. Raises UnwritableError."""
        seen = self._end + data
        self._end = seen[-2:]
        if len(data.translate(None, _REFUSED)) != len(data) or any(wrong in seen for wrong in _NO_CHARACTERS):
            raise UnwritableError
        return data.replace(b"\r", b"&#xD;")

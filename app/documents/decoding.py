"""Bytes to text: encoding detected, line ends made `\\n`, nothing else changed."""

from __future__ import annotations

import codecs

from charset_normalizer import from_bytes

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE_BYTES = 200_000


class UndecodableError(ValueError):
    """Bytes that are no text; the message says why, `line` where (1-based) or None."""

    def __init__(self, why: str, line: int | None = None) -> None:
        """`why` is a clause, `line` the line of the first fault."""
        super().__init__(why)
        self.line = line


def decode(data: bytes) -> str:
    """Return the text of some bytes: by byte order mark, as UTF-8, else as the detector says. Raises UndecodableError."""
    text = _decode(data)
    if "\0" in text:
        raise UndecodableError("it holds NUL characters, so it is no text", _line(text, "\0"))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decode(data: bytes) -> str:
    for bom, name in _BOMS:
        if data.startswith(bom):
            try:
                return data[len(bom) :].decode(name)
            except UnicodeDecodeError as error:
                raise UndecodableError(
                    f"its byte order mark says {name}, but byte {error.start} is not", None
                ) from error
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        if b"\0" in data:
            raise UndecodableError("it holds NUL bytes, so it is no text", line) from error
        best = from_bytes(data[:_SAMPLE_BYTES]).best()
        if best is None:
            raise UndecodableError("its encoding is unknown", line) from error
        try:
            return data.decode(best.encoding)
        except (UnicodeDecodeError, LookupError) as second:
            raise UndecodableError(f"it is neither UTF-8 nor {best.encoding}", line) from second


def _line(text: str, mark: str) -> int:
    return text[: text.index(mark)].count("\n") + 1

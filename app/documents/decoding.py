"""Bytes to text: encoding detected, line ends made `\\n`, nothing else changed."""

from __future__ import annotations

import codecs
from contextlib import suppress

from charset_normalizer import CharsetMatches, from_bytes

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
    """Return the text: by byte order mark, as UTF-8, else as the detector says. Raises UndecodableError."""
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
        names = _likely(from_bytes(_sample(data)))
        for name in names:
            with suppress(UnicodeDecodeError, LookupError):
                return data.decode(name)
        why = f"it is neither UTF-8 nor {' nor '.join(names)}" if names else "its encoding is unknown"
        raise UndecodableError(why, line) from error


def _sample(data: bytes) -> bytes:
    """The beginning of a long text, cut at a line end so that no character is cut."""
    if len(data) <= _SAMPLE_BYTES:
        return data
    end = data.rfind(b"\n", 0, _SAMPLE_BYTES)
    return data[: end + 1 or _SAMPLE_BYTES]


def _likely(matches: CharsetMatches) -> list[str]:
    """The encodings to try: the detector's best, before it cp1252 where it fits as well (ties go by the alphabet)."""
    best = matches.best()
    if best is None:
        return []
    equal = [m for m in matches if (m.chaos, m.coherence) == (best.chaos, best.coherence)]
    western = any("cp1252" in m.could_be_from_charset for m in equal)
    return list(dict.fromkeys([*(["cp1252"] if western else []), best.encoding]))


def _line(text: str, mark: str) -> int:
    return text[: text.index(mark)].count("\n") + 1

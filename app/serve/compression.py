"""Content codings (RFC 9110, 8.4): zstd and gzip, by the client's choice, chunk by chunk so that no byte waits."""

from __future__ import annotations

import asyncio
import zlib

import zstandard

_CODINGS = ("zstd", "gzip")  # ours first where a client has no preference
SMALLEST_BYTES = 1024
_THREAD_BYTES = 32_768
_TYPES = ("text/", "application/sparql-results+", "application/n-", "application/ld+json", "application/rdf+xml")
_MORE_TYPES = frozenset(
    [
        "application/json",
        "application/problem+json",
        "application/trig",
        "application/xml",
        "application/javascript",
        "image/svg+xml",
        "application/geo+json",
        "application/vnd.citationstyles.csl+json",
    ]
)


def is_compressible(media_type: str) -> bool:
    """Whether bytes of this type become fewer."""
    name = media_type.split(";")[0].strip().lower()
    return name.startswith(_TYPES) or name in _MORE_TYPES


def choose_coding(accept_encoding: str, *, size: int) -> str | None:
    """The coding to use, None for none; `size` is that of the whole body, or of its first bytes."""
    if not accept_encoding or size < SMALLEST_BYTES:
        return None
    weights: dict[str, float] = {}
    for part in accept_encoding.lower().split(","):
        name, _, parameter = part.partition(";")
        try:
            weight = float(parameter.split("=", 1)[1]) if "=" in parameter else 1.0
        except ValueError:
            weight = 0.0
        weights[name.strip()] = weight
    best = max(_CODINGS, key=lambda c: (weights.get(c, weights.get("*", 0.0)), -_CODINGS.index(c)))
    return best if weights.get(best, weights.get("*", 0.0)) > 0 else None


class Compressor:
    """Compresses one body; whatever goes in comes out at once, so a reader never waits for bytes that are here."""

    def __init__(self, coding: str) -> None:
        """`coding` is `zstd` or `gzip`."""
        self._is_zstd = coding == "zstd"
        if self._is_zstd:
            self._zstd = zstandard.ZstdCompressor(level=3, write_checksum=False).compressobj()
        else:
            self._gzip = zlib.compressobj(4, zlib.DEFLATED, 31)

    async def add(self, data: bytes, *, is_last: bool) -> bytes:
        """Compress bytes; much of it in a thread, so that other requests go on."""
        if len(data) < _THREAD_BYTES:
            return self._add(data, is_last)
        return await asyncio.to_thread(self._add, data, is_last)

    def _add(self, data: bytes, is_last: bool) -> bytes:
        if self._is_zstd:
            flush = zstandard.COMPRESSOBJ_FLUSH_FINISH if is_last else zstandard.COMPRESSOBJ_FLUSH_BLOCK
            return self._zstd.compress(data) + self._zstd.flush(flush)
        return self._gzip.compress(data) + self._gzip.flush(zlib.Z_FINISH if is_last else zlib.Z_SYNC_FLUSH)

"""How much a request may carry beside its body: the parser takes headers, trailers and chunk extensions without end."""

from __future__ import annotations

MOST_BYTES = 65_536
# One byte in a chunk of its own comes with five more.
_BESIDE_EACH_BYTE = 8
TOO_LONG = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain\r\ncontent-length: 43\r\n"
    b"connection: close\r\n\r\nthe headers are longer than 65,536 bytes.\r\n"
)


class WrongHeadError(ValueError):
    """A head that no request may have; the connection is closed."""


class Heads:
    """What has come on one connection beside bodies, since the last head or message was complete."""

    def __init__(self) -> None:
        self._beside = 0
        self.is_too_long = False

    def take(self, count: int) -> None:
        """So many bytes have come, of whatever they are."""
        self._beside += count

    def take_body(self, count: int) -> None:
        """So many of them were a body."""
        self._beside = max(0, self._beside - (1 + _BESIDE_EACH_BYTE) * count)

    def check(self) -> bool:
        """Whether what has come beside bodies is within bounds."""
        self.is_too_long = self.is_too_long or self._beside > MOST_BYTES
        return not self.is_too_long

    def complete(self, headers: list[tuple[bytes, bytes]]) -> None:
        """A head is complete. Raises WrongHeadError where it is too long, names two hosts (RFC 9112, 3.2), or is of a
        body in another coding than chunks."""
        self._beside = 0
        self.is_too_long = sum(len(name) + len(value) + 4 for name, value in headers) > MOST_BYTES
        if self.is_too_long:
            raise WrongHeadError("the headers are too long")
        if sum(name == b"host" for name, _ in headers) > 1:
            raise WrongHeadError("two Host headers")
        if any(name == b"transfer-encoding" and value.strip().lower() != b"chunked" for name, value in headers):
            raise WrongHeadError("a transfer coding that is not undone here (RFC 9112, 6.1)")

    def end(self) -> None:
        """A message is complete."""
        self._beside = 0

"""Forms with files (multipart/form-data, RFC 7578): a small reader whose time is linear in the body.

Parsers of mail take such forms too, line by line: a form of twenty thousand parts kept one busy for seconds, and what
is wrong with a form they mend. Here a form is whole and plain, or refused.
"""

from __future__ import annotations

import re
from email.message import Message

from app.errors import LimitError, UsageError

_MOST_PARTS = 100
_MOST_HEAD_BYTES = 4_096
_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")
_PLAIN = ("", "7bit", "8bit", "binary")


def files_of(kind: str, body: bytes) -> list[tuple[str, bytes]]:
    """The parts of a form with their media types; `kind` is its Content-Type. Raises UsageError, LimitError."""
    boundary = _read(kind).get_boundary("")
    if not _BOUNDARY.fullmatch(boundary):
        raise UsageError("the form does not say what stands between its parts", where="Content-Type")
    mark = b"\r\n--" + boundary.encode("ascii")
    pieces = (b"\r\n" + body).split(mark, _MOST_PARTS + 2)
    if len(pieces) > _MOST_PARTS + 2:
        raise LimitError(f"the form has more than {_MOST_PARTS} parts", advice="Send it in several requests.")
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise UsageError("the form does not end", advice="Its last line is its boundary between two pairs of hyphens.")
    return [_part(piece) for piece in pieces[1:-1]]


def _part(piece: bytes) -> tuple[str, bytes]:
    """Media type and content of one part."""
    rest, _, after = piece.partition(b"\r\n")
    head, mark, _ = (b"\r\n" + after[: _MOST_HEAD_BYTES + 4]).partition(b"\r\n\r\n")
    if rest.strip(b" \t") or not mark:
        raise UsageError("a part of the form has no end of its headers")
    headers = [line.decode("latin-1").partition(":") for line in head.split(b"\r\n") if line]
    found = {name.strip().lower(): value.strip() for name, _, value in headers}
    if found.get("content-transfer-encoding", "").lower() not in _PLAIN:
        raise UsageError("a part of the form is encoded", where="Content-Transfer-Encoding", advice="Send it as it is.")
    return _read(found.get("content-type", "text/plain")).get_content_type(), after[len(head) + len(mark) - 2 :]


def _read(kind: str) -> Message:
    message = Message()
    message["content-type"] = "".join(c for c in kind if c.isprintable())[:1_000]
    return message

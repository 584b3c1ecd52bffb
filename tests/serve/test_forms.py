"""Forms with files: whole and plain, or refused; never slow."""

from __future__ import annotations

import pytest

from app.errors import LimitError, UsageError
from app.serve.forms import files_of

FORM = "multipart/form-data; boundary=b-1"


def _form(*parts: tuple[str, bytes], end: bytes = b"--b-1--\r\n") -> bytes:
    return b"".join(b"--b-1\r\n" + head.encode() + b"\r\n\r\n" + content + b"\r\n" for head, content in parts) + end


TURTLE = 'Content-Disposition: form-data; name=x; filename="../../x.ttl"\r\nContent-Type: text/turtle; charset=utf-8'


def test_parts_are_given_as_they_were_sent() -> None:
    contents = [
        b"",
        b"\r\n",
        b"<a:a> <a:b> 1 .\r\n\r\n--b\r\n-- b-1",
        bytes(range(256)),
        b"x" * 9_000 + b"\r\n\r\n" + b"y",
    ]
    found = files_of(FORM, b"before\r\n" + _form(*((TURTLE, content) for content in contents)) + b"after")
    assert found == [("text/turtle", content) for content in contents]
    assert files_of(FORM, _form(("X: y", b"z"))) == [("text/plain", b"z")]
    assert files_of('multipart/form-data; boundary="b-1"', _form((TURTLE, b"z"))) == [("text/turtle", b"z")]
    assert files_of(FORM, b"--b-1--\r\n") == []


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", _form((TURTLE, b"z"))),
        ("multipart/form-data; boundary=" + "b" * 71, _form((TURTLE, b"z"))),
        ("multipart/form-data; boundary=é", _form((TURTLE, b"z"))),
        (FORM, _form((TURTLE, b"z"), end=b"")),  # cut off on its way
        (FORM, b""),
        (FORM, b"--b-1\r\nno headers--b-1--"),
        (FORM, _form((TURTLE + "\r\nX: " + "y" * 5_000, b"z"))),
        (FORM, _form((TURTLE + "\r\nContent-Transfer-Encoding: base64", b"PGE6YT4="))),
    ],
)
def test_what_is_not_whole_and_plain_is_refused(kind: str, body: bytes) -> None:
    with pytest.raises(UsageError):
        files_of(kind, body)


def test_parts_are_bounded_in_number() -> None:
    assert len(files_of(FORM, _form(*[(TURTLE, b"z")] * 100))) == 100
    with pytest.raises(LimitError):
        files_of(FORM, _form(*[(TURTLE, b"z")] * 101))
    with pytest.raises(LimitError):
        files_of(FORM, b"--b-1\r\n" * 1_000_000)

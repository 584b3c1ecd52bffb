"""One file to one document, or to the reason why not; never an exception, whatever the bytes."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.documents.decoding import UndecodableError, decode
from app.documents.isolated import run_isolated
from app.documents.metadata import MetadataError, check_fields, read_json, read_yaml
from app.model import Document, SetAside

_ADVICE = "Mend the file, or take it out of the folder."
# Lone surrogates, controls, and what turns the direction of writing: none of it may stand in the graph.
_CONTROLS = re.compile(r"[\ud800-\udfff\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_ENDINGS = ".md, .markdown, .txt, .html, .htm, .pdf and .eml"


@dataclass(frozen=True, slots=True)
class Content:
    """What a format's reader takes from a file: the body, its metadata, and the line on which the body begins."""

    text: str
    metadata: Mapping[str, Any] = field(default_factory=dict)
    body_line: int = 1
    media_type: str = "text/plain"


class RefusedError(ValueError):
    """A file that cannot be taken, with the reason and the line, if known."""

    def __init__(self, why: str, line: int | None = None, advice: str = _ADVICE) -> None:
        """`why` is a clause about the file."""
        super().__init__(why)
        self.line = line
        self.advice = advice


def read_file(folder: Path, file: Path, *, max_file_bytes: int, max_text_chars: int) -> Document | SetAside:
    """Read one file of a folder; sizes in bytes and code points."""
    # Bytes of a name that are no UTF-8 would make the report itself unwritable.
    path = os.fsencode(file.relative_to(folder).as_posix()).decode("utf-8", "backslashreplace")
    try:
        return _read(file, path, max_file_bytes, max_text_chars)
    except (RefusedError, UndecodableError, MetadataError) as error:
        advice = error.advice if isinstance(error, RefusedError) else _ADVICE
        return SetAside(path, error.line, str(error), "documents", advice)
    except OSError as error:
        return SetAside(path, None, f"it cannot be read: {error.strerror or error}", "documents", _ADVICE)


def _read(file: Path, path: str, max_file_bytes: int, max_text_chars: int) -> Document:
    document_id = unicodedata.normalize("NFC", file.stem)
    if _CONTROLS.search(file.name):
        raise RefusedError("its name is not valid UTF-8 or holds control characters", advice="Rename the file.")
    if file.is_symlink() or not file.is_file():
        raise RefusedError("it is a link, not there, or no regular file")
    reader = _READERS.get(file.suffix.lower())
    if reader is None:
        advice = (
            f"Taken are {_ENDINGS}; tables of events by --sources." if _is_table(file) else f"Taken are {_ENDINGS}."
        )
        raise RefusedError(f"no reader for {file.suffix or 'files without ending'}", advice=advice)
    size = file.stat().st_size
    if size > max_file_bytes:
        raise RefusedError(
            f"it has {size} bytes, more than {max_file_bytes}", advice="Raise RASHOMON_MAX_FILE_BYTES, or split it."
        )
    content = reader(file, file.read_bytes())
    text = content.text
    if not text.strip():
        raise RefusedError("it holds no text")
    if len(text) > max_text_chars:
        raise RefusedError(
            f"its text has {len(text)} characters, more than {max_text_chars}",
            advice="Raise RASHOMON_MAX_TEXT_CHARS, or split it.",
        )
    if any(0xD800 <= ord(c) <= 0xDFFF for c in text):
        raise RefusedError("its text holds lone surrogates")
    try:
        fields = check_fields(content.metadata)
    except MetadataError as error:
        raise RefusedError(str(error), error.line) from error
    sha = hashlib.sha256(text.encode()).hexdigest()
    return Document(
        id=document_id,
        text=text,
        path=path,
        sha256=sha,
        media_type=content.media_type,
        body_line=content.body_line,
        **fields,
    )


def _is_table(file: Path) -> bool:
    return file.suffix.lower() in (".csv", ".json")


def _markdown(file: Path, data: bytes) -> Content:
    text = decode(data)
    if not text.startswith("---\n"):
        return Content(text, media_type="text/markdown")
    end = text.find("\n---\n", 3)
    if end < 0 and text.endswith("\n---"):
        end = len(text) - 4
    if end < 0:
        raise RefusedError("its front matter is not closed by a line of ---", 1)
    try:
        metadata = read_yaml(text[4 : end + 1])
    except MetadataError as error:
        raise RefusedError(str(error), error.line + 1 if error.line else 1) from error
    body = text[end + 5 :]
    return Content(body, metadata, text[: end + 5].count("\n") + 1, "text/markdown")


def _plain(file: Path, data: bytes) -> Content:
    text = decode(data)
    sidecar = file.with_suffix(".json")
    if not os.path.lexists(sidecar):
        return Content(text)
    if sidecar.is_symlink() or not sidecar.is_file() or sidecar.stat().st_size > 1_000_000:
        raise RefusedError("its sidecar is a link, no regular file, or larger than 1 MB")
    try:
        return Content(text, read_json(decode(sidecar.read_bytes())))
    except (MetadataError, UndecodableError) as error:
        raise RefusedError(f"{error} ({sidecar.name}{f', line {error.line}' if error.line else ''})") from error


def _isolated(kind: str, media_type: str) -> Callable[[Path, bytes], Content]:
    """Readers of formats whose libraries may hang or swell: run in a process of their own with limits."""

    def read(file: Path, data: bytes) -> Content:
        result = run_isolated(kind, data)
        if "refused" in result:
            raise RefusedError(result["refused"])
        text = result["text"].replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
        return Content(text, result["metadata"], media_type=media_type)

    return read


_HTML = _isolated("html", "text/html")
_READERS: dict[str, Callable[[Path, bytes], Content]] = {
    ".md": _markdown,
    ".markdown": _markdown,
    ".txt": _plain,
    ".text": _plain,
    ".html": _HTML,
    ".htm": _HTML,
    ".pdf": _isolated("pdf", "application/pdf"),
    ".eml": _isolated("eml", "message/rfc822"),
}

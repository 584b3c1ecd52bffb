"""Readers of HTML, PDF and e-mail, run in a process of their own: bytes on stdin, JSON on stdout."""

from __future__ import annotations

import io
import json
import logging
import resource
import sys
import warnings
from email import policy
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from typing import Any

from app.documents.decoding import UndecodableError, decode
from app.documents.isolated import MEMORY_LIMIT_BYTES, TIME_LIMIT_S

_MAX_PAGES = 2_000
_MAX_CHARS = 5_000_000
_MAX_TAGS = 400_000


def main(kind: str) -> None:
    """Read one document of a kind from stdin and print it as JSON."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT_BYTES, MEMORY_LIMIT_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (TIME_LIMIT_S, TIME_LIMIT_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(3_000)
    data = sys.stdin.buffer.read()
    try:
        result = {"html": _html, "pdf": _pdf, "eml": _eml}[kind](data)
    except UndecodableError as error:
        result = {"refused": str(error)}
    except (MemoryError, RecursionError) as error:
        result = {"refused": f"it is nested too deep or too large ({type(error).__name__})"}
    except Exception as error:  # noqa: BLE001 - this process is the boundary: any fault of a parser refuses the file
        result = {"refused": f"it cannot be parsed: {type(error).__name__}: {' '.join(str(error).split())[:200]}"}
    sys.stdout.write(json.dumps(result))


def _html(data: bytes) -> dict[str, Any]:
    return _html_text(decode(data))


def _html_text(markup: str) -> dict[str, Any]:
    if markup.count("<") > _MAX_TAGS:
        return {"refused": f"it has more than {_MAX_TAGS} tags"}
    import trafilatura

    found: Any = trafilatura.bare_extraction(markup, include_comments=False, include_tables=True, with_metadata=True)
    text = found.text if found is not None else None
    if not text:
        return {"refused": "no main text was found in it"}
    metadata = {"title": found.title, "published": found.date, "publisher": found.sitename, "url": found.url}
    return {"text": text, "metadata": {k: v for k, v in metadata.items() if isinstance(v, str) and v}}


def _pdf(data: bytes) -> dict[str, Any]:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        return {"refused": "it is encrypted"}
    if len(reader.pages) > _MAX_PAGES:
        return {"refused": f"it has more than {_MAX_PAGES} pages"}
    parts: list[str] = []
    size = 0
    for page in reader.pages:
        part = page.extract_text() or ""
        size += len(part)
        if size > _MAX_CHARS:
            return {"refused": f"its text is longer than {_MAX_CHARS} characters"}
        parts.append(part)
    text = "\n\n".join(parts)
    if not text.strip():
        return {"refused": "it holds no text (a scan?)"}
    title = reader.metadata.title if reader.metadata else None
    return {
        "text": text.encode("utf-8", "replace").decode(),
        "metadata": {"title": title} if isinstance(title, str) else {},
    }


def _eml(data: bytes) -> dict[str, Any]:
    message = BytesParser(policy=policy.default).parsebytes(data)
    body = message.get_body(preferencelist=("plain", "html"))
    if body is None:
        return {"refused": "it has no text part"}
    try:
        content = body.get_content()
    except LookupError:  # It names an encoding that nobody knows.
        payload = body.get_payload(decode=True)
        content = decode(payload) if isinstance(payload, bytes) else None
    if not isinstance(content, str):
        return {"refused": "its text part is no text"}
    metadata: dict[str, str] = {}
    if message["subject"]:
        metadata["title"] = str(message["subject"])
    if message["from"]:
        metadata["publisher"] = str(message["from"]).split("<")[0].strip(' "') or str(message["from"])
    if message["date"]:
        try:
            metadata["published"] = parsedate_to_datetime(str(message["date"])).date().isoformat()
        except ValueError:
            metadata.pop("published", None)
    if body.get_content_type() == "text/html":
        result = _html_text(content)
        return (
            result if "refused" in result else {"text": result["text"], "metadata": {**result["metadata"], **metadata}}
        )
    return {"text": content, "metadata": metadata}

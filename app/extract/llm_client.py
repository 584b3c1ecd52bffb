"""Talks to one OpenAI-compatible endpoint and no other host; bounded in time and size, its key never shown."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import ssl
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_MOST_BYTES = 4_000_000
_LONGEST_WAIT_S = 30.0
_RETRIED = frozenset({408, 429, 500, 502, 503, 504})


class ModelError(Exception):
    """The endpoint gave no usable answer; the message holds no key, no header and nothing that it sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelAccess:
    """Where the model is and what may be spent on one document; prices are per million tokens."""

    url: str
    model: str
    key_file: Path | None = None
    timeout_s: float = 60.0
    max_tokens: int = 4000
    retries: int = 2
    price_in: float = 0.0
    price_out: float = 0.0
    cache: Path | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model wrote, the tokens that it cost, and whether it was kept from before."""

    content: str
    tokens_in: int
    tokens_out: int
    is_cached: bool


def ask(access: ModelAccess, messages: list[dict[str, str]]) -> Answer:
    """Return the answer to some messages, from the cache where the same was asked before. Raises ModelError."""
    body = {
        "model": access.model,
        "messages": messages,
        "temperature": 0,
        "max_tokens": access.max_tokens,
        "response_format": {"type": "json_object"},
    }
    request = json.dumps(body, sort_keys=True, ensure_ascii=False).encode()
    kept = _cached(access, request)
    if kept is not None:
        return kept
    answer = _answer(_post(access, request))
    _keep(access, request, answer)
    return answer


def _place(access: ModelAccess, request: bytes) -> Path | None:
    if access.cache is None:
        return None
    return access.cache / f"{hashlib.sha256(access.url.encode() + b' ' + request).hexdigest()}.json"


def _cached(access: ModelAccess, request: bytes) -> Answer | None:
    place = _place(access, request)
    if place is None or not place.is_file():
        return None
    try:
        kept = json.loads(place.read_text("utf-8"))
        return Answer(str(kept["content"]), int(kept["tokens_in"]), int(kept["tokens_out"]), True)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep(access: ModelAccess, request: bytes, answer: Answer) -> None:
    place = _place(access, request)
    if place is None:
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    value = {"content": answer.content, "tokens_in": answer.tokens_in, "tokens_out": answer.tokens_out}
    handle, partial = tempfile.mkstemp(dir=place.parent, suffix=".partial")
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        json.dump(value, stream, ensure_ascii=False)
    Path(partial).replace(place)


def _post(access: ModelAccess, request: bytes) -> Any:
    why = "no answer"
    for attempt in range(access.retries + 1):
        status, wait, data = _try(access, request)
        if status == 200:
            try:
                return json.loads(data)
            except ValueError as error:
                raise ModelError("the model's answer is not JSON") from error
        why = f"status {status}" if status else data.decode()
        if status and status not in _RETRIED:
            break
        if attempt < access.retries:
            time.sleep(min(_LONGEST_WAIT_S, wait if wait is not None else 0.5 * 2**attempt))
    raise ModelError(f"the model's endpoint gave no answer ({why})")


def _try(access: ModelAccess, request: bytes) -> tuple[int, float | None, bytes]:
    """One attempt: status (0 where there was no whole answer, then the reason as bytes), wished wait, body."""
    parts = urlsplit(access.url)
    host, port = parts.hostname or "", parts.port
    started = time.monotonic()
    connection = (
        http.client.HTTPSConnection(host, port, timeout=access.timeout_s, context=ssl.create_default_context())
        if parts.scheme == "https"
        else http.client.HTTPConnection(host, port, timeout=access.timeout_s)
    )
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    try:
        if access.key_file is not None:
            headers["Authorization"] = f"Bearer {access.key_file.read_text('utf-8').strip()}"
        connection.request("POST", f"{parts.path.rstrip('/')}/chat/completions", body=request, headers=headers)
        response = connection.getresponse()
        data = bytearray()
        while len(data) <= _MOST_BYTES:
            if time.monotonic() - started > access.timeout_s:
                return 0, None, b"too slow"
            part = response.read1(65_536)
            if not part:
                return response.status, _seconds(response.getheader("Retry-After")), bytes(data)
            data += part
        return 0, None, b"too long"
    except TimeoutError:
        return 0, None, b"too slow"
    except (OSError, http.client.HTTPException, UnicodeError, ValueError) as error:
        # The words of such errors may hold the header that could not be sent.
        return 0, None, type(error).__name__.encode()
    finally:
        connection.close()


def _seconds(value: str | None) -> float | None:
    return float(value) if value is not None and value.isascii() and value.isdigit() else None


def _answer(value: Any) -> Answer:
    try:
        content = value["choices"][0]["message"]["content"]
        usage = value.get("usage") or {}
        tokens = (int(usage.get("prompt_tokens") or 0), int(usage.get("completion_tokens") or 0))
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise ModelError("the model's answer has not the form of a chat completion") from error
    if not isinstance(content, str):
        raise ModelError("the model's answer holds no text")
    return Answer(content, *tokens, False)

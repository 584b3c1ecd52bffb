"""Answers one path without a server: what `rashomon get` prints."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app.serve.application import create_app
from app.settings import Settings


def answer_path(settings: Settings, snapshot: Path, path: str, accept: str) -> tuple[int, bytes]:
    """Return status and body of a GET."""
    return asyncio.run(_answer(settings, snapshot, path, accept))


async def _answer(settings: Settings, snapshot: Path, path: str, accept: str) -> tuple[int, bytes]:
    app = create_app(settings.model_copy(update={"workers": 1}), snapshot)
    parts = urlsplit(path)
    scope: dict[str, Any] = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": parts.path, "raw_path": parts.path.encode(), "query_string": parts.query.encode(), "root_path": "",
        "headers": [(b"host", b"localhost"), (b"accept", accept.encode())], "client": None, "server": ("localhost", 80),
    }  # fmt: skip
    status, chunks = 500, []
    ended = asyncio.Event()
    sent = False

    async def receive() -> MutableMapping[str, Any]:
        nonlocal sent
        if not sent:
            sent = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await ended.wait()
        return {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        elif message["type"] == "http.response.body":
            chunks.append(message.get("body", b""))

    site = app.site
    await site.open()
    try:
        await app(scope, receive, send)
    finally:
        ended.set()
        await site.close()
    return status, b"".join(chunks)

"""Sends an answer as it comes: stops when the client goes, drops an idle reader, and cuts what fails midway."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from app.errors import RashomonError
from app.query import Answer
from app.serve.logs import log
from app.serve.protocol import Receive, Scope, Send

_UNWATCHED_S = 0.02


async def while_connected(work: asyncio.Task[None], receive: Receive) -> None:
    """Let a task run to its end, or end it when its client has gone. What it raises is raised."""
    gone: asyncio.Task[None] | None = None
    try:
        # Most answers are there before watching would be: the watch begins with those that are not.
        await asyncio.wait({work}, timeout=_UNWATCHED_S)
        if not work.done():
            gone = asyncio.create_task(_disconnected(receive))
            await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            work.result()
    finally:
        for task in (gone, work):
            if task is not None and not task.done():
                task.cancel()
                with suppress(asyncio.CancelledError, RashomonError):
                    await task


async def stream(
    answer: Answer, headers: list[tuple[bytes, bytes]], scope: Scope, send: Send, *, write_timeout_s: float
) -> None:
    """Send the whole answer. A failure before the first chunk is raised; a later one cuts the connection."""
    has_begun = False
    try:
        async for chunk in answer.chunks():
            if not has_begun and answer.is_complete:
                length = (b"content-length", str(len(chunk)).encode())
                await send({"type": "http.response.start", "status": 200, "headers": [*headers, length]})
                await send({"type": "http.response.body", "body": chunk})
                return
            if not has_begun:
                has_begun = True
                await send({"type": "http.response.start", "status": 200, "headers": headers})
            message = {"type": "http.response.body", "body": chunk, "more_body": True}
            await _send_while_read(message, scope, send, write_timeout_s=write_timeout_s)
    except (RashomonError, TimeoutError) as error:
        if not has_begun:
            raise
        log("cut", level="warning", why=str(error) or "the reader took nothing")
        await cut(scope, error)
        return
    if not has_begun:
        await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def _send_while_read(message: dict[str, Any], scope: Scope, send: Send, *, write_timeout_s: float) -> None:
    """Send, for as long as the reader takes anything. Raises TimeoutError where he has taken nothing for so long.

    What counts is what he has acknowledged: a whole chunk may take a slow reader longer than he may stand still.
    """
    next_look: asyncio.TimerHandle
    unsent: Callable[[], int] | None = scope.get("extensions", {}).get("rashomon.unsent")
    loop = asyncio.get_running_loop()
    before: int | None = None

    async with asyncio.timeout(write_timeout_s) as limit:

        def look() -> None:
            nonlocal before, next_look
            now = unsent() if unsent is not None else 0
            if before is not None and now < before:
                limit.reschedule(loop.time() + write_timeout_s)
            before = now
            next_look = loop.call_later(write_timeout_s / 4, look)

        next_look = loop.call_later(write_timeout_s / 4, look)
        try:
            await send(message)
        finally:
            next_look.cancel()


async def cut(scope: Scope, error: Exception) -> None:
    """Break the connection off, so that nobody takes what came for the whole. Raises where there is none to break."""
    abort = scope.get("extensions", {}).get("rashomon.abort")
    if abort is None:
        raise error
    abort()
    await asyncio.sleep(0)  # the server learns of it


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass

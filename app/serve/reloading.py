"""When a new snapshot is published: seen by a link that moved or told by SIGHUP, then switched to."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

from app.errors import RashomonError
from app.serve.logs import log


class Watcher:
    """Follows a `current` link: calls `switch` with the directory it has come to point to."""

    def __init__(self, link: Path, served: Callable[[], Path], switch: Callable[[Path], Awaitable[None]]) -> None:
        """`served` gives the directory that is served now."""
        self._link, self._served, self._switch = link, served, switch
        self._refused: Path | None = None

    async def run(self, interval_s: float) -> None:
        """Look every `interval_s`, and at once on SIGHUP, until cancelled."""
        loop = asyncio.get_running_loop()
        told = asyncio.Event()
        loop.add_signal_handler(signal.SIGHUP, told.set)
        try:
            while True:
                try:
                    await asyncio.wait_for(told.wait(), interval_s)
                    self._refused = None  # told to look again, even at what failed before
                except TimeoutError:
                    pass
                told.clear()
                await self._look()
        finally:
            loop.remove_signal_handler(signal.SIGHUP)

    async def _look(self) -> None:
        target = self._link.resolve()
        if not target.is_dir() or target in (self._served(), self._refused):
            return
        try:
            await self._switch(target)
            log("reloaded", snapshot=target.name)
        except (RashomonError, OSError, ValueError) as error:
            self._refused = target
            log("reload-failed", level="error", snapshot=target.name, error=type(error).__name__)

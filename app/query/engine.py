"""What every engine offers, be it workers over a snapshot of ours or a remote store: queries, and prepared ones."""

from __future__ import annotations

import asyncio
import json
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from app.query.cache import ResultCache
from app.query.request import JSON_RESULTS, Answer, Request


class Engine(ABC):
    """Answers requests; `cache`, where there is one, is asked first."""

    def __init__(self, root: Path) -> None:
        """`root` is the project folder with `queries/pages/`."""
        self.metrics: Counter[str] = Counter()
        self.cache: ResultCache | None = None
        self._root = root
        self._prepared: dict[str, str] = {}

    @property
    @abstractmethod
    def snapshot_id(self) -> str:
        """The id of the snapshot that is answered from."""

    @property
    @abstractmethod
    def has_workers(self) -> bool:
        """Whether a query could be answered."""

    @property
    @abstractmethod
    def isolation(self) -> dict[str, Any]:
        """What runs queries, and what it is kept from."""

    @abstractmethod
    def run_uncached(self, request: Request) -> AbstractAsyncContextManager[Answer]:
        """Run a query; leaving the block before the answer is complete stops it."""

    def frame_of(self, request: Request) -> bytes:
        """A query as a sprint takes it; nothing where there are none."""
        return b""

    def sprint(
        self, frame: bytes, client: str, done: Callable[[bytes | None], None], *, is_look_up: bool = False
    ) -> bool:
        """Begin a small query without a task of its own; False where that is not possible, as with most engines."""
        return False

    @abstractmethod
    async def close(self) -> None:
        """End what runs."""

    def run(self, request: Request) -> AbstractAsyncContextManager[Answer]:
        """Answer a query from the cache, or run it; raises as `run_uncached` does."""
        return self.run_uncached(request) if self.cache is None else self.cache.answer(request, self)

    async def run_prepared(self, name: str, bindings: Mapping[str, str]) -> list[dict[str, Any]]:
        """Run a prepared query of `queries/pages/` with variables bound to IRIs; return its rows as plain values.

        Without bindings the rows that the build kept are taken, where it kept them for this text.
        """
        if not bindings and (kept := await asyncio.to_thread(self.kept_rows, name)) is not None:
            return kept
        async with self.run(self.prepared_request(name, bindings, JSON_RESULTS)) as answer:
            body = json.loads(await answer.read())
        return [{key: cell["value"] for key, cell in row.items()} for row in body["results"]["bindings"]]

    def kept_rows(self, name: str) -> list[dict[str, Any]] | None:
        """The rows of a prepared query as the build of the snapshot found them; None where nothing is kept."""
        return None

    def prepared_request(self, name: str, bindings: Mapping[str, str], media_type: str) -> Request:
        """The request that a prepared query with bound variables makes."""
        return Request(text=self.prepared(name), bindings=bindings, media_type=media_type)

    def prepared(self, name: str) -> str:
        """The text of a prepared query."""
        if name not in self._prepared:
            self._prepared[name] = (self._root / "queries" / "pages" / f"{name}.rq").read_text("utf-8")
        return self._prepared[name]

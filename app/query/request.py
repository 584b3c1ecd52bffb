"""What is asked of an engine, and what it answers: the currency between workers, remote stores, cache and HTTP."""

from __future__ import annotations

import hashlib
import json
import struct
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

from app.query.normalising import normalised
from app.vocab import PREFIXES

JSON_RESULTS = "application/sparql-results+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One query: its text, the media type of its answer, its dataset, and variables bound to IRIs from outside."""

    text: str
    media_type: str = JSON_RESULTS
    default_graph_uris: tuple[str, ...] = ()
    named_graph_uris: tuple[str, ...] = ()
    bindings: Mapping[str, str] = field(default_factory=dict)
    store: str = "main"
    timeout_s: float | None = None
    base_iri: str | None = None

    def frame(self, max_bytes: int) -> bytes:
        """The request as it crosses to a worker."""
        has_prefixes = "turtle" in self.media_type or "trig" in self.media_type
        body = json.dumps(
            {
                "text": self.text,
                "media_type": self.media_type,
                "default_graphs": self.default_graph_uris,
                "named_graphs": self.named_graph_uris,
                "bindings": dict(self.bindings),
                "store": self.store,
                "union": True,
                "base_iri": self.base_iri,
                "max_bytes": max_bytes,
                "prefixes": PREFIXES if has_prefixes else None,
            }
        ).encode()
        return struct.pack("!I", len(body)) + body

    def key(self) -> str | None:
        """A hash that two requests share only where one snapshot gives both the same answer.

        None where an answer holds for its moment alone (`NOW`, `RAND`, `UUID`, `SERVICE`).
        """
        text = normalised(self.text)
        if text is None:
            return None
        dataset = (self.store, self.default_graph_uris, self.named_graph_uris, self.base_iri)
        parts = (text, self.media_type, dataset, sorted(self.bindings.items()))
        return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()


class Answer(ABC):
    """The answer to one query as it streams; `media_type` and `snapshot_id` are known before the first chunk."""

    media_type: str
    snapshot_id: str
    is_complete = False
    origin = "engine"  # or "cache", or "shared": the answer of an equal query that was running already

    @abstractmethod
    def chunks(self) -> AsyncIterator[bytes]:
        """Yield the bytes. What goes wrong on the way is raised, never a tidy end."""

    async def read(self) -> bytes:
        """Return the whole answer."""
        return b"".join([chunk async for chunk in self.chunks()])

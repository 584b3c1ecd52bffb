"""What is asked of an engine, and what it answers: the currency between workers, remote stores, cache and HTTP."""

from __future__ import annotations

import hashlib
import json
import struct
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from app.query.normalising import has_dataset, normalised
from app.settings import Settings
from app.vocab import PREFIXES

JSON_RESULTS = "application/sparql-results+json"


class Operation(StrEnum):
    """What a worker does with a request."""

    QUERY = "query"
    READ_GRAPH = "read-graph"
    UPDATE = "update"
    PUT_GRAPH = "put-graph"
    POST_GRAPH = "post-graph"
    DELETE_GRAPH = "delete-graph"

    @property
    def changes(self) -> bool:
        """Whether the store is another after it."""
        return self not in (Operation.QUERY, Operation.READ_GRAPH)


@dataclass(frozen=True, slots=True)
class Most:
    """How large an answer may be: its bytes, and its rows or triples."""

    bytes: int
    rows: int

    @classmethod
    def of(cls, settings: Settings) -> Most:
        """What the settings allow."""
        return cls(settings.result_max_bytes, settings.result_max_rows)


@dataclass(frozen=True, kw_only=True)
class Request:
    """One query: its text, the media type of its answer, its dataset, and variables bound to IRIs from outside.

    Operations on graphs name the graph (None: the default graph) instead of a text; what is to be written comes in
    `parts`, each with its media type. `client` is whose turn it takes where many wait.
    """

    text: str = ""
    media_type: str = JSON_RESULTS
    default_graph_uris: tuple[str, ...] = ()
    named_graph_uris: tuple[str, ...] = ()
    bindings: Mapping[str, str] = field(default_factory=dict)
    store: str = "main"
    timeout_s: float | None = None
    base_iri: str | None = None
    operation: Operation = Operation.QUERY
    graph: str | None = None
    parts: tuple[tuple[str, bytes], ...] = ()
    client: str = ""

    def frame(self, most: Most, *, union: bool = True) -> bytes:
        """The request as it crosses to a worker; `union`: the default graph is all graphs where none is named."""
        has_prefixes = "turtle" in self.media_type or "trig" in self.media_type
        head = json.dumps(
            {
                "operation": self.operation,
                "text": self.text,
                "media_type": self.media_type,
                "default_graphs": self.default_graph_uris,
                "named_graphs": self.named_graph_uris,
                "bindings": dict(self.bindings),
                "store": self.store,
                "union": union and not has_dataset(self.text),
                "base_iri": self.base_iri,
                "graph": self.graph,
                "parts": [(media_type, len(part)) for media_type, part in self.parts],
                "max_bytes": most.bytes,
                "max_rows": most.rows,
                "prefixes": PREFIXES if has_prefixes else None,
            }
        ).encode()
        return struct.pack("!I", len(head)) + head + b"".join(part for _, part in self.parts)

    @cached_property
    def key(self) -> str | None:
        """A hash that two requests share only where one snapshot gives both the same answer.

        None where an answer holds for its moment alone (`NOW`, `RAND`, `UUID`, `SERVICE`), or is no query's.
        """
        text = normalised(self.text) if self.operation is Operation.QUERY else None
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
    is_look_up = False  # read from an index without the engine's planner (`look_ups.py`)
    origin = "engine"  # or "cache", or "shared": the answer of an equal query that was running already

    @abstractmethod
    def chunks(self) -> AsyncIterator[bytes]:
        """Yield the bytes. What goes wrong on the way is raised, never a tidy end."""

    async def read(self) -> bytes:
        """Return the whole answer."""
        return b"".join([chunk async for chunk in self.chunks()])

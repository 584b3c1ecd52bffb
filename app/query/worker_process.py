"""What runs inside a worker: it answers requests on its socket, one after the other, and nothing else.

Frames: a request is a 4-byte length, JSON and a body whose length the JSON gives; an answer's frame is a kind byte (H
header, D data, Z end, R result of a change, E error), a 4-byte length and the payload. Nothing is sent before the first
64 KB or the end, so that failures keep an honest status.
"""

from __future__ import annotations

import json
import re
import socket
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    QueryResultsFormat,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    Variable,
    serialize,
)

from app.errors import LimitError, UsageError
from app.query.binding import bind_variables
from app.query.kept_graphs import KeptGraph, kept_for
from app.query.look_ups import LookUp, read_look_up
from app.query.mending import lower_booleans, mend, mend_paths
from app.query.request import JSON_RESULTS
from app.query.rewriting import Rewriter
from app.query.rows import RowCounter, can_count, too_many
from app.query.statistics import Statistics
from app.query.xml_characters import MEDIA_TYPES as XML
from app.query.xml_characters import UnwritableError, XmlCharacters

Stores = dict[str, Store]
_Parts = list[tuple[str, bytes]]
_FIRST_BYTES = 65_536
_REMEMBERED_BYTES = 4_096
_LOAD = re.compile(r"\bLOAD\b", re.IGNORECASE)
_QUADS = (RdfFormat.N_QUADS, RdfFormat.TRIG)


# Of the stores whose counts are known; filled before workers are forked.
_rewriters: dict[str, Rewriter] = {}
_kept: dict[str, KeptGraph] = {}


def rewrite_by(statistics: Statistics | None, kept: Mapping[str, KeptGraph] | None = None) -> None:
    """Let workers forked from now on put queries to the main store differently, by its counts (None: as they come),
    and give descriptions that the build kept."""
    _rewriters.clear()
    _remembered.cache_clear()
    _kept.clear()
    _kept.update(kept or {})
    if statistics is not None:
        _rewriters["main"] = Rewriter(statistics)


class MissingGraphError(Exception):
    """The store has no such graph."""


class OutsideError(Exception):
    """A change would load what no worker can reach."""


def work(channel: socket.socket, stores: Stores, *, once: bool = False) -> bool:
    """Answer requests until the channel closes, or one; whether the last one succeeded."""
    incoming, found = _Incoming(channel), bytearray()
    while True:
        head = incoming.take(4)
        text = incoming.take(struct.unpack("!I", head)[0]) if head is not None else None
        if text is None:
            return False
        request = _remembered(text) if len(text) <= _REMEMBERED_BYTES else _read(text)
        answer = _looked_up(stores, request)
        found += answer
        if found and (not answer or len(found) >= _FIRST_BYTES or not incoming.has_request()):
            channel.sendall(found)
            found.clear()
        if answer:
            continue
        parts: _Parts = []
        for media_type, size in request.facts["parts"]:
            part = incoming.take(size)
            if part is not None:
                parts.append((media_type, part))
        failure = _attempt(channel, stores, request, parts)
        if failure is not None:
            send(channel, b"E", json.dumps(failure).encode())
        if once:
            return failure is None


class _Incoming:
    """The bytes of requests: taken from the channel as many as there are, given out as many as are asked for."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._data = bytearray()
        self._part = memoryview(bytearray(_FIRST_BYTES))  # one for all: to allocate so much costs more than a look-up

    def take(self, size: int) -> bytes | None:
        """Exactly so many bytes; None where the channel closed before."""
        while len(self._data) < size:
            count = self._channel.recv_into(self._part)
            if not count:
                return None
            self._data += self._part[:count]
        taken = bytes(self._data[:size])
        del self._data[:size]
        return taken

    def has_request(self) -> bool:
        """Whether another request without a body is here already."""
        return len(self._data) >= 4 + struct.unpack_from("!I", self._data)[0] if len(self._data) >= 4 else False


@dataclass(frozen=True, slots=True)
class _Request:
    """What is asked for: the facts as they came, and of a query what the engine is called with (`as_it_came`: before
    it was put differently)."""

    facts: dict[str, Any]
    store: str = ""
    text: str = ""
    as_it_came: str = ""
    options: dict[str, Any] | None = None
    look_up: LookUp | None = None
    kept: KeptGraph | None = None


def _read(text: bytes) -> _Request:
    """Read a request. What is wrong with a query's names is left for the attempt to find."""
    facts = json.loads(text)
    try:
        return _question(facts) if facts["operation"] == "query" else _Request(facts)
    except (ValueError, SyntaxError):
        return _Request(facts)


@lru_cache(maxsize=256)
def _remembered(text: bytes) -> _Request:
    """A request that is short enough to be read once only: look-ups come again and again."""
    return _read(text)


def _question(facts: dict[str, Any]) -> _Request:
    """Put a query as the engine takes it. Raises ValueError for a name that is no IRI, SyntaxError for a wrong text."""
    name, _, view = facts["store"].partition("/")
    defaults = [NamedNode(iri) for iri in facts["default_graphs"]]
    named = [NamedNode(iri) for iri in facts["named_graphs"]]
    if view:
        defaults = named = [NamedNode(view)]
    options: dict[str, Any] = {}
    if defaults or named:
        options = {"default_graph": defaults, "named_graphs": named}
    elif facts["union"]:
        options = {"use_default_graph_as_union": True}
    bound: Any = {Variable(k): NamedNode(v) for k, v in facts["bindings"].items()}
    text = facts["text"]
    if bound:
        # The engine plans for what stands in the text; beside it, a variable is planned for as if it were free, and a
        # page about one document would look at all of them (measured at a million quads: 7,800 and 1.5 ms).
        with suppress(UsageError):
            text, bound = bind_variables(text, facts["bindings"]), {}
    text = lower_booleans(text)
    put = mend(text)
    is_whole = facts["union"] and not (defaults or named)
    if name == "main" and is_whole and not bound and "main" in _rewriters:
        put = _rewriters["main"].rewrite(put)
    look_up = read_look_up(put, facts["media_type"]) if is_whole and not bound else None
    kept = kept_for(_kept, facts["text"]) if name == "main" and is_whole and facts["bindings"] else None
    if bound:
        options["substitutions"] = bound
    return _Request(facts, name, put, text, {"base_iri": facts["base_iri"], **options}, look_up, kept)


def _looked_up(stores: Stores, request: _Request) -> bytes:
    """The whole answer to a look-up; nothing where the engine is to be asked."""
    if request.look_up is None or request.look_up.is_for_engine:
        return b""
    facts, body = request.facts, None
    with suppress(Exception):  # the engine finds it too, and says what it is
        body = request.look_up.answer(stores[request.store], max_rows=facts["max_rows"], max_bytes=facts["max_bytes"])
    return _LOOK_UP_HEAD + frame(b"D", body) + _END if body is not None else b""


def _attempt(channel: socket.socket, stores: Stores, request: _Request, parts: _Parts) -> dict[str, str] | None:
    """Do what is asked; what went wrong is returned in words."""
    facts = request.facts
    try:
        if facts["operation"] == "query":
            _query(channel, stores, request if request.options is not None else _question(facts))
        elif facts["operation"] == "read-graph":
            _read_graph(channel, stores["main"], facts)
        else:
            result = _change(stores["main"], facts, parts)
            send(channel, b"R", json.dumps(result).encode())
    except SyntaxError as error:
        where = f"{error.lineno}:{error.offset}" if error.lineno else ""
        return {"kind": "query", "what": str(error.msg), "where": where}
    except UnicodeError as error:
        return {"kind": "query", "what": "the text holds what is no Unicode character", "where": str(error.args[2:3])}
    except LimitError as error:
        return {"kind": "limit", "what": error.what}
    except UnwritableError:
        return {"kind": "unwritable", "what": "the answer holds a character that XML cannot carry"}
    except MemoryError:
        return {"kind": "limit", "what": "the query needs more memory than it may have"}
    except OutsideError:
        return {"kind": "outside", "what": "LOAD reaches nothing from here, neither a file nor another server"}
    except MissingGraphError:
        return {"kind": "missing", "what": "there is no such graph"}
    except ValueError as error:  # a name that is no IRI, a body that is no RDF
        return {"kind": "query", "what": str(error)[:500]}
    except (OSError, RuntimeError, KeyError) as error:
        return {"kind": "failed", "what": str(error)[:500]}
    except BaseException as error:  # noqa: BLE001 - a panic of the engine comes as an error outside all others
        return {"kind": "failed", "what": f"the engine failed: {type(error).__name__}"}
    return None


def _query(channel: socket.socket, stores: Stores, request: _Request) -> None:
    facts, options = request.facts, request.options or {}
    if request.kept is not None and (described := request.kept.triples(facts["bindings"])) is not None:
        _write_graph(channel, facts, described)
        return
    store, text = stores[request.store], request.text
    if not options.keys() & {"default_graph", "substitutions"}:
        text = mend_paths(text, _holder(store, is_union=facts["union"]))
    try:
        results = store.query(text, **options)
    except (SyntaxError, ValueError):
        if text == request.as_it_came:
            raise
        results = store.query(request.as_it_came, **options)  # what is wrong has its place in this text
    media = facts["media_type"]
    if isinstance(results, QueryTriples):
        _write_graph(channel, facts, results)
        return
    writer: Any = _Writer(channel, facts)
    form = QueryResultsFormat.from_media_type(media)
    assert form is not None
    results.serialize(writer, form)
    writer.close_answer()


def _write_graph(channel: socket.socket, facts: dict[str, Any], triples: Iterable[Triple]) -> None:
    media = facts["media_type"]
    writer: Any = _Writer(channel, facts)
    given = triples if can_count(media) else _at_most(facts["max_rows"], triples)
    serialize(given, writer, format=_rdf_format(media), prefixes=facts["prefixes"] or None)
    writer.close_answer()


def _holder(store: Store, *, is_union: bool) -> Callable[[str], bool]:
    """Whether a triple of the default graph has a term as its subject or object."""
    graph = None if is_union else DefaultGraph()

    def holds(iri: str) -> bool:
        node = NamedNode(iri)
        found = (store.quads_for_pattern(node, None, None, graph), store.quads_for_pattern(None, None, node, graph))
        return any(True for quads in found for _ in quads)

    return holds


def _read_graph(channel: socket.socket, store: Store, request: dict[str, Any]) -> None:
    """Send one graph; the default graph of a snapshot is all of them."""
    media = request["media_type"]
    writer: Any = _Writer(channel, request)
    prefixes = request["prefixes"] or None
    if request["graph"] is None and request["union"]:
        everything = store.query("CONSTRUCT WHERE { ?s ?p ?o }", use_default_graph_as_union=True)
        assert isinstance(everything, QueryTriples)
        serialize(_at_most(request["max_rows"], everything), writer, format=_rdf_format(media), prefixes=prefixes)
    else:
        graph = NamedNode(request["graph"]) if request["graph"] is not None else DefaultGraph()
        if isinstance(graph, NamedNode) and not store.contains_named_graph(graph):
            raise MissingGraphError
        store.dump(writer, _rdf_format(media), from_graph=graph, prefixes=prefixes)
    writer.close_answer()


def _change(store: Store, request: dict[str, Any], parts: _Parts) -> dict[str, Any]:
    """Apply an update, or put, extend or drop one graph; says whether the graph is new."""
    if request["operation"] == "update":
        try:
            store.update(request["text"], base_iri=request["base_iri"])
        except (OSError, RuntimeError) as error:
            if _LOAD.search(request["text"]):
                raise OutsideError from error
            raise
        return {"created": False}
    graph = NamedNode(request["graph"]) if request["graph"] is not None else DefaultGraph()
    existed = isinstance(graph, DefaultGraph) or store.contains_named_graph(graph)
    if request["operation"] == "delete-graph":
        if not existed:
            raise MissingGraphError
        store.remove_graph(graph)
        return {"created": False}
    if request["operation"] == "put-graph":
        store.clear_graph(graph)
    if isinstance(graph, NamedNode):
        store.add_graph(graph)
    for media_type, part in parts:
        _load_part(store, graph, part, kind=_rdf_format(media_type), base_iri=request["base_iri"])
    return {"created": not existed}


def _load_part(store: Store, graph: NamedNode | DefaultGraph, part: bytes, *, kind: RdfFormat, base_iri: str) -> None:
    """Load a graph; of a dataset its default graph, and one with other graphs is refused."""
    if kind not in _QUADS:
        store.load(part, kind, base_iri=base_iri, to_graph=graph)
        return
    loaded = Store()
    loaded.load(part, kind, base_iri=base_iri)
    if any(True for _ in loaded.named_graphs()):
        raise ValueError("the body holds named graphs, and one graph was asked to be written")
    triples = loaded.dump(format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph()) or b""
    store.load(triples, RdfFormat.N_TRIPLES, to_graph=graph)


def _rdf_format(media_type: str) -> RdfFormat:
    found = RdfFormat.from_media_type(media_type)
    if found is None:
        raise ValueError(f"no RDF format {media_type}")
    return found


def _at_most(most: int, triples: Iterable[Triple]) -> Iterator[Triple]:
    """The triples of an answer, up to so many. Raises LimitError where there are more."""
    given = iter(triples)
    yield from islice(given, most)
    if next(given, None) is not None:
        raise LimitError(too_many(most))


class _Writer:
    """A file for serialisers: holds back the first 64 KB, then sends data frames; refuses beyond the limits."""

    __slots__ = (
        "_channel", "_header", "_limit", "_max_rows", "_media_type", "_parts", "_rows", "_size", "_total", "_xml"
    )  # fmt: skip

    def __init__(self, channel: socket.socket, request: dict[str, Any]) -> None:
        self._channel = channel
        self._header: bytes | None = _header(request["media_type"])
        self._parts: list[bytes] = []
        self._size = 0
        self._total = 0
        self._limit: int = request["max_bytes"]
        self._max_rows: int = request["max_rows"]
        self._media_type: str = request["media_type"]
        self._rows: RowCounter | None = None
        self._xml = XmlCharacters() if self._media_type in XML else None

    def write(self, data: Any) -> int:
        """Take bytes from the serialiser."""
        self._total += len(data)
        if self._total > self._limit:
            raise LimitError(f"the answer is larger than {self._limit} bytes")
        self._parts.append(bytes(data))
        self._size += len(data)
        if self._size >= _FIRST_BYTES:
            self._send()
        return len(data)

    def flush(self) -> None:
        """Nothing: what is held back is held back."""

    def close_answer(self) -> None:
        """Send what is held, and the end: a small answer crosses in one piece, header and all."""
        is_few = self._header is not None and self._total <= self._max_rows  # no row is shorter than a byte
        self._channel.sendall(self._held(is_few=is_few) + frame(b"Z", b""))

    def _send(self) -> None:
        self._channel.sendall(self._held(is_few=False))

    def _held(self, *, is_few: bool) -> bytes:
        """The frames of what is held, which then is held no longer. Raises LimitError or UnwritableError."""
        header, self._header = self._header, None
        parts, self._parts, self._size = self._parts, [], 0
        data = b"".join(parts)
        if self._xml is not None:
            data = self._xml.mended(data)
        if not is_few:
            self._rows = self._rows or RowCounter(self._media_type, self._max_rows)
            self._rows.add(data)
        head = frame(b"H", header) if header is not None else b""
        return head + frame(b"D", data) if data else head


@lru_cache(maxsize=64)
def _header(media_type: str) -> bytes:
    return json.dumps({"media_type": media_type}).encode()


def frame(kind: bytes, payload: bytes) -> bytes:
    """One frame of an answer."""
    return kind + struct.pack("!I", len(payload)) + payload


_END = frame(b"Z", b"")
_LOOK_UP_HEAD = frame(b"H", json.dumps({"media_type": JSON_RESULTS, "look_up": True}).encode())


def send(channel: socket.socket, kind: bytes, payload: bytes) -> None:
    """Send one frame."""
    channel.sendall(frame(kind, payload))


def receive(channel: socket.socket, size: int) -> bytes | None:
    """Receive exactly so many bytes; None where the channel closed before."""
    data = bytearray()
    while len(data) < size:
        part = channel.recv(min(size - len(data), 1_048_576))
        if not part:
            return None
        data += part
    return bytes(data)

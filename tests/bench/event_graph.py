"""A snapshot of the event model of any size, written by the house's own mapping and store: same size, same hash."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from pyoxigraph import Quad, Store

from app import mapping
from app import store as snapshots
from app.mapping import MappedDocument, Source
from app.model import Document
from app.query.kept_graphs import describe
from app.store.prepared import prepare
from app.vocab import Minter
from tests.bench.invented_documents import invent_document, join_matters
from tests.bench.invented_reference import Invented, invent_reference

ROOT = Path(__file__).parents[2]
CACHE = ROOT / "build" / "bench"
_QUADS_PER_DOCUMENT, _QUADS_BESIDE = 436, 18_200
_VERSION = 3  # raised when the generator changes, so that no older graph is taken for this one


@dataclass(frozen=True, slots=True)
class EventGraph:
    """What was generated: documents with their quads, and all quads by the graph they stand in."""

    invented: Invented
    documents: tuple[Document, ...]
    mapped: tuple[MappedDocument, ...]
    derived: tuple[Quad, ...]

    def quads(self) -> Iterator[Quad]:
        """Every quad of the main store, the ontology's among them."""
        for document in self.mapped:
            yield from document.quads
        yield from self.derived
        yield from self.invented.quads
        yield from snapshots.load_ontology(ROOT / "ontology" / "cev.ttl", Minter().graph("ontology"))


def generate(documents: int, spool: snapshots.GraphLines | None = None) -> EventGraph:
    """Generate a graph of so many documents; with a spool, their quads go there as they are made and are not kept."""
    minter = Minter()
    with tempfile.TemporaryDirectory() as folder:
        invented = invent_reference(Path(folder, "reference"), ROOT / "data" / "reference" / "instruments.ttl")
    written = [invent_document(n, max(4, documents // 2), invented) for n in range(documents)]
    records = [r for _, r, _ in written]
    linking = join_matters(records)
    nodes = mapping.mint_events(records, linking, minter)
    mapped: list[MappedDocument] = []
    for d, r, p in written:
        made = mapping.map_document(
            d, r, events=nodes, reference=invented.by_iri, publisher=p, masked=(), minter=minter
        )
        if spool is not None:
            spool.add_quads(made.quads)
            made = replace(made, quads=())
        mapped.append(made)
    sources = [Source(d, r, m, p) for (d, r, p), m in zip(written, mapped, strict=True)]
    facts = mapping.map_dataset(
        agents=["invented.v1"], documents=documents, statements=sum(len(m.statements) for m in mapped),
        events=len({nodes.of(*pair) for m in mapped for pair in m.events}), version="bench", minter=minter,
    )  # fmt: skip
    derived = (
        *mapping.map_linking(linking, nodes, records, invented.by_iri, minter).quads(),
        *mapping.map_propositions(sources, nodes, invented.by_iri, minter).quads(),
        *facts.quads(),
    )
    return EventGraph(invented, tuple(d for d, _, _ in written), tuple(mapped), derived)


def snapshot_of(quads: int) -> Path:
    """Return a snapshot of about so many quads, generated once and kept under `build/bench/`."""
    place = CACHE / f"event-graph-{_VERSION}-{quads}"
    if (place / "manifest.json").is_file():
        return place
    partial = place.with_name(f".{place.name}-{os.getpid()}")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    lines = snapshots.GraphLines(partial)
    lines.add_quads(generate(max(3, (quads - _QUADS_BESIDE) // _QUADS_PER_DOCUMENT), lines).quads())
    store = Store.read_only(str(snapshots.load_store(partial, lines)))
    queries = ROOT / "queries" / "pages"
    kept = chain(prepare(store, queries), describe(store, queries, Minter().base))
    snapshots.write_snapshot(partial, lines, manifest={"versions": {"generator": _VERSION}}, report={}, extras=kept)
    shutil.rmtree(place, ignore_errors=True)
    partial.rename(place)
    return place


def size_of(snapshot: Path) -> int:
    """How many quads a snapshot holds."""
    return int(json.loads((snapshot / "manifest.json").read_text("utf-8"))["quads"])

"""What a build writes beside the graph for pages: what is held back (counts), texts that may be shown, what changed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pyoxigraph import Quad

from app import store as snapshots
from app.mapping import EventNodes, MappedDocument
from app.mapping.privacy import mask
from app.model import Document, Records, Span, TextRights
from app.store.comparing import compare
from app.store.snapshot import read_quads
from app.vocab import Minter, segment

Taken = tuple[Document, Records, tuple[Span, ...], MappedDocument]


def page_files(taken: Iterable[Taken], events: EventNodes, minter: Minter) -> dict[str, bytes]:
    """Return files by name.

    `held_back.json` counts what waits for a person, by document and event, and nothing of its content; `texts/…` hold
    texts that may be published whole, private persons blacked out.
    """
    documents: Counter[str] = Counter()
    about: Counter[str] = Counter()
    files: dict[str, bytes] = {}
    for document, records, masked, mapped in taken:
        by_id = {s.id: s for s in records.statements}
        documents[minter.document(document.id)] += len(mapped.held_back)
        for name in mapped.held_back:
            about[events.of(document.id, by_id[name].account.event)] += 1
        if document.text_rights is TextRights.FULL:
            text, _ = mask(document.text, 0, masked)
            files[text_file(document.id)] = text.encode()
    counts = {"documents": {k: n for k, n in documents.items() if n}, "events": dict(about)}
    return {**files, "held_back.json": as_json(counts)}


def text_file(document_id: str) -> str:
    """The name under which a snapshot keeps a text that may be published."""
    return f"texts/{segment(document_id)}.txt"


def changes(before: Path | None, quads: Iterable[Quad]) -> bytes:
    """Which statements were added, removed and changed since the snapshot before; nothing to compare gives null."""
    if before is None:
        return as_json(None)
    found = compare(read_quads(before), quads)
    return as_json({"before": snapshots.read_manifest(before)["id"], **asdict(found)})


def as_json(value: Any) -> bytes:
    """A value as JSON that is the same each time."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode()

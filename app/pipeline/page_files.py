"""What a build writes beside the graph for pages: what is held back (counts), texts that may be shown, what changed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app import store as snapshots
from app.mapping import EventNodes
from app.mapping.privacy import mask
from app.model import TextRights
from app.pipeline.reading import ReadDocument
from app.store.canonical import read_dump
from app.store.comparing import compare
from app.store.snapshot import DUMP
from app.vocab import Minter, segment


def page_files(
    documents: Iterable[ReadDocument], held_back: Mapping[str, Sequence[str]], events: EventNodes, minter: Minter
) -> Iterator[tuple[str, bytes]]:
    """Yield files with their names; `held_back` gives the ids of statements by document.

    `held_back.json` counts what waits for a person, by document and event, and nothing of its content; `texts/…` hold
    texts that may be published whole, private persons blacked out.
    """
    waiting: Counter[str] = Counter()
    about: Counter[str] = Counter()
    for read in documents:
        document = read.document
        held = held_back.get(document.id, ())
        if held:
            by_id = {s.id: s for s in read.records.statements}
            waiting[minter.document(document.id)] += len(held)
            about.update(events.of(document.id, by_id[name].account.event) for name in held)
        if document.text_rights is TextRights.FULL:
            text, _ = mask(document.text, 0, read.masked)
            yield text_file(document.id), text.encode()
    yield "held_back.json", as_json({"documents": dict(waiting), "events": dict(about)})


def text_file(document_id: str) -> str:
    """The name under which a snapshot keeps a text that may be published."""
    return f"texts/{segment(document_id)}.txt"


def changes(before: Path | None, lines: Iterable[bytes]) -> bytes:
    """Which statements were added, removed and changed since the snapshot before; nothing to compare gives null."""
    if before is None:
        return as_json(None)
    found = compare(read_dump(before / DUMP), lines)
    return as_json({"before": snapshots.read_manifest(before)["id"], **asdict(found)})


def as_json(value: Any) -> bytes:
    """A value as JSON that is the same each time."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode()

"""Build throughput: documents per CPU-second, with the share of each room."""

# ruff: noqa: B023 - every room runs what it is given before the next one is made

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app import mapping, pipeline
from app.documents import list_files, read_file
from app.link import link_events
from app.model import Document, ReferenceEntry, SetAside
from app.settings import Settings
from app.validate import Validator
from app.vocab import Minter

ROOT = Path(__file__).parents[2]


def main(rounds: int = 3) -> None:
    """Print the table, over the demonstration documents read by the extractor (their reviews left aside)."""
    settings = Settings.load({}, root=ROOT)
    reader = pipeline.Reader.open(settings)
    jobs = list_files([ROOT / "data" / "documents"])
    spent: dict[str, float] = {}

    def room(name: str, run: Callable[[], Any]) -> Any:
        started = time.process_time()
        result = run()
        spent[name] = spent.get(name, 0.0) + time.process_time() - started
        return result

    def read(job: tuple[Path, Path]) -> Document | SetAside:
        return read_file(*job, max_file_bytes=settings.max_file_bytes, max_text_chars=settings.max_text_chars)

    first = read(jobs[0])
    assert isinstance(first, Document)
    reader.extract(first)
    minter = Minter(settings.base)
    reference: dict[str, ReferenceEntry] = {e.iri: e for e in reader.linker.reference.entries}
    validator = Validator(ROOT / "shapes", ROOT / "ontology" / "cev.ttl")
    for _ in range(rounds):
        documents = room("documents", lambda: [read(job) for job in jobs])
        found = room("extract", lambda: [reader.extract(d) for d in documents])
        found = room("link", lambda: [reader.linker.link(d, r) for d, r in zip(documents, found, strict=True)])
        linking = room("link", lambda: link_events(documents, found))
        safe = room("mapping", lambda: [mapping.protect(d, r) for d, r in zip(documents, found, strict=True)])
        events = mapping.mint_events([s.records for s in safe], linking, minter)
        mapped = room(
            "mapping",
            lambda: [
                mapping.map_document(
                    d, s.records, events=events, reference=reference, publisher=None, masked=s.masked, minter=minter
                )
                for d, s in zip(documents, safe, strict=True)
            ],
        )
        room(
            "validate",
            lambda: [
                validator.check_document(m.quads, document_id=d.id, path=d.path, text=d.text)
                for d, m in zip(documents, mapped, strict=True)
            ],
        )
    total = sum(spent.values())
    count = rounds * len(jobs)
    print(f"build: {count / total:.0f} documents per CPU-second ({total / count * 1000:.1f} ms each)")
    for name, seconds in spent.items():
        print(f"  {name:<10} {100 * seconds / total:5.1f} %  {seconds / count * 1000:6.2f} ms per document")


if __name__ == "__main__":
    main()

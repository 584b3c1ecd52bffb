"""What is asked of documents and snapshots without building: check, query, review, doctor."""

from __future__ import annotations

import asyncio
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app import store as snapshots
from app.documents import list_files, read_file
from app.errors import DocumentError, NotFoundError, UsageError
from app.extract.review_difference import compare
from app.extract.review_template import write_review
from app.extract.reviews import apply_review, load_review
from app.model import Document, SetAside
from app.pipeline.building import build_graph, software_version
from app.pipeline.reading import EXTRACTOR, Progress, Reader
from app.query import Form, Limits, QueryPool, Request, inspect, negotiate
from app.settings import Settings
from app.validate import lint_shapes
from app.vocab import Minter


def current_snapshot(settings: Settings) -> Path | None:
    """The directory of the published snapshot, or None."""
    return snapshots.current(settings.var)


def check(settings: Settings, progress: Progress) -> dict[str, Any]:
    """Check ontology, shapes, reference data, documents and reviews of the project, and publish nothing."""
    terms = snapshots.load_ontology(settings.root / "ontology" / "cev.ttl", Minter(settings.base).graph("ontology"))
    shapes = lint_shapes(settings.root / "shapes", terms)
    made = build_graph(settings, [settings.root / "data" / "documents"], progress)
    assert made.report is not None
    problems = [str(p) for p in shapes] + [str(s) for s in made.set_aside]
    problems += [f"{r.file or r.focus}: {r.message}" for r in made.report.violations]
    report = "\n".join(problems) or (
        f"{len(made.documents)} documents, {made.counts['statements']} statements,"
        f" {made.report.shapes_checked} shapes: everything conforms."
    )
    return {"problems": problems, "report": report, **made.counts}


def query(snapshot: Path, text: str, format_: str, settings: Settings) -> bytes:
    """Answer one query over a snapshot as the server would, through the same gate and a worker."""
    limits = Limits.of(settings)
    form = inspect(text, limits)
    if form is Form.UPDATE:
        raise UsageError(
            "a snapshot is not updated", advice="Corrections go through documents and reviews, and a new build."
        )
    media = negotiate(None, format_, form)

    async def ask() -> bytes:
        pool = await QueryPool.start(snapshot, settings.model_copy(update={"workers": 1}))
        try:
            async with pool.run(Request(text=text, media_type=media)) as answer:
                return await answer.read()
        finally:
            await pool.close()

    return asyncio.run(ask())


def review_template(settings: Settings, folders: Sequence[Path], document_id: str) -> str:
    """Return what the extractor reads in one document as a YAML for a person to correct."""
    document = _document(settings, folders, document_id)
    reader = Reader.open(settings)
    return write_review(document, reader.linker.link(document, reader.extract(document)), settings.base)


def review_difference(
    settings: Settings, folders: Sequence[Path], document_id: str, file: Path | None
) -> tuple[dict[str, Any], str]:
    """Return how a review (of data/reviews when no file is given) differs from what the reader finds, and in words.

    Raises NotFoundError where there is no review, ReviewError where it does not fit its document.
    """
    document = _document(settings, folders, document_id)
    path = file or settings.root / "data" / "reviews" / f"{document_id}.yaml"
    if not path.is_file():
        advice = f"Write one: rashomon review {document_id} -o {path}"
        raise NotFoundError("there is no review of this document", where=str(path), advice=advice)
    reader = Reader.open(settings)
    found = reader.linker.link(document, reader.extract(document))
    reviewed = reader.linker.link(document, apply_review(document, found, load_review(path, settings.base)))
    difference = compare(document, found.statements, reviewed.statements)
    notes = [str(note) for note in reviewed.set_aside]
    value = {
        "document": document.id,
        "reader": EXTRACTOR,
        "same": difference.same,
        "changes": [{"kind": c.kind, "id": c.statement.id, "differences": c.differences} for c in difference.changes],
        "notes": notes,
    }
    return value, "\n".join([difference.words(document), *notes])


def _document(settings: Settings, folders: Sequence[Path], document_id: str) -> Document:
    for folder, file in list_files(folders or [settings.root / "data" / "documents"]):
        if file.stem == document_id:
            limits = {"max_file_bytes": settings.max_file_bytes, "max_text_chars": settings.max_text_chars}
            document = read_file(folder, file, **limits)
            if isinstance(document, SetAside):
                raise DocumentError(document.reason, where=document.path, advice=document.advice)
            return document
    raise NotFoundError("no document has this id", where=document_id, advice="Give its folder with --documents.")


def doctor(settings: Settings) -> dict[str, Any]:
    """Say what is in force: versions, snapshot, isolation of workers, settings."""
    facts: dict[str, Any] = {"rashomon": software_version(), "python": platform.python_version(), "reader": EXTRACTOR}
    facts["snapshot"] = place = current_snapshot(settings)
    if place is not None:

        async def isolation() -> dict[str, Any]:
            pool = await QueryPool.start(place, settings.model_copy(update={"workers": 1}))
            await pool.close()
            return pool.isolation

        facts |= {f"worker {key}": value for key, value in asyncio.run(isolation()).items()}
    return facts | {f"setting {k}": v for k, v in settings.model_dump().items()}

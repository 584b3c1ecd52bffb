"""A checked graph to a snapshot with its dumps and what pages need, published or written to a folder."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, cast

from pyoxigraph import Store

from app import mapping
from app import store as snapshots
from app.errors import DataError, UsageError
from app.pipeline.building import Build, build_graph, software_version
from app.pipeline.page_files import as_json, changes, page_files
from app.pipeline.reading import Progress, reader_name
from app.pipeline.spool import Spool
from app.query.kept_graphs import describe
from app.settings import Settings
from app.store.ontology_terms import ontology_facts
from app.store.prepared import prepare
from app.store.snapshot import DUMP, STORE
from app.validate import render_json, render_table
from app.vocab import Minter

_DUMPS = {"turtle": "ttl", "trig": "trig", "jsonld": "jsonld", "csv": "csv"}


def build(
    settings: Settings, documents: Sequence[Path], sources: Sequence[Path], *, out: Path | None, progress: Progress
) -> dict[str, Any]:
    """Build a snapshot and publish it (or write it to `out`); return the summary of the command line's contract.

    Without folders, the project's `data/documents` is read. Raises DataError where nothing can be built, UsageError
    where a folder is missing, StoreError where the disk fails; then the published snapshot is as it was.
    """
    started = time.monotonic()
    folders = list(documents) or ([] if sources else [settings.root / "data" / "documents"])
    for folder in (*folders, *sources):
        if not folder.is_dir():
            raise UsageError(
                "this is no folder", where=str(folder), advice="Give a folder of documents with --documents."
            )
    if out is not None and out.exists() and any(out.iterdir()) and not (out / "manifest.json").is_file():
        raise UsageError(
            "the output folder holds something else", where=str(out), advice="Name a new or an empty folder."
        )
    staged = snapshots.staging(out.parent / f".{out.name}" if out is not None else settings.var)
    try:
        made = build_graph(settings, folders, progress, sources=sources, work=staged)
        assert made.report is not None
        if not made.report.conforms:
            raise DataError("the graph does not conform, so nothing is published", why="\n" + render_table(made.report))
        summary = made.summary()
        before = snapshots.current(settings.var) if out is None else None
        manifest = _write(staged, made, summary, settings, before, progress)
    except BaseException:
        shutil.rmtree(staged if out is None else staged.parents[1], ignore_errors=True)
        raise
    progress("publishing", 0, 1)
    if out is not None:
        shutil.rmtree(out, ignore_errors=True)
        staged.rename(out)
        shutil.rmtree(staged.parents[1], ignore_errors=True)
        place = out
    else:
        purge = bool(made.withdrawn)
        place = snapshots.publish(settings.var, staged, keep=settings.keep_snapshots, purge=purge)
    progress("publishing", 1, 1)
    seconds = round(time.monotonic() - started, 2)
    return {**summary, "hash": manifest["hash"], "snapshot": str(place), "seconds": seconds}


def _sources(documents: Spool) -> list[dict[str, Any]]:
    """What was read: each document by path and hash, each data set by the number and the common hash of its rows."""
    found: list[dict[str, Any]] = []
    rows: dict[str, list[str]] = {}
    for path, sha256, dataset in documents.sources():
        if dataset is None:
            found.append({"path": path, "sha256": sha256})
        else:
            rows.setdefault(path, []).append(sha256)
    for path, hashes in sorted(rows.items()):
        whole = hashlib.sha256("\n".join(hashes).encode()).hexdigest()
        found.append({"path": path, "rows": len(hashes), "sha256": whole})
    return found


def _write(
    staged: Path,
    made: Build,
    summary: Mapping[str, Any],
    settings: Settings,
    before: Path | None,
    progress: Progress,
) -> Mapping[str, Any]:
    """Write the snapshot with its dumps and what pages need."""
    assert made.report is not None
    minter = Minter(settings.base)
    counts = ("documents", "statements", "events", "propositions", "held_back", "shapes", "violations", "links")
    progress("writing the snapshot", 0, len(_DUMPS) + 1)
    store = Store.read_only(str(staged / STORE))
    standpoints = mapping.derive_standpoints(store, settings.root / "queries" / "standpoints", minter)
    del store
    snapshots.write_snapshot(
        staged,
        made.lines,
        manifest={
            "counts": {k: summary[k] for k in counts},
            "versions": {"rashomon": software_version(), "reader": reader_name(settings)},
            "base": settings.base,
            "sources": _sources(made.documents),
        },
        report={**json.loads(render_json(made.report)), "set_aside": summary["set_aside"], "notes": summary["notes"]},
        extras=_extras(staged, made, settings, before),
        standpoints=standpoints,
    )
    folder = staged / "dumps"
    folder.mkdir()
    shutil.copyfile(staged / DUMP, folder / "rashomon.nq.gz")
    for number, (format_, ending) in enumerate(_DUMPS.items(), start=1):
        progress("writing the snapshot", number, len(_DUMPS) + 1)
        with (folder / f"rashomon.{ending}.gz").open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, 0) as stream:
            snapshots.export(staged, format_, out=cast(BinaryIO, stream), folder=staged)
    progress("writing the snapshot", len(_DUMPS) + 1, len(_DUMPS) + 1)
    return snapshots.add_files(staged)


def _extras(staged: Path, made: Build, settings: Settings, before: Path | None) -> Iterator[tuple[str, bytes]]:
    """Yield what a snapshot holds for pages beside its graph."""
    ontology = settings.root / "ontology" / "cev.ttl"
    yield "ontology.ttl", ontology.read_bytes()
    facts = ontology_facts(
        ontology, made.lines, shapes=settings.root / "shapes", examples=settings.root / "queries" / "examples"
    )
    yield "ontology.json", as_json(facts)
    yield "withdrawn.json", as_json(made.withdrawn)
    yield "changes.json", changes(before, made.lines)
    yield from page_files(made.documents, made.held_back, made.events, Minter(settings.base))
    store, queries = Store.read_only(str(staged / STORE)), settings.root / "queries" / "pages"
    yield from prepare(store, queries)
    yield from describe(store, queries, settings.base)

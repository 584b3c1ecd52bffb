"""Folders of documents to a checked graph in memory, and to a published snapshot."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, BinaryIO, cast

from pyoxigraph import Quad, Store

from app import mapping
from app import store as snapshots
from app.documents import find_same_texts, list_files, part_twins
from app.errors import DataError, UsageError
from app.link import link_events, load_naming, load_reference
from app.mapping import EventNodes, MappedDocument, Source
from app.mapping.withdrawals import Withdrawals
from app.model import Linking, ReferenceEntry, SetAside
from app.pipeline.cluster import read_on_cluster
from app.pipeline.page_files import as_json, changes, page_files
from app.pipeline.reading import Progress, ReadDocument, Reader, read_all, reader_name
from app.pipeline.sources import read_sources
from app.settings import Settings
from app.store.ontology_terms import ontology_facts
from app.validate import Report, Validator, render_json, render_table, run_firewall
from app.vocab import Minter


@dataclass(slots=True)
class Build:
    """What a build found and made; `summary` is what the command line prints."""

    read: int = 0
    documents: list[ReadDocument] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)
    notes: list[SetAside] = field(default_factory=list)
    mapped: list[MappedDocument] = field(default_factory=list)
    report: Report | None = None
    quads: list[Quad] = field(default_factory=list)
    withdrawn: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    events: EventNodes = field(default_factory=lambda: EventNodes({}, {}))

    def summary(self) -> dict[str, Any]:
        """The keys of the contract; `read` counts every file that was looked at: taken and set aside."""
        assert self.report is not None
        return {
            "documents": len(self.documents),
            "read": self.read,
            "set_aside": [_as_dict(s) for s in self.set_aside],
            **self.counts,
            "held_back": sum(len(m.held_back) for m in self.mapped),
            "notes": [_as_dict(s) for s in self.notes],
            "shapes": self.report.shapes_checked,
            "violations": len(self.report.violations),
            "reading": self._reading(),
        }

    def _reading(self) -> dict[str, float]:
        """What the readers count of themselves, summed: unread documents; of a model tokens, cost, what it lost."""
        counts: dict[str, float] = {"unread": 0.0}
        for records in (read.records for read in self.documents):
            counts["unread"] += not records.read
            for name, value in records.counts:
                counts[name] = counts.get(name, 0.0) + value
        return {name: round(value, 6) for name, value in sorted(counts.items())}


def _as_dict(entry: SetAside) -> dict[str, Any]:
    return {
        "path": entry.path,
        "line": entry.line,
        "reason": entry.reason,
        "stage": entry.stage,
        "advice": entry.advice,
    }


def build_graph(
    settings: Settings,
    folders: Sequence[Path],
    progress: Progress,
    *,
    sources: Sequence[Path] = (),
    with_reviews: bool = True,
) -> Build:
    """Take folders of documents, and of event data sets (`sources`), to a checked graph in memory.

    Raises DataError where the ontology, the shapes or the reference data are wrong: then nothing can be checked.
    """
    build = Build()
    reader = Reader.open(settings, with_reviews=with_reviews)
    _, reference_quads = load_reference(settings.root / "data" / "reference", settings.base)
    naming = load_naming(settings.root / "data" / "naming.yaml")
    validator = Validator(
        settings.root / "shapes", settings.root / "ontology" / "cev.ttl", reference_quads, loaded_words=naming.words
    )
    build.withdrawn = {str(iri): reason for iri, reason in reader.withdrawals.reasons.items()}
    jobs = list_files(folders)
    documents_read = (
        read_on_cluster(jobs, settings, reader, progress, settings.scheduler)
        if settings.scheduler
        else read_all(jobs, settings, reader, progress)
    )
    read = (
        *documents_read,
        *read_sources(sources, settings, reader, progress),
    )
    _take(build, read)
    by_iri: dict[str, ReferenceEntry] = {e.iri: e for e in reader.linker.reference.entries}
    minter = Minter(settings.base)
    reports: list[Report] = []
    judged: dict[str, tuple[tuple[Quad, ...], Report]] = {}
    while True:
        documents, records = [d.document for d in build.documents], [d.records for d in build.documents]
        copies = find_same_texts(d for d in documents if d.dataset is None)
        linking = link_events(documents, records, reader.linker.reference, copies)
        events = mapping.mint_events(records, linking, minter)
        build.mapped = [_map(d, events, by_iri, minter, reader.withdrawals) for d in build.documents]
        reports = _validate(build, validator, progress, judged)
        if not _set_aside_failures(build, reports):
            break
    build.events = events
    derived = _derive(build, linking, events, by_iri, minter)
    ontology = snapshots.load_ontology(settings.root / "ontology" / "cev.ttl", minter.graph("ontology"))
    build.quads = [*(q for m in build.mapped for q in m.quads), *derived, *reference_quads, *ontology]
    progress("checking the whole graph", 0, 1)
    store = Store()
    store.bulk_extend(build.quads)
    firewall = run_firewall(store, settings.root / "queries" / "firewall")
    whole = validator.check_all(build.quads).merge([firewall])
    build.report = reports[0].merge([*reports[1:], whole]) if reports else whole
    return build


def _take(build: Build, read: Iterable[ReadDocument | SetAside]) -> None:
    """Take what was read; documents that share an id are all set aside."""
    taken: list[ReadDocument] = []
    for result in read:
        build.read += 1
        if isinstance(result, SetAside):
            build.set_aside.append(result)
        else:
            taken.append(result)
    alone, twins = part_twins([t.document for t in taken])
    build.set_aside.extend(twins)
    kept = {d.id for d in alone}
    build.documents = [t for t in taken if t.document.id in kept]
    build.documents.sort(key=lambda d: d.document.id)
    build.notes.extend(note for d in build.documents for note in d.notes)


def _map(
    read: ReadDocument,
    events: EventNodes,
    reference: dict[str, ReferenceEntry],
    minter: Minter,
    withdrawals: Withdrawals,
) -> MappedDocument:
    return mapping.map_document(
        read.document,
        read.records,
        events=events,
        reference=reference,
        publisher=read.publisher,
        masked=read.masked,
        minter=minter,
        withdrawn=frozenset(withdrawals.statements),
    )


def _validate(
    build: Build, validator: Validator, progress: Progress, judged: dict[str, tuple[tuple[Quad, ...], Report]]
) -> list[Report]:
    """Judge every document; one whose quads are as they were when it was `judged` keeps its report."""
    for number, (read, mapped) in enumerate(zip(build.documents, build.mapped, strict=True), start=1):
        document = read.document
        if document.id not in judged or judged[document.id][0] != mapped.quads:
            report = validator.check_document(
                mapped.quads,
                document_id=document.id,
                path=document.path,
                text=document.text,
                body_line=document.body_line,
            )
            judged[document.id] = (mapped.quads, report)
        progress("checking", number, len(build.documents))
    return [judged[read.document.id][1] for read in build.documents]


def _set_aside_failures(build: Build, reports: Sequence[Report]) -> bool:
    """Take out what does not conform: the statement where a result lies in one, else the document. True if anything
    went."""
    changed = False
    kept: list[ReadDocument] = []
    for read, mapped, report in zip(build.documents, build.mapped, reports, strict=True):
        if report.conforms:
            kept.append(read)
            continue
        changed = True
        behind = [mapped.statements_behind(r.focus) for r in report.violations]
        bad = frozenset().union(*behind)
        first = report.violations[0]
        where = (read.document.path, first.line)
        if not all(behind):
            build.set_aside.append(SetAside(*where, first.message, "validate", first.advice))
            continue
        for result in report.violations:
            build.notes.append(
                SetAside(read.document.path, result.line, f"statement set aside: {result.message}", "validate")
            )
        statements = tuple(s for s in read.records.statements if s.id not in bad)
        kept.append(replace(read, records=replace(read.records, statements=statements)))
    build.documents = kept
    return changed


def _derive(
    build: Build, linking: Linking, events: EventNodes, reference: dict[str, ReferenceEntry], minter: Minter
) -> list[Quad]:
    sources = [
        Source(read.document, read.records, mapped, read.publisher)
        for read, mapped in zip(build.documents, build.mapped, strict=True)
    ]
    records = [d.records for d in build.documents]
    joined = mapping.map_linking(linking, events, records, reference, minter)
    propositions = mapping.map_propositions(sources, events, reference, minter)
    statements = sum(len(m.statements) for m in build.mapped)
    used = {events.of(*pair) for m in build.mapped for pair in m.events}
    agents = {s.generated_by for r in records for s in r.statements if s.generated_by != "review"}
    agents |= {r.generator for r in records} | {m.decided_by for m in linking.merges}
    agents |= {f"reviewer {r.reviewer}" for r in records if r.reviewer}
    dataset = mapping.map_dataset(
        agents=agents,
        documents=len(build.documents),
        statements=statements,
        events=len(used),
        version=software_version(),
        minter=minter,
    )
    build.counts = {
        "statements": statements,
        "events": len(used),
        "propositions": propositions.count("Proposition"),
        "links": sum(1 for e in reference.values() if e.wikidata),
    }
    return [*joined.quads(), *propositions.quads(), *dataset.quads()]


def software_version() -> str:
    """The version of this software."""
    try:
        return version("rashomon")
    except PackageNotFoundError:
        return "0.0.0"


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
    made = build_graph(settings, folders, progress, sources=sources)
    assert made.report is not None
    if not made.report.conforms:
        raise DataError("the graph does not conform, so nothing is published", why="\n" + render_table(made.report))
    summary = made.summary()
    progress("writing the snapshot", 0, 1)
    staged = snapshots.staging(out.parent / f".{out.name}" if out is not None else settings.var)
    before = snapshots.current(settings.var) if out is None else None
    manifest = _write(staged, made, summary, settings, before)
    if out is not None:
        shutil.rmtree(out, ignore_errors=True)
        staged.rename(out)
        shutil.rmtree(staged.parents[1], ignore_errors=True)
        place = out
    else:
        purge = bool(made.withdrawn)
        place = snapshots.publish(settings.var, staged, keep=settings.keep_snapshots, purge=purge)
    progress("writing the snapshot", 1, 1)
    seconds = round(time.monotonic() - started, 2)
    return {**summary, "hash": manifest["hash"], "snapshot": str(place), "seconds": seconds}


def _sources(documents: Sequence[ReadDocument]) -> list[dict[str, Any]]:
    """What was read: each document by path and hash, each data set by the number and the common hash of its rows."""
    found: list[dict[str, Any]] = []
    rows: dict[str, list[str]] = {}
    for document in (d.document for d in documents):
        if document.dataset is None:
            found.append({"path": document.path, "sha256": document.sha256})
        else:
            rows.setdefault(document.path, []).append(document.sha256)
    for path, hashes in sorted(rows.items()):
        whole = hashlib.sha256("\n".join(hashes).encode()).hexdigest()
        found.append({"path": path, "rows": len(hashes), "sha256": whole})
    return found


def _write(
    staged: Path, made: Build, summary: Mapping[str, Any], settings: Settings, before: Path | None
) -> Mapping[str, Any]:
    """Write the snapshot with its dumps and what pages need."""
    assert made.report is not None
    minter = Minter(settings.base)
    ontology = settings.root / "ontology" / "cev.ttl"
    counts = ("documents", "statements", "events", "propositions", "held_back", "shapes", "violations", "links")
    snapshots.write_snapshot(
        staged,
        made.quads,
        manifest={
            "counts": {k: summary[k] for k in counts},
            "versions": {"rashomon": software_version(), "reader": reader_name(settings)},
            "base": settings.base,
            "sources": _sources(made.documents),
        },
        report={**json.loads(render_json(made.report)), "set_aside": summary["set_aside"], "notes": summary["notes"]},
        extras={
            "ontology.ttl": ontology.read_bytes(),
            "ontology.json": as_json(
                ontology_facts(
                    ontology,
                    made.quads,
                    shapes=settings.root / "shapes",
                    examples=settings.root / "queries" / "examples",
                )
            ),
            "withdrawn.json": as_json(made.withdrawn),
            "changes.json": changes(before, made.quads),
            **page_files(
                ((d.document, d.records, d.masked, m) for d, m in zip(made.documents, made.mapped, strict=True)),
                made.events,
                minter,
            ),
        },
        standpoints=mapping.derive_standpoints(made.quads, settings.root / "queries" / "standpoints", minter),
    )
    folder = staged / "dumps"
    folder.mkdir()
    for format_, ending in (
        ("turtle", "ttl"),
        ("trig", "trig"),
        ("nquads", "nq"),
        ("jsonld", "jsonld"),
        ("csv", "csv"),
    ):
        with (folder / f"rashomon.{ending}.gz").open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, 0) as stream:
            snapshots.export(staged, format_, out=cast(BinaryIO, stream))
    return snapshots.add_files(staged)

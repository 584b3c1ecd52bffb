"""Folders of documents to a checked graph: read, linked, mapped, judged one by one, then as a whole.

No stage holds all documents or all quads in memory: documents lie in a spool, quads in sorted runs of lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from pyoxigraph import Quad, Store

from app import mapping
from app import store as snapshots
from app.documents import find_same_texts, list_files
from app.link import link_events, load_naming, load_reference
from app.mapping import EventNodes
from app.model import Linking, ReferenceEntry, SetAside
from app.pipeline.cluster import read_on_cluster
from app.pipeline.judging import Judging
from app.pipeline.reading import Progress, ReadDocument, Reader, read_all
from app.pipeline.sources import read_sources
from app.pipeline.spool import Spool
from app.settings import Settings
from app.store import GraphLines
from app.store.sorting import GraphQuads
from app.validate import Report, Validator, run_firewall
from app.vocab import RDF, Minter, cev

_PROPOSITION = f" <{RDF}type> <{cev('Proposition')}> ".encode()


@dataclass(slots=True)
class Build:
    """What a build found and made; `summary` is what the command line prints."""

    documents: Spool
    lines: GraphLines
    read: int = 0
    set_aside: list[SetAside] = field(default_factory=list)
    notes: list[SetAside] = field(default_factory=list)
    held_back: dict[str, tuple[str, ...]] = field(default_factory=dict)
    report: Report | None = None
    withdrawn: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    reading: dict[str, float] = field(default_factory=dict)
    events: EventNodes = field(default_factory=lambda: EventNodes({}, {}))

    @property
    def quads(self) -> GraphQuads:
        """All quads of the graph, in canonical order."""
        return self.lines.quads()

    def summary(self) -> dict[str, Any]:
        """The keys of the contract; `read` counts every file that was looked at: taken and set aside."""
        assert self.report is not None
        return {
            "documents": len(self.documents),
            "read": self.read,
            "set_aside": [_as_dict(s) for s in self.set_aside],
            **self.counts,
            "held_back": sum(len(ids) for ids in self.held_back.values()),
            "notes": [_as_dict(s) for s in self.notes],
            "shapes": self.report.shapes_checked,
            "violations": len(self.report.violations),
            "reading": {name: round(value, 6) for name, value in sorted(self.reading.items())},
        }


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
    work: Path | None = None,
) -> Build:
    """Take folders of documents, and of event data sets (`sources`), to a checked graph.

    With a directory `work`, what does not fit into memory lies there without names, and the graph is loaded into the
    store of a snapshot there. Raises DataError where the ontology, the shapes or the reference data are wrong: then
    nothing can be checked.
    """
    build = Build(Spool(work), GraphLines(work))
    reader = Reader.open(settings, with_reviews=with_reviews)
    _, reference_quads = load_reference(settings.root / "data" / "reference", settings.base)
    naming = load_naming(settings.root / "data" / "naming.yaml")
    validator = Validator(
        settings.root / "shapes", settings.root / "ontology" / "cev.ttl", reference_quads, loaded_words=naming.words
    )
    build.withdrawn = {str(iri): reason for iri, reason in reader.withdrawals.reasons.items()}
    _take(build, _read(settings, folders, sources, reader, progress))
    by_iri: dict[str, ReferenceEntry] = {e.iri: e for e in reader.linker.reference.entries}
    minter = Minter(settings.base)
    judging = Judging(build.documents, validator, by_iri, minter, frozenset(reader.withdrawals.statements), work)
    changed = True
    while changed:
        linking = _link(build.documents, reader, progress)
        events = mapping.mint_events((d.records for d in build.documents), linking, minter)
        changed = judging.judge(events, progress)
    build.events, build.lines, build.held_back = events, judging.lines, judging.held_back
    build.set_aside += judging.set_aside
    build.notes += judging.notes
    build.lines.add_quads(_derive(build, judging, linking, events, by_iri, minter))
    build.lines.add_quads(reference_quads)
    build.lines.add_quads(snapshots.load_ontology(settings.root / "ontology" / "cev.ttl", minter.graph("ontology")))
    build.counts["propositions"] = sum(1 for line in build.lines if _PROPOSITION in line)
    _check(build, judging.reports(), validator, settings.root / "queries" / "firewall", work, progress)
    return build


def _read(
    settings: Settings, folders: Sequence[Path], sources: Sequence[Path], reader: Reader, progress: Progress
) -> Iterable[ReadDocument | SetAside]:
    jobs = list_files(folders)
    yield from (
        read_on_cluster(jobs, settings, reader, progress, settings.scheduler)
        if settings.scheduler
        else read_all(jobs, settings, reader, progress)
    )
    yield from read_sources(sources, settings, reader, progress)


def _take(build: Build, read: Iterable[ReadDocument | SetAside]) -> None:
    """Take what was read; documents that share an id are all set aside."""
    for result in read:
        build.read += 1
        if isinstance(result, SetAside):
            build.set_aside.append(result)
        else:
            build.documents.add(result)
    build.set_aside += build.documents.part_twins()
    build.notes += (note for d in build.documents for note in d.notes)


def _link(documents: Spool, reader: Reader, progress: Progress) -> Linking:
    progress("linking", 0, 1)
    copies = find_same_texts(d.document for d in documents if d.document.dataset is None)
    linking = link_events(
        (d.document for d in documents), (d.records for d in documents), reader.linker.reference, copies
    )
    progress("linking", 1, 1)
    return linking


def _derive(
    build: Build,
    judging: Judging,
    linking: Linking,
    events: EventNodes,
    reference: dict[str, ReferenceEntry],
    minter: Minter,
) -> list[Quad]:
    """The graphs of merges and of the data set's description, and the counts of the summary."""
    agents = {m.decided_by for m in linking.merges}
    for records in (d.records for d in build.documents):
        agents |= {s.generated_by for s in records.statements if s.generated_by != "review"} | {records.generator}
        agents |= {f"reviewer {records.reviewer}"} if records.reviewer else set()
        build.reading["unread"] = build.reading.get("unread", 0.0) + (not records.read)
        for name, value in records.counts:
            build.reading[name] = build.reading.get(name, 0.0) + value
    build.reading.setdefault("unread", 0.0)
    merged = sorted({document for merge in linking.merges for document, _ in merge.members})
    joined = mapping.map_linking(linking, events, [build.documents[d].records for d in merged], reference, minter)
    build.counts = {
        "statements": judging.statements,
        "events": len(judging.events),
        "propositions": 0,
        "links": sum(1 for e in reference.values() if e.wikidata),
    }
    dataset = mapping.map_dataset(
        agents=agents,
        documents=len(build.documents),
        statements=judging.statements,
        events=len(judging.events),
        version=software_version(),
        minter=minter,
    )
    return [*joined.quads(), *dataset.quads()]


def _check(
    build: Build, reports: Sequence[Report], validator: Validator, firewall: Path, work: Path | None, progress: Progress
) -> None:
    """Judge the whole graph: its store by the firewall's queries, its nodes by shapes and checks."""
    progress("loading the graph", 0, 1)
    if work is None:
        store = Store()
        store.bulk_extend(build.quads)
    else:
        store = Store.read_only(str(snapshots.load_store(work, build.lines)))
    progress("checking the whole graph", 0, 1)
    found = run_firewall(store, firewall)
    whole = validator.check_all(build.quads).merge([found])
    build.report = whole.merge(reports)
    progress("checking the whole graph", 1, 1)


def software_version() -> str:
    """The version of this software."""
    try:
        return version("rashomon")
    except PackageNotFoundError:
        return "0.0.0"

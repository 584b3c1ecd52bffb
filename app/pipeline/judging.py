"""Documents to the quads of their graphs, each judged; what does not conform is taken out, and the rest told."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, serialize

from app import mapping
from app.mapping import EventNodes, MappedDocument, Source
from app.model import ReferenceEntry, SetAside
from app.pipeline.reading import Progress, ReadDocument
from app.pipeline.spool import Spool
from app.store import GraphLines
from app.validate import Report, Validator
from app.vocab import Minter


@dataclass(slots=True)
class Judging:
    """Judges the documents of a spool, round by round, until a round takes nothing out.

    After that round: `lines` holds the graphs of all documents and of their propositions, `statements` counts, `events`
    and `held_back` name what stands in them.
    """

    documents: Spool
    validator: Validator
    reference: Mapping[str, ReferenceEntry]
    minter: Minter
    withdrawn: frozenset[str]
    work: Path | None
    lines: GraphLines = field(init=False)
    statements: int = 0
    events: set[str] = field(default_factory=set)
    held_back: dict[str, tuple[str, ...]] = field(default_factory=dict)
    set_aside: list[SetAside] = field(default_factory=list)
    notes: list[SetAside] = field(default_factory=list)
    _judged: dict[str, tuple[bytes, Report]] = field(default_factory=dict)

    def judge(self, events: EventNodes, progress: Progress) -> bool:
        """Map and judge every document once; True where anything was taken out, so that events must be minted anew."""
        self.lines, self.statements, self.events, self.held_back = GraphLines(self.work), 0, set(), {}
        changed = False
        total = len(self.documents)
        for number, read in enumerate(self.documents, start=1):
            mapped = self._map(read, events)
            report = self._report(read, mapped)
            if not report.conforms:
                changed = True
                self._take_out(read, mapped, report)
            elif not changed:
                self._keep(read, mapped, events)
            progress("checking", number, total)
        return changed

    def reports(self) -> list[Report]:
        """What was found in the documents that are left."""
        return [self._judged[document_id][1] for document_id in self.documents.ids()]

    def _map(self, read: ReadDocument, events: EventNodes) -> MappedDocument:
        return mapping.map_document(
            read.document,
            read.records,
            events=events,
            reference=self.reference,
            publisher=read.publisher,
            masked=read.masked,
            minter=self.minter,
            withdrawn=self.withdrawn,
        )

    def _report(self, read: ReadDocument, mapped: MappedDocument) -> Report:
        """Judge one document; one whose quads are as they were in the round before keeps its report."""
        document, mark = read.document, _mark(mapped.quads)
        known = self._judged.get(document.id)
        if known is not None and known[0] == mark:
            return known[1]
        report = self.validator.check_document(
            mapped.quads,
            document_id=document.id,
            path=document.path,
            text=document.text,
            body_line=document.body_line,
        )
        self._judged[document.id] = (mark, report)
        return report

    def _keep(self, read: ReadDocument, mapped: MappedDocument, events: EventNodes) -> None:
        self.lines.add_quads(mapped.quads)
        source = Source(read.document, read.records, mapped, read.publisher)
        self.lines.add_quads(mapping.map_propositions([source], events, self.reference, self.minter).quads())
        self.statements += len(mapped.statements)
        self.events.update(events.of(*pair) for pair in mapped.events)
        if mapped.held_back:
            self.held_back[read.document.id] = mapped.held_back

    def _take_out(self, read: ReadDocument, mapped: MappedDocument, report: Report) -> None:
        """Take out what does not conform: the statement where a result lies in one, else the document."""
        path = read.document.path
        behind = [mapped.statements_behind(r.focus) for r in report.violations]
        if not all(behind):
            first = report.violations[0]
            self.set_aside.append(SetAside(path, first.line, first.message, "validate", first.advice))
            self.documents.drop(read.document.id)
            return
        for result in report.violations:
            self.notes.append(SetAside(path, result.line, f"statement set aside: {result.message}", "validate"))
        bad = frozenset().union(*behind)
        statements = tuple(s for s in read.records.statements if s.id not in bad)
        self.documents.put(replace(read, records=replace(read.records, statements=statements)))


def _mark(quads: Sequence[Quad]) -> bytes:
    """What tells the quads of a document from those of the round before."""
    lines = serialize(quads, format=RdfFormat.N_QUADS)
    assert lines is not None
    return hashlib.sha256(lines).digest()

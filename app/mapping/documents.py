"""One document with its reviewed records as the quads of its named graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad

from app.mapping.entities import settle_kinds, write_entity
from app.mapping.events import EventNodes, event_label
from app.mapping.privacy import is_held_back
from app.mapping.setting import Setting
from app.mapping.statements import mint_statements, write_mention, write_run, write_statement
from app.mapping.terms import LABEL, GraphWriter, boolean, english, integer, node, text
from app.model import Document, Entity, Iri, Records, ReferenceEntry, Span
from app.vocab import DCTERMS, PROV, SKOS, XSD, Minter, cev, wikidata


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedDocument:
    """The quads of one document, the IRIs of its statements by local id, and the ids of those held back."""

    document_id: str
    quads: tuple[Quad, ...]
    statements: Mapping[str, Iri]
    events: tuple[tuple[str, str], ...] = ()
    held_back: tuple[str, ...] = ()

    def statements_behind(self, focus: str) -> frozenset[str]:
        """Return the local ids of the statements that a node belongs to: itself, or those that lead to it."""
        ids: dict[str, str] = {iri: name for name, iri in self.statements.items()}
        above: dict[str, set[str]] = {}
        for quad in self.quads:
            if quad.predicate.value in (cev("inDocument"), PROV + "wasGeneratedBy"):
                continue
            if isinstance(quad.object, NamedNode) and isinstance(quad.subject, NamedNode):
                mention = quad.predicate.value in (cev("expresses"), cev("refersTo"))
                low, high = (quad.subject, quad.object) if mention else (quad.object, quad.subject)
                above.setdefault(low.value, set()).add(high.value)
        found: set[str] = set()
        seen, queue = {focus}, [focus]
        while queue:
            current = queue.pop()
            if current in ids:
                found.add(ids[current])
                continue
            new = above.get(current, set()) - seen
            seen |= new
            queue.extend(new)
        return frozenset(found)


def map_document(
    document: Document,
    records: Records,
    *,
    events: EventNodes,
    reference: Mapping[str, ReferenceEntry],
    publisher: Entity | None,
    masked: tuple[Span, ...],
    minter: Minter,
    withdrawn: frozenset[str] = frozenset(),
) -> MappedDocument:
    """Map one document to the quads of its named graph; pure, and independent of every other document but for event
    hubs."""
    held_back = tuple(s.id for s in records.statements if is_held_back(s, reference))
    kept = [s for s in records.statements if s.id not in held_back]
    iris = {k: iri for k, iri in mint_statements(document, kept, minter).items() if iri not in withdrawn}
    kept = [s for s in kept if s.id in iris]
    kinds = settle_kinds(document, kept, publisher, minter)
    setting = Setting(document, records, minter, events, publisher, masked, iris, kinds)
    out = GraphWriter(minter.document_graph(document.id))
    _write_document(out, setting)
    for statement in kept:
        write_statement(out, setting, statement)
    places = [p.reference for s in kept for p in s.account.places if p.reference]
    labels: dict[str, str] = {iri: reference[iri].label for iri in places if iri in reference}
    keys = _write_events(out, setting, kept_ids=set(iris), labels=labels)
    for entity in records.mentions:
        if entity.span is not None and entity.reference:
            write_mention(
                out, setting, entity.span, "refersTo", entity.reference,
                confidence=1.0 if records.reviewer else 0.5, review="Unreviewed", generated_by=records.generator,
            )  # fmt: skip
    used = tuple((document.id, key) for key in keys)
    return MappedDocument(
        document_id=document.id, quads=tuple(out.quads()), statements=iris, events=used, held_back=held_back
    )


def _write_document(out: GraphWriter, setting: Setting) -> None:
    document, minter = setting.document, setting.minter
    iri = minter.document(document.id)
    out.typed(iri, "SourceDocument", *(["Digest"] if document.is_digest else []))
    out.add(iri, LABEL, english(document.title or document.id))
    out.add(iri, _dcterms("identifier"), text(document.id))
    if document.title:
        out.add(iri, _dcterms("title"), text(document.title))
    if document.published:
        out.add(iri, _dcterms("date"), date_literal(document.published))
    if setting.publisher is not None:
        out.link(iri, _dcterms("publisher"), write_entity(out, setting, setting.publisher))
    if document.language:
        out.add(iri, _dcterms("language"), text(document.language))
    if document.licence:
        out.add(iri, _dcterms("rights"), text(document.licence))
    if document.url:
        source = node(PROV + "wasDerivedFrom") if document.is_digest else _dcterms("source")
        out.link(iri, source, document.url)
        out.link(iri, _dcterms("source"), document.url)
    out.add(iri, _dcterms("format"), text(document.media_type))
    out.add(iri, "textSha256", text(document.sha256))
    out.add(iri, "characterCount", integer(len(document.text)))
    out.add(iri, "textRights", text(document.text_rights))
    if not setting.records.read:
        out.add(iri, "notRead", text(setting.records.unread_reason or "not read"))
    out.add(iri, "fullyReviewed", boolean(setting.records.reviewer is not None))
    write_run(out, setting, setting.records.generator)


def _dcterms(name: str) -> NamedNode:
    return node(DCTERMS + name)


def date_literal(edtf: str) -> Literal:
    """Return a publication date as xsd:date, gYearMonth or gYear, as given."""
    kind = {10: "date", 7: "gYearMonth", 4: "gYear"}.get(len(edtf))
    return Literal(edtf, datatype=NamedNode(XSD + kind)) if kind else Literal(edtf)


def _write_events(out: GraphWriter, setting: Setting, *, kept_ids: set[str], labels: Mapping[str, str]) -> list[str]:
    """Write the document's own event nodes and return their keys: those of its kept statements and those that their
    accounts refer to."""
    records, document = setting.records, setting.document
    used: dict[str, list[str]] = {}
    by_id = {s.id: s for s in records.statements}
    for statement_id in sorted(kept_ids):
        account = by_id[statement_id].account
        used.setdefault(account.event, []).append(statement_id)
        for key in (account.breach_of, account.investigation_of, account.response_to):
            if key:
                used.setdefault(key, [])
    for key, ids in sorted(used.items()):
        iri = setting.events.own[document.id, key]
        out.typed(iri, "Event")
        given = [e for e in records.events if e.key == key]
        out.add(iri, LABEL, english(event_label([by_id[i] for i in ids], given, labels)))
        for event in given:
            if event.wikidata:
                out.link(iri, node(SKOS + "relatedMatch"), wikidata(event.wikidata))
    return sorted(used)

"""One statement with its account, mentions, time and figures as quads of its document's graph."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from app.mapping.entities import entity_iri, write_entity
from app.mapping.privacy import mask
from app.mapping.setting import Setting
from app.mapping.terms import LABEL, TYPE, GraphWriter, boolean, day, decimal, english, integer, node, term, text
from app.model import (
    SLOT_PROPERTIES,
    CasualtyFigure,
    Document,
    Iri,
    Span,
    Statement,
    TextRights,
    TimeExpression,
)
from app.vocab import PROV, Minter

_GENERATED_BY = node(PROV + "wasGeneratedBy")


def mint_statements(document: Document, statements: Sequence[Statement], minter: Minter) -> dict[str, Iri]:
    """Return the IRI of each statement by its local id; statements alike in span, claimants and type are numbered by
    content."""
    groups: dict[tuple[str, ...], list[Statement]] = {}
    for statement in statements:
        claimants = sorted(entity_iri(c, document, minter) for c in statement.claimants)
        span = statement.evidence
        key = (str(span.start), str(span.end), str(statement.account.event_type), *claimants)
        groups.setdefault(key, []).append(statement)
    iris: dict[str, Iri] = {}
    for key, members in groups.items():
        for ordinal, statement in enumerate(sorted(members, key=_content), start=1):
            iris[statement.id] = minter.statement(document.id, statement.evidence, key[3:], key[2], ordinal)
    return iris


def _content(statement: Statement) -> str:
    """What a statement says, whatever its local id, for ordering equals and for the content hash."""
    account = statement.account
    slots = [sorted(e.reference or e.name for e in getattr(account, slot)) for slot in SLOT_PROPERTIES]
    return repr((
        str(statement.type), str(statement.polarity), str(statement.denial_scope), str(statement.certainty),
        str(statement.mode), str(account.event_type), str(account.modality), slots, account.time,
        account.casualties, account.motive,
        [(s.start, s.end) for s in statement.spans],
    ))  # fmt: skip


def write_statement(out: GraphWriter, setting: Setting, statement: Statement) -> None:
    """Write a statement, its account and its mentions."""
    iri = setting.statement_iris[statement.id]
    out.typed(iri, "AttributedStatement", *(["Claim"] if statement.type.is_claim else []), str(statement.type))
    for name, people in (
        ("claimant", statement.claimants),
        ("spokesperson", statement.spokespersons),
        ("relayedBy", statement.relayed_by),
    ):
        for entity in people:
            out.link(iri, name, write_entity(out, setting, entity))
    out.add(iri, "attributionMode", term(statement.mode))
    if statement.polarity is not None:
        out.add(iri, "polarity", term(statement.polarity))
    if statement.denial_scope is not None:
        out.add(iri, "denialScope", term(statement.denial_scope))
    if statement.certainty is not None:
        out.add(iri, "claimantCertainty", term(statement.certainty))
    if statement.hedge:
        out.add(iri, "hedge", text(statement.hedge))
    if statement.medium:
        out.add(iri, "medium", text(statement.medium))
    if statement.stated_at is not None:
        out.link(iri, "statedAt", _time(out, setting, statement.stated_at, setting.minter.part("time", iri, "stated")))
    for name, ids in (
        ("disputes", statement.disputes),
        ("endorses", statement.endorses),
        ("alternativeTo", statement.alternative_to),
    ):
        for other in ids:
            if other in setting.statement_iris:
                out.link(iri, name, setting.statement_iris[other])
    out.add(iri, "contentHash", text(hashlib.sha256(_content(statement).encode()).hexdigest()))
    _write_account(out, setting, statement, iri)
    for span in statement.spans:
        _write_mention(out, setting, statement, span, "expresses", iri)


def _write_account(out: GraphWriter, setting: Setting, statement: Statement, iri: Iri) -> None:
    account = statement.account
    node_iri = setting.minter.part("account", iri)
    out.link(iri, "hasAccount", node_iri)
    out.typed(node_iri, "EventAccount")
    out.link(node_iri, "accountOf", setting.events.of(setting.document.id, account.event))
    out.add(node_iri, "statesEventType", term(account.event_type))
    out.add(node_iri, "modality", term(account.modality))
    for slot, name in SLOT_PROPERTIES.items():
        for entity in getattr(account, slot):
            target = write_entity(out, setting, entity)
            out.link(node_iri, name, target)
            if entity.span is not None:
                _write_mention(out, setting, statement, entity.span, "refersTo", target)
    for entity in (*statement.claimants, *statement.spokespersons, *statement.relayed_by):
        if entity.span is not None:
            _write_mention(out, setting, statement, entity.span, "refersTo", write_entity(out, setting, entity))
    if account.time is not None:
        out.link(node_iri, "statesTime", _time(out, setting, account.time, setting.minter.part("time", iri)))
    for number, figure in enumerate(sorted(account.casualties, key=repr), start=1):
        out.link(node_iri, "statesCasualties", _figure(out, figure, setting.minter.part("figure", iri, str(number))))
    for name, key in (
        ("statesBreachOf", account.breach_of),
        ("statesInvestigationOf", account.investigation_of),
        ("statesResponseTo", account.response_to),
    ):
        if key:
            out.link(node_iri, name, setting.events.of(setting.document.id, key))
    if account.fabrication_of and account.fabrication_of in setting.statement_iris:
        out.link(node_iri, "statesFabricationOf", setting.statement_iris[account.fabrication_of])
    if account.motive:
        out.add(node_iri, "statesMotive", text(account.motive))


def _time(out: GraphWriter, setting: Setting, time: TimeExpression, iri: Iri) -> Iri:
    out.typed(iri, "TimeExpression")
    out.add(iri, "timeText", text(time.text))
    out.add(iri, "resolution", term(time.resolution))
    if time.edtf:
        out.add(iri, "edtf", text(time.edtf))
    if time.earliest:
        out.add(iri, "earliest", day(time.earliest))
    if time.latest:
        out.add(iri, "latest", day(time.latest))
    return iri


def _figure(out: GraphWriter, figure: CasualtyFigure, iri: Iri) -> Iri:
    out.typed(iri, "CasualtyFigure")
    out.add(iri, "casualtyKind", term(figure.kind))
    out.add(iri, "figureText", text(figure.text))
    for name, value in (
        ("minimum", figure.minimum),
        ("maximum", figure.maximum),
        ("bestEstimate", figure.best_estimate),
    ):
        if value is not None:
            out.add(iri, name, integer(value))
    if figure.victim_group:
        out.add(iri, "victimGroup", text(figure.victim_group))
    return iri


def _write_mention(
    out: GraphWriter, setting: Setting, statement: Statement, span: Span, predicate: str, target: Iri
) -> None:
    write_mention(
        out, setting, span, predicate, target,
        confidence=statement.confidence, review=statement.review, generated_by=statement.generated_by,
    )  # fmt: skip


def write_mention(
    out: GraphWriter, setting: Setting, span: Span, predicate: str, target: Iri, *,
    confidence: float, review: str, generated_by: str,
) -> None:  # fmt: skip
    """Write one stretch of characters that expresses a statement or refers to an entity; first writer wins for an
    entity."""
    document, minter = setting.document, setting.minter
    iri = minter.mention(document.id, span, target)
    if out.has_type(iri, "Mention"):
        return
    quote, redacted = mask(span.of(document.text), span.start, setting.masked)
    if document.text_rights is TextRights.NONE:
        quote, redacted = mask(quote, 0, [Span(0, len(quote))])
    out.typed(iri, "Mention")
    out.link(iri, "inDocument", minter.document(document.id))
    out.add(iri, "charStart", integer(span.start))
    out.add(iri, "charEnd", integer(span.end))
    out.add(iri, "quote", text(quote))
    if redacted:
        out.add(iri, "redacted", boolean(True))
    out.link(iri, predicate, target)
    out.add(iri, "extractionConfidence", decimal(confidence))
    out.add(iri, "reviewStatus", term(review))
    out.link(iri, _GENERATED_BY, write_run(out, setting, generated_by))


def write_run(out: GraphWriter, setting: Setting, generated_by: str) -> Iri:
    """Write the activity in which an extractor or a reviewer read the document, and return its IRI."""
    document, minter, records = setting.document, setting.minter, setting.records
    by_person = generated_by == "review"
    agent = f"reviewer {records.reviewer}" if by_person else generated_by
    iri = minter.run(document.id, agent)
    out.add(iri, TYPE, node(PROV + "Activity"))
    out.add(iri, LABEL, english(f"reading of “{document.id}” by {agent}"))
    out.link(iri, node(PROV + "used"), minter.document(document.id))
    out.link(iri, node(PROV + "wasAssociatedWith"), minter.agent(agent))
    if by_person and records.reviewed_on:
        out.add(iri, "reviewedOn", day(records.reviewed_on))
    return iri

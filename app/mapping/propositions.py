"""Propositions: for each event, property and value, which statements affirm, deny, doubt, leave open, ask or suppose
it.

Derived from the kept statements of all documents; nothing in it is without a claimant. The rules (model.md, decisions 3
and 6):

- a claim with an actual account affirms all its values when certain and affirmed, and doubts them when below certain;
- a denial denies only the values in its scope. For the whole account these are what was done, by whom, to whom, with
  what; the
  place, time and figures only locate what is rejected and are neither affirmed nor denied;
- an undetermined claim leaves the same values open;
- condemnations and endorsements presuppose their account; calls and requested accounts ask for it; feared, planned and
  supposed
  accounts only suppose it.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from pyoxigraph import Literal, NamedNode

from app.mapping.documents import MappedDocument
from app.mapping.entities import entity_iri
from app.mapping.events import EventNodes
from app.mapping.terms import LABEL, GraphWriter, Term, day, english, integer, node, term
from app.model import (
    SLOT_PROPERTIES,
    WHOLE_ACCOUNT,
    Account,
    CasualtyFigure,
    Certainty,
    Document,
    Entity,
    EntityKind,
    Iri,
    Modality,
    Polarity,
    Records,
    ReferenceEntry,
    Statement,
    StatementType,
    TimeExpression,
)
from app.vocab import Minter, cev

# What rejecting (or leaving open) a whole account rejects; the rest only says which matter is meant.
CORE_PROPERTIES = frozenset(
    {
        "statesEventType",
        "statesPerpetrator",
        "statesTarget",
        "statesParticipant",
        "statesGuarantor",
        "statesInstrument",
        "statesBreachOf",
        "statesInvestigationOf",
        "statesFabricationOf",
        "statesResponseTo",
    }
)
_ACTOR_SLOTS = frozenset({"statesPerpetrator", "statesParticipant", "statesGuarantor"})


@dataclass(frozen=True, slots=True)
class Source:
    """One document as propositions are derived from it."""

    document: Document
    records: Records
    mapped: MappedDocument
    publisher: Entity | None


def map_propositions(
    sources: Iterable[Source], events: EventNodes, reference: Mapping[str, ReferenceEntry], minter: Minter
) -> GraphWriter:
    """Return the graph of propositions, sides, publication bounds and reported descriptors."""
    out = GraphWriter(minter.graph("propositions"))
    for source in sorted(sources, key=lambda s: s.document.id):
        for statement in source.records.statements:
            iri = source.mapped.statements.get(statement.id)
            if iri is None:
                continue
            _write_statement_facts(out, source, statement, iri, reference, minter)
            event = events.of(source.document.id, statement.account.event)
            _write_reported(out, event, statement.account, source.document, minter)
            for name, value in _values(statement.account, source, events, minter, out):
                link = stance(statement, name)
                if link is not None:
                    _write_proposition(out, event, name, value, link, iri, minter)
                    if name in _ACTOR_SLOTS and isinstance(value, NamedNode) and value.value in reference:
                        top = _top(value.value, reference)
                        out.link(minter.proposition(event, cev(name), str(value)), "valueSide", top)
    return out


def stance(statement: Statement, name: str) -> str | None:
    """Return the link from the proposition of one value of a statement to the statement, or None where it is only
    context."""
    modality = statement.account.modality
    if statement.type is StatementType.CALL or modality is Modality.REQUESTED:
        return "askedIn"
    if modality is not Modality.ACTUAL:
        return "supposedIn"
    if not statement.type.is_claim:
        return "affirmedIn"
    if statement.polarity is Polarity.AFFIRMED:
        return "affirmedIn" if statement.certainty is Certainty.CERTAIN else "doubtedIn"
    scope = statement.denial_scope or WHOLE_ACCOUNT
    in_scope = name in CORE_PROPERTIES if scope == WHOLE_ACCOUNT else name == scope
    if not in_scope:
        return None
    if statement.polarity is Polarity.UNDETERMINED:
        return "undeterminedIn"
    return "deniedIn" if statement.certainty is Certainty.CERTAIN else "doubtedIn"


def _write_proposition(
    out: GraphWriter, event: Iri, name: str, value: Term, link: str, statement: Iri, minter: Minter
) -> None:
    iri = minter.proposition(event, cev(name), str(value))
    out.typed(iri, "Proposition")
    out.link(iri, "about", event)
    out.add(iri, "property", term(name))
    out.add(iri, "value", value)
    out.link(iri, link, statement)


def _values(
    account: Account, source: Source, events: EventNodes, minter: Minter, out: GraphWriter
) -> Iterator[tuple[str, Term]]:
    document = source.document
    yield "statesEventType", term(account.event_type)
    for slot, name in SLOT_PROPERTIES.items():
        for entity in getattr(account, slot):
            yield name, node(entity_iri(entity, document, minter))
    if account.time is not None and (range_text := _range(account.time)):
        yield "statesTime", Literal(range_text)
    for figure in account.casualties:
        yield "statesCasualties", node(_figure_value(out, figure, minter))
    for name, key in (
        ("statesBreachOf", account.breach_of),
        ("statesInvestigationOf", account.investigation_of),
        ("statesResponseTo", account.response_to),
    ):
        if key:
            yield name, node(events.of(document.id, key))
    if account.fabrication_of and account.fabrication_of in source.mapped.statements:
        yield "statesFabricationOf", node(source.mapped.statements[account.fabrication_of])


def _range(time: TimeExpression) -> str | None:
    """A day range as EDTF: a day, an interval, or an open interval."""
    if time.earliest is None and time.latest is None:
        return None
    first = time.earliest.isoformat() if time.earliest else ".."
    last = time.latest.isoformat() if time.latest else ".."
    return first if first == last else f"{first}/{last}"


def _figure_value(out: GraphWriter, figure: CasualtyFigure, minter: Minter) -> Iri:
    """Write and return the node of a number of people, whoever gives it: equal numbers of a kind are one value."""
    low, high, best = figure.minimum, figure.maximum, figure.best_estimate
    bounds = "-".join("" if bound is None else str(bound) for bound in (low, high))
    estimate = "" if best is None else f"-{best}"
    iri = Iri(f"{minter.base}id/figure/{str(figure.kind).lower()}-{bounds}{estimate}")
    if low is not None and low == high:
        words = str(low)
    elif low is not None and high is not None:
        words = f"{low} to {high}"
    elif low is not None:
        words = f"at least {low}"
    elif high is not None:
        words = f"at most {high}"
    else:
        words = f"about {best}"
    label = f"{words} {str(figure.kind).lower()}"
    out.typed(iri, "CasualtyFigure")
    out.add(iri, LABEL, english(label))
    out.add(iri, "casualtyKind", term(figure.kind))
    out.add(iri, "figureText", Literal(label))
    for name, value in (("minimum", low), ("maximum", high), ("bestEstimate", best)):
        if value is not None:
            out.add(iri, name, integer(value))
    return iri


def _write_statement_facts(
    out: GraphWriter,
    source: Source,
    statement: Statement,
    iri: Iri,
    reference: Mapping[str, ReferenceEntry],
    minter: Minter,
) -> None:
    for claimant in statement.claimants:
        out.link(iri, "side", _side(claimant, source, reference, minter))
    first, last = publication_bounds(source.document.published)
    if first is not None and last is not None:
        out.add(iri, "publishedEarliest", day(first))
        out.add(iri, "publishedLatest", day(last))


def _side(claimant: Entity, source: Source, reference: Mapping[str, ReferenceEntry], minter: Minter) -> Iri:
    """The top of `partOfActor` above a claimant; a document's voice belongs to its publisher."""
    if claimant.kind is EntityKind.DOCUMENT_VOICE and source.publisher is not None:
        claimant = source.publisher
    return _top(entity_iri(claimant, source.document, minter), reference)


def _top(iri: str, reference: Mapping[str, ReferenceEntry]) -> Iri:
    """The top of what a thing is part of; reference data has no circles."""
    while (entry := reference.get(iri)) is not None and entry.part_of:
        iri = entry.part_of
    return Iri(iri)


def publication_bounds(published: str | None) -> tuple[date | None, date | None]:
    """Return the first and last day that a publication date (EDTF day, month or year) may mean."""
    if not published:
        return None, None
    numbers = [int(p) for p in published.split("-")]
    if len(numbers) == 3:
        single = date(*numbers)
        return single, single
    if len(numbers) == 2:
        year, month = numbers
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    return date(numbers[0], 1, 1), date(numbers[0], 12, 31)


def _write_reported(out: GraphWriter, event: Iri, account: Account, document: Document, minter: Minter) -> None:
    """Write what any account gives of type, place and day: to find events, never contested values such as blame."""
    out.add(event, "reportedType", term(account.event_type))
    for place in account.places:
        out.link(event, "reportedPlace", entity_iri(place, document, minter))
    if account.time is not None:
        if account.time.earliest:
            out.add(event, "reportedEarliest", day(account.time.earliest))
        if account.time.latest:
            out.add(event, "reportedLatest", day(account.time.latest))

"""Which node stands for which event, and by which neutral words it is labelled.

An event is a hub: per document first, then one hub for the documents that a merge joins. Its IRI comes from the content
(first evidence and type of its first statement), the hub's from that of its smallest member.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from app.model import Account, Entity, EventMerge, EventRecord, EventType, Iri, Linking, Records, Statement
from app.vocab import Minter, digest

# Least contested nouns: every kind of attack is an "incident" until a person gives a better label.
_NOUNS = {
    EventType.TRUCE: "truce",
    EventType.TRUCE_BREACH: "reported truce breach",
    EventType.INVESTIGATION: "investigation",
    EventType.DISPLACEMENT: "reported displacement",
    EventType.SIEGE: "reported siege",
    EventType.WEAPONS_TRANSFER: "reported weapons transfer",
    EventType.FABRICATION: "reported fabrication",
    EventType.EVIDENCE_TAMPERING: "reported evidence tampering",
}
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


@dataclass(frozen=True, slots=True)
class EventNodes:
    """The event nodes of a build: `of` gives the node that accounts point to."""

    own: Mapping[tuple[str, str], Iri]
    hubs: Mapping[tuple[str, str], Iri]
    merges: Mapping[Iri, EventMerge] = field(default_factory=dict)

    def of(self, document_id: str, key: str) -> Iri:
        """The hub of a merged event, else the document's own event node."""
        return self.hubs.get((document_id, key)) or self.own[document_id, key]


def mint_events(records: Iterable[Records], linking: Linking, minter: Minter) -> EventNodes:
    """Return the nodes of all events, and of the hubs of merged ones."""
    own: dict[tuple[str, str], Iri] = {}
    for record in records:
        for key, content in sorted(_contents(record).items()):
            own[record.document_id, key] = minter.document_event(record.document_id, content)
    hubs: dict[tuple[str, str], Iri] = {}
    merges: dict[Iri, EventMerge] = {}
    for merge in linking.merges:
        members = [m for m in merge.members if m in own]
        if len(members) < 2:
            continue
        hub = minter.merged_event(min(own[m] for m in members))
        merges[hub] = merge
        hubs.update(dict.fromkeys(members, hub))
    return EventNodes(own, hubs, merges)


def _contents(records: Records) -> dict[str, str]:
    """Return for each event key of a document the content that its IRI is minted from."""
    first: dict[str, tuple[int, int, str]] = {}
    for statement in records.statements:
        span, account = statement.evidence, statement.account
        mark = (span.start, span.end, str(account.event_type))
        if account.event not in first or mark < first[account.event]:
            first[account.event] = mark
    mentioned = {
        key: (statement.evidence.start, statement.evidence.end, role)
        for statement in records.statements
        for role, key in _referred(statement.account)
        if key not in first
    }
    for event in records.events:
        if event.key not in first and event.key not in mentioned:
            mentioned[event.key] = (0, 0, event.key)
    taken: set[str] = set()
    keys: dict[str, str] = {}
    for key, (start, end, kind) in sorted({**first, **mentioned}.items(), key=lambda item: (item[1], item[0])):
        content = digest(f"{start}-{end}", kind, length=12)
        number = 2
        while content in taken:
            content = f"{digest(f'{start}-{end}', kind, length=12)}-{number}"
            number += 1
        taken.add(content)
        keys[key] = content
    return keys


def _referred(account: Account) -> Iterator[tuple[str, str]]:
    for role in ("breach_of", "investigation_of", "response_to"):
        key = getattr(account, role)
        if key:
            yield role, key


def event_label(statements: Iterable[Statement], records: Iterable[EventRecord], labels: Mapping[str, str]) -> str:
    """Return the label a person gave, else neutral words: kind, most given place, most given date.

    `labels` maps reference IRIs to labels.
    """
    given = sorted(r.label for r in records if r.label)
    if given:
        return given[0]
    accounts = [s.account for s in statements]
    kinds = {_NOUNS.get(a.event_type, "reported incident") for a in accounts}
    noun = kinds.pop() if len(kinds) == 1 else "reported incident"
    parts = [noun]
    places = Counter(_entity_label(p, labels) for a in accounts for p in a.places[:1])
    if places:
        parts.append(min(places, key=lambda p: (-places[p], p)))
    days = Counter(d for a in accounts if (d := _date_words(a)))
    if days:
        parts.append(min(days, key=lambda d: (-days[d], d)))
    return ", ".join(parts)


def _entity_label(entity: Entity, labels: Mapping[str, str]) -> str:
    return labels.get(entity.reference or "", entity.name)


def _date_words(account: Account) -> str | None:
    time = account.time
    if time is None or time.earliest is None or time.latest is None:
        return None
    first, last = time.earliest, time.latest
    if first == last:
        return f"{first.day} {_MONTHS[first.month - 1]} {first.year}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{_MONTHS[first.month - 1]} {first.year}"
    return str(first.year) if first.year == last.year else f"{first.year} to {last.year}"

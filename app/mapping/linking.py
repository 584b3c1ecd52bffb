"""The graph of what was joined across documents: hubs of events, and texts that are nearly the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.mapping.events import EventNodes, event_label
from app.mapping.terms import LABEL, GraphWriter, decimal, english, node, text
from app.model import Iri, Linking, Records, ReferenceEntry
from app.vocab import PROV, SKOS, Minter, wikidata


def map_linking(
    linking: Linking,
    events: EventNodes,
    records: Iterable[Records],
    reference: Mapping[str, ReferenceEntry],
    minter: Minter,
) -> GraphWriter:
    """Return the graph of merges with their reasons, scores and deciders, and of near-duplicate texts."""
    out = GraphWriter(minter.graph("linking"))
    by_id = {r.document_id: r for r in records}
    labels: dict[str, str] = {iri: entry.label for iri, entry in reference.items()}
    for hub, merge in sorted(events.merges.items()):
        members = [m for m in merge.members if m in events.own]
        statements = [s for d, key in members for s in by_id[d].statements if s.account.event == key]
        given = [e for d, key in members for e in by_id[d].events if e.key == key]
        out.typed(hub, "Event")
        out.add(hub, LABEL, english(event_label(statements, given, labels)))
        for event in given:
            if event.wikidata:
                out.link(hub, node(SKOS + "relatedMatch"), wikidata(event.wikidata))
        decision = minter.part("merge", hub)
        out.typed(decision, "LinkingDecision")
        out.link(decision, "mergedInto", hub)
        out.add(decision, "score", decimal(merge.score))
        out.link(decision, node(PROV + "wasAssociatedWith"), minter.agent(merge.decided_by))
        for reason in merge.reasons:
            out.add(decision, "reason", text(reason))
        for member in members:
            out.link(events.own[member], "sameMatterAs", hub)
            out.link(decision, "mergedMember", events.own[member])
    for pair in linking.same_texts:
        first, second = minter.document(pair.first), minter.document(pair.second)
        out.link(first, "derivedFromSameText", second)
        out.link(second, "derivedFromSameText", first)
        decision = Iri(f"{minter.base}id/same-text/{first.rsplit('/', 1)[1]}/{second.rsplit('/', 1)[1]}")
        out.typed(decision, "LinkingDecision")
        out.link(decision, "comparedDocument", first)
        out.link(decision, "comparedDocument", second)
        out.add(decision, "score", decimal(pair.similarity))
        out.add(decision, "reason", text("the two texts share most of their word sequences"))
    return out

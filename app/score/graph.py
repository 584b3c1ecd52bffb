"""A built graph as the statements it holds, read through the terms of the ontology and nothing else."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Store, Variable

from app.model import Span, StatementType
from app.score.gold import MODES, SLOTS, Days, Figure
from app.vocab import CEV, DCTERMS, RDF, RDFS, SKOS, WD, local_name

_TYPES = frozenset(StatementType)
_MOST_QUOTES = 200
_IDENTIFIERS = f"SELECT ?i WHERE {{ ?d <{DCTERMS}identifier> ?i }} ORDER BY ?i"
_PLACES = f"""PREFIX cev: <{CEV}>
SELECT ?i ?s ?a ?z WHERE {{ ?d <{DCTERMS}identifier> ?i .
  ?m cev:inDocument ?d ; cev:expresses ?s ; cev:charStart ?a ; cev:charEnd ?z }}"""
Terms = Mapping[str, list[NamedNode | Literal]]


@dataclass(frozen=True, slots=True)
class FoundThing:
    """Somebody or something as the graph has it: every label and quote, Wikidata ids, or the role DOCUMENT, UNNAMED."""

    labels: frozenset[str]
    items: frozenset[str]
    role: str | None = None

    @property
    def name(self) -> str:
        """A short name for people."""
        return self.role or min(self.labels, key=lambda label: (len(label), label), default="?")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundStatement:
    """One statement of the graph."""

    iri: str
    spans: tuple[Span, ...]
    types: frozenset[str]
    polarity: str | None
    certainty: str | None
    mode: str | None
    claimants: tuple[FoundThing, ...]
    events: frozenset[str]
    event_types: frozenset[str]
    slots: Mapping[str, tuple[FoundThing, ...]]
    times: frozenset[Days]
    figures: frozenset[Figure]


class _Graph:
    """What the store says of a node, and in which words texts refer to it; values in the order of the engine."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._nodes: dict[str, Terms] = {}
        self._things: dict[str, FoundThing] = {}

    def node(self, iri: str) -> Terms:
        """Return all that is said of a node, by predicate, each value once."""
        if iri not in self._nodes:
            values: dict[str, dict[NamedNode | Literal, None]] = defaultdict(dict)
            for quad in self._store.quads_for_pattern(NamedNode(iri), None, None):
                assert isinstance(quad.object, NamedNode | Literal)
                values[quad.predicate.value][quad.object] = None
            self._nodes[iri] = {predicate: list(found) for predicate, found in values.items()}
        return self._nodes[iri]

    def values(self, iri: str, name: str) -> list[NamedNode | Literal]:
        """Return what a property of the ontology says of a node."""
        return self.node(iri).get(CEV + name, [])

    def first(self, iri: str, name: str) -> str | None:
        """Return the value of a property that has one."""
        return next((v.value for v in self.values(iri, name)), None)

    def thing(self, term: NamedNode | Literal) -> FoundThing:
        """Return who or what a node stands for."""
        if isinstance(term, Literal):
            return FoundThing(frozenset({term.value}), frozenset())
        if term.value not in self._things:
            self._things[term.value] = self._thing(term.value)
        return self._things[term.value]

    def _thing(self, iri: str) -> FoundThing:
        own = self.node(iri)
        labels = {v.value for p in (RDFS + "label", SKOS + "prefLabel", SKOS + "altLabel") for v in own.get(p, ())}
        labels |= set(sorted(self._quotes(iri))[:_MOST_QUOTES])
        if iri.startswith(CEV):
            labels.add(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", local_name(iri)))
        matches = [v.value for p in (SKOS + "exactMatch", SKOS + "closeMatch") for v in own.get(p, ())]
        kinds = {v.value for v in own.get(RDF + "type", ())}
        role = "DOCUMENT" if CEV + "DocumentVoice" in kinds else "UNNAMED" if CEV + "UnnamedSource" in kinds else None
        return FoundThing(frozenset(labels), frozenset(local_name(m) for m in matches if m.startswith(WD)), role)

    def _quotes(self, iri: str) -> set[str]:
        mentions = self._store.quads_for_pattern(None, NamedNode(CEV + "refersTo"), NamedNode(iri))
        return {q.value for m in mentions for q in self.values(m.subject.value, "quote")}  # type: ignore[union-attr]


def read_statements(quads: Iterable[Quad]) -> dict[str, list[FoundStatement]]:
    """Return the statements of every document by its identifier.

    Their order is that in which the engine lists them after loading the canonical dump: where two fit a statement of
    gold equally well the first one counts, and so our figures are those of a program that asks the dump in SPARQL.
    """
    lines = sorted(f"{quad} .\n" for quad in quads)
    store = Store()
    store.bulk_load("".join(lines).encode(), format=RdfFormat.N_QUADS)
    graph = _Graph(store)
    found: dict[str, list[FoundStatement]] = {}
    for solution in _solutions(store, _IDENTIFIERS):
        spans: dict[str, list[Span]] = defaultdict(list)
        places = _solutions(store, _PLACES, {Variable("i"): solution["i"]})
        for place in places:
            spans[place["s"].value].append(Span(int(place["a"].value), int(place["z"].value)))
        found[solution["i"].value] = [_statement(graph, iri, tuple(at)) for iri, at in spans.items()]
    return found


def _solutions(store: Store, query: str, given: dict[Variable, Any] | None = None) -> Iterator[Any]:
    solutions = store.query(query, use_default_graph_as_union=True, substitutions=given)
    assert isinstance(solutions, QuerySolutions)
    yield from solutions


def _statement(graph: _Graph, iri: str, spans: tuple[Span, ...]) -> FoundStatement:
    accounts = [a.value for a in graph.values(iri, "hasAccount")]

    def content(name: str) -> list[NamedNode | Literal]:
        return [value for account in accounts for value in graph.values(account, name)]

    polarity, certainty = graph.first(iri, "polarity"), graph.first(iri, "claimantCertainty")
    mode = graph.first(iri, "attributionMode")
    types = {local_name(t.value) for t in graph.node(iri).get(RDF + "type", ())}
    return FoundStatement(
        iri=iri,
        spans=spans,
        types=frozenset(types & _TYPES),
        polarity=local_name(polarity).lower() if polarity else None,
        certainty=local_name(certainty).lower() if certainty else None,
        mode=MODES.get(local_name(mode)) if mode else None,
        claimants=tuple(graph.thing(c) for c in graph.values(iri, "claimant")),
        events=frozenset(e.value for e in content("accountOf")),
        event_types=frozenset(local_name(e.value) for e in content("statesEventType")),
        slots={slot: tuple(graph.thing(v) for v in content(name)) for slot, name in SLOTS.items()},
        times=frozenset(
            (graph.first(t.value, "earliest"), graph.first(t.value, "latest")) for t in content("statesTime")
        ),
        figures=frozenset(_figure(graph, f.value) for f in content("statesCasualties")),
    )


def _figure(graph: _Graph, iri: str) -> Figure:
    low, high = graph.first(iri, "minimum"), graph.first(iri, "maximum")
    kind = local_name(graph.first(iri, "casualtyKind") or "")
    return kind.lower(), int(low) if low else None, int(high) if high else None

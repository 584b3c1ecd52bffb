"""A lint of pitfalls of ontologies: each function yields what is wrong, in words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

from rdflib import OWL, RDF, RDFS, SKOS, BNode, Graph, Literal, Namespace, URIRef

CEV = Namespace("https://w3id.org/contested-events/ns#")
ONTOLOGY = URIRef("https://w3id.org/contested-events/ns")
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, OWL.NamedIndividual)
Check = Callable[[Graph], Iterator[str]]


def _terms(graph: Graph, *kinds: URIRef) -> list[URIRef]:
    found = {s for k in kinds or KINDS for s in graph.subjects(RDF.type, k)}
    return sorted(s for s in found if isinstance(s, URIRef) and s.startswith(CEV))


def no_label(graph: Graph) -> Iterator[str]:
    yield from (t for t in _terms(graph) if not list(graph.objects(t, RDFS.label)))


def two_labels(graph: Graph) -> Iterator[str]:
    yield from (t for t in _terms(graph) if len(list(graph.objects(t, RDFS.label))) > 1)


def shared_label(graph: Graph) -> Iterator[str]:
    for kind in KINDS[:3]:
        counts = Counter(str(graph.value(t, RDFS.label)) for t in _terms(graph, kind))
        yield from (label for label, n in counts.items() if n > 1)


def no_language(graph: Graph) -> Iterator[str]:
    for term in _terms(graph):
        for predicate in (RDFS.label, SKOS.definition):
            yield from (term for o in graph.objects(term, predicate) if not (isinstance(o, Literal) and o.language))


def no_definition(graph: Graph) -> Iterator[str]:
    yield from (t for t in _terms(graph) if not list(graph.objects(t, SKOS.definition)))


def definition_is_no_sentence(graph: Graph) -> Iterator[str]:
    for term in _terms(graph):
        text = str(graph.value(term, SKOS.definition) or "X.")
        if not re.fullmatch(r"[A-Z][^.]*(?:\d\.\d[^.]*)?\.", text):
            yield f"{term}: {text}"


def not_defined_here(graph: Graph) -> Iterator[str]:
    yield from (t for t in _terms(graph) if (t, RDFS.isDefinedBy, ONTOLOGY) not in graph)


def no_domain(graph: Graph) -> Iterator[str]:
    free = {CEV.validFrom, CEV.validUntil, CEV.linkEvidence, CEV.reviewedOn}
    for term in _terms(graph, OWL.ObjectProperty, OWL.DatatypeProperty):
        above = list(graph.transitive_objects(term, RDFS.subPropertyOf))
        if term not in free and not any(list(graph.objects(a, RDFS.domain)) for a in above):
            yield term


def two_domains(graph: Graph) -> Iterator[str]:
    yield from (t for t in _terms(graph) if len(list(graph.objects(t, RDFS.domain))) > 1)


def two_ranges(graph: Graph) -> Iterator[str]:
    yield from (t for t in _terms(graph) if len(list(graph.objects(t, RDFS.range))) > 1)


def class_in_small_letters(graph: Graph) -> Iterator[str]:
    yield from (t for t in _terms(graph, OWL.Class, OWL.NamedIndividual) if not t.removeprefix(CEV)[:1].isupper())


def property_in_capitals(graph: Graph) -> Iterator[str]:
    yield from (t for t in _terms(graph, *KINDS[1:4]) if not t.removeprefix(CEV)[:1].islower())


def underscore_or_hyphen(graph: Graph) -> Iterator[str]:
    yield from (t for t in _terms(graph) if re.search(r"[_-]", t.removeprefix(CEV)))


def circle_of_classes(graph: Graph) -> Iterator[str]:
    for term in _terms(graph, OWL.Class):
        yield from (
            term for up in graph.objects(term, RDFS.subClassOf) if term in graph.transitive_objects(up, RDFS.subClassOf)
        )


def circle_of_properties(graph: Graph) -> Iterator[str]:
    for term in _terms(graph, *KINDS[1:3]):
        yield from (
            term
            for up in graph.objects(term, RDFS.subPropertyOf)
            if term in graph.transitive_objects(up, RDFS.subPropertyOf)
        )


def used_but_undeclared(graph: Graph) -> Iterator[str]:
    declared = set(_terms(graph))
    used = {t for triple in graph for t in triple if isinstance(t, URIRef) and t.startswith(CEV)}
    yield from sorted(used - declared)


def individual_of_no_class(graph: Graph) -> Iterator[str]:
    for term in _terms(graph, OWL.NamedIndividual):
        if not [o for o in graph.objects(term, RDF.type) if str(o).startswith(CEV)]:
            yield term


def object_and_datatype_property(graph: Graph) -> Iterator[str]:
    yield from sorted(set(_terms(graph, OWL.ObjectProperty)) & set(_terms(graph, OWL.DatatypeProperty)))


def literal_range_on_object_property(graph: Graph) -> Iterator[str]:
    for term in _terms(graph, OWL.ObjectProperty):
        yield from (
            term for r in graph.objects(term, RDFS.range) if str(r).startswith("http://www.w3.org/2001/XMLSchema#")
        )


def class_range_on_datatype_property(graph: Graph) -> Iterator[str]:
    for term in _terms(graph, OWL.DatatypeProperty):
        yield from (term for r in graph.objects(term, RDFS.range) if str(r).startswith(CEV))


def descriptive_property_outside_the_firewall(graph: Graph) -> Iterator[str]:
    tops = {CEV.states, CEV.statesValue}
    for term in _terms(graph, OWL.ObjectProperty, OWL.DatatypeProperty):
        name = term.removeprefix(CEV)
        if (
            name.startswith("states")
            and term not in tops
            and not tops & set(graph.transitive_objects(term, RDFS.subPropertyOf))
        ):
            yield term


def redefined_standard_term(graph: Graph) -> Iterator[str]:
    standard = (str(RDF), str(RDFS), str(OWL), str(SKOS))
    for subject, predicate in graph.subject_predicates():
        if isinstance(subject, BNode) or not str(subject).startswith(standard):
            continue
        if predicate != RDF.type:
            yield f"{subject} {predicate}"


CHECKS: dict[str, Check] = {
    f.__name__: f
    for f in (
        no_label, two_labels, shared_label, no_language, no_definition, definition_is_no_sentence, not_defined_here,
        no_domain, two_domains, two_ranges, class_in_small_letters, property_in_capitals, underscore_or_hyphen,
        circle_of_classes,
        circle_of_properties, used_but_undeclared, individual_of_no_class, object_and_datatype_property,
        literal_range_on_object_property, class_range_on_datatype_property, descriptive_property_outside_the_firewall,
        redefined_standard_term,
    )
}  # fmt: skip

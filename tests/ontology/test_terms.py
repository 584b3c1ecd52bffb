"""Terms, names and pitfalls: the lint finds nothing in the core, and everything that is planted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import RdfFormat, parse

from app import model
from app.store.ontology_page import render_ontology
from tests.ontology.pitfalls import CEV, CHECKS
from tests.ontology.reasoning import CORE, PREFIXES, ROOT

PLANTED = {
    "no_label": 'cev:X a owl:Class ; skos:definition "A x."@en ; '
    "rdfs:isDefinedBy <https://w3id.org/contested-events/ns> .",
    "two_labels": 'cev:Event rdfs:label "other"@en .',
    "shared_label": 'cev:X a owl:Class ; rdfs:label "event"@en .',
    "no_language": 'cev:X a owl:Class ; rdfs:label "x" .',
    "no_definition": 'cev:X a owl:Class ; rdfs:label "x"@en .',
    "definition_is_no_sentence": 'cev:X a owl:Class ; skos:definition "two things. and more"@en .',
    "not_defined_here": "cev:X a owl:Class .",
    "no_domain": "cev:x a owl:ObjectProperty .",
    "two_domains": "cev:claimant rdfs:domain cev:Place .",
    "two_ranges": "cev:claimant rdfs:range cev:Place .",
    "class_in_small_letters": "cev:thing a owl:Class .",
    "property_in_capitals": "cev:Thing a owl:ObjectProperty .",
    "underscore_or_hyphen": "cev:some_thing a owl:ObjectProperty .",
    "circle_of_classes": "cev:Attack rdfs:subClassOf cev:AirRaid .",
    "circle_of_properties": "cev:states rdfs:subPropertyOf cev:statesPlace .",
    "used_but_undeclared": "cev:Event rdfs:seeAlso cev:Evnet .",
    "individual_of_no_class": "cev:X a owl:NamedIndividual .",
    "object_and_datatype_property": "cev:claimant a owl:DatatypeProperty .",
    "literal_range_on_object_property": "cev:x a owl:ObjectProperty ; rdfs:range xsd:string .",
    "class_range_on_datatype_property": "cev:x a owl:DatatypeProperty ; rdfs:range cev:Place .",
    "descriptive_property_outside_the_firewall": "cev:statesHeight a owl:DatatypeProperty .",
    "redefined_standard_term": "rdfs:label rdfs:subPropertyOf rdfs:comment .",
}
ENUMS = (
    model.StatementType, model.EventType, model.Polarity, model.Certainty, model.Modality, model.AttributionMode,
    model.CasualtyKind, model.Resolution, model.ReviewStatus,
)  # fmt: skip
CONTRACT = " ".join(  # the terms of model.md
    [
        "SourceDocument textSha256 characterCount Mention inDocument charStart charEnd quote expresses refersTo",
        "extractionConfidence reviewStatus AttributedStatement Claim claimant spokesperson relayedBy medium statedAt",
        "hedge disputes endorses polarity denialScope WholeAccount modality claimantCertainty attributionMode",
        "hasAccount EventAccount accountOf Event states statesValue statesEventType statesPerpetrator statesTarget",
        "statesParticipant statesPlace statesInstrument statesTime statesCasualties statesBreachOf",
        "statesInvestigationOf statesFabricationOf statesResponseTo statesGuarantor statesMotive TimeExpression",
        "timeText edtf earliest latest resolution CasualtyFigure casualtyKind minimum maximum bestEstimate victimGroup",
        "figureText State GovernmentBody IntergovernmentalOrganization ArmedGroup Person Actor DocumentVoice",
        "UnnamedSource partOfActor PhysicalTarget PopulationGroup Place withinPlace Proposition about property value",
        "affirmedIn deniedIn doubtedIn undeterminedIn askedIn side publishedEarliest publishedLatest reportedType",
        "reportedPlace reportedEarliest reportedLatest alternativeTo sameMatterAs derivedFromSameText Digest validFrom",
        "validUntil",
    ]
).split()


@pytest.fixture(scope="module")
def core() -> rdflib.Graph:
    """The core ontology."""
    return rdflib.Graph().parse(CORE, format="turtle")


@pytest.mark.parametrize(
    "path", [CORE, *sorted((ROOT / "ontology" / "alignments").glob("*.ttl"))], ids=lambda p: p.stem
)
def test_two_parsers_read_the_same(path: Path) -> None:
    graph = rdflib.Graph().parse(path, format="turtle")
    assert len(graph) == len(set(parse(path=str(path), format=RdfFormat.TURTLE)))


def test_alignments_speak_of_terms_that_exist(core: rdflib.Graph) -> None:
    declared = {s for s in core.subjects() if str(s).startswith(CEV)}
    for path in sorted((ROOT / "ontology" / "alignments").glob("*.ttl")):
        graph = rdflib.Graph().parse(path, format="turtle")
        used = {t for triple in graph for t in triple if str(t).startswith(CEV)}
        assert used, path.name
        assert used <= declared, f"{path.name}: {sorted(map(str, used - declared))}"
        assert not list(graph.objects(None, rdflib.OWL.sameAs))


def test_core_imports_nothing(core: rdflib.Graph) -> None:
    assert not list(core.objects(None, rdflib.OWL.imports))


def test_names_of_the_contract_exist(core: rdflib.Graph) -> None:
    assert not [name for name in CONTRACT if (CEV[name], rdflib.RDF.type, None) not in core]


@pytest.mark.parametrize("enum", ENUMS, ids=lambda e: e.__name__)
def test_values_of_the_code_are_terms(enum: type, core: rdflib.Graph) -> None:
    assert not [v for v in enum if (CEV[v.value], rdflib.RDF.type, None) not in core]  # type: ignore[attr-defined]


def test_perpetrator_is_no_participant(core: rdflib.Graph) -> None:
    assert CEV.statesParticipant not in set(core.transitive_objects(CEV.statesPerpetrator, rdflib.RDFS.subPropertyOf))


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_no_pitfall(name: str, core: rdflib.Graph) -> None:
    assert not list(CHECKS[name](core))


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_planted_pitfall_is_found(name: str) -> None:
    skos = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
    graph = rdflib.Graph().parse(CORE, format="turtle").parse(data=PREFIXES + skos + PLANTED[name], format="turtle")
    assert list(CHECKS[name](graph))


def test_page_has_an_anchor_for_every_term_and_nothing_from_elsewhere(core: rdflib.Graph) -> None:
    page = render_ontology(CORE)
    terms = {str(s).removeprefix(CEV) for s in core.subjects(rdflib.RDFS.isDefinedBy) if str(s).startswith(CEV)}
    assert terms <= set(re.findall(r'id="(\w+)"', page))
    assert not re.search(r"<script|<link|<img|@import|url\(", page)


def test_page_escapes_what_it_shows(tmp_path: Path) -> None:
    hostile = CORE.read_text("utf-8").replace('"event"@en', '"<script>alert(1)</script>"@en', 1)
    file = tmp_path / "hostile.ttl"
    file.write_text(hostile, "utf-8")
    assert "<script>alert" not in render_ontology(file)


def test_kinds_of_attack_are_those_of_the_ontology(core: rdflib.Graph) -> None:
    kinds = core.transitive_subjects(rdflib.RDFS.subClassOf, rdflib.URIRef(CEV + "Attack"))
    assert {str(kind).removeprefix(CEV) for kind in kinds} == {str(kind) for kind in model.ATTACKS}

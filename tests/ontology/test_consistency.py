"""The ontology is consistent, no class is empty, and what must not be said contradicts it."""

from __future__ import annotations

import owlrl
import pytest
import rdflib

from tests.ontology.reasoning import CORE, PREFIXES, is_consistent, require_java

GOOD = """
:s a cev:Accusation ; cev:claimant :russia ; cev:polarity cev:Affirmed ; cev:claimantCertainty cev:Certain ;
  cev:hasAccount :a ; cev:attributionMode cev:IndirectSpeech .
:russia a cev:State . :rebels a cev:ArmedGroup . :aleppo a cev:Place .
:a a cev:EventAccount ; cev:accountOf :e ; cev:modality cev:Actual ; cev:statesEventType cev:ChemicalAttack ;
  cev:statesPerpetrator :rebels ; cev:statesInstrument cev:Chlorine ; cev:statesPlace :aleppo ;
  cev:statesTarget :aleppo .
:e a cev:Event .
:d a cev:Denial ; cev:claimant :rebels ; cev:polarity cev:Denied ; cev:denialScope cev:statesPerpetrator ;
  cev:disputes :s .
"""
BAD = {
    "a value on an event": ":e a cev:Event ; cev:statesPerpetrator :x . :x a cev:State .",
    "a motive on an event": ':e a cev:Event ; cev:statesMotive "to win" .',
    "an event that is an account": ":e a cev:Event, cev:EventAccount .",
    "polarity on a call": ":s a cev:Call ; cev:claimant :x ; cev:polarity cev:Affirmed .",
    "certainty on a condemnation": ":s a cev:Condemnation ; cev:claimantCertainty cev:Certain .",
    "a call that is a claim": ":s a cev:Call, cev:Claim .",
    "two polarities": ":s a cev:Report ; cev:polarity cev:Affirmed, cev:Denied .",
    "two certainties": ":s a cev:Report ; cev:claimantCertainty cev:Certain, cev:Possible .",
    "a polarity of one's own": ":s a cev:Report ; cev:polarity :maybe . :maybe a cev:Polarity . "
    "[] a owl:AllDifferent ; owl:distinctMembers ( :maybe cev:Affirmed cev:Denied cev:Undetermined ) .",
    "an account of two events": ":a cev:accountOf :e, :f . :e owl:differentFrom :f .",
    "a place as perpetrator": ":a cev:statesPerpetrator :p . :p a cev:Place .",
    "an instrument as place": ":a cev:statesPlace cev:Chlorine .",
    "a standpoint's event as event": ":v a cev:StandpointEvent, cev:Event .",
    "a statement as mention": ":m a cev:Mention, cev:Report .",
}


def test_core_is_consistent_and_no_class_is_empty() -> None:
    require_java()
    assert is_consistent() == (True, [])


def test_honest_data_is_consistent() -> None:
    require_java()
    assert is_consistent(GOOD)[0]


@pytest.mark.parametrize("name", sorted(BAD))
def test_planted_contradiction_is_found(name: str) -> None:
    require_java()
    assert not is_consistent(BAD[name])[0]


@pytest.mark.parametrize("name", ["a value on an event", "an event that is an account"])
def test_firewall_is_seen_by_owl_rl_too(name: str) -> None:
    graph = rdflib.Graph().parse(CORE, format="turtle").parse(data=PREFIXES + BAD[name], format="turtle")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    errors = list(
        graph.subjects(rdflib.RDF.type, rdflib.URIRef("http://www.daml.org/2002/03/agents/agent-ont#ErrorMessage"))
    )
    assert errors

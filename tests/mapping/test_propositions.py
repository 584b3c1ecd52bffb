"""Propositions never make an affirmation of a denial, a call, a doubt or an open finding."""

from __future__ import annotations

from typing import Any

import pytest

from app.mapping import Source, map_propositions
from app.mapping.propositions import publication_bounds, stance
from app.model import WHOLE_ACCOUNT, Certainty, Modality, Polarity, StatementType
from app.vocab import cev
from tests.mapping.making import MINTER, claim, document, mapped, nodes, records


@pytest.mark.parametrize(
    ("changes", "instrument", "place"),
    [
        ({}, "affirmedIn", "affirmedIn"),
        ({"certainty": Certainty.PROBABLE}, "doubtedIn", "doubtedIn"),
        ({"polarity": Polarity.DENIED, "denial_scope": "statesInstrument"}, "deniedIn", None),
        ({"polarity": Polarity.DENIED, "denial_scope": WHOLE_ACCOUNT}, "deniedIn", None),
        ({"polarity": Polarity.DENIED, "denial_scope": "statesPerpetrator"}, None, None),
        (
            {"polarity": Polarity.DENIED, "denial_scope": "statesInstrument", "certainty": Certainty.PROBABLE},
            "doubtedIn",
            None,
        ),
        ({"polarity": Polarity.UNDETERMINED, "certainty": None}, "undeterminedIn", None),
        ({"account": {"modality": Modality.FEARED}}, "supposedIn", "supposedIn"),
        ({"account": {"modality": Modality.REQUESTED}}, "askedIn", "askedIn"),
        (
            {"type": StatementType.CALL, "polarity": None, "account": {"modality": Modality.REQUESTED}},
            "askedIn",
            "askedIn",
        ),
        ({"type": StatementType.CONDEMNATION, "polarity": None, "certainty": None}, "affirmedIn", "affirmedIn"),
    ],
)
def test_stance(changes: dict[str, Any], instrument: str | None, place: str | None) -> None:
    statement = claim(**changes)
    assert stance(statement, "statesInstrument") == instrument
    assert stance(statement, "statesPlace") == place


def test_two_claims_of_one_value_meet_in_one_proposition() -> None:
    found = records(claim(1), claim(2, polarity=Polarity.DENIED, denial_scope="statesInstrument"))
    result = mapped(found)
    graph = map_propositions([Source(document(), found, result, None)], nodes(found), {}, MINTER)
    quads = list(graph.quads())
    chlorine = {q.subject for q in quads if q.predicate.value == cev("value") and q.object.value == cev("Chlorine")}
    assert len(chlorine) == 1
    links = {q.predicate.value.rsplit("#")[-1] for q in quads if q.subject in chlorine}
    assert {"affirmedIn", "deniedIn"} <= links


def test_every_proposition_has_a_statement() -> None:
    found = records(claim(1, polarity=Polarity.DENIED, denial_scope="statesInstrument"))
    graph = map_propositions([Source(document(), found, mapped(found), None)], nodes(found), {}, MINTER)
    quads = list(graph.quads())
    nodes_ = {q.subject for q in quads if q.predicate.value == cev("about")}
    linked = {q.subject for q in quads if q.predicate.value.endswith("In")}
    assert nodes_ == linked
    assert len(nodes_) == 1


def test_publication_bounds() -> None:
    assert [str(d) for d in publication_bounds("2016-02")] == ["2016-02-01", "2016-02-29"]
    assert [str(d) for d in publication_bounds("2016")] == ["2016-01-01", "2016-12-31"]
    assert publication_bounds(None) == (None, None)

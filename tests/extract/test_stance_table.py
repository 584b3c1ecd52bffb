"""Stance of clauses one by one; all sentences are our own."""

from __future__ import annotations

import pytest

from app.extract.stance import (
    find_alternatives,
    find_hearsay,
    find_hedges,
    find_modality,
    find_negations,
    find_undetermined,
    is_conditional,
)
from app.model import Certainty, Modality

HEDGES: list[tuple[str, list[tuple[str, str, bool]]]] = [
    ("The army likely used mortars.", [("likely", "Probable", False)]),
    ("It is highly unlikely that mortars were used.", [("highly unlikely", "Probable", True)]),
    ("It was not likely chlorine.", [("not likely", "Probable", True)]),
    ("It is very likely an accident.", [("very likely", "Probable", False)]),
    ("The unit is suspected of three raids.", [("suspected", "Probable", False)]),
    ("The state is thought to have used gas.", [("is thought to have", "Probable", False)]),
    ("She believes that the depot blew up.", [("believes", "Probable", False)]),
    ("They believe in peace.", []),
    ("The guards appear to have fled.", [("appear", "Probable", False)]),
    ("The man appears in the film.", []),
    ("The ministry does not rule out that the story is false.", [("does not rule out", "Possible", False)]),
    ("The ministry doesn't rule out a mine.", [("doesn't rule out", "Possible", False)]),
    ("An accident cannot be ruled out.", [("cannot be ruled out", "Possible", False)]),
    ("The jets may have come from the sea.", [("may", "Possible", False)]),
    ("The raid took place in May.", []),
    ("The bomb might have been faked.", [("might", "Possible", False)]),
    ("They showed their military might.", []),
    ("A mine could have caused it.", [("could", "Possible", False)]),
    ("The panel could not establish the cause.", []),
    ("They could hear the shelling.", []),
    ("They were allowed to potentially fabricate samples.", [("potentially", "Possible", False)]),
    ("We have credible evidence that they fired.", [("credible evidence", "Certain", False)]),
    ("There is no doubt that they fired.", [("There is no doubt", "Certain", False)]),
    ("The envoy doubts that they fired.", [("doubts", "Probable", True)]),
    ("The panel does not believe that gas was used.", [("does not believe", "Probable", True)]),
    (
        "There are reasonable grounds to believe that gas was used.",
        [("reasonable grounds to believe", "Certain", False)],  # as credible evidence is (GUIDE, decision 6)
    ),
    ("The evidence suggests that gas was used.", [("evidence suggests", "Probable", False)]),
    ("They bombed the bridge on Friday.", []),
    (
        "It was probably the militia or possibly a gang.",
        [("probably", "Probable", False), ("possibly", "Possible", False)],
    ),
]

ON_SLOT: list[tuple[str, bool]] = [
    ("They used a toxic gas, likely sarin, in the raid.", True),
    ("The army likely used sarin.", False),
    ("Suspected militants shot two guards.", True),
    ("The group is suspected of the raid.", False),
    ("It is likely that they used sarin.", False),
    ("Barrel bombs, probably from helicopters, fell.", True),
    ("A possible chemical attack was filmed.", True),
    ("It is possible that they fired.", False),
]

NEGATIONS: list[tuple[str, list[str]]] = [
    ("No chlorine was used.", ["No"]),
    ("The army did not bomb the clinic.", ["not"]),
    ("The army didn't bomb the clinic.", ["didn't"]),
    ("The army didn’t bomb the clinic.", ["didn’t"]),
    ("Our planes never bombed the clinic.", ["never"]),
    ("The report is baseless.", ["baseless"]),
    ("Nobody was hurt.", ["Nobody"]),
    ("There is no evidence of gas.", ["There is no evidence of"]),
    ("The ministry does not rule out a mine.", []),
    ("Not only the clinic was bombed.", []),
    ("No fewer than ten shells fell.", []),
    ("There is no doubt that they fired.", []),
    ("It is not likely that they fired.", []),
    ("The panel was unable to say who fired.", []),
    ("The panel could not establish who fired.", []),
    ("Decree No. 10 was signed.", []),
    ("They bombed the clinic.", []),
]

MODALITY: list[tuple[str, Modality]] = [
    ("bombed the clinic on Friday", Modality.ACTUAL),
    ("said that the militia had bombed the clinic", Modality.ACTUAL),
    ("accused the army of bombing the clinic", Modality.ACTUAL),
    ("condemned the raid", Modality.ACTUAL),
    ("an operation from which the army sought to gain", Modality.ACTUAL),
    ("was asked if the army had fired", Modality.ACTUAL),
    ("acted as if nothing could happen", Modality.ACTUAL),
    ("fired tear gas, likely to frighten the crowd", Modality.ACTUAL),
    ("is thought to have used sarin", Modality.ACTUAL),
    ("killed at least ten people, according to the mission", Modality.ACTUAL),
    ("broke the truce that had been agreed in April", Modality.ACTUAL),
    ("urged both sides to keep the truce", Modality.REQUESTED),
    ("called on all sides to respect the ceasefire", Modality.REQUESTED),
    ("called for an inquiry into the raid", Modality.REQUESTED),
    ("demands an end to the siege", Modality.REQUESTED),
    ("asked the agency to investigate the raid", Modality.REQUESTED),
    ("the army must stop the shelling", Modality.REQUESTED),
    ("both sides should respect the truce", Modality.REQUESTED),
    ("We caution the state against tampering with the site", Modality.REQUESTED),
    ("also backing an investigation by the agency", Modality.REQUESTED),
    ("Do not tamper with the site", Modality.REQUESTED),
    ("it is important that the truce be made permanent", Modality.REQUESTED),
    ("fears that the town will be shelled", Modality.FEARED),
    ("warned of a massacre", Modality.FEARED),
    ("warned that an assault was near", Modality.FEARED),
    ("there is a risk of a gas attack", Modality.FEARED),
    ("the offensive could lead to a bloodbath", Modality.FEARED),
    ("the town is bracing for an assault", Modality.FEARED),
    ("the group is preparing to stage a gas attack", Modality.PLANNED),
    ("the group was preparing a provocation", Modality.PLANNED),
    ("the army plans to storm the port", Modality.PLANNED),
    ("the planned offensive was put off", Modality.PLANNED),
    ("the truce will begin at dawn", Modality.PLANNED),
    ("he threatened to bomb the capital", Modality.PLANNED),
    ("the state may be preparing to face its neighbour", Modality.PLANNED),
    ("if gas were used, the fleet would strike", Modality.SUPPOSED),
    ("the fleet would strike if gas were used", Modality.SUPPOSED),
    ("any use of gas would be met with force", Modality.SUPPOSED),
    ("a hit would have killed everyone", Modality.SUPPOSED),
]

UNDETERMINED: list[tuple[str, bool]] = [
    ("The panel could not establish whether gas was used.", True),
    ("The mission was unable to determine who fired.", True),
    ("The tests were inconclusive.", True),
    ("There was insufficient evidence to blame either side.", True),
    ("No conclusion was reached.", True),
    ("It is not clear who fired.", True),
    ("It remains unclear who fired.", True),
    ("The claim could not be independently verified.", True),
    ("The cause has not been established.", True),
    ("No group has claimed responsibility.", True),
    ("The panel established that gas was used.", False),
    ("It is clear that the army fired.", False),
    ("The army was able to verify the list.", False),
]

CONDITIONS: list[tuple[str, bool]] = [
    ("If the raids go on, we leave.", True),
    ("We leave unless the raids end.", True),
    ("Should the army use gas, we act.", True),
    ("Had it gone off, many would have died.", True),
    ("We stay as long as the truce holds.", True),
    ("We stay provided that the truce holds.", True),
    ("The army should stop.", False),
    ("They acted as if nothing had happened.", False),
    ("The raids went on.", False),
    ("The ministry provided the list.", False),
]

HEARSAY: list[tuple[str, list[str]]] = [
    ("The army reportedly used gas.", ["reportedly"]),
    ("The army allegedly used gas.", ["allegedly"]),
    ("The alleged raid was filmed.", ["alleged"]),
    ("The army is said to have used gas.", ["is said to have"]),
    ("The army used gas.", []),
]


@pytest.mark.parametrize(("sentence", "expected"), HEDGES)
def test_hedges(sentence: str, expected: list[tuple[str, str, bool]]) -> None:
    hedges = find_hedges(sentence, start=7)
    assert [(h.text, h.certainty.value, h.negative) for h in hedges] == expected
    assert all((" " * 7 + sentence)[h.span.start : h.span.end] == h.text for h in hedges)


@pytest.mark.parametrize(("sentence", "on_slot"), ON_SLOT)
def test_hedge_on_one_slot(sentence: str, on_slot: bool) -> None:
    (hedge,) = find_hedges(sentence)
    assert hedge.on_slot is on_slot
    assert hedge.certainty is not Certainty.CERTAIN


@pytest.mark.parametrize(("sentence", "expected"), NEGATIONS)
def test_negations(sentence: str, expected: list[str]) -> None:
    assert [cue.text for cue in find_negations(sentence)] == expected


@pytest.mark.parametrize(("clause", "modality"), MODALITY)
def test_modality(clause: str, modality: Modality) -> None:
    assert find_modality(clause) is modality


@pytest.mark.parametrize(("sentence", "is_open"), UNDETERMINED)
def test_undetermined(sentence: str, is_open: bool) -> None:
    assert bool(find_undetermined(sentence)) is is_open


@pytest.mark.parametrize(("sentence", "conditional"), CONDITIONS)
def test_conditions(sentence: str, conditional: bool) -> None:
    assert is_conditional(sentence) is conditional


def test_alternatives() -> None:
    sentence = "It was carried out by either the army or its allies. They left."
    assert [cue.text for cue in find_alternatives(sentence)] == ["either the army or"]
    assert find_alternatives("The army or its allies did it.") == []


@pytest.mark.parametrize(("sentence", "expected"), HEARSAY)
def test_hearsay(sentence: str, expected: list[str]) -> None:
    assert [cue.text for cue in find_hearsay(sentence)] == expected

"""Loose words ("the rebels", "government forces") stand for the actors of a country only in a text about it."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy

from app.extract.gazetteer import Gazetteer
from app.link import load_reference
from app.vocab import DEFAULT_BASE

ROOT = Path(__file__).parents[2]
LOOSE = "Syrian opposition armed groups"


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    """All names of the reference data."""
    reference, _ = load_reference(ROOT / "data" / "reference", DEFAULT_BASE)
    return Gazetteer(reference)


def _labels(gazetteer: Gazetteer, text: str) -> set[str]:
    words = spacy.blank("en")(text)
    return {e.label for name in gazetteer.find(words) for e in name.entries}


@pytest.mark.parametrize(
    "text",
    [
        "Moscow said the rebels had shelled a school in Aleppo.",
        "The Syrian president said the rebels would pay.",
        "Idlib was quiet. Later the rebels fired rockets.",
    ],
)
def test_at_home(gazetteer: Gazetteer, text: str) -> None:
    assert LOOSE in _labels(gazetteer, text)


@pytest.mark.parametrize(
    "text",
    [
        "Kinshasa said the rebels had shelled a school in Goma.",
        "The rebels shelled a school near Donetsk, Kyiv said.",
        "The rebels and government forces fought again on Monday.",
        "In Sanaa, the opposition blamed the coalition for the air strike.",
    ],
)
def test_away(gazetteer: Gazetteer, text: str) -> None:
    assert not {LOOSE, "Syrian Arab Armed Forces", "Global Coalition against Daesh"} & _labels(gazetteer, text)


def test_words_that_belong_to_one_body_alone_stay(gazetteer: Gazetteer) -> None:
    assert "Organisation for the Prohibition of Chemical Weapons" in _labels(
        gazetteer, "The chemical weapons watchdog sent a team."
    )

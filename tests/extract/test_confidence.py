"""Blame says how sure its reading is: by the words that name the doer, by how they became an actor, by who blames."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from typing import Any

import pytest

from app.extract import load_extractor
from app.extract.confidence import Blame, Found, Way, confidence_of
from app.link import load_reference
from app.model import DOUBTFUL_BELOW, Document, Entity, EntityKind, Iri, Statement, StatementType
from app.vocab import DEFAULT_BASE
from tests.extract.confidence_table import pairs_of
from tests.extract.sample_sentences import ROOT
from tests.extract.score_dev import read_folder
from tests.extract.score_trial import TRIAL

LEAST_ABOVE = 0.85


@cache
def _reader() -> Any:
    return load_extractor("rules.v2", load_reference(ROOT / "data/reference", DEFAULT_BASE)[0])


def _read(text: str) -> tuple[Statement, ...]:
    document = Document(
        id="sample", text=text, path="sample.txt", sha256=sha256(text.encode()).hexdigest(),
        published="2019-03-04", publisher="Voice of America", language="en",
    )  # fmt: skip
    return tuple(s for s in _reader().read(document).statements if s.account.perpetrators)


@pytest.mark.parametrize(
    "text",
    [
        "Turkey said that Russia bombed Aleppo.",
        "Russia accused the Government of Syria of shelling Idlib.",
        "France said the town was shelled by Russia.",
        "Turkey said Russia carried out an air strike on Idlib.",
    ],
)
def test_a_doer_who_is_named_by_the_verb_is_above_the_line(text: str) -> None:
    (statement,) = _read(text)
    assert statement.confidence >= DOUBTFUL_BELOW


@pytest.mark.parametrize(
    "text",
    [
        "Turkey said gunmen shelled Idlib.",
        "Russia met envoys of Turkey on Monday. It shelled Idlib, France said.",
        "The head of the bakers' union said Russia bombed Idlib.",
        "It was reported that Russia bombed Idlib.",
    ],
)
def test_a_plain_noun_a_pronoun_and_an_unknown_source_are_below_the_line(text: str) -> None:
    for statement in _read(text):
        assert statement.confidence < DOUBTFUL_BELOW, statement


def test_what_is_carried_over_from_another_sentence_is_no_surer_than_that_sentence() -> None:
    found = _read("Turkey said that Russia bombed Aleppo. Russia denied the accusation.")
    accusation, denial = sorted(found, key=lambda s: s.evidence)
    assert denial.type is StatementType.DENIAL
    assert denial.account.perpetrators == accusation.account.perpetrators
    assert denial.confidence <= accusation.confidence


def _of(way: Way, found: Found, *traits: str) -> float:
    claimant = Entity(kind=EntityKind.ACTOR, name="Turkey", reference=Iri("urn:turkey"), class_hint="State")
    return confidence_of([Blame(way, found)], [claimant], traits, sure=True)


def test_every_construction_has_a_chance_that_is_neither_certain_nor_none() -> None:
    for way in Way:
        for found in Found:
            assert 0 < _of(way, found) < 1


def test_a_pronoun_a_long_sentence_and_a_relayed_word_are_less_sure_than_a_name() -> None:
    plain = _of(Way.AGENT, Found.NAMED)
    assert _of(Way.AGENT, Found.PRONOUN) < plain
    assert _of(Way.AGENT, Found.NAMED, "long") < plain
    assert _of(Way.AGENT, Found.NAMED, "relayed") < plain


def test_the_weakest_doer_decides_and_a_guessed_speaker_is_never_sure() -> None:
    claimant = Entity(kind=EntityKind.ACTOR, name="Turkey", reference=Iri("urn:turkey"), class_hint="State")
    both = [Blame(Way.AGENT, Found.NAMED), Blame(Way.SHARED, Found.PRONOUN)]
    assert confidence_of(both, [claimant], (), sure=True) == _of(Way.SHARED, Found.PRONOUN)
    assert confidence_of(both[:1], [claimant], (), sure=False) <= 0.5


def test_blame_above_the_line_is_right_more_often_than_below_it() -> None:
    """On the trial documents, which are ours: what the line promises is measured, not stated."""
    above: list[bool] = []
    below: list[bool] = []
    for half in ("open", "closed"):
        reference, read = read_folder(TRIAL / half)
        for document, records in read:
            for confidence, right in pairs_of(reference, document, records, TRIAL / "gold"):
                (above if confidence >= DOUBTFUL_BELOW else below).append(right)
    assert sum(above) / len(above) >= LEAST_ABOVE
    assert sum(below) / len(below) < sum(above) / len(above)

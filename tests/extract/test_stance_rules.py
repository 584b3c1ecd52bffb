"""Every line of `stance.toml` is found in its own example, and means there what the line says."""

from __future__ import annotations

import pytest

from app.extract.stance import (
    StanceLine,
    find_alternatives,
    find_hearsay,
    find_hedges,
    find_modality,
    find_negations,
    find_undetermined,
    is_conditional,
    load_rules,
)
from app.model import Modality

RULES = load_rules()


def name(line: StanceLine) -> str:
    return line.example


@pytest.mark.parametrize("line", list(RULES.hedge), ids=name)
def test_hedge(line: StanceLine) -> None:
    (hedge, *_) = find_hedges(line.example)
    assert (hedge.certainty, hedge.negative) == (line.certainty, line.negative)


@pytest.mark.parametrize("line", list(RULES.hearsay), ids=name)
def test_hearsay(line: StanceLine) -> None:
    assert find_hearsay(line.example)


@pytest.mark.parametrize("line", list(RULES.negation), ids=name)
def test_negation(line: StanceLine) -> None:
    assert find_negations(line.example)


@pytest.mark.parametrize("line", list(RULES.not_negation), ids=name)
def test_no_negation(line: StanceLine) -> None:
    assert line.pattern.search(line.example)
    assert not find_negations(line.example)


@pytest.mark.parametrize("line", list(RULES.undetermined), ids=name)
def test_undetermined(line: StanceLine) -> None:
    assert line.pattern.search(line.example)
    assert find_undetermined(line.example)


@pytest.mark.parametrize("line", list(RULES.alternative), ids=name)
def test_alternative(line: StanceLine) -> None:
    assert find_alternatives(line.example)


@pytest.mark.parametrize("line", list(RULES.condition), ids=name)
def test_condition(line: StanceLine) -> None:
    assert line.pattern.search(line.example)
    assert is_conditional(line.example)


@pytest.mark.parametrize(
    ("modality", "line"),
    [(m, line) for m, lines in RULES.modality for line in lines],
    ids=lambda x: str(getattr(x, "example", x)),
)
def test_modality(modality: Modality, line: StanceLine) -> None:
    assert line.pattern.search(line.example)
    assert find_modality(line.example) is modality


def test_every_modality_but_actual_has_lines() -> None:
    assert {modality for modality, _ in RULES.modality} == set(Modality) - {Modality.ACTUAL}

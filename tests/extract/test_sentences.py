"""Each sample sentence gives its expected statements; what is known to fail is listed, and reported when it passes."""

from __future__ import annotations

import pytest

from tests.extract.sample_sentences import Sample, load_known, load_samples, outcomes

SAMPLES = load_samples()
KNOWN = load_known()
LEAST_RIGHT = 0.6


def _marked(sample: Sample) -> object:
    known = KNOWN.get(sample.id)
    marks = [pytest.mark.xfail(reason=f"known: {known}", strict=False)] if known else []
    return pytest.param(sample, id=sample.id, marks=marks)


@pytest.mark.parametrize("sample", [_marked(s) for s in SAMPLES])
def test_sentence_is_read_as_expected(sample: Sample) -> None:
    outcome = next(o for o in outcomes() if o.sample.id == sample.id)
    assert outcome.fault is None, f"{sample.text} — wrong in: {outcome.fault}; read: {outcome.read}"


def test_there_are_many_and_their_names_are_unique() -> None:
    assert len(SAMPLES) >= 600
    assert len({s.id for s in SAMPLES}) == len({s.text for s in SAMPLES}) == len(SAMPLES)


def test_known_failures_name_samples() -> None:
    assert set(KNOWN) <= {s.id for s in SAMPLES}


def test_most_are_right() -> None:
    right = sum(o.fault is None for o in outcomes())
    assert right >= LEAST_RIGHT * len(SAMPLES)

"""Every cue of `figures.toml` finds a figure of its kind in each of its examples."""

from __future__ import annotations

import pytest

from app.extract.figures import find_figures
from app.extract.figures_rules import Cue, load_rules


@pytest.mark.parametrize(
    ("cue", "example"),
    [(cue, example) for cue in load_rules().cues for example in cue.examples],
    ids=lambda x: getattr(x, "form", x),
)
def test_cue_finds_its_example(cue: Cue, example: str) -> None:
    (figure,) = find_figures(f"They said that {example} in the town.")
    assert figure.kind is cue.kind
    assert (figure.minimum, figure.maximum) in ((20, 20), (31, 31), (94, 94))


@pytest.mark.parametrize("cue", load_rules().cues, ids=lambda cue: f"{cue.kind} {cue.form}")
def test_cue_has_examples(cue: Cue) -> None:
    assert cue.examples

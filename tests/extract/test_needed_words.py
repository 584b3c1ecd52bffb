"""The words that a pattern needs: nothing that matches is ever passed over."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.extract.needed_words import Sieve, needed_words
from app.extract.stance import load_rules
from app.extract.times_rules import load_grammar
from tests.extract.sample_sentences import load_samples

_STANCE = load_rules()
_LINES = [
    line
    for group in (
        _STANCE.hedge, _STANCE.hearsay, _STANCE.negation, _STANCE.not_negation, _STANCE.undetermined,
        _STANCE.condition, _STANCE.alternative, *(lines for _, lines in _STANCE.modality),
    )
    for line in group
]  # fmt: skip
_WORDS = sorted({word for line in _LINES for word in line.example.split()})
_PATTERNS = [line.pattern for line in _LINES] + [rule.pattern for rule in load_grammar().rules]

_SIEVE = Sieve(_PATTERNS)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r"(?<!\w)not\s+likely", ("likely",)),
        (r"(?:might|could)\s+have", ("could", "might")),
        (r"(?i:may|will)", ("may", "will")),
        (r"in(?:side)?", ("in",)),
        (r"(?:unless)?", ()),
        (r"\d{4}", ()),
        (r"(?=certain)x+", ()),
        (r"(?:certain){2}ly", ("certain",)),
        (r"(?:certain){0,2}ly", ("ly",)),
        (r"[Mm]ay", ("ay",)),
    ],
)
def test_words_of_a_pattern(pattern: str, words: tuple[str, ...]) -> None:
    assert needed_words(pattern) == words


def _missed(text: str) -> list[str]:
    """The patterns that match a text and would not have been tried."""
    passing = set(_SIEVE.passing(text))
    return [p.pattern for n, p in enumerate(_PATTERNS) if n not in passing and p.search(text)]


def test_no_sample_sentence_and_no_example_is_passed_over() -> None:
    texts = [sample.text for sample in load_samples()[::4]] + [line.example for line in _LINES]
    texts += [example for rule in load_grammar().rules for example in rule.examples]
    for text in texts:
        for shape in (text, text.upper(), text.replace("i", "İ").replace("k", "K").replace("s", "ſ")):
            assert _missed(shape) == []


def test_most_patterns_name_a_word() -> None:
    named = sum(bool(needed_words(p.pattern, p.flags & ~re.UNICODE)) for p in _PATTERNS)
    assert named >= 0.8 * len(_PATTERNS)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(_WORDS), max_size=14).map(" ".join))
def test_words_in_any_order_are_passed_over_only_where_nothing_matches(text: str) -> None:
    assert _missed(text) == []

"""Loaded words are found in labels, not in quotes and not inside other words."""

from __future__ import annotations

import pytest

from app.validate.labels import loaded_words_in


@pytest.mark.parametrize(
    ("label", "found"),
    [
        ("the regime", ["regime"]),
        ("Terrorists of Group Y", ["terrorists"]),
        ("pro-regime officials", ["regime"]),
        ("group called “terrorists” by the ministry", []),
        ('the "regime"', []),
        ("a report “on the “regime” and its terrorists”", []),
        ("regimental command", []),
        ("reported incident, Aleppo, 24 November 2018", []),
        ("REGIME", ["regime"]),
    ],
)
def test_default_words(label: str, found: list[str]) -> None:
    assert loaded_words_in(label) == found


def test_a_list_with_phrases() -> None:
    assert loaded_words_in("the so-called White Helmets", ["so-called", "gang"]) == ["so-called"]
    assert loaded_words_in("so they called", ["so-called"]) == []

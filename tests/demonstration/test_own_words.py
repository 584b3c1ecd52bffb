"""The digests are in our own words: no run of twelve words is shared with a text that we must not copy."""

from __future__ import annotations

import re

import pytest

from .corpus import ROOT, Digest

SOURCES = ROOT.parent / "shared" / "extraction" / "dev"
RUN = 12


def runs(text: str) -> set[tuple[str, ...]]:
    """Return all runs of `RUN` words, without case and punctuation."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    return {tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}


def test_runs_are_found_whatever_case_and_punctuation() -> None:
    words = "one two three four five six seven eight nine ten eleven twelve thirteen"
    assert runs(words.upper().replace(" ", ", ")) == runs(words)
    assert len(runs(words)) == 2


def test_no_long_run_of_words_is_taken_over(corpus: list[Digest]) -> None:
    if not SOURCES.is_dir():
        pytest.skip("../shared/extraction/dev is not there")
    taken: set[tuple[str, ...]] = set()
    for path in sorted(SOURCES.glob("*.txt")):
        taken |= runs(path.read_text(encoding="utf-8"))
    assert taken
    for digest in corpus:
        assert not runs(digest.body) & taken, digest.id


def test_quotations_are_a_few_words_only(corpus: list[Digest]) -> None:
    for digest in corpus:
        for quoted in re.findall(r'"([^"]*)"', digest.body):
            assert len(quoted.split()) <= 5, (digest.id, quoted)

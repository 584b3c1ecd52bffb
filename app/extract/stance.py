"""Hedges, negation, modality and undetermined findings of English clauses."""

from __future__ import annotations

from dataclasses import dataclass

from app.model import Certainty, Modality, Span


@dataclass(frozen=True, slots=True)
class Hedge:
    """A cue of how sure a claimant is; `negative` where it speaks against the account ("unlikely")."""

    span: Span
    text: str
    certainty: Certainty
    negative: bool = False


@dataclass(frozen=True, slots=True)
class Cue:
    """A negation or a phrase that leaves a finding open."""

    span: Span
    text: str


def find_hedges(text: str, *, start: int = 0) -> list[Hedge]:
    """Return the hedges of `text`, in order (signature only as yet: none)."""
    del text, start
    return []


def find_negations(text: str, *, start: int = 0) -> list[Cue]:
    """Return the negations of `text`, in order (signature only as yet: none)."""
    del text, start
    return []


def find_undetermined(text: str, *, start: int = 0) -> list[Cue]:
    """Return the phrases that leave a finding open, in order (signature only as yet: none)."""
    del text, start
    return []


def is_conditional(text: str) -> bool:
    """Return whether the clause is a condition (signature only as yet: False)."""
    del text
    return False


def find_modality(text: str) -> Modality:
    """Return whether the clause puts its event forward as having happened (signature only as yet: Actual)."""
    del text
    return Modality.ACTUAL

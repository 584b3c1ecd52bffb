"""Accounts of one event side by side: the same questions down, chosen claimants across, and what differs underlined."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations

from app.serve.pages.evidence import Piece
from app.serve.pages.matrix import Matrix
from app.serve.pages.story import Named, Quote, StatementView, Story, Value
from app.serve.pages.words import OPPOSING, QUESTIONS, SUPPORTING

MOST = 4


@dataclass(frozen=True, slots=True)
class Answer:
    """One value in one account; `differs` where another account shown stands otherwise to it, or answers otherwise."""

    value: Value
    differs: bool


@dataclass(frozen=True, slots=True)
class Column:
    """One claimant's account: its statements, and the quotes with differing words underlined."""

    claimant: Named
    statements: tuple[StatementView, ...]
    quotes: tuple[tuple[StatementView, Quote], ...]


@dataclass(frozen=True, slots=True)
class SideBySide:
    """The accounts shown, and for each question the answers of each."""

    columns: tuple[Column, ...]
    questions: tuple[tuple[str, tuple[tuple[Answer, ...], ...]], ...]
    was_chosen: bool


def put_side_by_side(story: Story, matrix: Matrix, chosen: list[str]) -> SideBySide:
    """Return the accounts of the chosen claimants, or of those that differ most where none is chosen."""
    known = {c.iri: c for c in story.claimants}
    wanted = [known[iri] for iri in dict.fromkeys(chosen) if iri in known][:MOST]
    picked = wanted or [known[iri] for iri in _most_different(matrix)]
    mine = {c.iri: tuple(s for s in story.statements if c in s.claimants) for c in picked}
    values = {iri: _values(statements) for iri, statements in mine.items()}
    rows = []
    for question, title in QUESTIONS.items():
        cells = tuple(
            tuple(Answer(v, _differs(v, c.iri, values)) for v in values[c.iri] if v.question == question)
            for c in picked
        )
        if any(cells):
            rows.append((title, cells))
    differing = {iri: {v.iri for v in found if _differs(v, iri, values)} for iri, found in values.items()}
    columns = tuple(Column(c, mine[c.iri], _quotes(mine[c.iri], differing[c.iri])) for c in picked)
    return SideBySide(columns, tuple(rows), bool(wanted))


def _values(statements: tuple[StatementView, ...]) -> list[Value]:
    found = {(v.key, v.stance.kind): v for s in statements for v in s.values}
    return list(found.values())


def _differs(value: Value, claimant: str, values: dict[str, list[Value]]) -> bool:
    for other, found in values.items():
        if other == claimant:
            continue
        answers = [v for v in found if v.question == value.question]
        if answers and not any(v.key == value.key and v.stance == value.stance for v in answers):
            return True
    return False


def _quotes(statements: tuple[StatementView, ...], differing: set[str]) -> tuple[tuple[StatementView, Quote], ...]:
    def underline(piece: Piece) -> Piece:
        return piece._replace(differs=any(t in differing for t in piece.targets))

    return tuple((s, replace(q, pieces=tuple(map(underline, q.pieces)))) for s in statements for q in s.quotes)


def _most_different(matrix: Matrix) -> list[str]:
    """The two claimants who contradict each other on most propositions, and the one who differs most from both."""
    names = [c.iri for c in matrix.claimants]
    if len(names) < 2:
        return names
    stances = {c: {p.key: p.by_claimant[c].keys() for p in matrix.propositions if c in p.by_claimant} for c in names}

    def opposed(a: str, b: str) -> int:
        return sum(
            1
            for key in stances[a].keys() & stances[b].keys()
            if (stances[a][key] & SUPPORTING and stances[b][key] & OPPOSING)
            or (stances[a][key] & OPPOSING and stances[b][key] & SUPPORTING)
        )

    def unlike(a: str, b: str) -> int:
        return sum(1 for key in stances[a].keys() & stances[b].keys() if stances[a][key] != stances[b][key])

    # Only those who speak to something contested can contradict, which keeps the pairs few where hundreds speak.
    contested = matrix.contested
    speaking = sorted(names, key=lambda c: -sum(1 for p in contested if c in p.by_claimant))[:40]
    first, second = max(
        combinations(speaking, 2), key=lambda pair: (opposed(*pair), unlike(*pair), _size(pair, stances))
    )
    rest = [c for c in speaking if c not in (first, second)]
    third = max(rest, key=lambda c: (unlike(c, first) + unlike(c, second), len(stances[c])), default=None)
    shown = [first, second] + ([third] if third and unlike(third, first) and unlike(third, second) else [])
    return sorted(shown, key=names.index)


def _size(pair: tuple[str, str], stances: Mapping[str, Mapping[tuple[str, str], object]]) -> int:
    return min(len(stances[pair[0]]), len(stances[pair[1]]))

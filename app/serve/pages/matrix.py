"""The claimant × proposition matrix, what is contested in it, and what nobody here disputes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from app.serve.pages.story import Named, StatementView, Story, Value
from app.serve.pages.words import OPEN, OPPOSING, QUESTIONS, STANCES, SUPPORTING, Stance, Words, rank_of

MOST_COLUMNS = 8


@dataclass(frozen=True, slots=True)
class Mark:
    """What one claimant says to one proposition: a stance, since when, and its statements in order."""

    stance: Stance
    since: str
    statements: tuple[StatementView, ...]


@dataclass(slots=True)
class Proposition:
    """One answer to one question, with everyone who stands to it somehow."""

    key: tuple[str, str]
    question: str
    label: Words
    iri: str
    is_local: bool
    by_claimant: dict[str, dict[Stance, list[StatementView]]] = field(default_factory=dict)
    sides: dict[Stance, set[str]] = field(default_factory=lambda: defaultdict(set))

    def who(self, stances: frozenset[Stance]) -> set[str]:
        """The claimants who stand to it in one of these ways."""
        return {c for c, marks in self.by_claimant.items() if stances & marks.keys()}

    @property
    def is_contested(self) -> bool:
        """Whether somebody puts it forward, surely or not, that somebody denies, thinks unlikely or leaves open."""
        return bool(self.who(SUPPORTING)) and bool(self.who(OPPOSING | {OPEN}))

    @property
    def is_only_denied(self) -> bool:
        """Whether it is denied here and put forward by nobody here."""
        return not self.who(SUPPORTING) and bool(self.who(OPPOSING))

    @property
    def supporting_sides(self) -> int:
        """How many sides put it forward; a ministry and its embassy are one side."""
        return len(set().union(*(self.sides.get(s, set()) for s in SUPPORTING)))

    @property
    def title(self) -> str:
        """The question that it answers."""
        return QUESTIONS.get(self.question, self.question)

    def marks(self, claimant: str) -> list[Mark]:
        """What one claimant says to it, in the order of the stances."""
        mine = self.by_claimant.get(claimant, {})
        return [Mark(s, mine[s][0].published, tuple(mine[s])) for s in STANCES if s in mine]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Every proposition about an event, contested ones first, then by how many speak to it."""

    propositions: tuple[Proposition, ...]
    claimants: tuple[Named, ...]

    @property
    def contested(self) -> list[Proposition]:
        """Those that somebody puts forward and somebody denies, thinks unlikely or leaves open."""
        return [p for p in self.propositions if p.is_contested]

    @property
    def undisputed(self) -> list[Proposition]:
        """Those that at least two sides put forward and nobody here denies, thinks unlikely or leaves open.

        Blame is never among them, nor an answer to a question of which another answer is contested or, where only one
        answer can hold (how many, when), differs. Places may lie in each other.
        """
        found = []
        for name, mine in self.questions.items():
            if name == "statesPerpetrator" or (name != "statesPlace" and any(p.is_contested for p in mine)):
                continue
            if name in ("statesCasualties", "statesTime") and sum(1 for p in mine if p.who(SUPPORTING)) > 1:
                continue
            found += [p for p in mine if p.supporting_sides > 1 and not p.who(OPPOSING | {OPEN})]
        return found

    @property
    def questions(self) -> dict[str, list[Proposition]]:
        """The propositions by question, in the order of the questions."""
        found: dict[str, list[Proposition]] = {name: [] for name in QUESTIONS}
        for proposition in self.propositions:
            found.setdefault(proposition.question, []).append(proposition)
        return {name: mine for name, mine in found.items() if mine}

    @property
    def differing(self) -> list[str]:
        """Questions of who did it and how many to which several answers are put forward."""
        many = []
        for name in ("statesPerpetrator", "statesCasualties"):
            if sum(1 for p in self.questions.get(name, []) if p.who(SUPPORTING)) > 1:
                many.append(QUESTIONS[name].lower())
        return many

    def columns(self, question: str) -> list[Proposition]:
        """The columns to show: of one question, or the contested ones, or else those that most speak to."""
        if question in self.questions:
            return self.questions[question][:MOST_COLUMNS]
        return (self.contested or list(self.propositions))[:MOST_COLUMNS]

    def rows(self, columns: list[Proposition]) -> list[Named]:
        """The claimants who speak to one of some columns first, then the others; both by name."""
        speaking = set().union(*(p.by_claimant.keys() for p in columns)) if columns else set()
        return sorted(self.claimants, key=lambda c: c.iri not in speaking)


def build_matrix(story: Story) -> Matrix:
    """Put the values of all statements into propositions."""
    found: dict[tuple[str, str], Proposition] = {}
    for statement in story.statements:
        for value in statement.values:
            proposition = found.setdefault(value.key, _empty(value))
            proposition.sides[value.stance].update(s.iri for s in statement.sides)
            for claimant in statement.claimants:
                mine = proposition.by_claimant.setdefault(claimant.iri, {})
                mine.setdefault(value.stance, []).append(statement)
    ranked = sorted(
        found.values(),
        key=lambda p: (not p.is_contested, -len(p.by_claimant), rank_of(p.question), p.label.text),
    )
    return Matrix(tuple(ranked), tuple(story.claimants))


def _empty(value: Value) -> Proposition:
    return Proposition(value.key, value.question, value.label, value.iri, value.is_local)

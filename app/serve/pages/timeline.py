"""How the story changed: the claims as they were published, and what each was the first here to say."""

from __future__ import annotations

from dataclasses import dataclass

from app.serve.pages.numbers import number_words
from app.serve.pages.story import StatementView, Story, Value
from app.serve.pages.words import DENIES, OPEN, SUPPORTING


@dataclass(frozen=True, slots=True)
class Step:
    """One statement in the order of publication; `news` says what it brought that nothing here had before."""

    statement: StatementView
    news: tuple[str, ...]
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """What was published on a day (or in a month or year, where no more is known)."""

    words: str
    date: str
    steps: tuple[Step, ...]


def tell(story: Story) -> list[Day]:
    """Return the days of a story in order, those without a date last."""
    seen: set[tuple[str, str, str]] = set()
    numbers: dict[tuple[str, str], str] = {}
    days: dict[str, tuple[str, list[Step]]] = {}
    for statement in story.statements:
        news = _news(statement, seen) + _changed_numbers(statement, numbers)
        step = Step(statement, tuple(news), statement.values)
        days.setdefault(statement.published, (statement.first, []))[1].append(step)
    return [Day(words, date, tuple(steps)) for words, (date, steps) in days.items()]


def _news(statement: StatementView, seen: set[tuple[str, str, str]]) -> list[str]:
    news = []
    for value in statement.values:
        question, key = value.key
        if question in ("statesCasualties", "statesTime", "statesPlace", "statesEventType", "statesTarget"):
            continue
        if value.stance in SUPPORTING:
            kind, words = "supported", f"first here to name {value.label.text}"
        elif value.stance == DENIES:
            kind, words = "denied", f"first here to deny {value.label.text}"
        elif value.stance == OPEN:
            kind, words = "open", f"first here to leave {value.label.text} open"
        else:
            continue
        if (question, key, kind) not in seen:
            seen.add((question, key, kind))
            news.append(words)
    return news


def _changed_numbers(statement: StatementView, before: dict[tuple[str, str], str]) -> list[str]:
    news = []
    for number in statement.numbers:
        words = number_words(number)
        for claimant in statement.claimants:
            earlier = before.get((claimant.iri, number.kind))
            if earlier is not None and earlier != words:
                news.append(f"{number.kind}: {words}, earlier {earlier}")
            before[claimant.iri, number.kind] = words
    return news

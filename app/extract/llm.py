"""An optional reader by a language model: its answer is taken apart, and only what the text bears out is kept.

The model proposes statements in the form of a review; every stretch of words must stand in the document, every value
be one of the ontology. Dates and numbers are worked out by our own rules from the words that it points to. It can give
no IRI, no public role and no review, so that it can neither link nor unmask nor release anybody.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.errors import ReviewError
from app.extract.figures import find_figures
from app.extract.llm_client import Answer, ModelAccess, ModelError, ask
from app.extract.llm_prompt import PROMPT
from app.extract.review_statements import SLOTS, StatementReader
from app.extract.review_yaml import Lined
from app.extract.times import find_times
from app.model import (
    Account,
    CasualtyFigure,
    Document,
    EntityKind,
    EventRecord,
    Records,
    ReviewStatus,
    SetAside,
    Span,
    Statement,
    TimeExpression,
)
from app.vocab import DEFAULT_BASE

NAME = "llm.v1"
CONFIDENCE = 0.5
_MOST_STATEMENTS = 400
_PEOPLE = ("claimants", "spokespersons", "relayed_by")
_KEPT = {"id", "type", "evidence", "also", "polarity", "certainty", "mode", "event", "event_type", "modality",
         "denial_scope", "hedge", "time", "casualties", *_PEOPLE, *SLOTS}  # fmt: skip
_BODIES = re.compile(
    r"\b(?:ministry|army|forces?|group|council|government|union|nations|department|office|agency|observatory|party|front"
    r"|organi[sz]ation|committee|commission|mission|command|police|service|coalition|brigade|state|republic|kingdom|house"
    r"|militia|movement|rebels?|opposition|authority|authorities|administration|embassy|court|helmets|news)\b",
    re.IGNORECASE,
)


class ModelReader:
    """Reads documents through a model; `name` carries the version of this reader, and the model's name."""

    def __init__(self, access: ModelAccess) -> None:
        """`access` says where the model is and what may be spent."""
        self.name = f"{NAME} ({access.model})"
        self._access = access

    def read(self, document: Document) -> Records:
        """Return what holds of the model's answer; where there is none, no statement and the reason."""
        messages = [{"role": "system", "content": PROMPT}, {"role": "user", "content": _question(document)}]
        try:
            answer = ask(self._access, messages)
            proposed = _proposed(answer.content)
        except ModelError as error:
            note = SetAside(document.path, None, str(error), "extract", "Build again; other documents are not touched.")
            return Records(
                document_id=document.id, generator=self.name, read=False, unread_reason=str(error), set_aside=(note,),
                counts=(("failed", 1.0),),
            )  # fmt: skip
        checker = _Checker(document, self.name)
        statements = tuple(checker.statements(proposed))
        return Records(
            document_id=document.id,
            generator=self.name,
            statements=statements,
            events=tuple(EventRecord(key=k) for k in sorted({s.account.event for s in statements})),
            counts=tuple(sorted((checker.counts + self._spent(answer)).items())),
        )

    def _spent(self, answer: Answer) -> Counter[str]:
        if answer.is_cached:
            return Counter({"cached": 1})
        cost = (answer.tokens_in * self._access.price_in + answer.tokens_out * self._access.price_out) / 1_000_000
        spent: Counter[str] = Counter()
        spent.update({"asked": 1, "tokens_in": answer.tokens_in, "tokens_out": answer.tokens_out})
        spent["cost"] = round(cost, 6)  # type: ignore[assignment]
        return spent


def _question(document: Document) -> str:
    facts = {"published": document.published, "publisher": document.publisher, "text": document.text}
    return json.dumps(facts, ensure_ascii=False)


def _proposed(content: str) -> list[Any]:
    """The statements of an answer. Raises ModelError."""
    text = re.sub(r"^```(?:json)?\s*|\s*```$", "", content.strip())
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ModelError("the model's answer holds no JSON") from error
    statements = value.get("statements") if isinstance(value, dict) else None
    if not isinstance(statements, list):
        raise ModelError("the model's answer holds no list of statements")
    return statements[:_MOST_STATEMENTS]


class _Checker:
    """Takes what a model proposes against the text; counts what it drops and why."""

    def __init__(self, document: Document, generator: str) -> None:
        self._document = document
        self._text = document.text
        self._generator = generator
        self._reader = StatementReader(document, Path(document.path), DEFAULT_BASE)
        self._times = find_times(document.text, document.published)
        self._figures = find_figures(document.text)
        self.counts: Counter[str] = Counter()

    def statements(self, proposed: list[Any]) -> Iterator[Statement]:
        """Yield what holds, numbered in the order given."""
        for number, value in enumerate(proposed, start=1):
            made = self._statement(value, number)
            if made is not None:
                self.counts["statements"] += 1
                yield made

    def _statement(self, value: Any, number: int) -> Statement | None:
        if not isinstance(value, Mapping) or not isinstance(value.get("evidence"), str):
            self.counts["dropped: not of the form"] += 1
            return None
        if not value["evidence"].strip() or value["evidence"] not in self._text:
            self.counts["dropped: words not in the text"] += 1
            return None
        entry = Lined({k: v for k, v in value.items() if k in _KEPT})
        evidence = value["evidence"]
        try:
            for name in (*_PEOPLE, *SLOTS):
                entry[name] = [e for v in _list(entry.get(name)) if (e := self._entity(v, evidence)) is not None]
            entry["also"] = [a for a in _list(entry.get("also")) if self._stands(a)]
            entry.pop("time", None)
            entry.pop("casualties", None)
            entry["id"] = f"m{number}"
            entry["event"] = f"m-{str(value.get('event') or number)[:20]}"
            if not self._stands(entry.get("hedge")):
                entry.pop("hedge", None)
            made = self._reader.read(entry)
        except (ReviewError, TypeError, AttributeError, ValueError):
            self.counts["dropped: not of the form"] += 1
            return None
        account = self._content(made.account, value, made.evidence)
        return replace(
            made, account=account, review=ReviewStatus.UNREVIEWED, generated_by=self._generator, confidence=CONFIDENCE
        )

    def _stands(self, words: object) -> bool:
        """Whether words stand in the text; those that do not are counted."""
        if words is None:
            return False
        if isinstance(words, str) and words.strip() and words in self._text:
            return True
        self.counts["dropped: words not in the text"] += 1
        return False

    def _entity(self, value: Any, evidence: str) -> dict[str, Any] | None:
        """An entity by the words that name it in the text; the document and hearsay need none."""
        name = value.get("name") if isinstance(value, Mapping) else None
        if name in ("DOCUMENT", "UNNAMED"):
            return {"name": name}
        words = value.get("text") or name if isinstance(value, Mapping) else None
        if not self._stands(words):
            return None
        assert isinstance(words, str)
        if not (isinstance(name, str) and name in self._text):
            name = words
        kind = value.get("kind")
        entity: dict[str, Any] = {"name": name, "text": self._place(words, evidence)}
        if _is_like_a_person(name):
            entity["class"] = "Person"
        elif kind in (EntityKind.PHYSICAL_TARGET, EntityKind.POPULATION_GROUP):
            entity["kind"] = str(kind)
        return entity

    def _place(self, words: str, evidence: str) -> dict[str, Any]:
        """Words with their occurrence: in the evidence where they stand there, else the first."""
        inside = evidence.find(words)
        at = self._text.index(evidence) + inside if inside >= 0 else self._text.index(words)
        occurrence, found = 1, self._text.find(words)
        while 0 <= found < at:
            occurrence, found = occurrence + 1, self._text.find(words, found + 1)
        return {"text": words, "occurrence": occurrence}

    def _content(self, account: Account, value: Mapping[str, Any], evidence: Span) -> Account:
        """Time and figures by our own rules, where the model points to words that hold one."""
        figures = [f for v in _list(value.get("casualties")) if (f := self._figure(v, evidence)) is not None]
        return replace(account, time=self._time(value.get("time"), evidence), casualties=tuple(dict.fromkeys(figures)))

    def _pointed(self, value: Any, evidence: Span) -> Span | None:
        words = value.get("text") if isinstance(value, Mapping) else None
        if not self._stands(words):
            return None
        assert isinstance(words, str)
        inside = self._text.find(words, evidence.start, evidence.end)
        start = inside if inside >= 0 else self._text.index(words)
        return Span(start, start + len(words))

    def _time(self, value: Any, evidence: Span) -> TimeExpression | None:
        span = self._pointed(value, evidence) if value else None
        if span is None:
            return None
        found = next((t for t in self._times if t.span is not None and t.span.overlaps(span)), None)
        if found is None:
            self.counts["dropped: time not in its words"] += 1
        return found

    def _figure(self, value: Any, evidence: Span) -> CasualtyFigure | None:
        span = self._pointed(value, evidence)
        if span is None or not isinstance(value, Mapping):
            return None
        kind = str(value.get("kind")).casefold()
        near = [f for f in self._figures if type(f) is CasualtyFigure and f.span is not None and f.span.overlaps(span)]
        found = next((f for f in near if str(f.kind).casefold() == kind), None)
        if found is None:
            self.counts["dropped: figure not in its words"] += 1
        return found


def _list(value: Any) -> list[Any]:
    return value[:50] if isinstance(value, list) else []


def _is_like_a_person(name: str) -> bool:
    """Whether a name could be that of a person: then it is treated as one, so that nobody is named or blamed unread."""
    words = name.split()
    return 2 <= len(words) <= 5 and all(w[:1].isupper() or len(w) < 4 for w in words) and not _BODIES.search(name)

"""A person's reviews: read strictly, applied over what the extractor found, and always right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from app.errors import ReviewError
from app.extract.review_matching import match_correction, unmatched
from app.extract.review_statements import EVENT_KEYS, STATEMENT_KEYS, StatementReader
from app.extract.review_yaml import Lined, as_date, check_keys, read_yaml
from app.model import Document, EventRecord, Records, ReviewStatus, SetAside, Statement

_KEYS = {"document", "text_sha256", "reviewer", "reviewed", "complete", "events", "statements"}
_ACTIONS = ("add", "accept", "change", "reject")


@dataclass(frozen=True, slots=True)
class Review:
    """One review as it stands in its file; it is checked against the text when it is applied."""

    path: Path
    base: str
    document_id: str
    text_sha256: str
    reviewer: str
    reviewed: date
    complete: bool
    events: Mapping[str, Lined]
    statements: tuple[Lined, ...]

    @property
    def stands_alone(self) -> bool:
        """Whether the review gives every statement itself, so that no extractor need run."""
        return self.complete and all(s.get("action", "add") == "add" for s in self.statements)


def load_review(path: Path, base: str) -> Review:
    """Read a review. Raises ReviewError with file:line."""
    value = read_yaml(path)
    check_keys(value, _KEYS, f"{path}:1")
    missing = [k for k in ("document", "text_sha256", "reviewer", "reviewed") if not value.get(k)]
    if missing:
        raise ReviewError(f"the review lacks {', '.join(missing)}", where=f"{path}:1")
    reviewed = as_date(value["reviewed"], f"{path}:1")
    assert reviewed is not None
    events = value.get("events") or Lined()
    statements = value.get("statements") or []
    if not isinstance(events, dict) or not isinstance(statements, list):
        raise ReviewError("events is a mapping and statements a list", where=f"{path}:1")
    for key, event in events.items():
        if not isinstance(event, Lined):
            raise ReviewError(f"event {key!r} is a mapping", where=f"{path}:1")
        check_keys(event, EVENT_KEYS, f"{path}:{event.line}")
        if not isinstance(event.get("apart") or [], list):
            raise ReviewError("apart is a list of documents or matters", where=f"{path}:{event.line}")
    for statement in statements:
        if not isinstance(statement, Lined):
            raise ReviewError("a statement is a mapping", where=f"{path}:1")
        where = f"{path}:{statement.line}"
        check_keys(statement, STATEMENT_KEYS, where)
        if statement.get("action", "add") not in _ACTIONS:
            raise ReviewError(f"action is one of {', '.join(_ACTIONS)}", where=where)
    return Review(
        path, base, str(value["document"]), str(value["text_sha256"]), str(value["reviewer"]), reviewed,
        bool(value.get("complete", False)), events, tuple(statements),
    )  # fmt: skip


def apply_review(document: Document, records: Records, review: Review) -> Records:
    """Return the records as the person corrected them; statements the person did not touch stay as extracted.

    Corrections that fit nothing the reader finds now are noted in `set_aside`; all others hold. Raises ReviewError when
    the review is of another document or text, or names words that the text does not hold.
    """
    if review.document_id != document.id:
        raise ReviewError(
            f"the review is of {review.document_id!r}", where=str(review.path), why=f"not of {document.id!r}"
        )
    if review.text_sha256 != document.sha256:
        raise ReviewError(
            "the text has changed under its review",
            where=str(review.path),
            why=_lost(document, review),
            advice=f"Read the text again, mend the review, and put text_sha256: {document.sha256} into it.",
        )
    reader = StatementReader(document, review.path, review.base)
    left = list(records.statements)
    made: list[Statement] = []
    notes: list[SetAside] = []
    for entry in review.statements:
        action = entry.get("action", "add")
        if action == "add":
            made.append(reader.read(entry))
            continue
        match = match_correction(left, entry, document, f"{review.path}:{entry.line}")
        if match.note is not None:
            notes.append(unmatched(str(review.path), entry.line, match.note))
        if action == "change" and not match.statements:
            reader.check_change(entry)
        for found in match.statements:
            left.remove(found)
            if action == "accept":
                made.append(_reviewed(found))
            elif action == "change":
                made.append(reader.change(_reviewed(found), entry))
    kept = made if review.complete else [*made, *left]
    reader.check_references(kept)
    return replace(
        records,
        statements=tuple(_unique_ids(kept)),
        events=_events(records, review, kept),
        reviewer=review.reviewer,
        reviewed_on=review.reviewed,
        read=True,
        unread_reason=None,
        set_aside=(*records.set_aside, *notes),
    )


def _reviewed(statement: Statement) -> Statement:
    return replace(statement, review=ReviewStatus.REVIEWED, generated_by="review", confidence=1.0)


def _lost(document: Document, review: Review) -> str:
    lost = []
    for entry in review.statements:
        evidence = entry.get("evidence") or entry.get("match")
        words = evidence.get("text") if isinstance(evidence, dict) else evidence
        if isinstance(words, str) and words not in document.text:
            lost.append(f"line {entry.line}: {words[:60]!r}")
    return f"no longer found: {'; '.join(lost[:5])}" if lost else "all evidence is still found"


def _unique_ids(statements: list[Statement]) -> list[Statement]:
    """Give extracted statements other ids where a reviewer's id is the same; reviewers' ids stay."""
    taken = {s.id for s in statements if s.review is ReviewStatus.REVIEWED}
    result = []
    for statement in statements:
        name = statement.id
        if statement.review is ReviewStatus.UNREVIEWED and name in taken:
            name = f"x-{name}"
        result.append(replace(statement, id=name))
    if len({s.id for s in result}) != len(result):
        raise ReviewError("two statements of the review have one id", where="statements")
    return result


def _events(records: Records, review: Review, statements: list[Statement]) -> tuple[EventRecord, ...]:
    given = {
        key: EventRecord(
            key=key,
            matter=e.get("matter"),
            label=e.get("label"),
            wikidata=e.get("wikidata"),
            apart=tuple(str(a) for a in e.get("apart") or ()),
        )
        for key, e in review.events.items()
    }
    others = {e.key: e for e in records.events if e.key not in given}
    return tuple(value for _, value in sorted({**others, **given}.items()))

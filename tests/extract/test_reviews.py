"""Reviews: what is written is read back the same, a person's word wins, and errors say where and what next."""
# ruff: noqa: E501 - records and tables, one a line

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.errors import ReviewError
from app.extract.review_template import write_review
from app.extract.reviews import Review, apply_review, load_review
from app.model import (
    Account,
    AttributionMode,
    CasualtyFigure,
    CasualtyKind,
    Certainty,
    Document,
    Entity,
    EntityKind,
    EventRecord,
    EventType,
    Polarity,
    Records,
    Resolution,
    ReviewStatus,
    Span,
    Statement,
    StatementType,
    TimeExpression,
)
from app.vocab import DEFAULT_BASE

TEXT = (
    "The army said that rebels shelled Homs on 24 November.\u2028It said 5 people died.\x0b\x85\n"
    "The rebels denied it. The army said that rebels shelled Homs on 24 November.\n"
)


def _document(text: str = TEXT) -> Document:
    return Document(id="d", text=text, path="d.txt", sha256=hashlib.sha256(text.encode()).hexdigest())


def _span(words: str, occurrence: int = 1) -> Span:
    at = -1
    for _ in range(occurrence):
        at = TEXT.index(words, at + 1)
    return Span(at, at + len(words))


def _records() -> Records:
    army = Entity(kind=EntityKind.ACTOR, name="army", span=_span("army"), class_hint="ArmedForce")
    rebels = Entity(kind=EntityKind.ACTOR, name="rebels", span=_span("rebels"))
    day = date(2018, 11, 24)
    time = TimeExpression(
        text="24 November", span=_span("24 November"), edtf="2018-11-24", earliest=day, latest=day, resolution=Resolution.FROM_PUBLICATION_DATE
    )  # fmt: skip
    figure = CasualtyFigure(kind=CasualtyKind.KILLED, text="5 people", span=_span("5 people"), minimum=5, maximum=5)
    account = Account(
        event="e1", event_type=EventType.SHELLING, perpetrators=(rebels,), time=time, casualties=(figure,)
    )
    one = Statement(
        id="s1", type=StatementType.ACCUSATION, evidence=_span("The army said that rebels shelled Homs"), claimants=(army,),
        account=account, mode=AttributionMode.INDIRECT_SPEECH, also=(_span("The army said that rebels shelled Homs", 2),),
        polarity=Polarity.AFFIRMED, certainty=Certainty.CERTAIN, confidence=0.5,
    )  # fmt: skip
    two = replace(
        one, id="s2", type=StatementType.DENIAL, evidence=_span("The rebels denied it"), also=(), claimants=(rebels,),
        polarity=Polarity.DENIED, denial_scope="statesPerpetrator", disputes=("s1",), account=replace(account, casualties=()),
    )  # fmt: skip
    events = (EventRecord(key="e1", label="Shelling of Homs"),)
    return Records(document_id="d", generator="rules.v1", statements=(one, two), events=events)


def _load(tmp_path: Path, text: str) -> Review:
    path = tmp_path / "d.yaml"
    path.write_text(text, "utf-8")
    return load_review(path, DEFAULT_BASE)


def _review(tmp_path: Path, *statements: str, sha: str = "", extra: str = "") -> Review:
    head = f"document: d\ntext_sha256: {sha or _document().sha256}\nreviewer: A\nreviewed: 2026-01-02\n{extra}"
    return _load(tmp_path, head + "statements:\n" + "".join(f"- {s}\n" for s in statements))


def test_what_is_written_is_read_back_the_same(tmp_path: Path) -> None:
    records = _records()
    made = apply_review(_document(), records, _load(tmp_path, write_review(_document(), records, DEFAULT_BASE)))
    expected = tuple(
        replace(s, review=ReviewStatus.REVIEWED, generated_by="review", confidence=1.0) for s in records.statements
    )
    assert made.statements == expected
    assert made.events == records.events
    assert (made.reviewer, made.reviewed_on) == ("your name", date(2000, 1, 1))


def test_accept_change_and_reject(tmp_path: Path) -> None:
    change = "{action: change, match: The rebels denied, set: {hedge: flatly, event_type: Attack}}"
    made = apply_review(_document(), _records(), _review(tmp_path, "{action: accept, match: shelled Homs}", change))
    one, two = made.statements
    assert one == replace(_records().statements[0], review=ReviewStatus.REVIEWED, generated_by="review", confidence=1.0)
    assert (two.hedge, two.account.event_type, two.polarity) == ("flatly", EventType.ATTACK, Polarity.DENIED)
    assert two.claimants == _records().statements[1].claimants
    left = apply_review(_document(), _records(), _review(tmp_path, "{action: reject, match: denied it}")).statements
    assert [(s.id, s.review) for s in left] == [("s1", ReviewStatus.UNREVIEWED)]


def test_a_complete_review_leaves_only_what_it_names(tmp_path: Path) -> None:
    review = _review(tmp_path, "{action: accept, match: shelled Homs}", extra="complete: true\n")
    assert not review.stands_alone
    assert [s.id for s in apply_review(_document(), _records(), review).statements] == ["s1"]


def test_a_change_of_polarity_carries_its_scope(tmp_path: Path) -> None:
    change = "{action: change, match: The rebels denied, set: {type: Accusation, polarity: affirmed, disputes: []}}"
    made = apply_review(_document(), _records(), _review(tmp_path, change)).statements[0]
    assert (made.polarity, made.denial_scope, made.disputes) == (Polarity.AFFIRMED, None, ())


def test_a_changed_text_is_refused_with_what_was_lost(tmp_path: Path) -> None:
    review = _review(tmp_path, "{action: accept, match: The rebels denied it}")
    changed = _document(TEXT.replace("denied", "rejected"))
    with pytest.raises(ReviewError, match="changed under its review") as caught:
        apply_review(changed, _records(), review)
    assert "The rebels denied it" in caught.value.why
    assert changed.sha256 in caught.value.advice


def test_another_document_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReviewError, match="the review is of"):
        apply_review(replace(_document(), id="other"), _records(), _review(tmp_path))


_ADD = "{id: x, type: Accusation, event: e1, evidence: The rebels denied it, claimants: [{name: army}]%s}"


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("{polarty: denied}", "Did you mean 'polarity'"),
        ("{action: remove, match: x}", "action is one of"),
        ("{action: reject}", "by match"),
        ("{action: reject, match: nowhere}", "no extracted statement"),
        ("{action: accept, match: e}", "2 extracted statements"),
        ("{action: change, match: denied it}", "what to set"),
        ("{action: change, match: denied it, set: {hege: x}}", "Did you mean 'hedge'"),
        ("{action: change, match: denied it, set: {disputes: [s9]}}", "points to"),
        (_ADD % ", claimant: x, polarity: maybe", "polarity holds 'maybe'"),
        (_ADD % ", polarity: denied, denial_scope: statesPlac", "denial_scope holds"),
        (_ADD % ", places: [{nam: Homs}]", "mapping with a name"),
        (_ADD % ", places: [{name: Homs, txt: Homs}]", "Did you mean 'text'"),
        (_ADD % ", places: Homs", "places"),
        (_ADD % ", also: denied", "also"),
        (_ADD % ", disputes: s1", "disputes"),
        (_ADD % ", also: [{text: denied, occurrence: 2}]", "does not hold"),
        (_ADD % ", also: [{text: denied, occurrence: 0}]", "occurrence"),
        (_ADD % ", also: [{text: denied, occurrence: first}]", "occurrence"),
        (_ADD % ", time: {text: 24 November, earliest: soon}", "no date"),
        (_ADD % ", time: yesterday", "a time is a mapping"),
        (_ADD % ", casualties: [{kind: killed, text: 5 people, min: many}]", "min"),
        ("{type: Accusation, event: e1, evidence: denied it}", "names its claimants"),
        ("{type: Accusation, evidence: denied it, claimants: [{name: army}]}", "names its event"),
        ("{type: Rumour, event: e1, evidence: denied it, claimants: [{name: army}]}", "type holds 'Rumour'"),
    ],
)
def test_errors_name_file_and_line_and_the_way_out(tmp_path: Path, statement: str, what: str) -> None:
    with pytest.raises(ReviewError) as caught:
        apply_review(_document(), _records(), _review(tmp_path, statement))
    assert what in str(caught.value)
    assert "d.yaml" in caught.value.where
    if "points to" not in what:
        assert caught.value.where.endswith(":6")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "mapping of fields"), ("- a", "mapping of fields"), ("a: [", "not YAML"), ("a: 1\na: 2", "stands twice"),
        ("a: &a x\nb: *a", "aliases"), ("document: d", "lacks text_sha256"), ("documnt: d", "Did you mean 'document'"),
        ("reviewed: 2018-02-30", "not YAML"), ("reviewer: !!int x", "not YAML"), ("reviewer: !!python/name:os.system ''", "not YAML"),
        ("document: d\ntext_sha256: a\nreviewer: A\nreviewed: soon", "no date"),
        ("document: d\ntext_sha256: a\nreviewer: A\nreviewed: 2026-01-01\nevents: []\nstatements: {a: b}", "a list"),
        ("document: d\ntext_sha256: a\nreviewer: A\nreviewed: 2026-01-01\nevents: {e1: {lable: x}}", "Did you mean 'label'"),
        ("a: " + "[" * 5_000, "not YAML"),
    ],
)  # fmt: skip
def test_files_that_are_no_reviews(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(ReviewError) as caught:
        _load(tmp_path, text)
    assert what in str(caught.value)
    assert "d.yaml" in caught.value.where


def test_no_file_and_no_text(tmp_path: Path) -> None:
    with pytest.raises(ReviewError, match="cannot be read"):
        load_review(tmp_path / "nowhere.yaml", DEFAULT_BASE)
    (tmp_path / "d.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ReviewError):
        load_review(tmp_path / "d.yaml", DEFAULT_BASE)

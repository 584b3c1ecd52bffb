"""A review holds when the reader changes: corrections are found by words, claimant and type, none is lost unsaid."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from app.extract.review_difference import compare
from app.extract.reviews import apply_review, load_review
from app.model import (
    Account,
    AttributionMode,
    Certainty,
    Document,
    Entity,
    EntityKind,
    EventType,
    Polarity,
    Records,
    Span,
    Statement,
    StatementType,
)
from app.vocab import DEFAULT_BASE

ROOT = Path(__file__).parents[2]
TEXT = "The ministry said that rebels shelled Homs. The rebels denied it.\n"
DOCUMENT = Document(id="d", text=TEXT, path="d.txt", sha256=hashlib.sha256(TEXT.encode()).hexdigest())


def _actor(name: str) -> Entity:
    return Entity(kind=EntityKind.ACTOR, name=name)


def _statement(name: str, words: str, **changes: object) -> Statement:
    start = TEXT.index(words)
    account = Account(event="e1", event_type=EventType.SHELLING, perpetrators=(_actor("rebels"),))
    made = Statement(
        id=name, type=StatementType.ACCUSATION, evidence=Span(start, start + len(words)), account=account,
        claimants=(_actor("ministry"),), mode=AttributionMode.INDIRECT_SPEECH, polarity=Polarity.AFFIRMED,
        certainty=Certainty.CERTAIN,
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


SAID = _statement("s1", "The ministry said that rebels shelled Homs.")
DENIED = _statement(
    "s2", "The rebels denied it.", type=StatementType.DENIAL, polarity=Polarity.DENIED, denial_scope="WholeAccount",
    claimants=(_actor("rebels"),),
)  # fmt: skip


def _apply(tmp_path: Path, correction: str, *found: Statement) -> Records:
    path = tmp_path / "d.yaml"
    head = f"document: d\ntext_sha256: {DOCUMENT.sha256}\nreviewer: A\nreviewed: 2026-01-02\nstatements:\n"
    path.write_text(f"{head}- {correction}\n", "utf-8")
    records = Records(document_id="d", generator="rules.v9", statements=found)
    return apply_review(DOCUMENT, records, load_review(path, DEFAULT_BASE))


REJECT = "{action: reject, match: rebels shelled Homs, claimant: ministry, type: Accusation}"
ACCEPT = "{action: accept, match: rebels shelled Homs, claimant: ministry, type: Accusation}"


def test_a_longer_stretch_of_a_new_reader_is_still_the_same_statement(tmp_path: Path) -> None:
    longer = replace(SAID, evidence=Span(0, len(TEXT) - 1))
    made = _apply(tmp_path, ACCEPT, longer)
    assert [s.review for s in made.statements] == ["Reviewed"]
    assert made.set_aside == ()


@pytest.mark.parametrize(
    "change",
    [{"type": StatementType.REPORT}, {"claimants": (_actor("DOCUMENT"),)},
     {"type": StatementType.REPORT, "claimants": (_actor("army"),)}],
    ids=["another type", "another claimant", "both"],
)  # fmt: skip
def test_what_was_rejected_stays_out_however_it_is_read_now(tmp_path: Path, change: dict[str, object]) -> None:
    made = _apply(tmp_path, REJECT, replace(SAID, **change), DENIED)  # type: ignore[arg-type]
    assert [s.id for s in made.statements] == ["s2"]
    assert "matches only without its" in made.set_aside[0].reason
    assert made.set_aside[0].line == 6


def test_a_reject_takes_out_all_readings_of_its_words_when_none_is_the_one(tmp_path: Path) -> None:
    readings = (replace(SAID, type=StatementType.REPORT), replace(SAID, id="s3", type=StatementType.FINDING))
    assert _apply(tmp_path, REJECT, *readings).statements == ()


@pytest.mark.parametrize("correction", [ACCEPT, ACCEPT.replace("accept", "change").replace("}", ", set: {hedge: x}}")])
def test_a_correction_that_fits_nothing_is_said_and_the_rest_holds(tmp_path: Path, correction: str) -> None:
    made = _apply(tmp_path, correction, DENIED)
    assert [s.id for s in made.statements] == ["s2"]
    (note,) = made.set_aside
    assert (note.line, note.stage) == (6, "reviews")
    assert "matches nothing that the reader finds now" in note.reason


def test_an_accept_that_could_mean_two_new_readings_is_not_guessed(tmp_path: Path) -> None:
    readings = (replace(SAID, type=StatementType.REPORT), replace(SAID, id="s3", type=StatementType.FINDING))
    made = _apply(tmp_path, ACCEPT, *readings)
    assert [s.review for s in made.statements] == ["Unreviewed", "Unreviewed"]
    assert "matches 2 statements" in made.set_aside[0].reason


def test_the_difference_names_every_field_and_every_lone_statement() -> None:
    mended = replace(SAID, certainty=Certainty.PROBABLE, account=replace(SAID.account, perpetrators=(_actor("army"),)))
    extra = _statement("s9", "rebels shelled Homs", type=StatementType.CALL, claimants=(_actor("UN"),))
    difference = compare(DOCUMENT, [SAID, DENIED], [mended, extra])
    assert [(c.kind, c.statement.id) for c in difference.changes] == [
        ("both", "s1"),
        ("reader", "s2"),
        ("review", "s9"),
    ]
    assert difference.changes[0].differences == (
        "certainty: Certain -> Probable",
        "perpetrators: - rebels, + army",
    )
    assert compare(DOCUMENT, [SAID, DENIED], [DENIED, SAID]).same == 2
    words = difference.words(DOCUMENT)
    assert words.startswith(
        "d: 0 statements the same, 1 corrected, 1 found by the reader alone, 1 by the review alone."
    )
    assert "Only the reader: Denial of Shelling by rebels" in words


def test_the_command_shows_what_a_person_changed_in_a_template(tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "news.md").write_text("Russia said rebels shelled Aleppo on 24 November 2018.\n", "utf-8")
    command = [sys.executable, "-m", "app", "review", "news", "--documents", str(documents)]
    review = tmp_path / "news.yaml"
    subprocess.run([*command, "-o", str(review)], cwd=ROOT, capture_output=True, check=True)
    same = subprocess.run(
        [*command, "--diff", "--review", str(review)], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    assert "0 corrected, 0 found by the reader alone, 0 by the review alone" in same
    text = review.read_text("utf-8")
    assert "certainty: certain" in text
    review.write_text(text.replace("certainty: certain", "certainty: possible", 1), "utf-8")
    done = subprocess.run(
        [*command, "--diff", "--json", "--review", str(review)], cwd=ROOT, capture_output=True, check=True
    )
    (change,) = json.loads(done.stdout)["changes"]
    assert (change["kind"], change["differences"]) == ("both", ["certainty: Certain -> Possible"])

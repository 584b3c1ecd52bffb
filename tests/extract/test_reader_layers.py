"""The layers of the reader, one by one, on sentences of our own."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from app.extract import Extractor, load_extractor
from app.extract.frames import load_frames
from app.extract.parsing import load_parser, paragraphs, parse
from app.extract.quotes import Quotes
from app.link import load_reference
from app.model import Document, Records, Span
from app.vocab import DEFAULT_BASE

ROOT = Path(__file__).parents[2]


@cache
def _reader() -> Extractor:
    reference, _ = load_reference(ROOT / "data/reference", DEFAULT_BASE)
    return load_extractor("rules.v2", reference)


def _read(text: str, publisher: str = "Voice of America", title: str | None = None) -> Records:
    document = Document(
        id="d", text=text, path="d.txt", sha256="0", publisher=publisher, published="2019-03-04",
        language="en", title=title,
    )  # fmt: skip
    return _reader().read(document)


def _brief(records: Records) -> list[tuple[str, str, str, list[str]]]:
    return [
        (s.claimants[0].name, str(s.type), str(s.account.event_type), [p.name for p in s.account.perpetrators])
        for s in records.statements
    ]


def test_blocks_and_lines_are_paragraphs_and_wrapped_lines_are_one() -> None:
    wrapped = "The army shelled the town on\nFriday and then withdrew to the\nhills.\n\nNobody was hurt."
    assert [s.of(wrapped) for s in paragraphs(wrapped)] == [wrapped[:67], "Nobody was hurt."]
    lines = "Army shells town.\nNobody was hurt in the shelling.\n"
    assert [s.of(lines) for s in paragraphs(lines)] == ["Army shells town.", "Nobody was hurt in the shelling."]


def test_a_headline_ends_its_sentence_and_no_character_moves() -> None:
    text = "Army Accused of Shelling\n\nThe mayor said so on Friday."
    doc = parse(load_parser(), text)
    assert len(doc.text) == len(text)
    assert [s.text.strip() for s in doc.sents][1] == "The mayor said so on Friday."


def test_a_sentence_without_end_is_cut() -> None:
    doc = parse(load_parser(), "and the army said so " * 200)
    assert max(len(s) for s in doc.sents) < 400


def test_quotations_of_all_marks_are_found() -> None:
    text = 'He said: “We did it.” She said: "We did not." He told us: ‘It was a long day for us all.’'
    quotes = Quotes(text, [Span(0, len(text))])
    assert [s.of(text)[1:-1] for s in quotes.spans] == ["We did it.", "We did not.", "It was a long day for us all."]


def test_a_quotation_left_open_goes_on_in_the_next_paragraph() -> None:
    text = "“We warned them.\n\n“They attacked us,” he said."
    quotes = Quotes(text, paragraphs(text))
    assert [s.of(text) for s in quotes.spans] == ["“We warned them.", "“They attacked us,”"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kyiv accused Moscow of shelling Kherson.", ("Ukraine", "Accusation", "Shelling", ["Russia"])),
        ("Moscow blamed the shelling on Kyiv.", ("Russia", "Accusation", "Shelling", ["Ukraine"])),
        ("Kyiv, the mayor said, had shelled the bridge.", ("mayor", "Accusation", "Shelling", ["Ukraine"])),
        ("According to the mayor, Kyiv shelled the bridge.", ("mayor", "Accusation", "Shelling", ["Ukraine"])),
        ("Moscow denied shelling the bridge.", ("Russia", "Denial", "Shelling", ["Russia"])),
        ("The mayor condemned the attack on the market.", ("mayor", "Condemnation", "Attack", [])),
        ("The mayor called for an investigation of the attack.", ("mayor", "Call", "Investigation", [])),
        ("Ankara said its jets had bombed a depot.", ("Turkey", "Report", "AirRaid", ["Turkey"])),
    ],
)
def test_who_says_what_of_whom(text: str, expected: tuple[str, str, str, list[str]]) -> None:
    assert expected in _brief(_read(text))


def test_an_official_release_speaks_as_its_speaker() -> None:
    text = "Minister Jane Roe said:\n\nI condemn the bombing of the market in Homs."
    (statement,) = _read(text, "UK Government").statements
    assert statement.claimants[0].name == "Jane Roe"
    assert statement.mode == "DirectQuote"


def test_either_or_makes_two_statements() -> None:
    found = _brief(_read("The strike was carried out by either Russia or Turkey, the mayor said."))
    assert sorted(p for _, _, _, perpetrators in found for p in perpetrators) == ["Russia", "Turkey"]


def test_a_false_charge_is_a_charge_and_a_fabrication() -> None:
    text = "The ministry said: “Moscow falsely accused the rebels of shelling the bridge in the north.”"
    assert {t for _, _, t, _ in _brief(_read(text))} == {"Shelling", "Fabrication"}


def test_what_is_only_feared_or_averted_is_not_told() -> None:
    assert _read("Troops patrol the road to prevent attacks on farmers.").statements == ()


def test_every_cue_frame_has_an_act_and_every_event_frame_a_type_or_is_light() -> None:
    frames = load_frames()
    acts = {c.act for cues in frames.cues.values() for c in cues}
    assert acts <= {"say", "accuse", "deny", "find", "assess", "condemn", "endorse", "call", "claim"}
    events = [f for found in frames.events.values() for f in found]
    assert all(f.light != (f.type is not None) for f in events)
    assert all(f.needs is None or f.needs in frames.classes for f in events)


def test_what_somebody_should_do_or_is_asked_to_do_is_no_statement_of_his() -> None:
    text = "Iran and Sudan should return to the table and admit the attacks that their militias carried out."
    owed = _brief(_read(text))
    assert not [b for b in owed if b[0] in ("Iran", "Sudan")]
    asked = _brief(
        _read(
            "We urge the Government of Mali to protect the camp and to hold the gunmen accountable for the attack.",
            publisher="US State Department",
        )
    )
    assert not [b for b in asked if "Mali" in b[0]]


def test_an_attack_for_which_a_group_claims_responsibility_is_told_by_the_group() -> None:
    text = "The United States condemns the attacks today in Hama and in Homs, for which Daesh claimed responsibility."
    found = _brief(_read(text, publisher="US State Department"))
    assert ("Islamic State", "Report", "Attack", ["Islamic State"]) in found
    assert [b for b in found if b[1] == "Condemnation" and b[3] == ["Islamic State"]]


def test_its_siege_is_by_whom_the_attacks_before_are() -> None:
    text = "We call for an end to the Assad regime's attacks on Hama and Homs, as well as its siege of Darayya."
    found = _brief(_read(text, publisher="US State Department"))
    assert {b[3][0] for b in found if b[3]} == {"Government of Syria"}


def test_a_named_source_tells_what_somebody_is_accused_of() -> None:
    text = "According to Agence Une, members of the Workers Front are accused of beating to death a guard."
    found = _brief(_read(text))
    assert [b[0] for b in found] == ["Agence Une"]


def test_what_a_minister_comments_on_is_left_to_his_words() -> None:
    text = "Foreign Office Minister comments following an attack on a market.\nMinister Jane Roe said:\n"
    text += "I condemn the attack on a market in Kirkuk."
    assert [b[1] for b in _brief(_read(text, publisher="UK Government"))] == ["Condemnation"]

"""No text makes the reader fail, and every span that it gives is a span of the text."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.extract import Extractor, load_extractor
from app.extract.parsing import MAX_CHARS, load_parser, parse
from app.link import load_reference
from app.model import Document, Entity, Records, Span
from app.vocab import DEFAULT_BASE

ROOT = Path(__file__).parents[2]
_PIECES = st.sampled_from(
    [
        "The ministry said that rebels shelled the town of Aleppo. ",
        "“",
        "”",
        '"',
        "'",
        "‘",
        "’",
        "\n",
        "\n\n",
        " ",
        "Moscow accused ",
        "according to ",
        "either ",
        " or ",
        "one",
        "it",
        "we ",
        "US ",
        ", he said, ",
        ": ",
        "—",
        "(",
        ")",
        "83 people were killed",
        " in a gas attack",
        " on Friday",
        ". ",
        "!",
        "the truce",
        " of ",
        "by ",
        "falsely ",
        "not ",
        "including one",
        "which ",
        "its ",
        "spokesman ",
        "Minister Jane Roe said:\n\n",
        "condemned ",
        "denied the charges",
        "investigation",
        "Damascus",
        "\u202eabc",
        "𝕏",
        "\x00",
        "e\u0301",
        "a" * 300,
        "- " * 40,
        "1,000,000",
    ]
)
_TEXTS = st.one_of(st.text(max_size=400), st.lists(_PIECES, max_size=30).map("".join))
_PUBLISHERS = st.sampled_from(
    [None, "Reuters", "UK Government", "US Central Command", "Voice of America", "(not stated)"]
)


@cache
def _reader() -> Extractor:
    reference, _ = load_reference(ROOT / "data/reference", DEFAULT_BASE)
    return load_extractor("rules.v2", reference)


def _entities(records: Records) -> list[Entity]:
    found: list[Entity] = []
    for s in records.statements:
        a = s.account
        found += [*s.claimants, *s.spokespersons, *s.relayed_by, *a.perpetrators, *a.targets, *a.participants]
        found += [*a.places, *a.instruments]
    return found


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    text=_TEXTS, publisher=_PUBLISHERS, published=st.sampled_from([None, "2018", "2018-12", "2018-12-07", "0001-01-01"])
)
def test_any_text_is_read_and_every_span_lies_in_it(text: str, publisher: str | None, published: str | None) -> None:
    document = Document(
        id="d", text=text, path="d.txt", sha256="0", publisher=publisher, published=published,
        language="en", title=text[:40],
    )  # fmt: skip
    records = _reader().read(document)
    spans: list[Span] = [s for statement in records.statements for s in statement.spans]
    spans += [e.span for e in _entities(records) if e.span is not None]
    assert all(0 <= s.start < s.end <= len(text) for s in spans)
    keys = {e.key for e in records.events}
    for statement in records.statements:
        assert statement.claimants
        assert statement.account.event in keys
        assert (statement.polarity is not None) == statement.type.is_claim
        assert 0.0 <= statement.confidence <= 1.0
    ids = [s.id for s in records.statements]
    assert len(ids) == len(set(ids))
    assert all(d in ids for s in records.statements for d in s.disputes)


@pytest.mark.parametrize("length", [2_000, 20_000])
def test_a_long_text_without_ends_is_read(length: int) -> None:
    text = "the army said that rebels shelled the town and " * (length // 47)
    document = Document(id="d", text=text, path="d.txt", sha256="0", publisher="Reuters", language="en")
    assert _reader().read(document).read


@pytest.mark.parametrize("sign", ["(", "=", "_", '"', "(a", "é"])
def test_a_stretch_without_a_space_is_one_word_and_what_is_around_it_is_read(sign: str) -> None:
    rule = (sign * 3_000)[:3_000]
    text = f"Moscow accused the rebels of shelling Aleppo. {rule} Damascus said that rebels had shelled Idlib."
    doc = parse(load_parser(), text)
    assert len(doc.text) == len(text)
    assert len(doc) < 40
    document = Document(id="d", text=text, path="d.txt", sha256="0", publisher="Reuters", language="en")
    assert len(_reader().read(document).statements) == 2


def test_what_is_too_long_to_be_read_is_told_with_its_line() -> None:
    line = "The army said that rebels had shelled Aleppo on Friday.\n"
    text = "Nothing of note.\n" * (MAX_CHARS // 17 + 1) + line
    document = Document(id="d", text=text, path="d.txt", sha256="0", language="en", body_line=5)
    (note,) = _reader().read(document).set_aside
    assert note.stage == "extract"
    assert str(len(text)) in note.reason
    assert note.line == 5 + text.count("\n", 0, MAX_CHARS)
    short = Document(id="d", text=line, path="d.txt", sha256="0", language="en")
    assert _reader().read(short).set_aside == ()


def test_the_same_text_gives_the_same_records() -> None:
    text = "Moscow accused the rebels of shelling Aleppo on Friday. They denied the charge, according to Reuters."
    document = Document(id="d", text=text, path="d.txt", sha256="0", publisher="Reuters", language="en")
    assert _reader().read(document) == _reader().read(document)


@pytest.mark.parametrize(
    "text",
    [
        "The blockade and “the bombing of our town break people”, the envoy Omar Hadad said.",
        "“The raid”, “the mayor of the bombed town” said, “was an attack on us”, “the army minister” told all.",
        "The shelling “and what the army calls an attack” were denounced, “our men said of it”.",
    ],
)
def test_who_speaks_within_quotation_marks_is_read(text: str) -> None:
    document = Document(id="d", text=text, path="d.txt", sha256="0", publisher="Reuters", language="en")
    assert _reader().read(document).read

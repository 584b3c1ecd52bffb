"""Folding meets spellings, ambiguity is never guessed, and a person's word on matters wins."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import permutations
from pathlib import Path

import pytest

from app.link import Linker, fold_transliteration, link_events, load_naming, neutral_label
from app.link.naming import find_loaded_words
from app.model import (
    Account,
    Document,
    Entity,
    EntityKind,
    EventRecord,
    EventType,
    Iri,
    Records,
    Reference,
    ReferenceEntry,
    Span,
    TimeExpression,
)
from tests.link.making import reported

NAMING = load_naming(Path("data/naming.yaml"))
PLACE = Entity(kind=EntityKind.PLACE, name="Aleppo", reference=Iri("urn:aleppo"))


def _records(document: str, matter: str | None, day: date = date(2018, 11, 24)) -> Records:
    time = TimeExpression(text="that day", earliest=day, latest=day)
    account = Account(event="e1", event_type=EventType.CHEMICAL_ATTACK, places=(PLACE,), time=time)
    return reported(document, account, EventRecord(key="e1", matter=matter))


@pytest.mark.parametrize(
    ("one", "two"), [("Khan Sheikhoun", "Khan Shaykhun"), ("Da'esh", "Daesh"), ("al-Khalidiya", "Khalidiya")]
)
def test_spellings_of_one_name_meet(one: str, two: str) -> None:
    assert fold_transliteration(one) == fold_transliteration(two)


def _entry(iri: str, since: str | None = None, until: str | None = None) -> ReferenceEntry:
    return ReferenceEntry(
        iri=Iri(iri), kind=EntityKind.ACTOR, classes=("Government",), label=iri, names=("the cabinet",),
        valid_from=since, valid_until=until,
    )  # fmt: skip


def test_two_fitting_entries_are_not_guessed_and_dates_decide() -> None:
    twins = Linker(Reference((_entry("urn:a"), _entry("urn:b"))), NAMING)
    assert twins.find("the cabinet", EntityKind.ACTOR, "2018-01-01") is None
    dated = Linker(Reference((_entry("urn:a", until="2024-12-08"), _entry("urn:b", since="2024-12-09"))), NAMING)
    before, after = (dated.find("the cabinet", EntityKind.ACTOR, d) for d in ("2018-01-01", "2025-01-01"))
    assert [e.iri for e in (before, after) if e] == ["urn:a", "urn:b"]


def test_loaded_words_are_found_and_replaced() -> None:
    assert find_loaded_words("the regime", NAMING) == ("regime",)
    assert neutral_label("the regime", NAMING) == "government"
    assert neutral_label("so-called", NAMING)


def test_matters_join_and_part() -> None:
    far = _records("b", "m", date(2020, 1, 1))
    assert [m.score for m in link_events((), (_records("a", "m"), far)).merges] == [1.0]
    assert link_events((), (_records("a", "m"), _records("b", "n"))).merges == ()


def test_order_of_documents_changes_nothing() -> None:
    records = (_records("a", "m"), _records("b", None), _records("c", "n"))
    assert len({link_events((), order) for order in permutations(records)}) == 1


def test_common_words_are_linked_by_the_reader_alone() -> None:
    """Whose "rebels" they are hangs on the text; what the reader left open stays open."""
    linker = Linker(Reference((_entry("urn:a"),)), NAMING)
    text = "The cabinet met."
    document = Document(id="a", text=text, path="a.txt", sha256="0" * 64, published="2018-11-24")
    said = Entity(kind=EntityKind.ACTOR, name="cabinet", span=Span(4, 11))
    records = _records("a", None)
    (statement,) = records.statements
    records = replace(records, statements=(replace(statement, claimants=(said,)),))
    assert linker.find("the cabinet", EntityKind.ACTOR, "2018-11-24") is not None
    assert linker.link(document, records).statements[0].claimants[0].reference is None

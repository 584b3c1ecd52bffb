"""Truces, breaches, investigations, fabrications and chemical attacks across documents: joined where much speaks for
it, and left apart where one thing speaks against it."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from app import pipeline
from app.link import link_events
from app.model import (
    Account,
    Document,
    Entity,
    EntityKind,
    EventMerge,
    EventRecord,
    EventType,
    Iri,
    Records,
    Reference,
    ReferenceEntry,
    TimeExpression,
)
from app.settings import Settings
from tests.link.making import reported

ROOT = Path(__file__).parents[2]
TRUCE, BREACH, INQUIRY, STAGING = (
    EventType.TRUCE, EventType.TRUCE_BREACH, EventType.INVESTIGATION, EventType.FABRICATION,
)  # fmt: skip
CHEMICAL, TAMPERING, SIEGE, FLIGHT, ARMS = (
    EventType.CHEMICAL_ATTACK, EventType.EVIDENCE_TAMPERING, EventType.SIEGE, EventType.DISPLACEMENT,
    EventType.WEAPONS_TRANSFER,
)  # fmt: skip


def _place(name: str, precision: str | None = None) -> ReferenceEntry:
    return ReferenceEntry(
        iri=Iri(name), kind=EntityKind.PLACE, classes=("Place",), label=name.title(), precision=precision
    )


def _body(name: str, part_of: str | None = None) -> ReferenceEntry:
    return ReferenceEntry(
        iri=Iri(name),
        kind=EntityKind.ACTOR,
        classes=("Actor",),
        label=name.title(),
        part_of=Iri(part_of) if part_of else None,
    )


REFERENCE = Reference(
    (
        _place("northland", "CountryPrecision"), _place("harbour"), _place("mill"), _body("council"),
        _body("inspectors", "council"), _body("auditors", "council"), _body("bureau"), _body("army"), _body("rebels"),
    )
)  # fmt: skip
WHERE, WHO = ("places",), ("perpetrators", "targets", "participants", "guarantors")


def _entities(kind: EntityKind, names: str) -> tuple[Entity, ...]:
    return tuple(Entity(kind=kind, name=n, reference=Iri(n)) for n in names.split())


def _event(
    document: str, kind: EventType, days: str = "", *, key: str = "e1", places: str = "", **more: str
) -> Records:
    """One event of a document; `days` is "2-3" of May 2031, or "2"; roles are given by name, `breach_of` by key."""
    first, _, last = days.partition("-")
    time = None
    if days:
        begin, end = (date(2031, 5, int(day)) for day in (first, last or first))
        time = TimeExpression(text="x", earliest=begin, latest=end)
    roles: dict[str, Any] = {name: _entities(EntityKind.ACTOR, more.pop(name)) for name in WHO if name in more}
    account = Account(
        event=key,
        event_type=kind,
        time=time,
        places=_entities(EntityKind.PLACE, places),
        **roles,
        **more,  # type: ignore[arg-type]
    )
    return reported(document, account, EventRecord(key=key), statement=f"s-{key}")


def _said(days: str = "", places: str = "", **more: str) -> dict[str, str]:
    """What one document says of an event."""
    return {"days": days, "places": places, **more}


def _with(*records: Records) -> Records:
    return Records(
        document_id=records[0].document_id, generator="t.v1",
        statements=tuple(s for r in records for s in r.statements), events=tuple(e for r in records for e in r.events),
    )  # fmt: skip


def _raid(document: str, day: str = "4", place: str = "harbour") -> Records:
    return _event(document, EventType.AIR_RAID, day, key="raid", places=place)


def _merges(*records: Records, published: dict[str, str] | None = None) -> list[EventMerge]:
    documents = [
        Document(id=r.document_id, text="", path="", sha256="", published=(published or {}).get(r.document_id))
        for r in records
    ]
    found = link_events(documents, records, REFERENCE).merges
    assert all(link_events(documents, order, REFERENCE).merges == found for order in permutations(records))
    return list(found)


def _joined(*records: Records, key: str = "e1", published: dict[str, str] | None = None) -> list[list[str]]:
    """The documents whose events of one key are joined."""
    merges = _merges(*records, published=published)
    return [[d for d, k in m.members if k == key] for m in merges if any(k == key for _, k in m.members)]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (_said("2", "harbour"), _said("3-20", "harbour")),
        (_said("2-9", "harbour", participants="army"), _said("6-20", "harbour", participants="army rebels")),
        (_said("2-9", "northland", participants="army"), _said("2-9", "northland", participants="army")),
    ],
    ids=["one town, one start", "one town, one time, one party", "one country, one start, one party"],
)  # fmt: skip
def test_truces_are_one_by_place_time_and_parties(one: dict[str, str], two: dict[str, str]) -> None:
    (merge,) = _merges(_event("a", TRUCE, **one), _event("b", TRUCE, **two))
    assert merge.score >= 0.75
    assert "both are truces in" in merge.reasons[0]
    assert merge.decided_by == "linker.v3"


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (_said("2", "harbour"), _said("2", "mill")),
        (_said("2", "northland"), _said("2", "northland")),
        (_said("2-4", "harbour", participants="army"), _said("8-20", "harbour", participants="army")),
        (_said("2", "harbour", participants="army"), _said("2", "harbour", participants="bureau")),
        (_said("", "harbour", participants="army"), _said("", "harbour", participants="army")),
        (_said("2", participants="army"), _said("2", participants="army")),
    ],
    ids=["other town", "only a country and a day", "one after the other", "other parties", "no time", "no place"],
)  # fmt: skip
def test_truces_that_may_be_two_stay_two(one: dict[str, str], two: dict[str, str]) -> None:
    assert _merges(_event("a", TRUCE, **one), _event("b", TRUCE, **two)) == []


def test_breaches_are_told_apart_by_who_broke_it() -> None:
    def breach(document: str, who: str, day: str = "4", place: str = "harbour") -> Records:
        return _event(document, BREACH, day, places=place, perpetrators=who)

    assert _joined(breach("a", "army"), breach("b", "army")) == [["a", "b"]]
    assert _joined(breach("a", "army"), breach("b", "rebels")) == []
    assert _joined(breach("a", "army"), breach("b", "army", day="6")) == []
    assert _joined(breach("a", "army", place="northland"), breach("b", "army", place="northland")) == []


def test_a_breach_in_a_whole_country_is_one_where_the_truce_is() -> None:
    def told(document: str, start: str = "2") -> Records:
        truce = _event(document, TRUCE, start, key="truce", places="northland", participants="army")
        broken = _event(document, BREACH, "7", places="northland", perpetrators="army", breach_of="truce")
        return _with(truce, broken)

    assert _joined(told("a"), told("b")) == [["a", "b"]]
    assert _joined(told("a"), told("b", start="20")) == []


def test_an_inquiry_is_one_by_what_is_looked_into_and_by_whom() -> None:
    def inquiry(document: str, who: str, *, day: str = "4") -> Records:
        return _with(_raid(document, day), _event(document, INQUIRY, participants=who, investigation_of="raid"))

    (merge,) = [m for m in _merges(inquiry("a", "bureau"), inquiry("b", "bureau")) if ("a", "e1") in m.members]
    assert merge.reasons == ("one event is investigated by Bureau",)
    assert _joined(inquiry("a", "bureau"), inquiry("b", "council")) == []
    assert _joined(inquiry("a", "bureau"), inquiry("b", "bureau", day="9")) == []
    month = {"a": "2031-05-06", "b": "2031-05-20", "c": "2031-12-20"}
    assert _joined(inquiry("a", "council"), inquiry("b", "inspectors"), published=month) == [["a", "b"]]
    assert _joined(inquiry("a", "council"), inquiry("c", "inspectors"), published=month) == []
    assert _joined(inquiry("a", "auditors"), inquiry("b", "inspectors"), published=month) == []


def test_a_staging_is_one_by_the_event_and_by_who_is_said_to_have_staged_it() -> None:
    def staging(document: str, who: str, *, day: str = "4") -> Records:
        return _with(_raid(document, day), _event(document, STAGING, perpetrators=who, fabrication_of="s-raid"))

    assert _joined(staging("a", "army"), staging("b", "army")) == [["a", "b"]]
    assert _joined(staging("a", "army"), staging("b", "rebels")) == []
    assert _joined(staging("a", "army"), staging("b", "army", day="9")) == []


def test_a_staging_is_never_the_attack_that_it_is_said_to_be() -> None:
    staged = _event("b", STAGING, "4", places="harbour", perpetrators="army")
    assert _merges(_raid("a"), staged) == []


@pytest.mark.parametrize(
    ("loose", "published", "are_one"),
    [
        ("", "2031-05-09", True),
        ("1-31", "2031-09-01", True),
        ("", "2031-05-20", False),
        ("", "2031-05-03", False),
        ("", None, False),
        ("5-31", None, False),
    ],
    ids=["spoken of days later", "its month", "spoken of weeks later", "before it", "no day at all", "another time"],
)
def test_a_chemical_attack_is_known_again_by_place_and_month(loose: str, published: str | None, are_one: bool) -> None:
    one, two = _event("a", CHEMICAL, "4", places="harbour"), _event("b", CHEMICAL, loose, places="harbour")
    days = {"b": published} if published else {}
    assert _joined(one, two, published=days) == ([["a", "b"]] if are_one else [])
    assert _joined(one, _event("b", EventType.SHELLING, loose, places="harbour"), published=days) == []


def test_a_chemical_attack_without_a_day_is_not_guessed_between_two() -> None:
    days = {"c": "2031-05-10"}
    one, two = (_event(name, CHEMICAL, day, places="harbour") for name, day in (("a", "4"), ("b", "8")))
    assert _joined(one, two, _event("c", CHEMICAL, places="harbour"), published=days) == []


@pytest.mark.parametrize(
    ("kind", "same", "other"),
    [
        (SIEGE, _said("2-20", "harbour"), _said("22-28", "harbour")),
        (FLIGHT, _said("2", "harbour"), _said("9", "harbour")),
        (ARMS, _said("2", perpetrators="bureau", targets="army"), _said("2", perpetrators="bureau", targets="rebels")),
        (TAMPERING, _said("2", "harbour", perpetrators="army"), _said("2", "harbour", perpetrators="rebels")),
    ],
    ids=["sieges", "flights", "transfers", "tampering"],
)  # fmt: skip
def test_other_sorts_need_what_tells_them_apart(kind: EventType, same: dict[str, str], other: dict[str, str]) -> None:
    assert _joined(_event("a", kind, **same), _event("b", kind, **same)) == [["a", "b"]]
    assert _joined(_event("a", kind, **same), _event("b", kind, **other)) == []


def test_tampering_without_a_day_is_one_within_days_of_speaking() -> None:
    def tampering(document: str) -> Records:
        return _event(document, TAMPERING, places="harbour", perpetrators="army")

    days = {"a": "2031-05-06", "b": "2031-05-08", "c": "2031-05-28"}
    assert _joined(tampering("a"), tampering("b"), tampering("c"), published=days) == [["a", "b"]]


def test_a_person_undoes_these_too() -> None:
    one, two = (_event(name, SIEGE, "2-20", places="harbour") for name in ("a", "b"))
    apart = Records(
        document_id="b", generator="t.v1", statements=two.statements, events=(EventRecord(key="e1", apart=("a",)),)
    )
    assert _joined(one, two) == [["a", "b"]]
    assert _joined(one, apart) == []


TEXTS = {
    "wire-truce": (
        "2022-04-03",
        "The United Nations said that a truce between the government of Yemen and the Houthis began in Yemen on 2 April"
        " 2022. The Houthis welcomed the truce.",
    ),
    "paper-truce": (
        "2022-04-04",
        "A truce between the government of Yemen and the Houthis began in Yemen on 2 April 2022, the army said.",
    ),
    "wire-gas": ("2018-11-25", "The army said that rebels had attacked Aleppo with chlorine on 24 November 2018."),
    "paper-gas": ("2018-11-27", "Rebels denied that they had attacked Aleppo with chlorine."),
}


def test_texts_that_tell_of_one_truce_and_of_one_chemical_attack_are_joined(tmp_path: Path) -> None:
    for name, (day, text) in TEXTS.items():
        (tmp_path / f"{name}.md").write_text(f"---\npublished: {day}\n---\n{text}\n", "utf-8")
    made = pipeline.build_graph(Settings.load({}, root=ROOT, processes=1), [tmp_path], lambda *_: None)
    joined = [sorted({d for d, _ in merge.members}) for merge in made.events.merges.values()]
    assert sorted(joined) == [["paper-gas", "wire-gas"], ["paper-truce", "wire-truce"]]

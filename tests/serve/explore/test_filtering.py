"""Narrowing by facets and by day of publication, on facts that are written down here."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from starlette.datastructures import QueryParams

from app.errors import UsageError
from app.serve.explore.choice import Choice, read_choice
from app.serve.explore.facts import Facts, build_facts
from app.serve.explore.filtering import Found, find
from app.vocab import CEV

BASE = "https://example.org/"


def _statement(name: str, event: str, claimant: str, kind: str, published: str, **more: str) -> dict[str, str]:
    row = {
        "statement": name,
        "event": event,
        "claimant": claimant,
        "type": CEV + kind,
        "published": published,
        **more,
    }
    return {key: value for key, value in row.items() if value}


def _mark(statement: str, proposition: str, question: str, value: str, stance: str) -> dict[str, str]:
    return {
        "statement": statement,
        "proposition": proposition,
        "property": CEV + question,
        "value": value,
        "stance": CEV + stance,
    }


@pytest.fixture
def facts() -> Facts:
    """Two events: one contested from 3 May on, one that nobody contests and whose source has no date."""
    rows: dict[str, list[dict[str, Any]]] = {
        "statements": [
            _statement("s1", "e1", "ann", "AirRaid", "2020-05-01", earliest="2020-04-30", latest="2020-04-30"),
            _statement("s2", "e1", "bob", "AirRaid", "2020-05-03", earliest="2020-04-01", latest="2020-05-02"),
            _statement("s3", "e2", "cid", "Truce", ""),
        ],
        "propositions": [
            _mark("s1", "p1", "statesPerpetrator", "bob", "affirmedIn"),
            _mark("s2", "p1", "statesPerpetrator", "bob", "deniedIn"),
            _mark("s1", "p2", "statesPlace", "town", "affirmedIn"),
            _mark("s3", "p3", "statesParticipant", "ann", "affirmedIn"),
        ],
        "places": [{"place": "town", "precision": CEV + "TownPrecision", "wkt": "POINT(1 2)"}],
        "labels": [
            {"thing": "e1", "label": "reported raid", "lang": "en"},
            {"thing": "e2", "label": "truce", "lang": "en"},
        ],
        "kinds": [{"type": CEV + "AirRaid", "wider": CEV + "Attack"}],
    }
    return build_facts(rows)


def _with(choice: Choice, name: str, value: str) -> Choice:
    values: dict[str, Any] = {name: (value,)}
    return replace(choice, **values)


def _events(found: Found) -> list[str]:
    return [event.iri for event in found.events]


def test_everything_where_nothing_is_chosen(facts: Facts) -> None:
    found = find(facts, Choice())
    assert _events(found) == ["e1", "e2"]
    assert (found.statements, found.claimants, found.contested, found.undated) == (3, 3, 1, 0)
    assert (found.events[0].first, found.events[0].last) == ("2020-04-01", "2020-05-02")


def test_as_known_on_counts_what_was_published_and_says_what_has_no_date(facts: Facts) -> None:
    found = find(facts, Choice(as_known="2020-05-02"))
    assert _events(found) == ["e1"]
    assert (found.statements, found.contested, found.undated) == (1, 0, 1)
    assert (found.events[0].first, found.events[0].last) == ("2020-04-30", "2020-04-30")
    assert find(facts, Choice(as_known="2020-05-03")).contested == 1


@pytest.mark.parametrize(
    ("chosen", "events"),
    [
        ({"type": (CEV + "Attack",)}, ["e1"]),
        ({"type": (CEV + "Truce",)}, ["e2"]),
        ({"type": (CEV + "Attack", CEV + "Truce")}, ["e1", "e2"]),
        ({"actor": ("bob",)}, ["e1"]),
        ({"actor": ("bob", "nobody")}, ["e1"]),
        ({"claimant": ("cid",)}, ["e2"]),
        ({"stance": ("denies",)}, ["e1"]),
        ({"precision": (CEV + "TownPrecision",)}, ["e1"]),
        ({"contested": True}, ["e1"]),
        ({"contested": True, "claimant": ("cid",)}, []),
        ({"type": (CEV + "Attack", CEV + "Truce"), "claimant": ("cid",)}, ["e2"]),
        ({"actor": ("nobody",)}, []),
    ],
)
def test_each_facet_narrows(facts: Facts, chosen: dict[str, Any], events: list[str]) -> None:
    assert _events(find(facts, replace(Choice(), **chosen))) == events


def test_options_count_what_they_would_leave_beside_the_other_choices(facts: Facts) -> None:
    found = find(facts, Choice(type=(CEV + "Truce",)))
    types = {option.value: option.events for option in found.facets["type"]}
    assert types == {CEV + "AirRaid": 1, CEV + "Attack": 1, CEV + "Truce": 1}
    assert {option.value for option in found.facets["claimant"]} == {"cid"}
    for name, options in found.facets.items():
        for option in options:
            assert len(find(facts, _with(Choice(type=(CEV + "Truce",)), name, option.value)).events) == option.events


def test_a_choice_and_its_address_are_the_same() -> None:
    kinds = (CEV + "Attack", CEV + "Truce")
    choice = Choice("2020-05-02", kinds, (f"{BASE}id/actor/a b",), (), ("denies",), (), True, "table")
    assert _read(choice.address().partition("?")[2]) == choice
    assert _read("type=Attack&actor=actor/x&actor=") == Choice(type=(CEV + "Attack",), actor=(f"{BASE}id/actor/x",))
    assert _read("type=Truce&type=Attack&type=Truce") == _read("type=Attack&type=Truce") == Choice(type=kinds)
    assert Choice().address() == "/explore"
    assert choice.start() == "/explore?view=table"


@pytest.mark.parametrize(
    "parameters",
    ["as-known=31/02/2021", "as-known=2021-02-31", "view=pie", "&".join(f"actor=a{n}" for n in range(51))],
)
def test_what_cannot_be_is_refused(parameters: str) -> None:
    with pytest.raises(UsageError):
        _read(parameters)


def _read(parameters: str) -> Choice:
    return read_choice(QueryParams(parameters), base=BASE, vocabulary=CEV)

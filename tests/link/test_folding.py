"""Names meet under folding, never by guess; a person's matters overrule likeness; the reference data are sound."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import ReferenceDataError
from app.link import Linker, fold_name, fold_transliteration, link_events, load_naming, load_reference
from app.model import (
    Account,
    AttributionMode,
    Entity,
    EntityKind,
    EventRecord,
    EventType,
    Iri,
    Records,
    Span,
    Statement,
    StatementType,
    TimeExpression,
)
from app.vocab import DEFAULT_BASE

REFERENCE, QUADS = load_reference(Path("data/reference"), DEFAULT_BASE)
LINKER = Linker(REFERENCE, load_naming(Path("data/naming.yaml")))
SHARED = Path("../shared/extraction/QIDS.tsv")


def _records(
    document: str, matter: str | None, day: int = 24, place: str = "urn:a", kind: EventType = EventType.ATTACK
) -> Records:
    when = date(2018, 11, day)
    where = Entity(kind=EntityKind.PLACE, name=place, reference=Iri(place))
    account = Account(
        event="e1", event_type=kind, places=(where,), time=TimeExpression(text="x", earliest=when, latest=when)
    )
    statement = Statement(
        id="s1",
        type=StatementType.REPORT,
        evidence=Span(0, 1),
        claimants=(),
        account=account,
        mode=AttributionMode.OWN_VOICE,
    )
    events = (EventRecord(key="e1", matter=matter),)
    return Records(document_id=document, generator="rules.v1", statements=(statement,), events=events)


def _groups(*records: Records) -> list[list[str]]:
    return [[document for document, _ in m.members] for m in link_events((), records).merges]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(alphabet=st.characters(categories=["Ll", "Lu"], max_codepoint=0x17F), max_size=30))
def test_folding_is_stable(name: str) -> None:
    assert fold_name(fold_name(name)) == fold_name(name)
    assert fold_name(f"  {name} ") == fold_name(name)


@pytest.mark.parametrize(
    ("one", "two"), [("Idlib", "Aleppo"), ("Homs", "Hama"), ("Iran", "Iraq"), ("Mali", "Malawi"), ("Niger", "Nigeria")]
)
def test_different_names_stay_apart(one: str, two: str) -> None:
    assert fold_name(one) != fold_name(two)
    assert fold_transliteration(one) != fold_transliteration(two)


@pytest.mark.parametrize("name", ["", " ", "the", "al-", "'", "someone unheard of"])
def test_names_that_mean_nothing_find_nothing(name: str) -> None:
    assert all(LINKER.find(name, kind, "2018-11-24") is None for kind in EntityKind)


def test_every_label_means_its_own_entry_or_nothing() -> None:
    wrong = []
    for entry in REFERENCE.entries:
        found = LINKER.find(entry.label, entry.kind, entry.valid_from or entry.valid_until or "2018")
        wrong += [] if found is None or found.label == entry.label else [(entry.iri, found.iri)]
    assert wrong == []


def test_entries_share_no_iri_and_no_item_of_a_kind() -> None:
    iris = [e.iri for e in REFERENCE.entries]
    assert len(set(iris)) == len(iris)
    items = [(e.wikidata, e.kind) for e in REFERENCE.entries if e.wikidata]
    assert len(set(items)) == len(items)


def test_likeness_joins_and_days_places_and_kinds_part() -> None:
    assert _groups(_records("a", None), _records("b", None)) == [["a", "b"]]
    assert _groups(_records("a", None), _records("b", None, day=27)) == []
    assert _groups(_records("a", None), _records("b", None, place="urn:b")) == []
    assert _groups(_records("a", None), _records("b", None, kind=EventType.TRUCE)) == []


def test_two_matters_are_never_joined_not_even_by_a_third() -> None:
    for order in permutations((_records("a", "m"), _records("b", None), _records("c", "n"), _records("d", "n"))):
        groups = _groups(*order)
        assert not any({"a", "c"} <= set(g) or {"a", "d"} <= set(g) for g in groups)
        assert any({"c", "d"} <= set(g) for g in groups)
        assert groups == _groups(_records("a", "m"), _records("b", None), _records("c", "n"), _records("d", "n"))


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("<a:a> <a:b> .", "x.ttl:1:"),
        ("<a:a> <a:b> [] .", "blank nodes"),
        ("<a:a> a <https://w3id.org/contested-events/ns#Place> .", "no label"),
    ],
)
def test_wrong_reference_data_are_refused(tmp_path: Path, body: str, what: str) -> None:
    (tmp_path / "x.ttl").write_text(body)
    with pytest.raises(ReferenceDataError, match=what):
        load_reference(tmp_path, DEFAULT_BASE)


@pytest.mark.skipif(not SHARED.is_file(), reason="../shared/extraction/QIDS.tsv is absent")
def test_every_item_has_the_form_of_one_and_evidence_beside_it() -> None:
    linked = {e.iri for e in REFERENCE.entries if e.wikidata}
    with_evidence = {str(q.subject.value) for q in QUADS if q.predicate.value.endswith("linkEvidence")}  # type: ignore[union-attr]
    assert linked <= with_evidence

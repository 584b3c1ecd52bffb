"""Documents to quads: pure, without loss, and by no accident of order."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from app.model import Entity, EntityKind, Linking, ReviewStatus, Span, StatementType, TextRights
from app.model import EventMerge as Merge
from app.vocab import cev
from tests.mapping.making import MINTER, TEXT, actor, claim, document, mapped, nodes, records


def _objects(result: object, predicate: str) -> set[str]:
    return {q.object.value for q in result.quads if q.predicate.value == cev(predicate)}  # type: ignore[attr-defined]


def test_every_value_hangs_on_an_account_and_never_on_an_event() -> None:
    result = mapped(records(claim()))
    accounts = {q.subject.value for q in result.quads if q.object == q.object and q.predicate.value == cev("accountOf")}
    stating = {q.subject.value for q in result.quads if q.predicate.value.startswith(cev("states"))}
    assert stating == accounts


def test_order_of_statements_changes_nothing() -> None:
    first, second = claim(1), claim(2, type=StatementType.DENIAL, evidence=Span(71, 92))
    assert mapped(records(first, second)).quads == mapped(records(second, first)).quads


def test_quote_is_the_text_of_its_span() -> None:
    result = mapped(records(claim()))
    starts = {q.subject: int(q.object.value) for q in result.quads if q.predicate.value == cev("charStart")}
    ends = {q.subject: int(q.object.value) for q in result.quads if q.predicate.value == cev("charEnd")}
    quotes = {q.subject: q.object.value for q in result.quads if q.predicate.value == cev("quote")}
    assert quotes
    assert all(TEXT[starts[m] : ends[m]] == quote for m, quote in quotes.items())


def test_statement_iri_survives_a_corrected_slot() -> None:
    corrected = claim(account={"instruments": ()})
    assert mapped(records(claim())).statements["s1"] == mapped(records(corrected)).statements["s1"]
    hashes = [_objects(mapped(records(s)), "contentHash") for s in (claim(), corrected)]
    assert hashes[0] != hashes[1]


def test_statements_alike_in_all_but_a_slot_get_two_iris() -> None:
    either = claim(1, account={"perpetrators": (actor("A"),)})
    other = claim(2, account={"perpetrators": (actor("B"),)})
    forward, backward = mapped(records(either, other)).statements, mapped(records(other, either)).statements
    assert forward == backward
    assert len(set(forward.values())) == 2


def test_merged_events_share_the_hub_of_the_smallest_member() -> None:
    one, two = records(claim()), records(claim(), name="news-2")
    merge = Merge(members=(("news-1", "e1"), ("news-2", "e1")), reasons=("same day",), score=0.9, decided_by="test")
    events = nodes(one, two, linking=Linking((merge,)))
    hub = events.of("news-1", "e1")
    assert hub == events.of("news-2", "e1") == MINTER.merged_event(min(events.own.values()))


@pytest.mark.parametrize("rights", [TextRights.NONE, TextRights.QUOTES])
def test_text_rights_none_masks_every_quote(rights: TextRights) -> None:
    result = mapped(records(claim()), replace(document(), text_rights=rights))
    masked = [set(q.object.value) == {"█"} for q in result.quads if q.predicate.value == cev("quote")]
    assert all(masked) is (rights is TextRights.NONE)


def test_withdrawn_statements_are_not_written() -> None:
    from app import mapping

    found = records(claim())
    iri = mapped(found).statements["s1"]
    result = mapping.map_document(
        document(), found, events=nodes(found), reference={}, publisher=None, masked=(), minter=MINTER,
        withdrawn=frozenset({iri}),
    )  # fmt: skip
    assert not result.statements
    assert iri not in {q.subject.value for q in result.quads}


def test_behind_a_mention_an_account_and_an_actor_stands_the_statement() -> None:
    result = mapped(records(claim()))
    for predicate in ("charStart", "accountOf", "quote"):
        focus = next(q.subject.value for q in result.quads if q.predicate.value == cev(predicate))
        assert result.statements_behind(focus) == {"s1"}
    assert result.statements_behind(MINTER.document("news-1")) == frozenset()


PRIVATE = "A farmer, Juan Perez, said troops fired. Juan Perez was hurt. Envoy Ken Ward accused Russia."


def test_private_persons_are_named_neither_in_nodes_nor_in_quotes() -> None:
    victim = actor("Juan Perez", "Juan Perez", PRIVATE, class_hint="Person")
    statement = claim(
        evidence=Span(0, len(PRIVATE)), claimants=(actor("Russia"),), account={"targets": (victim,), "perpetrators": ()}
    )
    result = mapped(records(statement), document(PRIVATE))
    assert not [q for q in result.quads if "Perez" in str(q)]
    assert {EntityKind.POPULATION_GROUP.value} <= {q.object.value.rsplit("#")[-1] for q in result.quads}


def test_a_private_person_is_heard_in_a_role_and_without_a_name() -> None:
    text = "Local resident Ana Ruiz said troops fired. Luis Mora, a farmer, said so too. Then Eva Paz said it."
    people = [actor(name, name, text, class_hint="Person") for name in ("Ana Ruiz", "Luis Mora", "Eva Paz")]
    found = [claim(n, evidence=Span(n, len(text)), claimants=(p,)) for n, p in enumerate(people, start=1)]
    result = mapped(records(*[replace(s, account=replace(s.account, perpetrators=())) for s in found]), document(text))
    claimants = {q.object for q in result.quads if q.predicate.value == cev("claimant")}
    labels = {q.object.value for q in result.quads if q.subject in claimants and q.predicate.value.endswith("#label")}
    assert labels == {"Local resident", "farmer", "unnamed source in “News”"}
    assert not [q for q in result.quads if re.search("Ruiz|Mora|Paz", str(q))]


def test_persons_in_a_public_role_are_named_with_it() -> None:
    speaker = actor("Ken Ward", "Ken Ward", PRIVATE, class_hint="Person")
    result = mapped(records(claim(evidence=Span(62, 92), claimants=(speaker,))), document(PRIVATE))
    assert _objects(result, "publicRole") == {"Envoy"}


@pytest.mark.parametrize(
    ("hints", "kind"),
    [
        (("ArmedForces", "Actor"), "ArmedForces"),
        (("ArmedForces", "GovernmentBody"), "Actor"),
        (("Person", "Actor"), "Person"),
    ],
)
def test_a_name_is_one_actor_of_one_kind_however_often_it_is_named(hints: tuple[str, str], kind: str) -> None:
    """A publisher that also acts in its text was of two kinds, and every statement of the document was set aside."""
    one, other = hints
    speaker = actor("Rebels' Command", class_hint=one, role="command" if one == "Person" else None)
    accused = actor("rebels' command", class_hint=other)
    publisher = actor("Rebels' Command", class_hint="Actor")
    found = records(claim(claimants=(speaker,), account={"perpetrators": (accused,)}))
    result = mapped(found, publisher=publisher)
    node = next(q.object for q in result.quads if q.predicate.value == cev("claimant"))
    types = {q.object.value for q in result.quads if q.subject == node and q.predicate.value.endswith("#type")}
    assert types == {cev(kind)}


def test_a_place_meant_in_two_ways_has_the_coarser_precision() -> None:
    town = Entity(kind=EntityKind.PLACE, name="Deir Zor", precision="TownPrecision")
    province = Entity(kind=EntityKind.PLACE, name="Deir Zor", precision="ProvincePrecision")
    result = mapped(records(claim(account={"places": (town,)}), claim(2, account={"places": (province,)})))
    assert _objects(result, "placePrecision") == {cev("ProvincePrecision")}


@pytest.mark.parametrize(
    ("text", "name", "role"),
    [
        ("Front spokesman Karim Bero phoned. Bero, known for his threats, said troops fired.", "Bero", "spokesman"),
        ("Karim Bero said troops fired. Earlier, the rebel leader Karim Bero had fled.", "Karim Bero", "leader"),
        ("It hit a post, Capt. 1st Rank Olav Lund said.", "Olav Lund", "Capt 1st Rank"),
        ("It hit a post, Lt. Col. Olav Lund said.", "Lt. Col. Olav Lund", "Lt. Col"),
    ],
)
def test_a_role_holds_wherever_the_person_is_named(text: str, name: str, role: str) -> None:
    speaker = actor(name, class_hint="Person", span=Span(text.rindex(name), text.rindex(name) + len(name)))
    result = mapped(records(claim(evidence=Span(0, len(text)), claimants=(speaker,))), document(text))
    assert _objects(result, "publicRole") == {role}


def test_a_role_of_one_person_is_not_that_of_a_namesake() -> None:
    text = "Minister Karim Bero fled. Anna Bero stayed. Bero said troops fired."
    speaker = actor("Bero", class_hint="Person", span=Span(text.rindex("Bero"), text.rindex("Bero") + 4))
    result = mapped(records(claim(evidence=Span(0, len(text)), claimants=(speaker,))), document(text))
    assert not _objects(result, "publicRole")


def test_unreviewed_blame_of_a_named_person_is_held_back_until_reviewed() -> None:
    accused = actor("Ken Ward", "Ken Ward", PRIVATE, class_hint="Person")
    blame = claim(evidence=Span(62, 92), account={"perpetrators": (accused,)})
    held = mapped(records(blame), document(PRIVATE))
    assert held.held_back == ("s1",)
    assert not held.statements
    reviewed = mapped(records(replace(blame, review=ReviewStatus.REVIEWED)), document(PRIVATE))
    assert reviewed.held_back == ()

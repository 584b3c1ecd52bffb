"""The whole graph judged: what no document shows alone."""

from __future__ import annotations

import pyoxigraph as ox

from app.mapping import Source, map_dataset, map_linking, map_propositions
from app.model import WHOLE_ACCOUNT, EventMerge, Linking, Polarity, Span, StatementType
from app.validate.graph_checks import find_cycle_nodes
from app.validate.terms import text_of
from app.vocab import CEV, RDF, RDFS, cev
from tests.mapping.making import MINTER, claim, document, mapped, nodes, records
from tests.validate.making import shapes_of, validator

REFERENCE = ox.NamedNode("https://w3id.org/contested-events/graph/reference")


def whole() -> list[ox.Quad]:
    """The graph of one document with its propositions and description."""
    denial = claim(
        2, type=StatementType.DENIAL, polarity=Polarity.DENIED, denial_scope=WHOLE_ACCOUNT, evidence=Span(71, 92)
    )
    found = records(claim(), denial)
    done = mapped(found)
    source = Source(document(), found, done, None)
    events = nodes(found)
    agents = map_dataset(
        agents={"test.v1", "rules.v1"}, documents=1, statements=2, events=1, version="0", minter=MINTER
    )
    return [*done.quads, *map_propositions([source], events, {}, MINTER).quads(), *agents.quads()]


def node(name: str, kind: str, *links: tuple[str, str]) -> list[ox.Quad]:
    """A node of the reference data with links to others."""
    subject = ox.NamedNode(f"https://example.org/{name}")
    label = ox.Quad(subject, ox.NamedNode(RDFS + "label"), ox.Literal(name, language="en"), REFERENCE)
    typed = ox.Quad(subject, ox.NamedNode(RDF + "type"), ox.NamedNode(CEV + kind), REFERENCE)
    rest = [
        ox.Quad(subject, ox.NamedNode(cev(p)), ox.NamedNode(f"https://example.org/{o}"), REFERENCE) for p, o in links
    ]
    return [label, typed, *rest]


def test_a_sound_graph_conforms() -> None:
    report = validator().check_all(whole())
    assert report.conforms, [(r.shape, r.message, r.focus, r.value) for r in report.violations]


def test_a_triple_in_two_graphs_is_found() -> None:
    found = whole()
    twin = ox.Quad(found[0].subject, found[0].predicate, found[0].object, REFERENCE)
    assert "OneGraphCheck" in shapes_of(validator().check_all([*found, twin]))


def test_circles_are_found() -> None:
    circle = [*node("a", "State", ("partOfActor", "b")), *node("b", "State", ("partOfActor", "a"))]
    report = validator().check_all([*whole(), *circle, *node("c", "State", ("partOfActor", "a"))])
    assert {r.focus for r in report.violations} == {"https://example.org/a", "https://example.org/b"}
    assert shapes_of(report) == {"NoCycleCheck"}
    places = [*node("p", "Place", ("withinPlace", "p"))]
    assert shapes_of(validator().check_all([*whole(), *places])) == {"NoCycleCheck"}


def test_long_chains_are_no_circles_and_need_no_stack() -> None:
    chain = {str(n): [str(n + 1)] for n in range(50_000)}
    assert find_cycle_nodes(chain) == []
    assert len(find_cycle_nodes({**chain, "50000": ["0"]})) == 50_001


def test_dangling_links_are_found() -> None:
    report = validator().check_all([*whole(), *node("a", "State", ("partOfActor", "nobody"))])
    assert "NoDanglingCheck" in shapes_of(report)


def test_reference_data_and_merges_are_judged_by_the_shapes() -> None:
    unlabelled = [q for q in node("a", "State") if q.predicate.value == RDF + "type"]
    assert shapes_of(validator().check_all([*whole(), *unlabelled])) == {"ActorShape"}
    assert shapes_of(validator().check_all([*whole(), *node("p", "Person")])) == {"PersonShape"}
    one, two = records(claim()), records(claim(), name="news-2")
    merge = EventMerge(
        members=(("news-1", "e1"), ("news-2", "e1")), reasons=("same day",), score=0.9, decided_by="rules.v1"
    )
    linking = Linking((merge,))
    events = nodes(one, two, linking=linking)
    joined = list(map_linking(linking, events, [one, two], {}, MINTER).quads())
    hub = next(q.subject for q in joined if text_of(q.object) == CEV + "Event")
    alone = [q for q in joined if q.subject == hub and q.predicate.value != RDFS + "label"]
    assert "EventShape" in shapes_of(validator().check_all([*whole(), *alone]))


def test_propositions_that_say_more_than_their_statements_are_found() -> None:
    found = whole()
    affirmed, denied = ox.NamedNode(cev("affirmedIn")), ox.NamedNode(cev("deniedIn"))
    swapped = [ox.Quad(q.subject, affirmed, q.object, q.graph_name) if q.predicate == denied else q for q in found]
    assert shapes_of(validator().check_all(swapped)) == {"PropositionCheck"}
    other = ox.NamedNode(cev("Sarin"))
    value = ox.NamedNode(cev("value"))
    changed = [
        ox.Quad(q.subject, value, other, q.graph_name)
        if q.predicate == value and text_of(q.object) == cev("Chlorine")
        else q
        for q in found
    ]
    assert shapes_of(validator().check_all(changed)) == {"PropositionCheck"}


def test_an_account_of_two_statements_is_found() -> None:
    found = whole()
    holds = ox.NamedNode(cev("hasAccount"))
    accounts = sorted({q.object for q in found if q.predicate == holds}, key=str)
    shared = [ox.Quad(q.subject, holds, accounts[0], q.graph_name) if q.predicate == holds else q for q in found]
    assert "OwnAccountCheck" in shapes_of(validator().check_all(shared))


def test_a_value_on_an_event_is_found_in_any_graph() -> None:
    found = whole()
    event = next(q.subject for q in found if text_of(q.object) == CEV + "Event")
    blame = ox.Quad(event, ox.NamedNode(cev("statesPerpetrator")), ox.NamedNode("https://example.org/a"), REFERENCE)
    assert {"FirewallShape", "EventShape"} <= shapes_of(validator().check_all([*found, blame, *node("a", "State")]))

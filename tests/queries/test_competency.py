"""Competency questions: the expected answers, in two engines, and nothing planted passes for an affirmation."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, QueryTriples, RdfFormat, Store, parse

from app import mapping
from app.mapping import Source
from app.model import (
    WHOLE_ACCOUNT,
    Certainty,
    Entity,
    EntityKind,
    EventType,
    Modality,
    Polarity,
    Statement,
    StatementType,
)
from app.store import load_ontology
from tests.mapping.making import MINTER, claim, document, mapped, nodes, records

ROOT = Path(__file__).parents[2]
QUESTIONS = sorted((ROOT / "queries" / "competency").glob("*.rq"))
FIREWALL = sorted((ROOT / "queries" / "firewall").glob("*.rq"))
Row = tuple[tuple[str, str], ...]

# The columns in which a name says that somebody affirms something, or is affirmed to have done it.
AFFIRMING: Mapping[str, tuple[str, ...]] = {
    "cq01-instruments-affirmed-and-denied": ("affirms",),
    "cq03-contested-blame": ("blames",),
    "cq04-rival-perpetrators": ("who1", "who2", "accused1", "accused2"),
    "cq09-truces-said-broken": ("who", "by"),
    "cq10-truce-parties": ("party",),
    "cq19-fabrications": ("who", "accused"),
    "cq21-toxic-chemicals": ("who",),
    "cq32-responses": ("who",),
}


@pytest.fixture(scope="module")
def store(demonstration: Path) -> Store:
    """The demonstration store."""
    return Store.read_only(str(demonstration / "store"))


@pytest.fixture(scope="module")
def plain_graph(demonstration: Path) -> rdflib.Graph:
    """The same triples in rdflib's own memory store, for its own engine."""
    disk = Store.read_only(str(demonstration / "store"))
    graph = rdflib.Graph()
    lines = "".join(f"{q.subject} {q.predicate} {q.object} .\n" for q in disk)
    graph.parse(data=lines, format="nt")
    return graph


def _bag(text: str) -> Counter[Row]:
    return Counter(tuple(sorted(row.items())) for row in csv.DictReader(io.StringIO(text)))


def _answer(store: Store, path: Path) -> str:
    solutions = store.query(path.read_text("utf-8"), use_default_graph_as_union=True)
    assert isinstance(solutions, QuerySolutions)
    written = solutions.serialize(format=QueryResultsFormat.CSV)
    assert written is not None
    return written.decode().replace("\r\n", "\n")


def test_there_are_thirty_questions_each_with_an_answer() -> None:
    assert len(QUESTIONS) >= 30
    assert all(q.with_suffix(".csv").is_file() for q in QUESTIONS)
    assert all(len(q.with_suffix(".csv").read_text("utf-8").splitlines()) > 1 for q in QUESTIONS)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda p: p.stem)
def test_expected_answer(question: Path, store: Store) -> None:
    assert _bag(_answer(store, question)) == _bag(question.with_suffix(".csv").read_text("utf-8"))


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda p: p.stem)
def test_second_engine_agrees(question: Path, plain_graph: rdflib.Graph) -> None:
    written = plain_graph.query(question.read_text("utf-8")).serialize(format="csv")
    assert written is not None
    assert _bag(written.decode().replace("\r\n", "\n")) == _bag(question.with_suffix(".csv").read_text("utf-8"))


@pytest.mark.parametrize("ask", FIREWALL, ids=lambda p: p.stem)
def test_firewall_holds(ask: Path, store: Store) -> None:
    result = store.query(ask.read_text("utf-8"), use_default_graph_as_union=True)
    assert isinstance(result, QueryBoolean)
    assert not result


def _actor(name: str) -> Entity:
    return Entity(kind=EntityKind.ACTOR, name=name)


def _planted() -> list[Statement]:
    """Two true affirmations, and around them every way of saying something without affirming it."""
    said: dict[str, object] = {
        "perpetrators": (_actor("PLANTED actor"),),
        "participants": (_actor("PLANTED party"),),
        "breach_of": "e2",
        "response_to": "e2",
    }
    truce = {**said, "event_type": EventType.TRUCE, "event": "e2", "breach_of": None, "response_to": None}
    faked = {**said, "event_type": EventType.FABRICATION, "event": "e3"}
    ways: list[tuple[str, dict[str, object], dict[str, object]]] = [
        ("denier", {"polarity": Polarity.DENIED, "denial_scope": WHOLE_ACCOUNT, "type": StatementType.DENIAL}, {}),
        ("caller", {"type": StatementType.CALL, "polarity": None, "certainty": None}, {"modality": Modality.REQUESTED}),
        (
            "undetermined",
            {"type": StatementType.FINDING, "polarity": Polarity.UNDETERMINED, "denial_scope": WHOLE_ACCOUNT},
            {},
        ),
        ("alternative", {"certainty": Certainty.PROBABLE}, {}),
        ("fearer", {}, {"modality": Modality.FEARED}),
        ("planner", {}, {"modality": Modality.PLANNED}),
        ("supposer", {}, {"modality": Modality.SUPPOSED}),
    ]
    made = []
    for number, (name, changes, more) in enumerate(ways):
        for kind, account in enumerate((said, truce, faked)):
            made.append(
                claim(
                    100 + 10 * number + kind,
                    claimants=(_actor(f"PLANTED {name}"),),
                    account={**account, **more},
                    **changes,
                )
            )
    return [claim(1, claimants=(_actor("Real claimant"),), account={"perpetrators": (_actor("Real actor"),)}), *made]


@pytest.fixture(scope="module")
def planted() -> Store:
    """A graph of planted statements with its propositions and the ontology."""
    found = records(*_planted())
    result, events = mapped(found), nodes(found)
    graph = mapping.map_propositions([Source(document(), found, result, None)], events, {}, MINTER)
    store = Store()
    store.bulk_extend([*result.quads, *graph.quads()])
    store.bulk_extend(load_ontology(ROOT / "ontology" / "cev.ttl", MINTER.graph("ontology")))
    return store


@pytest.mark.parametrize("name", sorted(AFFIRMING))
def test_nothing_planted_passes_for_an_affirmation(name: str, planted: Store) -> None:
    rows = csv.DictReader(io.StringIO(_answer(planted, ROOT / "queries" / "competency" / f"{name}.rq")))
    wrong = [row for row in rows if any(row[column].startswith("PLANTED") for column in AFFIRMING[name])]
    assert not wrong


def test_the_planted_graph_does_hold_a_real_affirmation(planted: Store) -> None:
    text = _answer(planted, ROOT / "queries" / "competency" / "cq16-blame-by-claimant.rq")
    assert "Real claimant,Real actor" in text


@pytest.mark.parametrize("ask", FIREWALL, ids=lambda p: p.stem)
def test_firewall_over_the_planted_graph(ask: Path, planted: Store) -> None:
    assert not planted.query(ask.read_text("utf-8"), use_default_graph_as_union=True)


def test_undetermined_is_found_as_undetermined(planted: Store) -> None:
    text = _answer(planted, ROOT / "queries" / "competency" / "cq07-undetermined.rq")
    assert "PLANTED undetermined" in text
    assert "PLANTED denier" not in text


@pytest.mark.parametrize("path", sorted((ROOT / "queries" / "export").glob("*.rq")), ids=lambda p: p.stem)
def test_exports_give_triples(path: Path, store: Store) -> None:
    answer = store.query(path.read_text("utf-8"), use_default_graph_as_union=True)
    assert isinstance(answer, QueryTriples)
    written = answer.serialize(format=RdfFormat.N_TRIPLES)
    assert written
    assert len(list(parse(written, format=RdfFormat.N_TRIPLES))) > 100


def test_standpoints_are_views_with_events_of_their_own(demonstration: Path) -> None:
    views = Store.read_only(str(demonstration / "standpoints"))
    graphs = {str(g) for g in views.named_graphs()}
    assert len(graphs) == 3
    subjects = {str(q.subject) for q in views if "/id/event/" in str(q.subject) and "standpoint" not in str(q.subject)}
    assert not subjects
    main = Store.read_only(str(demonstration / "store"))
    assert not [g for g in main.named_graphs() if "standpoint" in str(g)]


def test_opcw_standpoint_leaves_open_what_the_mission_left_open(demonstration: Path) -> None:
    views = Store.read_only(str(demonstration / "standpoints"))
    ask = """PREFIX cev: <https://w3id.org/contested-events/ns#>
        ASK { GRAPH ?g { ?e cev:standpointOf ?event ; cev:instrument cev:Chlorine }
              FILTER(CONTAINS(STR(?g), "opcw")) }"""
    assert not views.query(ask)

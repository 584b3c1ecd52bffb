"""Figures and error classes on small gold of our own, where every number can be counted by hand."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from app.errors import DataError
from app.model import Document, Span
from app.score import ErrorClass, FoundStatement, Score, compare_figures, load_gold, render_page, score_documents
from app.score.gold import GoldDocument, GoldStatement, GoldThing
from app.score.graph import FoundThing
from app.score.matching import is_same, overlap
from app.score.page import keep

ROOT = Path(__file__).parents[2]
ARMY, REBELS, CITY = GoldThing("the army", None, "army"), GoldThing("rebels"), GoldThing("Homs", "Q131301", "Homs")


def _gold(name: str = "s1", *, at: int = 0, event: str = "e1", type_: str = "Accusation") -> GoldStatement:
    return GoldStatement(
        id=name, type=type_, polarity="affirmed", certainty="certain", mode="indirect", event=event,
        event_type="Shelling", spans=(Span(at, at + 50),), claimants=(ARMY,),
        slots={"perpetrators": (REBELS,), "targets": (), "participants": (), "places": (CITY,), "instruments": ()},
        time=("2018-11-24", "2018-11-24"), figures=frozenset({("killed", 5, 5)}),
    )  # fmt: skip


def _thing(name: str, item: str | None = None, role: str | None = None) -> FoundThing:
    return FoundThing(frozenset({name}), frozenset({item} if item else ()), role)


def _found(iri: str = "urn:1", *, at: int = 0, event: str = "urn:e1") -> FoundStatement:
    return FoundStatement(
        iri=iri, spans=(Span(at, at + 50),), types=frozenset({"Accusation"}), polarity="affirmed", certainty="certain",
        mode="indirect", claimants=(_thing("army"),), events=frozenset({event}), event_types=frozenset({"Shelling"}),
        slots={"perpetrators": (_thing("rebels"),), "targets": (), "participants": (),
               "places": (_thing("Hims", "Q131301"),), "instruments": ()},
        times=frozenset({("2018-11-24", "2018-11-24")}), figures=frozenset({("killed", 5, 5)}),
    )  # fmt: skip


def _score(gold: GoldStatement | tuple[GoldStatement, ...], *found: FoundStatement) -> Score:
    statements = gold if isinstance(gold, tuple) else (gold,)
    return score_documents([GoldDocument("d", statements)], {"d": found})


def test_a_perfect_reading_has_no_error() -> None:
    score = _score((_gold(), _gold("s2", at=100)), _found(), _found("urn:2", at=100))
    assert score.errors == []
    assert score.mean == 1.0
    assert score.figures()["link_acc"] == 1.0


def test_nothing_read_scores_nothing() -> None:
    score = _score(_gold())
    assert score.mean == 0.0
    assert [e.kind for e in score.errors] == [ErrorClass.MISSED]


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"claimants": (_thing("the UN"),)}, ErrorClass.ACCUSER),
        ({"types": frozenset({"Report"})}, ErrorClass.TYPE),
        ({"polarity": "denied"}, ErrorClass.POLARITY),
        ({"certainty": "possible"}, ErrorClass.CERTAINTY),
        ({"mode": "direct"}, ErrorClass.MODE),
        ({"event_types": frozenset({"Attack"})}, ErrorClass.EVENT_TYPE),
        ({"times": frozenset()}, ErrorClass.TIME_MISSING),
        ({"times": frozenset({("2018-11-25", "2018-11-25")})}, ErrorClass.TIME_WRONG),
        ({"figures": frozenset()}, ErrorClass.FIGURE_MISSING),
        ({"figures": frozenset({("killed", 5, 5), ("injured", 9, None)})}, ErrorClass.FIGURE_EXTRA),
        ({"spans": (Span(60, 110),)}, ErrorClass.MISSED),
    ],
)
def test_each_fault_has_its_class(change: dict[str, object], kind: ErrorClass) -> None:
    score = _score(_gold(), replace(_found(), **change))  # type: ignore[arg-type]
    assert score.errors[0].kind is kind
    assert score.mean < 1.0


@pytest.mark.parametrize(
    ("slot", "values", "kinds"),
    [
        ("perpetrators", (), [ErrorClass.ACCUSED_MISSING]),
        ("perpetrators", (_thing("militia"),), [ErrorClass.ACCUSED, ErrorClass.ACCUSED_MISSING]),
        ("places", (), [ErrorClass.SLOT_MISSING]),
        ("targets", (_thing("a hospital"),), [ErrorClass.SLOT_EXTRA]),
    ],
)
def test_slots_have_their_classes(slot: str, values: tuple[FoundThing, ...], kinds: list[ErrorClass]) -> None:
    found = replace(_found(), slots={**_found().slots, slot: values})
    assert sorted(e.kind for e in _score(_gold(), found).errors) == sorted(kinds)


def test_a_second_statement_on_the_same_words_is_spurious_only_where_nothing_in_gold_is_left() -> None:
    score = _score(_gold(), _found(), replace(_found("urn:2"), types=frozenset({"Report"})))
    assert [e.kind for e in score.errors] == [ErrorClass.SPURIOUS]
    assert (score.ratio("statement").precision, score.ratio("statement").recall) == (0.5, 1.0)


def test_events_parted_and_joined() -> None:
    parted = _score((_gold(), _gold("s2", at=100)), _found(), _found("urn:2", at=100, event="urn:e2"))
    joined = _score((_gold(), _gold("s2", at=100, event="e2")), _found(), _found("urn:2", at=100))
    assert [e.kind for e in parted.errors] == [ErrorClass.EVENTS_PARTED]
    assert [e.kind for e in joined.errors] == [ErrorClass.EVENTS_JOINED]


def test_blame_counts_every_pair_and_not_what_is_no_claim() -> None:
    two = replace(_found(), slots={**_found().slots, "perpetrators": (_thing("rebels"), _thing("militia"))})
    assert (_score(_gold(), two).ratio("blame").right, _score(_gold(), two).ratio("blame").found) == (1, 2)
    call = replace(_found(), types=frozenset({"Call"}))
    assert _score(_gold(type_="Call"), call).ratio("blame").found == 0


def test_names_meet_by_item_before_words() -> None:
    assert is_same(CITY, _thing("Hims", "Q131301"))
    assert not is_same(CITY, _thing("Homs", "Q1"))
    assert is_same(GoldThing("the Ministry of Defence of Russia"), _thing("Foreign Office")) is False
    assert is_same(GoldThing("UNNAMED"), _thing("x", role="UNNAMED"))
    assert not is_same(GoldThing("UNNAMED"), _thing("UNNAMED source", role="DOCUMENT"))
    assert overlap(Span(0, 10), Span(0, 100)) == 0.0
    assert overlap(Span(0, 20), Span(0, 100)) == 0.2


def test_kept_figures_are_compared_and_the_page_says_counts_without_words() -> None:
    before = keep(_score(_gold(), _found()), "rules.v1")
    worse = _score(_gold(), replace(_found(), polarity="denied"))
    changed = compare_figures(worse, json.loads(json.dumps(before)))
    assert changed["exact_f1"] == (1.0, 0.0)
    assert changed["polarity wrong"] == (0.0, 1.0)
    page = render_page(keep(worse, "rules.v1"), "own")
    assert "| polarity wrong | 1 |" in page
    assert "- d#s1" in page


def test_kept_pages_are_what_their_figures_say() -> None:
    kept = sorted((ROOT / "tests" / "extract" / "figures").glob("*.json"))
    assert kept
    for path in kept:
        page = render_page(json.loads(path.read_text("utf-8")), path.stem)
        assert path.with_suffix(".md").read_text("utf-8") == page, f"run `rashomon score --keep` again for {path.stem}"


def test_gold_that_is_wrong_says_where(tmp_path: Path) -> None:
    document = Document(id="d", text="x", path="d.txt", sha256="0")
    path = tmp_path / "d.json"
    path.write_text('{"document": "d", "statements": [{"id": "s1"}]}')
    with pytest.raises(DataError, match="statement 1"):
        load_gold(path, {"d": document})
    with pytest.raises(DataError, match="not there"):
        load_gold(path, {})


def test_the_command_scores_reviews_and_keeps_what_it_found(tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    for name in ("sohr-aleppo-2018-11-25", "dujarric-douma-2018-04-17"):
        text = (ROOT / "data" / "documents" / f"{name}.md").read_text("utf-8")
        (documents / f"{name}.md").write_text(text, "utf-8")
    command = [sys.executable, "-m", "app", "score", "--gold", "data/reviews", "--documents", str(documents), "--json"]
    command += ["--figures", str(tmp_path / "f.json"), "--keep", "--errors", "sohr-aleppo-2018-11-25"]
    first = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)
    assert len(first["documents"]) == 2
    assert 0 < first["figures"]["span_f1"] <= 1
    assert first["changed"] == {}
    kept = json.loads((tmp_path / "f.json").read_text("utf-8"))
    kept["figures"]["span_f1"] = 0.001
    (tmp_path / "f.json").write_text(json.dumps(kept), "utf-8")
    second = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)
    assert second["changed"] == {"span_f1": [0.001, first["figures"]["span_f1"]]}

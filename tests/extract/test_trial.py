"""The trial documents: their gold is true to their texts, and both halves are there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

TRIAL = Path(__file__).parent / "trial"
TEXTS = {p.stem: p for half in ("open", "closed") for p in (TRIAL / half).glob("*.txt")}
GOLD = sorted((TRIAL / "gold").glob("*.json"))
THINGS = ("claimants", "spokespersons", "perpetrators", "targets", "participants", "places", "instruments")


def test_each_document_has_gold() -> None:
    assert {p.stem for p in GOLD} == set(TEXTS)
    assert len(GOLD) >= 24


@pytest.mark.parametrize("path", GOLD, ids=lambda p: p.stem)
def test_gold_quotes_its_text(path: Path) -> None:
    text = TEXTS[path.stem].read_text("utf-8")
    statements = json.loads(path.read_text("utf-8"))["statements"]
    assert statements
    ids = {s["id"] for s in statements}
    events = {s["event"] for s in statements}
    assert len(ids) == len(statements)
    for s in statements:
        quotes = [s["evidence"], *s["also"], *(v["text"] for k in THINGS for v in s[k] if v["text"])]
        quotes += [c["text"] for c in s["casualties"]] + ([s["time"]["text"]] if s["time"] else [])
        for quote in quotes:
            assert quote in text, f"{path.stem} {s['id']}: {quote!r} does not stand in the text"
        assert s["claimants"], f"{path.stem} {s['id']}: nobody says it"
        assert {*s["disputes"], *s["endorses"]} <= ids
        assert s["breach_of"] is None or s["breach_of"] in events

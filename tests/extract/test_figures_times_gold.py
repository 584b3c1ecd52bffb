"""How many of gold's times and figures the layers find in the gold evidence: a check, printed with `pytest -s`.

Documents whose identifier hashes to 0-4 were not looked at while the layers were written; their figures are kept apart.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from app.extract.figures import find_figures
from app.extract.times import find_times

SHARED = Path(__file__).parents[2] / ".." / "shared" / "extraction"
pytestmark = pytest.mark.skipif(not (SHARED / "gold").is_dir(), reason="../shared/extraction/gold is absent")

# What was measured when the layers were finished; a fall below is an error, a rise is a reason to move these up.
LEAST = {
    "own": {"time text": 0.9, "time days": 0.9, "figure": 0.9},
    "held out": {"time text": 0.9, "time days": 0.9, "figure": 0.5},
}


def _is_held_out(identifier: str) -> bool:
    return hashlib.sha256(identifier.encode()).hexdigest()[0] in "01234"


def _around(text: str, quote: str, words: str) -> str:
    """Return the evidence, or with it the text up to the words that gold took from the near context."""
    at = text.find(quote)
    near = min((abs(i - at), i) for i in range(len(text)) if text.startswith(words, i))[1]
    return text[max(0, min(at, near) - 40) : max(at + len(quote), near + len(words)) + 40]


def _count(identifier: str, gold: dict[str, Any]) -> dict[str, list[tuple[bool, str]]]:
    text = (SHARED / "dev" / f"{identifier}.txt").read_text(encoding="utf-8")
    published = json.loads((SHARED / "dev" / f"{identifier}.json").read_text(encoding="utf-8")).get("published")
    times = find_times(text, published)
    out: dict[str, list[tuple[bool, str]]] = {"time text": [], "time days": [], "figure": []}
    for statement in gold["statements"]:
        time = statement["time"]
        if time and time["text"]:
            same = [t for t in times if t.text == time["text"]]
            label = f"{identifier} {statement['id']} {time['text']!r}"
            out["time text"].append((bool(same), label))
            days = [(t.earliest and t.earliest.isoformat(), t.latest and t.latest.isoformat()) for t in same]
            out["time days"].append(((time["earliest"], time["latest"]) in days, f"{label} {days}"))
        for figure in statement["casualties"]:
            near = _around(text, statement["evidence"], figure["text"])
            found = [(f.kind.value.lower(), f.minimum, f.maximum) for f in find_figures(near)]
            hit = (figure["kind"], figure["min"], figure["max"]) in found
            out["figure"].append((hit, f"{identifier} {statement['id']} {figure['text']!r} {found}"))
    return out


@pytest.mark.parametrize("part", ["own", "held out"])
def test_gold_times_and_figures_are_found(part: str) -> None:
    totals: dict[str, list[tuple[bool, str]]] = {"time text": [], "time days": [], "figure": []}
    for path in sorted((SHARED / "gold").glob("*.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        if _is_held_out(gold["document"]) == (part == "held out"):
            for name, rows in _count(gold["document"], gold).items():
                totals[name] += rows
    for name, rows in totals.items():
        right = sum(hit for hit, _ in rows)
        print(f"{part}: {name} {right}/{len(rows)}")
        if part == "own":
            print("\n".join(f"  missed: {label}" for hit, label in rows if not hit))
        assert right >= LEAST[part][name] * len(rows)

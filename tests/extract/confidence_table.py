"""How often blame is right, by the confidence of its reading: `python -m tests.extract.confidence_table [GOLD TEXTS]`.

For each pair of claimant and doer of a claim: whether gold has it too, with the same polarity. Printed by band of
confidence and on both sides of the line (`app.model.DOUBTFUL_BELOW`), for dev, the trial documents, and a folder of
gold with its folder of texts where both are given. Nothing of the documents is shown.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.model import DOUBTFUL_BELOW, Document, Records, Reference
from tests.extract.score_dev import BENCH, TurtleWriter, load_score, read_folder
from tests.extract.score_trial import TRIAL

_STEP = 0.1


def pairs_of(reference: Reference, document: Document, records: Records, gold: Path) -> Iterator[tuple[float, bool]]:
    """Yield the confidence of each pair of claimant and doer, and whether gold has it."""
    sure = {s.id: s.confidence for s in records.statements}
    for statement, right in judged(reference, document, records, gold):
        yield sure[statement], right


def judged(reference: Reference, document: Document, records: Records, gold: Path) -> Iterator[tuple[str, bool]]:
    """Yield the statement's id for each pair of claimant and doer that it claims, and whether gold has the pair."""
    bench = load_score()
    writer = TurtleWriter(reference)
    writer.add(document, records)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph.ttl"
        path.write_text(writer.text(), encoding="utf-8")
        found = bench.Graph(path).statements(document.id)
    wanted = bench.json.loads((gold / f"{document.id}.json").read_text("utf-8"))["statements"]
    for one in wanted:
        one["_spans"] = bench.spans_of(one, document.text)
    matched = {j: wanted[i] for i, j in bench.match(wanted, found, True).items()}
    for j, one in enumerate(found):
        if one["types"] & set(bench.NOT_CLAIMS):
            continue
        statement = str(one["iri"]).rstrip(">").rsplit(":", 1)[-1]
        for claimant in one["claimants"]:
            for doer in one["slots"]["perpetrators"]:
                yield statement, _is_right(bench, matched.get(j), one, claimant, doer)


def _is_right(bench: Any, wanted: Any, found: Any, claimant: Any, doer: Any) -> bool:
    if wanted is None or wanted["type"] in bench.NOT_CLAIMS or wanted["polarity"] != found["polarity"]:
        return False
    who = any(bench.same_value(g, claimant) for g in wanted["claimants"])
    return who and any(bench.same_value(g, doer) for g in wanted["perpetrators"])


def _print(name: str, pairs: list[tuple[float, bool]]) -> None:
    bands: Counter[tuple[str, bool]] = Counter()
    for confidence, right in pairs:
        low = int(confidence / _STEP + 1e-6) * _STEP
        bands[f"{low:.1f} to {low + _STEP:.1f}", right] += 1
        bands["at or above the line" if confidence >= DOUBTFUL_BELOW else "below the line", right] += 1
    print(f"== {name}: {len(pairs)} pairs, line at {DOUBTFUL_BELOW}")
    for band in sorted({b for b, _ in bands}):
        good, bad = bands[band, True], bands[band, False]
        print(f"{band:22} right {good:3d} of {good + bad:3d}   {good / (good + bad):.2f}")


def main() -> None:
    """Print the tables."""
    sets = [("dev", BENCH / "gold", BENCH / "dev")]
    sets += [(f"trial, {half}", TRIAL / "gold", TRIAL / half) for half in ("open", "closed")]
    if len(sys.argv) == 3:
        sets.append((sys.argv[1], Path(sys.argv[1]), Path(sys.argv[2])))
    for name, gold, texts in sets:
        reference, read = read_folder(texts)
        known = [(d, r) for d, r in read if (gold / f"{d.id}.json").exists()]
        _print(name, [pair for d, r in known for pair in pairs_of(reference, d, r, gold)])


if __name__ == "__main__":
    main()

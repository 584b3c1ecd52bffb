"""Fits the weights of `resources/blame.toml`: `python -m tests.extract.confidence_fit [GOLD TEXTS]… [--write]`.

A pair of claimant and doer of a claim is right where gold has it too, with the same polarity. What tells of its
reading (`features_of`) is weighed by logistic regression with an L2 penalty, over dev, the trial documents and each
further folder of gold with its folder of texts. From the bias a caution is taken, so that the line lies where nine of
ten are right. How well it parts right from wrong is measured on documents that the weights were not fitted on: they are
dealt into folds by the hash of their ids. Nothing of the documents is shown or kept but figures.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

from app.extract import drafts as drafting
from app.extract import reading
from app.extract.confidence import Found, features_of, most_of
from app.extract.drafts import Draft, blames_of, traits_of
from app.model import DOUBTFUL_BELOW, Statement
from tests.extract.confidence_table import judged
from tests.extract.score_dev import BENCH, read_folder
from tests.extract.score_trial import TRIAL

RESOURCE = Path(__file__).parents[2] / "app/extract/resources/blame.toml"
FOLDS = 10
PENALTY = 4.0
LEAST_SEEN = 6
# In logits: a chance of 0.83 by the fit, above which nine of ten were right, is told as the line of 0.7.
CAUTION = 0.74


@dataclass(frozen=True, slots=True)
class Pair:
    """One pair of claimant and doer: its document, the features of its statement's doers, and whether gold has it."""

    document: str
    doers: tuple[frozenset[str], ...]
    right: bool


def gather(gold: Path, texts: Path) -> list[Pair]:
    """Read a folder and return its pairs."""
    seen: list[list[tuple[frozenset[str], ...]]] = []
    finish = drafting.finish

    def watched(found: Sequence[Draft], generator: str) -> tuple[Statement, ...]:
        statements = finish(found, generator)
        seen.append([_features(d) for d in found])
        return statements

    with mock.patch.object(reading, "finish", watched):
        reference, read = read_folder(texts)
    pairs = []
    for (document, records), features in zip(read, seen, strict=True):
        if (gold / f"{document.id}.json").exists():
            known = {s.id: f for s, f in zip(records.statements, features, strict=True)}
            told = judged(reference, document, records, gold)
            pairs += [Pair(document.id, known[statement], right) for statement, right in told]
    return pairs


def _features(draft: Draft) -> tuple[frozenset[str], ...]:
    return tuple(features_of(b, draft.speaker.claimants, traits_of(draft)) for b in blames_of(draft))


def names_of(pairs: Sequence[Pair], least: int = LEAST_SEEN) -> list[str]:
    """Return the features that were seen often enough to be weighed."""
    counts = Counter(f for p in pairs for f in frozenset().union(*p.doers))
    return sorted(f for f, n in counts.items() if n >= least)


def fit(pairs: Sequence[Pair], names: Sequence[str], penalty: float = PENALTY) -> Any:
    """Return bias and weights: Newton's method on the penalised likelihood; the bias is free."""
    at = {name: n + 1 for n, name in enumerate(names)}
    rows = [(d, p.right) for p in pairs for d in p.doers]
    table = np.zeros((len(rows), len(names) + 1))
    table[:, 0] = 1
    for row, (features, _) in enumerate(rows):
        for name in features:
            if name in at:
                table[row, at[name]] = 1
    weight = np.array([1 / len(p.doers) for p in pairs for _ in p.doers])
    right = np.array([float(r) for _, r in rows])
    pull = np.diag([1e-6, *[penalty] * len(names)])
    theta = np.zeros(len(names) + 1)
    for _ in range(50):
        chance = 1 / (1 + np.exp(-table @ theta))
        slope = table.T @ (weight * (chance - right)) + pull @ theta
        bend = (table * (weight * chance * (1 - chance))[:, None]).T @ table + pull
        step = np.linalg.solve(bend, slope)
        theta -= step
        if np.abs(step).max() < 1e-8:
            break
    theta[0] -= CAUTION
    return theta


def chances(pairs: Sequence[Pair], names: Sequence[str], theta: Any) -> list[float]:
    """Return the chance of each pair: that of the weakest doer of its statement."""
    at = dict(zip(names, theta[1:], strict=True))

    def chance(doer: frozenset[str]) -> float:
        most = most_of(Found.PLAIN) if f"found.{Found.PLAIN}" in doer else 1.0
        return min(float(1 / (1 + np.exp(-theta[0] - sum(at.get(f, 0) for f in doer)))), most)

    return [min(chance(doer) for doer in p.doers) for p in pairs]


def cross_validated(pairs: Sequence[Pair], penalty: float = PENALTY) -> list[float]:
    """Return the chance of each pair by weights fitted on the other documents."""
    folds = [int(sha256(p.document.encode()).hexdigest(), 16) % FOLDS for p in pairs]
    found = [0.0] * len(pairs)
    for fold in range(FOLDS):
        rest = [p for p, f in zip(pairs, folds, strict=True) if f != fold]
        names = names_of(rest)
        theta = fit(rest, names, penalty)
        here = [n for n, f in enumerate(folds) if f == fold]
        for n, chance in zip(here, chances([pairs[n] for n in here], names, theta), strict=True):
            found[n] = chance
    return found


def parted(pairs: Sequence[Pair], found: Sequence[float], line: float = DOUBTFUL_BELOW) -> tuple[int, int, int, int]:
    """Return how many pairs are right and how many there are, above the line and below it."""
    above = [p.right for p, c in zip(pairs, found, strict=True) if round(c, 2) >= line]
    below = [p.right for p, c in zip(pairs, found, strict=True) if round(c, 2) < line]
    return sum(above), len(above), sum(below), len(below)


def _as_toml(names: Sequence[str], theta: Any) -> str:
    """The weights as they stand in the resource, by group."""
    lines = [f"bias = {theta[0]:.2f}"]
    for group in ("way", "found", "speaker", "trait"):
        own = [(n.split(".", 1)[1], w) for n, w in zip(names, theta[1:], strict=True) if n.startswith(f"{group}.")]
        lines += ["", f"[{group}]", *(f"{name} = {weight:.2f}" for name, weight in own)]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Print how well the line parts right from wrong on documents not fitted on, and the weights."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("folders", nargs="*", type=Path, help="folder of gold, folder of texts, and so on")
    parser.add_argument("--write", action="store_true", help="write the weights into the resource, below its comments")
    arguments = parser.parse_args()
    sets = [(BENCH / "gold", BENCH / "dev"), *((TRIAL / "gold", TRIAL / half) for half in ("open", "closed"))]
    sets += list(zip(arguments.folders[::2], arguments.folders[1::2], strict=True))
    every = [gather(gold, texts) for gold, texts in sets]
    pairs = [p for found in every for p in found]
    chance = dict(zip(map(id, pairs), cross_validated(pairs), strict=True))
    for (gold, texts), found in [*zip(sets, every, strict=True), (("", "all"), pairs)]:
        right, above, right_below, below = parted(found, [chance[id(p)] for p in found])
        print(f"{gold}/{texts}: above the line {right} of {above} right, below {right_below} of {below}")
    names = names_of(pairs)
    weights = _as_toml(names, fit(pairs, names))
    print(weights)
    print(f"{len(pairs)} pairs of {len({p.document for p in pairs})} documents")
    if arguments.write:
        kept = RESOURCE.read_text(encoding="utf-8").split("bias = ")[0]
        RESOURCE.write_text(kept + weights, encoding="utf-8")


if __name__ == "__main__":
    main()

"""The figures of a reading over documents: what was right, of what was found, of what gold has (micro-averaged)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from app.score.errors import ErrorClass, ReadingError, find_errors
from app.score.gold import SLOTS, GoldDocument, GoldStatement
from app.score.graph import FoundStatement
from app.score.matching import is_claimant_right, is_same, match

RATIOS = ("span", "statement", "exact", "blame", "slots", "time", "casualty", "coref")
MEAN_OF = RATIOS[1:]
SHARES = ("claimant_error", "type", "polarity", "certainty", "mode", "event_type", "link_acc")


@dataclass(frozen=True, slots=True)
class Ratio:
    """Right, found and wanted counts with what follows from them."""

    right: int
    found: int
    wanted: int

    @property
    def precision(self) -> float:
        """The share of what was found that is right."""
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """The share of what gold has that was found."""
        return self.right / self.wanted if self.wanted else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(slots=True)
class Score:
    """Counts over all documents, and every error."""

    counts: Counter[str] = field(default_factory=Counter)
    errors: list[ReadingError] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)

    def ratio(self, name: str) -> Ratio:
        """Return one of `RATIOS`."""
        c = self.counts
        return Ratio(c[f"{name}.right"], c[f"{name}.found"], c[f"{name}.wanted"])

    def share(self, name: str) -> float:
        """Return one of `SHARES`: right among those that could be; for `claimant_error` lower is better."""
        return self.counts[f"{name}.right"] / self.counts[f"{name}.of"] if self.counts[f"{name}.of"] else 0.0

    @property
    def mean(self) -> float:
        """The mean of the seven F1 figures."""
        return sum(self.ratio(name).f1 for name in MEAN_OF) / len(MEAN_OF)

    def errors_by_class(self) -> dict[ErrorClass, list[ReadingError]]:
        """Return the errors by cause, worst cause first, causes without errors too."""
        return {kind: sorted(e for e in self.errors if e.kind is kind) for kind in ErrorClass}

    def figures(self) -> dict[str, float]:
        """Return every figure by name, rounded to three digits; names are those of the extraction bench."""
        made = {f"{name}_f1": self.ratio(name).f1 for name in RATIOS}
        made |= {"blame_p": self.ratio("blame").precision, "blame_r": self.ratio("blame").recall}
        made |= {"statement_p": self.ratio("statement").precision, "statement_r": self.ratio("statement").recall}
        made |= {name: self.share(name) for name in SHARES}
        return {name: round(value, 3) for name, value in sorted({**made, "score": self.mean}.items())}


def score_documents(gold: Iterable[GoldDocument], found: Mapping[str, Sequence[FoundStatement]]) -> Score:
    """Score what a graph holds of the documents of gold; other documents of the graph do not count."""
    score = Score()
    for document in gold:
        score.documents.append(document.id)
        _count(score, document, found.get(document.id, ()))
    return score


def _count(score: Score, document: GoldDocument, found: Sequence[FoundStatement]) -> None:
    gold, c = document.statements, score.counts
    by_span = match(gold, found, with_claimant=False)
    matched = match(gold, found, with_claimant=True)
    pairs = [(gold[i], found[j]) for i, j in matched.items()]
    for name, right in (("span", len(by_span)), ("statement", len(pairs)), ("exact", sum(_exact(*p) for p in pairs))):
        _add(c, name, right, len(found), len(gold))
    for i, j in by_span.items():
        _share(c, "claimant_error", not is_claimant_right(gold[i], found[j]))
    for wanted, one in pairs:
        _count_fields(c, wanted, one)
    for i, wanted in enumerate(gold):
        _count_content(c, wanted, found[matched[i]] if i in matched else None)
    for one in found:
        c["slots.found"] += sum(len(v) for v in one.slots.values())
        c["time.found"] += sum(1 for first, _ in one.times if first)
        c["casualty.found"] += len(one.figures)
        if not one.types & {"Condemnation", "Endorsement", "Call"}:
            c["blame.found"] += len(one.claimants) * len(one.slots["perpetrators"])
    for (one_gold, one), (other_gold, other) in combinations(pairs, 2):
        wanted_same, found_same = one_gold.event == other_gold.event, bool(one.events & other.events)
        _add(c, "coref", wanted_same and found_same, found_same, wanted_same)
    score.errors += find_errors(document.id, gold, found, by_span=by_span, matched=matched)


def _add(c: Counter[str], name: str, right: int, found: int, wanted: int) -> None:
    c[f"{name}.right"] += int(right)
    c[f"{name}.found"] += int(found)
    c[f"{name}.wanted"] += int(wanted)


def _share(c: Counter[str], name: str, right: bool) -> None:
    c[f"{name}.right"] += right
    c[f"{name}.of"] += 1


def _exact(gold: GoldStatement, found: FoundStatement) -> bool:
    return (
        {gold.type} == found.types
        and (not gold.is_claim or gold.polarity == found.polarity)
        and (not gold.event_type or {gold.event_type} == found.event_types)
    )


def _count_fields(c: Counter[str], gold: GoldStatement, found: FoundStatement) -> None:
    _share(c, "type", {gold.type} == found.types)
    _share(c, "mode", gold.mode == found.mode)
    if gold.is_claim:
        _share(c, "polarity", gold.polarity == found.polarity)
    if gold.certainty != "unstated":
        _share(c, "certainty", gold.certainty == found.certainty)
    if gold.event_type:
        _share(c, "event_type", {gold.event_type} == found.event_types)


def _count_content(c: Counter[str], gold: GoldStatement, found: FoundStatement | None) -> None:
    """Count slots, links, time, figures and blame of one statement of gold, matched or not."""
    for slot in SLOTS:
        values = gold.slots[slot]
        c["slots.wanted"] += len(values)
        left = list(found.slots[slot]) if found else []
        for value in values:
            hit = next((x for x in left if is_same(value, x)), None)
            if hit is not None:
                left.remove(hit)
                c["slots.right"] += 1
                if value.item:
                    _share(c, "link_acc", hit.items == {value.item})
    for claimant in gold.claimants if found else ():
        hits = [x for x in found.claimants if is_same(claimant, x)] if found else []
        if claimant.item and hits:
            _share(c, "link_acc", any(x.items == {claimant.item} for x in hits))
    if gold.time:
        c["time.wanted"] += 1
        c["time.right"] += bool(found and gold.time in found.times)
    c["casualty.wanted"] += len(gold.figures)
    c["casualty.right"] += len(gold.figures & found.figures) if found else 0
    blamed = gold.slots["perpetrators"]
    if gold.is_claim and blamed:
        c["blame.wanted"] += len(gold.claimants) * len(blamed)
        if found and found.polarity == gold.polarity:
            who = sum(any(is_same(g, x) for x in found.claimants) for g in gold.claimants)
            whom = sum(any(is_same(g, x) for x in found.slots["perpetrators"]) for g in blamed)
            c["blame.right"] += min(who, len(found.claimants)) * min(whom, len(found.slots["perpetrators"]))

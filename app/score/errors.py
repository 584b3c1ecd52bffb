"""Errors of a reading by cause: each names the class, the document and the statements, never a word of the text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from app.score.gold import SLOTS, GoldStatement
from app.score.graph import FoundStatement
from app.score.matching import is_claimant_right, is_same


class ErrorClass(StrEnum):
    """What went wrong, worst first."""

    ACCUSER = "accuser wrong"
    ACCUSED = "accused wrong"
    CLAIMANT = "claimant wrong"
    MISSED = "statement missed"
    SPURIOUS = "statement spurious"
    TYPE = "type wrong"
    POLARITY = "polarity wrong"
    EVENT_TYPE = "event type wrong"
    CERTAINTY = "certainty wrong"
    MODE = "mode wrong"
    ACCUSED_MISSING = "accused missing"
    SLOT_MISSING = "slot missing"
    SLOT_EXTRA = "slot extra"
    TIME_MISSING = "time missing"
    TIME_WRONG = "time wrong"
    TIME_EXTRA = "time extra"
    FIGURE_MISSING = "figure missing"
    FIGURE_EXTRA = "figure extra"
    EVENTS_PARTED = "one event read as two"
    EVENTS_JOINED = "two events read as one"


@dataclass(frozen=True, slots=True, order=True)
class ReadingError:
    """One error: `gold` is the id of the statement of gold ("" where there is none), `where` a slot or `start-end`."""

    kind: ErrorClass
    document: str
    gold: str = ""
    where: str = ""


def find_errors(
    document: str,
    gold: Sequence[GoldStatement],
    found: Sequence[FoundStatement],
    *,
    by_span: Mapping[int, int],
    matched: Mapping[int, int],
) -> Iterator[ReadingError]:
    """Yield every error of one document."""
    for i, wanted in enumerate(gold):
        if i in matched:
            continue
        if i not in by_span or by_span[i] in matched.values():
            yield ReadingError(ErrorClass.MISSED, document, wanted.id)
        elif not is_claimant_right(wanted, found[by_span[i]]):
            blames = wanted.is_claim and wanted.slots.get("perpetrators")
            yield ReadingError(ErrorClass.ACCUSER if blames else ErrorClass.CLAIMANT, document, wanted.id)
    taken = {*matched.values(), *by_span.values()}
    for j, one in enumerate(found):
        if j not in taken:
            span = one.spans[0]
            yield ReadingError(ErrorClass.SPURIOUS, document, where=f"{span.start}-{span.end}")
    for i, j in matched.items():
        for kind, where in _differences(gold[i], found[j]):
            yield ReadingError(kind, document, gold[i].id, where)
    for (i, j), (k, m) in combinations(sorted(matched.items()), 2):
        one_matter = gold[i].event == gold[k].event
        if one_matter != bool(found[j].events & found[m].events):
            kind = ErrorClass.EVENTS_PARTED if one_matter else ErrorClass.EVENTS_JOINED
            yield ReadingError(kind, document, f"{gold[i].id}+{gold[k].id}")


def _differences(gold: GoldStatement, found: FoundStatement) -> Iterator[tuple[ErrorClass, str]]:
    if {gold.type} != found.types:
        yield ErrorClass.TYPE, f"{gold.type} read as {'+'.join(sorted(found.types))}"
    if gold.is_claim and gold.polarity != found.polarity:
        yield ErrorClass.POLARITY, f"{gold.polarity} read as {found.polarity}"
    if gold.event_type and {gold.event_type} != found.event_types:
        yield ErrorClass.EVENT_TYPE, f"{gold.event_type} read as {'+'.join(sorted(found.event_types))}"
    if gold.certainty != "unstated" and gold.certainty != found.certainty:
        yield ErrorClass.CERTAINTY, f"{gold.certainty} read as {found.certainty}"
    if gold.mode != found.mode:
        yield ErrorClass.MODE, f"{gold.mode} read as {found.mode}"
    for slot in SLOTS:
        yield from _slot_differences(slot, gold, found)
    if gold.time and gold.time not in found.times:
        yield (ErrorClass.TIME_WRONG if found.times else ErrorClass.TIME_MISSING), ""
    elif not gold.time and any(first for first, _ in found.times):
        yield ErrorClass.TIME_EXTRA, ""
    yield from ((ErrorClass.FIGURE_MISSING, kind) for kind, _, _ in sorted(gold.figures - found.figures, key=str))
    yield from ((ErrorClass.FIGURE_EXTRA, kind) for kind, _, _ in sorted(found.figures - gold.figures, key=str))


def _slot_differences(slot: str, gold: GoldStatement, found: FoundStatement) -> Iterator[tuple[ErrorClass, str]]:
    blames = slot == "perpetrators" and gold.is_claim
    left = list(found.slots[slot])
    missing = 0
    for value in gold.slots[slot]:
        hit = next((x for x in left if is_same(value, x)), None)
        if hit is None:
            missing += 1
        else:
            left.remove(hit)
    for _ in range(missing):
        yield (ErrorClass.ACCUSED_MISSING if blames else ErrorClass.SLOT_MISSING), slot
    for _ in left:
        yield (ErrorClass.ACCUSED if blames else ErrorClass.SLOT_EXTRA), slot

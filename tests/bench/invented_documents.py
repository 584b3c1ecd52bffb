"""Invented documents with their records: what a reader would have found in them, the same for the same number."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from app.model import (
    WHOLE_ACCOUNT,
    Account,
    AttributionMode,
    CasualtyFigure,
    CasualtyKind,
    Certainty,
    Document,
    Entity,
    EntityKind,
    EventMerge,
    EventRecord,
    EventType,
    Linking,
    Modality,
    Polarity,
    Records,
    ReferenceEntry,
    Resolution,
    Span,
    Statement,
    StatementType,
    TimeExpression,
)
from tests.bench.invented_reference import Invented

_FIRST_DAY, _DAYS = date(2011, 3, 1), 5_200
_KINDS = (
    EventType.ATTACK,
    EventType.CHEMICAL_ATTACK,
    EventType.AIR_RAID,
    EventType.SHELLING,
    EventType.SHELLING,
    EventType.MISSILE_STRIKE,
    EventType.BOMBING,
    EventType.ARMED_CLASH,
    EventType.KILLING,
    EventType.ABDUCTION,
    EventType.DISPLACEMENT,
    EventType.SIEGE,
)
_ACTS = (
    *([StatementType.ACCUSATION] * 6),
    *([StatementType.REPORT] * 5),
    *([StatementType.DENIAL] * 4),
    *([StatementType.ASSESSMENT] * 2),
    *([StatementType.FINDING] * 2),
    StatementType.CONDEMNATION,
    StatementType.CALL,
)
_VERBS = {
    StatementType.ACCUSATION: "accused",
    StatementType.REPORT: "reported that it was",
    StatementType.DENIAL: "rejected that it was",
    StatementType.ASSESSMENT: "thought it likely to have been",
    StatementType.FINDING: "concluded that it was",
    StatementType.CONDEMNATION: "condemned the deed of",
    StatementType.CALL: "called for an answer to",
}
_TAILS = (
    "as the daily briefing has it",
    "by its own count",
    "in a letter to the council",
    "on its channel",
    "in a short note",
)


@dataclass(frozen=True, slots=True)
class Matter:
    """What several documents speak of: day, place, and two sides that blame each other for it."""

    number: int
    day: date
    kind: EventType
    town: ReferenceEntry
    rivals: tuple[ReferenceEntry, ReferenceEntry]
    instruments: tuple[ReferenceEntry, ...]
    harmed: int

    @classmethod
    def of(cls, number: int, invented: Invented) -> Matter:
        """The matter of a number."""
        dice = Random(f"matter {number}")
        first, second = dice.sample(invented.fighters, 2)
        return cls(
            number,
            _FIRST_DAY + timedelta(days=dice.randrange(_DAYS)),
            dice.choice(_KINDS),
            dice.choice(invented.towns),
            (first, second),
            tuple(dice.sample(invented.instruments, 2)),
            int(dice.paretovariate(0.9)) + dice.randrange(3),
        )


def invent_document(number: int, matters: int, invented: Invented) -> tuple[Document, Records, Entity]:
    """Return a document of one to nine statements on one to three matters, its records and its publisher."""
    dice = Random(f"document {number}")
    chosen = sorted({int(matters * dice.random() ** 2) for _ in range(dice.choice((1, 1, 2, 3)))})
    publisher = invented.media[int(len(invented.media) * dice.random() ** 2)]
    writing = _Writing(dice, invented)
    for matter in chosen:
        for _ in range(dice.randint(1, 5)):
            writing.add(Matter.of(matter, invented))
    first = max(Matter.of(m, invented).day for m in chosen)
    name, text = f"report-{number:06d}", writing.text
    document = Document(
        id=name,
        text=text,
        path=f"{name}.md",
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        title=f"Dispatch {number} of {publisher.label}",
        published=(first + timedelta(days=dice.randrange(9))).isoformat(),
        url=f"https://example.org/{name}",
        language="en",
        licence="invented",
    )
    events = tuple(EventRecord(key=f"m{m}") for m in chosen)
    records = Records(
        document_id=name,
        generator="invented.v1",
        statements=tuple(writing.statements),
        events=events,
        mentions=tuple(writing.mentions),
    )
    return document, records, _entity(publisher)


def join_matters(records: list[Records]) -> Linking:
    """Merge the events of documents that speak of one matter, as a linker would."""
    members: dict[str, list[tuple[str, str]]] = {}
    for record in records:
        for key in sorted({s.account.event for s in record.statements}):
            members.setdefault(key, []).append((record.document_id, key))
    reasons = ("same day", "same town")
    return Linking(
        tuple(
            EventMerge(members=tuple(m), reasons=reasons, score=0.9, decided_by="invented.v1")
            for _, m in sorted(members.items())
            if len(m) > 1
        )
    )


@dataclass(frozen=True, slots=True)
class _Stance:
    """How a statement stands to its account."""

    polarity: Polarity | None = None
    certainty: Certainty | None = None
    scope: str | None = None


class _Writing:
    """A text that grows by sentences, with the statements that they express."""

    def __init__(self, dice: Random, invented: Invented) -> None:
        self.dice, self.invented = dice, invented
        self.text = ""
        self.statements: list[Statement] = []
        self.mentions: list[Entity] = []

    def add(self, matter: Matter) -> None:
        """Write one sentence about a matter."""
        act = self.dice.choice(_ACTS)
        claimant, blamed = self._sides(act, matter)
        instrument = matter.instruments[0] if self.dice.random() < 0.75 else matter.instruments[1]
        start = len(self.text)
        pieces = (
            claimant.label,
            f" {_VERBS[act]} ",
            blamed.label,
            f" in {matter.kind.lower()} with ",
            instrument.label,
            " near ",
            matter.town.label,
            f" on {matter.day.isoformat()}, {self.dice.choice(_TAILS)}. ",
        )
        spans: dict[str, Span] = {}
        for piece in pieces:
            spans.setdefault(piece, Span(len(self.text), len(self.text) + len(piece)))
            self.text += piece
        account = Account(
            event=f"m{matter.number}",
            event_type=matter.kind,
            modality=Modality.REQUESTED if act is StatementType.CALL else Modality.ACTUAL,
            perpetrators=(_entity(blamed, spans[blamed.label]),),
            places=(_entity(matter.town, spans[matter.town.label]),),
            targets=(Entity(kind=EntityKind.POPULATION_GROUP, name="civilians"),) if self.dice.random() < 0.4 else (),
            instruments=(_entity(instrument),),
            time=self._time(matter),
            casualties=tuple(self._figures(matter)),
        )
        number = len(self.statements) + 1
        speaker = _entity(claimant, spans[claimant.label])
        stance = self._stance(act)
        earlier = [s.id for s in self.statements if s.account.event == account.event]
        self.statements.append(
            Statement(
                id=f"s{number}",
                type=act,
                evidence=Span(start, len(self.text) - 1),
                claimants=(speaker,),
                account=account,
                mode=self.dice.choice((AttributionMode.DIRECT_QUOTE, AttributionMode.INDIRECT_SPEECH)),
                confidence=self.dice.randint(50, 99) / 100,
                generated_by="invented.v1",
                disputes=tuple(earlier[-1:]) if act is StatementType.DENIAL else (),
                polarity=stance.polarity,
                denial_scope=stance.scope,
                certainty=stance.certainty,
                hedge="likely" if stance.certainty is Certainty.PROBABLE else None,
            )
        )

    def _sides(self, act: StatementType, matter: Matter) -> tuple[ReferenceEntry, ReferenceEntry]:
        """Who speaks, and of whom: rivals blame each other and deny for themselves, others report of either."""
        one, other = matter.rivals if self.dice.random() < 0.6 else matter.rivals[::-1]
        if act is StatementType.ACCUSATION and self.dice.random() < 0.7:
            return one, other
        if act is StatementType.DENIAL:
            return one, one
        pool = self.invented.watchers if act is StatementType.FINDING else self.invented.claimants
        return self.dice.choice([e for e in pool if e is not other]), other

    def _stance(self, act: StatementType) -> _Stance:
        if not act.is_claim:
            return _Stance()
        if act is StatementType.DENIAL:
            scope = self.dice.choice((WHOLE_ACCOUNT, "statesPerpetrator", "statesInstrument"))
            return _Stance(Polarity.DENIED, Certainty.CERTAIN, scope)
        if act is StatementType.FINDING and self.dice.random() < 0.3:
            return _Stance(Polarity.UNDETERMINED)
        return _Stance(Polarity.AFFIRMED, Certainty.PROBABLE if act is StatementType.ASSESSMENT else Certainty.CERTAIN)

    def _time(self, matter: Matter) -> TimeExpression:
        late = matter.day + timedelta(days=self.dice.choice((0, 0, 0, 1, 6)))
        edtf = matter.day.isoformat() if late == matter.day else f"{matter.day.isoformat()}/{late.isoformat()}"
        return TimeExpression(
            text=matter.day.isoformat(), edtf=edtf, earliest=matter.day, latest=late, resolution=Resolution.FROM_TEXT
        )

    def _figures(self, matter: Matter) -> Iterator[CasualtyFigure]:
        for kind in self.dice.sample(list(CasualtyKind), self.dice.choice((0, 0, 1, 2))):
            low = max(1, matter.harmed + self.dice.randrange(-2, 9))
            high = self.dice.choice((None, low, low + 5))
            yield CasualtyFigure(kind=kind, text=f"at least {low}", minimum=low, maximum=high)


def _entity(entry: ReferenceEntry, span: Span | None = None) -> Entity:
    return Entity(kind=entry.kind, name=entry.label, span=span, reference=entry.iri)

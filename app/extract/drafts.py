"""Statements in the making: merging of repeats, filling of slots from what came before, links between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.extract.acts import Stance
from app.extract.confidence import Blame, Found, Way, confidence_of
from app.extract.matters import Matter, key_of
from app.extract.mention import JOINT
from app.extract.traits import content_traits
from app.extract.voice import Speaker
from app.model import (
    WHOLE_ACCOUNT,
    Account,
    AttributionMode,
    CasualtyFigure,
    CasualtyKind,
    Entity,
    EntityKind,
    EventType,
    Modality,
    Polarity,
    Span,
    Statement,
    StatementType,
    TimeExpression,
)

DRAFTS_VERSION = "drafts.v2"
_SLOTS = ("perpetrators", "targets", "participants", "places", "instruments")
_REJECTS = (StatementType.DENIAL, StatementType.ASSESSMENT)


@dataclass(slots=True, eq=False)
class Draft:
    """One statement before it is final."""

    type: StatementType
    evidence: Span
    speaker: Speaker
    mode: AttributionMode
    stance: Stance
    event_type: EventType
    matter: Matter
    sentence: int
    modality: Modality = Modality.ACTUAL
    slots: dict[str, list[Entity]] = field(default_factory=lambda: {name: [] for name in _SLOTS})
    time: TimeExpression | None = None
    figures: list[CasualtyFigure] = field(default_factory=list)
    also: list[Span] = field(default_factory=list)
    relayed: tuple[Entity, ...] = ()
    disputes: list[Draft] = field(default_factory=list)
    breach_of: Matter | None = None
    fabrication_of: Draft | None = None
    blames: tuple[Blame, ...] = ()
    traits: frozenset[str] = frozenset()
    sure: bool = True
    carried_from: Draft | None = None
    own_deed: tuple[Entity, ...] = ()
    hangs_on: Draft | None = None
    at: int = -1
    headline: bool = False
    definite: bool = False
    scope: str = WHOLE_ACCOUNT

    @property
    def denied(self) -> bool:
        """Whether the account is rejected."""
        return self.stance.polarity is Polarity.DENIED

    @property
    def claimants(self) -> frozenset[str]:
        """The claimants by key."""
        return frozenset(key_of(c) for c in self.speaker.claimants)

    @property
    def has_slots(self) -> bool:
        """Whether anything but the type is said."""
        return any(self.slots.values()) or self.time is not None or bool(self.figures)

    def keys(self, slot: str) -> set[str]:
        """Return what tells the values of a slot apart."""
        return {key_of(e) for e in self.slots[slot]}

    def add(self, slot: str, entities: Sequence[Entity]) -> None:
        """Put entities into a slot, each once."""
        have = self.keys(slot)
        for entity in entities:
            if key_of(entity) not in have:
                have.add(key_of(entity))
                self.slots[slot].append(entity)


def merge(drafts: list[Draft]) -> list[Draft]:
    """Return the drafts with repeats joined: the fullest stays, the words of the others are further mentions."""
    kept: list[Draft] = []
    for draft in sorted(drafts, key=lambda d: (d.headline, d.sentence)):
        twin = next((k for k in kept if _repeats(k, draft)), None)
        hearsay = next((k for k in kept if _is_hearsay(k) and _repeats(draft, k)), None) if twin is None else None
        if hearsay is not None and not draft.headline:
            kept[kept.index(hearsay)] = draft
            draft.also = [s for s in (hearsay.evidence, *hearsay.also) if s != draft.evidence]
            continue
        if twin is None:
            if not draft.headline:
                kept.append(draft)
            continue
        _join(twin, draft)
    return sorted(kept, key=lambda d: (d.evidence, d.sentence))


def _repeats(one: Draft, two: Draft) -> bool:
    if one.matter.key != two.matter.key or one.event_type is not two.event_type:
        return False
    hearsay = _is_hearsay(two) and one.type is two.type
    if one.type is not two.type and _is_weaker(one, two):
        return one.claimants == two.claimants and not _new_places(one, two)
    if one.type is not two.type or one.stance.polarity is not two.stance.polarity:
        return False
    if one.claimants != two.claimants and not (hearsay and _alike(one, two)):
        return False
    if one.event_type is EventType.TRUCE and one.type is StatementType.REPORT and one.sentence != two.sentence:
        return False
    if one.evidence == two.evidence and one.type not in (StatementType.CONDEMNATION, StatementType.ENDORSEMENT):
        return one.keys("perpetrators") == two.keys("perpetrators") and not _new_places(one, two)
    first, second = one.keys("perpetrators"), two.keys("perpetrators")
    if first and second and not first & second:
        return False
    fresh = {_mark(f) for f in two.figures} - {_mark(f) for f in one.figures}
    return not _new_places(one, two) and (not (fresh and one.figures) or _tells_on(one, two))


def _tells_on(one: Draft, two: Draft) -> bool:
    """Whether the next sentence counts others of the same event: "… killed 12. More than 50 were wounded."."""
    mine, theirs = ({f.kind for f in d.figures} for d in (one, two))
    return not mine & theirs and CasualtyKind.AFFECTED not in mine | theirs and two.sentence == one.sentence + 1


def _is_hearsay(draft: Draft) -> bool:
    return draft.speaker.claimants[0].kind is EntityKind.UNNAMED_SOURCE


def _alike(one: Draft, two: Draft) -> bool:
    """Whether the same are blamed, if under longer or shorter names ("the rebels", "Syrian rebels")."""
    first = {e.name.casefold().split()[-1] for e in one.slots["perpetrators"]}
    second = {e.name.casefold().split()[-1] for e in two.slots["perpetrators"]}
    return bool(first & second) or one.keys("perpetrators") == two.keys("perpetrators")


def _is_weaker(full: Draft, bare: Draft) -> bool:
    """Whether a report only takes up, without a doer, what the same claimant already blamed on one or condemned."""
    if bare.event_type in JOINT:
        return False
    if (
        bare.type is not StatementType.REPORT
        or bare.denied
        or bare.slots["perpetrators"]
        or (bare.figures and full.figures)
    ):
        return False
    shared = any(full.keys(slot) & bare.keys(slot) for slot in ("places", "targets"))
    taken_up = (
        bare.definite
        or bool(bare.figures)
        or shared
        or not (bare.slots["places"] or bare.slots["targets"] or bare.time)
    )
    blame = full.type in (StatementType.ACCUSATION, StatementType.FINDING) and not full.denied
    return taken_up and (
        blame or (full.type in (StatementType.CONDEMNATION, StatementType.ENDORSEMENT) and bare.definite)
    )


def _new_places(one: Draft, two: Draft) -> bool:
    mine, theirs = one.keys("places"), two.keys("places")
    return bool(mine and theirs and not mine & theirs)


def _mark(figure: CasualtyFigure) -> tuple[object, ...]:
    return figure.kind, figure.minimum, figure.maximum


def _join(kept: Draft, other: Draft) -> None:
    if other.evidence != kept.evidence and other.evidence not in kept.also:
        kept.also.append(other.evidence)
    if kept.claimants == other.claimants or other.headline:
        for slot in _SLOTS:
            kept.add(
                slot,
                other.slots[slot] if not kept.slots[slot] or slot in ("targets", "instruments", "participants") else (),
            )
        kept.time = _closer(kept.time, other.time)
        have = {_mark(f) for f in kept.figures}
        kept.figures += [f for f in other.figures if _mark(f) not in have]


def _is_dated(time: TimeExpression) -> bool:
    return time.earliest is not None or time.latest is not None


def _closer(one: TimeExpression | None, two: TimeExpression | None) -> TimeExpression | None:
    """Return the time that says more: "last week" gives way to the day in that week that is named later."""
    if one is None or two is None or not _is_dated(two):
        return one or two
    if not _is_dated(one):
        return two
    if one.earliest is None or one.latest is None or two.earliest is None or two.latest is None:
        return one
    inside = one.earliest <= two.earliest and two.latest <= one.latest
    return two if inside and (two.earliest, two.latest) != (one.earliest, one.latest) else one


def fill(drafts: Sequence[Draft]) -> None:
    """Fill empty slots from the disputed account, and from the last mention of the same event close before."""
    for number, draft in enumerate(drafts):
        source = draft.hangs_on
        if source is not None:
            _take(draft, source, _SLOTS, time=True)
            continue
        if draft.type in _REJECTS and draft.denied:
            source = next(
                (
                    d
                    for d in reversed(drafts[:number])
                    if d.matter.key == draft.matter.key
                    and not d.denied
                    and d.slots["perpetrators"]
                    and d.claimants != draft.claimants
                ),
                None,
            )
            if source is not None:
                _take(draft, source, _SLOTS, time=True)
                continue
            if draft.own_deed and not draft.slots["perpetrators"]:
                draft.add("perpetrators", draft.own_deed)
                draft.blames = (Blame(Way.CARRIED, Found.TAKEN_UP),)
        for earlier in reversed(drafts[:number]):
            if earlier.matter.key != draft.matter.key or draft.sentence - earlier.sentence > 1:
                continue
            if draft.event_type in JOINT:
                _take(draft, earlier, ("places",) if draft.event_type is EventType.TRUCE else (), time=False)
            elif earlier.event_type is draft.event_type and not draft.matter.plural:
                same = draft.claimants == earlier.claimants or draft.type is StatementType.CONDEMNATION
                _take(
                    draft,
                    earlier,
                    ("targets", "places", "instruments") if same else (),
                    time=same and draft.sentence - earlier.sentence <= 2,
                )
            break


def _take(draft: Draft, source: Draft, slots: Sequence[str], *, time: bool) -> None:
    for slot in slots:
        if slot == "perpetrators" and source.slots[slot] and not draft.slots[slot]:
            draft.blames, draft.carried_from = (Blame(Way.CARRIED, Found.TAKEN_UP),), source
        if not draft.slots[slot]:
            draft.add(slot, source.slots[slot])
    if time and (draft.time is None or not _is_dated(draft.time)):
        draft.time = source.time or draft.time


def finish(drafts: Sequence[Draft], generator: str) -> tuple[Statement, ...]:
    """Return the statements, numbered in the order of the text."""
    ids = {id(d): f"s{n}" for n, d in enumerate(drafts, start=1)}
    found = []
    for draft in drafts:
        stance = draft.stance if draft.type.is_claim else Stance(None, None)
        account = Account(
            event=draft.matter.key,
            event_type=draft.event_type,
            modality=draft.modality,
            time=draft.time,
            casualties=tuple(draft.figures),
            breach_of=draft.breach_of.key
            if draft.breach_of is not None and draft.breach_of is not draft.matter
            else None,
            fabrication_of=ids.get(id(draft.fabrication_of)) if draft.fabrication_of is not None else None,
            perpetrators=tuple(draft.slots["perpetrators"]),
            targets=tuple(draft.slots["targets"]),
            participants=tuple(draft.slots["participants"]),
            places=tuple(draft.slots["places"]),
            instruments=tuple(draft.slots["instruments"]),
        )
        found.append(
            Statement(
                id=ids[id(draft)], type=draft.type, evidence=draft.evidence, claimants=draft.speaker.claimants,
                spokespersons=draft.speaker.spokespersons, relayed_by=_others(draft), account=account, mode=draft.mode,
                also=tuple(sorted(draft.also)), polarity=stance.polarity, certainty=stance.certainty,
                denial_scope=draft.scope if stance.polarity in (Polarity.DENIED, Polarity.UNDETERMINED) else None,
                hedge=stance.hedge, disputes=tuple(dict.fromkeys(ids[id(d)] for d in draft.disputes if id(d) in ids)),
                confidence=_confidence(draft), generated_by=generator,
            )
        )  # fmt: skip
    return tuple(found)


def _confidence(draft: Draft) -> float:
    """How sure the reading of a statement is; what is carried over is no surer than where it comes from."""
    own = confidence_of(blames_of(draft), draft.speaker.claimants, traits_of(draft), sure=draft.sure)
    return min(own, _confidence(draft.carried_from)) if draft.carried_from is not None else own


def blames_of(draft: Draft) -> tuple[Blame, ...]:
    """How the doers of a statement were read; those that no words of its own name were carried over."""
    return draft.blames or ((Blame(Way.CARRIED, Found.TAKEN_UP),) if draft.slots["perpetrators"] else ())


def traits_of(draft: Draft) -> frozenset[str]:
    """All that tells how sure the blame of a statement is, apart from how its doers were found."""
    told = [*(draft.slots[name] for name in _SLOTS if name != "perpetrators"), draft.time, draft.figures]
    return draft.traits | content_traits(sum(bool(t) for t in told))


def _others(draft: Draft) -> tuple[Entity, ...]:
    return tuple(e for e in draft.relayed if key_of(e) not in draft.claimants and e.kind is EntityKind.ACTOR)

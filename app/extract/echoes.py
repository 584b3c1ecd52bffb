"""Statements about what was said before: "denied the charges", "rejected this", "called the story unlikely"."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Doc, Token
from spacy.tokens import Span as SpacySpan

from app.extract.acts import Stance
from app.extract.attribution import Attributor
from app.extract.cast import Cast
from app.extract.drafts import Draft
from app.extract.frames import Frames, lemma
from app.extract.voice import UNNAMED
from app.extract.words import word_list
from app.model import AttributionMode, Certainty, EntityKind, EventType, Polarity, Span, StatementType

ECHOES_VERSION = "echoes.v2"
_TAKEN_UP = word_list("echoes_taken_up")


_OWN_PART = word_list("echoes_own_part")


class Echoes:
    """Finds denials that name no event of their own."""

    def __init__(self, doc: Doc, attributor: Attributor, frames: Frames, cast: Cast) -> None:
        """Share the layers of the document."""
        self._doc = doc
        self._attributor = attributor
        self._frames = frames
        self._cast = cast

    def find(self, sentence: SpacySpan, number: int, drafts: Sequence[Draft], evidence: Span) -> list[Draft]:
        """Return the denials of a sentence that take up an account told before."""
        found: list[Draft] = []
        for token in sentence:
            if token.pos_ != "VERB":
                continue
            cue = self._frames.cue(token)
            if cue is None or cue.act != "deny" or not self._takes_up(token):
                continue
            if any(d.sentence == number and d.denied and abs(d.at - token.i) < 25 for d in (*drafts, *found)):
                continue
            speaker = self._attributor.subject_of(cue, token)
            if speaker is None or speaker is UNNAMED or not speaker.claimants:
                continue
            source = self._denied(speaker.claimants, [d for d in drafts if d.sentence < number or d.at < token.i])
            if source is None:
                continue
            voice = self._cast.voice
            direct = voice.official and self._attributor.same(speaker, voice.speaker)
            if direct:
                speaker = voice.speaker
            draft = Draft(
                StatementType.DENIAL, evidence, speaker, voice.mode if direct else AttributionMode.INDIRECT_SPEECH,
                Stance(Polarity.DENIED, Certainty.CERTAIN), source.event_type, source.matter, number, hangs_on=source,
            )  # fmt: skip
            if any(lemma(c) in _OWN_PART for c in token.children if c.dep_ == "dobj"):
                draft.slots["perpetrators"] = [c for c in speaker.claimants if c.kind is EntityKind.ACTOR]
            found.append(draft)
        return found

    @staticmethod
    def _takes_up(verb: Token) -> bool:
        objects = [c for c in verb.children if c.dep_ in ("dobj", "nsubjpass")]
        return any(lemma(t) in _TAKEN_UP for o in objects for t in (o, *o.conjuncts))

    @staticmethod
    def _denied(claimants: Sequence[object], drafts: Sequence[Draft]) -> Draft | None:
        own = {getattr(c, "reference", None) or getattr(c, "name", "") for c in claimants}
        hostile = [
            d for d in drafts
            if not d.denied and (d.slots["perpetrators"] or d.type is StatementType.FINDING)
            and not d.claimants & own
            and d.speaker.claimants[0].kind is not EntityKind.DOCUMENT_VOICE
        ]  # fmt: skip
        against = [d for d in hostile if d.keys("perpetrators") & own]
        told = [d for d in hostile if d.event_type is not EventType.FABRICATION]
        pool = against or told or hostile
        return pool[-1] if pool else None

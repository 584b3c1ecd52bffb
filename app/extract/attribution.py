"""Who says it: the chain of cues above an event, from the innermost outwards, and the speaker of a quotation."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from spacy.tokens import Doc, Token

from app.extract.beside import Beside, Level
from app.extract.cast import Cast
from app.extract.columns import tokens_of, tokens_saying
from app.extract.cue_syntax import (
    CALLS,
    OCCURRENCES,
    blamed_heads,
    claimant_heads,
    fails_to,
    for_which,
    holds,
    is_lie,
    is_negated,
    is_no_act,
    is_told_beside,
    is_undeniable,
    is_unsaid,
    judged_by_it,
    judging,
    leaves_open,
    rejecting,
)
from app.extract.frames import Cue, Frames, lemma
from app.extract.nouns import bounds_of, conjuncts, is_paper, is_passive, pobj, sentence_of
from app.extract.quoted_speakers import QuotedSpeakers
from app.extract.quotes import Quotes
from app.extract.voice import NOBODY, UNNAMED, VOID, Speaker
from app.extract.words import word_list
from app.model import AttributionMode, Entity, Span

ATTRIBUTION_VERSION = "attribution.v2"
_HEARSAY = frozenset({"allegedly", "reportedly", "purportedly", "supposedly"})
_QUOTING = frozenset({"say", "accuse", "assess", "find", "deny", "call", "condemn", "endorse"})
_PRESUPPOSED = frozenset({"condemn", "endorse", "call", "deny"})
_SHORT_QUOTE = 18
_MINISTRIES = frozenset({"foreign ministry", "defence ministry", "defense ministry", "interior ministry", "ministry"})
_FIRST_REPORTS = frozenset(
    {
        "initial", "early", "first", "preliminary", "unconfirmed", "conflicting", "other", "some", "several", "many",
        "numerous", "various", "unverified", "media", "press", "news", "recent", "multiple", "local", "these",
    }
)  # fmt: skip
_NEEDS = frozenset({"need", "necessity", "importance", "imperative", "urgency"})
# What is decided is part of what the decision is praised or blamed for: "applauds the decision to keep the truce".
_DECIDED = frozenset(
    {"decision", "agreement", "announcement", "commitment", "willingness", "readiness", "pledge", "effort", "move"}
)
_REASONS = frozenset({"ground", "reason", "cause"})
_GROUNDLESS = frozenset({"truth", "substance", "foundation", "basis"})  # "there is no truth in reports that"
_GROUNDS = word_list("attribution_grounds")
# Acts that are not done where their verb is negated: "did not accuse the army of", "does not condemn".
_ACTS_DONE = frozenset({"accuse", "deny", "condemn", "endorse", "claim"})
# Papers that bind and do not speak: what they demand is no statement of anybody's.
_NO_SPEAKERS = frozenset({"resolution", "law", "convention", "treaty", "charter", "constitution"})


@dataclass(slots=True)
class Attribution:
    """Who says it, by which act, in which mode; `path` holds the tokens between the event and its cue."""

    speaker: Speaker
    act: str
    mode: AttributionMode
    cue: Cue | None = None
    cue_token: Token | None = None
    blamed: list[Token] = field(default_factory=list)
    relayed: tuple[Entity, ...] = ()
    certainty: str | None = None
    polarity: str | None = None
    rejected: Token | None = None
    path: frozenset[int] = frozenset()
    sure: bool = True


def _is_hearsay(chosen: Attribution) -> bool:
    """Whether a noun such as "reports" or "allegations" is all that is said of the source."""
    cue = chosen.cue
    return cue is not None and cue.kind == "noun" and cue.claimant != "none" and cue.word not in _NEEDS


class Attributor:
    """Finds who says what in one document."""

    def __init__(self, doc: Doc, cast: Cast, quotes: Quotes, frames: Frames, paragraphs: Sequence[Span]) -> None:
        """All that is needed stands in the parse; the last quoted speaker is carried on from paragraph to paragraph."""
        self._doc = doc
        self._cast = cast
        self._quotes = quotes
        self._frames = frames
        self._beside = Beside(doc, cast, frames, self.subject_of, self.speaker_at)
        self._quoted = QuotedSpeakers(doc, quotes, paragraphs, cast.voice, self._cued)
        self._hear_all()

    def _hear_all(self) -> None:
        """Note who speaks in every sentence, also where no event is told: "he added" may mean any of them."""
        for token in tokens_of(self._doc, ("VERB",)):
            if self._quotes.at(token.idx) is None:
                self._cued(token)

    def of(self, token: Token) -> Attribution:
        """Return who puts forward what a token names."""
        quote = self._quotes.at(token.idx)
        inner_quote_speaker = (
            self._quoted.of(quote) if quote is not None and quote.end - quote.start > _SHORT_QUOTE else None
        )
        levels, path, rejected = self._climb(token, quote)
        levels = self._beside.put_with(token, levels, path)
        direct = False
        if inner_quote_speaker is not None and quote is not None:
            outside = [lv for lv in levels if not quote.start <= lv.token.idx < quote.end]
            if not outside:
                cue = Cue("say", (), "verb", "say", "subject", (), frozenset(), None, None)
                levels.append(Level(cue, token, inner_quote_speaker))
                direct = True
            else:
                direct = self._whole(token, quote)
        if not levels and self._hearsay(token, path):
            cue = Cue("reportedly", (), "adverb", "say", "none", (), frozenset(), None, None)
            levels.append(Level(cue, token, UNNAMED))
        return self._combined(token, levels, path, rejected, direct)

    def hanging(self, anchor: Token) -> list[Attribution]:
        """Return who is said to say it by a participle after the event noun: "announced by", "blamed on"."""
        found = []
        for child in for_which(anchor):
            claimed = self._frames.cue(child)
            if claimed is not None and claimed.act == "claim":
                speaker = self.subject_of(claimed, child)
                if speaker is not None and speaker.claimants:
                    mode = AttributionMode.INDIRECT_SPEECH
                    found.append(Attribution(speaker, "claim", mode, claimed, child, path=frozenset({anchor.i})))
        for child in anchor.children:
            if child.dep_ == "relcl" and any(c.dep_ == "dobj" and c.tag_ == "WDT" for c in child.children):
                judged = self._frames.cue(child)
                speaker = self.subject_of(judged, child) if judged and judged.act in ("endorse", "condemn") else None
                if judged is not None and speaker is not None and speaker.claimants:
                    mode = self._cast.voice.mode if self._cast.voice.official else AttributionMode.INDIRECT_SPEECH
                    found.append(Attribution(speaker, judged.act, mode, judged, child, path=frozenset({anchor.i})))
            cue = self._frames.cue(child) if child.dep_ == "acl" and child.tag_ == "VBN" else None
            if cue is None or cue.kind != "verb" or cue.act not in ("say", "accuse", "claim"):
                continue
            agents = pobj(child, "by")
            act = "claim" if cue.word == "claim" else cue.act
            if not agents and act != "accuse":
                continue
            speaker = self.subject_of(cue, child) if agents else UNNAMED
            if speaker is not None and speaker.claimants:
                blamed = blamed_heads(cue, child, self._frames)
                found.append(
                    Attribution(
                        speaker,
                        act,
                        AttributionMode.INDIRECT_SPEECH,
                        cue,
                        child,
                        blamed=blamed,
                        path=frozenset({anchor.i}),
                    )
                )
        return found

    def speaker_at(self, token: Token) -> Speaker | None:
        """Return who says "we" at a token."""
        quote = self._quotes.at(token.idx)
        return self._quoted.of(quote) if quote is not None else None

    def _cued(self, token: Token) -> Speaker | None:
        """Who is said to speak by a verb that cues a quotation."""
        cue = self._frames.cue(token)
        if cue is None or cue.act not in _QUOTING or is_passive(token):
            return None
        return self.subject_of(cue, token)

    def subject_of(self, cue: Cue, token: Token) -> Speaker | None:
        """Return the claimant that a cue's frame names."""
        heads = claimant_heads(cue, token)
        if heads is None:
            return None if cue.act in ("call", "endorse") else UNNAMED
        if heads and all(lemma(t) in _NO_SPEAKERS for t in heads):
            return VOID
        if heads and cue.act != "deny" and all(lemma(t) in _GROUNDS for t in heads):
            return None  # "the evidence indicates": whoever weighs it says so
        if heads and all(
            t.tag_ == "NNS" and lemma(t) in ("report", "rumour", "rumor") and _is_unowned(t) for t in heads
        ):
            return UNNAMED
        speakers = [s for t in conjuncts(heads) if (s := self._cast.speaker(t, self.speaker_at(t))) is not None]
        if not speakers:
            return None
        if any(c.lower_ == "no" for t in heads for c in t.children if c.dep_ == "det"):
            return None
        if any(c.lower_ == "neither" for t in heads for c in t.children if c.dep_ in ("preconj", "cc")):
            return VOID  # "neither the army nor the rebels have said that"
        claimants = {(e.reference or e.name): e for s in speakers for e in s.claimants}
        return Speaker(tuple(claimants.values()), tuple(p for s in speakers for p in s.spokespersons))

    def claiming(self, attribution: Attribution) -> list[Token]:
        """Whom a claim of responsibility names, which makes it the perpetrator too; nobody where it is none."""
        if attribution.act != "claim" or attribution.cue is None or attribution.cue_token is None:
            return []
        return claimant_heads(attribution.cue, attribution.cue_token) or []

    def _climb(self, token: Token, quote: Span | None = None) -> tuple[list[Level], frozenset[int], Token | None]:
        levels: list[Level] = []
        path = {token.i}
        preps: set[str] = set()
        rejected: Token | None = None
        child, crossed = token, False
        while child.head.i != child.i:
            up = child.head
            if child.dep_ in ("prep", "agent"):
                preps.add(child.lower_)
            if up.tag_ == "VB" and up.i > 1 and up.nbor(-1).lower_ == "to" and lemma(up.nbor(-2)) in _REASONS:
                path |= {up.i, up.i - 2}  # "there are reasonable grounds to believe": whoever says so is sure enough
                child = up.nbor(-2)
                continue
            cue = self._frames.cue(up)
            if (
                cue is not None
                and (not is_unsaid(up) or fails_to(cue, up))
                and holds(cue, up, child, preps, quote, self._frames)
            ):
                published = up.dep_ == "acl" and up.tag_ == "VBN" and is_paper(up.head)
                if published:
                    pass  # "a statement posted online that": the statement says it, not who posted it
                elif not (cue.act == "deny" and is_undeniable(up)) and not (
                    cue.act == "endorse" and up.dep_ == "relcl"
                ):
                    unsaid = is_no_act(cue, up) or (cue.kind == "verb" and cue.act in _ACTS_DONE and is_negated(up))
                    levels.append(Level(cue, up, VOID if unsaid else self.subject_of(cue, up), crossed))
                preps = set()
            levels += [Level(cue_, word_, None, crossed) for cue_, word_ in judging(up, child, self._frames)]
            judged_at = ("dobj", "nsubjpass") if up.lemma_ != "be" and up.pos_ == "VERB" else ("nsubj", "nsubjpass")
            told_as = child.dep_ == "prep" and child.lower_ == "as" and up.pos_ == "VERB"
            if (child.dep_ in judged_at or told_as or judged_by_it(child)) and (word := rejecting(up)) is not None:
                rejected = word
                if up.pos_ == "VERB" and not any(lv.token.i == up.i for lv in levels):
                    levels.append(Level(CALLS, up, self.subject_of(CALLS, up), crossed))
                levels = [lv for lv in levels if lv.cue.kind != "noun"]
            if is_lie(up, child):
                rejected = up
                levels = [lv for lv in levels if lv.cue.kind != "noun"]
            meant = any(c.dep_ == "aux" and c.lower_ == "to" for c in child.children)
            if (
                (child.dep_ == "relcl" and lemma(up) not in OCCURRENCES and rejected is not up)
                or (child.dep_ == "advcl" and not meant)
                or (child.dep_ == "acl" and up.pos_ in ("NOUN", "PROPN") and cue is None and lemma(up) not in _DECIDED)
            ):
                crossed = True
            path.add(up.i)
            child = up
        return levels, frozenset(path), rejected

    def _hearsay(self, token: Token, path: frozenset[int]) -> bool:
        return any(
            t.head.i in path or any(c.i in path for c in t.head.children if c.dep_ != "punct")
            for t in tokens_saying(self._doc, _HEARSAY, *bounds_of(token))
        )

    def _combined(
        self, token: Token, levels: list[Level], path: frozenset[int], rejected: Token | None, direct: bool
    ) -> Attribution:
        voice = self._cast.voice
        if any(lv.speaker is VOID for lv in levels):
            return Attribution(VOID, "say", AttributionMode.INDIRECT_SPEECH)
        chosen: Attribution | None = None
        levels = [lv for lv in levels if not self._is_itself(lv)]
        told = [n for n, lv in enumerate(levels) if lv.crossed and lv.cue.act == "deny" and lv.cue.kind == "verb"]
        if told and is_told_beside(token, levels[told[-1]].token):
            levels = [lv for n, lv in enumerate(levels) if n > told[-1] or not lv.crossed]
        for level in levels:
            if chosen is None:
                chosen = self._first(level, path, rejected)
            elif chosen.speaker is NOBODY:
                taken = level.cue.act in _PRESUPPOSED or leaves_open(level.token) or not _is_hearsay(chosen)
                taken = taken or level.cue.polarity == "denied"  # "doubts reports that"
                taken = taken or any(lemma(self._doc[i]) in _GROUNDLESS for i in path)
                if level.speaker is None or taken:
                    chosen = self._outer(chosen, level)
            elif level.speaker is None or self.same(level.speaker, chosen.speaker):
                chosen = self._outer(chosen, level)
            elif chosen.speaker is UNNAMED and level.cue.kind == "preposition" and level.speaker.claimants:
                chosen.speaker = level.speaker  # "according to X, they are accused of": a named source tells it
            else:
                chosen.relayed = level.speaker.claimants
                break
        if chosen is None:
            chosen = Attribution(voice.speaker, "say", voice.mode, rejected=rejected, path=path)
            if not voice.official and sentence_of(token).root.tag_ == "MD":
                chosen.sure = False
            return chosen
        if chosen.speaker is NOBODY:
            chosen.speaker = UNNAMED if _is_hearsay(chosen) else voice.speaker
            chosen.sure = False
            if not (voice.official or direct) and chosen.cue is not None and chosen.speaker is voice.speaker:
                if chosen.act == "endorse":
                    chosen.act = "say"  # a narrator's "the truce was a breakthrough" takes no side
                elif chosen.act == "call" and chosen.cue.kind == "verb":
                    return Attribution(VOID, "say", AttributionMode.INDIRECT_SPEECH)  # "the army needed a raid"
        if direct:
            chosen.mode = AttributionMode.DIRECT_QUOTE
        elif chosen.speaker.claimants == voice.speaker.claimants or self.same(chosen.speaker, voice.speaker):
            chosen.mode = voice.mode
            if voice.official and _is_state_of_person(chosen.speaker, voice.speaker):
                chosen.speaker = voice.speaker
            if voice.official and not chosen.speaker.spokespersons:
                chosen.speaker = replace(chosen.speaker, spokespersons=voice.speaker.spokespersons)
        return chosen

    def _is_itself(self, level: Level) -> bool:
        """ "…, the Daily News reports", in the Daily News: no source, but the document itself."""
        outlet = self._cast.voice.outlet
        claimants = level.speaker.claimants if level.speaker is not None else ()
        return outlet is not None and len(claimants) == 1 and claimants[0].name.casefold() == outlet.casefold()

    def _first(self, level: Level, path: frozenset[int], rejected: Token | None) -> Attribution:
        act = "say" if level.crossed and level.cue.act in _PRESUPPOSED else level.cue.act
        return Attribution(
            level.speaker or NOBODY, act, AttributionMode.INDIRECT_SPEECH, level.cue, level.token,
            blamed=blamed_heads(level.cue, level.token, self._frames),
            certainty=level.cue.certainty if act != "say" else None,
            polarity=level.cue.polarity, rejected=rejected, path=path,
        )  # fmt: skip

    def _outer(self, chosen: Attribution, level: Level) -> Attribution:
        """An outer cue of the same speaker: it names the claimant; the inner act stays where it says more."""
        if level.speaker is not None:
            chosen.speaker = level.speaker
        if chosen.cue is not None and chosen.cue.kind == "noun" and level.cue.act in _PRESUPPOSED:
            chosen.act, chosen.cue, chosen.cue_token = level.cue.act, level.cue, level.token
        before = chosen.cue_token is not None and level.token.i < chosen.cue_token.i
        if level.cue.act == "deny" and chosen.act in ("endorse", "claim") and before:
            chosen.act, chosen.cue, chosen.cue_token = level.cue.act, level.cue, level.token
        if chosen.act == "say" and not (level.crossed and level.cue.act in _PRESUPPOSED):
            chosen.act, chosen.cue, chosen.cue_token = level.cue.act, level.cue, level.token
            chosen.polarity = chosen.polarity or level.cue.polarity
        if level.cue.act == "accuse" and not chosen.blamed:
            chosen.blamed = blamed_heads(level.cue, level.token, self._frames)
        chosen.certainty = chosen.certainty or (level.cue.certainty if level.cue.act != "say" else None)
        return chosen

    def beside(self, token: Token) -> Attribution | None:
        """Return who welcomes or condemns what another announces: "we welcome the announcement by X that"."""
        levels, path, _ = self._climb(token)
        for inner, outer in itertools.pairwise(levels):
            named = inner.cue.kind == "noun" and inner.speaker is not None and bool(inner.speaker.claimants)
            if (
                named
                and outer.cue.act in ("endorse", "condemn")
                and outer.speaker is not None
                and outer.speaker.claimants
            ):
                found = self._first(outer, path, None)
                voice = self._cast.voice
                if voice.official and self.same(found.speaker, voice.speaker):
                    found.speaker, found.mode = voice.speaker, voice.mode
                return found
        return None

    def same(self, one: Speaker, two: Speaker) -> bool:
        """Whether two speakers are one, or a body and its state."""
        if one is NOBODY or two is NOBODY or one is UNNAMED or two is UNNAMED:
            return False
        first, second = one.claimants[0], two.claimants[0]
        if (first.reference or first.name) == (second.reference or second.name):
            return True
        if "State" in (first.class_hint, second.class_hint) and (_is_ministry(first) or _is_ministry(second)):
            return True
        roots = {self._cast.root(first), self._cast.root(second)}
        return len(roots) == 1 and None not in roots

    def _whole(self, token: Token, quote: Span) -> bool:
        """Whether the clause of a token stands in a quotation, not only some words of it."""
        verb = token
        while verb.pos_ not in ("VERB", "AUX") and verb.head.i != verb.i:
            verb = verb.head
        starts = quote.start <= verb.idx < quote.end
        return (
            starts
            and any(quote.start <= t.idx < quote.end for t in verb.children if t.dep_ in ("nsubj", "nsubjpass", "expl"))
        ) or (starts and verb.dep_ in ("ROOT", "ccomp"))


def _is_ministry(body: Entity) -> bool:
    """Whether a body is "the foreign ministry" of no named state: beside a state it is that state's."""
    return body.reference is None and body.name.casefold().removeprefix("the ") in _MINISTRIES


def _is_unowned(reports: Token) -> bool:
    """Whether reports are nobody's: "initial reports indicate", "reports alleging"; no paper or body is named."""
    first = any(c.dep_ in ("amod", "det", "compound") and c.lower_ in _FIRST_REPORTS for c in reports.children)
    return (first or any(c.dep_ == "acl" for c in reports.children)) and not any(
        (c.dep_ in ("poss", "compound", "prep") and c.lower_ not in _FIRST_REPORTS) or c.ent_type_
        for c in reports.children
    )


def _is_state_of_person(one: Speaker, voice: Speaker) -> bool:
    """ "The UK will", in the statement of a minister: the minister speaks."""
    return one.claimants[0].class_hint == "State" and voice.claimants[0].class_hint == "Person"

"""From act to statement: its type, polarity and certainty, by cue, claimant, words and voice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from app.extract.attribution import Attribution
from app.extract.cue_syntax import is_negated
from app.extract.frames import lemma
from app.extract.mention import Mention
from app.extract.merging import is_toll
from app.extract.nouns import bounds_of
from app.extract.stance import Cue as StanceCue
from app.extract.stance import Hedge
from app.extract.unkept import KEEPS, is_unkept
from app.extract.unshown import nothing_shows
from app.extract.words import word_list
from app.model import (
    ATTACKS,
    AttributionMode,
    Certainty,
    Entity,
    EntityKind,
    EventType,
    Modality,
    Polarity,
    StatementType,
)

ACTS_VERSION = "acts.v2"
_FACTS = re.compile(
    r"opcw|organi[sz]ation for the prohibition|observatory|\bsohr\b|commission|(?<!special )mission"
    r"|tribunal|\bcourt\b|mechanism"
    r"|inquiry|investigat|united nations|\bun\b|\bunicef|\bunhcr|\bocha|\bwho\b|world health|monitor|coroner"
    r"|human rights watch|amnesty|\bosce\b|security and co-?operation in europe|tracker|truce supervision"
    r"|board|panel|\breport$|rapporteur|fact-finding|ombudsman|syrian network|violations documentation|ucdp|\bjim\b",
    re.IGNORECASE,
)
_MILITARY = re.compile(r"(?i)\b(?:isaf|nato|kfor|resolute support|centcom|command|task force|air force|joint forces)\b")
_BY_ACT = {
    "accuse": StatementType.ACCUSATION, "deny": StatementType.DENIAL, "find": StatementType.FINDING,
    "assess": StatementType.ASSESSMENT, "condemn": StatementType.CONDEMNATION, "endorse": StatementType.ENDORSEMENT,
    "call": StatementType.CALL, "claim": StatementType.REPORT,
}  # fmt: skip
_HOSTILE = ATTACKS | {
    EventType.FABRICATION, EventType.EVIDENCE_TAMPERING, EventType.TRUCE_BREACH, EventType.SIEGE,
    EventType.DISPLACEMENT,
    EventType.INVESTIGATION,
}  # fmt: skip
_OBLIGES = frozenset({"must", "should", "shall"})
_EVIL = re.compile(
    r"(?i)\b(?:barbari\w+|heinous|horrific|horrif\w+|appalling|despicable|cowardly|cowardice|atroci\w+|indefensible"
    r"|outrageous|unacceptable|abhorrent|reprehensible|cruel\w*|brutal\w*|callous|depravity|shameful|disgraceful|inexcusable|unjustifiable"
    r"|monstrous|vicious|contempt|disregard|deplorable|senseless|evil|vile|intolerable|unconscionable|inhuman\w*|savag\w+"
    r"|terrorism|crimes?|violation of international)\b"
)
_SHOWS = word_list("acts_shows")
_NO = frozenset({"no", "neither", "nor", "none", "nobody", "nothing"})
_NO_DENIAL = word_list("acts_no_denial")
_JUDGED = word_list("acts_judged")
_NOBODY = word_list("acts_nobody")
_PASSED_ON = word_list("acts_passed_on")
_HINDERS = word_list("roles_hinders") | {"fail", "refuse", "cooperate", "operate", "comply", "undermine"}
_APART = word_list("acts_apart")


@dataclass(frozen=True, slots=True)
class Stance:
    """How an account is put forward."""

    polarity: Polarity | None
    certainty: Certainty | None
    hedge: str | None = None


def is_facts_body(claimants: Iterable[Entity]) -> bool:
    """Whether the claimants are bodies whose role is to establish facts."""
    named = [c for c in claimants if c.class_hint != "Person"]
    return bool(named) and all(_FACTS.search(c.name) or _FACTS.search(c.role or "") for c in named)


def is_evaluation(mention: Mention) -> bool:
    """Whether a sentence does not tell of an event but judges it: "this was an indefensible attack"."""
    if not mention.is_noun:
        return False
    anchor = mention.anchor
    verb = anchor.head
    if anchor.dep_ == "nsubj" and (verb.lemma_ == "be" or lemma(verb) in _SHOWS):
        after = [
            t
            for c in verb.children
            if c.i > anchor.i and c.dep_ in ("dobj", "attr", "acomp", "ccomp")
            for t in c.subtree
        ]
        return any(_EVIL.search(t.text) for t in after)
    if anchor.dep_ == "attr" and verb.lemma_ == "be":
        return any(_EVIL.search(t.text) for t in anchor.subtree)
    return False


def is_obliged(mention: Mention, attribution: Attribution) -> bool:
    """Whether the clause says that something must or should be done: a call."""
    stop = attribution.cue_token.i if attribution.cue_token is not None else -1
    for up in (mention.anchor, *mention.anchor.ancestors):
        if up.i == stop:
            return False
        head = up.head if up.dep_ == "conj" and up.head.pos_ in ("VERB", "AUX") else up
        for verb in (up, head):
            if lemma(verb) == "need" and verb.i != mention.anchor.i and any(c.dep_ == "xcomp" for c in verb.children):
                return True
            if any(c.dep_ == "aux" and c.lower_ in _OBLIGES for c in verb.children) and verb.pos_ in ("VERB", "AUX"):
                have = any(c.lemma_ == "have" and c.dep_ == "aux" for c in verb.children)
                return not have
        if up.dep_ in ("relcl", "advcl"):
            return False
    return False


def statement_type(
    attribution: Attribution, mention: Mention, perpetrators: Sequence[Entity], stance: Stance
) -> StatementType:
    """Return the type of a statement; `say` is decided by claimant and content."""
    claimants = attribution.speaker.claimants
    type_ = mention.type
    narrated = claimants[0].kind is EntityKind.DOCUMENT_VOICE or not perpetrators
    if (
        (
            (attribution.mode is AttributionMode.OWN_VOICE and narrated)
            or (attribution.cue is None and _MILITARY.search(claimants[0].name))
        )
        and attribution.act == "say"
        and stance.polarity is Polarity.AFFIRMED
    ):
        return StatementType.FINDING if is_facts_body(claimants) and type_ in _HOSTILE else StatementType.REPORT
    if attribution.act == "endorse" and type_ is EventType.INVESTIGATION and _is_indefinite(mention):
        return StatementType.CALL
    own = {c.reference or c.name for c in claimants}
    voice = claimants[0].kind is EntityKind.DOCUMENT_VOICE
    foreign = [p for p in perpetrators if (p.reference or p.name) not in own and not _is_nobody(p)]
    mutual = type_ is EventType.ARMED_CLASH and len(perpetrators) > 1
    blames = type_ in _HOSTILE and bool(foreign) and not mutual
    act = attribution.act
    if act == "accuse" and attribution.cue is not None and attribution.cue.kind == "noun" and not perpetrators:
        return StatementType.REPORT
    if act == "accuse":
        return StatementType.REPORT if voice else StatementType.ACCUSATION
    if act == "assess" and stance.polarity is Polarity.AFFIRMED and blames and not _opens(attribution):
        return StatementType.REPORT if voice else StatementType.ACCUSATION
    if act == "find" and voice:
        return StatementType.REPORT
    if act == "assess" and attribution.cue is not None and attribution.cue.word == "rule":
        sure = stance.polarity is Polarity.DENIED and stance.certainty is Certainty.CERTAIN
        return StatementType.DENIAL if sure else StatementType.ASSESSMENT
    hindered = any(lemma(t) in _HINDERS for t in (mention.token, *mention.anchor.ancestors))
    if type_ is EventType.INVESTIGATION and not perpetrators and not hindered and act in ("say", "find"):
        return StatementType.REPORT if stance.polarity is Polarity.AFFIRMED else StatementType.DENIAL
    if act in _BY_ACT:
        return _BY_ACT[act]
    if stance.polarity is Polarity.DENIED:
        sure = stance.certainty is Certainty.CERTAIN
        if is_facts_body(claimants):
            return StatementType.FINDING
        return StatementType.DENIAL if sure and not voice else StatementType.ASSESSMENT
    if stance.polarity is Polarity.UNDETERMINED:
        return StatementType.FINDING if not voice else StatementType.ASSESSMENT
    if is_facts_body(claimants):
        return StatementType.FINDING
    return StatementType.ACCUSATION if blames and not voice else StatementType.REPORT


def _is_nobody(doer: Entity) -> bool:
    """Whether a doer is only "gunmen" or "a suicide bomber": told of, but no party that could be blamed."""
    return doer.reference is None and set(doer.name.casefold().split()) <= _NOBODY


def _is_indefinite(mention: Mention) -> bool:
    return mention.is_noun and any(c.dep_ == "det" and c.lower_ in ("a", "an") for c in mention.anchor.children)


def _opens(attribution: Attribution) -> bool:
    return attribution.cue is not None and attribution.cue.word in (
        "rule",
        "exclude",
        "doubt",
        "consider",
        "assess",
        "estimate",
    )


def stance_of(
    doc: Doc,
    mention: Mention,
    attribution: Attribution,
    hedges: Sequence[Hedge],
    negations: Sequence[StanceCue],
    undetermined: bool,
) -> Stance:
    """Return polarity and certainty from the hedges and negations on the way from the event to its cue."""
    own = {t.i for t in (*mention.parts, mention.anchor)}
    below = set(own)
    child = mention.anchor
    for up in mention.anchor.ancestors:
        if attribution.cue_token is not None and up.i == attribution.cue_token.i:
            break
        if (child.dep_ == "relcl" and lemma(up) not in _PASSED_ON) or _is_out_of_reach(child, up):
            break
        if up.dep_ == "relcl" and attribution.cue_token is None:
            break
        if _begins_anew(child):
            break
        below.add(up.i)
        child = up
    way = own | set(attribution.path)
    near = [h for h in hedges if not h.on_slot and _touches(doc, h.span.start, way)]
    hedge = near[0] if near else None
    denied = attribution.act == "deny" or attribution.polarity == "denied"
    excluded = _is_excluded(attribution)
    if excluded is not None and not undetermined:
        if excluded:
            return Stance(Polarity.AFFIRMED if denied else Polarity.DENIED, Certainty.CERTAIN, None)
        return Stance(Polarity.AFFIRMED, Certainty.POSSIBLE, hedge.text if hedge is not None else None)
    if attribution.rejected is not None:
        denied = not denied or _is_told_off(attribution)
        if attribution.rejected.lemma_ in ("unlikely", "improbable", "implausible"):
            return Stance(
                Polarity.DENIED if denied else Polarity.AFFIRMED, Certainty.PROBABLE, attribution.rejected.text
            )
    elif attribution.polarity == "denied" and hedge is not None and hedge.negative:
        pass  # "doubt that": the cue and the hedge are one word
    elif (
        (hedge is not None and hedge.negative)
        or any(_negates(doc, n, mention, below) for n in negations)
        or nothing_shows(mention)
    ):
        denied = not denied
    if undetermined:
        return Stance(Polarity.UNDETERMINED, Certainty.CERTAIN, None)
    certainty = hedge.certainty if hedge is not None else Certainty.CERTAIN
    if attribution.certainty is not None and certainty is Certainty.CERTAIN:
        certainty = Certainty(attribution.certainty.capitalize())
    polarity = Polarity.DENIED if denied else Polarity.AFFIRMED
    return Stance(polarity, certainty, hedge.text if hedge is not None else None)


def _is_excluded(attribution: Attribution) -> bool | None:
    """Whether an account is ruled out; False where somebody would not or could not, None where it is not spoken of."""
    verb = attribution.cue_token
    if attribution.cue is None or verb is None or lemma(verb) not in ("rule", "exclude"):
        return None
    if lemma(verb) == "rule" and not any(c.lower_ == "out" for c in verb.children):
        return None  # "the court ruled that"
    unable = verb.dep_ == "xcomp" and (is_negated(verb.head) or lemma(verb.head) in _UNABLE)
    return not (is_negated(verb) or unable)


_UNABLE = frozenset({"unable", "refuse", "decline", "fail", "hesitate", "impossible", "premature"})


def _is_told_off(attribution: Attribution) -> bool:
    """ "Dismissed as a lie a report that": the verb and its "as" deny once, not twice."""
    word, cue = attribution.rejected, attribution.cue_token
    if attribution.act != "deny" or word is None or cue is None:
        return False
    return word.i == cue.i or (word.head.lower_ == "as" and any(t.i == cue.i for t in word.ancestors))


def is_left_open(doc: Doc, mention: Mention, cues: Sequence[StanceCue]) -> bool:
    """Whether words that leave a finding open govern an event: "could not establish who", "is not known whether"."""
    above: set[int] = set()
    child = mention.anchor
    for up in mention.anchor.ancestors:
        if child.dep_ == "relcl" or (child.dep_ == "conj" and child.pos_ == "VERB"):
            break
        above.add(up.i)
        child = up
    for cue in cues:
        words = doc.char_span(cue.span.start, cue.span.end, alignment_mode="expand")
        if words is not None and any(t.i in above and t.pos_ in ("VERB", "ADJ", "AUX", "NOUN") for t in words):
            return True
    return False


def _is_said_beside(child: Token) -> bool:
    """ "We did not fire, and it may be that they did": what is denied of one clause is not denied of the next."""
    return _is_joined(child) and any(c.dep_ in ("nsubj", "nsubjpass", "expl") for c in child.children)


def _is_joined(verb: Token) -> bool:
    """Whether a verb is coordinated with another one."""
    return verb.dep_ == "conj" and verb.pos_ in ("VERB", "AUX") and verb.head.pos_ in ("VERB", "AUX")


def _is_out_of_reach(child: Token, up: Token) -> bool:
    """Whether a negation above bears on something else: "will not risk lives until the attack ends", "has no details
    about the attack"; "found no evidence of an attack" bears on the attack."""
    if child.dep_ == "advcl" and any(c.dep_ in ("mark", "advmod") and c.i < child.i for c in child.children):
        return True
    if child.dep_ != "prep" or up.pos_ != "NOUN":
        return False
    return lemma(up) in _APART if child.lower_ == "of" else lemma(up) not in _PASSED_ON


def _begins_anew(verb: Token) -> bool:
    """Whether a verb after "and" or "but" is out of reach of the "not" before the first: "had not kept the truce and
    had shelled the town"; "did not shell or bomb it" is one negation."""
    if not _is_joined(verb):
        return False
    if _is_said_beside(verb):
        return True
    first = verb.head
    own = any(c.dep_ in ("aux", "auxpass") for c in verb.children)
    joined = {c.lower_ for c in first.children if c.dep_ == "cc" and first.i < c.i < verb.i}
    if joined & {"or", "nor"} or any(c.lower_ in ("nor", "neither") for c in verb.children):
        return False
    return own or "but" in joined or verb.tag_ != first.tag_ or lemma(first) in KEEPS


def _token_at(doc: Doc, index: int) -> Token | None:
    found = doc.char_span(index, index + 1, alignment_mode="expand")
    return found[0] if found is not None and len(found) else None


def _touches(doc: Doc, start: int, way: set[int]) -> bool:
    """Whether the word at a place governs, or hangs on, what lies on the way."""
    token = _token_at(doc, start)
    for _ in range(3):
        if token is None:
            return False
        if token.i in way:
            return True
        if token.pos_ in ("NOUN", "PROPN") and token.dep_ in ("nsubj", "dobj", "pobj"):
            return token.dep_ == "dobj" and token.head.i in way
        if _is_said_beside(token):
            return False
        token = token.head
    return False


def _negates(doc: Doc, cue: StanceCue, mention: Mention, below: set[int]) -> bool:
    """Whether a negation bears on the event itself: on its verb, its noun or its instrument."""
    words = doc.char_span(cue.span.start, cue.span.end, alignment_mode="expand") or ()
    # "hasn't", "found no evidence that": the cue begins before the word that negates.
    token = next((t for t in words if t.dep_ == "neg" or t.lower_ in _NO), _token_at(doc, cue.span.start))
    if token is None or bounds_of(token) != bounds_of(mention.token):
        return False
    own = {p.i for p in (*mention.parts, mention.anchor)}
    if mention.light is not None:
        own.add(mention.light.i)
    if token.lower_ in ("without", "far"):  # "far from attacking them"
        return any(t.i in own for t in token.subtree)
    head = token.head
    if mention.is_noun and _is_nobody_hurt(token):
        return False  # "nobody was hurt in the attack": the attack was
    if lemma(head) in _NO_DENIAL or (is_unkept(mention) and mention.token.i in (head.i, head.head.i)):
        return False
    if _is_judged(head, mention):
        return False
    if token.dep_ == "neg" or token.lower_ in ("never", "not", "n't"):
        if head.i in own:
            return True
        return head.i in below and head.pos_ in ("VERB", "AUX")
    if token.lower_ in _NO:
        return (
            head.i in own
            or (head.i in below and head.pos_ == "NOUN")
            or (head.head.i in own and head.dep_ in ("dobj", "nsubj", "nsubjpass", "attr"))
        )
    return False


def _is_nobody_hurt(no: Token) -> bool:
    """Whether a "no" says of nobody in particular that he was hurt or killed: "no one was killed in the shelling"."""
    subject = no if no.dep_ == "nsubjpass" else no.head
    return subject.dep_ == "nsubjpass" and subject.lower_ in ("nobody", "none", "one") and is_toll(subject.head)


def _is_judged(verb: Token, mention: Mention) -> bool:
    """ "The attack was not acceptable": what is not so is how somebody finds it, and not that it happened."""
    said = [c for c in verb.children if c.dep_ in ("acomp", "attr")]
    subjects = [c for c in verb.children if c.dep_ == "nsubj"]
    if verb.lemma_ != "be" or not any(lemma(w) in _JUDGED for w in said):
        return False
    return any(t.i == mention.anchor.i for s in subjects for t in s.subtree)


def modality_of(type_: StatementType, mention: Mention) -> Modality:
    """Return whether the event is put forward as having happened, or asked for, feared or planned."""
    if type_ is StatementType.CALL:
        return Modality.REQUESTED
    verb = mention.light or mention.token
    if any(c.dep_ == "aux" and c.lower_ in ("will", "would", "'ll") for c in verb.children):
        return Modality.PLANNED
    return Modality.ACTUAL

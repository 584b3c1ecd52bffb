"""Mentions of events in a sentence: the words that name them, their type by instrument and means, what is one."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Span as SpacySpan
from spacy.tokens import Token

from app.extract.columns import lowers
from app.extract.figurative import real
from app.extract.frames import EventFrame, Frames, lemma, lemmas_of
from app.extract.mention import ACTING, BARE_ROLES, NOUN, Mention
from app.extract.merging import merged
from app.extract.narrowing import narrowed
from app.extract.nouns import has_subject, is_passive, pobj, subject
from app.extract.unkept import with_breaches
from app.extract.words import word_list
from app.model import EventType

MENTIONS_VERSION = "mentions.v2"
_OWN_PART = word_list("echoes_own_part")
_TOLD = word_list("echoes_taken_up")
_TAKES = frozenset({"have", "play", "take"})
# "Our thoughts are with those injured": of whom something is said, and nothing that happened.
_ANYBODY = frozenset({"those", "everyone", "everybody", "anyone", "all", "people", "families", "victims"})
_TOLLS = word_list("merging_tolls")
_WRAPS = frozenset({EventType.FABRICATION, EventType.INVESTIGATION, EventType.EVIDENCE_TAMPERING})


def find_mentions(sentence: SpacySpan, frames: Frames) -> list[Mention]:
    """Return the mentions of a sentence in order; those that are one event are merged."""
    found = _triggers(sentence, frames)
    for mention in found:
        mention.light = _light(mention, frames)
        mention.type = narrowed(mention, frames)
    found = with_breaches(merged(real(found, sentence, frames), frames))
    for mention in found:
        mention.inside = _wrapper(mention, found)
    return found


def toll_mention(head: Token, type_: EventType) -> Mention:
    """Return a mention for a count of the dead or hurt in a sentence that names no attack."""
    told = (c for c in head.children if c.dep_ == "acl" and c.tag_ == "VBN" and lemma(c) in _TOLLS)
    verb = next(told, head)
    while verb.pos_ not in ("VERB", "AUX") and verb.head.i != verb.i:
        verb = verb.head
    token = verb if verb.pos_ == "VERB" else head
    frame = EventFrame(lemma(token), (), "verb", type_, "none", "none", None, False)
    return Mention(token, type_, frame, token, [token], [(token, frame)])


def _triggers(sentence: SpacySpan, frames: Frames) -> list[Mention]:
    doc = sentence.doc
    words = lowers(doc)[sentence.start : sentence.end]
    lemmas = lemmas_of(doc)[sentence.start : sentence.end]
    found: list[Mention] = []
    position = 0
    while position < len(words):
        phrase = frames.phrase_at(words, lemmas, position)
        if phrase is not None:
            end, frame = phrase
            token = doc[sentence.start + position : sentence.start + end].root
            told = doc[sentence.start + end - 1]  # "missiles fired by" is no missile fire
            said = told.i != token.i and told.dep_ in ("acl", "relcl") and told.tag_ in ("VBN", "VBD")
            if token.pos_ in (*NOUN, "ADJ", "VERB") and frame.type is not None and not said:
                mention = _noun_mention(token, frame, frames)
                if mention is not None:
                    found.append(mention)
                position = end
                continue
        if lemmas[position] in frames.event_words or words[position] in frames.event_words:
            mention = _single(doc[sentence.start + position], frames)
            if mention is not None:
                found.append(mention)
        position += 1
    return found


def _single(token: Token, frames: Frames) -> Mention | None:
    if token.pos_ in NOUN:
        for frame in frames.noun_events(token):
            if frame.type is not None and (frame.needs is None or holds(token, frame.needs, frames)):
                return _noun_mention(token, frame, frames)
    elif token.pos_ == "VERB" or (token.pos_ == "ADJ" and token.tag_ == "VBN"):
        for frame in frames.verb_events(token):
            if frame.type is None or (frame.needs is not None and not _object_is(token, frame.needs, frames)):
                continue
            if frame.by is not None and not _is_done_by(token, frame.by, frames):
                continue
            if token.dep_ == "acl" and token.head.lower_ in _ANYBODY and token.tag_ == "VBN":
                return None
            if _intercepts(token):
                return None
            if frame.word in _SEIZES and _object_is(token, "culprits", frames):
                continue
            if token.dep_ == "amod" and frame.type not in (EventType.SIEGE, EventType.FABRICATION):
                return None
            if token.dep_ == "amod" and frame.type is EventType.FABRICATION:
                return Mention(token, frame.type, frame, token.head, [token], [(token, frame)])
            return Mention(token, frame.type, frame, token, [token], [(token, frame)])
    return None


def _intercepts(verb: Token) -> bool:
    """ "Shot down two missiles fired by the rebels": who brings down what was fired attacks nobody by that."""
    hit = [c for c in verb.children if c.dep_ in ("dobj", "nsubjpass")]
    fired = any(c.dep_ == "acl" and lemma(c) in ("fire", "launch") for t in hit for c in t.children)
    return fired and lemma(verb) in _BRINGS_DOWN and all(lemma(t) in _IN_FLIGHT for t in hit)


_BRINGS_DOWN = frozenset({"shoot", "intercept", "destroy", "down"})
_IN_FLIGHT = frozenset({"missile", "rocket", "drone", "uav", "projectile"})


def _noun_mention(token: Token, frame: EventFrame, frames: Frames) -> Mention | None:
    """A noun names its event unless it only describes another noun ("attack site")."""
    assert frame.type is not None
    if _is_charged(token):
        return Mention(token, frame.type, frame, token, [token])
    anchor = token
    while anchor.dep_ in BARE_ROLES and anchor.head.pos_ in NOUN:
        anchor = anchor.head
        if not frames.is_of("phase", anchor) and not (frames.is_of("told", anchor) and _is_judged(anchor)):
            return None
    while anchor.dep_ == "pobj" and anchor.head.lower_ == "of" and frames.is_of("phase", anchor.head.head):
        anchor = anchor.head.head
    return Mention(token, frame.type, frame, anchor, [token])


def _is_charged(token: Token) -> bool:
    """ "Accused the government of bombing targets": a verb in "-ing" taken for a noun before what was bombed."""
    prep = token.head.head
    if token.dep_ != "compound" or not token.lower_.endswith("ing") or prep.lower_ != "of" or prep.dep_ != "prep":
        return False
    near = (prep.head, *list(prep.head.ancestors)[:3])  # also "accused the army on Sunday of bombing villages"
    return token.i == prep.i + 1 and any(lemma(up) == "accuse" for up in near)


def _is_judged(noun: Token) -> bool:
    """Whether a noun for an account is the subject of a copula: "the gas attack story was unlikely"."""
    return noun.dep_ == "nsubj" and noun.head.lemma_ == "be"


def holds(token: Token, class_: str, frames: Frames) -> bool:
    """Whether a noun's modifiers and complements hold a word of a class."""
    near = [t for t in token.subtree if t.i != token.i and abs(t.i - token.i) <= 7]
    return any(frames.is_of(class_, t) for t in near if t.pos_ in (*NOUN, "ADJ"))


def _object_is(verb: Token, class_: str, frames: Frames) -> bool:
    """Whether the object of a verb is of a class, or holds one ("undermine confidence in the truce")."""
    objects = [c for c in verb.children if c.dep_ in ("dobj", "nsubjpass", "oprd")]
    objects += [g for c in verb.children if c.dep_ in ("prep", "prt") for g in c.children if g.dep_ == "pobj"]
    if lemma(verb) in _FAILS:  # "failed to cooperate with the inquiry"
        inner = [c for c in verb.children if c.dep_ == "xcomp"]
        objects += [g for x in inner for c in x.children if c.dep_ == "prep" for g in c.children if g.dep_ == "pobj"]
    if verb.dep_ in ("acl", "relcl", "amod"):
        objects.append(verb.head)
    if not objects and verb.dep_ == "conj":
        objects = [c for c in verb.head.children if c.dep_ == "nsubjpass"]
    if class_ == "settlement":
        objects = [o for o in objects if o.head.i == verb.i or o.i == verb.head.i]
        return any(frames.is_of(class_, t) or t.ent_type_ in _LANDS for o in objects for t in (o, *o.conjuncts))
    if class_ == "weapon":
        objects = [o for o in objects if not frames.noun_events(o) or lemma(o) in frames.classes["weapon"]]
    for one in objects:
        for token in (one, *one.conjuncts):
            if frames.is_of(class_, token):
                return True
            inner = [t for t in token.subtree if token.i < t.i <= token.i + 6 or t.dep_ in BARE_ROLES]
            inner = [t for t in inner if not _is_told_of(t, token)]
            if any(frames.is_of(class_, t) for t in inner if t.pos_ in NOUN):
                return True
    return False


def _is_done_by(verb: Token, class_: str, frames: Frames) -> bool:
    """ "A shell landed": whether the subject of a verb is of a class."""
    doers = pobj(verb, "by") if is_passive(verb) else subject(verb)
    acting = verb.doc.user_data.get(ACTING, frozenset()) if class_ == "armed" else frozenset()
    for one in (t for d in doers for t in (d, *d.conjuncts)):
        if frames.is_of(class_, one) or one.i in acting:
            return True
        if class_ == "armed" and (one.ent_type_ in ("NORP", "GPE") or one.lower_ in ("they", "it", "he", "we")):
            return True
    return False


def _is_told_of(token: Token, object_: Token) -> bool:
    """Whether a word stands in what is told of an object, and is no part of it: "a report on those who used gas"."""
    for up in token.ancestors:
        if up.i == object_.i:
            return False
        if up.pos_ in ("VERB", "AUX") and lemma(up) not in _HOLDS:
            return True
    return False


_FAILS = frozenset({"fail", "refuse"})
_LANDS = ("GPE", "LOC", "FAC")
_SEIZES = frozenset({"capture", "seize", "take"})
_HOLDS = frozenset({"contain", "fill", "carry", "load", "arm", "lace", "pack", "fit", "hold"})


def _light(mention: Mention, frames: Frames) -> Token | None:
    """The verb that lends its subject to an event noun: "carried out an attack", "an attack launched by"."""
    if not mention.is_noun:
        return None
    anchor = mention.anchor
    first = anchor
    while first.dep_ in ("conj", "appos") and first.head.pos_ in NOUN:
        first = first.head
    tops = {t.i: t for t in (anchor, mention.token)}.values()  # "the type of atrocities that they committed"
    verbs = [c for top in tops for c in top.children if c.dep_ in ("acl", "relcl")]
    if first.dep_ in ("dobj", "nsubjpass", "oprd"):
        verbs.append(first.head)
    elif first.dep_ == "pobj" and (first.head.lower_ in _LENDS or lemma(first.head.head) == "resort"):
        verbs.append(first.head.head)
    verbs += _answered(first)
    for verb in verbs:
        if verb.pos_ == "VERB" and any(f.light for f in frames.verb_events(verb)):
            return verb
    return _to_blame(first)


_LENDS = frozenset({"with", "by", "in", "out"})


def _answered(noun: Token) -> list[Token]:
    """ "Responded to the strike with raids": read as a strike with raids, where the raids are the answer."""
    struck = noun.head.head if noun.dep_ == "pobj" and noun.head.lower_ == "with" else noun
    if struck.dep_ != "pobj" or struck.head.lower_ != "to" or struck.i == noun.i:
        return []
    verb = struck.head.head
    return [verb] if lemma(verb) in _ANSWERS else []


_ANY_PARTY = frozenset({"one", "party", "side", "culprit"})
_ANSWERS = frozenset({"respond", "retaliate", "react", "reply"})


def _to_blame(noun: Token) -> Token | None:
    """The verb whose subject is said to have done it: "was behind the attack", "had nothing to do with the attack"."""
    prep = noun.head
    if noun.dep_ != "pobj" or prep.pos_ != "ADP":
        return None
    up = prep.head
    if prep.lower_ == "behind" and up.lemma_ == "be":
        return up
    if prep.lower_ == "for" and lemma(up) == "responsible":
        judged = (
            up.head if up.dep_ in ("amod", "acl") and lemma(up.head) in _ANY_PARTY else up
        )  # "is the one responsible"
        return judged.head if judged.head.lemma_ == "be" else None
    if prep.lower_ == "with" and lemma(up) == "do" and up.head.lower_ == "nothing" and up.head.dep_ == "dobj":
        return up.head.head
    if prep.lower_ == "in" and lemma(up) in _OWN_PART and up.dep_ == "dobj" and lemma(up.head) in _TAKES:
        return up.head
    if prep.lower_ == "in" and lemma(up) in _TAKES and up.pos_ == "VERB":
        return up if any(c.dep_ == "dobj" and lemma(c) in _OWN_PART for c in up.children) else None
    if prep.lower_ == "in" and lemma(up) == "involve" and up.tag_ == "VBN" and up.pos_ == "VERB":
        return up if any(c.dep_ == "nsubjpass" for c in up.children) else None
    return None


def _wrapper(mention: Mention, found: Sequence[Mention]) -> Mention | None:
    """The faked story, the inquiry or the breach whose object an event is: it is then not put forward itself."""
    above = {t.i for t in mention.anchor.ancestors}
    best: Mention | None = None
    for other in found:
        if other is not mention and _is_of_what_is_faked(mention, other):
            return other
        if other is mention or mention.token.i < other.token.i - 1:
            continue
        if mention.type is EventType.TRUCE_BREACH and other.type is EventType.FABRICATION:
            continue
        if other.type not in _WRAPS and not (other.type is EventType.TRUCE_BREACH and mention.type is EventType.TRUCE):
            continue
        staged = other.token.dep_ == "amod" and other.anchor.i == mention.anchor.i
        holds_it = (staged or any(p.i in above for p in (other.anchor, *other.parts))) and not _crosses(
            mention.anchor, other
        )
        if holds_it and (best is None or other.token.i > best.token.i):
            best = other
    return best


def _is_of_what_is_faked(mention: Mention, other: Mention) -> bool:
    """ "The footage of the massacre was staged", "called the killings a staged provocation": what was faked."""
    if other.type is not EventType.FABRICATION or mention.type is EventType.FABRICATION:
        return False
    heads = [c for c in other.token.children if c.dep_ == "nsubjpass"]
    label = other.anchor if other.anchor.dep_ in ("oprd", "attr") else None
    if label is not None:
        named = (c for c in label.head.children if c.dep_ in ("dobj", "nsubj") and c.i < label.i)
        heads += [c for c in named if lemma(c) not in _TOLD]  # what is told is denied, not faked
    return any(mention.anchor in list(h.subtree) for h in heads)


def _crosses(token: Token, other: Mention) -> bool:
    """Whether a new clause with a subject of its own begins between an event and what stands above it."""
    tops = {p.i for p in (other.anchor, *other.parts)}
    for up in (token, *token.ancestors):
        if up.i in tops:
            return False
        if up.dep_ in ("advcl", "conj") and has_subject(up):
            return True
    return False

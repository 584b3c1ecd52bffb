"""The type of an event by instrument and means (GUIDE, decision 9)."""

from __future__ import annotations

from spacy.tokens import Token

from app.extract.frames import Frames, lemma
from app.extract.mention import BARE_ROLES, NOUN, Mention
from app.extract.nouns import is_passive
from app.model import EventType

_MAY_CARRY = frozenset(
    {
        EventType.SHELLING,
        EventType.BOMBING,
        EventType.MISSILE_STRIKE,
        EventType.ATTACK,
        EventType.KILLING,
        EventType.AIR_RAID,
    }
)
_WARS = frozenset({"war", "conflict", "insurgency", "rebellion", "uprising", "revolt"})
_OF_WEAPON = frozenset({"bomber", "round", "fire"})
_WITH = frozenset({"with", "using", "by", "from", "of", "involving", "via"})


def narrowed(mention: Mention, frames: Frames) -> EventType:
    """The type that instrument and means give to an unspecific attack."""
    broad = mention.type is EventType.ATTACK or (mention.type is EventType.BOMBING and mention.frame.rest == ())
    if mention.type in _MAY_CARRY and _carries_gas(mention, frames):
        return EventType.CHEMICAL_ATTACK
    if mention.type is EventType.KILLING and not mention.is_noun:
        return _killed_by(mention, frames)
    if not broad:
        return mention.type
    near: list[Token] = []
    for base in {mention.token.i: mention.token, mention.anchor.i: mention.anchor}.values():
        near += [t for c in base.children if c.dep_ in (*BARE_ROLES, "poss") for t in c.subtree]
        near += _with_what(base)
    verb = mention.light or (mention.token if not mention.is_noun else None)
    if verb is not None:
        near += _with_what(verb)
        near += [t for c in verb.children if c.dep_ in ("nsubj", "agent") for t in c.subtree if _flies(t)]
        subjects = [c for c in verb.children if c.dep_ == "nsubj" and c.pos_ in NOUN]
        near += [t for s in subjects for t in (s, *(c for c in s.children if c.dep_ in BARE_ROLES))]
        if mention.frame.object == "instrument":
            near += [t for c in verb.children if c.dep_ in ("dobj", "nsubjpass") for t in c.subtree if t.i <= c.i + 6]
            near += [verb.head, *verb.head.lefts] if verb.dep_ == "acl" and verb.tag_ == "VBN" else []
    words = {lemma(t) for t in near} | {t.lower_ for t in near}
    words |= {f"{lemma(t.nbor(-1))} {lemma(t)}" for t in near if t.i > 0}
    words |= {f"{t.nbor(-1).lower_} {t.lower_}" for t in near if t.i > 0}
    for type_, means in frames.means:
        if words & means:
            return type_
    return mention.type


def _killed_by(mention: Mention, frames: Frames) -> EventType:
    """ "A rocket killed two", "killed by a suicide bomber": the weapon that killed makes the kind of attack."""
    verb = mention.token
    heads = [c for c in verb.children if c.dep_ == "nsubj" and not is_passive(verb)]
    heads += [g for c in verb.children if c.dep_ == "agent" for g in c.children if g.dep_ == "pobj"]
    if any(lemma(h) in _WARS for h in (*heads, *([verb.head] if verb.dep_ == "relcl" else []))):
        return EventType.ARMED_CLASH  # "a conflict that has killed thousands": its toll, and not that of the last raid
    words = {lemma(t) for h in heads for t in (h, *(c for c in h.children if lemma(h) in _OF_WEAPON))}
    words |= {f"{lemma(h.nbor(-1))} {lemma(h)}" for h in heads if h.i > 0}
    return next((type_ for type_, means in frames.means if words & means), mention.type)


def _with_what(base: Token) -> list[Token]:
    """The nouns after "with", "using", "by" and the like, with their modifiers; not what is told of them."""
    heads = [
        g for c in base.children if c.lower_ in _WITH and c.dep_ in ("prep", "advcl", "acl", "agent")
        for g in c.children if g.dep_ in ("pobj", "dobj") and g.pos_ in NOUN
    ]  # fmt: skip
    heads = [t for h in heads for t in (h, *h.conjuncts)]
    return [t for h in heads for t in (h, *(c for c in h.children if c.dep_ in (*BARE_ROLES, "nmod")))]


def _carries_gas(mention: Mention, frames: Frames) -> bool:
    """Whether what was fired or dropped, or what killed, held a chemical: "shells filled with chlorine"."""
    heads: list[Token] = []
    for verb, frame in mention.verbs:
        if mention.type is EventType.KILLING:
            heads += [c for c in verb.children if c.dep_ in ("nsubj", "agent")]
            continue
        heads += [g for c in verb.children if c.lower_ in ("with", "using") for g in c.children]
        heads += [c for c in verb.children if c.dep_ == "nsubj" and frames.is_of("weapon", c)]
        if frame.object == "instrument":
            heads += [c for c in verb.children if c.dep_ in ("dobj", "nsubjpass")]
    if mention.is_noun:
        heads += [g for c in mention.anchor.children if c.lower_ in ("with", "using") for g in c.children]
    for head in heads:
        for token in head.subtree:
            if token.i - head.i > 9:
                break
            if token.pos_ in (*NOUN, "ADJ") and frames.is_of("chemical", token):
                return (
                    mention.type is not EventType.KILLING
                    or token.i == head.i
                    or token.head.i == head.i
                    or head.dep_ == "agent"
                )
    return False


def _flies(token: Token) -> bool:
    return lemma(token) in (
        "aircraft",
        "jet",
        "warplane",
        "helicopter",
        "plane",
        "drone",
        "aviation",
        "airplane",
        "bomber",
    )

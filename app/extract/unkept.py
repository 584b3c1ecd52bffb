"""A truce that was not kept: "had not respected the truce", "failed to honour the ceasefire" tell of a breach."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Token

from app.extract.cue_syntax import is_negated
from app.extract.frames import EventFrame, lemma
from app.extract.mention import Mention
from app.extract.words import word_list
from app.model import EventType

KEEPS = word_list("acts_keeps")
_FAILS = frozenset({"fail", "refuse", "decline", "neglect", "unwilling", "unable"})
_NOT_YET = frozenset({"will", "would", "shall", "can", "could", "may", "might", "must", "should", "ca", "wo"})


def with_breaches(found: Sequence[Mention]) -> list[Mention]:
    """Return the mentions with a breach in the place of each truce that a verb says was not kept."""
    made: list[Mention] = []
    for mention in found:
        verb = _unkept_by(mention) if mention.type is EventType.TRUCE and mention.is_noun else None
        if verb is None or any(verb.i == p.i for m in (*found, *made) for p in m.parts):
            made.append(mention)
            continue
        frame = EventFrame(lemma(verb), (), "verb", EventType.TRUCE_BREACH, "perpetrator", "none", None, False)
        made.append(Mention(verb, EventType.TRUCE_BREACH, frame, verb, [verb], [(verb, frame)]))
    return sorted(made, key=lambda m: m.token.i)


def is_unkept(mention: Mention) -> bool:
    """Whether a mention is a breach that was told by a "not" of its own, which denies nothing more."""
    return mention.type is EventType.TRUCE_BREACH and not mention.is_noun and lemma(mention.token) in KEEPS


def _unkept_by(truce: Mention) -> Token | None:
    """The verb of keeping whose object a truce is, where it is negated or somebody failed to do it."""
    anchor = truce.anchor
    verb = anchor.head.head if anchor.dep_ == "pobj" and anchor.head.lower_ in ("by", "to", "with") else anchor.head
    if lemma(verb) not in KEEPS or verb.pos_ != "VERB" or anchor.dep_ not in ("dobj", "pobj", "nsubjpass"):
        return None
    if any(c.dep_ == "aux" and c.lower_ in _NOT_YET for c in verb.children):
        return None
    if is_negated(verb):
        return verb
    failed = verb.head if verb.dep_ == "xcomp" else None
    if failed is None or lemma(failed) not in _FAILS or any(c.dep_ == "neg" for c in failed.children):
        return None
    return verb

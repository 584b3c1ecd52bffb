"""What a mention does with its event: puts it forward, takes it up, or only names it in passing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from spacy.tokens import Token

from app.extract.drafts import Draft
from app.extract.frames import lemma
from app.extract.mention import Mention
from app.extract.merging import is_toll as tells_toll
from app.extract.nouns import sentence_of
from app.extract.words import word_list
from app.model import (
    ATTACKS,
    Entity,
    EventType,
)

_CARRIED_OUT = word_list("reading_carried_out")


_SYMPATHY = re.compile(
    r"(?i)\b(?:condolences?|sympath(?:y|ies)|thoughts (?:are|and|go)|prayers|mourn|recovery|pay tribute"
    r"|stands? (?:fully )?(?:with|by)"
    r"|remains? (?:firmly |deeply |fully |steadfastly )?committed|steadfast|stand ready"
    r"|continue to (?:help|support|stand|work))\b"
)


def is_sympathy(text: str) -> bool:
    """Whether an official sentence consoles or tells of policy: its events are named and not put forward (GUIDE 17)."""
    return _SYMPATHY.search(text) is not None


_GENERIC_JUDGED = frozenset({"be", "constitute", "amount", "violate", "remain"})
_NAMED = frozenset({"GPE", "LOC", "FAC", "DATE", "TIME", "NORP"})


def is_generic(mention: Mention) -> bool:
    """Whether attacks in general are judged, and none is told of: "attacks on convoys may constitute a war crime"."""
    if not mention.is_noun:
        return False
    words = list(mention.anchor.subtree)
    if any(t.lower_ in ("continued", "repeated", "recent", "latest", "ongoing", "renewed") for t in words):
        return False
    if any(t.lower_ in ("anyone", "anywhere", "anybody", "whoever", "wherever") for t in words):
        return True
    verb = mention.anchor.head
    if mention.anchor.dep_ in ("attr", "dobj") and lemma(verb) in _GENERIC_JUDGED and lemma(mention.token) == "crime":
        return True
    if mention.anchor.dep_ != "nsubj" or lemma(verb) not in _GENERIC_JUDGED or verb.tag_ in ("VBD", "VBN"):
        return False
    if any(c.lower_ in ("any", "all", "every") for c in mention.anchor.children) and not _is_told_when(words):
        return True  # "all acts of terrorism are indefensible"
    if any(t.ent_type_ in _NAMED or t.lower_ in ("this", "these", "that", "today") for t in words):
        return False
    plain = mention.anchor.tag_ in ("NNS", "NNPS") or any(t.lower_ in ("any", "such", "use") for t in words)
    return plain and any(lemma(t) in ("crime", "violation", "breach") for t in verb.subtree)


def _is_told_when(words: Sequence[Token]) -> bool:
    return any(t.ent_type_ in _NAMED for t in words)


def is_named_in_passing(mention: Mention) -> bool:
    """Whether a noun only says for what somebody shall answer or get justice, or stands in a heading without a verb."""
    for up in (mention.anchor, *mention.anchor.ancestors):
        if up.pos_ in ("VERB", "AUX"):
            break
        if up.dep_ == "pobj" and lemma(up.head.head) in _ANSWERS and up.head.dep_ == "prep":
            return True
    sentence = list(sentence_of(mention.token))
    return len(sentence) < _HEADING and not any(
        t.tag_ in ("VBD", "VBZ", "VBP", "MD", "VB", "VBN") or t.text in ("“", '"', "!") for t in sentence
    )


_ANSWERS = frozenset(
    {"responsible", "perpetrator", "organizer", "organiser", "accountable", "accountability", "victim", "impunity"}
)
_HEADING = 30


def is_future(verb: Token) -> bool:
    return any(c.dep_ == "aux" and c.lower_ in ("will", "would", "'ll", "’ll") for c in verb.children)


def is_yet_to_come(verb: Token) -> bool:
    """ "Told residents to leave before it bombs the town": what has not happened where it is told."""
    marks = (c for up in (verb, verb.head) for c in up.children if up.tag_ in ("VBZ", "VBP") and c.dep_ == "mark")
    return any(c.lower_ in ("before", "until", "till") for c in marks)


def is_refused(mention: Mention) -> bool:
    """ "Refused to call a truce", "denied that anything they hit was a school": what was not, or is not told of."""
    above = list(mention.anchor.ancestors)
    if mention.type is EventType.TRUCE:
        return any(lemma(t) in ("refuse", "decline") and t.pos_ == "VERB" for t in above)
    verb = mention.token
    return verb.dep_ == "relcl" and verb.head.lower_ in ("anything", "anyone", "anybody", "anywhere")


def is_put_forward(mention: Mention, draft: Draft) -> bool:
    """Whether narration tells of a truce, and does not only mention it in passing."""
    anchor = mention.anchor
    if draft.slots["participants"] or anchor.dep_ in ("nsubj", "nsubjpass", "dobj", "ROOT"):
        return True
    return any(c.dep_ == "acl" for c in anchor.children) and (draft.time is not None or bool(draft.slots["places"]))


def only_breaches(mention: Mention, mentions: Sequence[Mention]) -> bool:
    """ "Shelled the town in violation of the truce": the shelling is told, the breach is one of its slots (GUIDE 7)."""
    anchor = mention.anchor
    if mention.type is not EventType.TRUCE_BREACH or anchor.dep_ != "pobj" or anchor.head.lower_ != "in":
        return False
    return any(m is not mention and m.type in ATTACKS for m in mentions)


def is_occasion(noun: Token) -> bool:
    """Whether an event is only what somebody speaks about: "the minister commented following an attack"."""
    above = list(noun.ancestors)
    if not above or above[-1].lemma_ not in ("comment", "remark") or any(t.tag_ == "VBD" for t in above[:-1]):
        return False
    return any(t.lower_ in ("following", "after", "on", "about", "regarding") for t in above)


def is_only_meant(mention: Mention) -> bool:
    """Whether a verb stands in an infinitive that nobody is said to have carried out ("committed to destroy")."""
    verb = mention.light or mention.token
    if verb.pos_ != "VERB" or not any(c.dep_ == "aux" and c.lower_ == "to" for c in verb.children):
        return False
    if any(c.lemma_ == "have" and c.dep_ == "aux" for c in verb.children):
        return False
    head = verb.head
    while head.dep_ == "xcomp" or (head.dep_ == "conj" and verb.dep_ == "conj"):
        if lemma(head) in _CARRIED_OUT:
            break
        head = head.head
    return verb.dep_ in ("xcomp", "acl", "advcl", "conj", "relcl") and lemma(head) not in _CARRIED_OUT


def is_toll(mention: Mention, perpetrators: Sequence[Entity], places: Sequence[Entity], dated: bool = False) -> bool:
    """Whether a count of the dead or hurt, with no doer and no place, tells of the event before it."""
    told = mention.type is EventType.KILLING or mention.frame.subject == "none" or tells_toll(mention.token)
    return told and not mention.is_noun and not perpetrators and not places and not dated


def has_parties(mention: Mention) -> bool:
    return any(c.dep_ == "prep" and c.lower_ in ("between", "with", "by") for c in mention.anchor.children)

"""Mentions that are one event: the verb that tells of a noun, the result of an attack, an apposition."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Token

from app.extract.frames import Frames, lemma
from app.extract.mention import GENERIC, JOINT, NOUN, Mention
from app.extract.nouns import has_subject, is_passive
from app.extract.words import word_list
from app.model import EventType


def merged(found: Sequence[Mention], frames: Frames) -> list[Mention]:
    """Merge what is one event: "the attack killed", "bombed in a raid", "the strike hit", "used gas in an attack"."""
    kept: list[Mention] = []
    gone: set[int] = set()
    for mention in found:
        if mention.is_noun:
            continue
        told = _told_of(mention, found)
        if told is not None and id(told) not in gone:
            _join(told, mention)
            gone.add(id(mention))
            continue
        for other in found:
            if (
                other is not mention
                and id(other) not in gone
                and other.type not in JOINT
                and _same_event(mention, other)
            ):
                _join(other, mention)
                gone.add(id(mention))
                break
    kept = [m for m in found if id(m) not in gone]
    for mention in list(kept):
        if id(mention) in gone or not mention.is_noun:
            continue
        for other in kept:
            if other is mention or id(other) in gone or other.type in JOINT or mention.type in JOINT:
                continue
            if _is_apposed(mention, other) or _specifies(mention, other) or _is_outcome(mention, other):
                _join(other, mention)
                gone.add(id(mention))
                break
    return sorted([m for m in kept if id(m) not in gone] + _ones(kept), key=lambda m: m.token.i)


def _ones(found: Sequence[Mention]) -> list[Mention]:
    """ "attacks in the country, including one in the capital": one of several is a mention of its own."""
    more = []
    for mention in found:
        if not mention.is_noun or mention.type in JOINT:
            continue
        for token in mention.anchor.subtree:
            if token.lower_ == "one" and token.dep_ == "pobj" and token.head.lower_ == "including":
                more.append(Mention(token, mention.type, mention.frame, token, [token]))
    return more


_AWAY = frozenset({"to", "from", "after", "for", "over", "since", "against", "before", "about", "as"})


def _specifies(inner: Mention, outer: Mention) -> bool:
    """Whether a noun inside the phrase of an unspecific attack says which kind."""
    if outer.type is not EventType.ATTACK or not outer.is_noun or inner.type in GENERIC or inner.type in JOINT:
        return False
    up = inner.anchor
    for _ in range(8):
        if up.i == outer.anchor.i:
            return True
        if up.dep_ in ("conj", "advcl", "ccomp") or up.lower_ in _AWAY or up.head.i == up.i:
            return False
        up = up.head
    return False


def _told_of(verb: Mention, found: Sequence[Mention]) -> Mention | None:
    """The event noun of which a clause tells that was hung elsewhere: "the attack on 3 May, in which ten died"."""
    if verb.type not in GENERIC:
        return None
    for clause in (verb.token, verb.token.head):
        which = _which(clause)
        if which is not None and _may_tell(clause, which):
            before = [m for m in found if m.is_noun and m.type not in JOINT and m.token.i < which.i]
            return before[-1] if before else None
        if verb.token.dep_ not in ("advcl", "conj") or verb.token.head.pos_ != "VERB":
            break
    return None


def _which(clause: Token) -> Token | None:
    """The "which" or "that" with which a clause opens, as its subject or after "during", "in", "from"."""
    for child in clause.children:
        if child.dep_ == "nsubj" and child.tag_ == "WDT":
            return child
        if child.dep_ == "prep" and child.lower_ in _DURING and child.i < clause.i:
            found = next((c for c in child.children if c.tag_ == "WDT"), None)
            if found is not None:
                return found
    return None


def _may_tell(clause: Token, which: Token) -> bool:
    """Whether a clause may tell of the event before it, and not of people, or of several things, right before it."""
    if clause.dep_ == "relcl":
        during = which.dep_ == "pobj"
        return clause.head.pos_ in NOUN and (during or clause.head.tag_ != "NNS")
    return clause.dep_ == "advcl" and which.lower_ == "which" and which.i > 0 and which.nbor(-1).text == ","


def _join(kept: Mention, other: Mention) -> None:
    kept.parts += other.parts
    kept.verbs += other.verbs
    if kept.type in GENERIC and other.type not in GENERIC:
        kept.type = other.type


def _same_event(verb: Mention, other: Mention) -> bool:
    """Whether a verb tells of the event that another mention names."""
    token, anchor = verb.token, other.anchor
    alone = not has_subject(token)
    if token.dep_ == "conj" and alone and verb.type in GENERIC and any(token.head.i == p.i for p in other.parts):
        return True
    if is_toll(token) and _told_with(token, other):
        return True
    if _counts_more(verb, other):
        return True
    doer = token.head.head
    if token.dep_ == "acl" and token.tag_ == "VBN" and doer.dep_ == "agent" and verb.type in (*GENERIC, other.type):
        return any(doer.head.i == p.i for p in other.parts)  # "killed by a bomb planted in a car"
    if token.dep_ == "relcl" and doer.dep_ == "agent" and any(doer.head.i == p.i for p in other.parts):
        return verb.type in GENERIC and any(c.dep_ == "nsubj" and c.tag_ in ("WP", "WDT") for c in token.children)
    if other.is_noun and anchor.dep_ == "dobj" and anchor.head.i == token.i and verb.type is other.type:
        return True
    if (
        verb.type not in GENERIC
        and verb.type is not other.type
        and not (other.type in GENERIC and _noun_of(other, token))
    ):
        return False
    if verb.type in GENERIC and token.dep_ == "advcl" and token.tag_ == "VBG" and token.i > other.token.i:
        return not any(c.dep_ == "nsubj" for c in token.children)
    if other.is_noun:
        return _noun_of(other, token)
    if verb.type is EventType.KILLING and other.type is not EventType.KILLING:
        same_clause = token.dep_ in ("conj", "advcl", "xcomp") and token.head.i == anchor.i
        return same_clause and not any(c.dep_ in ("nsubj", "nsubjpass") and c.pos_ != "PRON" for c in token.children)
    if token.dep_ == "conj" and token.head.i == anchor.i:
        return not has_subject(token)
    return False


def _counts_more(verb: Mention, other: Mention) -> bool:
    """Whether a toll goes on with another count: "five people were killed and 20 wounded by a missile"."""
    token = verb.token
    if not (verb.type in GENERIC or other.type in GENERIC) or token.dep_ != "acl" or token.head.dep_ != "conj":
        return False
    first = token.head.head
    return is_passive(token) and is_toll(first) and any(first.i == p.i for p in other.parts)


def is_toll(verb: Token) -> bool:
    """Whether a verb says that people died or were hurt, without who did it: "were killed", "with ten hurt"."""
    if verb.pos_ != "VERB" or lemma(verb) not in _TOLLS or any(c.dep_ in ("dobj", "agent") for c in verb.children):
        return False
    return lemma(verb) in _DYING or is_passive(verb) or (verb.tag_ == "VBN" and not _has_helper(verb))


def _told_with(toll: Token, other: Mention) -> bool:
    """Whether a toll tells of another mention: "ten killed and two hurt", "killed when a shell hit"."""
    parts = {p.i for p in (other.token, other.anchor, *other.parts)}
    told = [toll, *_other_tolls(toll)]
    if any(_leaves(up, other, parts) for up in (toll, *toll.ancestors)):
        return True
    if any(v.i in parts and v.i < toll.i for v in told[1:]):
        return True
    if any(_is_around(verb, other) or _opens_clause(verb, parts) for verb in told):
        return True
    for verb in told:
        tops = (verb, *(c for c in verb.children if c.dep_ == "npadvmod"))
        for clause in (c for top in tops for c in top.children if c.dep_ == "advcl"):
            opens = any(c.lower_ in _WHEN and c.dep_ in ("advmod", "mark") for c in clause.children)
            if opens and (clause.i in parts or (other.is_noun and other.anchor.head.i == clause.i)):
                return True
        if verb.dep_ == "pcomp" and verb.head.lower_ == "with":
            above = verb.head.head
            named = other.is_noun and other.anchor.head.i == above.i and other.anchor.dep_ in _CORE
            return above.i in parts or named
    return len(told) > 1 and any(_noun_of(other, v) for v in told[1:])


def _is_around(toll: Token, other: Mention) -> bool:
    """Whether a toll came of an event told by a bare gerund: "were killed in fighting", "hurt during shelling"."""
    anchor = other.anchor
    if anchor.dep_ not in ("pcomp", "pobj") or anchor.tag_ != "VBG" or anchor.head.lower_ not in _DURING:
        return False
    return anchor.head.head.i == toll.i


def _opens_clause(toll: Token, parts: set[int]) -> bool:
    """Whether a toll is told with the clause after it where the tree hung that clause elsewhere.

    "Two were killed and five hurt when a shell hit …" makes the wounded hit it; "killed, mostly guards, when a man
    blew up …" makes it a clause on the guards.
    """
    up = toll.head
    if toll.dep_ == "acl" and up.dep_ == "nsubj" and up.head.dep_ == "conj" and up.head.i in parts:
        return any(c.lower_ in _WHEN and c.i > toll.i for c in toll.children)
    people = [c for c in toll.children if c.dep_ in ("nsubj", "nsubjpass")]
    apposed = [a for c in people for a in c.children if a.dep_ == "appos" and a.i > toll.i]
    clauses = [c for a in apposed for c in a.children if c.dep_ == "relcl" and c.i in parts]
    return any(c.lower_ in _WHEN for clause in clauses for c in clause.children)


def _other_tolls(toll: Token) -> list[Token]:
    """Tolls told in one breath: "were killed and nine wounded", where the second may hang on its number."""
    near = [*toll.conjuncts, *(c for t in toll.conjuncts if t.pos_ not in ("VERB", "AUX") for c in t.children)]
    near += [c for t in toll.conjuncts for s in t.children if s.dep_ == "nsubj" for c in s.children if c.dep_ == "acl"]
    if toll.dep_ == "acl" and toll.head.dep_ == "conj":
        near += [toll.head.head, *toll.head.conjuncts]
    return [v for v in near if v.pos_ == "VERB" and lemma(v) in _TOLLS]


def _leaves(verb: Token, other: Mention, parts: set[int]) -> bool:
    """Whether a verb tells what an event left: "the attack on a base that left one man dead and nine hurt"."""
    return lemma(verb) == "leave" and (verb.head.i in parts if verb.dep_ == "advcl" else _follows(verb, other, parts))


def _follows(verb: Token, other: Mention, parts: set[int]) -> bool:
    """Whether a relative clause tells of an event noun, which may stand before its place or target."""
    up: Token | None = verb.head if verb.dep_ == "relcl" else None
    while up is not None and up.i not in parts:
        if up.pos_ == "VERB" and other.is_noun and other.anchor.head.i == up.i and other.anchor.dep_ in _CORE:
            return True
        up = up.head if up.dep_ in ("pobj", "prep") else None
    return up is not None and other.is_noun


def _is_outcome(mention: Mention, other: Mention) -> bool:
    """Whether deaths are what an event brought: "the raid resulted in the killing of", "which caused deaths"."""
    anchor = mention.anchor
    if mention.type is not EventType.KILLING or anchor.dep_ not in ("pobj", "dobj") or not other.is_noun:
        return False
    verb = anchor.head if anchor.dep_ == "dobj" else anchor.head.head
    if verb.pos_ != "VERB" or lemma(verb) not in _BRINGS:
        return False
    parts = {p.i for p in (other.token, other.anchor, *other.parts)}
    return (other.anchor.head.i == verb.i and other.anchor.dep_ == "nsubj") or _follows(verb, other, parts)


_BRINGS = frozenset({"result", "lead", "cause", "bring", "mean"})
_TOLLS = word_list("merging_tolls")
_DYING = frozenset({"die", "perish"})
_WHEN = frozenset({"when", "after", "as"})
_DURING = frozenset({"in", "by", "during", "from"})
_CORE = frozenset({"nsubj", "nsubjpass", "dobj", "attr"})


def _has_helper(verb: Token) -> bool:
    return any(c.dep_ == "aux" for c in verb.children)


def _noun_of(other: Mention, verb: Token) -> bool:
    """Whether an event noun is the subject, the circumstance or the antecedent of a verb."""
    if not other.is_noun:
        return False
    anchor = other.anchor
    up = verb
    for _ in range(4):
        if up.dep_ in ("conj", "xcomp") and up.head.pos_ == "VERB":
            up = up.head
        else:
            break
    if anchor.head.i in (verb.i, up.i) and anchor.dep_ in ("nsubj", "nsubjpass") and not (is_passive(verb) and False):
        return True
    if up.dep_ in ("relcl", "acl") and (up.head.i == anchor.i or up.head in anchor.subtree):
        heads = [c for c in up.children if c.dep_ in ("nsubj", "nsubjpass")]
        if up.head.i == anchor.i or (heads and heads[0].tag_ == "WDT"):
            return not any(c.dep_ == "dobj" and c.tag_ == "WDT" for c in up.children)
    if (
        anchor.dep_ == "pobj"
        and other.type is not EventType.TRUCE_BREACH
        and anchor.head.head.i in (verb.i, up.i)
        and anchor.head.lower_ in ("in", "by", "during", "from", "after", "when")
    ):
        return True
    if (
        verb.dep_ == "advcl"
        and anchor.dep_ in ("dobj", "pobj")
        and verb.tag_ == "VBG"
        and verb.head in anchor.ancestors
    ):
        return verb.i > anchor.i and not any(c.dep_ == "nsubj" for c in verb.children)
    return False


def _is_apposed(mention: Mention, other: Mention) -> bool:
    """Whether one event noun is another under a second name: subject and attribute of a copula, or an apposition."""
    one, two = mention.anchor, other.anchor
    if one.dep_ == "appos" and one.head.i == two.i:
        return True
    return one.dep_ == "attr" and two.dep_ == "nsubj" and one.head.i == two.head.i

"""The syntax around a cue: what it rejects, what it holds, whether it stands between commas."""

from __future__ import annotations

from spacy.tokens import Token

from app.extract.frames import lemma
from app.extract.words import word_list

_REJECTING = word_list("attribution_rejecting")


def rejecting(verb: Token) -> Token | None:
    """The word by which a copula says that its subject is not so."""
    if verb.lemma_ != "be" and lemma(verb) not in ("seem", "appear", "call", "describe", "dismiss"):
        return None
    for child in verb.children:
        if child.dep_ in ("acomp", "attr", "oprd") and lemma(child) in _REJECTING:
            return child
    return None


def is_bare(verb: Token) -> bool:
    """Whether a cue has a subject and nothing to say of its own, and a comma or an end beside it."""
    if not any(c.dep_ == "nsubj" for c in verb.children):
        return False
    for child in verb.children:
        if child.dep_ in ("ccomp", "xcomp", "dobj", "advcl", "acomp", "attr", "oprd") and child.i > verb.i:
            return False
        if child.dep_ in ("mark", "relcl") or child.tag_ in ("WDT", "WP", "WRB"):
            return False
    if verb.dep_ == "relcl":
        return False
    start, end = verb.left_edge.i, verb.right_edge.i
    doc = verb.doc
    before = (start > 0 and doc[start - 1].is_punct) or doc[start].is_punct
    after = (end + 1 < len(doc) and doc[end + 1].is_punct) or doc[end].is_punct
    return before or after


def is_that(child: Token) -> bool:
    return any(c.dep_ == "mark" or c.lower_ == "that" for c in child.children) or child.tag_ in ("VBG", "VB")


def has_of(verb: Token) -> bool:
    return any(c.dep_ == "prep" and c.lower_ in ("of", "for") for c in verb.children)


def has_word(verb: Token, word: str) -> bool:
    return any(c.dep_ == "prep" and c.lower_ == word for c in verb.children)


def is_parenthetical(up: Token, child: Token) -> bool:
    """A clause before its "X said" that the parser took for an adverbial: no conjunction marks it."""
    return (
        not any(c.dep_ == "mark" for c in child.children)
        and any(c.dep_ == "nsubj" for c in child.children)
        and up.dep_ == "ROOT"
    )


def is_unsaid(verb: Token) -> bool:
    """Whether a cue stands in an infinitive that another verb governs: "refused to condemn"."""
    if verb.pos_ != "VERB" or verb.dep_ not in ("xcomp", "advcl", "acl", "ccomp"):
        return False
    infinitive = any(c.dep_ == "aux" and c.lower_ == "to" for c in verb.children)
    return infinitive and not any(c.dep_ == "aux" and c.lemma_ == "have" for c in verb.children)

"""The syntax around a cue: what it rejects, what it holds, whether it stands between commas."""

from __future__ import annotations

from spacy.tokens import Token

from app.extract.frames import lemma
from app.extract.words import word_list

_OWED = frozenset({"should", "must", "ought"})
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


def for_which(noun: Token) -> list[Token]:
    """The verbs of "…, for which X claimed responsibility" after a noun: the parser hangs them on any word between."""
    found: list[Token] = []
    for token in noun.sent[noun.i + 1 - noun.sent.start :]:
        if token.dep_ == "relcl" and has_word(token, "for") and token.head.i >= noun.i:
            found.append(token)
        elif token.tag_ in ("VBD", "VBZ", "VBP") and token.pos_ == "VERB":
            break
    return found


def is_unsaid(verb: Token) -> bool:
    """Whether a cue is not an act of its subject: governed as an infinitive ("refused to condemn"), or owed ("Moscow
    should admit"). A verb joined to such a one by "and" shares its lot."""
    if verb.pos_ != "VERB":
        return False
    first = verb
    while first.dep_ == "conj" and first.tag_ == "VB" and not _has_subject(first) and first.head.pos_ == "VERB":
        first = first.head
    if any(c.dep_ == "aux" and c.lower_ in _OWED for c in first.children):
        return not any(c.dep_ == "nsubj" and c.lower_ in ("i", "we") for c in first.children)
    if first.dep_ not in ("xcomp", "advcl", "acl", "ccomp"):
        return False
    infinitive = any(c.dep_ == "aux" and c.lower_ == "to" for c in first.children)
    return infinitive and not any(c.dep_ == "aux" and c.lemma_ == "have" for c in first.children)


def _has_subject(verb: Token) -> bool:
    return any(c.dep_ in ("nsubj", "nsubjpass") for c in verb.children)

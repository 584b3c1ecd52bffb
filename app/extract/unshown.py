"""What nothing shows and what a speaker knows nothing of: "nothing suggests that", "had no information about"."""

from __future__ import annotations

from spacy.tokens import Token

from app.extract.frames import lemma
from app.extract.mention import Mention
from app.extract.words import word_list

_SHOWS = word_list("unshown_shows")
_KNOWLEDGE = word_list("unshown_knowledge")
_GROUNDS = word_list("attribution_grounds")
_HAS = frozenset({"have", "receive", "get", "possess", "hold", "see"})
_ABOUT = frozenset({"about", "on", "of", "regarding", "concerning"})


def nothing_shows(mention: Mention) -> bool:
    """Whether nothing, or no evidence, is said to point to an event: "no evidence suggests that", "nothing shows"."""
    child = mention.anchor
    for up in mention.anchor.ancestors:
        if child.dep_ == "relcl":
            return False
        if lemma(up) in _SHOWS and child.dep_ not in ("nsubj", "nsubjpass"):
            return any(_is_nothing(c) for c in up.children if c.dep_ == "nsubj")
        child = up
    return False


def is_asked(mention: Mention) -> bool:
    """Whether an event stands in a "whether": "it is not clear whether", "declined to say whether" put nothing
    forward."""
    for up in (mention.anchor, *mention.anchor.ancestors):
        if any(c.lower_ == "whether" and c.dep_ == "mark" for c in up.children):
            return True
        if up.dep_ in ("ccomp", "relcl", "advcl", "ROOT") and up.i != mention.anchor.i:
            return False
    return False


def is_unknown(mention: Mention) -> bool:
    """Whether a speaker says that he knows nothing of an event: "was not aware of", "has no reports of"; he neither
    puts it forward nor denies it."""
    child = mention.anchor
    for up in mention.anchor.ancestors:
        if child.dep_ == "prep" and child.lower_ in _ABOUT and _is_ignorance(up):
            return True
        if up.pos_ in ("VERB", "AUX"):
            told = child.dep_ in ("ccomp", "xcomp") or (child.dep_ == "dobj" and child.lower_ == "nothing")
            return told and _is_ignorance(up)
        child = up
    return False


def _is_ignorance(word: Token) -> bool:
    if lemma(word) == "unaware":
        return True
    if lemma(word) == "aware":
        return any(c.dep_ == "neg" for c in (*word.children, *word.head.children))
    if lemma(word) in _KNOWLEDGE and word.pos_ == "NOUN":
        has = lemma(word.head) in _HAS and any(c.dep_ == "neg" for c in word.head.children)
        return has or any(c.lower_ == "no" for c in word.children)
    unknown = any(c.dep_ == "neg" or (c.dep_ == "dobj" and c.lower_ == "nothing") for c in word.children)
    return lemma(word) in ("know", "hear") and unknown


def _is_nothing(subject: Token) -> bool:
    if subject.lower_ in ("nothing", "none"):
        return True
    return lemma(subject) in _GROUNDS and any(c.lower_ == "no" for c in subject.children)

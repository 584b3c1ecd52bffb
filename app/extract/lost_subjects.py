"""Who speaks where the parser lost the subject of a verb of saying: turned round, cut off, joined elsewhere."""

from __future__ import annotations

from spacy.tokens import Token

from app.extract.frames import Cue, lemma
from app.extract.nouns import bounds_of, has_subject, is_passive, sentence_of, subject
from app.extract.words import word_list

LOST_SUBJECTS_VERSION = "lost_subjects.v1"
_BREAKS = frozenset({",", "”", '"', "’", "''"})
# Verbs that take a noun of saying for their object and make their subject the one who says it.
_ISSUES = word_list("attribution_issues")
_GETS = frozenset({"have", "receive", "note", "get", "see"})
_SPEAKS = word_list("attribution_speaks")
_SUMMONS = frozenset({"summon", "phone", "telephone", "call", "meet", "gather", "write", "convene", "unite", "rally"})
_TURNS = frozenset({"charge", "state", "report", "declare", "announce", "add"})


def inverted(verb: Token) -> Token | None:
    """The subject of ", charged the rebel spokesman.": behind a verb of saying that has a comma before it and no
    subject, read as its object."""
    doc = verb.doc
    if verb.tag_ not in ("VBD", "VBZ") or verb.i == 0 or doc[verb.i - 1].text not in _BREAKS:
        return None
    if lemma(verb) not in _SPEAKS and lemma(verb) not in _TURNS:
        return None
    if any(c.dep_ in ("nsubj", "ccomp", "xcomp", "aux", "auxpass", "neg") for c in verb.children):
        return None
    for child in verb.children:
        if child.dep_ == "dobj" and child.left_edge.i == verb.i + 1 and child.pos_ in ("NOUN", "PROPN"):
            end = child.right_edge.i + 1
            return child if end >= len(doc) or doc[end].is_punct or doc[end].is_space else None
    return None


def issuers(cue: Cue, noun: Token) -> list[Token]:
    """Who says it where a noun of saying is what a verb issues: "renewed its call for", "said in a statement that"."""
    verb = noun.head
    if noun.dep_ == "pobj" and verb.lower_ in ("in", "by", "with", "on", "via") and verb.head.pos_ == "VERB":
        return subject(verb.head) if lemma(verb.head) in _SPEAKS and not is_passive(verb.head) else []
    if noun.dep_ != "dobj" or verb.pos_ != "VERB" or is_passive(verb) or any(c.dep_ == "neg" for c in verb.children):
        return []
    issues = lemma(verb) in _ISSUES or (cue.word == "report" and lemma(verb) in _GETS)
    return subject(verb) if issues else []


def second_subject(verb: Token) -> Token | None:
    """ "Air strikes killed twenty, medics said": who says it, where the parser gave the verb a subject more, whose own
    verb it took for a participle."""
    subjects = [c for c in verb.children if c.dep_ == "nsubj" and c.i < verb.i]
    if len(subjects) != 2 or not any(t.text in _BREAKS for t in verb.doc[subjects[0].i : subjects[1].i]):
        return None
    return subjects[1]


def summoner(verb: Token) -> Token | None:
    """ "Summoned the envoy to condemn", "phoned him to urge": the verb whose subject speaks in an infinitive."""
    infinitive = verb.tag_ == "VB" and any(c.dep_ == "aux" and c.lower_ == "to" for c in verb.children)
    if not infinitive or verb.dep_ not in ("xcomp", "advcl", "ccomp", "acl"):
        return None
    up = verb.head if verb.head.pos_ == "VERB" else next((t for t in verb.ancestors if t.pos_ == "VERB"), verb)
    return up if lemma(up) in _SUMMONS and any(c.dep_ == "nsubj" for c in up.children) else None


def opening(verb: Token) -> list[Token]:
    """ "Aid workers in the city, its capital, said that": the noun that opens a sentence before a verb of saying that
    the parser left without a subject."""
    sentence = sentence_of(verb)
    if verb.dep_ != "ROOT" or verb.tag_ not in ("VBD", "VBZ") or lemma(verb) not in _SPEAKS:
        return []
    for token in sentence:
        if token.i >= verb.i or token.pos_ in ("ADP", "PUNCT", "SCONJ", "PRON"):
            return []
        if token.pos_ in ("NOUN", "PROPN") and token.dep_ != "compound":
            return [token]
    return []


def told_with(verb: Token) -> Token | None:
    """ "The mayor confirmed that all staff are safe but said": the verb of saying with which another is coordinated,
    where the parser joins it to what is said."""
    if verb.dep_ != "conj" or verb.tag_ != "VBD" or has_subject(verb):
        return None
    first = verb.head
    while first.dep_ == "conj":
        first = first.head
    up = first.head
    said = first.dep_ == "ccomp" and up.tag_ == "VBD" and lemma(up) in _SPEAKS
    return up if said and lemma(first) not in _SPEAKS and first.tag_ != "VBD" else None


def spoke_before(verb: Token) -> Token | None:
    """The verb of saying before ", accusing the army": whose subject accuses, whatever noun the parser hangs it on."""
    doc = verb.doc
    if verb.tag_ != "VBG" or verb.dep_ not in ("acl", "relcl", "advcl") or verb.i == 0 or doc[verb.i - 1].text != ",":
        return None
    for token in reversed(doc[bounds_of(verb)[0] : verb.i]):
        if token.pos_ == "VERB" and any(c.dep_ == "nsubj" for c in token.children):
            if lemma(token) in _SPEAKS or (verb.head.i == token.i and token.dep_ in ("advcl", "conj")):
                return token
            break
    root = sentence_of(verb).root
    return root if root.i < verb.i and lemma(root) in _SPEAKS and root.tag_ != "VBG" else None

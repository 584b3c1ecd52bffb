"""Whom else an event hit: parts of a count, those of whom casualties are told, what stands apart from its noun."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Span as SpacySpan
from spacy.tokens import Token

from app.extract.columns import lowers
from app.extract.frames import lemma, lemmas_of, load_frames
from app.extract.mention import JOINT, NOUN, Mention
from app.extract.nouns import bounds_of, pobj
from app.extract.words import word_list

VICTIMS_VERSION = "victims.v1"
_HARM = word_list("victims_harm")
_POPULATION = word_list("near_population")
_UNITS = _POPULATION | word_list("victims_forces")
_MOST = frozenset({"most", "all", "many", "half", "several", "some", "majority"})
_MAINLY = frozenset({"mostly", "mainly", "largely", "predominantly", "chiefly"})
_ON = ("on", "against", "upon", "targeting")
_BETWEEN = ("in", "by", "near", "at", "from", "of", "outside")
_STRIKES = word_list("victims_strikes")
_REACH = 9
_APART = frozenset({",", "-", "–", "—", "("})


def victims(sentence: SpacySpan) -> Iterator[tuple[Token, Token]]:
    """Yield who was hit beside the objects of the verbs, each with the word on whose event it hangs."""
    doc, start, end = sentence.doc, sentence.start, sentence.end
    for at, word in enumerate(lemmas_of(doc)[start:end], start):
        if word in _HARM and doc[at].pos_ in NOUN:
            yield from ((c, doc[at]) for c in doc[at].children if c.dep_ in ("amod", "compound") and lemma(c) in _UNITS)
            yield from ((t, doc[at]) for t in pobj(doc[at], "of", "to", "among") if lemma(t) in _UNITS)
        elif word == "damage" and doc[at].pos_ == "NOUN":
            yield from ((t, doc[at]) for t in pobj(doc[at], "to") if t.pos_ in NOUN)
        elif word == "leave" and doc[at].pos_ == "VERB":
            left = _left(doc[at], end)
            if left is not None:
                yield left, doc[at]
    commas = {n + 1 for n, word in enumerate(lowers(doc)[start:end], start) if word in _APART}
    for at in sorted(commas | {n + 1 for n in commas}):
        head = _part(doc[at]) if at < end else None
        if head is not None and lemma(head) in _UNITS:
            yield head, _whole(doc[at])


def _left(verb: Token, end: int) -> Token | None:
    """ "That left nine soldiers dead and two men hurt": who stands before the word for what became of them."""
    doc = verb.doc
    for at in range(verb.i + 1, min(end, verb.i + _REACH)):
        if doc[at].lower_ in ("dead", "wounded", "injured", "hurt"):
            return next((t for t in reversed(doc[verb.i + 1 : at]) if t.pos_ in NOUN and lemma(t) in _UNITS), None)
    return None


def _part(opener: Token) -> Token | None:
    """ "…, most of them children", "…, mostly traders", "…, among them nurses", "…, including two boys"."""
    doc, at = opener.doc, opener.i
    if at == 0 or (doc[at - 1].text not in _APART and doc[at - 1].pos_ != "ADV"):
        return None
    after = at + 1
    if opener.lower_ in _MOST or opener.pos_ == "NUM":
        if not _reads(opener, "of", ("them", "whom", "which")):
            return None
        after = at + 3
    elif opener.lower_ == "among":
        if not _reads(opener, ("them", "whom")):
            return None
        after = at + 2
    elif opener.lower_ not in _MAINLY and opener.lower_ != "including":
        return None
    end = min(len(doc), after + _REACH)
    for token in doc[after:end]:
        if token.is_sent_start or token.text in (",", ".", ";", ")") or lemma(token) in ("kill", "wound", "injure"):
            return None
        if token.pos_ in NOUN and not (token.dep_ in ("compound", "nmod") and token.head.i > token.i):
            return token
    return None


def _reads(opener: Token, *words: str | tuple[str, ...]) -> bool:
    doc = opener.doc
    if opener.i + len(words) >= len(doc):
        return False
    return all(doc[opener.i + n].lower_ in ((w,) if isinstance(w, str) else w) for n, w in enumerate(words, start=1))


def _whole(opener: Token) -> Token:
    """The nearest noun or verb before the comma, whose event the part shares."""
    for token in reversed(opener.doc[bounds_of(opener)[0] : opener.i]):
        if token.pos_ in (*NOUN, "VERB"):
            return token
    return opener


def strayed(mention: Mention) -> list[Token]:
    """ "The attack in A on a convoy", "use by the army against its people": a target that hangs on the word between."""
    if mention.type in JOINT:
        return []
    if not mention.is_noun:
        return _fired_at(mention.token) if lemma(mention.token) in _FIRES else []
    frames = load_frames()
    found: list[Token] = []
    for base in {t.i: t for t in (mention.token, mention.anchor)}.values():
        for between in pobj(base, *_BETWEEN):
            if frames.noun_events(between) or between.pos_ not in NOUN:
                continue
            found += [t for t in pobj(between, *_ON) if t.ent_type_ not in ("DATE", "TIME", "LAW") and t.i > between.i]
    verb = mention.anchor.head
    if not found and mention.anchor.dep_ == "dobj" and frames.cue(verb) is not None:
        after = mention.anchor.right_edge.i + 1
        near = [c for c in verb.children if c.dep_ == "prep" and c.i == after and c.lower_ in (*_ON, "at")]
        found = [t for c in near for t in c.children if t.dep_ == "pobj" and t.ent_type_ not in ("DATE", "TIME", "LAW")]
    return [t for t in found if not frames.noun_events(t)]


def _fired_at(verb: Token) -> list[Token]:
    """ "Rockets were fired from the enclave at A": the target hangs on where they came from."""
    return [t for place in pobj(verb, "from") for t in pobj(place, "at", "on", "towards", "toward", "into")]


_FIRES = frozenset({"fire", "launch", "lob", "shoot"})


def is_struck(token: Token) -> bool:
    """ "Destroyed three missiles", "shot down a drone": a weapon that was hit itself, and hit nobody."""
    while token.dep_ in ("conj", "appos") and token.head.pos_ in NOUN:
        token = token.head
    verb = token.head
    if verb.pos_ != "VERB" or lemma(verb) not in _STRIKES:
        return False
    if lemma(verb) == "shoot" and not any(c.lower_ == "down" for c in verb.children):
        return False
    return token.dep_ in ("dobj", "nsubjpass") and not any(is_firing(c) for c in token.children)


def is_firing(verb: Token) -> bool:
    """ "A missile fired by the rebels": the clause that tells who had used a weapon."""
    return verb.dep_ in ("acl", "relcl") and lemma(verb) in _FIRES

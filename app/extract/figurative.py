"""What is no event of a conflict, although its words are: weather and accidents, games, quarrels, labour, fiction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from spacy.tokens import Span as SpacySpan
from spacy.tokens import Token

from app.extract.frames import Frames, lemma, lemmas_of
from app.extract.mention import BARE_ROLES, Mention
from app.extract.merging import is_toll
from app.extract.nouns import is_passive, pobj, subject
from app.extract.victims import is_firing
from app.extract.words import word_list
from app.model import ATTACKS, EventType

FIGURATIVE_VERSION = "figurative.v1"
_CALAMITIES = word_list("figurative_calamities")
_CIVIL = word_list("figurative_civil")
_TOPICS = word_list("figurative_topics")
_BEFORE = word_list("figurative_before")
_FICTION = word_list("figurative_fiction")
_GAMES = word_list("figurative_games")
_WORKERS = word_list("figurative_workers")
_AFTER = ("against", "over", "for", "with", "on", "about")
_LASTS = 3
_PHYSICAL = ATTACKS | {EventType.SIEGE, EventType.DISPLACEMENT}


def real(found: Sequence[Mention], sentence: SpacySpan, frames: Frames) -> list[Mention]:
    """Return the mentions that can be events of a conflict."""
    if not found or (all(m.type in _PHYSICAL for m in found) and _is_fiction(sentence)):
        return []
    found = [m for m in found if not _is_stopped(m, found) and not _is_defence(m, found)]
    words = lemmas_of(sentence.doc)[sentence.start : sentence.end]
    armed, game = not frames.classes["weapon"].isdisjoint(words), not _GAMES.isdisjoint(words)
    return [m for m in found if m.type not in _PHYSICAL or not _is_figurative(m, armed=armed, game=game)]


def _is_stopped(mention: Mention, found: Sequence[Mention]) -> bool:
    """ "Cease hostilities", "halt the fighting": what a truce ends is no clash beside it."""
    if mention.type is not EventType.ARMED_CLASH or mention.anchor.dep_ != "dobj":
        return False
    return any(m.type is EventType.TRUCE and m.token.i == mention.anchor.head.i for m in found)


def _is_defence(mention: Mention, found: Sequence[Mention]) -> bool:
    """ "Shot down two missiles fired by the rebels": who was shot at did it, and the event is what the rebels did."""
    if mention.token.pos_ != "VERB":
        return False
    parts = {m.token.i for m in found if m is not mention}
    if is_firing(mention.token) and mention.token.head.dep_ == "nsubj" and mention.token.head.head.i in parts:
        return True  # "rockets fired by the group hit a school": one event, told by its second verb
    shot = [c for c in mention.token.children if c.dep_ in ("dobj", "nsubjpass")]
    return any(g.i in parts for c in shot for g in c.children if is_firing(g))


class Calamities:
    """Whether the last that a text told of is a storm, an accident or the like, and no attack."""

    def __init__(self) -> None:
        """Begin with none."""
        self._left = 0

    def tell(self, sentence: SpacySpan, mentions: Sequence[Mention]) -> bool:
        """Read one sentence, and return whether its tolls are those of a calamity."""
        if any(m.type in ATTACKS and not is_toll(m.token) for m in mentions):
            self._left = 0
        elif not _CALAMITIES.isdisjoint(lemmas_of(sentence.doc)[sentence.start : sentence.end]) and any(
            t.pos_ == "NOUN" and lemma(t) in _CALAMITIES for t in sentence
        ):
            self._left = _LASTS
        else:
            self._left = max(0, self._left - 1)
        return self._left > 0


def _is_figurative(mention: Mention, *, armed: bool, game: bool) -> bool:
    words = [mention.token, mention.anchor]
    if mention.is_noun and any(
        lemma(c) in _BEFORE or c.lower_ in _BEFORE for w in words for c in w.children if c.dep_ in (*BARE_ROLES, "poss")
    ):
        return True
    if mention.token.i > 0 and mention.token.nbor(-1).lower_ in _BEFORE and mention.is_noun:
        return True
    doers = list(_doers(mention))
    hit = list(_hit(mention))
    if any(_is_calamity(t) for t in (*doers, *_causes(mention))):
        return True
    if armed:
        return False
    agents = pobj(mention.token, "by") if mention.token.pos_ == "VERB" else []
    if any(lemma(t) in _TOPICS or _is_calamity(t) for t in (*agents, *hit, *(g for h in hit for g in pobj(h, "of")))):
        return True
    if lemma(mention.token) == "strike" and any(lemma(t) in _WORKERS for t in doers):
        return True
    civil = any(lemma(t) in _CIVIL for t in doers)
    return ((civil or game) and mention.type in ATTACKS and not mention.is_noun) or (civil and not hit)


def _doers(mention: Mention) -> Iterator[Token]:
    for verb in (mention.token, mention.light):
        if verb is not None and verb.pos_ == "VERB":
            yield from pobj(verb, "by") if is_passive(verb) else subject(verb)
    if mention.is_noun:
        for noun in {mention.token.i: mention.token, mention.anchor.i: mention.anchor}.values():
            yield from (*pobj(noun, "by", "of"), *(c for c in noun.children if c.dep_ in ("poss", *BARE_ROLES)))


def _causes(mention: Mention) -> Iterator[Token]:
    """ "Died when a mine collapsed", "killed in a quake", "a leak caused a blast", "the storm forced many to flee"."""
    verb = mention.token
    if mention.is_noun:
        yield from subject(mention.anchor.head) if mention.anchor.dep_ == "dobj" else ()
        return
    yield from pobj(verb, "in", "by", "during", "from", "of", "after")
    for clause in verb.children:
        if clause.dep_ == "advcl" and any(c.lower_ in ("when", "after", "as") for c in clause.children):
            yield from (clause, *subject(clause))
    if verb.dep_ == "xcomp":
        yield from (c for c in verb.head.children if c.dep_ == "nsubj")


def _hit(mention: Mention) -> Iterator[Token]:
    verb = mention.token
    if verb.pos_ == "VERB":
        yield from (c for c in verb.children if c.dep_ in ("dobj", "nsubjpass"))
        yield from pobj(verb, "on", "at", "with", "against", "in")
    else:
        yield from pobj(verb, *_AFTER)
        yield from pobj(mention.anchor, *_AFTER)


def _is_calamity(token: Token) -> bool:
    own = lemma(token) in _CALAMITIES and token.pos_ != "PROPN"
    return own or any(lemma(c) in _CALAMITIES for c in token.children if c.dep_ in BARE_ROLES and c.pos_ != "PROPN")


def _is_fiction(sentence: SpacySpan) -> bool:
    """ "The novel tells of a siege", "in her new film, a bomb goes off"."""
    root = sentence.root
    if any(lemma(t) in _FICTION for t in subject(root)) if root.pos_ in ("VERB", "AUX") else False:
        return True
    return any(
        t.dep_ == "pobj" and lemma(t) in _FICTION and t.head.lower_ in ("in", "from") and t.head.head.i == root.i
        for t in sentence[: max(0, root.i - sentence.start)]
    )

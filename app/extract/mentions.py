"""Mentions of events in a sentence: the words that name them, their type by instrument and means, what is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from spacy.tokens import Span as SpacySpan
from spacy.tokens import Token

from app.extract.frames import EventFrame, Frames, lemma
from app.extract.nouns import is_passive
from app.model import EventType

MENTIONS_VERSION = "mentions.v2"
JOINT = frozenset({EventType.TRUCE, EventType.INVESTIGATION})
GENERIC = frozenset({EventType.ATTACK, EventType.KILLING})
_WRAPS = frozenset({EventType.FABRICATION, EventType.INVESTIGATION, EventType.EVIDENCE_TAMPERING})
_NOUN = ("NOUN", "PROPN")
_BARE_ROLES = ("compound", "nmod", "amod")


@dataclass(slots=True, eq=False)
class Mention:
    """One mention of an event: its word, its anchor in the tree, and the words merged into it."""

    token: Token
    type: EventType
    frame: EventFrame
    anchor: Token
    parts: list[Token] = field(default_factory=list)
    verbs: list[tuple[Token, EventFrame]] = field(default_factory=list)
    light: Token | None = None
    inside: Mention | None = None

    @property
    def is_noun(self) -> bool:
        """Whether the event is named by a noun."""
        return self.frame.kind == "noun"


def find_mentions(sentence: SpacySpan, frames: Frames) -> list[Mention]:
    """Return the mentions of a sentence in order; those that are one event are merged."""
    found = _triggers(sentence, frames)
    for mention in found:
        mention.light = _light(mention, frames)
        mention.type = _narrowed(mention, frames)
    found = _merged(found, frames)
    for mention in found:
        mention.inside = _wrapper(mention, found)
    return found


def toll_mention(head: Token, type_: EventType) -> Mention:
    """Return a mention for a count of the dead or hurt in a sentence that names no attack."""
    verb = head
    while verb.pos_ not in ("VERB", "AUX") and verb.head.i != verb.i:
        verb = verb.head
    token = verb if verb.pos_ == "VERB" else head
    frame = EventFrame(lemma(token), (), "verb", type_, "none", "none", None, False)
    return Mention(token, type_, frame, token, [token], [(token, frame)])


def _triggers(sentence: SpacySpan, frames: Frames) -> list[Mention]:
    doc = sentence.doc
    words = [t.lower_ for t in sentence]
    lemmas = [lemma(t) for t in sentence]
    found: list[Mention] = []
    position = 0
    while position < len(words):
        phrase = frames.phrase_at(words, lemmas, position)
        if phrase is not None:
            end, frame = phrase
            token = doc[sentence.start + position : sentence.start + end].root
            if token.pos_ in (*_NOUN, "ADJ", "VERB") and frame.type is not None:
                mention = _noun_mention(token, frame, frames)
                if mention is not None:
                    found.append(mention)
                position = end
                continue
        token = doc[sentence.start + position]
        mention = _single(token, frames)
        if mention is not None:
            found.append(mention)
        position += 1
    return found


def _single(token: Token, frames: Frames) -> Mention | None:
    if token.pos_ in _NOUN:
        for frame in frames.noun_events(token):
            if frame.type is not None and (frame.needs is None or holds(token, frame.needs, frames)):
                return _noun_mention(token, frame, frames)
    elif token.pos_ == "VERB" or (token.pos_ == "ADJ" and token.tag_ == "VBN"):
        for frame in frames.verb_events(token):
            if frame.type is None or (frame.needs is not None and not _object_is(token, frame.needs, frames)):
                continue
            if token.dep_ == "amod" and frame.type not in (EventType.SIEGE, EventType.FABRICATION):
                return None
            return Mention(token, frame.type, frame, token, [token], [(token, frame)])
    return None


def _noun_mention(token: Token, frame: EventFrame, frames: Frames) -> Mention | None:
    """A noun names its event unless it only describes another noun ("attack site")."""
    assert frame.type is not None
    anchor = token
    while anchor.dep_ in _BARE_ROLES and anchor.head.pos_ in _NOUN:
        anchor = anchor.head
        if not frames.is_of("phase", anchor) and not (frames.is_of("told", anchor) and _is_judged(anchor)):
            return None
    while anchor.dep_ == "pobj" and anchor.head.lower_ == "of" and frames.is_of("phase", anchor.head.head):
        anchor = anchor.head.head
    return Mention(token, frame.type, frame, anchor, [token])


def _is_judged(noun: Token) -> bool:
    """Whether a noun for an account is the subject of a copula: "the gas attack story was unlikely"."""
    return noun.dep_ == "nsubj" and noun.head.lemma_ == "be"


def holds(token: Token, class_: str, frames: Frames) -> bool:
    """Whether a noun's modifiers and complements hold a word of a class."""
    near = [t for t in token.subtree if t.i != token.i and abs(t.i - token.i) <= 7]
    return any(frames.is_of(class_, t) for t in near if t.pos_ in (*_NOUN, "ADJ"))


def _object_is(verb: Token, class_: str, frames: Frames) -> bool:
    """Whether the object of a verb is of a class, or holds one ("undermine confidence in the truce")."""
    objects = [c for c in verb.children if c.dep_ in ("dobj", "nsubjpass", "oprd")]
    objects += [g for c in verb.children if c.dep_ in ("prep", "prt") for g in c.children if g.dep_ == "pobj"]
    if verb.dep_ in ("acl", "relcl"):
        objects.append(verb.head)
    if not objects and verb.dep_ == "conj":
        objects = [c for c in verb.head.children if c.dep_ == "nsubjpass"]
    for one in objects:
        for token in (one, *one.conjuncts):
            if frames.is_of(class_, token):
                return True
            inner = [t for t in token.subtree if token.i < t.i <= token.i + 6 or t.dep_ in _BARE_ROLES]
            if any(frames.is_of(class_, t) for t in inner if t.pos_ in _NOUN):
                return True
    return False


def _light(mention: Mention, frames: Frames) -> Token | None:
    """The verb that lends its subject to an event noun: "carried out an attack", "an attack launched by"."""
    if not mention.is_noun:
        return None
    anchor = mention.anchor
    first = anchor
    while first.dep_ in ("conj", "appos") and first.head.pos_ in _NOUN:
        first = first.head
    verbs = [c for c in anchor.children if c.dep_ in ("acl", "relcl")]
    if first.dep_ in ("dobj", "nsubjpass", "oprd"):
        verbs.append(first.head)
    elif first.dep_ == "pobj" and first.head.lower_ in ("with", "by", "in", "out"):
        verbs.append(first.head.head)
    for verb in verbs:
        if verb.pos_ == "VERB" and any(f.light for f in frames.verb_events(verb)):
            return verb
    return None


def _narrowed(mention: Mention, frames: Frames) -> EventType:
    """The type that instrument and means give to an unspecific attack."""
    broad = mention.type is EventType.ATTACK or (mention.type is EventType.BOMBING and mention.frame.rest == ())
    if mention.type in _MAY_CARRY and _carries_gas(mention, frames):
        return EventType.CHEMICAL_ATTACK
    if not broad:
        return mention.type
    near: list[Token] = []
    for base in {mention.token.i: mention.token, mention.anchor.i: mention.anchor}.values():
        near += [t for c in base.children if c.dep_ in (*_BARE_ROLES, "poss") for t in c.subtree]
        near += _with_what(base)
    verb = mention.light or (mention.token if not mention.is_noun else None)
    if verb is not None:
        near += _with_what(verb)
        near += [t for c in verb.children if c.dep_ in ("nsubj", "agent") for t in c.subtree if _flies(t)]
        if mention.frame.object == "instrument":
            near += [t for c in verb.children if c.dep_ in ("dobj", "nsubjpass") for t in c.subtree if t.i <= c.i + 6]
    words = {lemma(t) for t in near} | {t.lower_ for t in near}
    words |= {f"{lemma(t.nbor(-1))} {lemma(t)}" for t in near if t.i > 0}
    words |= {f"{t.nbor(-1).lower_} {t.lower_}" for t in near if t.i > 0}
    for type_, means in frames.means:
        if words & means:
            return type_
    return mention.type


def _with_what(base: Token) -> list[Token]:
    """The nouns after "with", "using", "by" and the like, with their modifiers; not what is told of them."""
    heads = [
        g for c in base.children if c.lower_ in _WITH and c.dep_ in ("prep", "advcl", "acl", "agent")
        for g in c.children if g.dep_ in ("pobj", "dobj") and g.pos_ in _NOUN
    ]  # fmt: skip
    heads = [t for h in heads for t in (h, *h.conjuncts)]
    return [t for h in heads for t in (h, *(c for c in h.children if c.dep_ in (*_BARE_ROLES, "nmod")))]


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


def _carries_gas(mention: Mention, frames: Frames) -> bool:
    """Whether what was fired or dropped, or what killed, held a chemical: "shells filled with chlorine"."""
    heads: list[Token] = []
    for verb, frame in mention.verbs:
        if mention.type is EventType.KILLING:
            heads += [c for c in verb.children if c.dep_ in ("nsubj", "agent")]
            continue
        heads += [g for c in verb.children if c.lower_ in ("with", "using") for g in c.children]
        if frame.object == "instrument":
            heads += [c for c in verb.children if c.dep_ in ("dobj", "nsubjpass")]
    if mention.is_noun:
        heads += [g for c in mention.anchor.children if c.lower_ in ("with", "using") for g in c.children]
    for head in heads:
        for token in head.subtree:
            if token.i - head.i > 9:
                break
            if token.pos_ in (*_NOUN, "ADJ") and frames.is_of("chemical", token):
                return (
                    mention.type is not EventType.KILLING
                    or token.i == head.i
                    or token.head.i == head.i
                    or head.dep_ == "agent"
                )
    return False


_WITH = frozenset({"with", "using", "by", "from", "of", "involving", "via"})


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


def _merged(found: Sequence[Mention], frames: Frames) -> list[Mention]:
    """Merge what is one event: "the attack killed", "bombed in a raid", "the strike hit", "used gas in an attack"."""
    kept: list[Mention] = []
    gone: set[int] = set()
    for mention in found:
        if mention.is_noun:
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
            if _is_apposed(mention, other):
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


def _join(kept: Mention, other: Mention) -> None:
    kept.parts += other.parts
    kept.verbs += other.verbs
    if (kept.type in GENERIC and other.type not in GENERIC) or (
        kept.type is EventType.ATTACK and other.type is EventType.KILLING and not kept.is_noun
    ):
        kept.type = other.type


def _same_event(verb: Mention, other: Mention) -> bool:
    """Whether a verb tells of the event that another mention names."""
    token, anchor = verb.token, other.anchor
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
        return not any(c.dep_ in ("nsubj", "nsubjpass") for c in token.children)
    return False


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


def _wrapper(mention: Mention, found: Sequence[Mention]) -> Mention | None:
    """The faked story, the inquiry or the breach whose object an event is: it is then not put forward itself."""
    above = {t.i for t in mention.anchor.ancestors}
    best: Mention | None = None
    for other in found:
        if other is mention or mention.token.i < other.token.i - 1:
            continue
        if mention.type is EventType.TRUCE_BREACH and other.type is EventType.FABRICATION:
            continue
        if other.type not in _WRAPS and not (other.type is EventType.TRUCE_BREACH and mention.type is EventType.TRUCE):
            continue
        holds_it = any(p.i in above for p in (other.anchor, *other.parts)) and not _crosses(mention.anchor, other)
        if holds_it and (best is None or other.token.i > best.token.i):
            best = other
    return best


def _crosses(token: Token, other: Mention) -> bool:
    """Whether a new clause with a subject of its own begins between an event and what stands above it."""
    tops = {p.i for p in (other.anchor, *other.parts)}
    for up in (token, *token.ancestors):
        if up.i in tops:
            return False
        if up.dep_ in ("advcl", "conj") and any(c.dep_ in ("nsubj", "nsubjpass") for c in up.children):
            return True
    return False

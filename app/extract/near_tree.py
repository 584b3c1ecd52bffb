"""Which event of a sentence a word hangs on, by the tree: what stands near, and when it happened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from spacy.tokens import Token

from app.extract.frames import Frames, lemma
from app.extract.mention import Mention

_CORE = frozenset({"nsubj", "nsubjpass", "dobj"})
_SIDE = frozenset({"after", "before", "since", "until", "till", "though", "although", "while", "unlike"})
_TELLS = frozenset({"announce", "publish", "release", "present"})
_HANGS = frozenset({"relcl", "acl"})


def _owners(mentions: Sequence[Mention]) -> dict[int, int]:
    """The words of each mention by position: the first mention that has a word keeps it."""
    owner: dict[int, int] = {}
    for n, mention in enumerate(mentions):
        for part in (mention.anchor, *mention.parts, *((mention.light,) if mention.light is not None else ())):
            owner.setdefault(part.i, n)
    return owner


def _with_verbs(owner: dict[int, int], mentions: Sequence[Mention], frames: Frames) -> dict[int, int]:
    """The owners, and the verb whose subject or object an event noun is ("the fighting erupted", "the truce ended")."""
    wide = dict(owner)
    for n, mention in enumerate(mentions):
        verb = mention.anchor.head
        if mention.is_noun and mention.anchor.dep_ in _CORE and verb.pos_ == "VERB" and frames.cue(verb) is None:
            wide.setdefault(verb.i, n)
    return wide


def nearest(token: Token, mentions: Sequence[Mention]) -> int | None:
    """Return the mention on which a token hangs: the first above it in the tree, else the closest one in it."""
    owner = _owners(mentions)
    up, seen = token, 0
    while True:
        if up.i in owner:
            return owner[up.i]
        if up.head.i == up.i or seen > 60:
            break
        up, seen = up.head, seen + 1
    above = {t.i: depth for depth, t in enumerate((token, *token.ancestors))}
    best: tuple[int, int, int] | None = None
    for n, mention in enumerate(mentions):
        for part in (mention.anchor, *mention.parts):
            for depth, up in enumerate((part, *part.ancestors)):
                if up.i in above:
                    far = depth + above[up.i]
                    rank = (far, abs(part.i - token.i), n)
                    best = rank if best is None or rank < best else best
                    break
    return best[2] if best is not None else None


def clause_owner(token: Token, mentions: Sequence[Mention], frames: Frames, *, loose: bool = False) -> int | None:
    """Return the mention of which a time or place is told; None in another clause ("who took the city in 2014")."""
    owner = _with_verbs(_owners(mentions), mentions, frames)
    up, verb = token, None
    for _ in range(60):
        if up.i in owner:
            return owner[up.i]
        if up.pos_ in ("VERB", "AUX"):
            verb = verb or up
            if _is_aside(up, owner):
                return next(
                    (n for n, m in enumerate(mentions) if m.anchor.dep_ in _CORE and m.anchor.head.i == up.i), None
                )
        if up.head.i == up.i:
            break
        up = up.head
    told = {t.i for t in token.subtree} | {token.i}
    beneath = [
        n for n, m in enumerate(mentions) if any(up.dep_ == "relcl" and up.head.i in told for up in _up(m.anchor))
    ]
    if beneath:
        return beneath[0]
    if verb is None:
        return nearest(token, mentions)
    spoken = frames.cue(verb) is not None
    inside = [n for n, m in enumerate(mentions) if _reaches(m.anchor, verb, spoken or loose, loose or token.i < verb.i)]
    chosen = nearest(token, [mentions[n] for n in inside])
    return inside[chosen] if chosen is not None else None


def _is_aside(verb: Token, owner: dict[int, int]) -> bool:
    """Whether a verb opens a clause whose time is its own: of a noun that is no event, "after …", "since …"."""
    if verb.dep_ in _HANGS:
        if verb.dep_ == "acl" and verb.tag_ == "VBG":
            return False
        return (
            verb.head.i not in owner and verb.left_edge.i > 0 and verb.left_edge.nbor(-1).text in (",", "-", "–", "—")
        )
    if verb.dep_ == "pcomp":
        return verb.head.lower_ in _SIDE
    return verb.dep_ == "advcl" and any(c.dep_ == "mark" and c.lower_ in _SIDE for c in verb.children)


def _reaches(anchor: Token, verb: Token, spoken: bool, fronted: bool) -> bool:
    """Whether an event stands in the clause of a verb; what is said, and what follows a fronted time, counts too."""
    up = anchor
    for _ in range(60):
        if up.i == verb.i:
            return True
        if up.pos_ in ("VERB", "AUX"):
            if up.dep_ == "conj" and not fronted:
                return False
            if not spoken and (up.dep_ in ("ccomp", *_HANGS) or _is_aside(up, {})):
                return False
        if up.head.i == up.i:
            return False
        up = up.head
    return False


def _up(token: Token) -> Iterator[Token]:
    yield token
    yield from token.ancestors


def nearness(token: Token, mention: Mention) -> int:
    """How near a time stands to an event: 0 right on its words, 1 on the verb that tells of it, 2 beneath, 3 beyond."""
    verb = mention.anchor.head
    parts = {p.i for p in (mention.anchor, *mention.parts)}
    above = {token.head.i, *((token.head.head.i,) if token.head.dep_ == "prep" else ())}
    if above & parts:
        return 0
    if verb.i in above and lemma(verb) not in _TELLS:
        return 1
    return 2 if mention.is_noun and mention.anchor in token.ancestors else 3

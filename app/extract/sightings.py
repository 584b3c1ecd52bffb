"""What one mention says of its event, as far as it decides which event it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from spacy.tokens import Token

from app.extract.frames import lemma, load_frames
from app.extract.matters import Sighting, key_of
from app.extract.mention import Mention
from app.extract.words import word_list
from app.model import ATTACKS, Entity, TimeExpression

_OTHERS = word_list("matters_others")
_SITES = word_list("matters_sites")


def sighting_of(
    mention: Mention,
    slots: Mapping[str, Sequence[Entity]],
    time: TimeExpression | None,
    *,
    taken_up: bool,
    asked: bool,
    claimants: frozenset[str],
) -> Sighting:
    """Return what decides which event a mention is; `taken_up` where it points back, `asked` where it is a call."""
    return Sighting(
        type=mention.type,
        places=tuple(slots["places"]),
        perpetrators=tuple(slots["perpetrators"]),
        time=time,
        definite=taken_up,
        plural=is_plural(mention),
        fresh=_is_another(mention),
        introduced=_is_introduced(mention),
        asked=asked,
        sites=_sites_of(slots["targets"]),
        targets=frozenset(map(key_of, slots["targets"])),
        claimants=claimants,
        at=mention.token.i,
    )


def is_definite(mention: Mention) -> bool:
    """Whether words such as "the", "this" take up an event named before."""
    if not mention.is_noun:
        return any(_is_told_weapon(t) for t in mention.token.children) or (
            mention.token.dep_ == "relcl" and _is_told_weapon(mention.token.head)
        )
    if mention.anchor.dep_ == "attr" and any(
        c.dep_ == "nsubj" and c.lower_ in ("this", "it", "that") for c in mention.anchor.head.children
    ):
        return True
    return any(
        (c.dep_ == "det" and c.lower_ in ("the", "this", "these", "that", "those"))
        or (c.dep_ == "poss" and c.ent_type_ in ("DATE", "TIME"))
        for t in (mention.token, mention.anchor)
        for c in t.children
    )


def _is_told_weapon(noun: Token) -> bool:
    """ "The rockets landed", "the shells were fired": weapons told of before, with nothing that sets them apart."""
    if noun.dep_ not in ("nsubj", "nsubjpass", "dobj") or not load_frames().is_of("weapon", noun):
        return False
    told = any(c.dep_ == "det" and c.lower_ in ("the", "these", "those") for c in noun.children)
    return told and not any(c.dep_ in ("prep", "amod", "compound") for c in noun.children)


def is_plural(mention: Mention) -> bool:
    return mention.is_noun and mention.anchor.tag_ in ("NNS", "NNPS")


def _is_introduced(mention: Mention) -> bool:
    """Whether "a" or "an" brings an event or its weapon in: "an attack on the port", "a roadside bomb killed three"."""
    words = [mention.token, mention.anchor] if mention.is_noun else list(mention.token.children)
    words = [t for t in words if mention.is_noun or (t.dep_ == "nsubj" and load_frames().is_of("weapon", t))]
    return any(c.dep_ == "det" and c.lower_ in ("a", "an") for t in words for c in t.children)


def _is_another(mention: Mention) -> bool:
    """Whether an event is set apart from those told before: "another attack", "a separate raid", "similar past use"."""
    if not mention.is_noun or mention.type not in ATTACKS:
        return False
    return any(
        lemma(c) in _OTHERS and c.dep_ in ("amod", "det", "advmod", "nummod")
        for t in {mention.token, mention.anchor} for c in t.children
    )  # fmt: skip


def _sites_of(targets: Sequence[Entity]) -> frozenset[str]:
    """The kinds of building or vehicle among what was hit, which tell one attack from another."""
    words = (w.removesuffix("s") for t in targets for w in t.name.casefold().split()[-1:])
    return frozenset(w for w in words if w in _SITES)

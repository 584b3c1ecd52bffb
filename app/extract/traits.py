"""Traits of a reading that tell how sure its blame is; their weights are measured (`resources/blame.toml`)."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Token

from app.extract.attribution import Attribution
from app.extract.mention import GENERIC, Mention
from app.extract.nouns import sentence_of
from app.model import ATTACKS, Entity, EventType

TRAITS_VERSION = "traits.v1"
_FAR = 10  # words between an event and who is said to have done it
_LONG = 45  # words of a sentence
_ASIDE = frozenset({"pobj", "compound", "appos", "conj", "npadvmod"})


def statement_traits(mention: Mention, attribution: Attribution, doers: Sequence[Entity]) -> frozenset[str]:
    """Return the traits of a statement: how it is put forward, and in what kind of sentence."""
    found = {
        "accuses": attribution.act == "accuse",
        "denies": attribution.act == "deny",
        "aside": mention.is_noun and mention.light is None and mention.anchor.dep_ in _ASIDE,
        "generic": mention.type in GENERIC,
        "clash": mention.type is EventType.ARMED_CLASH,
        "no_attack": mention.type not in ATTACKS,
        "long": len(sentence_of(mention.token)) > _LONG,
        "relayed": bool(attribution.relayed),
        "several": len(doers) > 1,
        "guessed": not attribution.sure,
    }
    return frozenset(name for name, holds in found.items() if holds)


def doer_traits(head: Token, mention: Mention) -> frozenset[str]:
    """Return the traits of one doer that a head names."""
    return frozenset({"far"} if abs(head.i - mention.token.i) > _FAR else ())


def content_traits(filled: int) -> frozenset[str]:
    """Return the traits by how much else a statement says: of how many slots, time and figures it tells."""
    return frozenset({"bare"} if not filled else {"full"} if filled > 2 else ())

"""What a denial rejects: the whole account, or only who did it, with what, or to whom (`cev:denialScope`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.extract.attribution import Attribution
from app.extract.frames import lemma
from app.extract.mention import Mention
from app.extract.nouns import is_passive
from app.extract.words import word_list
from app.model import SLOT_PROPERTIES, WHOLE_ACCOUNT, Entity

_OWN_PART = word_list("echoes_own_part")
_USES = frozenset({"use", "employ", "deploy", "fire", "launch", "drop", "release"})


def scope_of(mention: Mention, attribution: Attribution, slots: Mapping[str, Sequence[Entity]]) -> str:
    """Return the one property that a denial is about, where the account has a value for it, else the whole account."""
    slot = _slot_of(mention, attribution, slots)
    return SLOT_PROPERTIES[slot] if slot is not None and slots[slot] else WHOLE_ACCOUNT


def _slot_of(mention: Mention, attribution: Attribution, slots: Mapping[str, Sequence[Entity]]) -> str | None:
    cue = attribution.cue_token
    if cue is not None and attribution.act == "deny" and any(lemma(c) in _OWN_PART for c in cue.children):
        return "perpetrators"  # "denied responsibility for the attack"
    light = mention.light
    if light is not None and lemma(light) in ("be", "have", "take", "play", "involve"):
        return "perpetrators"  # "was not behind the attack", "had no hand in it"
    verb = light or mention.token
    if not slots["perpetrators"] and lemma(verb) in _USES and is_passive(verb):
        return "instruments"  # "no chlorine was used"
    return "targets" if not slots["perpetrators"] and unharmed(mention, slots["targets"]) else None


def unharmed(mention: Mention, targets: Sequence[Entity]) -> list[Entity]:
    """Return those of the targets of which it is said that none was hit: "no school was hit in the raid"."""
    verbs = {t.i: t for t in (mention.token, *mention.parts) if t.pos_ == "VERB"}.values()
    none = [c for v in verbs for c in v.children if c.dep_ == "nsubjpass" and any(g.lower_ == "no" for g in c.children)]
    return [e for e in targets if e.span is not None and any(e.span.start <= c.idx < e.span.end for c in none)]

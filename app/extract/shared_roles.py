"""Roles that one mention of a sentence has from another: coordinated events, and the events of a faked story."""

from __future__ import annotations

from collections.abc import Sequence

from app.extract.attribution import Attributor
from app.extract.confidence import Way
from app.extract.mention import Mention
from app.extract.roles import Roles
from app.model import EventType


def share_roles(mentions: Sequence[Mention], roles: Sequence[Roles]) -> None:
    """Coordinated events share who did them and whom they hit: "shelling and airstrikes by the army"."""
    for one, mine in zip(mentions, roles, strict=True):
        for two, theirs in zip(mentions, roles, strict=True):
            if one is two or two.anchor not in one.anchor.conjuncts:
                continue
            if not mine.perpetrators:
                mine.give("perpetrator", list(theirs.perpetrators), Way.SHARED)
            mine.targets = mine.targets or list(theirs.targets)


def give_framed(mentions: Sequence[Mention], roles: Sequence[Roles], attributor: Attributor) -> None:
    """Who is blamed in a faked story is whom the fabrication targets."""
    for mention, own in zip(mentions, roles, strict=True):
        if mention.inside is None or mention.inside.type is not EventType.FABRICATION:
            continue
        outer = roles[mentions.index(mention.inside)]
        blamed = [t for a in attributor.hanging(mention.anchor) for t in a.blamed]
        for token in (*own.perpetrators, *blamed):
            if token not in outer.targets and token not in outer.perpetrators:
                outer.targets.append(token)

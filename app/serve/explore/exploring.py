"""What was found lately for which choices, so that turning a page or coming back costs nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from app.query import Engine
from app.serve.explore.choice import Choice
from app.serve.explore.facts import Facts, read_facts
from app.serve.explore.filtering import EventRow, Found, all_events, find
from app.serve.explore.pictures import pictures

_KEPT_CHOICES = 64


@dataclass(slots=True)
class Exploring:
    """The facts of one snapshot, all its events summed up, and the last choices with what fits them."""

    facts: Facts
    _events: list[EventRow]
    _known: dict[Choice, tuple[Found, dict[str, Any]]] = field(default_factory=dict)

    @classmethod
    async def read(cls, pool: Engine) -> Exploring:
        """Read the facts of a snapshot."""
        facts = await read_facts(pool)
        return cls(facts, await asyncio.to_thread(all_events, facts))

    async def look(self, choice: Choice, local: Callable[[str], str]) -> tuple[Found, dict[str, Any]]:
        """What fits a choice, and what its map and timeline draw; worked out beside the loop, which goes on."""
        key = replace(choice, view="list")
        known = self._known.pop(key, None)
        if known is None:
            known = await asyncio.to_thread(self._look, key, local)
        self._known[key] = known
        while len(self._known) > _KEPT_CHOICES:
            self._known.pop(next(iter(self._known)))
        return known

    def _look(self, choice: Choice, local: Callable[[str], str]) -> tuple[Found, dict[str, Any]]:
        found = find(self.facts, choice, self._events)
        return found, pictures(self.facts, found.events, local)

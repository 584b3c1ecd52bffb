"""One mention of an event, and the kinds that behave alike."""

from __future__ import annotations

from dataclasses import dataclass, field

from spacy.tokens import Token

from app.extract.frames import EventFrame
from app.model import EventType

# Where a document's user data keep the tokens that name actors other than states.
ACTING = "names of actors"
JOINT = frozenset({EventType.TRUCE, EventType.INVESTIGATION})
GENERIC = frozenset({EventType.ATTACK, EventType.KILLING})
NOUN = ("NOUN", "PROPN")
BARE_ROLES = ("compound", "nmod", "amod")


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

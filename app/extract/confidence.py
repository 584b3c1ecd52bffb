"""How sure the reading of a blame is: by the construction that names the doer, and by how the name was found."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from spacy.tokens import Token

from app.extract.nouns import text_of
from app.model import Entity, EntityKind

CONFIDENCE_VERSION = "confidence.v1"
_KNOWN_AS = {EntityKind.DOCUMENT_VOICE: "document", EntityKind.UNNAMED_SOURCE: "unnamed"}


class Way(StrEnum):
    """The construction by which a sentence names who did it; the values are the keys of `resources/blame.toml`."""

    AGENT = "agent"
    PASSIVE = "passive"
    BY = "by"
    LIGHT = "light"
    OWNER = "owner"
    ADJECTIVE = "adjective"
    ACCUSED = "accused"
    CLAIMED = "claimed"
    LISTED = "listed"
    SHARED = "shared"
    CARRIED = "carried"


class Found(StrEnum):
    """How the words of a doer became an actor."""

    NAMED = "named"
    PROPER = "proper"
    TAKEN_UP = "taken_up"
    PRONOUN = "pronoun"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Blame:
    """One doer of one statement: how the sentence names it, and how it was found."""

    way: Way
    found: Found

    @property
    def confidence(self) -> float:
        """Return how often blame read so is right (measured; see `resources/blame.toml`)."""
        table = _table()
        return min(table.way[self.way], table.found[self.found])


@dataclass(frozen=True, slots=True)
class _Table:
    """What `resources/blame.toml` says."""

    way: Mapping[Way, float]
    found: Mapping[Found, float]
    speaker: Mapping[str, float]
    without: float
    guessed_speaker: float


def how_found(token: Token, entity: Entity, *, is_name: bool) -> Found:
    """Return how the words of a doer became an actor; `is_name` where the token stands in a known name."""
    if token.pos_ == "PRON" or token.tag_ == "PRP$":
        return Found.PRONOUN
    if entity.reference is not None and is_name:
        return Found.NAMED
    as_said = entity.span is None or entity.span.of(text_of(token.doc)).casefold() == entity.name.casefold()
    if entity.reference is not None or not as_said:
        return Found.TAKEN_UP
    return Found.PROPER if token.pos_ == "PROPN" else Found.PLAIN


def confidence_of(blames: Sequence[Blame], claimants: Sequence[Entity], *, sure: bool, direct: bool = False) -> float:
    """Return the confidence of a statement: that of its weakest doer and speaker, less with a guessed speaker.

    `direct` where the claimant speaks in the first person.
    """
    table = _table()
    weakest = min([*(b.confidence for b in blames), _speaker(claimants, direct=direct)]) if blames else table.without
    return round(weakest if sure else min(weakest, table.guessed_speaker), 2)


def _speaker(claimants: Sequence[Entity], *, direct: bool) -> float:
    """How sure it is who blames, by how the claimants are known."""
    table = _table().speaker
    return min([table[_known_as(c, direct=direct)] for c in claimants])


def _known_as(claimant: Entity, *, direct: bool) -> str:
    if claimant.kind in _KNOWN_AS:
        return _KNOWN_AS[claimant.kind]
    if claimant.reference is None:
        return "person" if claimant.class_hint == "Person" else "other"
    return "voice" if direct else "known"


@cache
def _table() -> _Table:
    data = tomllib.loads((files("app.extract") / "resources" / "blame.toml").read_text("utf-8"))
    return _Table(
        {Way(name): float(value) for name, value in data["way"].items()},
        {Found(name): float(value) for name, value in data["found"].items()},
        {name: float(value) for name, value in data["speaker"].items()},
        float(data["without"]),
        float(data["guessed_speaker"]),
    )

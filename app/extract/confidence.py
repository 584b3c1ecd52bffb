"""How sure the reading of a blame is: by the construction that names the doer, how the name was found, who blames."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from spacy.tokens import Token

from app.extract.nouns import text_of
from app.model import Entity, EntityKind

CONFIDENCE_VERSION = "confidence.v2"
_KNOWN_AS = {EntityKind.DOCUMENT_VOICE: "document", EntityKind.UNNAMED_SOURCE: "unnamed"}


class Way(StrEnum):
    """The construction by which a sentence names who did it; the values are keys of `resources/blame.toml`."""

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
    """One doer of one statement: how the sentence names it, how it was found, and what else tells of its reading."""

    way: Way
    found: Found
    traits: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Table:
    """What `resources/blame.toml` says."""

    bias: float
    weights: Mapping[str, float]
    without: float
    guessed_speaker: float
    unnamed_doer: float


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


def features_of(blame: Blame, claimants: Sequence[Entity], traits: Iterable[str]) -> frozenset[str]:
    """Return all that the confidence of a blame is reckoned from, by the keys of `resources/blame.toml`."""
    speakers = {f"speaker.{_known_as(c)}" for c in claimants}
    told = {f"trait.{t}" for t in (*traits, *blame.traits)}
    return frozenset({f"way.{blame.way}", f"found.{blame.found}"} | speakers | told)


def confidence_of(blames: Sequence[Blame], claimants: Sequence[Entity], traits: Iterable[str], *, sure: bool) -> float:
    """Return the confidence of a statement: that of its weakest doer; at most so much with a guessed speaker."""
    table = _table()
    named = tuple(traits)
    each = [min(_chance(features_of(b, claimants, named)), most_of(b.found)) for b in blames]
    weakest = min(each) if each else table.without
    return round(weakest if sure else min(weakest, table.guessed_speaker), 2)


def most_of(found: Found) -> float:
    """The most that a blame gets whose doer was found so: who has but a common noun ("gunmen") is nobody known."""
    return _table().unnamed_doer if found is Found.PLAIN else 1.0


def _chance(features: Iterable[str]) -> float:
    """The chance that a blame with these features is right, by logistic regression."""
    table = _table()
    return 1 / (1 + math.exp(-table.bias - sum(table.weights.get(f, 0.0) for f in features)))


def _known_as(claimant: Entity) -> str:
    if claimant.kind in _KNOWN_AS:
        return _KNOWN_AS[claimant.kind]
    if claimant.reference is None:
        return "person" if claimant.class_hint == "Person" else "other"
    return "known"


@cache
def _table() -> _Table:
    data = tomllib.loads((files("app.extract") / "resources" / "blame.toml").read_text("utf-8"))
    groups = ("way", "found", "speaker", "trait")
    weights = {f"{group}.{name}": float(value) for group in groups for name, value in data[group].items()}
    return _Table(
        float(data["bias"]),
        weights,
        float(data["without"]),
        float(data["guessed_speaker"]),
        float(data["unnamed_doer"]),
    )

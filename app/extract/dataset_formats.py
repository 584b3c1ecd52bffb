"""Formats of event data sets: TOML that says which column states what, read strictly, so that none needs code."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from app.errors import DataError
from app.model import SLOT_PROPERTIES, CasualtyKind, EntityKind, EventType, StatementType

Only = Mapping[str, tuple[str, ...]]
_PRECISION = r"(?:Site|District|Town|Province|Country|Region)Precision"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Claim(_Part):
    """Who claims what kind of thing; `evidence` names the first and last cell of the words that say it."""

    type: StatementType
    claimant: str
    class_: str = Field("Actor", alias="class")
    medium: str | None = None
    evidence: tuple[str, ...] = Field(min_length=1, max_length=2)


class Event(_Part):
    """The kind of event: one for all rows, or by the value of a column."""

    type: EventType | None = None
    column: str | None = None
    values: Mapping[str, EventType] = {}


class Time(_Part):
    """The columns of the first and last day."""

    earliest: str
    latest: str


class Place(_Part):
    """A column that names a place, in rows where `only` holds, and how precise it then is."""

    column: str
    only: Only = {}
    precision: str | None = Field(None, pattern=_PRECISION)


class Slot(_Part):
    """A slot filled from a column (split, or what a pattern finds in it), or with a constant."""

    slot: str
    column: str | None = None
    constant: str | None = None
    split: str | None = None
    find: str | None = None
    kind: EntityKind = EntityKind.ACTOR
    class_: str | None = Field(None, alias="class")
    only: Only = {}

    @field_validator("slot")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in SLOT_PROPERTIES or value == "places":
            raise ValueError(f"a slot is one of {', '.join(s for s in SLOT_PROPERTIES if s != 'places')}")
        return value

    @field_validator("find")
    @classmethod
    def _pattern(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                re.compile(value)
            except re.error as error:
                raise ValueError(f"no pattern: {error}") from error
        return value


class Figure(_Part):
    """The columns of a count of people: bounds and best estimate; a row whose cell is one of `skip` gives none."""

    kind: CasualtyKind
    low: str | None = None
    best: str | None = None
    high: str | None = None
    group: str | None = None
    skip: tuple[str, ...] = ()


class DataSetFormat(_Part):
    """One format; `name` carries a version and goes into provenance, `needs` are the columns by which it is known."""

    name: str = Field(pattern=r"^[a-z0-9-]+\.v[0-9]+$")
    needs: tuple[str, ...] = Field(min_length=2)
    id: tuple[str, ...] = ()
    title: str
    publisher: str
    url: str | None = None
    licence: str | None = None
    language: str | None = None
    published: str | None = None
    dates: tuple[str, ...] = ("%Y-%m-%d",)
    text: tuple[tuple[str, ...], ...] = Field(min_length=1)
    claim: Claim
    event: Event
    time: Time | None = None
    place: tuple[Place, ...] = ()
    slot: tuple[Slot, ...] = ()
    figure: tuple[Figure, ...] = ()
    names: Mapping[str, str] = {}
    endings: Mapping[str, tuple[str, ...]] = {}

    def columns(self) -> frozenset[str]:
        """Every column that the format reads."""
        spoken = [c for line in self.text for c in line]
        times = [self.time.earliest, self.time.latest] if self.time else []
        filled = [c for p in self.place for c in (p.column, *p.only)]
        filled += [c for s in self.slot for c in (s.column, *s.only) if c]
        figures = [c for f in self.figure for c in (f.low, f.best, f.high) if c]
        events = [self.event.column] if self.event.column else []
        return frozenset([*self.needs, *self.id, *spoken, *times, *filled, *figures, *events, *self.claim.evidence])

    def stated(self) -> frozenset[str]:
        """Every column whose words something is read from: they must stand in the text of a row."""
        times = [self.time.earliest, self.time.latest] if self.time else []
        filled = [*(p.column for p in self.place), *(s.column for s in self.slot if s.column)]
        figures = [c for f in self.figure for c in (f.low, f.best, f.high) if c]
        return frozenset([*times, *filled, *figures, *self.claim.evidence])


def load_formats(folders: Iterable[Path]) -> tuple[DataSetFormat, ...]:
    """Return the formats of some folders (`*.toml`), then those that come with the software; the first that fits wins.

    Raises DataError naming the file and the entry that is wrong.
    """
    own = [p for folder in folders for p in sorted(folder.glob("*.toml"))]
    bundled = resources.files("app.extract").joinpath("resources/datasets")
    texts = [(str(p), p.read_text("utf-8")) for p in own]
    texts += [
        (entry.name, entry.read_text("utf-8"))
        for entry in sorted(bundled.iterdir(), key=lambda e: e.name)
        if entry.name.endswith(".toml")
    ]
    return tuple(_format(name, text) for name, text in texts)


def _format(name: str, text: str) -> DataSetFormat:
    try:
        made = DataSetFormat.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise DataError("the format of a data set is no TOML", where=name, why=str(error)) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = f"{name}, {'.'.join(str(p) for p in first['loc'])}"
        raise DataError("the format of a data set is wrong", where=where, why=first["msg"]) from error
    spoken = {c for line in made.text for c in line}
    if missing := sorted(made.stated() - spoken):
        raise DataError(
            f"column {missing[0]!r} is read but does not stand in the text of a row",
            where=name,
            advice="Add it to a line of `text`: every value must be found in the frozen words.",
        )
    if made.event.type is None and made.event.column is None:
        raise DataError("[event] gives neither type nor column", where=name)
    return made


def find_format(columns: Sequence[str], formats: Sequence[DataSetFormat]) -> DataSetFormat | None:
    """Return the first format whose needed columns are all there."""
    there = set(columns)
    return next((f for f in formats if there.issuperset(f.needs)), None)

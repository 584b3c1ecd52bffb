"""What Explore knows of a snapshot: read once by prepared queries, kept in memory, narrowed by `filtering`."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.query import Engine
from app.serve.pages.rendering import Labels
from app.serve.pages.words import Stance, stance_of
from app.vocab import local_name

Row = Mapping[str, Any]
QUERIES = ("statements", "propositions", "places", "labels", "kinds")
ROLES = frozenset({"statesPerpetrator", "statesTarget", "statesParticipant", "statesGuarantor"})
_MOST_STATEMENTS = 200_000


@dataclass(frozen=True, slots=True)
class Mark:
    """How a statement stands to one proposition, and what that proposition says."""

    proposition: str
    question: str
    value: str
    stance: Stance


@dataclass(slots=True)
class Said:
    """One statement about one event."""

    statement: str
    event: str
    type: str
    published: str
    claimants: set[str] = field(default_factory=set)
    days: set[tuple[str, str]] = field(default_factory=set)
    marks: list[Mark] = field(default_factory=list)

    @property
    def actors(self) -> set[str]:
        """Who is named in a role of the event, by whatever stance."""
        return {m.value for m in self.marks if m.question in ROLES}

    @property
    def places(self) -> set[str]:
        """Where it puts the event."""
        return {m.value for m in self.marks if m.question == "statesPlace"}


@dataclass(frozen=True, slots=True)
class Spot:
    """A place: its point as well-known text (empty where none is known) and how precise it is."""

    wkt: str = ""
    precision: str = ""


@dataclass(frozen=True)
class Facts:
    """Everything said of every event of one snapshot; `is_cut` where the corpus is larger than is read."""

    said: tuple[Said, ...]
    spots: Mapping[str, Spot]
    wider: Mapping[str, frozenset[str]]
    labels: Labels
    days: tuple[str, ...]
    is_cut: bool


async def read_facts(pool: Engine) -> Facts:
    """The facts of a snapshot."""
    rows = {name: await pool.run_prepared(f"explore-{name}", {}) for name in QUERIES}
    return await asyncio.to_thread(build_facts, rows)


def build_facts(rows: Mapping[str, Sequence[Row]]) -> Facts:
    """Put the rows of the queries together."""
    said: dict[str, Said] = {}
    for row in rows["statements"]:
        one = said.setdefault(
            row["statement"], Said(row["statement"], row["event"], row["type"], row.get("published", ""))
        )
        one.claimants.add(row["claimant"])
        if "earliest" in row and "latest" in row:
            one.days.add((row["earliest"], row["latest"]))
    for row in rows["propositions"]:
        if row["statement"] in said:
            mark = Mark(
                row["proposition"],
                local_name(row["property"]),
                row["value"],
                stance_of(row["stance"], row.get("polarity")),
            )
            said[row["statement"]].marks.append(mark)
    wider: dict[str, set[str]] = defaultdict(set)
    for row in rows["kinds"]:
        wider[row["type"]].add(row["wider"])
    return Facts(
        said=tuple(said.values()),
        spots={row["place"]: Spot(row.get("wkt", ""), row.get("precision", "")) for row in rows["places"]},
        wider={kind: frozenset(kinds) for kind, kinds in wider.items()},
        labels=Labels(rows["labels"]),
        days=tuple(sorted({one.published for one in said.values() if one.published})),
        is_cut=len(rows["statements"]) >= _MOST_STATEMENTS,
    )

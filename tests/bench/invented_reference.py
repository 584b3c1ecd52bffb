"""Invented actors and places for generated graphs, as Turtle for our own reader: no benchmark blames anybody real."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Quad

from app.link import load_reference
from app.model import EntityKind, ReferenceEntry
from app.vocab import DEFAULT_BASE, local_name

_HEAD = """@base <https://w3id.org/contested-events/> .
@prefix cev: <https://w3id.org/contested-events/ns#> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
STATES, PROVINCES, TOWNS, BODIES, GROUPS, WATCHERS, MEDIA = 24, 6, 12, 4, 60, 12, 90
_INSTRUMENTS = 24


@dataclass(frozen=True, slots=True)
class Invented:
    """The entries by kind, and the quads of the reference graph."""

    by_iri: dict[str, ReferenceEntry]
    claimants: tuple[ReferenceEntry, ...]
    fighters: tuple[ReferenceEntry, ...]
    watchers: tuple[ReferenceEntry, ...]
    media: tuple[ReferenceEntry, ...]
    towns: tuple[ReferenceEntry, ...]
    instruments: tuple[ReferenceEntry, ...]
    quads: tuple[Quad, ...]


def invent_reference(folder: Path, instruments: Path) -> Invented:
    """Write the Turtle into an empty folder beside the project's instruments, and read it as a build would."""
    folder.mkdir(parents=True)
    shutil.copy(instruments, folder / "instruments.ttl")
    (folder / "invented.ttl").write_text(_HEAD + "".join([*_places(), *_actors()]), "utf-8")
    reference, quads = load_reference(folder, DEFAULT_BASE)

    def of(*classes: str) -> tuple[ReferenceEntry, ...]:
        return tuple(e for e in reference.entries if set(e.classes) & set(classes))

    return Invented(
        by_iri={e.iri: e for e in reference.entries},
        claimants=of("State", "GovernmentBody", "ArmedForces", "ArmedGroup"),
        fighters=of("ArmedForces", "ArmedGroup"),
        watchers=of("IntergovernmentalOrganization", "NonGovernmentalOrganization"),
        media=of("MediaOrganization"),
        towns=tuple(e for e in of("Place") if local_name(e.iri).startswith("town-")),
        instruments=tuple(e for e in reference.entries if e.kind is EntityKind.INSTRUMENT)[:_INSTRUMENTS],
        quads=tuple(quads),
    )


def _places() -> Iterator[str]:
    for state in range(STATES):
        west, south = -10 + (state % 6) * 10, 5 + (state // 6) * 9
        yield _place(f"country-{state}", f"Country {state}", None, "CountryPrecision", (west + 4.5, south + 4.0))
        for province in range(PROVINCES):
            name = f"{state}-{province}"
            corner = (west + (province % 3) * 3.0, south + (province // 3) * 4.0)
            at = (corner[0] + 1.5, corner[1] + 2.0)
            yield _place(f"province-{name}", f"Province {name}", f"country-{state}", "ProvincePrecision", at)
            for town in range(TOWNS):
                where = (corner[0] + (town % 4) * 0.7 + 0.15, corner[1] + (town // 4) * 1.2 + 0.3)
                yield _place(f"town-{name}-{town}", f"Town {name}-{town}", f"province-{name}", "TownPrecision", where)


def _place(key: str, label: str, within: str | None, precision: str, point: tuple[float, float]) -> str:
    above = f"cev:withinPlace <id/place/{within}> ; " if within else ""
    return (
        f'<id/place/{key}> a cev:Place, geo:Feature ; rdfs:label "{label}"@en ; {above}'
        f"cev:placePrecision cev:{precision} ; geo:hasDefaultGeometry <id/place/{key}/point> .\n"
        f'<id/place/{key}/point> a geo:Geometry ; geo:asWKT "POINT({point[0]:.2f} {point[1]:.2f})"^^geo:wktLiteral .\n'
    )


def _actors() -> Iterator[str]:
    for state in range(STATES):
        yield _actor(f"state-{state}", "State", f"State {state}", None)
        yield _actor(f"government-{state}", "Government", f"Government of State {state}", f"state-{state}")
        yield _actor(f"army-{state}", "ArmedForces", f"Army of State {state}", f"government-{state}")
        for body in range(BODIES):
            label = f"Ministry {body} of State {state}"
            yield _actor(f"ministry-{state}-{body}", "GovernmentBody", label, f"government-{state}")
    for group in range(GROUPS):
        front = None if group % 3 == 0 else f"group-{group - group % 3}"
        yield _actor(f"group-{group}", "ArmedGroup", f"Armed Group {group}", front)
    for watcher in range(WATCHERS):
        kind = "IntergovernmentalOrganization" if watcher % 2 else "NonGovernmentalOrganization"
        yield _actor(f"watcher-{watcher}", kind, f"Observer Organisation {watcher}", None)
    for outlet in range(MEDIA):
        owner = f"government-{outlet % STATES}" if outlet % 5 == 0 else None
        yield _actor(f"outlet-{outlet}", "MediaOrganization", f"News Outlet {outlet}", owner)


def _actor(key: str, kind: str, label: str, part_of: str | None) -> str:
    above = f" ; cev:partOfActor <id/actor/{part_of}>" if part_of else ""
    return f'<id/actor/{key}> a cev:{kind} ; rdfs:label "{label}"@en ; skos:altLabel "{label.upper()}"@en{above} .\n'

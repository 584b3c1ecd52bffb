"""Where accounts put an event: coordinates with their precision, and a plain locator without any border on it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from app.serve.pages.rendering import Row
from app.serve.pages.words import Words
from app.vocab import local_name

WIDTH, HEIGHT = 320, 200
_POINT = re.compile(r"POINT\s*\(\s*(-?\d{1,3}(?:\.\d+)?)\s+(-?\d{1,2}(?:\.\d+)?)\s*\)", re.IGNORECASE)
_PRECISIONS = {
    "SitePrecision": "a site",
    "DistrictPrecision": "a district",
    "TownPrecision": "a town",
    "ProvincePrecision": "a province",
    "CountryPrecision": "a country",
}


@dataclass(frozen=True, slots=True)
class Spot:
    """One place: label, coordinates in degrees (or none), how precise they are, and where it is drawn."""

    iri: str
    label: Words
    within: str
    latitude: float | None
    longitude: float | None
    precision: str
    x: float = 0.0
    y: float = 0.0


def read_spots(rows: Iterable[Row]) -> list[Spot]:
    """Return each place once, drawn on a locator that fits them all."""
    first: dict[str, Row] = {}
    for row in rows:
        first.setdefault(row["place"], row)
    spots = [_spot(row) for row in first.values()]
    points = [(s.longitude, s.latitude) for s in spots if s.longitude is not None and s.latitude is not None]
    if not points:
        return spots
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    span = max(east - west, (north - south) * WIDTH / HEIGHT, 0.5) * 1.4
    middle_x, middle_y = (west + east) / 2, (south + north) / 2

    def drawn(spot: Spot) -> Spot:
        if spot.longitude is None or spot.latitude is None:
            return spot
        x = WIDTH / 2 + (spot.longitude - middle_x) / span * WIDTH
        y = HEIGHT / 2 - (spot.latitude - middle_y) / span * WIDTH
        return Spot(
            spot.iri, spot.label, spot.within, spot.latitude, spot.longitude, spot.precision, round(x, 1), round(y, 1)
        )

    return [drawn(s) for s in spots]


def _spot(row: Row) -> Spot:
    found = _POINT.search(row.get("wkt") or "")
    longitude, latitude = (float(found[1]), float(found[2])) if found else (None, None)
    precision = _PRECISIONS.get(local_name(row.get("precision") or ""), "not said")
    label = Words(row["label"], row.get("lang") or "")
    return Spot(row["place"], label, row.get("withinLabel") or "", latitude, longitude, precision)

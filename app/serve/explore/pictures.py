"""What the map and the timeline of Explore draw, as data for their script; the lists say the same in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from app.serve.explore.facts import Facts
from app.serve.explore.filtering import EventRow

_MOST_PLACES = 2_000
_MOST_BARS = 300
_SHOWN_EVENTS = 12  # at a place; fewer where there are many places, so that all together stay some thousand
_MOST_SHOWN = 6_000


def pictures(facts: Facts, events: Sequence[EventRow], local: Callable[[str], str]) -> dict[str, Any]:
    """Places with the events that some account puts there, and events with the days that some account gives."""
    at: dict[str, list[EventRow]] = defaultdict(list)
    for event in events:
        for place in event.places:
            if place in facts.spots and facts.spots[place].wkt:
                at[place].append(event)
    places = sorted(at.items(), key=lambda pair: (-len(pair[1]), pair[0]))[:_MOST_PLACES]
    shown = max(1, min(_SHOWN_EVENTS, _MOST_SHOWN // max(1, len(places))))
    return {
        "places": [
            {
                "label": facts.labels.of(place).text,
                "path": local(place),
                "precision": facts.labels.of(facts.spots[place].precision).text if facts.spots[place].precision else "",
                "wkt": facts.spots[place].wkt,
                "count": len(here),
                "events": [[event.label.text, local(event.iri)] for event in here[:shown]],
            }
            for place, here in places
        ],
        "times": [
            {"label": e.label.text, "path": local(e.iri), "first": e.first, "last": e.last, "words": e.when}
            for e in sorted((e for e in events if e.first and e.last), key=lambda e: (e.first, e.last))[:_MOST_BARS]
        ],
        "undated": sum(1 for event in events if not event.first),
        "nowhere": sum(1 for event in events if not any(p in at for p in event.places)),
    }

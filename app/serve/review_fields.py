"""What a correction on a document's page may set; anything else is for an editor and `rashomon review`."""

from __future__ import annotations

from collections.abc import Mapping

from app.model import DENIAL_SCOPES, Certainty, EventType, Modality, Polarity

FIELDS: Mapping[str, frozenset[str]] = {
    "polarity": frozenset(p.lower() for p in Polarity),
    "certainty": frozenset(c.lower() for c in Certainty),
    "modality": frozenset(m.lower() for m in Modality),
    "denial_scope": DENIAL_SCOPES,
    "event_type": frozenset(EventType),
}

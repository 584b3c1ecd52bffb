"""Records to quads, one named graph per document, and the graphs derived from all of them; pure and deterministic."""

from app.mapping.dataset import map_dataset
from app.mapping.documents import MappedDocument, map_document
from app.mapping.events import EventNodes, mint_events
from app.mapping.linking import map_linking
from app.mapping.privacy import Protected, protect
from app.mapping.propositions import Source, map_propositions
from app.mapping.standpoints import derive_standpoints

__all__ = [
    "EventNodes",
    "MappedDocument",
    "Protected",
    "Source",
    "derive_standpoints",
    "map_dataset",
    "map_document",
    "map_linking",
    "map_propositions",
    "mint_events",
    "protect",
]

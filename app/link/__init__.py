"""Names to reference entries, and events of several documents to one matter."""

from app.link.events import link_events
from app.link.linker import Linker
from app.link.names import fold_name, fold_transliteration
from app.link.naming import Naming, load_naming, neutral_label
from app.link.reference import load_reference

__all__ = [
    "Linker",
    "Naming",
    "fold_name",
    "fold_transliteration",
    "link_events",
    "load_naming",
    "load_reference",
    "neutral_label",
]

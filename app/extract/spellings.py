"""Places by the sound of their names: "Sarakeb" is Saraqib, "Khan Shaikhun" Khan Shaykhun, in a text about the country.

Only capitalised words that are no name as they stand are asked, and only a spelling that one place alone can have is
taken; the reader then asks whether the text names the country of that place.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from spacy.tokens import Doc

from app.model import EntityKind, ReferenceEntry

# Shorter ones are too like other words; one letter more without an article before them.
_SHORTEST = 4
_MOST_WORDS = 6
# Articles in all their spellings, also before a letter of the sun: "Deir ez-Zor", "Jisr ash-Shughur", "El Fasher".
_ARTICLES = re.compile(r"\b(?:[aeiu][ldnrstz]|[ae]sh)[\s-]+(?=\w)")
_ARTICLE_WORDS = frozenset({"al", "el", "ar", "ash", "as", "at", "ad", "an", "az", "ed", "es", "ez"})
_NAMING = frozenset({"PROPN", "DET", "NOUN", "ADJ", "VERB", "X"})
_SOUNDS = (
    ("ei", "ai"), ("ey", "ai"), ("ay", "ai"), ("oo", "u"), ("ou", "u"), ("ee", "i"), ("iyy", "i"), ("kh", "x"),
    ("gh", "g"), ("dh", "d"), ("th", "t"), ("ck", "k"), ("q", "k"), ("y", "i"), ("w", "v"), ("eh", "a"), ("ah", "a"),
    ("e", "i"), ("o", "u"),
)  # fmt: skip


@lru_cache(maxsize=16_384)
def sound_of(name: str) -> str:
    """Return what usual spellings of one name have in common; it is no word of any language."""
    flat = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    flat = re.sub(r"[^\w\s-]|'s\b", "", flat.replace("’s", "'s"))
    flat = re.sub(r"[\s_-]+", "", _ARTICLES.sub("", flat))
    for letters, instead in _SOUNDS:
        flat = flat.replace(letters, instead)
    return re.sub(r"(\w)\1+", r"\1", flat)


class Spellings:
    """The places of the reference data by the sound of their names."""

    def __init__(self, entries: Iterable[ReferenceEntry]) -> None:
        """Index the names of all places that lie in another; sounds that two places share are left out."""
        found: dict[str, dict[str, ReferenceEntry]] = defaultdict(dict)
        for entry in entries:
            if entry.kind is EntityKind.PLACE and entry.part_of is not None:
                for name in (entry.label, *entry.names):
                    found[sound_of(name)][entry.iri] = entry
        self._places = {
            sound: place
            for sound, places in found.items()
            if len(sound) >= _SHORTEST and (place := _one_of(list(places.values()))) is not None
        }

    def at(self, doc: Doc, start: int) -> tuple[int, ReferenceEntry] | None:
        """Return the place that the words at a token sound like, the longest first, with their end."""
        first = doc[start].text
        if not (first[:1].isupper() or first in _ARTICLE_WORDS) or doc[start].pos_ not in _NAMING:
            return None
        if first == "The":
            return None
        for end in range(min(len(doc), start + _MOST_WORDS), start, -1):
            last = doc[end - 1]
            if last.pos_ != "PROPN" or not last.text[:1].isupper() or _cuts_person(doc, start, end):
                continue
            text = doc[start:end].text
            sound = sound_of(text)
            place = self._places.get(sound)
            if place is not None and (len(sound) > _SHORTEST or _ARTICLES.match(text.casefold())):
                return end, place
        return None


def _one_of(places: list[ReferenceEntry]) -> ReferenceEntry | None:
    """The place that a sound stands for: the only one, or the only town beside its province."""
    towns = [p for p in places if p.precision == "TownPrecision"] if len(places) > 1 else places
    return towns[0] if len(towns) == 1 else None


def _cuts_person(doc: Doc, start: int, end: int) -> bool:
    """Whether the words are some of a person's name; a whole one may be a town that the parser does not know."""
    if doc[end - 1].ent_type_ != "PERSON":
        return False
    after = end < len(doc) and doc[end].ent_iob_ == "I"
    return after or doc[start].ent_iob_ == "I" or (start > 0 and doc[start - 1].pos_ == "PROPN")

"""The index of names behind search, suggestions and reconciliation: read once per snapshot, kept in memory."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from app.query import Engine
from app.serve.pages.words import Words
from app.vocab import local_name

# Kind of a thing (first part of its path under /id/) -> the ontology class that stands for it, and its name for people.
KINDS = {
    "event": ("Event", "event"),
    "actor": ("Actor", "actor"),
    "place": ("Place", "place"),
    "instrument": ("InstrumentType", "instrument"),
    "document": ("SourceDocument", "document"),
}
_HIDDEN = frozenset({"DocumentVoice", "UnnamedSource"})
_MOST_CANDIDATES = 3000
# Likeness costs the product of two lengths: what is asked beyond this many characters says nothing more of a name.
_MOST_ASKED = 120
_MOST_MATCHED = 300


@dataclass(slots=True)
class Entry:
    """One thing with its names; `label` is what it is shown by."""

    iri: str
    kind: str
    label: Words
    names: set[str] = field(default_factory=set)
    classes: set[str] = field(default_factory=set)
    wikidata: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that fits, and how well (0 to 100)."""

    entry: Entry
    score: float
    is_exact: bool


class Index:
    """Finds things by words of their names, whatever the case, accents or apostrophes."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Rows hold thing, label, lang, main, type and match."""
        self._entries: dict[str, Entry] = {}
        words: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            iri = row["thing"]
            kind = iri.partition("/id/")[2].partition("/")[0]
            if kind not in KINDS or local_name(row["type"]) in _HIDDEN:
                continue
            is_main = row["main"] in ("true", "1")
            label = Words(row["label"], row.get("lang") or "")
            entry = self._entries.setdefault(iri, Entry(iri, kind, label))
            if is_main and (entry.label.text not in entry.names or label.lang.startswith("en")):
                entry.label = label
            entry.names.add(label.text)
            entry.classes.add(local_name(row["type"]))
            if row.get("match"):
                entry.wikidata = local_name(row["match"])
            for word in fold(label.text).split():
                words[word].add(iri)
        for iri in [i for i, e in self._entries.items() if e.classes & _HIDDEN]:
            del self._entries[iri]
        self._words = words
        self._sorted = sorted(words)

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, iri: str) -> Entry | None:
        """The entry of a thing."""
        return self._entries.get(iri)

    def things(self) -> list[str]:
        """The IRIs of all things in it."""
        return list(self._entries)

    def find(self, text: str, *, kinds: Iterable[str] = (), limit: int = 20) -> list[Hit]:
        """Return the things whose names hold every word of `text` (the last one may be cut off), best first.

        Of a longer text only the first 120 characters count."""
        folded = fold(text[:_MOST_ASKED])
        asked = list(dict.fromkeys(folded.split()))
        if not asked:
            return []
        wanted = set(kinds)
        found: set[str] | None = None
        for word in asked:
            mine = self._with_prefix(word)
            found = mine if found is None else found & mine
        return self._ranked(folded, found or set(), wanted, limit)

    def match(self, text: str, *, kinds: Iterable[str] = (), limit: int = 20) -> list[Hit]:
        """Return the things whose names are like `text`, even where words are missing or misspelt, best first.

        Of a longer text only the first 120 characters count; of very many things, those that share most words."""
        folded = fold(text[:_MOST_ASKED])
        shared: Counter[str] = Counter()
        for word in dict.fromkeys(folded.split()):
            shared.update(self._words.get(word, ()))
            shared.update(self._words.get(word, ()))
            if len(word) > 3 and len(shared) < _MOST_CANDIDATES:
                shared.update(self._with_prefix(word[:4]))
        found = set(shared)
        if len(found) > _MOST_MATCHED:
            found = set(sorted(shared, key=lambda iri: (-shared[iri], iri))[:_MOST_MATCHED])
        return self._ranked(folded, found, set(kinds), limit)

    def _with_prefix(self, prefix: str) -> set[str]:
        found: set[str] = set()
        for place in range(bisect_left(self._sorted, prefix), len(self._sorted)):
            if not self._sorted[place].startswith(prefix) or len(found) > _MOST_CANDIDATES:
                break
            found |= self._words[self._sorted[place]]
        return found

    def _ranked(self, folded: str, found: set[str], kinds: set[str], limit: int) -> list[Hit]:
        hits = []
        for iri in sorted(found)[:_MOST_CANDIDATES]:
            entry = self._entries.get(iri)
            if entry is None or (kinds and entry.kind not in kinds):
                continue
            names = [fold(n) for n in entry.names]
            hits.append(Hit(entry, max(_likeness(folded, n) for n in names), folded in names))
        hits.sort(key=lambda h: (-h.score, len(h.entry.label.text), h.entry.label.text, h.entry.iri))
        return hits[:limit]


def _likeness(asked: str, name: str) -> float:
    if asked == name:
        return 100.0
    ratio = SequenceMatcher(None, asked, name[:400], autojunk=False).ratio()
    bonus = 0.15 if name.startswith(asked) else 0.0
    return round(min(99.0, 100 * (ratio + bonus * (1 - ratio))), 1)


def fold(text: str) -> str:
    """A name without case, accents, apostrophes and punctuation."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return re.sub(r"\s+", " ", re.sub(r"[^\w\s]", " ", re.sub(r"['’ʼ`ʿʾ]", "", plain))).strip()


async def read_index(pool: Engine) -> Index:
    """The index over a snapshot."""
    return await asyncio.to_thread(Index, await pool.run_prepared("search-labels", {}))

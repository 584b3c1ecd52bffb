"""Names of the reference data as they stand in a text: longest match first, by word, cases kept for short names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from app.extract.spellings import Spellings
from app.model import EntityKind, Iri, Reference, ReferenceEntry

_MAX_WORDS = 8
_WAYS = ("name", "metonym", "demonym")
# Nouns that name a kind rather than one thing: they are matched as they are used, not by case.
_COMMON_KINDS = (EntityKind.INSTRUMENT,)


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a text: tokens `[start, end)` and the entries it may stand for.

    `entries` are named by it, `metonyms` stand behind it as actors ("Moscow"), `demonyms` lend their adjective.
    """

    start: int
    end: int
    entries: tuple[ReferenceEntry, ...]
    metonyms: tuple[ReferenceEntry, ...] = ()
    demonyms: tuple[ReferenceEntry, ...] = ()

    def of(self, kind: EntityKind) -> tuple[ReferenceEntry, ...]:
        """Return the entries of a kind; an actor may be meant by metonym."""
        named = tuple(e for e in self.entries if e.kind is kind)
        return named or (self.metonyms if kind is EntityKind.ACTOR else ())


class Gazetteer:
    """Finds names of reference entries in a parsed text."""

    def __init__(self, reference: Reference) -> None:
        """Index all names by their words."""
        self._entries = {e.iri: e for e in reference.entries}
        self._loose = {e.iri: _loose(e) for e in reference.entries}
        self._initials = {e.iri: _initials(e) for e in reference.entries}
        self._index: dict[tuple[str, ...], dict[str, list[ReferenceEntry]]] = defaultdict(lambda: defaultdict(list))
        for entry in reference.entries:
            for way, names in (
                ("name", (entry.label, *entry.names)),
                ("demonym", entry.demonyms),
                ("metonym", entry.metonyms),
            ):
                for name in names:
                    self._index[_key(name)][way].append(entry)
        lengths: dict[str, set[int]] = defaultdict(set)
        for words in self._index:
            if words and len(words) <= _MAX_WORDS:
                lengths[words[0]].add(len(words))
        self._lengths = {word: sorted(found, reverse=True) for word, found in lengths.items()}
        self._spellings = Spellings(reference.entries)
        self._homes = {
            e.iri: self._home(e) for e in reference.entries if e.kind is EntityKind.ACTOR and self._loose[e.iri]
        }

    def find(self, doc: Doc) -> list[Name]:
        """Return the names of a text in order, without overlaps.

        "The rebels" or "government forces" are those of a country only in a text that names it, its place or its body.
        """
        words = [_plain(t.text) for t in doc]
        found: list[Name] = []
        heard: list[Name] = []
        position = 0
        while position < len(words):
            match = self._longest(doc, words, position)
            if match is None and (place := self._spellings.at(doc, position)) is not None:
                heard.append(Name(position, place[0], (place[1],)))
                position = place[0]
                continue
            if match is None:
                position += 1
                continue
            found.append(match)
            position = match.end
        return self._at_home(doc, found, heard)

    def _at_home(self, doc: Doc, found: list[Name], heard: list[Name]) -> list[Name]:
        """Leave out what loose words stand for, and what only sounds like a place, in a text of another country."""
        loose = {n: [e for e in n.entries if _fold(doc[n.start : n.end].text) in self._loose[e.iri]] for n in found}
        named = {
            iri
            for n in found
            for e in (*n.entries, *n.metonyms, *n.demonyms)
            if e not in loose[n]
            for iri in self._around(e)
        }
        kept = []
        for name in found:
            away = [e for e in loose[name] if (home := self._homes.get(e.iri)) and not named & {e.iri, *home}]
            entries = tuple(e for e in name.entries if e not in away)
            if entries or name.metonyms or name.demonyms:
                kept.append(Name(name.start, name.end, entries, name.metonyms, name.demonyms))
        kept += [n for n in heard if named.intersection(self._around(n.entries[0])) - {n.entries[0].iri}]
        return sorted(kept, key=lambda n: n.start)

    def _home(self, entry: ReferenceEntry) -> frozenset[str]:
        """The states and groups that the label of an actor names ("Syrian opposition"), with the state's territory."""
        words = _key(entry.label.replace("(", " ").replace(")", " "))
        found: set[str] = set()
        for start in range(len(words)):
            for end in range(start + 1, min(start + 4, len(words)) + 1):
                for entries in self._index.get(words[start:end], {}).values():
                    near = (e for e in entries if e.iri != entry.iri and e.kind is EntityKind.ACTOR)
                    found |= {i for e in near for i in (e.iri, e.country) if i is not None}
        return frozenset(found)

    def _around(self, entry: ReferenceEntry) -> Iterable[str]:
        """An entry, its country, and all that it is part of."""
        at: ReferenceEntry | None = entry
        for _ in range(8):
            if at is None:
                return
            yield at.iri
            if at.country is not None:
                yield at.country
            at = self._entries.get(at.part_of) if at.part_of is not None else None

    def _longest(self, doc: Doc, words: Sequence[str], start: int) -> Name | None:
        for length in self._lengths.get(words[start], ()):
            ways = self._index.get(tuple(words[start : start + length])) if start + length <= len(words) else None
            if not ways:
                continue
            found = {
                way: tuple(e for e in ways.get(way, ()) if self._fits(doc, start, start + length, e)) for way in _WAYS
            }
            if any(found.values()):
                return Name(start, start + length, found["name"], found["metonym"], found["demonym"])
        return None

    def lookup(self, name: str, kind: EntityKind) -> tuple[ReferenceEntry, ...]:
        """Return the entries of a kind that carry a name; a metonym counts where no name does.

        Loose words ("the rebels") are no name here: whose they are hangs on the text, which only `find` sees.
        """
        ways = self._index.get(_key(name), {})
        named = tuple(e for e in ways.get("name", ()) if e.kind is kind and _fold(name) not in self._loose[e.iri])
        named = tuple(e for e in named if self._is_spelled(name, e))
        return named or tuple(e for e in ways.get("metonym", ()) if e.kind is kind)

    def is_loose(self, name: str, entry: ReferenceEntry) -> bool:
        """Whether a name is one of common words, which stand for an entry only where `find` found it at home."""
        return _fold(name) in self._loose[entry.iri]

    def territory_of(self, entry: ReferenceEntry) -> Iri | None:
        """Return the territory of the state to which a place or an actor belongs."""
        at = entry
        for _ in range(8):
            above = self._entries.get(at.part_of) if at.part_of is not None else None
            if at.country is not None or above is None:
                break
            at = above
        return at.iri if at.country is None and at.precision == "CountryPrecision" else at.country

    def government_of(self, territory: Iri) -> ReferenceEntry | None:
        """Return who governs a territory: its government where one is known, else the state; None where two are."""
        states = [e for e in self._entries.values() if "State" in e.classes and e.country == territory]
        if len(states) != 1:
            return None
        governments = self.lookup(f"Government of {states[0].label}", EntityKind.ACTOR)
        return governments[0] if len(governments) == 1 else states[0]

    def root(self, iri: Iri) -> str:
        """Return the actor at the top of the chain of bodies that an actor is part of."""
        for _ in range(8):
            entry = self._entries.get(iri)
            if entry is None or entry.part_of is None:
                break
            iri = entry.part_of
        return iri

    def around(self, iri: str) -> frozenset[str]:
        """Return all places that a place lies in."""
        entry = self._entries.get(Iri(iri))
        return frozenset(self._around(entry)) - {iri} if entry is not None else frozenset()

    def _fits(self, doc: Doc, start: int, end: int, entry: ReferenceEntry) -> bool:
        """A proper name stands in capitals; a common noun may not be one that is a verb here."""
        text = doc[start:end].text
        if not self._is_spelled(text, entry):
            return False
        if entry.kind in _COMMON_KINDS:
            return doc[end - 1].pos_ in ("NOUN", "PROPN")
        return text[:1].isupper() or any(c.isupper() for c in text) or _fold(text) in self._loose[entry.iri]

    def _is_spelled(self, text: str, entry: ReferenceEntry) -> bool:
        """Whether a name of initials stands in capitals: no "car" is the Central African Republic."""
        return _fold(text) not in self._initials[entry.iri] or text.upper() == text


def _initials(entry: ReferenceEntry) -> frozenset[str]:
    """The names of an entry that are initials and also words, folded: "CAR", "WHO", "SANA"."""
    names = (entry.label, *entry.names)
    return frozenset(_fold(n) for n in names if n.isalpha() and n.isupper() and len(n) > 1)


def _loose(entry: ReferenceEntry) -> frozenset[str]:
    """The names of an entry that are common words ("the rebels"), folded."""
    return frozenset(_fold(n) for n in (entry.label, *entry.names) if not any(c.isupper() for c in n))


def _fold(text: str) -> str:
    return " ".join(_key(text))


def _key(name: str) -> tuple[str, ...]:
    return tuple(w for w in (_plain(part) for part in _split(name)) if w)


def _split(name: str) -> Iterable[str]:
    """Split a name as the tokenizer does: at white space, hyphens and possessives."""
    spaced = name.replace("’", "'").replace("'s", " 's").replace("-", " - ").replace(",", " ,")
    return spaced.split()


def _plain(word: str) -> str:
    return word.replace("’", "'").casefold()

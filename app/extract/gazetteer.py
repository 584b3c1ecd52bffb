"""Names of the reference data as they stand in a text: longest match first, by word, cases kept for short names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

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
        self._index: dict[tuple[str, ...], dict[str, list[ReferenceEntry]]] = defaultdict(lambda: defaultdict(list))
        for entry in reference.entries:
            for way, names in (
                ("name", (entry.label, *entry.names)),
                ("demonym", entry.demonyms),
                ("metonym", entry.metonyms),
            ):
                for name in names:
                    self._index[_key(name)][way].append(entry)

    def find(self, doc: Doc) -> list[Name]:
        """Return the names of a text in order, without overlaps."""
        words = [_plain(t.text) for t in doc]
        found: list[Name] = []
        position = 0
        while position < len(words):
            match = self._longest(doc, words, position)
            if match is None:
                position += 1
                continue
            found.append(match)
            position = match.end
        return found

    def _longest(self, doc: Doc, words: Sequence[str], start: int) -> Name | None:
        for length in range(min(_MAX_WORDS, len(words) - start), 0, -1):
            ways = self._index.get(tuple(words[start : start + length]))
            if not ways:
                continue
            found = {
                way: tuple(e for e in ways.get(way, ()) if self._fits(doc, start, start + length, e)) for way in _WAYS
            }
            if any(found.values()):
                return Name(start, start + length, found["name"], found["metonym"], found["demonym"])
        return None

    def lookup(self, name: str, kind: EntityKind) -> tuple[ReferenceEntry, ...]:
        """Return the entries of a kind that carry a name; a metonym counts where no name does."""
        ways = self._index.get(_key(name), {})
        named = tuple(e for e in ways.get("name", ()) if e.kind is kind)
        return named or tuple(e for e in ways.get("metonym", ()) if e.kind is kind)

    def root(self, iri: Iri) -> str:
        """Return the actor at the top of the chain of bodies that an actor is part of."""
        for _ in range(8):
            entry = self._entries.get(iri)
            if entry is None or entry.part_of is None:
                break
            iri = entry.part_of
        return iri

    @staticmethod
    def _fits(doc: Doc, start: int, end: int, entry: ReferenceEntry) -> bool:
        """A proper name stands in capitals; a common noun may not be one that is a verb here."""
        text = doc[start:end].text
        if entry.kind in _COMMON_KINDS:
            return doc[end - 1].pos_ in ("NOUN", "PROPN")
        listed = {_fold(n) for n in (entry.label, *entry.names) if not any(c.isupper() for c in n)}
        return text[:1].isupper() or any(c.isupper() for c in text) or _fold(text) in listed


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

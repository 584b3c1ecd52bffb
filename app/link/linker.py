"""Names to reference entries: what the reader left open is linked where one entry fits, and left alone where two do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from app.link.names import fold_name, fold_transliteration
from app.link.naming import Naming, neutral_label
from app.model import Account, Document, Entity, EntityKind, Iri, Records, Reference, ReferenceEntry, Statement

_ROLES = (EntityKind.DOCUMENT_VOICE, EntityKind.UNNAMED_SOURCE)


class Linker:
    """Links entities of records to reference entries; built once per process."""

    def __init__(self, reference: Reference, naming: Naming) -> None:
        """`reference` gives the names, `naming` the words that labels must not carry."""
        self.reference = reference
        self._naming = naming
        self._by_iri = {e.iri: e for e in reference.entries}
        self._names = self._index(fold_name)
        self._spellings = self._index(fold_transliteration)
        names = [n for e in reference.entries if e.kind is EntityKind.ACTOR for n in (e.label, *e.names)]
        proper = {fold_name(n) for n in names if any(c.isupper() for c in n)}
        self._loose = {fold_name(n) for n in names} - proper

    def _index(self, fold: object) -> Mapping[tuple[EntityKind, str], tuple[ReferenceEntry, ...]]:
        found: dict[tuple[EntityKind, str], dict[Iri, ReferenceEntry]] = defaultdict(dict)
        for entry in self.reference.entries:
            for name in (entry.label, *entry.names):
                found[entry.kind, fold(name)][entry.iri] = entry  # type: ignore[operator]
        return {key: tuple(entries.values()) for key, entries in found.items()}

    def link(self, document: Document, records: Records) -> Records:
        """Return the records with references filled in where they are certain, and labels of the rest made neutral."""
        day = document.published
        return replace(
            records,
            statements=tuple(self._statement(s, day) for s in records.statements),
            mentions=tuple(self._entity(e, day) for e in records.mentions),
        )

    def publisher_actor(self, document: Document) -> Entity | None:
        """Return the actor that published a document, linked where its name is known."""
        if not document.publisher or document.publisher.startswith("("):
            return None
        entity = Entity(kind=EntityKind.ACTOR, name=document.publisher, class_hint="Actor")
        return self._entity(entity, document.published)

    def _statement(self, statement: Statement, day: str | None) -> Statement:
        def each(entities: tuple[Entity, ...]) -> tuple[Entity, ...]:
            return tuple({self._key(e): e for e in (self._entity(e, day) for e in entities)}.values())

        account: Account = replace(
            statement.account,
            perpetrators=each(statement.account.perpetrators),
            targets=each(statement.account.targets),
            participants=each(statement.account.participants),
            guarantors=each(statement.account.guarantors),
            places=each(statement.account.places),
            instruments=each(statement.account.instruments),
        )
        return replace(
            statement,
            account=account,
            claimants=each(statement.claimants),
            spokespersons=each(statement.spokespersons),
            relayed_by=each(statement.relayed_by),
        )

    @staticmethod
    def _key(entity: Entity) -> tuple[str, str]:
        return (entity.kind, entity.reference or entity.name.casefold())

    def _entity(self, entity: Entity, day: str | None) -> Entity:
        if entity.kind in _ROLES:
            return entity
        if entity.reference:
            return entity
        entry = None if self._is_loose(entity) else self.find(entity.name, entity.kind, day)
        if entry is not None:
            return replace(entity, reference=entry.iri, name=entry.label)
        return replace(entity, name=neutral_label(entity.name, self._naming))

    def _is_loose(self, entity: Entity) -> bool:
        """Whether an actor has only common words ("rebels"): whose they are, the reader decides by what the text is
        about, and what it left open is not known."""
        return entity.kind is EntityKind.ACTOR and fold_name(entity.name) in self._loose

    def find(self, name: str, kind: EntityKind, day: str | None = None) -> ReferenceEntry | None:
        """Return the one entry of a kind that a name means on a day (EDTF), or None where none or several fit."""
        for index, fold in ((self._names, fold_name), (self._spellings, fold_transliteration)):
            found = [e for e in index.get((kind, fold(name)), ()) if _valid(e, day)]
            if len(found) > 1:
                exact = [e for e in found if e.label == name]
                found = exact if len(exact) == 1 else found
            if len(found) == 1:
                return found[0]
            if found:
                return None
        return None


def _valid(entry: ReferenceEntry, day: str | None) -> bool:
    """Whether an entry existed on a day; undated documents take every entry but those that began after another
    ended."""
    if day is None:
        return entry.valid_from is None
    after = entry.valid_from is None or entry.valid_from[: len(day)] <= day[: len(entry.valid_from)]
    before = entry.valid_until is None or day[: len(entry.valid_until)] <= entry.valid_until[: len(day)]
    return after and before

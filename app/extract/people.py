"""Who a noun phrase is: reference entries by the role that it plays, definite nouns by what was named before."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Doc, Token
from spacy.tokens import Span as SpacySpan

from app.extract.gazetteer import Name
from app.model import Entity, EntityKind, ReferenceEntry, Span
from app.vocab import cev

_PLACE_LABELS = frozenset({"GPE", "LOC", "FAC"})
_GROUP_NOUNS = frozenset(
    "rebel militant fighter insurgent terrorist extremist gunman attacker bomber militia group force troop army soldier militiaman jihadist separatist faction coalition party".split()
)
_POPULATION = frozenset(
    "civilian people person man woman child resident villager worker mourner patient refugee family victim protester student".split()
)
_PRONOUNS = frozenset("he she they it we i".split())


class People:
    """Resolves noun phrases of one document."""

    def __init__(self, doc: Doc, names: Sequence[Name], speaker: Entity | None) -> None:
        """`speaker` is who says "we" and "I" in an official statement."""
        self._doc = doc
        self._names = names
        self._speaker = speaker
        self._at = {i: name for name in names for i in range(name.start, name.end)}
        self.last_actor: Entity | None = None

    def actor(self, token: Token) -> Entity | None:
        """Return the actor that a noun phrase headed by `token` names, or None where it names none."""
        if token.lower_ in _PRONOUNS or token.pos_ == "PRON":
            if token.lower_ in ("we", "i", "our", "my", "us") and self._speaker is not None:
                return self._speaker
            return (
                self.last_actor if token.lower_ in ("he", "she", "they", "it", "his", "her", "their", "its") else None
            )
        entry = self._entry(token, EntityKind.ACTOR)
        span = self._phrase(token)
        if entry is not None:
            found = self._at.get(token.i)
            words = self._span(found) if found is not None else span
            entity = Entity(kind=EntityKind.ACTOR, name=entry.label, span=words, reference=entry.iri)
        elif token.ent_type_ == "PERSON" or token.lemma_ in ("spokesman", "spokeswoman", "spokesperson"):
            entity = Entity(kind=EntityKind.ACTOR, name=span.of(self._doc.text), span=span, class_hint="Person")
        elif (
            token.ent_type_ in ("ORG", "NORP", "GPE")
            or token.lemma_.casefold() in _GROUP_NOUNS
            or token.pos_ == "PROPN"
        ):
            hint = "ArmedGroup" if token.lemma_.casefold() in _GROUP_NOUNS else "Actor"
            entity = Entity(kind=EntityKind.ACTOR, name=span.of(self._doc.text), span=span, class_hint=hint)
        else:
            return None
        self.last_actor = entity
        return entity

    def target(self, token: Token) -> Entity | None:
        """Return who or what was hit: a place, an actor, people, or a thing."""
        entry = self._entry(token, EntityKind.PLACE)
        if entry is not None and token.i in self._at:
            return Entity(
                kind=EntityKind.PLACE, name=entry.label, span=self._span(self._at[token.i]), reference=entry.iri
            )
        if token.lemma_.casefold() in _POPULATION:
            span = self._phrase(token)
            return Entity(kind=EntityKind.POPULATION_GROUP, name=span.of(self._doc.text), span=span)
        actor = self.actor(token) if token.pos_ in ("PROPN", "NOUN") and token.i in self._at else None
        if actor is not None:
            return actor
        if token.pos_ not in ("NOUN", "PROPN"):
            return None
        span = self._phrase(token)
        return Entity(kind=EntityKind.PHYSICAL_TARGET, name=span.of(self._doc.text), span=span)

    def places(self, start: int, end: int) -> list[Entity]:
        """Return the places named between two tokens, each once; demonyms and speakers are none."""
        found: dict[str, Entity] = {}
        for name in self._names:
            if not (start <= name.start and name.end <= end) or name.way == "demonym":
                continue
            entry = next((e for e in name.entries if e.kind is EntityKind.PLACE), None)
            head = self._doc[name.start : name.end].root
            if entry is None or head.dep_ not in ("pobj", "appos", "conj", "compound", "nmod", "dobj"):
                continue
            if head.dep_ == "pobj" and head.head.lower_ in ("by", "to", "from", "with", "of") and len(name.entries) > 1:
                continue
            found.setdefault(
                entry.iri, Entity(kind=EntityKind.PLACE, name=entry.label, span=self._span(name), reference=entry.iri)
            )
        return list(found.values())

    def instruments(self, start: int, end: int) -> list[Entity]:
        """Return the instruments named between two tokens, each once."""
        found: dict[str, Entity] = {}
        for name in self._names:
            entry = next((e for e in name.entries if e.kind is EntityKind.INSTRUMENT), None)
            if entry is not None and start <= name.start and name.end <= end:
                span = self._span(name)
                found.setdefault(
                    entry.iri,
                    Entity(
                        kind=EntityKind.INSTRUMENT,
                        name=entry.label,
                        span=span,
                        reference=cev(entry.iri.rsplit("#")[-1]),
                    ),
                )
        return list(found.values())

    def _entry(self, token: Token, kind: EntityKind) -> ReferenceEntry | None:
        name = self._at.get(token.i)
        if name is None:
            return None
        fitting = [e for e in name.entries if e.kind is kind]
        return fitting[0] if len(fitting) == 1 or (fitting and name.way == "metonym") else None

    def _phrase(self, token: Token) -> Span:
        """The noun phrase of a head: its left modifiers and the head itself."""
        chunk: SpacySpan = self._doc[token.left_edge.i : token.i + 1]
        start = chunk[0]
        while start.i < token.i and (
            start.pos_ in ("DET", "PUNCT", "SPACE", "ADV", "PRON") or start.dep_ in ("nsubj", "mark")
        ):
            start = self._doc[start.i + 1]
        return Span(start.idx, token.idx + len(token.text))

    def _span(self, name: Name) -> Span:
        words = self._doc[name.start : name.end]
        return Span(words.start_char, words.end_char)

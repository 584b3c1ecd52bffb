"""Who speaks for whom: "police spokesman X", "a spokesman for the ministry", "X, who speaks for the group"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from spacy.tokens import Doc, Token
from spacy.tokens import Span as SpacySpan

from app.extract.frames import lemma
from app.extract.gazetteer import Name
from app.extract.nouns import bounds_of, phrase, pobj, text_of
from app.extract.voice import Speaker, linked
from app.extract.words import word_list
from app.model import Entity, EntityKind, Span

SPOKESPERSONS_VERSION = "spokespersons.v1"
_BODY_NOUNS = word_list("cast_group_nouns") | word_list("cast_body_nouns")
_SPOKES = re.compile(r"(?i)^(?:spokes\w+|press)$")
_PRESS = frozenset({"officer", "secretary", "service", "office"})
_BARE = ("compound", "nmod", "amod", "poss")


class Spokespersons:
    """Finds the body for which somebody speaks, and keeps who was named as its spokesperson."""

    def __init__(
        self,
        doc: Doc,
        name_at: Mapping[int, Name],
        person_at: Mapping[int, SpacySpan],
        actors: Callable[[Token], tuple[Entity, ...]],
        last_body: Callable[[Token], Speaker | None],
        before: Callable[[Token, str], Entity | None],
    ) -> None:
        """`actors` says whom a noun phrase names, `last_body` which body spoke last, `before` whom a noun takes up."""
        self._doc = doc
        self._name_at = name_at
        self._person_at = person_at
        self._actors = actors
        self._last_body = last_body
        self._before = before
        self._known: dict[str, Speaker] = {}

    def known(self, name: str) -> Speaker | None:
        """Return for whom a person speaks who was named as a spokesperson before."""
        return self._known.get(last_name(name))

    def word(self, token: Token) -> Token | None:
        """Return the word "spokesman" or its like in a noun phrase, in its apposition, or right before a name."""
        ends = [c.right_edge.i for c in token.children if c.dep_ == "appos"]
        start = token.left_edge.i
        if token.i in self._person_at:
            start = max(bounds_of(token)[0], self._person_at[token.i].start - 1)
        words = self._doc[start : min(max([token.i, *ends]) + 1, start + 30)]
        return next((t for t in words if self._is_spokes(t)), None)

    def _is_spokes(self, token: Token) -> bool:
        if not _SPOKES.match(token.text):
            return False
        if token.lower_ != "press":
            return True
        return token.i + 1 < len(self._doc) and self._doc[token.i + 1].lower_ in _PRESS

    def of(self, token: Token) -> Speaker | None:
        """Return the body that speaks through a spokesperson; None where the noun phrase names none."""
        word = self.word(token)
        if word is None:
            return self._speaking_for(token)
        person = self._person(token, word)
        body = self._body(token, word, person)
        if person is None:
            named = body if body is not None else self._last_body(token)
            return self._with(named, word) if named is not None else None
        name = person.text
        if body is None:
            known = self.known(name)
            if known is not None:
                return known
            before = self._last_body(token)
            body = before.claimants if before is not None and word.lower_ != "press" else None
        if body is None:
            return None
        return self._keep(body, person)

    def _with(self, body: tuple[Entity, ...] | Speaker, word: Token) -> Speaker:
        claimants = body.claimants if isinstance(body, Speaker) else body
        span = phrase(word)
        return Speaker(claimants, (_spoken(span.of(text_of(self._doc)), span),))

    def _keep(self, body: tuple[Entity, ...], person: SpacySpan) -> Speaker:
        """A body with a person who speaks for it, known from here on."""
        speaker = Speaker(body, (_spoken(person.text, Span(person.start_char, person.end_char)),))
        self._known[last_name(person.text)] = speaker
        return speaker

    def _person(self, token: Token, word: Token) -> SpacySpan | None:
        """The person who speaks: in the noun phrase, in apposition, or hung by the parser on a word between."""
        parts = [token, *(c for c in token.children if c.dep_ == "appos"), word]
        near = [p for p in parts if p.i in self._person_at]
        near += [t for t in self._doc[word.i + 1 : word.i + 9] if t.i in self._person_at and t.dep_ == "appos"]
        after = self._doc[word.i + 1] if word.i + 1 < len(self._doc) else word
        near += [after] if after.i in self._person_at else []
        return self._person_at[near[0].i] if near else None

    def _body(self, token: Token, word: Token, person: SpacySpan | None) -> tuple[Entity, ...] | None:
        for inner in self._around(token, word):
            if inner.i in self._person_at and inner.i not in self._name_at:
                continue
            if person is not None and person.start <= inner.i < person.end:
                continue
            name = self._name_at.get(inner.i)
            entries = [e for e in (name.of(EntityKind.ACTOR) if name else ()) if "Person" not in e.classes]
            if entries and name is not None:
                whole = self._doc[name.start : name.end]
                return (linked(entries[0], Span(whole.start_char, whole.end_char)),)
            if inner.dep_ == "poss" and inner.lower_ in ("its", "their"):
                found = self._actors(inner)
            elif inner.dep_ in ("pobj", "poss") and inner.pos_ in ("NOUN", "PROPN"):
                found = self._actors(inner) or (_plain(inner),)
            elif name is not None and name.demonyms:
                found = (linked(name.demonyms[0], Span(inner.idx, inner.idx + len(inner.text))),)
            elif inner.pos_ in ("NOUN", "PROPN") and lemma(inner) in _BODY_NOUNS and inner.i < word.i:
                taken_up = self._before(inner, lemma(inner)) if inner.left_edge.i == inner.i else None
                found = (
                    (taken_up,)
                    if taken_up is not None and _ends_with(taken_up, inner)
                    else self._actors(inner) or (_plain(inner),)
                )
            else:
                continue
            if found:
                return found
        return self._capitals(token, word, person)

    def _around(self, token: Token, word: Token) -> Iterator[Token]:
        """What may name the body: after "spokesman for", before "spokesman", before the name that it belongs to."""
        for part in {word.i: word, token.i: token}.values():
            yield from pobj(part, "for", "of", "at", "from")
        before = word.i - 1
        while before >= 0 and self._doc[before].dep_ in _BARE and bounds_of(self._doc[before]) == bounds_of(word):
            before -= 1
        if word.head.i == token.i or word.i == token.i or word.dep_ == "appos":
            yield from reversed(self._doc[min(word.left_edge.i, before + 1) : word.i])
        else:
            yield from reversed(self._doc[before + 1 : word.i])
        if token.i != word.i:
            yield from (t for t in token.lefts if t.i != word.i)

    def _capitals(self, token: Token, word: Token, person: SpacySpan | None) -> tuple[Entity, ...] | None:
        """ "Wagner spokesman X": capitals before the word, under whatever label."""
        if person is None:
            return None
        words = phrase(token if token.i >= word.i else word)
        left = re.split(r"(?i)\s*(?:deputy |chief |official )?spokes", words.of(text_of(self._doc)))[0].strip()
        if not left or not left[:1].isupper() or left.startswith(person.text):
            return None
        span = Span(words.start, words.start + len(left))
        return (Entity(kind=EntityKind.ACTOR, name=left, span=span, class_hint="Actor"),)

    def _speaking_for(self, token: Token) -> Speaker | None:
        """ "X, who claims to speak for the group"."""
        if token.i not in self._person_at:
            return None
        for inner in token.subtree:
            if lemma(inner) == "speak" and inner.pos_ == "VERB" and inner.i > token.i:
                for one in pobj(inner, "for"):
                    body = self._actors(one)
                    if body:
                        return self._keep(body, self._person_at[token.i])
        return None


def _spoken(name: str, span: Span) -> Entity:
    return Entity(kind=EntityKind.ACTOR, name=name, span=span, class_hint="Person", role="spokesperson")


def last_name(name: str) -> str:
    return name.split()[-1].casefold() if name.split() else ""


def _ends_with(entity: Entity, noun: Token) -> bool:
    """Whether an actor is a body under a fuller name: "the Syrian army" for "army", and not "the army jets"."""
    words = entity.name.casefold().split()
    return entity.reference is not None or (bool(words) and words[-1] == noun.lower_)


def _plain(token: Token) -> Entity:
    span = phrase(token)
    return Entity(kind=EntityKind.ACTOR, name=span.of(text_of(token.doc)), span=span, class_hint="Actor")

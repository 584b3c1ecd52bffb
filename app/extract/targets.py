"""Who or what was hit: places, actors, people, buildings and things."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from spacy.tokens import Token

from app.extract.cast import Cast
from app.extract.frames import lemma, load_frames
from app.extract.near import PLACE_NOUNS, Surroundings
from app.extract.nouns import phrase, subject, text_of
from app.extract.victims import is_struck
from app.extract.voice import Speaker
from app.extract.words import word_list
from app.model import Entity, EntityKind, EventType, Span

_VAGUE = word_list("near_vague")
_POPULATION = word_list("near_population")
_COUNTS = word_list("near_counts")
_SETTLEMENTS = frozenset(
    {"city", "town", "province", "governorate", "district", "region", "capital", "village", "suburb", "neighbourhood"}
    | {"neighborhood"}
)
_BARE = frozenset({"people", "person", "other"})


def targets_of(
    tokens: Sequence[Token], cast: Cast, surroundings: Surroundings, us: Speaker | None, *, people: bool = False
) -> list[Entity]:
    """Return who or what was hit, by the heads of their noun phrases: places, actors, people, buildings and things.

    `us` is who says "we" here; `people` keeps the bare word "people" too, where they were moved or taken.
    """
    found: dict[str, Entity] = {}
    joined: set[int] = set()
    for token in (t for head in tokens for t in (head, *_among(head))):
        if token.i in joined:
            continue
        kinds = _kinds(token)
        joined |= {t.i for t in kinds}
        entities = [_together(kinds)] if kinds else _target(token, cast, surroundings, us)
        many = counted(token)
        if not entities and people and lemma(many) in _BARE:
            entities = [_as_said(many)]
        for entity in entities:
            found.setdefault(entity.reference or entity.name.casefold(), entity)
    return list(found.values())


def _target(token: Token, cast: Cast, surroundings: Surroundings, us: Speaker | None) -> list[Entity]:
    events = load_frames().noun_events(token)
    tool = surroundings.is_tool(token)
    if any(f.type is not EventType.INVESTIGATION for f in events) or (tool and not is_struck(token)):
        return []
    place = surroundings.place_at(token)
    if place is not None:
        return [place]
    if token.pos_ not in ("NOUN", "PROPN", "ADJ", "PRON", "NUM") or token.ent_type_ in (
        "DATE",
        "TIME",
        "MONEY",
        "PERCENT",
    ):
        return []
    if token.lower_ in _FIRED:
        return []
    if token.pos_ == "PRON" or token.lower_ in _VAGUE:
        return _meant(token, cast, surroundings, us)
    if token.lower_ == "one" or token.pos_ == "NUM" or (lemma(token) in _COUNTS and counted(token) is token):
        return []
    many = counted(token)
    if many is not token:
        return _target(many, cast, surroundings, us)
    if lemma(token) in PLACE_NOUNS:
        for child in token.children:
            if child.dep_ == "prep" and child.lower_ == "of":
                inner = next((surroundings.place_at(g) for g in child.children if g.dep_ == "pobj"), None)
                if inner is not None:
                    return [inner]
        named = next((surroundings.place_at(c) for c in token.children if c.dep_ in ("compound", "appos")), None)
        if named is not None and lemma(token) in _SETTLEMENTS:
            return [named]
    if lemma(token) in _POPULATION:
        span = phrase(token)
        words = _bare_number(token, span)
        if words is None:
            return []
        return [Entity(kind=EntityKind.POPULATION_GROUP, name=words.of(text_of(token.doc)), span=words)]
    actors = cast.actors(token, us)
    span = phrase(token)
    if actors:
        words = _bare_number(token, span) if len(actors) == 1 and actors[0].span == span else None
        if words is None or actors[0].reference is not None or words == span:
            return list(actors)
        return [replace(actors[0], name=words.of(text_of(token.doc)), span=words)]
    words = _with_whose(token, _bare_number(token, span) or span, surroundings)
    return [Entity(kind=EntityKind.PHYSICAL_TARGET, name=words.of(text_of(token.doc)), span=words)]


def _with_whose(token: Token, words: Span, surroundings: Surroundings) -> Span:
    """ "The residence of the ambassador", "camps for displaced persons": what a thing is known by, if no place."""
    for prep in token.rights:
        if prep.dep_ != "prep" or prep.i != token.i + 1 or prep.lower_ not in ("of", "for"):
            continue
        inner = next((g for g in prep.children if g.dep_ == "pobj" and g.pos_ == "NOUN"), None)
        if inner is None or inner.ent_type_ in ("DATE", "TIME") or inner.i - token.i > _LONGEST_OF:
            return words
        if surroundings.place_at(inner) is not None or inner.ent_type_ in ("GPE", "LOC"):
            return words
        return Span(words.start, inner.idx + len(inner.text))
    return words


_LONGEST_OF = 6
# What is fired or brought about, and not whom it hits.
_FIRED = frozenset(
    {"shot", "shots", "rounds", "fire", "salvos", "place", "injuries", "casualties", "deaths", "humanity"}
)


def _meant(token: Token, cast: Cast, surroundings: Surroundings, us: Speaker | None) -> list[Entity]:
    """Whom a pronoun means: "accused it of attacking them"; "the convoy was on its way when it was ambushed"."""
    if token.lower_ in ("it", "they") and token.dep_ == "nsubjpass":
        above = token.head.head
        own = subject(above) if token.head.dep_ == "advcl" and above.pos_ == "VERB" else []
        if own and own[0].pos_ == "NOUN" and (own[0].tag_ == "NNS") == (token.lower_ == "they"):
            return [e for t in own for e in _target(t, cast, surroundings, us)]
        return []
    if token.lower_ in _PRONOUNS or (token.lower_ == "it" and token.dep_ == "dobj"):
        return list(cast.actors(token, us))
    return []


_PRONOUNS = frozenset({"them", "him", "her", "us", "we"})


def _kinds(token: Token) -> list[Token]:
    """ "Women and children", "men, women and the elderly": kinds of people that are named as one."""
    row = [token, *token.conjuncts]
    if len(row) < 2 or any(lemma(t) not in _ALL_KINDS for t in row) or row[0].i > row[-1].i:
        return []
    return row if row[-1].i - row[0].i <= 4 * len(row) else []


_ALL_KINDS = word_list("targets_kinds")


def _together(kinds: Sequence[Token]) -> Entity:
    first, last = kinds[0], kinds[-1]
    start = (_bare_number(first, phrase(first)) or phrase(first)).start
    span = Span(start, last.idx + len(last.text))
    return Entity(kind=EntityKind.POPULATION_GROUP, name=span.of(text_of(first.doc)), span=span)


def _among(head: Token) -> list[Token]:
    """ "Scores of people, including children", "police and others such as drivers": who else is named among them."""
    tops = (head, *(g for c in head.children if c.lower_ == "of" for g in c.children if g.dep_ == "pobj"))
    inner = [g for t in tops for c in t.children if c.lower_ == "including" for g in c.children if g.dep_ == "pobj"]
    return [t for one in inner for t in (one, *one.conjuncts)]


def _as_said(token: Token) -> Entity:
    return Entity(kind=EntityKind.POPULATION_GROUP, name=token.text, span=Span(token.idx, token.idx + len(token.text)))


def counted(token: Token) -> Token:
    """ "scores of civilians", "tens of thousands of people": what is counted."""
    for _ in range(3):
        if lemma(token) not in _COUNTS and token.pos_ != "NUM":
            break
        inner = next(
            (
                g
                for c in token.children
                if c.dep_ == "prep" and c.lower_ == "of"
                for g in c.children
                if g.dep_ == "pobj"
            ),
            None,
        )
        if inner is None:
            break
        token = inner
    return token


def _bare_number(token: Token, span: Span) -> Span | None:
    """A phrase without its number; None where only "people" is left, which says nothing."""
    doc = token.doc
    start = span.start
    described = False
    for word in doc[token.left_edge.i : token.i]:
        if word.idx < start:
            continue
        if word.pos_ == "NUM" or word.lower_ in (
            "at",
            "least",
            "more",
            "than",
            "about",
            "around",
            "some",
            "over",
            "nearly",
            "other",
            "many",
            "up",
            "to",
            "several",
            "mostly",
            "mainly",
            "largely",
        ):
            start = word.idx + len(word.text)
            while start < len(text_of(doc)) and text_of(doc)[start] in " ()":
                start += 1
        elif word.pos_ in ("ADJ", "NOUN", "PROPN", "VERB"):
            described = True
    if lemma(token) in ("people", "person", "man", "other", "life") and not described and token.lower_ not in ("men",):
        return None
    return Span(min(start, token.idx), token.idx + len(token.text))

"""Who cannot be meant as the doer, whatever the tree says: what was hit, an aircraft, a bystander behind a pronoun."""

from __future__ import annotations

from collections.abc import Collection

from spacy.tokens import Token

from app.extract.cast import GROUP_NOUNS, Cast
from app.extract.frames import lemma, load_frames
from app.extract.matters import key_of
from app.extract.mention import NOUN
from app.extract.nouns import antecedent, bounds_of, pobj
from app.extract.words import word_list
from app.model import Entity

NO_DOERS_VERSION = "no_doers.v1"
_VEHICLES = word_list("roles_vehicles")
_HARMLESS = word_list("no_doers_harmless")
_ANYBODY = word_list("no_doers_anybody")
_HE = frozenset({"he", "she", "him", "her", "his"})
_BACKWARD = ("it", "they", "them", "its", "their")
_WHERE = frozenset({"near", "outside", "around", "above", "inside", "beside", "over", "off"})
_FAR = 40  # words between a pronoun and the fighter for whom it stands
_SUBJECTS = ("nsubj", "nsubjpass")


def is_no_doer(head: Token, entity: Entity, hit: Collection[str], *, accused: bool) -> bool:
    """Whether an actor that a head names did not do it; `hit` are the keys of whom the same event hit."""
    if head.lower_ in ("one", "none", "nobody"):
        return True  # "no one has been held accountable"
    if lemma(head) in _ANYBODY and accused and entity.reference is None:
        return True  # "a man suspected of the attack": nobody that could be told from others
    if head.doc[head.left_edge.i].lower_ in _WHERE:
        return True  # "Near Hama, one airstrike struck a unit", where the town was taken for a subject
    if head.pos_ == "PRON":
        harmless = {w.rstrip("s") for w in entity.name.casefold().split()} & _HARMLESS
        return key_of(entity) in hit or bool(harmless)
    if entity.reference is not None:
        return False
    return _is_unowned_craft(head) or (lemma(head) in _HARMLESS and not accused)


def _is_unowned_craft(head: Token) -> bool:
    """ "Bomber and remotely piloted aircraft conducted strikes": nobody is named who flies them, as in "NATO jets"."""
    craft = [t for t in (head, *head.conjuncts) if lemma(t) in _VEHICLES]
    sides = ("compound", "nmod", "poss")
    owned = [c for t in craft for c in t.children if c.dep_ in sides or (c.dep_ == "amod" and c.ent_type_)]
    return bool(craft) and not owned and not any(pobj(t, "of", "from") for t in craft)


def stands_for(pronoun: Token, cast: Cast) -> Token | None:
    """The noun for which a pronoun stands as a doer; the pronoun itself where the cast may look, None if unknown.

    "He" is a fighter told of just before, never somebody who only speaks; "it" and "they" are not looked for behind a
    nearer subject that is no actor ("the attack was vile, as it hit a school").
    """
    if pronoun.lower_ in _HE:
        known = any(e.reference is not None for e in cast.actors(pronoun))  # a head of state, not a witness
        return _fighter(pronoun) or (pronoun if known else None)
    if pronoun.lower_ not in _BACKWARD:
        return pronoun
    many = pronoun.lower_ in ("they", "them", "their")
    own = {t.i for t in pronoun.head.subtree} if pronoun.dep_ not in _SUBJECTS else set()
    for token in reversed(pronoun.doc[bounds_of(pronoun)[0] : pronoun.i]):
        if token.dep_ not in _SUBJECTS or token.head.i == pronoun.head.i or token.i in own:
            continue
        several = token.tag_ in ("NNS", "NNPS") or len(token.conjuncts) > 0
        fits = several or bool(cast.actors(token)) if many else not several
        if not fits or token.pos_ not in NOUN or antecedent(token).i != token.i:
            continue
        if load_frames().noun_events(token) or not cast.actors(token):
            return None
        return _several_named(token, pronoun, cast) if many and not several else pronoun
    return pronoun


def _several_named(subject: Token, pronoun: Token, cast: Cast) -> Token:
    """ "The state helps the guards as they fight": who is many and named beside a subject that is one."""
    many = [t for t in pronoun.doc[bounds_of(pronoun)[0] : pronoun.i] if t.tag_ == "NNS" and cast.actors(t)]
    objects = [t for t in many if t.dep_ == "dobj" and t.i > subject.i]
    return next(reversed(objects or [t for t in many if t.dep_ in _SUBJECTS and t.i < subject.i]), pronoun)


def _fighter(pronoun: Token) -> Token | None:
    """ "A bomber entered the yard before he blew up his load": the last one told of that is a fighter."""
    for token in reversed(pronoun.doc[max(0, pronoun.i - _FAR) : pronoun.i]):
        if token.dep_ in _SUBJECTS and token.tag_ == "NN" and lemma(token) in GROUP_NOUNS & _ALONE:
            return token
    return None


_ALONE = word_list("no_doers_alone")

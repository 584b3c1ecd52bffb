"""Who is said to have done it: from the heads of the roles to actors, each with how sure its reading is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from spacy.tokens import Token

from app.extract.attribution import Attribution
from app.extract.cast import Cast
from app.extract.confidence import Blame, Found, Way, how_found
from app.extract.frames import lemma, load_frames
from app.extract.matters import key_of
from app.extract.mention import BARE_ROLES, JOINT, NOUN, Mention
from app.extract.no_doers import is_no_doer, stands_for
from app.extract.nouns import bounds_of, conjuncts, modifiers, phrase, pobj, text_of
from app.extract.roles import Roles
from app.extract.targets import counted
from app.extract.traits import doer_traits
from app.extract.voice import Speaker
from app.extract.words import word_list
from app.model import Entity, EntityKind, EventType, Span

DOERS_VERSION = "doers.v1"
_PEOPLE = word_list("reading_people")
_OWN_FORCES = word_list("cast_fighters")
_OWN_PART = word_list("echoes_own_part")
_CAUSES = word_list("doers_causes")
_SORTS = frozenset({"fighter", "bomber", "attack", "military", "transport"})
_CRAFT = word_list("roles_vehicles")
_DOERS = ("man", "ist", "guard", "commando", "force", "saboteur", "junta")


@dataclass(frozen=True, slots=True)
class Doer:
    """An actor that is said to have done it, and how the reading came to that."""

    entity: Entity
    blame: Blame


def find_doers(
    mention: Mention, roles: Roles, attribution: Attribution, cast: Cast, us: Speaker | None
) -> tuple[Doer, ...]:
    """Return who did it by the words of a statement, each actor once; `us` is who says "we" here."""
    blamed = attribution.act == "accuse" and bool(attribution.blamed)
    own = attribution.speaker.claimants if attribution.cue_token is not None else ()
    if attribution.act == "deny" and _denies_part(attribution):
        return tuple(Doer(e, Blame(Way.ACCUSED, Found.TAKEN_UP)) for e in own if e.kind is EntityKind.ACTOR)
    accused = blamed and mention.type is not EventType.TRUCE and not _is_told_beside(mention, attribution)
    found: dict[str, Doer] = {}
    hit = {key_of(e) for t in roles.targets for e in cast.actors(t, us)}
    for head in attribution.blamed if accused else roles.perpetrators:
        way = Way.ACCUSED if accused else roles.ways.get(head.i, Way.AGENT)
        for named in _owners_of_forces(counted(head), cast):
            itself = bool(own) and _means_speaker(named, attribution)
            token = named if itself else stands_for(named, cast)
            told = attribution.act == "accuse" or (attribution.cue is not None and attribution.cue.kind == "noun")
            selves = _of_denier(attribution) if told else own  # "rejected a report that they killed"
            for entity in selves if itself else _actors(token, cast, us, blamed=blamed):
                if entity.kind is EntityKind.ACTOR and (itself or not is_no_doer(named, entity, hit, accused=blamed)):
                    how = Found.PRONOUN if itself else how_found(named, entity, is_name=named.i in cast.name_at)
                    found.setdefault(key_of(entity), Doer(entity, Blame(way, how, doer_traits(named, mention))))
    return tuple(found.values())


def _actors(token: Token | None, cast: Cast, us: Speaker | None, *, blamed: bool) -> tuple[Entity, ...]:
    if token is None:
        return ()
    return cast.actors(token, us) or _plain_actor(token, blamed)


def _owners_of_forces(token: Token, cast: Cast) -> list[Token]:
    """ "Forces of either the junta or its ally", "Kenyan jets": each of those whose forces or aircraft they are."""
    if lemma(token) in _CRAFT and not any(e.reference for e in cast.actors(token)):
        near = [c for c in modifiers(token) if lemma(c) not in _SORTS | _CRAFT]
        owners = [t for t in (*near, *pobj(token, "of", "from")) if cast.actors(t)]
        owned = [t for t in owners if t.dep_ == "poss"]  # "the junta's fighter jet"
        return owned or owners[-1:] or [token]
    owners = pobj(token, "of", "from")
    if lemma(token) in _OWN_FORCES and not cast.actors(token) and any(cast.actors(t) for t in owners):
        return owners  # "the remaining members of the front"
    if lemma(token) not in _OWN_FORCES or any(c.dep_ in BARE_ROLES for c in token.children):
        return [token]
    both = [t for t in conjuncts(owners) if t.pos_ in NOUN]
    return both if len(both) > 1 else [token]


def actors_of(tokens: Sequence[Token], cast: Cast, us: Speaker | None) -> list[Entity]:
    """Return the actors that heads of noun phrases name, each once."""
    found: dict[str, Entity] = {}
    for token in tokens:
        for entity in cast.actors(token, us) or _side(token):
            found.setdefault(entity.reference or entity.name.casefold(), entity)
    return list(found.values())


def _side(token: Token) -> tuple[Entity, ...]:
    """ "All sides", "both parties": who they are is not said, but they take part."""
    if lemma(token) not in ("side", "party", "belligerent", "guarantor"):
        return ()
    words = token.doc[token.left_edge.i : token.i + 1]
    span = Span(words.start_char, words.end_char)
    return (Entity(kind=EntityKind.ACTOR, name=span.of(text_of(token.doc)), span=span, class_hint="Group"),)


def _is_told_beside(mention: Mention, attribution: Attribution) -> bool:
    """ "Accused the army of shelling, which followed the killing of ten": a relative clause is no part of it."""
    cue = attribution.cue_token
    for up in (mention.anchor, *mention.anchor.ancestors):
        if cue is None or up.i == cue.i:
            return False
        if up.dep_ == "relcl" and up.i > cue.i:
            return True
    return False


def _plain_actor(token: Token, blamed: bool) -> tuple[Entity, ...]:
    """People under a plain noun: who is accused is an actor by that alone."""
    people = lemma(token) in _PEOPLE or (lemma(token).endswith(_DOERS) and token.i != token.head.i)
    if load_frames().noun_events(token) or lemma(token) in _CAUSES:
        return ()
    if token.pos_ not in ("NOUN", "PROPN") or not (people or (blamed and token.ent_type_ not in ("DATE", "TIME"))):
        return ()
    span = phrase(token)
    return (Entity(kind=EntityKind.ACTOR, name=span.of(text_of(token.doc)), span=span, class_hint="Group"),)


def _means_speaker(token: Token, attribution: Attribution) -> bool:
    """ "The army said it had bombed", "India said its jets had struck": the one who speaks."""
    cue = attribution.cue_token
    if cue is None or cue.i > token.i or attribution.cue is None or attribution.cue.kind == "preposition":
        return False
    if token.lower_ in ("he", "she") and not any(
        c.class_hint in ("Person", "Office") for c in attribution.speaker.claimants
    ):
        return False
    if token.lower_ in ("they", "them") and _are_others(token, cue):
        return False
    owners = [c for c in token.children if c.dep_ == "poss" and c.lower_ in ("its", "their", "his", "her")]
    if token.lower_ not in ("it", "they", "he", "she") and not (owners and lemma(token) in _OWN_FORCES):
        return False
    between = token.doc[cue.i + 1 : token.i]
    return not any(t.pos_ == "PROPN" or (t.dep_ in ("nsubj", "dobj") and t.pos_ == "NOUN") for t in between)


def _of_denier(attribution: Attribution) -> tuple[Entity, ...]:
    """ "The army rejected their claims that its forces attacked": no accuser means itself, but who rejects it may."""
    return tuple(e for e in attribution.relayed if e.class_hint in _POWERS or _is_armed(e))


_POWERS = ("ArmedForces", "ArmedGroup", "Government", "State")


def own_deed(mention: Mention, attribution: Attribution) -> tuple[Entity, ...]:
    """ "The army denied the attack": it clears itself where nobody else is named; an ally may speak for others."""
    verb, own = attribution.cue_token, attribution.speaker.claimants
    if attribution.act != "deny" or verb is None or lemma(verb) not in _CLEARS or not mention.is_noun:
        return ()
    if mention.anchor.head.i != verb.i or mention.anchor.dep_ not in ("dobj", "nsubjpass") or mention.type in JOINT:
        return ()
    states = ("Government",) if mention.type is EventType.CHEMICAL_ATTACK else ("Government", "State")
    armed = [c for c in own if c.class_hint in ("ArmedForces", "ArmedGroup", *states) or _is_armed(c)]
    return tuple(armed) if len(armed) == len(own) else ()


def _is_armed(claimant: Entity) -> bool:
    return bool(set(claimant.name.casefold().split()) & _ARMED)


_CLEARS = frozenset({"deny", "refute"})
_ARMED = word_list("roles_sides") | {"rebels", "militants", "military", "forces", "troops", "separatists", "alliance"}


def _are_others(pronoun: Token, cue: Token) -> bool:
    """ "Troops left the town, where the state says they killed many": "they" are the troops, not the one who speaks."""
    before = pronoun.doc[bounds_of(cue)[0] : cue.i]
    return any(t.dep_ in ("nsubj", "nsubjpass") and t.tag_ == "NNS" and t.head.i != cue.i for t in before)


def _denies_part(attribution: Attribution) -> bool:
    """ "Denied involvement in": the denier clears itself."""
    verb = attribution.cue_token
    return verb is not None and any(lemma(c) in _OWN_PART for c in verb.children if c.dep_ == "dobj")

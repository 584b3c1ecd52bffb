"""Places that are named and tell where nothing happened: an office, a distance, a part of a name, a meeting."""

from __future__ import annotations

from spacy.tokens import Token

from app.extract.frames import Frames, lemma
from app.extract.mention import NOUN
from app.extract.words import word_list

WHEREABOUTS_VERSION = "whereabouts.v1"
_OFFICES = word_list("cast_role_nouns") | word_list("whereabouts_offices")
_LENGTHS = word_list("whereabouts_lengths")
_MEETINGS = word_list("whereabouts_meetings")
_BODIES = word_list("whereabouts_bodies")
_LEAVES = word_list("whereabouts_leaves")
_SITS = frozenset({"locate", "base", "station", "position", "deploy", "headquarter"})
_DIRECTIONS = frozenset({"north", "south", "east", "west", "northeast", "northwest", "southeast", "southwest", "away"})
_UP = ("prep", "pobj", "appos", "conj", "compound", "nmod", "poss", "nsubj")


def is_elsewhere(token: Token, frames: Frames) -> bool:
    """Whether a place name tells of something other than the place of an event."""
    return (
        _is_measured_from(token)
        or _is_in_a_name(token)
        or _is_met_at(token)
        or _is_come_from(token)
        or _is_of_doer(token)
        or _is_of_speaker(token, frames)
    )


def _is_measured_from(token: Token) -> bool:
    """ "Twenty kilometres from A", "250 km north of A": where it is not."""
    prep = token.head
    if token.dep_ != "pobj" or prep.lower_ not in ("from", "of", "off") or prep.i < 2:
        return False
    before = prep.nbor(-1)
    if before.lower_ in _DIRECTIONS or before.lower_.endswith("ern"):
        before = before.nbor(-1)
    return lemma(before) in _LENGTHS or before.lower_ in _LENGTHS


def _is_in_a_name(token: Token) -> bool:
    """ "Organization for … in A", "Mission in A": part of what a body is called."""
    prep = token.head
    if token.dep_ in ("conj", "pobj") and token.ent_type_ == "ORG" and token.doc[token.i - 1].ent_type_ == "ORG":
        return any(up.pos_ == "PROPN" and up.ent_type_ == "ORG" and up.lower_ in _BODIES for up in token.ancestors)
    return token.dep_ == "pobj" and prep.head.pos_ == "PROPN" and prep.head.lower_ in _BODIES and prep.head.i < token.i


def _is_met_at(token: Token) -> bool:
    """ "Will meet in A", "after talks in A": where people spoke."""
    prep = token.head
    if token.dep_ != "pobj" or prep.lower_ not in ("in", "at"):
        return False
    up = prep.head
    return lemma(up) in _MEETINGS and up.pos_ in (*NOUN, "VERB")


def _is_come_from(token: Token) -> bool:
    """ "A gang from A", "missiles fired from A": where it came from; but people flee, and are taken, from a place."""
    prep = token.head
    return token.dep_ == "pobj" and prep.lower_ == "from" and lemma(prep.head) not in _LEAVES


def _is_of_doer(token: Token) -> bool:
    """ "Fighters based in A shelled B": where those sit who did it."""
    prep = token.head
    verb = prep.head
    sits = verb.dep_ == "acl" and lemma(verb) in _SITS and verb.head.dep_ == "nsubj"
    return token.dep_ == "pobj" and prep.lower_ == "in" and sits


def _is_of_speaker(token: Token, frames: Frames) -> bool:
    """ "A police spokesman in A said", "officials from A, according to": where the speaker sits."""
    office = False
    up = token
    for _ in range(8):
        if up.i != token.i and up.pos_ in NOUN:
            if frames.noun_events(up):
                return False
            office = office or lemma(up) in _OFFICES or up.ent_type_ == "PERSON"
        if up.dep_ == "nsubj":
            return office and up.i != token.i and frames.cue(up.head) is not None
        if up.dep_ == "pobj" and up.head.lower_ == "to" and up.head.head.lower_ == "according":
            return office and up.i != token.i
        if up.dep_ not in _UP or up.head.i == up.i:
            return False
        up = up.head
    return False

"""Cue and event frames, read from the resource files: which words attribute, which name events, and the roles."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from spacy.tokens import Doc, Token

from app.model import EventType

FRAMES_VERSION = "frames.v2"

# What the small and medium pipelines lemmatise wrongly.
_LEMMAS = {"stag": "stage", "mis": "miss", "ceasefires": "ceasefire", "bombe": "bomb", "car-bombing": "bombing"}
_ALL = frozenset({"clause", "object", "of", "for", "against", "with", "about", "on", "to", "over", "in"})
_REACH = 8


@dataclass(frozen=True, slots=True)
class Cue:
    """A frame of attribution: what act a word makes of its content, who speaks, and who is blamed."""

    word: str
    rest: tuple[str, ...]
    kind: str
    act: str
    claimant: str
    blamed: tuple[str, ...]
    content: frozenset[str]
    certainty: str | None
    polarity: str | None


@dataclass(frozen=True, slots=True)
class EventFrame:
    """A frame of an event word: its type, the roles of subject and object, and the classes that these must have."""

    word: str
    rest: tuple[str, ...]
    kind: str
    type: EventType | None
    subject: str
    object: str
    needs: str | None
    light: bool
    by: str | None = None


_OF_ALL, _CUES = "lemmas", "cues"
_CUE_KINDS = {
    "VERB": "verb", "AUX": "verb", "NOUN": "noun", "PROPN": "noun", "ADP": "preposition", "ADJ": "adjective",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Frames:
    """All frames, by the lemma of their head."""

    cues: Mapping[tuple[str, str], tuple[Cue, ...]]
    events: Mapping[tuple[str, str], tuple[EventFrame, ...]]
    phrases: Mapping[str, tuple[tuple[tuple[str, ...], EventFrame], ...]]
    classes: Mapping[str, frozenset[str]]
    means: tuple[tuple[EventType, frozenset[str]], ...]
    event_words: frozenset[str]

    def cue(self, token: Token) -> Cue | None:
        """Return the cue that a token heads here, the longest first; of one document each token is asked once."""
        known: dict[int, Cue | None] = token.doc.user_data.setdefault(_CUES, {})
        if token.i not in known:
            known[token.i] = self._cue_of(token)
        return known[token.i]

    def _cue_of(self, token: Token) -> Cue | None:
        part, tag = token.pos_, token.tag_
        kinds = [_CUE_KINDS.get(part, ""), *(("preposition",) if tag == "VBG" else ())]
        kinds += ["adjective"] if tag == "VBN" else []
        if part in ("ADJ", "NOUN", "INTJ") and any(c.dep_ == "nsubj" for c in token.children):
            kinds.append("verb")
        for one in kinds:
            for cue in self.cues.get((one, lemma(token)), ()) or self.cues.get((one, token.lower_), ()):
                if not cue.rest or _has_rest(token, cue.rest):
                    return cue
        return None

    def verb_events(self, token: Token) -> tuple[EventFrame, ...]:
        """Return the event frames of a verb that fit by their words; `needs` is for the caller to check."""
        found = self.events.get(("verb", lemma(token)), ())
        return tuple(f for f in found if not f.rest or _has_rest(token, f.rest))

    def noun_events(self, token: Token) -> tuple[EventFrame, ...]:
        """Return the event frames of a single noun."""
        return self.events.get(("noun", lemma(token)), ()) or self.events.get(("noun", token.lower_), ())

    def phrase_at(self, words: list[str], lemmas: list[str], start: int) -> tuple[int, EventFrame] | None:
        """Return the longest noun phrase frame that begins at a token, with its end."""
        for parts, frame in self.phrases.get(lemmas[start], ()) or self.phrases.get(words[start], ()):
            end = start + len(parts)
            if end <= len(words) and all(
                p in (words[i], lemmas[i]) for p, i in zip(parts, range(start, end), strict=True)
            ):
                return end, frame
        return None

    def is_of(self, class_: str, token: Token) -> bool:
        """Whether a token heads a word of a class; two-word members look at the token before."""
        members = self.classes.get(class_, frozenset())
        own = lemma(token)
        if own in members or token.lower_ in members:
            return True
        if token.i > 1 and token.nbor(-1).text == "-":
            return f"{token.nbor(-2).lower_}-{own}" in members
        return token.i > 0 and f"{lemma(token.nbor(-1))} {own}" in members


def lemma(token: Token) -> str:
    """Return the lemma of a token in lower case, mended where the pipeline is wrong."""
    return lemmas_of(token.doc)[token.i]


def lemmas_of(doc: Doc) -> list[str]:
    """Return the lemmas of a document, found once."""
    known: list[str] | None = doc.user_data.get(_OF_ALL)
    if known is None:
        known = doc.user_data[_OF_ALL] = [_mended(t) for t in doc]
    return known


def _mended(token: Token) -> str:
    found = token.lemma_.casefold()
    if token.pos_ == "PROPN" and found.endswith("s") and token.tag_ in ("NNPS", "NNP") and len(found) > 4:
        found = found[:-1] if not found.endswith("ss") else found
    return _LEMMAS.get(found, found)


def _has_rest(token: Token, rest: tuple[str, ...]) -> bool:
    """Whether the further words of a frame follow in order, within reach ("held X responsible")."""
    doc, position = token.doc, token.i + 1
    if token.pos_ == "NOUN" or token.pos_ == "ADP":
        return all(token.i + n < len(doc) and doc[token.i + n].lower_ == w for n, w in enumerate(rest, start=1))
    end = min(len(doc), token.i + 1 + _REACH)
    for word in rest:
        while position < end and doc[position].lower_ != word and lemma(doc[position]) != word:
            if doc[position].is_sent_start:
                return False
            position += 1
        if position >= end or not _belongs(doc[position], token):
            return False
        position += 1
    return True


def _belongs(word: Token, verb: Token) -> bool:
    """Whether a preposition of a verb's frame hangs on the verb or on what stands next to it."""
    if word.dep_ not in ("prep", "prt", "agent") or verb.pos_ != "VERB":
        return True
    return word.head.i == verb.i or word.head.head.i == verb.i


@cache
def load_frames() -> Frames:
    """Read the resource files once per process."""
    cues: dict[tuple[str, str], list[Cue]] = defaultdict(list)
    for row in _read("cues.toml")["cue"]:
        cue = _cue(row)
        cues[cue.kind, cue.word].append(cue)
    data = _read("events.toml")
    events: dict[tuple[str, str], list[EventFrame]] = defaultdict(list)
    phrases: dict[str, list[tuple[tuple[str, ...], EventFrame]]] = defaultdict(list)
    for row in data["frames"]["event"]:
        frame = _event(row)
        if frame.kind == "noun" and frame.rest:
            parts = (frame.word, *frame.rest)
            phrases[parts[0]].append((parts, frame))
        else:
            events[frame.kind, frame.word].append(frame)
    return Frames(
        {k: tuple(sorted(v, key=lambda c: -len(c.rest))) for k, v in cues.items()},
        {k: tuple(sorted(v, key=lambda f: (f.needs is None, -len(f.rest)))) for k, v in events.items()},
        {k: tuple(sorted(v, key=lambda p: -len(p[0]))) for k, v in phrases.items()},
        {name: frozenset(members) for name, members in data["classes"].items()},
        tuple((EventType(name), frozenset(words)) for name, words in data["means"].items()),
        frozenset(word for _, word in events),
    )


def _cue(row: Mapping[str, Any]) -> Cue:
    word, *rest = str(row["word"]).split()
    content = frozenset(str(row.get("content", "")).split()) or _ALL
    return Cue(
        word, tuple(rest), str(row["kind"]), str(row["act"]), str(row.get("claimant", "subject")),
        tuple(str(row.get("blamed", "")).split()), content, row.get("certainty"), row.get("polarity"),
    )  # fmt: skip


def _event(row: Mapping[str, Any]) -> EventFrame:
    word, *rest = str(row["word"]).replace("-", " - ").split()
    return EventFrame(
        word, tuple(rest), str(row["kind"]), EventType(row["type"]) if "type" in row else None,
        str(row.get("subject", "perpetrator")), str(row.get("object", "target")), row.get("needs"),
        bool(row.get("light", False)), row.get("by"),
    )  # fmt: skip


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files("app.extract") / "resources" / name).read_text("utf-8"))

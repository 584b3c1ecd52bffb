"""The words that cue attribution and name events, from the resource files."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from spacy.tokens import Span as SpacySpan
from spacy.tokens import Token

from app.model import EventType


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Cue of each verb lemma, and event kind of nouns, verbs and phrases."""

    cues: Mapping[str, str]
    nouns: Mapping[str, EventType]
    verbs: Mapping[str, EventType]
    phrases: Mapping[str, EventType]

    @classmethod
    def load(cls) -> Lexicon:
        """Read the resource files."""
        cues = [c for c in _read("cues.toml")["cue"] if c["kind"] == "verb" and " " not in c["word"]]
        frames = [f for f in _read("events.toml")["frames"]["event"] if "type" in f and "needs" not in f]
        words = {
            kind: {f["word"]: EventType(f["type"]) for f in frames if f["kind"] == kind and " " not in f["word"]}
            for kind in ("noun", "verb")
        }
        phrases = {f["word"]: EventType(f["type"]) for f in frames if " " in f["word"]}
        return cls({c["word"]: c["act"] for c in cues}, words["noun"], words["verb"], phrases)

    def triggers(self, sentence: SpacySpan) -> list[tuple[Token, EventType]]:
        """Return the words of a sentence that name events, each with its kind; longer phrases first."""
        found: dict[int, tuple[Token, EventType]] = {}
        lower = sentence.text.casefold()
        taken: set[int] = set()
        for phrase, kind in sorted(self.phrases.items(), key=lambda p: -len(p[0])):
            at = lower.find(phrase)
            while at >= 0:
                span = sentence.doc.char_span(
                    sentence.start_char + at, sentence.start_char + at + len(phrase), alignment_mode="expand"
                )
                if span is not None and not taken & set(range(span.start, span.end)):
                    taken |= set(range(span.start, span.end))
                    found[span.root.i] = (span.root, kind)
                at = lower.find(phrase, at + 1)
        for token in sentence:
            if token.i in taken:
                continue
            table = self.verbs if token.pos_ == "VERB" else self.nouns if token.pos_ in ("NOUN", "PROPN") else {}
            if kind_ := table.get(token.lemma_.casefold()):
                found[token.i] = (token, kind_)
        return [found[i] for i in sorted(found)]


def _read(name: str) -> dict[str, Any]:
    text = (files("app.extract") / "resources" / name).read_text("utf-8")
    return tomllib.loads(text)

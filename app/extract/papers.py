"""Whose voice a paper is: the author of a statement, a letter, a report that "says" something."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from spacy.tokens import Doc, Token

from app.extract.frames import lemma
from app.extract.gazetteer import Name
from app.extract.nouns import pobj, subject
from app.extract.voice import Speaker
from app.extract.words import word_list
from app.model import EntityKind

PAPERS_VERSION = "papers.v1"
PAPERS = word_list("cast_papers")
_LETTERS = frozenset({"statement", "letter", "communique", "release", "bulletin", "message"})
_BODY_NOUNS = word_list("cast_group_nouns") | word_list("cast_body_nouns")
_ISSUES = word_list("attribution_issues")
_NEAR = 150
_ABSTRACT = ("sion", "ction", "ation", "ition", "ness", "ism", "ility", "ence", "ance", "age", "ure", "ship", "dom")
_MANY = (
    "delegation",
    "administration",
    "federation",
    "association",
    "corporation",
    "institution",
    "conference",
    "leadership",
)
_THINGS = word_list("papers_things")


def is_abstract(noun: Token) -> bool:
    """Whether a noun is no person and no body that could speak: "tensions", "the aggression", "such violence"."""
    word = lemma(noun)
    if noun.pos_ != "NOUN" or noun.ent_type_ or word in _BODY_NOUNS or word in PAPERS or word.endswith(_MANY):
        return False
    return word in _THINGS or word.endswith(_ABSTRACT)


class Papers:
    """Finds who speaks in the papers of one document."""

    def __init__(
        self,
        doc: Doc,
        speaker: Callable[[Token, Speaker | None], Speaker | None],
        last_body: Callable[[Token], Speaker | None],
        name_at: Mapping[int, Name],
    ) -> None:
        """`speaker` says who speaks in a noun phrase, `last_body` which body spoke last before a token."""
        self._doc = doc
        self._speaker = speaker
        self._last_body = last_body
        self._name_at = name_at

    def author(self, paper: Token, speaker: Speaker | None) -> Speaker | None:
        """Return who speaks in a statement, a letter, a report: whose it is, else the body that spoke last."""
        owners = self._owners(paper)
        for owner in owners:
            body = self._speaker(owner, speaker) if owner.i != paper.i else None
            if body is not None and body.claimants and body.claimants[0].class_hint != "State":
                return body
        definite = any(c.dep_ == "det" and c.lower_ in ("the", "this") for c in paper.children)
        if owners or not definite:
            return None
        return self._writer(paper) or (self._last_body(paper) if lemma(paper) in _LETTERS else None)

    def _owners(self, paper: Token) -> list[Token]:
        """Whose it is said to be: "of", "by" or "'s" somebody, "issued by" somebody, or what somebody releases."""
        owners = pobj(paper, "by", "from", "of") + [
            c for c in paper.children
            if (c.dep_ == "poss" and c.ent_type_ != "DATE") or (c.dep_ in ("compound", "nmod") and self._is_body(c))
        ]  # fmt: skip
        owners += [t for c in paper.children if c.dep_ == "acl" and c.tag_ == "VBN" for t in pobj(c, "by")]
        if not owners and paper.dep_ == "dobj" and lemma(paper.head) in _ISSUES:
            owners = subject(paper.head)
        return owners

    def _writer(self, paper: Token) -> Speaker | None:
        """ "The ministry sent two letters. The letters said": whose verb made a paper known before."""
        for token in reversed(self._doc[max(0, paper.i - _NEAR) : paper.i]):
            if lemma(token) == lemma(paper) and token.pos_ == "NOUN":
                made = token.dep_ == "dobj" and token.head.pos_ == "VERB"
                for owner in subject(token.head) if made else self._owners(token):
                    body = self._speaker(owner, None)
                    if body is not None and body.claimants:
                        return body
        return None

    def _is_body(self, token: Token) -> bool:
        name = self._name_at.get(token.i)
        return lemma(token) in _BODY_NOUNS or (name is not None and bool(name.of(EntityKind.ACTOR)))

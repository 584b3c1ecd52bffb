"""Who spoke last: whom "he said", "it added", "the president said" and "a spokesman" mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from spacy.tokens import Doc, Token

from app.extract.frames import lemma, load_frames
from app.extract.nouns import bounds_of, depth, sentence_of
from app.extract.voice import Speaker
from app.extract.words import word_list
from app.model import Entity

ROLE_NOUNS = word_list("cast_role_nouns")
HUMAN_NOUNS = word_list("cast_human_nouns")
PERSON_PRONOUNS = word_list("cast_person_pronouns")
PLURAL_PRONOUNS = word_list("cast_plural")
_FAR = 120  # words between who spoke and "it said"
_NEAR = 150  # words between who spoke and "a spokesman"


class LastSpeakers:
    """The speakers of one document by the word that names them, in which what is said later looks back."""

    def __init__(
        self,
        doc: Doc,
        named: Mapping[int, tuple[Entity, ...]],
        seen: Sequence[tuple[int, Entity, str]],
        known: Callable[[str], Speaker | None],
    ) -> None:
        """`named` and `seen` are the actors by their heads, `known` says for whom a person of a name speaks."""
        self._doc = doc
        self._named = named
        self._seen = seen
        self._known = known
        self._spoke: dict[int, Speaker] = {}

    def note(self, token: Token, speaker: Speaker) -> None:
        """Note who speaks where a word is the subject of a cue."""
        self._spoke[token.i] = speaker

    def of_pronoun(self, token: Token) -> Speaker | None:
        """Who spoke last, of the kind that a pronoun stands for: a person, a body, or several."""
        person = token.lower_ in PERSON_PRONOUNS
        for index in self._latest(token):
            spoke = self._told_by(index, person=person) or self._spoke[index]
            human = bool(spoke.spokespersons) or spoke.claimants[0].class_hint == "Person" or self._is_human(index)
            body = spoke.claimants[0].class_hint not in ("Person", "Office") and not self._is_human(index)
            if (human if person else body) or token.lower_ in PLURAL_PRONOUNS:
                known = self._known(spoke.claimants[0].name) if human else None
                between = self._subject_between(index, token, person)
                return None if between else known or spoke
        return None

    def _latest(self, token: Token) -> list[int]:
        """Where somebody spoke before a pronoun, the latest sentence first, in it whoever speaks of the others."""
        near = [i for i in self._spoke if 0 < token.i - i <= _FAR]
        return sorted(near, key=lambda i: (-bounds_of(self._doc[i])[0], depth(self._doc[i]), -i))

    def _told_by(self, index: int, *, person: bool) -> Speaker | None:
        """ "The office had seen nothing that bore out what Russia claimed": who tells it, where nobody else is cued."""
        top = sentence_of(self._doc[index]).root
        if person or not depth(self._doc[index]) or load_frames().cue(top) is not None:
            return None
        found = next((self._named[c.i] for c in top.children if c.dep_ == "nsubj" and self._named.get(c.i)), ())
        return Speaker(found[:1]) if found and found[0].class_hint not in ("Person", "Office") else None

    def _is_human(self, index: int) -> bool:
        """Whether one person of no name spoke there: "a senior official", "a local doctor"."""
        noun = self._doc[index]
        return noun.tag_ == "NN" and lemma(noun) in ROLE_NOUNS | HUMAN_NOUNS

    def _subject_between(self, start: int, token: Token, person: bool) -> bool:
        """Whether a nearer subject of the same kind takes the pronoun."""
        for index, _, sort in reversed(self._seen):
            if index <= start:
                return False
            head = self._doc[index]
            apart = bounds_of(head) != bounds_of(token)
            if index < token.i and apart and head.dep_ == "nsubj" and not depth(head) and (sort == "person") == person:
                return sort != "many"
        return False

    def body(self, token: Token) -> Speaker | None:
        """The body that spoke last before a token, near enough to be meant by "a spokesman" or "the statement"."""
        for index in sorted((i for i in self._spoke if 0 < token.i - i <= _NEAR), reverse=True):
            if self._spoke[index].claimants[0].class_hint not in ("Person", "Office"):
                return self._spoke[index]
        return None

    def of_role(self, token: Token) -> Entity | None:
        """Who spoke last before "the president said", if that one is a president: others are only told of."""
        if token.dep_ != "nsubj" or lemma(token) not in ROLE_NOUNS or [c.lower_ for c in token.children] != ["the"]:
            return None
        near = sorted((i for i in self._spoke if 0 < token.i - i <= _NEAR), reverse=True)
        last = next((c for i in near for c in self._spoke[i].claimants if c.class_hint == "Person"), None)
        heads = [self._doc[i] for i, e, _ in self._seen if last is not None and e.name == last.name]
        named = (c for t in heads for c in t.children if c.dep_ in ("compound", "appos", "nmod"))
        return last if any(lemma(c) == lemma(token) for c in named) else None

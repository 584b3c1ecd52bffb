"""Who says it beside the clause: "according to X", "by its count", "the army, he said, had fired"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from spacy.tokens import Doc, Token

from app.extract.cast import Cast
from app.extract.columns import tokens_of, tokens_saying
from app.extract.cue_syntax import is_bare
from app.extract.frames import Cue, Frames, lemma
from app.extract.nouns import bounds_of, conjuncts, pobj, sentence_of
from app.extract.voice import Speaker
from app.extract.words import word_list

_ENDS = frozenset({".", "!", "?", ":", "”", '"', "’", "'"})
_LONGEST_FRAME = 12
_NO_SPEAKERS = frozenset(
    {"resolution", "law", "convention", "treaty", "charter", "agreement", "plan", "rule", "principle"}
)
_OUTLETS = frozenset(
    {"media", "news", "agency", "newspaper", "television", "tv", "radio", "times", "post", "reuters", "afp"}
)
_ACCOUNTS = word_list("attribution_accounts")
_VIEWS = word_list("attribution_views")


@dataclass(slots=True)
class Level:
    """One cue above an event, or beside its clause."""

    cue: Cue
    token: Token
    speaker: Speaker | None
    crossed: bool = False


_BEFORE_ACCOUNTS = frozenset({"by", "in", "to", "on"})
_ACCORDING = frozenset({"according", "per", "citing"})


class Beside:
    """Finds the cues of a sentence that stand beside an event's clause and not above it."""

    def __init__(
        self,
        doc: Doc,
        cast: Cast,
        frames: Frames,
        subject_of: Callable[[Cue, Token], Speaker | None],
        speaker_at: Callable[[Token], Speaker | None],
    ) -> None:
        """`subject_of` names the claimant of a cue, `speaker_at` who says "we" at a token."""
        self._doc = doc
        self._cast = cast
        self._frames = frames
        self._subject_of = subject_of
        self._speaker_at = speaker_at

    def put_with(self, token: Token, levels: list[Level], path: frozenset[int]) -> list[Level]:
        """Add the cues that stand beside a clause and not above it; one inside the content of another is inner."""
        further = [
            *self._according(token, levels),
            *self._by_account(token, path),
            *self._parenthetical(token, levels, path),
        ]
        for level in further[:2]:
            above = {t.i for t in level.token.ancestors}
            at = next(
                (n for n, lv in enumerate(levels) if lv.token.i in above and lv.token.i < level.token.i), len(levels)
            )
            if level.cue.kind == "preposition" and _is_outlet(level) and any(lv.speaker for lv in levels):
                at = len(levels)  # "the mayor said twenty had died, according to the BBC": the mayor says it
            levels = [*levels[:at], level, *levels[at:]]
        return levels

    def _parenthetical(self, token: Token, levels: Sequence[Level], path: frozenset[int]) -> list[Level]:
        """ "The army, he said, had fired": a cue with a subject and no content, between commas."""
        best: tuple[int, Level] | None = None
        taken = {lv.token.i for lv in levels}
        after = self._cut_off(token)
        here = tokens_of(self._doc, ("VERB",), *bounds_of(token))
        for verb in (*here, *(t for t in after if t.pos_ == "VERB")):
            if verb.i in path or verb.i in taken or not is_bare(verb):
                continue
            cue = self._frames.cue(verb)
            if cue is None or cue.kind != "verb" or (cue.act not in ("say", "assess", "find") and cue.word != "charge"):
                continue
            low, high = sorted((verb.i, token.i))
            if any(t.text in (";", ":") for t in self._doc[low:high]) or not (
                verb in after or any(t.i in path for t in verb.ancestors)
            ):
                continue
            speaker = self._subject_of(cue, verb)
            if speaker is not None and speaker.claimants and (best is None or abs(verb.i - token.i) < best[0]):
                best = (abs(verb.i - token.i), Level(cue, verb, speaker))
        return [best[1]] if best is not None else []

    def _cut_off(self, token: Token) -> list[Token]:
        """ "…, X officials said.": a frame at the end of a sentence that the parser took for a sentence of its own."""
        sentence = sentence_of(token)
        last = self._doc[sentence.end - 1]
        if sentence.end >= len(self._doc) or last.is_space or last.text in _ENDS or last.whitespace_ == "":
            return []
        following = sentence_of(self._doc[sentence.end])
        return list(following) if len(following) <= _LONGEST_FRAME and following.root.pos_ == "VERB" else []

    def _by_account(self, token: Token, path: frozenset[int]) -> list[Level]:
        """ "By its count", "in the view of the embassy": a noun for an account with its owner, after a preposition."""
        for prep in tokens_saying(self._doc, _BEFORE_ACCOUNTS, *bounds_of(token)):
            if prep.dep_ not in ("prep", "agent") or prep.i in path:
                continue
            for noun in prep.children:
                act = "say" if lemma(noun) in _ACCOUNTS else "assess" if lemma(noun) in _VIEWS else None
                if act is None or noun.dep_ != "pobj" or token in noun.subtree:
                    continue
                if not any(t.i in path for t in prep.ancestors):
                    continue
                owners = [c for c in noun.children if c.dep_ == "poss"] or pobj(noun, "of")
                speakers = [
                    s for t in conjuncts(owners) if (s := self._cast.speaker(t, self._speaker_at(t))) is not None
                ]
                if speakers and speakers[0].claimants:
                    cue = Cue(lemma(noun), (), "noun", act, "by", (), frozenset(), None, None)
                    return [Level(cue, noun, speakers[0])]
        return []

    def _according(self, token: Token, levels: Sequence[Level]) -> list[Level]:
        found: list[Level] = []
        for word in tokens_saying(self._doc, _ACCORDING, *bounds_of(token)):
            if word.pos_ not in ("ADP", "VERB", "SCONJ"):
                continue
            cue = next((c for c in self._frames.cues.get(("preposition", word.lower_), ())), None)
            if cue is None or any(lv.token.i == word.i for lv in levels):
                continue
            heads = [t for t in word.subtree if t.dep_ == "pobj"]
            if not heads or token in list(word.subtree) or lemma(heads[0]) in _NO_SPEAKERS:
                continue
            speakers = [s for t in conjuncts(heads[:1]) if (s := self._cast.speaker(t)) is not None]
            if speakers:
                claimants = tuple(e for s in speakers for e in s.claimants)
                found.append(Level(cue, word, replace(speakers[0], claimants=claimants)))
        return found[:1]


def _is_outlet(level: Level) -> bool:
    """Whether a newspaper, an agency or a station speaks, which tells what others said."""
    claimants = level.speaker.claimants if level.speaker is not None else ()
    return bool(claimants) and all(
        c.class_hint == "MediaOrganization" or c.name.casefold().split()[-1] in _OUTLETS for c in claimants
    )

"""Who speaks in quotation marks: whom a verb beside them names, else the last one quoted."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from spacy.tokens import Doc, Token

from app.extract.nouns import text_of
from app.extract.quotes import Quotes
from app.extract.voice import UNNAMED, Speaker, Voice
from app.model import Span


class QuotedSpeakers:
    """The speakers of one document's quotations, carried on from paragraph to paragraph."""

    def __init__(
        self,
        doc: Doc,
        quotes: Quotes,
        paragraphs: Sequence[Span],
        voice: Voice,
        cued: Callable[[Token], Speaker | None],
    ) -> None:
        """`cued` says whom a verb names as the speaker of a quotation, if it is one that cues quotations."""
        self._doc = doc
        self._quotes = quotes
        self._paragraphs = paragraphs
        self._voice = voice
        self._cued = cued
        self._known: dict[Span, Speaker | None] = {}
        self._last: Speaker | None = None

    def of(self, quote: Span) -> Speaker | None:
        """Return the speaker: a cue in its paragraph, a line before it with a colon, the last one quoted."""
        if quote in self._known:
            return self._known[quote]
        # Who speaks may itself stand in quotation marks ("the siege and “the fighting …”, she said"): not asked twice.
        self._known[quote] = None
        number = next((n for n, p in enumerate(self._paragraphs) if p.start <= quote.start < p.end), None)
        found = self._beside(quote, number) if number is not None else None
        if found is None:
            found = self._last or (self._voice.speaker if self._voice.official else None)
        self._known[quote] = found
        if found is not None:
            self._last = found
        return found

    def _beside(self, quote: Span, number: int) -> Speaker | None:
        found = self._nearest(self._paragraphs[number], quote)
        if found is None and number > 0:
            before = self._paragraphs[number - 1]
            if before.of(text_of(self._doc)).rstrip().endswith(":"):
                found = self._nearest(before, quote)
        return found

    def _nearest(self, paragraph: Span, quote: Span) -> Speaker | None:
        """The speaker whom the verb nearest to a quotation names, outside all quotations of a paragraph."""
        words = self._doc.char_span(paragraph.start, paragraph.end, alignment_mode="contract")
        best: tuple[int, Speaker] | None = None
        for token in words or ():
            if token.pos_ != "VERB" or self._quotes.at(token.idx) is not None:
                continue
            distance = min(abs(token.idx - quote.start), abs(token.idx - quote.end))
            if best is not None and distance >= best[0]:
                continue
            speaker = self._cued(token)
            if speaker is not None and speaker is not UNNAMED:
                best = (distance, speaker)
        return best[1] if best is not None else None

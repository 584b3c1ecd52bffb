"""What stands near an event in its sentence: its places, instruments, time and casualty figures."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from spacy.tokens import Doc, Token
from spacy.tokens import Span as SpacySpan

from app.extract.cast import Cast
from app.extract.columns import tokens_of
from app.extract.frames import Frames, lemma, lemmas_of
from app.extract.gazetteer import Name
from app.extract.mention import Mention
from app.extract.near_times import coordinated, dated
from app.extract.near_tree import clause_owner, nearest
from app.extract.nouns import phrase, text_of
from app.extract.victims import is_struck, victims
from app.extract.voice import linked
from app.extract.whereabouts import is_elsewhere
from app.extract.words import word_list
from app.model import ATTACKS, CasualtyFigure, CasualtyKind, Entity, EntityKind, EventType, Span, TimeExpression

NEAR_VERSION = "near.v2"
_WHERE = word_list("near_where")
PLACE_NOUNS = word_list("near_place_nouns")
_PLACE_LABELS = frozenset({"GPE", "LOC", "FAC"})
_BREACH = EventType.TRUCE_BREACH
_UPROOTS = frozenset({EventType.DISPLACEMENT, EventType.SIEGE})
_REGIONS = frozenset({"ProvincePrecision", "RegionPrecision", "CountryPrecision"})
_TAKEN_UP = frozenset({"city", "town", "village", "district", "area", "port"})
_DIRECTIONS = re.compile(r"(?i)^(?:north|south|east|west|central|upper|lower|greater)")


@dataclass(slots=True)
class Around:
    """What was given to one mention."""

    places: list[Entity] = field(default_factory=list)
    instruments: list[Entity] = field(default_factory=list)
    times: list[TimeExpression] = field(default_factory=list)
    figures: list[CasualtyFigure] = field(default_factory=list)
    victims: list[Token] = field(default_factory=list)


def _put_place(entity: Entity, around: Around) -> None:
    around.places.append(entity)


def _put_tool(entity: Entity, around: Around) -> None:
    around.instruments.append(entity)


def takes(type_: EventType, figure: CasualtyFigure) -> bool:
    """Whether a figure can be one of an event of a kind: people flee and are besieged, but die in attacks, breaches."""
    return type_ in ATTACKS or type_ is _BREACH or (type_ in _UPROOTS and figure.kind is CasualtyKind.AFFECTED)


_HARM = re.compile(
    r"(?i)casualt|kill|wound|injur|poison|gassed|suffocat|chok|breath|expos|sicken|symptom|attack|fled|flee"
    r"|from their homes"
)


def is_toll_of(figure: CasualtyFigure, text: str) -> bool:
    """Whether a count tells by itself that something happened; "aid for 2,000 displaced people" does not."""
    return figure.kind is not CasualtyKind.AFFECTED or _HARM.search(text) is not None


class Surroundings:
    """The places, instruments, times and figures of a document, by token."""

    def __init__(
        self,
        doc: Doc,
        names: Sequence[Name],
        cast: Cast,
        times: Sequence[TimeExpression],
        figures: Sequence[CasualtyFigure],
        frames: Frames,
        countries: frozenset[str] = frozenset(),
        published: str | None = None,
    ) -> None:
        """Index all by their head token once."""
        self._doc = doc
        self._cast = cast
        self._frames = frames
        self._countries = countries
        self._published = published
        self._regions = set(countries)
        self._places = self._find_places(names)
        self._instruments = self._find_instruments(names)
        self._times = [(t, head) for t in times if t.span and (head := self._head(t.span)) is not None]
        self._figures = [(f, head) for f in figures if f.span and (head := self._head(f.span)) is not None]

    def place_at(self, token: Token) -> Entity | None:
        """Return the place that a token heads, whatever its role."""
        return self._places.get(token.i)

    def is_tool(self, token: Token) -> bool:
        """Whether a token heads the name of an instrument."""
        return token.i in self._instruments

    def counted(self, sentence: SpacySpan) -> list[tuple[CasualtyFigure, Token]]:
        """Return the casualty figures of a sentence with their heads."""
        return [(f, t) for f, t in self._figures if sentence.start <= t.i < sentence.end]

    def give(self, sentence: SpacySpan, mentions: Sequence[Mention], actors: frozenset[int]) -> dict[int, Around]:
        """Return what each mention of a sentence gets, by its position; `actors` heads are no places."""
        around = {n: Around() for n in range(len(mentions))}
        if not mentions:
            return around
        inside = range(sentence.start, sentence.end)
        for index in inside:
            place = self._places.get(index)
            if place is not None and index not in actors and self._is_where(self._doc[index]):
                self._add(around, mentions, self._doc[index], partial(_put_place, place), placed=True)
            tool = self._instruments.get(index)
            if tool is not None and self._is_used(self._doc[index]):
                self._add(around, mentions, self._doc[index], partial(_put_tool, tool))
        here = [(time, head) for time, head in self._times if head.i in inside]
        for n, times in dated(mentions, here, self._frames, self._published).items():
            around[n].times += times
        for figure, head in self.counted(sentence):
            takers = [n for n, m in enumerate(mentions) if takes(m.type, figure)]
            chosen = nearest(head, [mentions[n] for n in takers])
            if chosen is not None:
                around[takers[chosen]].figures.append(figure)
        hit = [n for n, m in enumerate(mentions) if m.type in ATTACKS]
        for victim, base in victims(sentence) if hit else ():
            chosen = nearest(base, [mentions[n] for n in hit])
            if chosen is not None:
                around[hit[chosen]].victims.append(victim)
        return around

    def _add(
        self,
        around: dict[int, Around],
        mentions: Sequence[Mention],
        token: Token,
        put: Callable[[Around], None],
        *,
        placed: bool = False,
    ) -> None:
        chosen = clause_owner(token, mentions, self._frames, loose=True) if placed else nearest(token, mentions)
        if chosen is None:
            return
        put(around[chosen])
        for n, other in enumerate(mentions):
            if (
                n != chosen
                and coordinated(other, mentions[chosen])
                and token.i > max(other.token.i, mentions[chosen].token.i)
                and not (placed and _has_its_own(around[n], other, mentions[chosen]))
            ):
                put(around[n])

    def _head(self, span: Span) -> Token | None:
        found = self._doc.char_span(span.start, span.end, alignment_mode="expand")
        return found.root if found is not None and len(found) else None

    def _find_places(self, names: Sequence[Name]) -> dict[int, Entity]:
        found: dict[int, Entity] = {}
        taken: set[int] = set()
        for name in names:
            entries = [e for e in name.entries if e.kind is EntityKind.PLACE]
            words = self._doc[name.start : name.end]
            if name.entries or name.metonyms:
                taken |= set(range(name.start, name.end))
            if entries:
                head = words.root
                self._regions |= {e.iri for e in entries if e.precision in _REGIONS}
                entry = entries[0] if len(entries) == 1 else next((e for e in entries if e.wikidata), entries[0])
                found[head.i] = linked(entry, Span(words.start_char, words.end_char))
        for ent in self._doc.ents:
            if (
                ent.label_ in _PLACE_LABELS
                and not taken & set(range(ent.start, ent.end))
                and ent.root.pos_ in ("PROPN", "NOUN")
            ):
                text = re.sub(r"^(?i:the)\s+|(?:'s|’s)$", "", ent.text)
                if len(text) > 2:
                    start = ent.start_char + ent.text.find(text)
                    found.setdefault(
                        ent.root.i, Entity(kind=EntityKind.PLACE, name=text, span=Span(start, start + len(text)))
                    )
        self._take_up(found)
        for token in tokens_of(self._doc, ("PROPN",)):
            if token.i in taken or token.i in found or token.ent_type_ in ("DATE", "TIME"):
                continue
            if (token.dep_ == "pobj" and token.head.lower_ == "of" and lemma(token.head.head) in PLACE_NOUNS) or (
                token.dep_ == "pobj"
                and token.head.lower_ in ("in", "near")
                and token.ent_type_ in ("PERSON", "ORG", "")
            ):
                span = phrase(token)
                found[token.i] = Entity(kind=EntityKind.PLACE, name=span.of(text_of(self._doc)), span=span)
        return found

    def _take_up(self, found: dict[int, Entity]) -> None:
        """ "The city", "the northern town": the place named last before, no country."""
        last: Entity | None = None
        town: Entity | None = None
        for index, word in enumerate(lemmas_of(self._doc)):
            here = found.get(index)
            if here is not None:
                last = here if here.reference not in self._countries else last
                town = here if here.reference not in self._regions else town
            elif last is not None and word in _TAKEN_UP and self._doc[index].tag_ == "NN":
                token = self._doc[index]
                words = [c.lower_ for c in token.children if c.dep_ == "det"]
                bare = not any(c.dep_ in ("prep", "appos", "compound", "relcl", "acl") for c in token.children)
                meant = (town or last) if lemma(token) in ("city", "town", "village", "port") else last
                if words and words[0] in ("the", "this", "that") and bare and meant is not None:
                    found[token.i] = replace(meant, span=phrase(token))

    def _find_instruments(self, names: Sequence[Name]) -> dict[int, Entity]:
        found: dict[int, Entity] = {}
        for name in names:
            entry = next((e for e in name.entries if e.kind is EntityKind.INSTRUMENT), None)
            if entry is not None:
                words = self._doc[name.start : name.end]
                found[words.root.i] = linked(entry, Span(words.start_char, words.end_char))
        return found

    def _is_where(self, token: Token) -> bool:
        """Whether a place name tells where, and not who or whose."""
        if is_elsewhere(token, self._frames):
            return False
        for _ in range(8):
            dep, head = token.dep_, token.head
            if dep in ("conj", "appos") and head.pos_ in ("PROPN", "NOUN"):
                token = head
                continue
            if dep == "pobj":
                word = head.lower_
                if word == "of":
                    above = head.head
                    return (
                        lemma(above) in PLACE_NOUNS
                        or bool(self._frames.noun_events(above))
                        or lemma(above) in ("shelling", "part", "people")
                    )
                return word in _WHERE or word in ("including", "like")
            if dep in ("compound", "nmod", "amod", "poss"):
                if lemma(head) in PLACE_NOUNS or self._places.get(head.i) is not None or head.lower_ in PLACE_NOUNS:
                    token = head
                    continue
                return False
            if dep == "npadvmod":
                # "US-led forces", "the Aden-based cabinet": whose, and not where.
                return not (token.i + 1 < len(self._doc) and self._doc[token.i + 1].text in ("-", "‑"))
            return dep in ("dobj", "nsubjpass") and any(self._frames.verb_events(head))
        return False

    def _is_used(self, token: Token) -> bool:
        """Whether an instrument is used here, and does not name a body ("chemical weapons watchdog")."""
        head = token.head
        if is_struck(token):
            return False
        if token.dep_ in ("compound", "nmod", "amod") and lemma(head) in _ABOUT:
            return False
        if head.dep_ in ("compound", "nmod") and lemma(head.head) in _ABOUT:
            return False
        return token.ent_type_ not in ("PERSON",)


_ABOUT = word_list("near_about")


def _has_its_own(around: Around, one: Mention, two: Mention) -> bool:
    """ "The attack in A and the shelling in B": the first has its place before the second is told of."""
    return any(p.span is not None and one.token.idx < p.span.start < two.token.idx for p in around.places)

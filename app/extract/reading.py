"""One document being read: sentence by sentence, event by event, from the layers to statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from spacy.tokens import Doc
from spacy.tokens import Span as SpacySpan

from app.extract.acts import (
    Stance,
    is_evaluation,
    is_left_open,
    is_obliged,
    modality_of,
    stance_of,
    statement_type,
)
from app.extract.attribution import Attribution, Attributor
from app.extract.cast import Cast
from app.extract.confidence import Blame, Found, Way
from app.extract.cue_syntax import is_verdict
from app.extract.denial_scope import scope_of, unharmed
from app.extract.doers import Doer, actors_of, find_doers, own_deed
from app.extract.drafts import Draft, fill, finish, merge
from app.extract.echoes import Echoes
from app.extract.figurative import Calamities
from app.extract.figures import PartFigure, find_figures
from app.extract.frames import Frames, lemma
from app.extract.gazetteer import Gazetteer
from app.extract.matters import Matter, Matters, Sighting, key_of
from app.extract.mention import ACTING, GENERIC, JOINT, Mention
from app.extract.mentions import find_mentions, toll_mention
from app.extract.merging import is_toll as is_toll_verb
from app.extract.near import Around, Surroundings, is_toll_of, takes
from app.extract.nouns import subject, text_of
from app.extract.parsing import paragraphs
from app.extract.put_forward import (
    has_parties,
    is_future,
    is_generic,
    is_named_in_passing,
    is_occasion,
    is_only_meant,
    is_put_forward,
    is_refused,
    is_sympathy,
    is_toll,
    is_yet_to_come,
    only_breaches,
)
from app.extract.quotes import Quotes
from app.extract.roles import LYING, Roles, find_roles
from app.extract.shared_roles import give_framed, share_roles
from app.extract.sightings import is_definite, sighting_of
from app.extract.stance import find_alternatives, find_hedges, find_negations, find_undetermined, is_conditional
from app.extract.targets import targets_of
from app.extract.times import find_times
from app.extract.traits import statement_traits
from app.extract.unshown import is_asked, is_unknown
from app.extract.victims import strayed
from app.extract.voice import UNNAMED, VOID, Speaker, document_voice
from app.extract.words import word_list
from app.model import (
    ATTACKS,
    AttributionMode,
    CasualtyKind,
    Certainty,
    Document,
    Entity,
    EntityKind,
    EventRecord,
    EventType,
    Polarity,
    Records,
    Span,
    StatementType,
)

READING_VERSION = "reading.v2"
_AVERTS = word_list("reading_averts")


_FORESEEN = frozenset({EventType.FABRICATION, EventType.TRUCE_BREACH, EventType.EVIDENCE_TAMPERING})
_FALSELY = word_list("reading_falsely")
# "People" alone says whom an event hit where they were moved or taken.
_MOVES = frozenset({EventType.DISPLACEMENT, EventType.ABDUCTION})


class Reading:
    """Reads one parsed document."""

    def __init__(
        self, document: Document, doc: Doc, gazetteer: Gazetteer, frames: Frames, countries: frozenset[str]
    ) -> None:
        """Find names, voice, quotations, times and figures once."""
        self._document = document
        self._doc = doc
        self._frames = frames
        names = gazetteer.find(doc)
        blocks = paragraphs(document.text[: len(text_of(doc))])
        self._voice = document_voice(document, doc, names, gazetteer)
        self._cast = Cast(doc, names, gazetteer, self._voice)
        doc.user_data[ACTING] = frozenset(
            i for n in names for e in n.entries if e.kind is EntityKind.ACTOR and "State" not in e.classes
            for i in range(n.start, n.end)
        )  # fmt: skip
        doc.user_data[LYING] = frozenset(
            i for n in names if n.entries and all(e.kind is EntityKind.PLACE for e in n.entries)
            for i in range(n.start, n.end)
        )  # fmt: skip
        self._attributor = Attributor(doc, self._cast, Quotes(text_of(doc), blocks), frames, blocks)
        counts = find_figures(document.text[: len(text_of(doc))])
        figures = [f for f in counts if not (isinstance(f, PartFigure) and f.whole)]
        times = find_times(document.text[: len(text_of(doc))], document.published)
        self._near = Surroundings(doc, names, self._cast, times, figures, frames, countries, document.published)
        self._matters = Matters(countries, gazetteer.around)
        self._headline = _headline(document, blocks)
        self._calamities = Calamities()
        self._drafts: list[Draft] = []

    def records(self, generator: str) -> Records:
        """Read every sentence, then join, fill and number what was found."""
        echoes = Echoes(self._doc, self._attributor, self._frames, self._cast)
        for number, sentence in enumerate(self._doc.sents):
            if sentence.text.strip():
                self._read(sentence, number)
                self._drafts += echoes.find(sentence, number, self._drafts, self._evidence(sentence))
        drafts = merge(self._drafts)
        fill(drafts)
        _link(drafts)
        keys = dict.fromkeys(
            key for d in drafts for key in (d.matter.key, *((d.breach_of.key,) if d.breach_of else ()))
        )
        return Records(
            document_id=self._document.id,
            generator=generator,
            statements=finish(drafts, generator),
            events=tuple(EventRecord(key=k) for k in sorted(keys, key=lambda k: int(k[1:]))),
        )

    def _read(self, sentence: SpacySpan, number: int) -> None:
        mentions = find_mentions(sentence, self._frames)
        counted = self._near.counted(sentence)
        counted = [(f, t) for f, t in counted if not any(takes(m.type, f) for m in mentions)]
        counted = [(f, t) for f, t in counted if is_toll_of(f, sentence.text)]
        if self._calamities.tell(sentence, mentions):
            counted, mentions = [], [m for m in mentions if not is_toll_verb(m.token)]
        if counted and not any(m.type in ATTACKS for m in mentions):
            killed = any(f.kind is CasualtyKind.KILLED for f, _ in counted)
            mentions.append(toll_mention(counted[0][1], EventType.KILLING if killed else EventType.ATTACK))
        if not mentions:
            return
        roles = [find_roles(m) for m in mentions]
        attributions = [self._attributor.of(m.token) for m in mentions]
        busy = {t.i for r in roles for t in (*r.perpetrators, *r.participants)}
        around = self._near.give(sentence, mentions, frozenset(busy))
        text = sentence.text
        hedges = find_hedges(text, start=sentence.start_char)
        negations = find_negations(text, start=sentence.start_char)
        open_ = find_undetermined(text, start=sentence.start_char)
        share_roles(mentions, roles)
        give_framed(mentions, roles, self._attributor)
        for n, mention in enumerate(mentions):
            attribution = attributions[n]
            for further in self._attributor.hanging(mention.anchor):
                claiming = self._attributor.claiming(further)
                if not roles[n].perpetrators:
                    roles[n].give("perpetrator", claiming, Way.CLAIMED)
                further_stance = stance_of(self._doc, mention, further, [], [], False)
                self._add(mention, roles[n], further, around[n], further_stance, sentence, number)
            if (
                attribution.speaker is VOID
                or self._is_left_out(mention, attribution, text)
                or only_breaches(mention, mentions)
            ):
                self._matters.touch(mention.type, number)
                continue
            stance = stance_of(
                self._doc, mention, attribution, hedges, negations, is_left_open(self._doc, mention, open_)
            )
            unclear = stance.polarity is Polarity.UNDETERMINED
            if stance.polarity is Polarity.AFFIRMED and attribution.act in ("say", "find") and is_asked(mention):
                self._matters.touch(mention.type, number)
                continue
            if unclear and attribution.speaker.claimants == self._voice.speaker.claimants and not self._voice.official:
                self._matters.touch(mention.type, number)
                continue  # "it is not known who shelled the camp": nobody finds anything
            self._add(mention, roles[n], attribution, around[n], stance, sentence, number)
            other = self._attributor.beside(mention.token)
            if other is not None and other.speaker.claimants != attribution.speaker.claimants:
                self._add(mention, roles[n], other, around[n], stance, sentence, number)

    def _add(
        self,
        mention: Mention,
        roles: Roles,
        attribution: Attribution,
        around: Around,
        stance: Stance,
        sentence: SpacySpan,
        number: int,
    ) -> None:
        """Put down one statement; two where the words say "either … or", and the charge of a false accusation."""
        draft = self._draft(mention, roles, attribution, around, stance, sentence, number)
        if draft is None:
            return
        self._drafts.append(draft)
        if attribution.act == "accuse" and len(speaker_of := draft.speaker.claimants) == 2 and _is_mutual(attribution):
            first, second = speaker_of
            slots = {**{k: list(v) for k, v in draft.slots.items()}, "perpetrators": [first]}
            self._drafts.append(replace(draft, speaker=Speaker((second,)), slots=slots, also=[]))
            draft.speaker = Speaker((first,))
            draft.slots["perpetrators"] = [second]
            return
        if draft.stance.polarity is Polarity.AFFIRMED and len(draft.slots["perpetrators"]) == 2:
            self._split(draft, sentence)
        if attribution.act == "accuse" and attribution.cue_token is not None:
            false = any(c.lower_ in _FALSELY for c in attribution.cue_token.children)
            if false and attribution.speaker.claimants != self._voice.speaker.claimants:
                self._drafts.append(self._false_charge(draft, attribution, around, sentence, number))

    def _split(self, draft: Draft, sentence: SpacySpan) -> None:
        """ "Either A or B": two statements, both probable (GUIDE, decision 5)."""
        one, two = draft.slots["perpetrators"]
        if one.span is None or two.span is None:
            return
        for found in find_alternatives(sentence.text, start=sentence.start_char):
            if found.span.start <= one.span.start and found.span.end <= two.span.start + 1:
                stance = Stance(Polarity.AFFIRMED, Certainty.PROBABLE, draft.stance.hedge or found.text.split()[0])
                draft.stance = stance if draft.stance.certainty is Certainty.CERTAIN else draft.stance
                slots = {name: list(values) for name, values in draft.slots.items()}
                self._drafts.append(
                    replace(draft, stance=draft.stance, slots={**slots, "perpetrators": [two]}, also=[])
                )
                draft.slots["perpetrators"] = [one]
                return

    def _false_charge(
        self, told: Draft, attribution: Attribution, around: Around, sentence: SpacySpan, number: int
    ) -> Draft:
        """ "Falsely accused": the outer speaker accuses the accusers of a fabrication (GUIDE, decision 3)."""
        outer = self._attributor.speaker_at(attribution.cue_token) if attribution.cue_token is not None else None
        speaker = outer or (Speaker(attribution.relayed) if attribution.relayed else self._voice.speaker)
        narrated = speaker.claimants[0].kind is EntityKind.DOCUMENT_VOICE
        quoted = self._voice.official or outer is not None
        mode = AttributionMode.DIRECT_QUOTE if quoted else AttributionMode.INDIRECT_SPEECH
        mode = AttributionMode.OWN_VOICE if narrated else mode
        matter = self._matters.assign(Sighting(type=EventType.FABRICATION, sentence=number))
        draft = Draft(
            StatementType.REPORT if narrated else StatementType.ACCUSATION, self._evidence(sentence), speaker,
            mode,
            Stance(Polarity.AFFIRMED, Certainty.CERTAIN), EventType.FABRICATION, matter, number, time=told.time,
            fabrication_of=told, disputes=[told],
        )  # fmt: skip
        draft.add("perpetrators", attribution.speaker.claimants)
        draft.add("targets", told.slots["perpetrators"])
        return draft

    def _is_left_out(self, mention: Mention, attribution: Attribution, text: str) -> bool:
        """What is named without being put forward: inside a faked story, to be prevented, on a condition."""
        wrapper = mention.inside
        if wrapper is not None:
            cue = attribution.cue_token
            own = (
                cue is not None
                and attribution.speaker is not UNNAMED
                and any(p.i in {a.i for a in cue.ancestors} for p in (wrapper.token, wrapper.anchor))
            )
            return not own and not (
                mention.type is EventType.TRUCE and wrapper.type is EventType.TRUCE_BREACH and has_parties(mention)
            )
        if mention.type is EventType.INVESTIGATION and self._is_speaker(mention):
            return True
        if self._voice.official and is_occasion(mention.anchor):
            return True
        if mention.type is EventType.TRUCE and mention.anchor.head.lower_ == "despite":
            return True
        if self._voice.official and attribution.act == "say" and is_named_in_passing(mention):
            return True
        if self._voice.official and attribution.cue is None and is_sympathy(text):
            return True
        if self._voice.official and attribution.cue is None and text.rstrip().endswith(":"):
            return True  # "X responds to the attack in Y:" names what the statement is about
        if attribution.act == "say" and mention.type in ATTACKS and is_only_meant(mention):
            return True
        if attribution.act == "accuse" and mention.type is EventType.TRUCE:
            return True  # "accused the army of shelling since the truce": nobody is accused of one
        if attribution.act == "claim" and not self._attributor.claiming(attribution):
            return True  # "no group has claimed the attack"
        if is_refused(mention) or (mention.type is EventType.FABRICATION and is_verdict(mention.token)):
            return True
        if attribution.act != "call" and (is_generic(mention) or is_unknown(mention)):
            return True
        if attribution.act == "say" and self._threatens(mention, attribution):
            attribution.act = "call"
        if attribution.act != "call":
            for up in mention.anchor.ancestors:
                if mention.type is EventType.FABRICATION and lemma(up) in ("plan", "prepare"):
                    continue
                if lemma(up) in _AVERTS and up.pos_ == "VERB" and up.i not in {p.i for p in mention.parts}:
                    return True
                if attribution.cue_token is not None and up.i == attribution.cue_token.i:
                    break
            verb = mention.light or mention.token
            foreseen = mention.type in ATTACKS or mention.type in _FORESEEN
            ahead = any(is_future(v) for v in (verb, verb.head) if v.pos_ in ("VERB", "AUX"))
            if foreseen and (ahead or is_yet_to_come(verb)):
                return True
            if any(
                c.dep_ == "mark" and c.lower_ in ("if", "unless") for up in (verb, verb.head) for c in up.children
            ) and is_conditional(text):
                return True
        return False

    def _threatens(self, mention: Mention, attribution: Attribution) -> bool:
        """ "Said it would bomb the bases": who speaks of what he himself will do, warns of it."""
        verb = mention.light or mention.token
        first = verb.head if verb.dep_ == "xcomp" else verb
        if attribution.cue is None or mention.type not in ATTACKS or verb.pos_ != "VERB" or not is_future(first):
            return False
        own = {key_of(c) for c in attribution.speaker.claimants}
        us = self._attributor.speaker_at(mention.token)
        doers = subject(verb)
        pronouns = all(t.lower_ in ("it", "they", "we", "i", "he", "she") for t in doers)
        return bool(doers) and (pronouns or any(key_of(e) in own for t in doers for e in self._cast.actors(t, us)))

    def _is_speaker(self, mention: Mention) -> bool:
        """Whether an inquiry is here the body that speaks or is named, and no event."""
        anchor = mention.anchor
        if not mention.is_noun:
            return False
        if anchor.dep_ in ("nsubj", "pobj") and anchor.head.pos_ == "VERB":
            cue = self._frames.cue(anchor.head)
            if cue is not None and cue.act in ("say", "find", "assess"):
                return True
        return mention.token.pos_ == "PROPN"

    def _draft(
        self,
        mention: Mention,
        roles: Roles,
        attribution: Attribution,
        around: Around,
        stance: Stance,
        sentence: SpacySpan,
        number: int,
    ) -> Draft | None:
        untouched = mention.inside is not None and attribution.act != "say"
        if mention.type is EventType.TRUCE and (untouched or attribution.act == "accuse"):
            attribution = Attribution(self._voice.speaker, "say", self._voice.mode)
        claimed = (
            attribution.cue is not None
            and attribution.cue.word in ("claim", "admit")
            and attribution.cue.kind == "verb"
        )
        if claimed and mention.is_noun and mention.anchor.dep_ in ("dobj", "nsubjpass") and mention.type in ATTACKS:
            attribution.act = "claim"
        speaker = attribution.speaker
        us = self._attributor.speaker_at(mention.token) or (speaker if self._voice.official else None)
        doers = find_doers(mention, roles, attribution, self._cast, us)
        perpetrators = [d.entity for d in doers]
        participants = actors_of(roles.participants, self._cast, us)
        type_ = self._type(mention, attribution, perpetrators, stance)
        joint = mention.type in JOINT
        if mention.type is EventType.INVESTIGATION and self._frames.is_of("inquirers", mention.token):
            participants += targets_of([mention.token], self._cast, self._near, us)
        hit = [] if joint else [*roles.targets, *strayed(mention), *around.victims]
        targets = targets_of(hit, self._cast, self._near, us, people=mention.type in _MOVES)
        if attribution.act == "claim" and speaker.claimants[0].kind is not EntityKind.ACTOR:
            return None
        if type_ is StatementType.REPORT and attribution.act == "claim" and not perpetrators:
            perpetrators = list(speaker.claimants)
            doers = tuple(Doer(e, Blame(Way.CLAIMED, Found.NAMED)) for e in perpetrators)
        places = [p for p in around.places if mention.type is not EventType.INVESTIGATION]
        places += [t for t in targets if t.kind is EntityKind.PLACE]
        time = next(iter(around.times), None)
        taken_up = is_definite(mention) or is_toll(mention, perpetrators, places, time is not None)
        seen = sighting_of(
            mention,
            {"perpetrators": perpetrators, "targets": targets, "places": places},
            time,
            taken_up=taken_up,
            asked=type_ is StatementType.CALL,
            claimants=_tellers(speaker, stance),
        )
        matter = self._matters.assign(replace(seen, sentence=number, opens=self._voice.official))
        draft = Draft(
            type_, self._evidence(sentence), speaker, attribution.mode, stance, mention.type, matter, number,
            modality=modality_of(type_, mention), time=time, relayed=attribution.relayed,
        )  # fmt: skip
        if taken_up and mention.type in GENERIC and matter.type in ATTACKS:
            draft.event_type = matter.type
        draft.definite = is_definite(mention)
        draft.own_deed = own_deed(mention, attribution)
        draft.at = mention.token.i
        draft.add("perpetrators", perpetrators)
        draft.add("targets", [t for t in targets if t.name not in {p.name for p in perpetrators}])
        draft.add("participants", participants)
        draft.add("places", places)
        if mention.type in ATTACKS:
            draft.add("instruments", around.instruments)
        draft.figures = list(around.figures)
        if stance.polarity is Polarity.DENIED:
            draft.scope = scope_of(mention, attribution, draft.slots)
            draft.slots["targets"] = unharmed(mention, draft.slots["targets"]) or draft.slots["targets"]
        draft.headline = self._headline is not None and draft.evidence.start < self._headline
        draft.breach_of = self._breach(mention, sentence)
        draft.blames = tuple(d.blame for d in doers)
        draft.sure = attribution.sure
        draft.traits = statement_traits(mention, attribution, perpetrators)
        narrated = speaker.claimants[0].kind is EntityKind.DOCUMENT_VOICE
        told = narrated or (speaker.claimants == self._voice.speaker.claimants and attribution.act == "say")
        if told and mention.type is EventType.TRUCE and not is_put_forward(mention, draft):
            return None
        narrates = (
            speaker.claimants == self._voice.speaker.claimants
            and attribution.act == "say"
            and type_ is not StatementType.CALL
        )
        if narrates and not draft.has_slots and not (self._voice.official and draft.definite):
            return None
        return draft

    def _type(
        self, mention: Mention, attribution: Attribution, perpetrators: Sequence[Entity], stance: Stance
    ) -> StatementType:
        voice = attribution.speaker.claimants[0].kind is EntityKind.DOCUMENT_VOICE
        if attribution.act == "say" and not voice:
            if is_evaluation(mention):
                return StatementType.CONDEMNATION
            if is_obliged(mention, attribution):
                return StatementType.CALL
            sides = {self._cast.root(c) for c in attribution.speaker.claimants} - {None}
            perpetrators = [p for p in perpetrators if self._cast.root(p) not in sides]
        return statement_type(attribution, mention, perpetrators, stance)

    def _breach(self, mention: Mention, sentence: SpacySpan) -> Matter | None:
        if mention.type is EventType.TRUCE or mention.type is EventType.INVESTIGATION:
            return None
        words = sentence.text.lower()
        if mention.type is EventType.TRUCE_BREACH or (
            (" violation of " in words or " breach of " in words) and ("truce" in words or "fire" in words)
        ):
            return next((m for m in reversed(self._matters.found) if m.type is EventType.TRUCE), None)
        return None

    def _evidence(self, sentence: SpacySpan) -> Span:
        text = self._document.text
        start, end = sentence.start_char, min(sentence.end_char, len(text))
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        return Span(start, end)


def _is_mutual(attribution: Attribution) -> bool:
    """ "Accused each other of"."""
    verb = attribution.cue_token
    return verb is not None and any(c.dep_ == "dobj" and c.lower_ in ("other", "another") for c in verb.children)


def _tellers(speaker: Speaker, stance: Stance) -> frozenset[str]:
    """Who puts an account forward; who denies one tells none."""
    return frozenset() if stance.polarity is Polarity.DENIED else frozenset(key_of(c) for c in speaker.claimants)


def _headline(document: Document, blocks: Sequence[Span]) -> int | None:
    """Where the body begins, if the text opens with its own title."""
    if not blocks or not document.title:
        return None
    first = " ".join(blocks[0].of(document.text).split())
    return blocks[0].end if first == " ".join(document.title.split()) and len(blocks) > 1 else None


def _link(drafts: Sequence[Draft]) -> None:
    """Denials dispute the accusations of the same event; a fabrication disputes the accounts told before it."""
    for draft in drafts:
        for other in drafts:
            if other is draft or other.type is not StatementType.ACCUSATION or other.claimants == draft.claimants:
                continue
            against = draft.denied and other.matter.key == draft.matter.key and not other.denied
            if against and (draft.keys("perpetrators") & other.keys("perpetrators") or not draft.slots["perpetrators"]):
                draft.disputes.append(other)

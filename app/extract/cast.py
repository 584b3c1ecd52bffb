"""The cast of a document: which actor a noun phrase, a pronoun or a definite noun means, and who speaks for whom."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from spacy.tokens import Doc, Token

from app.extract.columns import tokens_of
from app.extract.cue_syntax import is_bare
from app.extract.frames import lemma, load_frames
from app.extract.gazetteer import Gazetteer, Name
from app.extract.last_speakers import HUMAN_NOUNS, PERSON_PRONOUNS, PLURAL_PRONOUNS, ROLE_NOUNS, LastSpeakers
from app.extract.nouns import (
    antecedent,
    clause_mates,
    described,
    phrase,
    phrase_start,
    pobj,
    sentence_of,
    text_of,
    with_of,
    with_owner,
)
from app.extract.papers import PAPERS, Papers, is_abstract
from app.extract.spokespersons import Spokespersons, last_name
from app.extract.voice import Speaker, Voice, linked
from app.extract.words import word_list
from app.model import Entity, EntityKind, ReferenceEntry, Span

CAST_VERSION = "cast.v2"
GROUP_NOUNS = word_list("cast_group_nouns")
BODY_NOUNS = word_list("cast_body_nouns")
_SELF = word_list("cast_self")


class Cast:
    """Resolves the noun phrases of one document to actors."""

    def __init__(self, doc: Doc, names: Sequence[Name], gazetteer: Gazetteer, voice: Voice) -> None:
        """Read the names and roles once; pronouns look back from where they stand."""
        self._doc = doc
        self._gazetteer = gazetteer
        self.voice = voice
        self.name_at = {i: name for name in names for i in range(name.start, name.end)}
        self._person_at = {i: ent for ent in doc.ents if ent.label_ == "PERSON" for i in range(ent.start, ent.end)}
        self._persons: dict[str, Entity] = {}
        self._cache: dict[int, tuple[Entity, ...]] = {}
        self._seen: list[tuple[int, Entity, str]] = []
        self._last = LastSpeakers(doc, self._cache, self._seen, lambda name: self._spokes.known(name))
        self._spokes = Spokespersons(doc, self.name_at, self._person_at, self.actors, self._last.body, self._before)
        self._papers = Papers(doc, self.speaker, self._last.body, self.name_at)
        self._read_all()
        for token in (doc[i] for i in sorted(self._person_at)):
            if token.dep_ not in ("compound", "appos") and self._spokes.word(token) is not None:
                self._spokes.of(token)

    def _read_all(self) -> None:
        for token in tokens_of(self._doc, ("NOUN", "PROPN")):
            if token.dep_ in ("compound", "amod", "nmod") or token.ent_type_ in _NO_ACTORS:
                continue
            found = self._named(token)
            self._cache[token.i] = found
            if token.dep_ == "appos" and token.head.i in self._cache and lemma(token) in ROLE_NOUNS:
                self._give_role(token)
                continue
            for entity in found:
                sort = (
                    "person"
                    if entity.class_hint in ("Person", "Office")
                    else "many"
                    if token.tag_ in ("NNS", "NNPS")
                    else "one"
                )
                self._seen.append((token.i, entity, sort))

    def _give_role(self, token: Token) -> None:
        """ "Hans Example, special envoy of the union": the apposition is the role of the person before it."""
        head = token.head.i
        for n in range(len(self._seen) - 1, max(-1, len(self._seen) - 6), -1):
            index, entity, sort = self._seen[n]
            if index == head and sort == "person" and not entity.role:
                self._seen[n] = (index, replace(entity, role=phrase(token).of(text_of(self._doc))), sort)

    def actors(self, token: Token, speaker: Speaker | None = None) -> tuple[Entity, ...]:
        """Return the actors that a noun phrase names; `speaker` is who says "we" here."""
        word = token.lower_ if token.text != "US" else "u.s."
        if token.tag_ in ("WP", "WP$") and antecedent(token).i == token.i:
            return ()
        if word in _SELF:
            return (speaker or self.voice.speaker).claimants if (speaker or self.voice.official) else ()
        if token.pos_ == "PRON" or word in PERSON_PRONOUNS or word in PLURAL_PRONOUNS:
            found = self._pronoun(token)
            return (found,) if found is not None else ()
        if token.i not in self._cache:
            self._cache[token.i] = self._named(token) if token.pos_ in ("NOUN", "PROPN", "ADJ", "X", "NUM") else ()
        return self._cache[token.i]

    def speaker(self, token: Token, speaker: Speaker | None = None) -> Speaker | None:
        """Return who speaks where a noun phrase is the subject of a cue; a spokesperson speaks for a body."""
        if token.lower_ in PERSON_PRONOUNS or token.lower_ in PLURAL_PRONOUNS or token.lower_ in ("it", "its"):
            found = self._last.of_pronoun(token)
            if found is not None:
                self._last.note(token, found)
                return found
        else:
            found = self._noun_speaker(token, speaker)
            if found is not None and token.lower_ not in _SELF:
                self._last.note(token, found)
            return found
        return self._noun_speaker(token, speaker)

    def _noun_speaker(self, token: Token, speaker: Speaker | None) -> Speaker | None:
        named = self._named_beside(token)
        if named is not None:
            return Speaker(self.actors(named))
        if lemma(token) in PAPERS:
            body = self._papers.author(token, speaker)
            if body is not None:
                return body
        words = phrase(token).of(text_of(self._doc))
        found = self._spokes.of(token)
        if found is not None:
            return found
        again = self._last.of_role(token)
        if again is not None:
            return Speaker((replace(again, span=phrase(token)),))
        actors = self.actors(token, speaker)
        own = self.voice.speaker.claimants[0]
        role = lemma(token) in ROLE_NOUNS and token.i not in self._person_at and token.tag_ not in ("NNS", "NNPS")
        if self.voice.official and role and own.class_hint == "Person" and not any(a.reference for a in actors):
            return self.voice.speaker
        if token.lower_ in _SELF and token.text != "US" and (speaker or self.voice.official):
            return speaker or self.voice.speaker
        for actor in actors:
            known = self._spokes.known(actor.name)
            if known is not None and actor.class_hint == "Person":
                return known
        speaks = token.pos_ in ("NOUN", "PROPN") and token.ent_type_ not in _NO_ACTORS and not is_abstract(token)
        if not actors and speaks and not load_frames().noun_events(token):
            actors = (Entity(kind=EntityKind.ACTOR, name=words, span=phrase(token), class_hint="Actor"),)
        told = len(actors) == 1 and (actors[0].name == words or actors[0].class_hint in ("Person", "Office"))
        if told and actors[0].reference is None and actors[0].span == phrase(token):
            whole = described(token)
            actors = (replace(actors[0], name=whole.of(text_of(self._doc)), span=whole),)
        return Speaker(actors) if actors else None

    def _named_beside(self, token: Token) -> Token | None:
        """ "Local resident X", "an officer at the scene, X, said": the person whose name a noun for a person brings."""
        if lemma(token) not in ROLE_NOUNS | HUMAN_NOUNS or "spokes" in token.lower_ or token.tag_ not in ("NN", "NNP"):
            return None
        named = next((c for c in token.children if c.dep_ == "appos" and c.i in self._person_at), None)
        if named is not None:
            return named
        last = token.right_edge
        while last.is_punct and last.i > token.i:
            last = last.nbor(-1)
        person = self._person_at.get(last.i)
        if person is None or last.i == token.i or person.start <= token.i:
            return None
        return last if self._doc[person.start - 1].text == "," else None

    def root(self, entity: Entity) -> str | None:
        """Return the state that an actor belongs to by the reference data, or the actor itself."""
        return self._gazetteer.root(entity.reference) if entity.reference else None

    def _named(self, token: Token) -> tuple[Entity, ...]:
        name = self.name_at.get(token.i)
        entries = name.of(EntityKind.ACTOR) if name is not None else ()
        words = phrase(token)
        if entries and name is not None:
            sides = self._paired(token) if any(g.dep_ == "cc" for c in token.lefts for g in c.children) else ()
            if sides:
                return sides
            span = self._doc[name.start : name.end]
            return (linked(_best(entries), Span(span.start_char, span.end_char)),)
        if name is not None and name.demonyms and token.dep_ in ("amod", "compound", "nmod", "poss"):
            span = self._doc[name.start : name.end]
            return (linked(_best(name.demonyms), Span(span.start_char, span.end_char)),)
        pair = self._paired(token)
        if pair:
            return pair
        owner = self._whose(token)
        if owner is not None:
            return (linked(owner, words),)
        members = self._members(token)
        if members:
            return members
        entry = self._by_variant(token, words)
        if entry is not None:
            return (linked(entry, words),)
        if token.i in self._person_at:
            return (self._person(token, words),)
        return self._definite(token, words)

    def _paired(self, token: Token) -> tuple[Entity, ...]:
        """ "Russian and Syrian forces": one actor for each adjective."""
        near = [c for c in token.lefts if c.dep_ in ("amod", "nmod", "compound", "poss")]
        lead = next((c for c in near if len(c.conjuncts) or any(g.dep_ == "cc" for g in c.children)), None)
        if lead is None:
            return ()
        parts = [lead, *lead.conjuncts] if len(lead.conjuncts) else [c for c in near if c.i >= lead.i]
        if not any(lead.i < c.i < token.i for c in parts):
            return ()
        found = []
        for part in parts:
            if part.lower_ in ("regime", "government"):
                words = self._doc[part.left_edge.i : part.i + 1].text
                forces = self._gazetteer.lookup(f"{words} {token.text}", EntityKind.ACTOR)
                side = linked(_best(forces), None) if forces else self._state_of(part)
                found.append(replace(side, span=Span(part.idx, part.idx + len(part.text))))
                continue
            if part.i > token.i or part.i not in self.name_at:
                continue
            entries = self._gazetteer.lookup(f"{part.text} {token.text}", EntityKind.ACTOR)
            span = Span(part.idx, part.idx + len(part.text))
            own = self.name_at[part.i].of(EntityKind.ACTOR)
            if entries:
                found.append(linked(_best(entries), span))
            elif own and lead.dep_ == "nmod":
                found.append(linked(_best(own), span))
            elif token.lemma_.casefold() in GROUP_NOUNS | BODY_NOUNS:
                found.append(
                    Entity(kind=EntityKind.ACTOR, name=f"{part.text} {token.text}", span=span, class_hint="Actor")
                )
        if lead.dep_ == "nmod" and found and lead.conjuncts:
            last = max(lead.conjuncts, key=lambda c: c.i)
            rest = Span(self._doc[last.left_edge.i].idx, token.idx + len(token.text))
            if last.i not in self.name_at:
                found.append(
                    Entity(kind=EntityKind.ACTOR, name=rest.of(text_of(self._doc)), span=rest, class_hint="Actor")
                )
        return tuple(found) if len(found) > 1 else ()

    def _state_of(self, part: Token) -> Entity:
        """Which government "regime" or "Syrian government" means before another adjective."""
        owner = next((c for c in part.lefts if c.i in self.name_at), None)
        entries = self._gazetteer.lookup(f"{owner.text} government", EntityKind.ACTOR) if owner is not None else ()
        if entries:
            return linked(_best(entries), None)
        return self._regime() or Entity(kind=EntityKind.ACTOR, name=part.lower_, class_hint="Actor")

    def _members(self, token: Token) -> tuple[Entity, ...]:
        """ "Militias like Hezbollah", "groups such as the front": the actors that a group noun is explained by."""
        if lemma(token) not in GROUP_NOUNS or not any(
            c.dep_ == "prep" and c.lower_ in ("like", "as") for c in token.children
        ):
            return ()
        named = [t for t in pobj(token, "like", "as") if t.i in self.name_at]
        return tuple(e for t in named for one in (t, *t.conjuncts) for e in self._named(one))

    def _whose(self, token: Token) -> ReferenceEntry | None:
        """ "Fighters of the front", "coalition aircraft": the group whose fighters they are."""
        if lemma(token) not in _FIGHTERS:
            return None
        near = [c for c in token.lefts if c.dep_ in ("compound", "nmod", "amod", "poss")] + pobj(token, "of", "from")
        near += [c for t in near if lemma(t) in GROUP_NOUNS for c in t.lefts if c.i in self.name_at]
        for part in near:
            name = self.name_at.get(part.i)
            for entry in name.of(EntityKind.ACTOR) if name is not None else ():
                if not {"State", "Person", "Government"} & set(entry.classes):
                    return entry
        return None

    def _by_variant(self, token: Token, words: Span) -> ReferenceEntry | None:
        """A phrase under another spelling: "Russia's defense ministry", "the ministry of defence of Russia"."""
        text = words.of(text_of(self._doc))
        forms = [text]
        owner = next((c for c in token.children if c.dep_ == "poss"), None)
        if owner is not None and owner.i in self.name_at:
            rest = self._doc[min(owner.right_edge.i + 1, token.i) : token.i + 1].text
            name = self.name_at[owner.i]
            forms += [f"{d} {rest}" for e in (*name.entries, *name.metonyms) for d in (*e.demonyms, e.label)][:8]
        for inner in pobj(token, "of"):
            name_ = self.name_at.get(inner.i)
            if name_ is not None:
                forms.append(self._doc[phrase_start(token) : name_.end].text)
                forms += [f"{d} {text}" for e in (*name_.entries, *name_.metonyms) for d in e.demonyms][:4]
        for form in list(forms):
            forms += [
                form.replace("defense", "defence").replace("Defense", "Defence"),
                form.replace("foreign ministry", "ministry of foreign affairs"),
            ]
        for form in dict.fromkeys(forms):
            entries = self._gazetteer.lookup(form, EntityKind.ACTOR)
            if len(entries) == 1 and not self._gazetteer.is_loose(form, entries[0]):
                return entries[0]
        return None

    def _person(self, token: Token, words: Span) -> Entity:
        ent = self._person_at[token.i]
        text = re.sub(r"(?:’s|'s)$", "", ent.text)
        known = self._persons.get(last_name(text))
        if known is not None and (" " not in text or known.name == text):
            return Entity(
                kind=known.kind, name=known.name, span=Span(ent.start_char, ent.start_char + len(text)),
                reference=known.reference, class_hint="Person", role=known.role,
            )  # fmt: skip
        role = text_of(self._doc)[words.start : ent.start_char].strip(" ,") if words.start < ent.start_char else None
        appos = next((c for c in token.children if c.dep_ == "appos"), None)
        if not role and appos is not None:
            role = phrase(appos).of(text_of(self._doc))
        entity = Entity(
            kind=EntityKind.ACTOR, name=text, span=Span(ent.start_char, ent.start_char + len(text)),
            class_hint="Person", role=role or None,
        )  # fmt: skip
        self._persons[last_name(text)] = entity
        return entity

    def _definite(self, token: Token, words: Span) -> tuple[Entity, ...]:
        """A noun for a body, a group or a role: what was named before, where it says "the"; else the phrase."""
        head = token.lemma_.casefold()
        text = words.of(text_of(self._doc))
        left = [w for w in token.lefts if w.i >= phrase_start(token) and w.dep_ not in ("det", "punct")]
        bare = all(w.lower_ in _NEUTRAL or w.lower_.endswith("based") for w in left)
        definite = any(
            c.dep_ == "det" and c.lower_ in ("the", "this", "that", "these", "those") for c in token.children
        )
        definite = definite or (head == "government" and token.dep_ == "compound")  # "a government warplane"
        own = head in ROLE_NOUNS and bool(pobj(token, "of"))  # "the head of the hospital" takes up nobody
        if bare and definite and not own and head in GROUP_NOUNS | BODY_NOUNS | ROLE_NOUNS:
            found = self._before(token, head)
            if found is not None:
                return (
                    Entity(
                        kind=found.kind,
                        name=found.name,
                        span=words,
                        reference=found.reference,
                        class_hint=found.class_hint,
                        role=found.role,
                    ),
                )
        if head in BODY_NOUNS and token.ent_type_ in ("ORG", "") and with_of(token) != words:
            whole = with_of(token)
            return (Entity(kind=EntityKind.ACTOR, name=whole.of(text_of(self._doc)), span=whole, class_hint="Actor"),)
        if token.ent_type_ in ("ORG", "NORP") or (token.ent_type_ == "GPE" and token.pos_ == "PROPN"):
            return (Entity(kind=EntityKind.ACTOR, name=text, span=words, class_hint="Actor"),)
        if head in GROUP_NOUNS:
            words = with_owner(token) if head in _FIGHTERS else words
            text = words.of(text_of(self._doc))
            return (Entity(kind=EntityKind.ACTOR, name=text, span=words, class_hint="ArmedGroup"),)
        if head in BODY_NOUNS or head in ROLE_NOUNS:
            whole = with_of(token)
            return (Entity(kind=EntityKind.ACTOR, name=whole.of(text_of(self._doc)), span=whole, class_hint="Actor"),)
        return ()

    def _before(self, token: Token, head: str) -> Entity | None:
        """The last actor named before whose words, name or role hold the head noun."""
        stem = re.compile(rf"\b{re.escape(head)}", re.IGNORECASE)
        mates = clause_mates(token)
        for index, entity, _ in reversed(self._seen):
            if index >= token.i or index in mates:
                continue
            said = entity.span.of(text_of(self._doc)) if entity.span else ""
            if (
                stem.search(entity.name)
                or stem.search(entity.role or "")
                or (stem.search(said) and len(said) > len(head) + 4)
            ):
                return entity
        if head == "regime" and (known := self._regime()) is not None:
            return known
        if head in ("government", "regime"):
            return self._government_here(token)
        if head in ROLE_NOUNS:
            return next((e for i, e, sort in reversed(self._seen) if i < token.i and sort == "person"), None)
        classes = _CLASS_NOUNS.get(head)
        if classes is None:
            return None
        named = [(i, e) for i, e, _ in self._seen if e.reference or any(c.isupper() for c in e.name[1:])]
        named = [(i, e) for i, e in named if lemma(self._doc[i]) not in ROLE_NOUNS]  # a commander is no group
        fitting = [(i, e) for i, e in named if i < token.i and i not in mates and e.class_hint in classes]
        subjects = [e for i, e in fitting if self._doc[i].dep_ in ("nsubj", "nsubjpass")]
        found = subjects or [e for _, e in fitting]
        return found[-1] if found else None

    def _government_here(self, token: Token) -> Entity | None:
        """ "The government" of the one country that the text has told of until now; None where there are several."""
        if self.voice.official and token.text[:1].isupper():
            return None  # "the Government" is the publisher's own
        near = (self.name_at.get(i) for i in range(max(0, token.i - _TOLD), sentence_of(token).end))
        speaking = {t.i for up in token.ancestors for c in up.children if c.dep_ == "nsubj" for t in c.subtree}
        speaking -= {t.i for t in token.subtree}  # "the United States denounces the regime's bombing": not its own
        told = {n.start: n for n in near if n is not None and n.start not in speaking}.values()
        lands = [{self._gazetteer.territory_of(e) for e in _lands(n)} for n in told]
        counts = Counter(land for found in lands for land in found if land is not None).most_common(2)
        if not counts or (len(counts) > 1 and counts[1][1] * 2 > counts[0][1]):
            return None
        entry = self._gazetteer.government_of(counts[0][0])
        return linked(entry, None) if entry is not None else None

    def _regime(self) -> Entity | None:
        found = [
            e for _, e, _ in self._seen if e.reference and e.reference.rsplit("/", 1)[-1].startswith("government-of-")
        ]
        return found[0] if found else None

    def _pronoun(self, token: Token) -> Entity | None:
        word = token.lower_
        if word in PERSON_PRONOUNS:
            wanted: tuple[str, ...] = ("person",)
        elif word in PLURAL_PRONOUNS:
            wanted = ("many", "one")
        elif word in ("it", "its", "itself", "which", "who", "that"):
            wanted = ("one",)
        else:
            return None
        if token.dep_ == "poss" and self._is_of_an_unknown(token):
            return None
        first: Entity | None = None
        mates = clause_mates(token) if token.dep_ != "poss" and not word.endswith(("self", "selves")) else frozenset()
        if token.dep_ == "nsubj" and is_bare(token.head) and load_frames().cue(token.head) is not None:
            mates |= {t.i for t in sentence_of(token)}  # "the general had shelled the town, he said": another
        for index, entity, sort in reversed(self._seen):
            if index >= token.i or sort not in wanted or index in mates:
                continue
            if token.i - index > 150:
                break
            head = self._doc[index]
            if head.dep_ in ("nsubj", "nsubjpass"):
                return entity
            first = first or entity
        return first

    def _is_of_an_unknown(self, owner: Token) -> bool:
        """ "Moscow said the regime had begun its attack": its subject, of which nobody knows who it is."""
        verb = next((t for t in owner.ancestors if any(c.dep_ == "nsubj" for c in t.children)), None)
        if verb is None:
            return False
        known = {index for index, _, _ in self._seen}
        subjects = [c for c in verb.children if c.dep_ == "nsubj" and c.i < owner.i and c.pos_ == "NOUN"]
        return any(c.i not in known and lemma(c) in _POWERS for c in subjects)


_POWERS = GROUP_NOUNS | BODY_NOUNS | {"regime"}
_NEUTRAL = word_list("cast_neutral")
_FIGHTERS = word_list("cast_fighters")
_MEDIA = frozenset({"MediaOrganization"})
_BODIES = frozenset({"GovernmentBody", "IntergovernmentalOrganization", "NonGovernmentalOrganization"})
_CLASS_NOUNS = {
    **dict.fromkeys(
        ("agency", "newspaper", "paper", "outlet", "broadcaster", "channel", "network", "television"), _MEDIA
    ),
    **dict.fromkeys(("army", "military", "force"), frozenset({"ArmedForces"})),
    **dict.fromkeys(
        ("group", "movement", "militia", "rebel", "front", "alliance", "fighter"), frozenset({"ArmedGroup"})
    ),
    **dict.fromkeys(("organisation", "organization", "body", "watchdog"), _BODIES),
    **dict.fromkeys(("ministry", "department"), frozenset({"GovernmentBody"})),
    "government": frozenset({"Government"}),
}
_TOLD = 600  # words in which a text tells of the country whose government is "the government"
_NO_ACTORS = frozenset({"DATE", "TIME", "CARDINAL", "QUANTITY", "PERCENT", "MONEY", "ORDINAL"})


def _lands(name: Name) -> list[ReferenceEntry]:
    """The places and states that a name means; who speaks for a state ("the State Department") tells of no land."""
    entries = (*name.entries, *name.metonyms, *name.demonyms)
    return [e for e in entries if e.kind is EntityKind.PLACE or "State" in e.classes]


def _best(entries: tuple[ReferenceEntry, ...]) -> ReferenceEntry:
    """Of several entries of one name: the state before what belongs to it."""
    return next((e for e in entries if "State" in e.classes), entries[0])

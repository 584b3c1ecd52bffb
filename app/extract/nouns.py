"""Noun phrases of a parsed text: their extent, their coordination, and what a relative pronoun stands for."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator

from spacy.tokens import Doc, Token
from spacy.tokens import Span as SpacySpan

from app.extract.words import word_list
from app.model import Span

_LONGEST_TELLING = 6
_QUOTES = ('"', "“", "”", "'", "‘", "’")
_STARTS = "sentence starts"
_TEXT = "whole text"


def phrase_start(token: Token) -> int:
    """Return the index of the first word of a noun phrase, without its article and its quotation marks."""
    start = token.left_edge.i
    doc = token.doc
    while start < token.i:
        word = doc[start]
        if word.text in _QUOTES and any(t.text in _QUOTES for t in doc[start + 1 : token.i]):
            break  # "the “White Front” group": a name in quotation marks keeps both
        if word.pos_ in ("DET", "PUNCT", "SPACE", "CCONJ", "ADP", "SCONJ") or (
            word.dep_ in ("det", "predet", "mark", "nsubj", "punct") and not word.ent_type_
        ):
            start += 1
            continue
        break
    return start


def phrase(token: Token) -> Span:
    """Return the noun phrase that a noun heads: its left modifiers and the noun."""
    doc = token.doc
    start = doc[phrase_start(token)]
    return Span(start.idx, token.idx + len(token.text))


def with_of(token: Token) -> Span:
    """Return the noun phrase with a following "of" phrase ("the Damascus suburb of Ghouta")."""
    base = phrase(token)
    if token.dep_ == "dobj" and token.head.lemma_ in _CHARGES:
        return base  # "accused the government of bombing targets"
    for child in token.rights:
        if child.dep_ == "prep" and child.lower_ == "of":
            for inner in child.children:
                if inner.dep_ == "pobj":
                    return Span(base.start, inner.idx + len(inner.text))
    return base


_CHARGES = frozenset({"accuse", "suspect", "convict", "acquit", "absolve", "clear"})


def with_owner(token: Token) -> Span:
    """Return a bare noun for fighters with whose they are: "forces loyal to the front", "units from the air force"."""
    base = phrase(token)
    if any(c.ent_type_ or c.pos_ == "PROPN" or c.dep_ == "poss" for c in token.lefts):
        return base
    for child in token.rights:
        owners = [g for c in child.children if c.dep_ == "prep" and c.lower_ == "to" for g in c.children]
        if child.dep_ == "prep" and child.lower_ in ("of", "from"):
            owners = [g for g in child.children if g.dep_ == "pobj"]
            owners = [g for g in owners if child.lower_ == "from" or g.ent_type_ or g.pos_ == "PROPN"]
        elif child.lower_ not in _LOYAL:
            continue
        if owners and owners[0].i - token.i <= _LONGEST_TELLING:
            return Span(base.start, owners[0].idx + len(owners[0].text))
    return base


_LOYAL = frozenset({"loyal", "allied", "affiliated", "linked", "aligned", "close", "belonging"})


def described(token: Token) -> Span:
    """Return a bare noun with what tells which ones are meant: "villagers who survived", "sources in the town"."""
    base = phrase(token)
    if phrase_start(token) != token.i or token.pos_ != "NOUN":
        return base
    told = next((c for c in token.rights if c.dep_ in ("acl", "relcl")), None)
    told = told or next((c for c in token.rights if c.dep_ == "prep" and c.lower_ in ("from", "at")), None)
    if told is None or told.left_edge.i != token.i + 1 or told.right_edge.i - token.i > _LONGEST_TELLING:
        return base
    last = told.right_edge
    while last.is_punct:
        last = last.nbor(-1)
    return Span(base.start, last.idx + len(last.text))


def modifiers(noun: Token) -> list[Token]:
    """Return what stands before a noun and tells whose or which it is, also through a compound ("army attack jets")."""
    near = [c for c in noun.lefts if c.dep_ in ("compound", "nmod", "amod", "poss")]
    return [*(t for c in near if c.dep_ == "compound" for t in modifiers(c)), *near]


def conjuncts(tokens: Iterable[Token]) -> Iterator[Token]:
    """Yield each head with the nouns coordinated with it, in order and once."""
    seen: set[int] = set()
    for token in tokens:
        for one in (token, *token.conjuncts, *_listed(token)):
            if one.i not in seen and one.i >= token.i:
                seen.add(one.i)
                if is_excluded(one):
                    continue
                yield one


def _listed(token: Token) -> Iterator[Token]:
    """ "The United States, Britain and France": names in a row, of which the second was read as an apposition."""
    for other in token.children:
        alike = other.dep_ == "appos" and other.ent_type_ == token.ent_type_ and token.ent_type_ in _NAMES
        if alike and any(c.dep_ == "conj" for c in other.children):
            yield from (other, *other.conjuncts)


_NAMES = frozenset({"GPE", "NORP", "ORG"})


def antecedent(token: Token) -> Token:
    """Return what a relative pronoun stands for, else the token itself."""
    if token.tag_ in ("WDT", "WP") or (token.lower_ == "that" and token.pos_ in ("PRON", "SCONJ")):
        verb = token.head
        while verb.dep_ in ("conj", "xcomp", "aux", "auxpass") and verb.head.i != verb.i:
            verb = verb.head
        if verb.dep_ in ("relcl", "acl"):
            excluded = is_excluded(verb.head) and verb.head.dep_ in ("conj", "appos")
            return verb.head.head if excluded else verb.head
        if verb.dep_ == "ccomp" and verb.head.lemma_ == "be":  # "it is the army that shelled the town"
            cleft = any(c.dep_ == "nsubj" and c.lower_ == "it" for c in verb.head.children)
            return next((c for c in verb.head.children if cleft and c.dep_ == "attr" and c.i < verb.i), token)
    return token


def is_excluded(noun: Token) -> bool:
    """Whether a noun names who is not meant: "the rebels, not the army", "not the army but the rebels"."""
    if any(c.dep_ == "neg" and c.i < noun.i and noun.i - c.i <= 3 for c in noun.lefts):
        return True
    before = noun.doc[noun.left_edge.i - 1] if noun.left_edge.i > 0 else noun
    return (
        noun.dep_ in ("appos", "conj")
        and before.lower_ == "not"
        and before.dep_ == "neg"
        and before.head.i == noun.head.i
    )


def depth(token: Token) -> int:
    """How many clauses stand above a word: whoever speaks in the main clause tells what others said."""
    return sum(t.dep_ in ("ccomp", "relcl", "advcl", "acl", "xcomp", "pcomp") for t in token.ancestors)


def pobj(verb: Token, *words: str) -> list[Token]:
    """Return the objects of the prepositions `words` among a token's children: "by the army or by the rebels"."""
    return [
        inner
        for child in verb.children
        if child.dep_ in ("prep", "agent", "dative") and child.lower_ in words
        for prep in (child, *(c for c in child.conjuncts if c.i > child.i and c.lower_ == child.lower_))
        for inner in prep.children
        if inner.dep_ in ("pobj", "pcomp")
    ]


def has_subject(verb: Token) -> bool:
    """Whether a verb has a subject of its own."""
    return any(c.dep_ in ("nsubj", "nsubjpass") for c in verb.children)


def continued(verb: Token) -> Token | None:
    """ "The army had shelled the town, he said, and had burned the market": the clause that goes on after its frame,
    where the parser joins it to the frame."""
    frame = verb.head
    past = any(c.dep_ == "aux" and c.lower_ == "had" for c in verb.children)
    if verb.dep_ != "conj" or not past or frame.tag_ != "VBD" or frame.i > verb.i:
        return None
    told = [c for c in frame.children if c.dep_ == "ccomp"] + ([frame.head] if frame.dep_ == "parataxis" else [])
    had = (t for t in told if t.i < frame.i and any(c.dep_ == "aux" and c.lower_ == "had" for c in t.children))
    return next((t for t in had if has_subject(t)), None)


def subject(verb: Token) -> list[Token]:
    """Return the grammatical subject of a verb, by conjunction and control where it has none of its own."""
    for _ in range(6):
        own = [c for c in verb.children if c.dep_ in ("nsubj", "nsubjpass", "csubj")]
        if own:
            return [antecedent(t) for t in own]
        if verb.dep_ == "conj" and verb.head.pos_ in ("VERB", "AUX"):
            verb = continued(verb) or verb.head
            continue
        if _has_lost_its_subject(verb):
            return []
        if verb.dep_ in ("xcomp", "advcl", "ccomp", "pcomp", "prep") and verb.head.i != verb.i:
            beside = verb.tag_ == "VBG" and _is_meanwhile(verb.head)
            verb = verb.head.head if beside else verb.head
            if verb.pos_ == "ADP":
                verb = verb.head
            if verb.pos_ == "ADJ" and verb.dep_ == "acomp":  # "they were responsible for shelling it"
                verb = verb.head
            if verb.pos_ in ("NOUN", "PROPN"):
                first = verb
                while first.dep_ == "conj" and first.head.pos_ in ("NOUN", "PROPN"):
                    first = first.head
                return [first] if first.dep_ in ("nsubj", "nsubjpass", "dobj") else []
            objects = [c for c in verb.children if c.dep_ == "dobj" and c.pos_ != "NUM"]
            if objects and _controls_object(verb):
                return objects
            said = next((c for c in verb.children if c.dep_ == "dobj" and c.lemma_ in ("call", "appeal", "plea")), None)
            if said is not None and (asked := pobj(said, "on", "upon", "to", "for")):
                return asked  # "renewed its call on both sides to stop"
            if verb.lemma_ in ("call", "appeal", "press") and (asked := pobj(verb, "on", "upon", "to")):
                return asked
            continue
        if verb.dep_ in ("acl", "relcl") and verb.tag_ == "VBG":
            return [verb.head]
        if says_that(verb):
            return [verb.head.head if verb.head.dep_ == "appos" else verb.head]
        if verb.dep_ == "acl" and verb.tag_ == "VB":
            above = next((t for t in verb.ancestors if t.pos_ == "VERB"), None)
            if above is not None:
                verb = above
                objects = [c for c in verb.children if c.dep_ == "dobj"]
                if objects and _controls_object(verb):
                    return objects
                continue
        return []
    return []


def _has_lost_its_subject(verb: Token) -> bool:
    """ "Were killed by shelling": not by those killed; "medics said bombs dropped by planes had killed": not medics."""
    if verb.dep_ == "pcomp" and verb.head.lower_ == "by":
        return is_passive(verb.head.head)
    finite = verb.tag_ in ("VBD", "VBZ", "VBP") or any(c.dep_ == "aux" and c.lemma_ == "have" for c in verb.children)
    return verb.dep_ == "ccomp" and finite and verb.head.i < verb.i


def _is_meanwhile(verb: Token) -> bool:
    """ "The bomb went off as a woman entered, wounding two": what entered did not wound."""
    marks = {c.lower_ for c in verb.children if c.dep_ in ("mark", "advmod") and c.i < verb.i}
    return verb.dep_ == "advcl" and bool(marks & {"as", "when", "while"}) and verb.head.i < verb.i


def clause_mates(token: Token) -> frozenset[int]:
    """The subject of the verb whose object a noun or pronoun is: "the army accused it" does not accuse the army."""
    up = token.head
    while up.pos_ == "ADP" and up.head.i != up.i:
        up = up.head
    if up.pos_ != "VERB" or token.dep_ in ("nsubj", "nsubjpass", "poss"):
        return frozenset()
    return frozenset(t.i for c in up.children if c.dep_ == "nsubj" for t in conjuncts([c]))


def is_passive(verb: Token) -> bool:
    """Whether a verb stands in the passive, also as a participle after a noun ("attacks claimed by the group")."""
    voices = {c.dep_ for c in verb.children}
    if voices & {"auxpass", "agent"}:
        return True
    if "nsubjpass" in voices:  # "the mission, the largest, condemned the attack", taken for a participle
        return "dobj" not in voices or verb.dep_ in ("acl", "relcl")
    if verb.tag_ == "VBN" and verb.dep_ in ("acl", "amod"):
        return "nsubj" not in voices and not says_that(verb)  # but "a report that troops had bombed it"
    if verb.tag_ == "VBN" and verb.dep_ == "pcomp" and not any(c.dep_ == "aux" for c in verb.children):
        return verb.head.lower_ == "with"
    if verb.dep_ == "conj" and verb.tag_ == "VBN" and not any(c.dep_ in ("aux", "nsubj") for c in verb.children):
        return is_passive(verb.head) if verb.head.pos_ == "VERB" else False
    return False


def says_that(verb: Token) -> bool:
    """ "Officials from the force announced that …": no participle after a noun, whatever the parser calls it."""
    if verb.dep_ != "acl" or verb.tag_ != "VBN" or verb.lemma_ in _TOLD or verb.head.pos_ not in ("NOUN", "PROPN"):
        return False
    if is_paper(verb.head):
        return False
    clauses = [c for c in verb.children if c.dep_ == "ccomp" and c.i > verb.i]
    return any(c.dep_ == "mark" and c.lower_ == "that" for clause in clauses for c in clause.children)


def is_paper(noun: Token) -> bool:
    """Whether a noun is something in which one says something: a statement, a letter, a post, a briefing."""
    return noun.lemma_.casefold() in _PAPERS


_PAPERS = word_list("cast_papers") | word_list("nouns_channels")
_TOLD = frozenset({"tell", "inform", "warn", "convince", "assure", "persuade", "advise"})
_OBJECT_CONTROL = word_list("nouns_object_control")


def _controls_object(verb: Token) -> bool:
    return verb.lemma_.casefold() in _OBJECT_CONTROL


def text_of(doc: Doc) -> str:
    """Return the text of a document; `Doc.text` puts it together anew each time."""
    text: str | None = doc.user_data.get(_TEXT)
    if text is None:
        text = doc.user_data[_TEXT] = doc.text
    return text


def bounds_of(token: Token) -> tuple[int, int]:
    """Return where the sentence of a token begins and ends; `Token.sent` looks through the whole document each time."""
    doc = token.doc
    starts = doc.user_data.get(_STARTS)
    if starts is None:
        starts = doc.user_data[_STARTS] = [s.start for s in doc.sents]
    at = bisect_right(starts, token.i) - 1
    return starts[at], starts[at + 1] if at + 1 < len(starts) else len(doc)


def sentence_of(token: Token) -> SpacySpan:
    """Return the sentence of a token."""
    start, end = bounds_of(token)
    return token.doc[start:end]


def covering(doc: Doc, span: Span) -> list[Token]:
    """Return the tokens that a span of characters touches."""
    found = doc.char_span(span.start, span.end, alignment_mode="expand")
    return list(found) if found is not None else []

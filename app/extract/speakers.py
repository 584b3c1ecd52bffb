"""Who speaks where: the author of an official statement, and the stretches of a text that stand in quotation marks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from spacy.tokens import Doc

from app.extract.gazetteer import Name
from app.model import Document, Entity, EntityKind, Iri, Span

_QUOTED = re.compile(r"“[^”]{1,3000}”|\"[^\"]{1,3000}\"", re.S)
_FRAME = re.compile(r"^(?P<who>[A-Z][^\n:]{2,90}?),? (?:said|stated|commented):[ \t]*$", re.M)
_OFFICIAL = re.compile(
    r"department|ministry|government|white house|minister|central command|centcom|foreign office|council|embassy",
    re.IGNORECASE,
)
_NEWS = re.compile(r"\bnews\b|voice of|wikinews|agency|times|post|herald", re.IGNORECASE)
_TITLE_SPEAKER = re.compile(
    r"(?:statement|remarks)\s+(?:from|by|of)\s+(?P<role>[^,]*?(?:spokesperson|spokesman|president|minister|secretary))",
    re.IGNORECASE,
)


def quoted_spans(text: str) -> list[Span]:
    """Return the stretches in quotation marks, in order; an unclosed mark opens none."""
    return [Span(m.start(), m.end()) for m in _QUOTED.finditer(text)]


def official_speaker(document: Document, doc: Doc, names: Sequence[Name]) -> Entity | None:
    """Return whose statement an official release is: the person of a “… said:” line, of its title, else the publisher.

    News has none. A spokesperson speaks for the body; a minister or president speaks as a person (GUIDE, decision 1).
    """
    publisher = document.publisher or ""
    if not _OFFICIAL.search(publisher) or _NEWS.search(publisher):
        return None
    text = doc.text
    frame = _FRAME.search(text)
    if frame is not None:
        person = _person_in(doc, names, frame.start("who"), frame.end("who")) or _first_person(doc, names)
        if person is not None:
            return person
    if document.title and (role := _TITLE_SPEAKER.search(document.title)):
        if "spokes" in role["role"].lower():
            return _body(role["role"], publisher)
        return _first_person_of_title(document.title, names) or Entity(
            kind=EntityKind.ACTOR, name=_after(document.title, role.end())
        )
    first = next(iter(doc.sents), None)
    if first is not None:
        for name in names:
            head = doc[name.start : name.end].root
            if name.start < first.end and head.dep_ == "nsubj" and (state := _of_class(name, "State")) is not None:
                return Entity(kind=EntityKind.ACTOR, name=state[0], reference=state[1])
    return Entity(kind=EntityKind.ACTOR, name=publisher)


def _of_class(name: Name, class_: str) -> tuple[str, Iri] | None:
    return next(((e.label, e.iri) for e in name.entries if class_ in e.classes), None)


def _person_in(doc: Doc, names: Sequence[Name], start: int, end: int) -> Entity | None:
    for name in names:
        span = doc[name.start : name.end]
        if start <= span.start_char and span.end_char <= end:
            for entry in name.entries:
                if "Person" in entry.classes:
                    words = Span(span.start_char, span.end_char)
                    return Entity(
                        kind=EntityKind.ACTOR, name=entry.label, reference=entry.iri, span=words, class_hint="Person"
                    )
    for entity in doc.ents:
        if entity.label_ == "PERSON" and start <= entity.start_char and entity.end_char <= end:
            words = Span(entity.start_char, entity.end_char)
            return Entity(kind=EntityKind.ACTOR, name=entity.text, span=words, class_hint="Person")
    return None


def _first_person(doc: Doc, names: Sequence[Name]) -> Entity | None:
    return _person_in(doc, names, 0, len(doc.text))


def _first_person_of_title(title: str, names: Sequence[Name]) -> Entity | None:
    for name in names:
        for entry in name.entries:
            if "Person" in entry.classes and entry.label in title:
                return Entity(kind=EntityKind.ACTOR, name=entry.label, reference=entry.iri, class_hint="Person")
    return None


def _body(role: str, publisher: str) -> Entity:
    """The body that a spokesperson of a title speaks for."""
    name = re.sub(r"\s*(?:deputy\s+)?spokes\w+.*$", "", role, flags=re.IGNORECASE).strip()
    return Entity(kind=EntityKind.ACTOR, name=name or publisher)


def _after(title: str, end: int) -> str:
    """The name that follows a role in a title: its capitalised words."""
    found = re.match(r"(?:\s+[A-Z][\w.’'-]+){1,4}", title[end:])
    return found[0].strip() if found else title[:end]

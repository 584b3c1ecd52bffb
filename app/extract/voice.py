"""The voice of a document: news narrates as itself, an official release as its speaker or its publisher."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from app.extract.gazetteer import Gazetteer, Name
from app.extract.nouns import text_of
from app.model import AttributionMode, Document, Entity, EntityKind, ReferenceEntry, Span

VOICE_VERSION = "voice.v2"
_OFFICIAL = re.compile(
    r"department|ministry|government|white house|minist|centcom|command\b|foreign office|council|embassy|president"
    r"|secretar|parliament|armed forces|army|mission|commission|united nations|\bUN\b|\bOPCW\b|organi[sz]ation for"
    r"|task force|coalition|navy|air force|marines|police|prosecutor|court\b|tribunal"
    r"|observatory|human rights|monitor|office of|headquarters|authority|spokes"
    r"|\bforces?\b|alliance|kremlin|chanceller|senate|consulate|high representative|external action|european union"
    r"|\boffice\b|\bG ?(?:7|8|20)\b|\bE3\b|troika|contact group|presidency|cabinet|pentagon"
    r"|downing street|quai d|[ée]lys[ée]e"
    r"|african union|red cross|red crescent|amnesty|m[ée]decins|medics for|coordination centre|brigade|battalion",
    re.IGNORECASE,
)
# Bodies known by their letters: publishers that are no outlets.
_LETTERS = re.compile(
    r"\b(?:NATO|ISAF|KFOR|SFOR|EUFOR|AFRICOM|INDOPACOM|AMISOM|ATMIS|ECOWAS|IGAD|OSCE|ICRC|IFRC|MSF|EU|EEAS|AU|IAEA|IDF"
    r"|OHCHR|UNHCR|UNICEF|OCHA|UN[A-Z]{2,7}|MONUC|MONUSCO|MINUSMA|MINUSCA|NSC|FCDO|FCO|MFA|MOD|MoD|DoD)\b"
)
_NEWS = re.compile(
    r"\bnews|voice of|wikinews|agency|times|post\b|herald|radio|television|\btv\b|press\b|reuters|broadcast"
    r"|observer|guardian|tribune|gazette|journal|magazine|media|afp|\bap\b|bbc|cnn",
    re.IGNORECASE,
)
_FRAME = re.compile(
    r"^(?P<who>(?:The |the )?[A-Z][^\n:“\"]{2,110}?),? (?:said|stated|commented|says|added|declared"
    r"|(?:made|released|issued) the following statement"
    r"|(?:responds?|responded|reacts?|reacted|comments?) (?:to|on|after|following)"
    r" [^\n:]{3,120}"
    r"|(?:condemns?|condemned|welcomes?|welcomed) [^\n:]{3,120})"
    r"(?: (?:today|in a statement|on \w+))?:[ \t]*$",
    re.M,
)
_COLON = re.compile(r"^(?P<who>(?:[A-Z][\w.’'-]++ ?){2,6}): ?[“\"]", re.M)
_ROLES = (
    r"spokesperson|spokesman|spokeswoman|president|minister|secretary|envoy|ambassador|commander|chief|advis[eo]r"
    r"|representative|commissioner|coordinator|director|general|administrator|lord|chancellor"
)
_TITLE = re.compile(
    rf"(?:statement|remarks|comments?|address|speech)\s+(?:from|by|of)\s+"
    rf"(?P<who>(?:the\s+)?[^,:]*?(?P<role>{_ROLES})?[^,:]*)",
    re.IGNORECASE,
)
_FIRST_WORDS = re.compile(
    rf"^(?P<who>[^:]*?(?P<role>(?i:{_ROLES}))\s+[A-Z]\S+(?:\s[A-Z]\S+)*?)\s+(?i:statement|remarks)\b"
)
_ISSUED = re.compile(
    r"statement (?:was |is )?(?:issued|released|attributable|attributed|made)[^\n.:]{0,40}? (?:by|to) the (?:Deputy )?"
    r"Spokes(?:man|woman|person) (?:for|of) (?P<who>[^\n:]{3,90})"
)
_JOINT = re.compile(r"(?i:joint statement)[^\n.]{0,60}? (?:by|from|of) (?P<who>[^\n]{10,600})")
_TOGETHER = re.compile(
    r"(?i:joint (?:statement|declaration|communiqu[ée])|statement (?:was |is )?(?:released|issued|made)(?: today)?)"
    r"[^\n.:]{0,60}? (?:by|from|of) (?:the )?(?P<who>(?i:governments? of )?(?:the )?[A-Z][^\n:]{10,400})"
)
_SIGNED = re.compile(
    r"\n(?P<who>[A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*){1,4}), (?:\w+ ){0,3}(?:Secretary|Minister|President)[^\n]{0,40}\s*$"
)
_LED_IN = re.compile(
    r"^[^\n.]{3,150}?\s(?:has (?:condemned|welcomed|called)|condemns|condemned|welcomes|calls|responds|reiterates)\b"
)
_AMERICAN = re.compile(r"(?i:state department|department of state|white house|u\.?s\.? embassy)")
_STATE_ACTS = re.compile(
    r"\b[Tt]he United States (?:(?:\w+ly|also) ){0,2}(?:urges|calls|condemns|welcomes|stands|will|supports|remains|is"
    r"|commends|joins|continues|deplores|denounces|appreciates|thanks|rejects|offers|extends)\b"
)
_SIGNATORY = re.compile(
    r"(?P<name>\b[A-Z][\w’'-]{1,40}+(?: [A-Z][\w’'-]{1,40}+){1,3}), (?:Acting |Deputy )?"
    r"(?:Foreign|Secretary|Minister|President|Prime|Chancellor|High|Federal|Permanent)\b"
)
_OF_NO_STATE = frozenset(
    {"ministry", "foreign ministry", "defence ministry", "defense ministry", "department", "government"}
)
_FIRST_PERSON = re.compile(r"\b(?:[Ww]e|[Oo]ur|I|[Mm]y|us)\b")
_TITLE_VERB = re.compile(
    rf"^(?P<who>(?:[A-Z][\w’'-]+ ){{0,3}}?(?P<role>(?i:{_ROLES}))\s(?:[A-Z][\w.’'-]+\s){{1,3}}?)"
    r"(?:condemns?|welcomes?|calls?|urges?|denounces?|deplores?|responds?|rejects?|warns?|marks?)\b"
)
_STANCE = re.compile(
    r"^\s*(?:The )?(?P<who>[A-Z][\w. ]{1,40}?) (?:strongly |also |today |unreservedly |utterly |has )*"
    r"(?:condemn|welcome|denounce|deplore|commend|reject|urge|call|support|is (?:deeply|gravely|outraged|appalled))"
)


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who is said to say something: the claimants, and the persons who spoke for them."""

    claimants: tuple[Entity, ...]
    spokespersons: tuple[Entity, ...] = ()


UNNAMED = Speaker((Entity(kind=EntityKind.UNNAMED_SOURCE, name="UNNAMED"),))
NOBODY = Speaker(())
VOID = Speaker(())  # what no one says: the demands of a resolution


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks where no words say so."""

    speaker: Speaker
    mode: AttributionMode
    official: bool
    outlet: str | None = None  # the publisher of news, which may name itself


def document_voice(document: Document, doc: Doc, names: Sequence[Name], gazetteer: Gazetteer) -> Voice:
    """Return the voice of a document (GUIDE, decision 1)."""
    if not is_official(document):
        narrator = Entity(kind=EntityKind.DOCUMENT_VOICE, name="DOCUMENT")
        outlet = None if document.is_digest else document.publisher  # a digest tells in our words what they said
        return Voice(Speaker((narrator,)), AttributionMode.OWN_VOICE, official=False, outlet=outlet)
    first_person = bool(_FIRST_PERSON.search(_unquoted(document.text)))
    speaker = (
        _joint(document, doc, names)
        or _together(document, doc, names)
        or _framed(document, doc, names)
        or _led_in(document, doc, names)
        or _state(document, gazetteer)
        or _titled(document, gazetteer, names)
        or _united_states(document, gazetteer)
        or Speaker((_body(document.publisher or "", gazetteer),))
    )
    state = _STANCE.search(document.text) is not None or _united_states(document, gazetteer) is not None
    direct = first_person or state or _framed(document, doc, names) is not None
    return Voice(speaker, AttributionMode.DIRECT_QUOTE if direct else AttributionMode.OWN_VOICE, official=True)


def is_official(document: Document) -> bool:
    """Whether a document is the release of a body and not news."""
    publisher = document.publisher or ""
    body = _OFFICIAL.search(publisher) or _LETTERS.search(publisher)
    return bool(body) and not _NEWS.search(publisher) and not document.is_digest


def _unquoted(text: str) -> str:
    return re.sub(r"“[^”]*”|\"[^\"]*\"", "", text)


def _framed(document: Document, doc: Doc, names: Sequence[Name]) -> Speaker | None:
    """The person of a line "… said:", or of "Name: “…”", or whose spokesperson issued the statement."""
    text = document.text
    issued = _ISSUED.search(text[:600]) or _ISSUED.search(document.title or "")
    if issued is not None and issued.string == text[:600]:
        person = person_between(doc, names, *issued.span("who"))
        if person is not None:
            return Speaker((person,))
    for found in (*_FRAME.finditer(text), *_COLON.finditer(text)):
        start, end = found.span("who")
        who = found["who"]
        if "spokes" in who.lower():
            continue
        person = person_between(doc, names, start, end) or person_between(doc, names, 0, len(text))
        if person is not None:
            return Speaker((person,))
    return None


def _joint(document: Document, doc: Doc, names: Sequence[Name]) -> Speaker | None:
    """The persons of "Joint statement by A, Foreign Secretary of …, B, Foreign Minister of …"."""
    found = _JOINT.search(document.text[:900])
    if found is None:
        return None
    persons: dict[str, Entity] = {}
    start, end = found.span("who")
    for named in _SIGNATORY.finditer(document.text, start, end):
        person = person_between(doc, names, *named.span("name"))
        if person is None or (person.reference is None and person.name != named["name"]):
            span = Span(*named.span("name"))
            person = Entity(kind=EntityKind.ACTOR, name=named["name"], span=span, class_hint="Person", role="speaker")
        persons.setdefault(person.reference or person.name, person)
    if len(persons) > 1:
        return Speaker(tuple(persons.values()))
    for entity in doc.ents:
        if entity.label_ == "PERSON" and start <= entity.start_char and entity.end_char <= end and len(entity) > 1:
            person = person_between(doc, names, entity.start_char, entity.end_char)
            if person is not None:
                persons.setdefault(person.reference or person.name, person)
    return Speaker(tuple(persons.values())) if len(persons) > 1 else None


def _together(document: Document, doc: Doc, names: Sequence[Name]) -> Speaker | None:
    """The states or bodies of "Joint statement by the governments of A, B and C"."""
    found = _TOGETHER.search(document.text[:600])
    if found is None or "inister" in found["who"]:
        return None
    start, end = found.span("who")
    stop = re.search(r"(?<=\w{3})\.\s| on | regarding | concerning | following ", found["who"])
    end = start + stop.start() if stop is not None else end
    members: dict[str, Entity] = {}
    for name in names:
        span = doc[name.start : name.end]
        entries = [e for e in name.of(EntityKind.ACTOR) if "Person" not in e.classes]
        if entries and start <= span.start_char and span.end_char <= end:
            members.setdefault(entries[0].iri, linked(entries[0], Span(span.start_char, span.end_char)))
    return Speaker(tuple(members.values())) if len(members) > 1 else None


def _led_in(document: Document, doc: Doc, names: Sequence[Name]) -> Speaker | None:
    """The person of a first sentence "Minister X has condemned …" or of a signature, in a text that says "I"."""
    text = document.text
    signed = _SIGNED.search(text[-160:])
    if signed is not None:
        start = max(0, len(text) - 160)
        person = person_between(doc, names, start + signed.start("who"), start + signed.end("who"))
        if person is not None:
            return Speaker((person,))
    verb = _LED_IN.search(text[:260])
    if verb is None or not re.search(r"\bI\b", text):
        return None
    person = person_between(doc, names, 0, verb.end())
    return Speaker((person,)) if person is not None else None


def _united_states(document: Document, gazetteer: Gazetteer) -> Speaker | None:
    """A release of a department or embassy that opens with what "the United States" urges or supports speaks as it."""
    if not _AMERICAN.search(document.publisher or "") or not _STATE_ACTS.search(document.text[:300]):
        return None
    entries = gazetteer.lookup("United States", EntityKind.ACTOR)
    return Speaker((linked(entries[0], None),)) if len(entries) == 1 else None


def _state(document: Document, gazetteer: Gazetteer) -> Speaker | None:
    """A state or body that condemns or welcomes in the first sentence speaks in its own name."""
    found = _STANCE.search(document.text[:400])
    if found is None:
        return None
    who = re.sub(r"\s+", " ", found["who"]).strip()
    entries = gazetteer.lookup(who, EntityKind.ACTOR)
    entry = next((e for e in entries if "Person" not in e.classes), None)
    if entry is None:
        return None
    start = document.text.find(found["who"])
    entity = linked(entry, Span(start, start + len(found["who"])))
    title = document.title or ""
    person = re.search(r"[Ss]pokes\w+ ((?:[A-Z][\w.’'-]+ ?){2,3}?)(?= (?:Welcom|Condemn|on |[a-z])|$)", title)
    return Speaker((entity,), _spoken(person))


def _spoken(person: re.Match[str] | None) -> tuple[Entity, ...]:
    if person is None:
        return ()
    return (Entity(kind=EntityKind.ACTOR, name=person[1].strip(), class_hint="Person", role="spokesperson"),)


def _titled(document: Document, gazetteer: Gazetteer, names: Sequence[Name]) -> Speaker | None:
    title = document.title or ""
    found = _FIRST_WORDS.search(title) or _TITLE.search(title) or _TITLE_VERB.search(title)
    if found is None:
        found = _TITLE_VERB.search(document.text[:200])
        title = document.text[:200]
    if found is None:
        return None
    who = found["who"].strip()
    if "spokes" in who.lower():
        body = re.sub(r"\s*(?:deputy\s+|principal\s+)?spokes\w+.*$", "", who, flags=re.IGNORECASE).strip()
        body = re.sub(r"^(?:from|by|of|the)\s+", "", body, flags=re.IGNORECASE)
        person = re.search(r"(?i:spokes\w+)\s+((?:[A-Z][\w.’'-]+\s?){1,3}?)(?=\s(?:on|Welcom|Condemn|[a-z])|$)", who)
        if not body or body.isupper() or body.casefold() in _OF_NO_STATE:  # "the MFA", "the ministry" that publishes it
            body = document.publisher or body
        return Speaker((_body(body, gazetteer),), _spoken(person))
    return _person_of(who, title, names, gazetteer)


def _person_of(who: str, title: str, names: Sequence[Name], gazetteer: Gazetteer) -> Speaker | None:
    words = who.split()
    for length in (3, 2, 1):
        for start in range(len(words) - length + 1):
            for entry in gazetteer.lookup(" ".join(words[start : start + length]), EntityKind.ACTOR):
                if "Person" in entry.classes:
                    return Speaker((linked(entry, None),))
    named = re.search(
        rf"(?i:{_ROLES})\s+((?:[A-Z][\w.’'-]+\s?){{1,3}}?)(?=\s(?:on|and|[A-Z]\w+(?:ing|s)\b|[a-z])|$)", title
    )
    if named is None:
        return None
    role = title[max(0, named.start() - 40) : named.start(1)].strip()
    return Speaker((Entity(kind=EntityKind.ACTOR, name=named[1].strip(), class_hint="Person", role=role),))


def _body(name: str, gazetteer: Gazetteer) -> Entity:
    bare = re.sub(r"\s*\([^)]*\)\s*$", "", name)
    for form in (name, bare, f"US {bare}"):
        entries = gazetteer.lookup(form, EntityKind.ACTOR)
        if len(entries) == 1:
            return linked(entries[0], None)
    return Entity(kind=EntityKind.ACTOR, name=bare or name or "publisher", class_hint="GovernmentBody")


def linked(entry: ReferenceEntry, span: Span | None) -> Entity:
    """Return an entity that stands for a reference entry."""
    hint = entry.classes[0] if entry.classes else None
    return Entity(kind=entry.kind, name=entry.label, span=span, reference=entry.iri, class_hint=hint)


def person_between(doc: Doc, names: Sequence[Name], start: int, end: int) -> Entity | None:
    """Return the first person named between two characters."""
    for name in names:
        span = doc[name.start : name.end]
        if start <= span.start_char and span.end_char <= end:
            for entry in name.entries:
                if "Person" in entry.classes:
                    return linked(entry, Span(span.start_char, span.end_char))
    for entity in doc.ents:
        if entity.label_ == "PERSON" and start <= entity.start_char and entity.end_char <= end:
            text = re.sub(r"(?:’s|'s)$", "", entity.text)
            text = re.sub(r"(?: [a-z]+)+$", "", text)  # "Jane Harcourt responds" is no name
            span_ = Span(entity.start_char, entity.start_char + len(text))
            role = text_of(doc)[start : entity.start_char].strip(" ,") if start else None
            return Entity(kind=EntityKind.ACTOR, name=text, span=span_, class_hint="Person", role=role or "speaker")
    return None

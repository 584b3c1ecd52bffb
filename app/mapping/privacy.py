"""Nobody is named without a public role, and no machine blames a named person unread (threats 26 and 27).

`protect` replaces private persons by their role or by a noun without a name and says which stretches of text must be
masked in quotes;
`held_back` tells which statements wait for a person's review.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from app.model import (
    Document,
    Entity,
    EntityKind,
    Polarity,
    Records,
    ReferenceEntry,
    ReviewStatus,
    SetAside,
    Span,
    Statement,
    StatementType,
)

SafeEntity = Callable[[Entity], Entity]
WITHHELD = "a person (name withheld)"
_MASK = "█"
_WINDOW = 90
# In what role a private person is heard, where the words beside the name say so.
_HEARD_AS = re.compile(
    r"\b(?:(?:local|eye|young|elderly|former|fellow|displaced|wounded|injured|\w+ese|\w+[iI]?an|\w+ish|\w+[qnm]i) )*"
    r"(?:resident|inhabitant|villager|witness|eyewitness|survivor|neighbou?r|relative|father|mother|brother|sister|"
    r"uncle|farmer|herder|shepherd|trader|shopkeeper|shop owner|driver|teacher|student|worker|aid worker|rescuer|"
    r"doctor|nurse|medic|paramedic|surgeon|activist|journalist|reporter|photographer|lawyer|refugee|prisoner|detainee|"
    r"protester|analyst|expert|researcher|professor|priest|imam|tribesman|elder|woman|man)\b",
    re.IGNORECASE,
)
# Abbreviated ranks; the dot of one ends no sentence.
_RANKS = "Capt|Gen|Col|Maj|Lt|Brig|Adm|Cmdr|Sgt|Sen|Rep|Gov|Amb"
_ROLE = re.compile(
    r"\b(?:(?:prime|foreign|defen[cs]e|interior|deputy|acting|former|vice|first|senior|chief|special|permanent|"
    r"press) )*"
    r"(?:president|minister|premier|chancellor|secretary(?:[ -]general)?|envoy|ambassador|spokes(?:man|woman|person)|"
    r"commander|general|colonel|major|captain|lieutenant|brigadier|admiral|marshal|chief|director(?:[ -]general)?|"
    r"leader|head|governor|mayor|senator|congress(?:man|woman)|lawmaker|official|representative|coordinator|commissioner|"
    r"rapporteur|prosecutor|judge|king|prince|emir|sheikh|dictator|chairman|chairwoman|administrator|adviser|advisor|"
    rf"(?-i:(?:Maj|Brig|Lt)\.? ?(?:Gen|Col)|{_RANKS}))\b",
    re.IGNORECASE,
)
_RANK_DOT = re.compile(rf"\b({_RANKS})\.")


@dataclass(frozen=True, slots=True)
class Protected:
    """Records in which no private person is named, the stretches to mask in quotes, and what was withheld."""

    records: Records
    masked: tuple[Span, ...]
    set_aside: tuple[SetAside, ...]


def public_role(document: Document, entity: Entity) -> str | None:
    """Return the public role in which the text names a person, from the words around the name; None without one.

    A role given where the name stands once holds wherever the document names that person.
    """
    if entity.role:
        return entity.role
    if entity.span is None:
        return None
    if title := _ROLE.match(entity.name):
        return title.group(0)
    text = document.text
    places = [entity.span, *(Span(*m.span("name")) for m in _namings(text, entity.name))]
    return next((role for span in places if (role := _role_beside(text, span)) is not None), None)


def _namings(text: str, name: str) -> list[re.Match[str]]:
    """Where a document names the same person in full: a bare surname is theirs if it goes with one given name only."""
    if " " in name:
        return list(re.finditer(rf"\b(?P<name>{re.escape(name)})\b", text))
    found = re.finditer(rf"\b(?P<name>(?P<given>[A-Z][\w’'-]+) {re.escape(name)})\b", text)
    full = [m for m in found if not _ROLE.fullmatch(m["given"])]
    return full if len({m["given"] for m in full}) == 1 else []


def _role_beside(text: str, name: Span) -> str | None:
    before = _clause_before(text, name.start)
    after = re.split(r"[.;:!?\n]", text[name.end : name.end + _WINDOW])[0]
    titles = [m for m in _ROLE.finditer(before) if not re.search(r"\b(?:and|said|who|that)\b", before[m.end() :])]
    if titles:
        return " ".join(before[titles[-1].start() :].split()).strip(" ,")
    apposition = re.match(r",\s+(?:(?:a|an|the|its|his|their)\s+)?[^,]*?", after)
    found = _ROLE.search(after) if apposition else None
    return found.group(0) if found else None


def _clause_before(text: str, start: int) -> str:
    window = _RANK_DOT.sub(r"\1 ", text[max(0, start - _WINDOW) : start])
    return re.split(r"[.;:!?\n]", window)[-1]


def heard_as(document: Document, entity: Entity) -> Entity:
    """Return who a private person speaks as: the words beside the name ("a local resident"), else an unnamed source."""
    if entity.span is not None:
        start, end = entity.span.start, entity.span.end
        before = _clause_before(document.text, start)
        after = re.match(r",\s+(?:an?|the|one)\s+([^,.;:!?\n]+)", document.text[end : end + _WINDOW])
        offset = start - len(before)
        found = next((m for m in _HEARD_AS.finditer(before) if re.fullmatch(r",?\s*", before[m.end() :])), None)
        if found is None and after is not None:
            offset = end + after.start(1)
            found = _HEARD_AS.match(after[1])
        if found is not None:
            span = Span(offset + found.start(), offset + found.end())
            return Entity(kind=EntityKind.ACTOR, name=found.group(0), span=span, class_hint="Group")
    return Entity(kind=EntityKind.UNNAMED_SOURCE, name="UNNAMED")


def protect(document: Document, records: Records) -> Protected:
    """Replace every person without a public role by words that do not name them; spokespersons speak in a role."""
    masked: set[Span] = set()
    spokespersons = {s.name for st in records.statements for s in st.spokespersons}

    def safe(entity: Entity) -> Entity:
        if entity.kind is not EntityKind.ACTOR or entity.class_hint != "Person" or entity.reference:
            return entity
        role = public_role(document, entity)
        if role is None and entity.name in spokespersons:
            role = "spokesperson"
        if role is not None:
            return replace(entity, role=role)
        pattern = re.compile("|".join(re.escape(n) for n in _name_forms(entity.name)))
        masked.update(Span(m.start(), m.end()) for m in pattern.finditer(document.text))
        if entity.span is not None:
            masked.add(entity.span)
        return Entity(kind=EntityKind.POPULATION_GROUP, name=WITHHELD)

    def heard(statement: Statement) -> Statement:
        """A private person still says what they say: in their role, without their name."""
        voices = [c if safe(c).name != WITHHELD else heard_as(document, c) for c in statement.claimants]
        return replace(statement, claimants=tuple({(v.kind, v.name): v for v in voices}.values()))

    unmasked = [heard(s) for s in records.statements]
    unnamed = sum(old.claimants != new.claimants for old, new in zip(records.statements, unmasked, strict=True))
    statements = tuple(_safe_statement(s, safe) for s in unmasked)
    mentions = tuple(e for e in map(safe, records.mentions) if e.name != WITHHELD)
    notes: list[SetAside] = []
    if masked:
        reason = f"{len(masked)} mention(s) of persons without a public role are withheld"
        notes.append(
            SetAside(document.path, None, reason, "privacy", "Names are masked in quotes; the About page says why.")
        )
    if unnamed:
        reason = f"{unnamed} statement(s) of private persons are kept without their names"
        advice = "The claimant is the role that the text gives, or an unnamed source; a review can say more."
        notes.append(SetAside(document.path, None, reason, "privacy", advice))
    return Protected(replace(records, statements=statements, mentions=mentions), tuple(sorted(masked)), tuple(notes))


def _name_forms(name: str) -> list[str]:
    """The full name, and its last word where that is a proper surname."""
    words = name.split()
    forms = [name]
    if len(words) > 1 and words[-1][:1].isupper() and len(words[-1]) > 2:
        forms.append(words[-1])
    return forms


def _safe_statement(statement: Statement, safe: SafeEntity) -> Statement:
    account = statement.account
    # A private person cannot be blamed even without a name: the slot would still point at one human being.
    account = replace(
        account,
        perpetrators=_named(account.perpetrators, safe),
        targets=tuple(map(safe, account.targets)),
        participants=_named(account.participants, safe),
        guarantors=_named(account.guarantors, safe),
    )
    return replace(
        statement,
        account=account,
        claimants=_named(statement.claimants, safe),
        spokespersons=_named(statement.spokespersons, safe),
        relayed_by=_named(statement.relayed_by, safe),
    )


def _named(entities: tuple[Entity, ...], safe: SafeEntity) -> tuple[Entity, ...]:
    return tuple(e for e in map(safe, entities) if e.name != WITHHELD)


def mask(quote: str, start: int, masked: Iterable[Span]) -> tuple[str, bool]:
    """Return a quote that begins at `start` with the masked stretches blacked out (same length), and whether any
    was."""
    letters = list(quote)
    for span in masked:
        for position in range(max(span.start, start), min(span.end, start + len(quote))):
            letters[position - start] = _MASK
    result = "".join(letters)
    return result, result != quote


def is_held_back(statement: Statement, reference: Mapping[str, ReferenceEntry]) -> bool:
    """Whether an unreviewed statement blames a named natural person and so waits for a review.

    A Report by the document about an office-holder's declared act ("President X ordered a strike") is no blame; an
    accusation, finding, assessment or condemnation is.
    """
    if statement.review is ReviewStatus.REVIEWED or statement.polarity is Polarity.DENIED:
        return False
    people = [p for p in statement.account.perpetrators if _is_person(p, reference)]
    if not people:
        return False
    if statement.type is StatementType.REPORT:
        own = {c.reference or c.name for c in statement.claimants}
        return any(p.reference is None and (p.name not in own) for p in people)
    return True


def _is_person(entity: Entity, reference: Mapping[str, ReferenceEntry]) -> bool:
    if entity.reference:
        entry = reference.get(entity.reference)
        return entry is not None and "Person" in entry.classes
    return entity.kind is EntityKind.ACTOR and entity.class_hint == "Person"

"""Reads the reference data: Turtle files to entries for reading and linking, and to quads of the reference graph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse

from app.errors import ReferenceDataError
from app.model import EntityKind, Iri, Reference, ReferenceEntry
from app.vocab import CEV, DEFAULT_BASE, GEO, RDF, RDFS, SKOS, WD, Minter, local_name

_PLACE_CLASSES = {"Place"}
Values = Mapping[str, list[NamedNode | Literal]]


def load_reference(folder: Path, base: str) -> tuple[Reference, list[Quad]]:
    """Return the entries of a folder of Turtle files, sorted by IRI, and their quads in the reference graph.

    Raises ReferenceDataError with file:line:column, or naming the entry that is wrong.
    """
    graph = NamedNode(Minter(base).graph("reference"))
    triples: set[tuple[NamedNode, NamedNode, NamedNode | Literal]] = set()
    for path in sorted(folder.glob("*.ttl")) if folder.is_dir() else []:
        triples.update(_parse(path, base))
    by_subject: dict[str, dict[str, list[NamedNode | Literal]]] = defaultdict(lambda: defaultdict(list))
    for s, p, o in sorted(triples, key=str):
        by_subject[s.value][p.value].append(o)
    entries = [e for iri, values in sorted(by_subject.items()) if (e := _entry(iri, values, base)) is not None]
    _check(entries, by_subject)
    return Reference(tuple(entries)), [Quad(s, p, o, graph) for s, p, o in sorted(triples, key=str)]


def _parse(path: Path, base: str) -> Iterable[tuple[NamedNode, NamedNode, NamedNode | Literal]]:
    try:
        for triple in parse(path=str(path), format=RdfFormat.TURTLE):
            if isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode):
                raise ReferenceDataError("reference data has no blank nodes", where=str(path), why=str(triple))
            value = triple.object if isinstance(triple.object, Literal) else _rebased(triple.object, base)
            yield _rebased(triple.subject, base), triple.predicate, value
    except SyntaxError as error:
        where = f"{path}:{error.lineno}:{error.offset}" if error.lineno else str(path)
        raise ReferenceDataError("this is not Turtle", where=where, why=str(error.msg)) from error
    except OSError as error:
        raise ReferenceDataError("the file cannot be read", where=str(path), why=str(error)) from error


def _rebased(node: object, base: str) -> NamedNode:
    """Move a node of the default base to another base."""
    assert isinstance(node, NamedNode)
    prefix = DEFAULT_BASE + "id/"
    return NamedNode(f"{base}id/{node.value.removeprefix(prefix)}") if node.value.startswith(prefix) else node


def _texts(values: Values, iri: str) -> tuple[str, ...]:
    return tuple(sorted(o.value for o in values.get(iri, ()) if isinstance(o, Literal)))


def _first(values: Values, *iris: str) -> Iri | None:
    found = sorted(o.value for i in iris for o in values.get(i, ()) if isinstance(o, NamedNode))
    return Iri(found[0]) if found else None


def _entry(iri: str, values: Values, base: str) -> ReferenceEntry | None:
    classes = tuple(sorted(local_name(o.value) for o in values.get(RDF + "type", ()) if o.value.startswith(CEV)))
    instrument = iri.startswith(CEV)
    if not classes and not instrument:
        return None
    kind = (
        EntityKind.INSTRUMENT if instrument else EntityKind.PLACE if set(classes) & _PLACE_CLASSES else EntityKind.ACTOR
    )
    labels = _texts(values, RDFS + "label")
    names = _texts(values, SKOS + "altLabel")
    if not labels and not instrument:
        raise ReferenceDataError("an entry has no label", where=iri)
    items = sorted(local_name(o.value) for o in values.get(SKOS + "exactMatch", ()) if o.value.startswith(WD))
    return ReferenceEntry(
        iri=Iri(iri),
        kind=kind,
        classes=classes,
        label=labels[0] if labels else _words(local_name(iri)),
        names=names,
        demonyms=_texts(values, CEV + "demonym"),
        metonyms=_texts(values, CEV + "metonym"),
        wikidata=items[0] if items else None,
        part_of=_first(values, CEV + "partOfActor", CEV + "withinPlace"),
        country=_first(values, CEV + "actorTerritory"),
        valid_from=next(iter(_texts(values, CEV + "validFrom")), None),
        valid_until=next(iter(_texts(values, CEV + "validUntil")), None),
        precision=local_name(precision) if (precision := _first(values, CEV + "placePrecision")) else None,
        wkt=None if GEO + "hasDefaultGeometry" not in values else "point",
    )


def _words(name: str) -> str:
    """`BarrelBomb` as words."""
    return "".join(f" {c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(name))


def _check(entries: Iterable[ReferenceEntry], subjects: Mapping[str, object]) -> None:
    """Refuse dangling and circular containment, and one Wikidata item on two entries of a kind."""
    by_iri = {e.iri: e for e in entries}
    items: dict[tuple[str, EntityKind], str] = {}
    for entry in by_iri.values():
        if entry.part_of and entry.part_of not in subjects:
            raise ReferenceDataError("an entry is part of one that is not there", where=entry.iri, why=entry.part_of)
        seen = {entry.iri}
        above = entry.part_of
        while above and above in by_iri:
            if above in seen:
                raise ReferenceDataError("an entry is part of itself", where=entry.iri)
            seen.add(above)
            above = by_iri[above].part_of
        if entry.wikidata:
            other = items.setdefault((entry.wikidata, entry.kind), entry.iri)
            if other != entry.iri:
                raise ReferenceDataError("two entries have one Wikidata item", where=entry.iri, why=other)

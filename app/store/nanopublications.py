"""Every statement as a nanopublication in TriG: head, assertion, provenance and publication info, each a graph.

The assertion holds the statement and its account, so what is asserted is that somebody says it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, Triple, serialize

from app.store.canonical import read_dump
from app.store.snapshot import DUMP, STORE
from app.store.sorting import parse_lines
from app.vocab import CEV, DCTERMS, NP, PREFIXES, PROV, RDF, cev

_TYPE = NamedNode(RDF + "type")
_LICENCE = NamedNode("https://creativecommons.org/licenses/by/4.0/")
_STATEMENT, _EXPRESSES = NamedNode(cev("AttributedStatement")), NamedNode(cev("expresses"))
Subject = NamedNode | BlankNode | Triple
_PARTS = ("assertion", "provenance", "pubinfo")


def write_nanopublications(snapshot: Path, version: str, out: BinaryIO) -> None:
    """Write the statements of a snapshot as nanopublications; `version` is the snapshot's id."""
    prefixes = {**PREFIXES, "np": NP}
    store = Store.read_only(str(snapshot / STORE))
    serialize(_publications(store, snapshot, version), out, format=RdfFormat.TRIG, prefixes=prefixes)


def _publications(store: Store, snapshot: Path, version: str) -> Iterator[Quad]:
    ending = f" <{_TYPE.value}> <{_STATEMENT.value}> ".encode()
    for line in read_dump(snapshot / DUMP):
        if ending in line:
            quad = next(parse_lines([line]))
            if quad.predicate == _TYPE and quad.object == _STATEMENT and isinstance(quad.subject, NamedNode):
                yield from _publication(store, quad.subject, version)


def _of(store: Store, subject: Subject) -> list[Quad]:
    return sorted(store.quads_for_pattern(subject, None, None), key=str)


def _publication(store: Store, statement: NamedNode, version: str) -> Iterator[Quad]:
    own = [q for q in _of(store, statement) if not q.predicate.value.startswith(CEV + "published")]
    mentions = sorted((q.subject for q in store.quads_for_pattern(None, _EXPRESSES, statement)), key=str)
    base = f"{statement.value}/np"
    head, whole = NamedNode(f"{base}#head"), NamedNode(base)
    graphs = {part: NamedNode(f"{base}#{part}") for part in _PARTS}
    yield Quad(whole, _TYPE, NamedNode(NP + "Nanopublication"), head)
    for name, part in (
        ("hasAssertion", "assertion"),
        ("hasProvenance", "provenance"),
        ("hasPublicationInfo", "pubinfo"),
    ):
        yield Quad(whole, NamedNode(NP + name), graphs[part], head)
    said = [*own]
    for quad in own:
        if quad.predicate.value == cev("hasAccount"):
            assert isinstance(quad.object, NamedNode)
            account = _of(store, quad.object)
            said += account
            for stated in account:
                if stated.predicate.value in (cev("statesTime"), cev("statesCasualties")):
                    assert isinstance(stated.object, NamedNode)
                    said += _of(store, stated.object)
    for quad in sorted(set(said), key=str):
        yield Quad(quad.subject, quad.predicate, quad.object, graphs["assertion"])
    for mention in mentions:
        for quad in _of(store, mention):
            yield Quad(quad.subject, quad.predicate, quad.object, graphs["provenance"])
            if quad.predicate.value == PROV + "wasGeneratedBy":
                yield Quad(graphs["assertion"], quad.predicate, quad.object, graphs["provenance"])
    yield Quad(whole, NamedNode(DCTERMS + "license"), _LICENCE, graphs["pubinfo"])
    yield Quad(whole, NamedNode(DCTERMS + "hasVersion"), Literal(version), graphs["pubinfo"])

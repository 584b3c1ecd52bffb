"""Every statement as a nanopublication in TriG: head, assertion, provenance and publication info, each a graph.

The assertion holds the statement and its account, so what is asserted is that somebody says it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, serialize

from app.vocab import CEV, DCTERMS, NP, PREFIXES, PROV, RDF, cev

_TYPE = NamedNode(RDF + "type")
_LICENCE = NamedNode("https://creativecommons.org/licenses/by/4.0/")
_PARTS = ("assertion", "provenance", "pubinfo")


def write_nanopublications(quads: Iterable[Quad], version: str, out: BinaryIO) -> None:
    """Write the statements of a graph as nanopublications; `version` is the snapshot's id."""
    prefixes = {**PREFIXES, "np": NP}
    serialize(_publications(list(quads), version), out, format=RdfFormat.TRIG, prefixes=prefixes)


def _publications(quads: list[Quad], version: str) -> Iterator[Quad]:
    by_subject: dict[str, list[Quad]] = defaultdict(list)
    mentions: dict[str, list[str]] = defaultdict(list)
    for quad in quads:
        by_subject[str(quad.subject)].append(quad)
        if quad.predicate.value == cev("expresses"):
            mentions[str(quad.object)].append(str(quad.subject))
    statements = sorted(
        {q.subject for q in quads if q.predicate == _TYPE and q.object == NamedNode(cev("AttributedStatement"))},
        key=str,
    )
    for statement in statements:
        assert isinstance(statement, NamedNode)
        own = [q for q in by_subject[str(statement)] if not q.predicate.value.startswith(CEV + "published")]
        yield from _publication(statement, own, by_subject, mentions[str(statement)], version)


def _publication(
    statement: NamedNode, own: list[Quad], by_subject: dict[str, list[Quad]], mentions: list[str], version: str
) -> Iterator[Quad]:
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
            account = by_subject[str(quad.object)]
            said += account
            for stated in account:
                if stated.predicate.value in (cev("statesTime"), cev("statesCasualties")):
                    said += by_subject[str(stated.object)]
    for quad in sorted(set(said), key=str):
        yield Quad(quad.subject, quad.predicate, quad.object, graphs["assertion"])
    for mention in sorted(mentions):
        for quad in by_subject[mention]:
            yield Quad(quad.subject, quad.predicate, quad.object, graphs["provenance"])
            if quad.predicate.value == PROV + "wasGeneratedBy":
                yield Quad(graphs["assertion"], quad.predicate, quad.object, graphs["provenance"])
    yield Quad(whole, NamedNode(DCTERMS + "license"), _LICENCE, graphs["pubinfo"])
    yield Quad(whole, NamedNode(DCTERMS + "hasVersion"), Literal(version), graphs["pubinfo"])

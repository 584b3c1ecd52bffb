"""The ontology as facts for its page: per term its definition, domain, range, uses, an example, queries, shapes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

from app.errors import OntologyError
from app.store.sorting import parse_lines
from app.vocab import CEV, DCTERMS, ONTOLOGY, OWL, RDF, RDFS, SH, SKOS

_KINDS = ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "NamedIndividual")
_LINKS = {
    RDFS + "subClassOf": "sub_class_of",
    RDFS + "subPropertyOf": "sub_property_of",
    RDFS + "domain": "domain",
    RDFS + "range": "range",
    CEV + "broaderInstrument": "broader",
}
_TEXTS = {
    RDFS + "label": "label",
    SKOS + "definition": "definition",
    SKOS + "scopeNote": "note",
    SKOS + "example": "example",
}


def ontology_facts(ontology: Path, lines: Iterable[bytes], *, shapes: Path, examples: Path) -> dict[str, Any]:
    """Return `{title, description, version, terms: {name: {...}}}` for a graph of canonical lines.

    Raises OntologyError where a file is not Turtle.
    """
    terms: dict[str, dict[str, Any]] = {}
    header: dict[str, str] = {}
    for subject, predicate, value in _triples(ontology):
        if subject == ONTOLOGY and isinstance(value, Literal):
            header.setdefault(predicate, value.value)
        if not subject.startswith(CEV):
            continue
        term = terms.setdefault(
            subject.removeprefix(CEV), {"types": [], "uses": 0, "triple": None, "queries": [], "shapes": []}
        )
        if predicate == RDF + "type" and isinstance(value, NamedNode):
            kind = value.value.removeprefix(OWL)
            (term["types"] if kind in _KINDS else term.setdefault("instance_of", [])).append(kind)
        elif predicate in _LINKS and isinstance(value, NamedNode):
            term.setdefault(_LINKS[predicate], []).append(value.value)
        elif predicate in _TEXTS and isinstance(value, Literal):
            term.setdefault(_TEXTS[predicate], value.value)
    for term in terms.values():
        term["kind"] = _kind(term)
    _count(terms, lines)
    _add_shapes(terms, shapes)
    found = _add_queries(terms, examples)
    return {
        "title": header.get(RDFS + "label", "Ontology"),
        "description": header.get(DCTERMS + "description", ""),
        "version": header.get(OWL + "versionInfo", ""),
        "terms": {name: term for name, term in sorted(terms.items()) if term["kind"]},
        "queries": found,
    }


def _kind(term: dict[str, Any]) -> str | None:
    types = term.pop("types")
    return next((kind for kind in _KINDS if kind in types), None)


def _triples(path: Path) -> Iterable[tuple[str, str, NamedNode | BlankNode | Literal]]:
    try:
        for triple in parse(path=str(path), format=RdfFormat.TURTLE):
            if isinstance(triple.object, NamedNode | BlankNode | Literal):
                subject = triple.subject.value if isinstance(triple.subject, NamedNode) else f"_:{triple.subject}"
                yield subject, triple.predicate.value, triple.object
    except SyntaxError as error:
        where = f"{path}:{error.lineno}:{error.offset}"
        raise OntologyError("this is not Turtle", where=where, why=str(error.msg)) from error


def _count(terms: dict[str, dict[str, Any]], lines: Iterable[bytes]) -> None:
    """Count uses outside the ontology itself, and keep the first triple of each property and class."""
    uses: Counter[bytes] = Counter()
    first: dict[bytes, bytes] = {}
    ours = f"<{CEV}".encode()
    names = {f"<{CEV}{name}>".encode(): name for name in terms}
    for line in lines:
        if ours not in line or line.endswith(b"/graph/ontology> .\n"):
            continue
        _, predicate, value = line[: line.rindex(b" <")].split(b" ", 2)
        for iri in (predicate, value):
            if iri in names:
                uses[iri] += 1
                first.setdefault(iri, line)
    for iri, name in names.items():
        terms[name]["uses"] = uses[iri]
        quad = next(parse_lines([first[iri]])) if iri in first else None
        terms[name]["triple"] = (str(quad.subject), str(quad.predicate), str(quad.object)) if quad else None


def _add_shapes(terms: dict[str, dict[str, Any]], folder: Path) -> None:
    """Name at each term the shapes that target it or constrain it."""
    for path in sorted(folder.glob("*.ttl")):
        owner: dict[str, str] = {}
        said: list[tuple[str, str]] = []
        for subject, predicate, value in _triples(path):
            if isinstance(value, BlankNode):
                owner[f"_:{value}"] = subject
            elif isinstance(value, NamedNode) and value.value.startswith(CEV) and predicate.startswith(SH):
                said.append((subject, value.value.removeprefix(CEV)))
        for subject, name in said:
            seen = set()
            while subject.startswith("_:") and subject in owner and subject not in seen:
                seen.add(subject)
                subject = owner[subject]
            shape = re.split(r"[#/]", subject)[-1]
            if name in terms and not subject.startswith("_:") and shape not in terms[name]["shapes"]:
                terms[name]["shapes"].append(shape)


def _add_queries(terms: dict[str, dict[str, Any]], folder: Path) -> dict[str, dict[str, str]]:
    """Name at each term the example queries that use it; return those queries by name with their question and text."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(folder.glob("*.ttl")):
        query: dict[str, str] = {}
        for _, predicate, value in _triples(path):
            if isinstance(value, Literal) and predicate in (SH + "select", SH + "ask", SH + "construct"):
                query["text"] = value.value
            elif isinstance(value, Literal) and predicate == RDFS + "comment":
                query["question"] = value.value
        if "text" not in query:
            continue
        found[path.stem] = {"question": query.get("question", path.stem), "text": query["text"]}
        for name in dict.fromkeys(re.findall(r"\bcev:([A-Za-z]+)", query["text"])):
            if name in terms:
                terms[name]["queries"].append(path.stem)
    return found

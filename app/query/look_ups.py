"""Look-ups: a query of one triple pattern, read from the index of the store without the engine's parser and planner.

Whoever follows links asks for the labels of an IRI, for what is said of it and for what names it, again and again. The
engine takes 15 to 20 µs to read and plan such a query, and less than one to find its triples. What is taken here: a
SELECT of variables over one pattern with a known subject or object, over the union of all graphs, few rows, JSON. The
engine answers a pattern by the same scan of the same index, so rows, their order and the bytes are the same
(`tests/query/test_look_ups.py` compares them); whatever is read otherwise than expected is left to the engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from json.encoder import encode_basestring
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Store

from app.query.request import JSON_RESULTS
from app.vocab import RDF, XSD

_MOST_ROWS = 256
_MOST_CHARACTERS = 32_768
_MOST_TEXT = 2_000
_SPACE = r"[ \t\r\n]"
_IRI = r"<[A-Za-z][A-Za-z0-9+.-]*+:[^<>\"{}|^`\\%\x00-\x20]*+>"
_NAME = r"[A-Za-z](?:[A-Za-z0-9_-]*+)?:[A-Za-z_][A-Za-z0-9_-]*+"
_VARIABLE = r"\?[A-Za-z_][A-Za-z0-9_]*+"
_END = rf"({_IRI}|{_NAME}|{_VARIABLE})"
_PREDICATE = rf"({_IRI}|{_NAME}|{_VARIABLE}|a)"
_PREFIX = re.compile(rf"{_SPACE}*+PREFIX{_SPACE}++([A-Za-z][A-Za-z0-9_-]*+:){_SPACE}*+({_IRI})", re.IGNORECASE)
_SELECT = re.compile(
    rf"{_SPACE}*+(?i:SELECT){_SPACE}++((?:{_VARIABLE}{_SPACE}*+)++|\*{_SPACE}*+)(?:(?i:WHERE){_SPACE}*+)?\{{{_SPACE}*+"
    rf"{_END}{_SPACE}++{_PREDICATE}{_SPACE}++{_END}{_SPACE}*+(?:\.{_SPACE}*+)?\}}{_SPACE}*+\Z"
)
_STRING = XSD + "string"
_PLACES = ("subject", "predicate", "object")


@dataclass(slots=True)
class LookUp:
    """One pattern: its constants, and where in a quad each variable of the answer stands, with its name as written."""

    pattern: tuple[NamedNode | None, NamedNode | None, NamedNode | None]
    columns: tuple[tuple[str, str], ...]
    head: str
    is_for_engine: bool = False

    def answer(self, store: Store, *, max_rows: int, max_bytes: int) -> bytes | None:
        """The answer in JSON; None where it is left to the engine, then for ever: snapshots do not change."""
        body = None if self.is_for_engine else self._body(store, min(max_rows, _MOST_ROWS))
        self.is_for_engine = body is None or len(body) > max_bytes
        return None if self.is_for_engine else body

    def _body(self, store: Store, most: int) -> bytes | None:
        rows: list[str] = []
        size = 0
        for quad in islice(store.quads_for_pattern(*self.pattern, None), most + 1):
            cells: list[str] = []
            for place, name in self.columns:
                cell = _cell(getattr(quad, place))
                if cell is None:
                    return None
                cells.append(name + cell)
            rows.append("{" + ",".join(cells) + "}")
            size += len(rows[-1])
            if size > _MOST_CHARACTERS:
                return None
        return (self.head + ",".join(rows) + "]}}").encode() if len(rows) <= most else None


def read_look_up(text: str, media_type: str) -> LookUp | None:
    """Read a query as a look-up; None where it is none, or not known to be one."""
    if media_type != JSON_RESULTS or len(text) > _MOST_TEXT:
        return None
    at = 0
    prefixes: dict[str, str] = {}
    while (declared := _PREFIX.match(text, at)) is not None:
        name, iri = declared[1], declared[2][1:-1]
        if prefixes.setdefault(name, iri) != iri:
            return None
        at = declared.end()
    found = _SELECT.match(text, at)
    if found is None:
        return None
    try:
        constants = [_constant(term, prefixes) for term in found.groups()[1:]]
        for iri in prefixes.values():
            _absolute(iri)
    except ValueError:
        return None
    return _look_up(found[1].split(), found.groups()[1:], constants)


def _look_up(asked: list[str], terms: tuple[str, ...], constants: list[NamedNode | None]) -> LookUp | None:
    subject, predicate, thing = constants
    places = {term[1:]: place for term, place in zip(terms, _PLACES, strict=True) if term.startswith("?")}
    names = sorted(places) if asked == ["*"] else [name[1:] for name in asked]
    is_plain = len(places) == constants.count(None) and len(set(names)) == len(names) and places.keys() >= set(names)
    if (subject is None and thing is None) or not places or not is_plain:
        return None
    columns = tuple((places[name], f'"{name}":') for name in names)
    head = '{"head":{"vars":[' + ",".join(f'"{name}"' for name in names) + ']},"results":{"bindings":['
    return LookUp((subject, predicate, thing), columns, head)


def _constant(term: str, prefixes: dict[str, str]) -> NamedNode | None:
    """The IRI that a term stands for, None for a variable. Raises ValueError for what is not known to be one."""
    if term.startswith("?"):
        return None
    if term == "a":
        return NamedNode(RDF + "type")
    if term.startswith("<"):
        return _absolute(term[1:-1])
    prefix, _, name = term.partition(":")
    return _absolute(prefixes.get(prefix + ":", "") + name)


def _absolute(iri: str) -> NamedNode:
    """An IRI that resolving against another leaves as it is. Raises ValueError."""
    if "/." in iri or ":." in iri:
        raise ValueError("an IRI that may be put differently")
    return NamedNode(iri)


def _cell(term: Any) -> str | None:
    """A term as the engine writes it in JSON; None for terms of RDF 1.2."""
    if isinstance(term, NamedNode):
        return f'{{"type":"uri","value":{encode_basestring(term.value)}}}'
    if isinstance(term, BlankNode):
        return f'{{"type":"bnode","value":{encode_basestring(term.value)}}}'
    if not isinstance(term, Literal) or term.direction is not None:
        return None
    return f'{{"type":"literal","value":{encode_basestring(term.value)}{"".join(_kind(term))}}}'


def _kind(term: Literal) -> Iterator[str]:
    if term.language is not None:
        yield f',"xml:lang":{encode_basestring(term.language)}'
    elif term.datatype.value != _STRING:
        yield f',"datatype":{encode_basestring(term.datatype.value)}'

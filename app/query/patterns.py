"""A reader of the plain part of SPARQL: SELECT queries as triple patterns, OPTIONALs, filters, and the rest unread.

It serves rewriting alone. What it does not know for certain it refuses (`UnreadError`), and then the query goes to the
engine as it came: blank nodes, collections, quoted triples, FROM, BASE, trailing VALUES, escapes outside strings.
Nested groups of any other kind are kept as they are written, with the variables that they name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from app.query.gate import TOKEN
from app.vocab import RDF

_KEYWORDS = frozenset(["OPTIONAL", "FILTER", "BIND", "VALUES", "MINUS", "GRAPH", "SERVICE", "UNION", "LATERAL"])
_CLOSED = {"(": ")", "{": "}", "[": "]"}
_MODIFIERS = frozenset("*+?")
_ABSOLUTE = re.compile(r"\A[A-Za-z][A-Za-z0-9+.-]*:")


class UnreadError(Exception):
    """The query holds something that this reader does not know."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One triple pattern; the path is its tokens, so `cev:claimant / rdfs:label` has three."""

    subject: str
    path: tuple[str, ...]
    object: str

    @property
    def has_closure(self) -> bool:
        """Whether the path may match without an edge, or any number of them."""
        return any(piece in _MODIFIERS for piece in self.path)

    @property
    def variables(self) -> frozenset[str]:
        """The variables of the pattern."""
        return frozenset(t for t in (self.subject, *self.path, self.object) if t.startswith("?"))

    def with_values(self, values: Mapping[str, str]) -> Pattern:
        """The pattern with values in place of variables at its ends."""
        return Pattern(values.get(self.subject, self.subject), self.path, values.get(self.object, self.object))

    def __str__(self) -> str:
        return f"{self.subject} {' '.join(self.path)} {self.object} ."


@dataclass(frozen=True, slots=True)
class Block:
    """One element of a group: `triples`, `optional` (patterns None where it holds more), `filter` or `other`."""

    kind: str
    text: str
    tokens: tuple[str, ...]
    patterns: tuple[Pattern, ...] | None = None

    @property
    def variables(self) -> frozenset[str]:
        """The variables that the element names."""
        return frozenset(t for t in self.tokens if t.startswith("?") and len(t) > 1)

    @property
    def words(self) -> frozenset[str]:
        """The words of the element, in capitals."""
        return frozenset(t.upper() for t in self.tokens)


@dataclass(frozen=True, slots=True)
class Select:
    """A SELECT query: its text before the group, its projection, the blocks of its group, and what follows."""

    head: str
    prefixes: dict[str, str]
    is_distinct: bool
    projection: tuple[str, ...]
    blocks: tuple[Block, ...]
    tail: tuple[str, ...]
    tail_text: str

    def text(self, blocks: list[str]) -> str:
        """The query with other text in its group."""
        return "\n".join([self.head + " {", *blocks, "}", self.tail_text])

    @property
    def prologue(self) -> str:
        """The prefixes as they are declared."""
        return "\n".join(f"PREFIX {name} {iri}" for name, iri in self.prefixes.items())

    def iri(self, piece: str) -> str | None:
        """The IRI that a piece of a pattern stands for; None where it is none, or one that is still to be resolved."""
        if piece == "a":
            return RDF + "type"
        iri = piece[1:-1]
        if not piece.startswith("<"):
            prefix, colon, name = piece.partition(":")
            if not colon or piece[0] in "\"'?" or prefix + ":" not in self.prefixes:
                return None
            iri = self.prefixes[prefix + ":"][1:-1] + name
        return iri if _ABSOLUTE.match(iri) and "/." not in iri and ":." not in iri else None


def read_select(text: str) -> Select:
    """Read a SELECT query. Raises UnreadError."""
    return _Reader(text, _tokens(text)).select()


Token = tuple[str, int, int]


def _tokens(text: str) -> list[Token]:
    """The tokens without white space, with where they begin and end; `$x` as `?x`; a dot after a name on its own."""
    found: list[Token] = []
    for match in TOKEN.finditer(text):
        kind, value = match.lastgroup, match[0]
        if kind == "space":
            continue
        if (kind != "text" and "\\" in value) or (kind == "word" and "#" in value):
            raise UnreadError("an escape or a sharp outside strings")
        if kind == "iri" and ("?" in value or "$" in value):
            raise UnreadError("what may be an IRI or a comparison of variables")
        if kind == "word" and value[0] == "$":
            value = "?" + value[1:]
        if kind == "text" and (len(value) < 2 or value[-1] != value[0] or "\n" in value):
            raise UnreadError("a string that is open or long")
        dots = len(value) - len(value.rstrip(".")) if kind == "word" and ":" in value else 0
        end = match.end() - dots
        found.append((value[: len(value) - dots], match.start(), end))
        found += [(".", end + n, end + n + 1) for n in range(dots)]
    return found


class _Reader:
    """Reads tokens from left to right."""

    def __init__(self, source: str, tokens: list[Token]) -> None:
        self._source, self._placed, self._at = source, tokens, 0
        self._tokens = [t for t, _, _ in tokens]

    def _slice(self, start: int) -> str:
        """The source from the piece `start` to the one read last."""
        return self._source[self._placed[start][1] : self._placed[self._at - 1][2]] if self._at > start else ""

    def _block(self, kind: str, start: int, patterns: tuple[Pattern, ...] | None = None) -> Block:
        return Block(kind, self._slice(start), tuple(self._tokens[start : self._at]), patterns)

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _word(self) -> str:
        return self._peek().upper()

    def _next(self) -> str:
        piece = self._peek()
        if not piece:
            raise UnreadError("the end came early")
        self._at += 1
        return piece

    def _take(self, piece: str) -> None:
        if self._next().upper() != piece:
            raise UnreadError(f"no {piece} where it belongs")

    def select(self) -> Select:
        """The whole query."""
        prefixes: dict[str, str] = {}
        while self._word() == "PREFIX":
            self._at += 1
            name, iri = self._next(), self._next()
            if not name.endswith(":") or not iri.startswith("<") or prefixes.get(name, iri) != iri:
                raise UnreadError("an odd prefix")
            prefixes[name] = iri
        self._take("SELECT")
        is_distinct = self._word() == "DISTINCT"
        self._at += is_distinct
        start = self._at
        while self._word() not in ("WHERE", "{"):
            if self._next().upper() in ("FROM", "REDUCED", "SELECT", "}"):
                raise UnreadError("a data set, or an odd projection")
        projection = tuple(self._tokens[start : self._at])
        self._at += self._word() == "WHERE"
        head = self._slice(0)
        blocks = self._group()
        start, self._at = self._at, len(self._tokens)
        tail = tuple(self._tokens[start:])
        if not projection or {"VALUES", "{", "}"} & {t.upper() for t in tail}:
            raise UnreadError("no projection, or values after the group")
        return Select(head, prefixes, is_distinct, projection, tuple(blocks), tail, self._slice(start))

    def _group(self) -> list[Block]:
        self._take("{")
        blocks: list[Block] = []
        while (piece := self._peek()) != "}":
            word = piece.upper()
            if piece == ".":
                self._at += 1
            elif word == "OPTIONAL":
                blocks.append(self._optional())
            elif word in ("FILTER", "BIND"):
                blocks.append(self._expression(word.lower() if word == "FILTER" else "other"))
            elif word in _KEYWORDS or piece == "{":
                blocks.append(self._other())
            elif word == "SELECT":
                raise UnreadError("a query in place of a group")
            else:
                blocks.append(self._triples())
        self._at += 1
        return blocks

    def _balanced(self) -> None:
        """Read from an opening bracket to its end."""
        open_now = [_CLOSED.get(self._next(), "")]
        if not open_now[0]:
            raise UnreadError("no bracket where one belongs")
        while open_now:
            piece = self._next()
            if piece in _CLOSED:
                open_now.append(_CLOSED[piece])
            elif piece in _CLOSED.values() and piece != open_now.pop():
                raise UnreadError("brackets that do not match")

    def _optional(self) -> Block:
        start = self._at
        self._at += 1
        self._balanced()
        try:
            inside = _Reader(self._source, self._placed[start + 1 : self._at])._group()
        except UnreadError:
            inside = []
        patterns = [p for b in inside for p in b.patterns or ()] if all(b.kind == "triples" for b in inside) else []
        return self._block("optional", start, tuple(patterns) or None)

    def _expression(self, kind: str) -> Block:
        start = self._at
        self._at += 1
        while self._peek() not in ("(", "{"):
            self._next()
        if self._peek() == "{" and "EXISTS" not in {t.upper() for t in self._tokens[start : self._at]}:
            raise UnreadError("an odd filter")
        self._balanced()
        return self._block(kind, start)

    def _other(self) -> Block:
        """A group, union, minus, graph, values or lateral, whole, as it is written."""
        start = self._at
        while self._peek() != "{":
            if self._peek() == "(":
                self._balanced()
            else:
                self._next()
        self._balanced()
        while self._word() == "UNION":
            self._at += 1
            self._balanced()
        return self._block("other", start)

    def _triples(self) -> Block:
        patterns: list[Pattern] = []
        start = self._at
        while True:
            subject = self._term()
            while True:
                path = self._path()
                patterns.append(Pattern(subject, path, self._term()))
                while self._peek() == ",":
                    self._at += 1
                    patterns.append(Pattern(subject, path, self._term()))
                semicolons = self._at
                while self._peek() == ";":
                    self._at += 1
                if self._at == semicolons or self._peek() in (".", "}"):
                    break
            if self._peek() != ".":
                break
            self._at += 1
            piece = self._peek()
            if piece in ("}", "{", "") or piece.upper() in _KEYWORDS:
                break
        if self._peek() not in ("}", "{") and self._word() not in _KEYWORDS:
            raise UnreadError("triples that do not end")
        return self._block("triples", start, tuple(patterns))

    def _term(self) -> str:
        piece = self._next()
        if piece[0] in "\"'":
            if self._peek().startswith("@"):
                return piece + self._next()
            if self._peek() == "^^":
                self._at += 1
                return f"{piece}^^{self._iri()}"
            return piece
        if (piece[0] == "?" and len(piece) > 1) or piece[0].isdigit() or piece in ("true", "false"):
            return piece
        self._at -= 1
        return self._iri()

    def _iri(self) -> str:
        piece = self._next()
        if (piece[0] == "<" and piece[-1] == ">" and len(piece) > 2) or (":" in piece and piece[:2] != "_:"):
            return piece
        raise UnreadError(f"{piece} where a term belongs")

    def _path(self) -> tuple[str, ...]:
        start = self._at
        if self._peek().startswith("?") and len(self._peek()) > 1:
            return (self._next(),)
        while True:
            while self._peek() in ("^", "!"):
                self._at += 1
            if self._peek() == "(":
                self._balanced()
            elif self._peek() == "a":
                self._at += 1
            else:
                self._iri()
            while self._peek() in _MODIFIERS:
                self._at += 1
            if self._peek() not in ("/", "|"):
                break
            self._at += 1
        path = tuple(self._tokens[start : self._at])
        if any(a in _MODIFIERS and b in _MODIFIERS for a, b in pairwise(path)):
            raise UnreadError("an odd path")
        return path

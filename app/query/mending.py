"""Queries that the engine answers otherwise than the standard says, put so that it answers as the standard does.

Each rule names the clause and why what it writes is equal by it. What no rule knows goes to the engine as it came; what
stays wrong so, and why, is in `tests/conformance/known_failures.md`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

from app.query.gate import TOKEN
from app.query.patterns import Block, Pattern, Select, UnreadError, read_select

_BOOLEAN = re.compile(r"(?<![\w:.?$@-])(?!(?:true|false)\b)(?i:true|false)(?![\w:.-])")
_AGGREGATES = frozenset(["COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"])
_WORTH = re.compile(r"GROUP_CONCAT|GRAPH\s*[?$]|<<\s*\(|(?:COUNT|SUM|MIN|MAX|AVG|SAMPLE)\s*\(", re.IGNORECASE)
_BASE = re.compile(r"\A\s*BASE\s*<[^<>\s]*>", re.IGNORECASE)
_CLOSURE = re.compile(r"[\w>)][*?](?!\w)")
# What gives another value each time it is asked for, or is mended on its own.
_NOT_TWICE = frozenset(["RAND", "UUID", "STRUUID", "BNODE", "GROUP_CONCAT", "SELECT"])
_OPEN, _CLOSE = frozenset("({["), frozenset(")}]")
# Words with which a group is more than triples, OPTIONALs, unions, values and filters.
_MORE = frozenset(["SELECT", "GRAPH", "SERVICE", "EXISTS", "MINUS", "BIND", "LATERAL"])


class _Piece(NamedTuple):
    kind: str
    value: str
    start: int
    end: int

    @property
    def word(self) -> str:
        return self.value.upper() if self.kind == "word" else ""

    @property
    def variable(self) -> str:
        return self.value[1:] if self.kind == "word" and self.value[0] in "?$" else ""


_Edit = tuple[int, int, str]


def lower_booleans(text: str) -> str:
    """TRUE and FALSE as the engine takes them: keywords have no case (SPARQL 1.1, 19.8). Places stay as they are."""
    if not _BOOLEAN.search(text):
        return text
    return "".join(
        m[0].lower() if m.lastgroup == "word" and m[0].upper() in ("TRUE", "FALSE") else m[0]
        for m in TOKEN.finditer(text)
    )


def mend(text: str) -> str:
    """Return a query with the answer of the standard. Raises SyntaxError for what the standard refuses."""
    if not _WORTH.search(text):
        return text
    pieces = [
        _Piece(m.lastgroup or "", m[0], m.start(), m.end()) for m in TOKEN.finditer(text) if m.lastgroup != "space"
    ]
    _refuse_triples_as_subjects(text, pieces)
    _refuse_nested_aggregates(text, pieces)
    edits = sorted([*_plain_concatenations(pieces), *_scoped_graphs(text, pieces), *_named_aggregates(text, pieces)])
    if any(second[0] < first[1] for first, second in pairwise(edits)):  # one rule inside what another has put anew
        return text
    return _edited(text, edits, 0, len(text))


def mend_paths(text: str, holds: Callable[[str], bool]) -> str:
    """A path that may have no edge joins a term to itself also where no triple has that term (SPARQL 1.1, 18.4).

    The engine finds a constant there only if its graph `holds` it as subject or object. A constant that the graph does
    not hold has no edges, so all that `path*` or `path?` gives for it is itself: a value, or nothing to a constant that
    is another.
    """
    if not _CLOSURE.search(text):
        return text
    base = _BASE.match(text)
    prologue, text_after = text[: base.end() if base else 0], text[base.end() if base else 0 :]
    try:
        query = read_select(text_after)
    except (UnreadError, RecursionError):
        return text
    alone = {p: _standing_alone(p, query, holds) for b in query.blocks if b.kind == "triples" for p in b.patterns or ()}
    if all(new is None for new in alone.values()):
        return text

    def put(block: Block) -> str:
        if block.kind != "triples":
            return block.text
        return "\n".join(str(p) if (new := alone[p]) is None else new for p in block.patterns or ())

    return prologue + query.text([put(block) for block in query.blocks])


def _standing_alone(pattern: Pattern, query: Select, holds: Callable[[str], bool]) -> str | None:
    if not _is_one_step(pattern.path):
        return None
    ends = [pattern.subject, pattern.object]
    constants = [query.iri(end) for end in ends if not end.startswith("?")]
    if not constants or not all(constants) or all(holds(c or "") for c in constants):
        return None
    if len(constants) == 2:
        return "" if constants[0] == constants[1] else "FILTER(false)"
    (variable,) = (end for end in ends if end.startswith("?"))
    return f"VALUES {variable} {{ <{constants[0]}> }}"


def _is_one_step(path: tuple[str, ...]) -> bool:
    """Whether the whole path is one element with `*` or `?` after it."""
    if len(path) < 2 or path[-1] not in ("*", "?"):
        return False
    inner = path[1:-1] if path[0] == "^" else path[:-1]
    if len(inner) == 1:
        return True
    if inner[:1] != ("(",) or inner[-1] != ")":
        return False
    depth = 0
    for place, piece in enumerate(inner):
        depth += (piece == "(") - (piece == ")")
        if depth == 0:
            return place == len(inner) - 1
    return False


def _plain_concatenations(pieces: list[_Piece]) -> Iterator[_Edit]:
    """GROUP_CONCAT gives a simple literal (SPARQL 1.1, 18.5.1.7); the engine keeps a language that all parts share."""
    for place, piece in enumerate(pieces):
        if piece.word == "GROUP_CONCAT" and (end := _end(pieces, place + 1)) is not None:
            yield piece.start, piece.start, "STR("
            yield pieces[end].end, pieces[end].end, ")"


def _named_aggregates(text: str, pieces: list[_Piece]) -> Iterator[_Edit]:
    """A name given by AS holds in the expressions after it (SPARQL 1.1, 18.2.4.4); the engine refuses an aggregate's.

    What it was given to stands for it: the same expression over the same group has the same value, or the same error.
    """
    for place, piece in enumerate(pieces):
        if piece.word != "SELECT":
            continue
        named: dict[str, str] = {}
        at = place + 1
        while at < len(pieces) and pieces[at].value != "{" and pieces[at].word not in ("WHERE", "FROM"):
            end = _end(pieces, at) if pieces[at].value == "(" else None
            if end is not None and end - at > 3 and pieces[end - 2].word == "AS":
                expression = pieces[at + 1 : end - 2]
                edits = [
                    (p.start, p.end, named[p.variable]) for p in _outside_aggregates(expression) if p.variable in named
                ]
                yield from edits
                words = {p.word for p in expression}
                if (edits or words & _AGGREGATES) and not words & _NOT_TWICE:
                    named[pieces[end - 1].variable] = (
                        f"({_edited(text, edits, expression[0].start, expression[-1].end)})"
                    )
            at = at + 1 if end is None else end + 1


def _outside_aggregates(expression: list[_Piece]) -> Iterator[_Piece]:
    """The pieces of an expression that stand in no aggregate."""
    inside_until = -1
    for place, piece in enumerate(expression):
        if piece.word in _AGGREGATES and (end := _end(expression, place + 1)) is not None:
            inside_until = max(inside_until, end)
        if place > inside_until:
            yield piece


def _edited(text: str, edits: list[_Edit], start: int, end: int) -> str:
    parts = []
    for first, last, new in edits:
        parts += [text[start:first], new]
        start = last
    return "".join([*parts, text[start:end]])


def _scoped_graphs(text: str, pieces: list[_Piece]) -> Iterator[_Edit]:
    """`GRAPH ?g` binds ?g after its group, not inside (SPARQL 1.1, 18.6: a join with each graph's name)."""
    for place, piece in enumerate(pieces[:-2]):
        graph = pieces[place + 1].variable
        if piece.word != "GRAPH" or not graph or (end := _end(pieces, place + 2)) is None:
            continue
        group = pieces[place + 3 : end]
        yield from _vain_minus(group)
        if _needs_own_name(group, graph):
            yield piece.start, pieces[end].end, _joined(text, group, graph, {p.variable for p in pieces})


def _vain_minus(group: list[_Piece]) -> Iterator[_Edit]:
    """MINUS takes nothing away where its group shares no variable with what stands before it (8.3.3).

    Variables that are named nowhere before it are bound nowhere before it; the engine counts the graph's as shared.
    """
    depth, before = 0, set[str]()
    for place, piece in enumerate(group):
        end = _end(group, place + 1) if piece.word == "MINUS" and depth == 0 else None
        if end is not None and before.isdisjoint(p.variable for p in group[place:end] if p.variable):
            yield piece.start, group[end].end, ""
        depth += (piece.value in _OPEN) - (piece.value in _CLOSE) if piece.kind == "sign" else 0
        before |= {piece.variable} - {""}


def _needs_own_name(group: list[_Piece], graph: str) -> bool:
    """Whether the group names the graph's variable in an OPTIONAL or VALUES, and is simple enough to be put anew.

    Filters on it are left alone: by the standard they find it unbound, which nobody who writes one means.
    """
    words = {p.word for p in group}
    if not any(p.variable == graph for p in group) or not words & {"OPTIONAL", "VALUES"} or words & _MORE:
        return False
    return not any(p.variable == graph for p in _filtered(group))


def _filtered(group: list[_Piece]) -> Iterator[_Piece]:
    """The pieces inside filters."""
    for place, piece in enumerate(group):
        if piece.word == "FILTER":
            opening = next((n for n in range(place, len(group)) if group[n].value == "("), None)
            end = _end(group, opening) if opening is not None else None
            yield from group[place : end if end is not None else len(group)]


def _joined(text: str, group: list[_Piece], graph: str, taken: set[str]) -> str:
    """The group with a name of its own for the graph's variable, joined with the graph's name afterwards.

    The empty group is for those without triples: for them the engine does not go through the graphs.
    """
    inner, outer = (
        next(f"{n}{k}" for k in range(len(taken) + 1) if f"{n}{k}" not in taken) for n in ("inner", "outer")
    )
    filters = {id(p) for p in _filtered(group)}
    shown = sorted({p.variable for p in group if id(p) not in filters} - {"", graph})
    parts, done = [], group[0].start
    for piece in group:
        if piece.variable == graph:
            parts += [text[done : piece.start], f"?{inner}"]
            done = piece.end
    body = "".join([*parts, text[done : group[-1].end]])
    columns = " ".join([f"(?{outer} AS ?{graph})", *(f"?{name}" for name in shown)])
    agrees = f"FILTER(!BOUND(?{inner}) || sameTerm(?{inner}, ?{outer}))"
    return f"{{ SELECT {columns} WHERE {{ GRAPH ?{outer} {{}} GRAPH ?{outer} {{ {body}\n}} {agrees} }} }}"


def _refuse_triples_as_subjects(text: str, pieces: list[_Piece]) -> None:
    """In an expression a triple term's subject is neither a literal nor a triple term (SPARQL 1.2, ExprTripleTerm)."""
    for place in range(len(pieces) - 5):
        bind, bracket, opening, inner, first, second = pieces[place : place + 6]
        begins = bind.word == "BIND" and (bracket.value, opening.value, inner.value) == ("(", "<<", "(")
        if begins and (first.kind in ("text", "number") or (first.value, second.value) == ("<<", "(")):
            raise _refusal("a triple term has a literal or a triple term as its subject", text, first.start)


def _refuse_nested_aggregates(text: str, pieces: list[_Piece]) -> None:
    """An aggregate has no aggregate inside (SPARQL 1.2, 19.8, note 13); a sub-query has its own."""
    ends: list[int] = []
    for place, piece in enumerate(pieces[:-1]):
        ends = [end for end in ends if end >= place]
        if piece.word == "SELECT":
            ends = []
        elif piece.word in _AGGREGATES and pieces[place + 1].value == "(":
            if ends:
                raise _refusal("an aggregate stands inside an aggregate", text, piece.start)
            if (end := _end(pieces, place + 1)) is not None:
                ends.append(end)


def _refusal(what: str, text: str, start: int) -> SyntaxError:
    line = text.count("\n", 0, start) + 1
    return SyntaxError(what, ("", line, start - text.rfind("\n", 0, start), ""))


def _end(pieces: list[_Piece], opening: int) -> int | None:
    """Where the bracket that opens here closes; None where none opens, or it never closes."""
    if opening >= len(pieces) or pieces[opening].value not in _OPEN or pieces[opening].kind != "sign":
        return None
    depth = 0
    for place in range(opening, len(pieces)):
        if pieces[place].kind == "sign":
            depth += (pieces[place].value in _OPEN) - (pieces[place].value in _CLOSE)
            if depth == 0:
                return place
    return None

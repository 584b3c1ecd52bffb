"""Queries put differently before the engine sees them, where the answer is provably the same bag of rows.

Each rule has its proof in its docstring. All take the default graph for the union of the graphs of a snapshot in which
no triple stands twice, whose counts are known exactly. What the reader (`patterns.py`) does not know stays as it came.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from app.query.counting import counted_beforehand, counted_by_kind
from app.query.patterns import Block, Pattern, Select, UnreadError, read_select
from app.query.statistics import Statistics
from app.vocab import XSD

# Only texts with one of these can gain; others, look-ups above all, pay a search of their text and no more.
_WORTH = re.compile(r"OPTIONAL|DISTINCT|COUNT|[<>]=?\s*[\"']\d{4}-", re.IGNORECASE)
_OWN_WORDS = frozenset(["RAND", "UUID", "STRUUID", "BNODE", "NOW", "EXISTS"])
_DAY = re.compile(r"([\"'])(\d{4}-\d\d-\d\d)\1")
_COMPARE: dict[str, Callable[[str, str], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
}
_MAX_DAYS = 2_000


class Rewriter:
    """Rewrites the queries of one snapshot, each once."""

    def __init__(self, statistics: Statistics) -> None:
        """`statistics` are those of the snapshot that the queries are put to."""
        self._statistics = statistics
        self._kept = lru_cache(maxsize=512)(self._rewrite)

    def rewrite(self, text: str) -> str:
        """Return a query with the same answer, or the text itself."""
        if len(text) > 20_000 or not _WORTH.search(text):
            return text
        return self._kept(text)

    def _rewrite(self, text: str) -> str:
        try:
            query = read_select(text)
        except (UnreadError, RecursionError):
            return text
        counted = counted_beforehand(query, self._statistics) or counted_by_kind(query, self._statistics)
        if counted is not None:
            return counted
        blocks = parted(query, self._statistics) or [*dated(nested(query, self._statistics), query, self._statistics)]
        return query.text(blocks) if blocks != [b.text for b in query.blocks] else text


def nested(query: Select, statistics: Statistics) -> list[tuple[Block, str]]:
    """Give each OPTIONAL of several patterns the bindings of what stands before it, where these are few.

    The engine joins such an OPTIONAL by computing all of it first. `LATERAL { OPTIONAL { P } }` computes P once per row
    before it, with its bindings put in. For P of triple patterns without paths of any length this is the left join: P
    with the bindings of a row put in gives exactly the solutions of P that agree with the row; a variable that the row
    leaves unbound stays free in both. (A path that may have no edge has solutions for terms outside the graph: not so.)
    """
    found: list[tuple[Block, str]] = []
    given: list[Pattern] = []
    before: list[Pattern] = []
    fixed = dict(filter(None, map(_fixed, query.blocks)))
    for block in query.blocks:
        text = block.text
        if block.kind == "triples":
            given += block.patterns or ()
            before += [p.with_values(fixed) for p in block.patterns or ()]
        inside = block.patterns if block.kind == "optional" else None
        if inside and _may_nest(inside, given) and _gains_by_nesting(inside, before, query, statistics):
            text = "LATERAL { " + text + " }"
        found.append((block, text))
    return found


def _fixed(block: Block) -> tuple[str, str] | None:
    """The variable and the value of a VALUES that gives one value to one variable: for the estimates, a constant."""
    words, tokens = [t.upper() for t in block.tokens], block.tokens
    if len(tokens) == 5 and words[0] == "VALUES" and words[2] == "{" and tokens[1].startswith("?"):
        return tokens[1], tokens[3]
    return None


def _may_nest(patterns: tuple[Pattern, ...], before: list[Pattern]) -> bool:
    return not any(p.has_closure for p in patterns) and bool(_all(before) & _all(patterns))


def _gains_by_nesting(
    patterns: tuple[Pattern, ...], before: list[Pattern], query: Select, statistics: Statistics
) -> bool:
    steps = sum(1 + p.path.count("/") for p in patterns)
    return steps > 1 and statistics.rows(before, query) * 4 < statistics.rows(patterns, query)


def _all(patterns: Iterable[Pattern]) -> frozenset[str]:
    return frozenset[str]().union(*(p.variables for p in patterns))


def dated(blocks: list[tuple[Block, str]], query: Select, statistics: Statistics) -> list[str]:
    """Put before triples the days that a range in a FILTER leaves, as VALUES.

    Every value of such a predicate is a plain xsd:date (no time zone), so the order of days is that of their texts, and
    the list of days that exist is complete. The FILTER stays, and would take away all rows that VALUES takes away.
    """
    limits = [limit for b, _ in blocks if b.kind == "filter" for limit in _limits(b, query)]
    texts: list[str] = []
    for block, text in blocks:
        if block.kind == "triples" and limits:
            listed = [v for p in block.patterns or () if (v := _days_left(p, limits, query, statistics))]
            # One list is an index to start from; a second one would be multiplied with it.
            texts += [v for _, v in sorted(listed)[:1]]
        texts.append(text)
    return texts


def _days_left(
    pattern: Pattern, limits: list[tuple[str, str, str]], query: Select, statistics: Statistics
) -> tuple[int, str] | None:
    days = statistics.days.get(query.iri(pattern.path[0]) or "") if len(pattern.path) == 1 else None
    mine = [(sign, day) for variable, sign, day in limits if variable == pattern.object]
    if not days or not mine:
        return None
    left = [d for d in days if all(_COMPARE[sign](d, day) for sign, day in mine)]
    if len(left) > _MAX_DAYS or len(left) * 4 > len(days):
        return None
    literals = " ".join(f'"{d}"^^<{XSD}date>' for d in left)
    return len(left), f"VALUES {pattern.object} {{ {literals} }}"


def _limits(block: Block, query: Select) -> Iterable[tuple[str, str, str]]:
    """The comparisons of a variable with a day that a FILTER joins by `&&` alone: variable, sign, day."""
    tokens = block.tokens
    if tokens[1] != "(":
        return
    if set(tokens[2:-1]) & {"||", "(", "!"}:
        return
    part: list[str] = []
    for piece in (*tokens[2:-1], "&&"):
        if piece != "&&":
            part.append(piece)
            continue
        if len(part) == 5 and part[0].startswith("?") and part[1] in _COMPARE and part[3] == "^^":
            day = _DAY.fullmatch(part[2])
            if day and query.iri(part[4]) == XSD + "date":
                yield part[0], part[1], day[2]
        part = []


def parted(query: Select, statistics: Statistics) -> list[str] | None:
    """Compute the parts of a DISTINCT query that share only projected variables each on its own, DISTINCT too.

    A row of SELECT DISTINCT stands in the answer where values for the other variables exist. Patterns are linked where
    they share such a variable; values for one set of linked patterns say nothing of another's, so the rows are those of
    the join of the parts' own distinct rows. Filters belong to the part whose other variables they name; all that they
    name must be bound there. This pays where parts would be multiplied before DISTINCT sees them.
    """
    kept = frozenset(query.projection)
    plain = query.is_distinct and all(t.startswith("?") and len(t) > 1 for t in query.projection)
    if not plain or any(b.kind not in ("triples", "filter") or b.words & _OWN_WORDS for b in query.blocks):
        return None
    if {t.upper() for t in query.tail} & {"GROUP", "HAVING", "LIMIT", "OFFSET"}:
        return None
    patterns = [p for b in query.blocks for p in b.patterns or ()]
    filters = [b for b in query.blocks if b.kind == "filter"]
    if any(t.startswith("?") and len(t) > 1 and t not in kept for t in query.tail):
        return None
    parts = _linked(patterns, filters, kept)
    if len(parts) < 2 or not all(part.stands_alone(kept) for part in parts):
        return None
    if not _gains_by_parting([part.patterns for part in parts], query, statistics):
        return None
    inside = {id(item) for part in parts for item in (*part.patterns, *part.filters)}
    texts = [part.subselect(kept) for part in parts]
    texts += [str(p) for p in patterns if id(p) not in inside]
    return texts + [f.text for f in filters if id(f) not in inside]


@dataclass(frozen=True, slots=True)
class _Part:
    """Patterns and filters that are linked by variables which are not projected."""

    names: frozenset[str]
    patterns: tuple[Pattern, ...] = ()
    filters: tuple[Block, ...] = ()

    def stands_alone(self, kept: frozenset[str]) -> bool:
        """Whether it has a projected variable to be joined by, and binds all that its filters name."""
        bound = _all(self.patterns)
        return bool(bound & kept) and all(f.variables <= bound for f in self.filters)

    def subselect(self, kept: frozenset[str]) -> str:
        """The part as a group of its own."""
        shown = " ".join(sorted(_all(self.patterns) & kept))
        inside = " ".join([*map(str, self.patterns), *(f.text for f in self.filters)])
        return f"{{ SELECT DISTINCT {shown} WHERE {{ {inside} }} }}"


def _linked(patterns: list[Pattern], filters: list[Block], kept: frozenset[str]) -> list[_Part]:
    """The parts; patterns and filters without other than kept variables are in none."""
    parts: list[_Part] = []
    items: list[Pattern | Block] = [*patterns, *filters]
    for item in items:
        names = item.variables - kept
        if not names:
            continue
        touched = [p for p in parts if p.names & names]
        mine = ((item,), ()) if isinstance(item, Pattern) else ((), (item,))
        merged = _Part(
            names.union(*(p.names for p in touched)),
            (*(q for p in touched for q in p.patterns), *mine[0]),
            (*(f for p in touched for f in p.filters), *mine[1]),
        )
        parts = [*(p for p in parts if p not in touched), merged]
    return parts


def _gains_by_parting(parts: list[tuple[Pattern, ...]], query: Select, statistics: Statistics) -> bool:
    """Whether going from each row of one part to the matching rows of another costs more than each part once."""
    if any(not part for part in parts):
        return False
    sizes = [statistics.rows(part, query) for part in parts]
    first = parts[0]
    cost = sizes[0]
    for part, size in zip(parts[1:], sizes[1:], strict=True):
        shared = _all(first) & _all(part)
        matching = max((statistics.different(v, part, query) for v in shared), default=1.0)
        cost *= max(1.0, size / matching)
    return cost > 4 * sum(sizes)

"""Counts that a query asks for and the snapshot's own exact counts answer.

A snapshot does not change and no triple stands twice in it, so what was counted at build holds for ever. Each rule has
its proof in its docstring; what it does not know for certain goes to the engine as it came.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import prod

from app.query.patterns import Pattern, Select
from app.query.statistics import Kind, Statistics
from app.vocab import RDF

_TYPE = RDF + "type"


def counted_beforehand(query: Select, statistics: Statistics) -> str | None:
    """Answer a count of whole predicates, or a list of classes or predicates, from the counts of the snapshot.

    The snapshot does not change and no triple stands twice, so `COUNT(DISTINCT ?s)` for a value is the number of its
    triples.
    """
    triples = [p for b in query.blocks for p in b.patterns or ()]
    if len(query.blocks) != 1 or len(triples) != 1 or "HAVING" in {t.upper() for t in query.tail}:
        return None
    pattern = triples[0]
    if len(pattern.path) != 1 or not pattern.subject.startswith("?"):
        return None
    rows = _counts(pattern, query, statistics)
    if rows is None:
        return None
    variable, counts = rows
    grouped, order = _tail(query)
    if order is None or any(t.startswith("?") and t not in query.projection for t in query.tail):
        return None
    if grouped is None and query.is_distinct and query.projection == (variable,):
        return _listed([variable], ([f"<{value}>"] for value in counts), query, order)
    count = _count_name(query, pattern, variable, grouped)
    if count is None:
        return None
    names = [variable, count] if grouped else [count]
    found = ([f"<{v}>", str(n)] for v, n in counts.items()) if grouped else iter([[str(sum(counts.values()))]])
    return _listed(names, found, query, order)


def _counts(pattern: Pattern, query: Select, statistics: Statistics) -> tuple[str, dict[str, int]] | None:
    """What varies in a pattern, and how many triples there are of each of its values."""
    path, value = pattern.path[0], pattern.object
    if path.startswith("?"):
        if value.startswith("?") and len({path, value, pattern.subject}) == 3:
            return path, {p: n for p, (n, _, _) in statistics.predicates.items()}
        return None
    predicate = query.iri(path) or ""
    if value.startswith("?"):
        listed = statistics.values.get(predicate)
        return None if listed is None or value == pattern.subject else (value, dict(listed))
    listed, iri = statistics.values.get(predicate), query.iri(value)
    if listed is None or iri is None:
        return None
    return "", {iri: listed.get(iri, 0)}


def _tail(query: Select) -> tuple[str | None, str | None]:
    """The one variable of GROUP BY, and the rest as text; (None, None) where there is more in it."""
    tail = list(query.tail)
    grouped = None
    if [t.upper() for t in tail[:2]] == ["GROUP", "BY"]:
        grouped, tail = (tail[2] if len(tail) > 2 else ""), tail[3:]
    words = {t.upper() for t in tail if not t.startswith("?") and not t.isdigit() and t not in "()"}
    plain = words <= {"ORDER", "BY", "ASC", "DESC", "LIMIT", "OFFSET"} and (grouped is None or grouped[:1] == "?")
    if tail and (tail[0].startswith("?") or tail[0] == "("):
        plain = False  # a second key
    return (grouped, " ".join(tail)) if plain else (None, None)


def _count_name(query: Select, pattern: Pattern, variable: str, grouped: str | None) -> str | None:
    """The name of the count that a projection asks for, where it is one that the counts answer."""
    tokens = list(query.projection)
    if query.is_distinct or (grouped is not None and grouped != variable):
        return None
    if grouped is not None:
        if variable not in tokens[:1] + tokens[-1:]:
            return None
        tokens.remove(variable)
    if len(tokens) < 7 or [t.upper() for t in tokens[:3]] != ["(", "COUNT", "("]:
        return None
    inner = [t.upper() if not t.startswith("?") else t for t in tokens[3:-4]]
    if tokens[-4] != ")" or tokens[-3].upper() != "AS" or tokens[-1] != ")" or not tokens[-2].startswith("?"):
        return None
    subjects = inner in (["DISTINCT", pattern.subject], [pattern.subject])
    # A predicate's triples are not its subjects, so DISTINCT subjects are counted only value by value.
    if pattern.path[0].startswith("?") or (grouped is None and variable):
        subjects = inner == [pattern.subject]
    name = tokens[-2]
    return name if (subjects or inner == ["*"]) and name not in pattern.variables else None


def _listed(names: list[str], rows: Iterable[list[str]], query: Select, order: str) -> str:
    values = " ".join(f"({' '.join(row)})" for row in rows)
    shown = sorted(names, key=lambda n: query.projection.index(n))
    return f"{query.prologue}\nSELECT {' '.join(shown)} WHERE {{ VALUES ({' '.join(names)}) {{ {values} }} }} {order}"


def counted_by_kind(query: Select, statistics: Statistics) -> str | None:
    """Answer counts over things that have several predicates, from how many things have which predicates how often.

    All patterns have one variable as subject, a predicate each, and an object variable of their own or a class. A thing
    with `n` values of a predicate gives `n` bindings of that object, independent of the others, so its rows are the
    product, and things of one kind (the same predicates as often, the same classes) give the same number.
    `COUNT(DISTINCT ?value)` is the number of different values of its predicate where every thing that has the predicate
    is among those counted.
    """
    patterns = [p for b in query.blocks for p in b.patterns or ()]
    if (
        query.is_distinct
        or query.tail
        or len(query.blocks) != 1
        or not statistics.kinds
        or not _is_star(patterns, query)
    ):
        return None
    asked = _asked(query.projection, patterns)
    if not asked or len(asked) != len(set(asked) - {v for p in patterns for v in p.variables}):
        return None
    needed = [
        (query.iri(p.path[0]) or "", None if p.object.startswith("?") else query.iri(p.object) or "") for p in patterns
    ]
    counted = [(kind, _rows(kind, needed)) for kind in statistics.kinds]
    things = sum(kind.count for kind, rows in counted if rows)
    found: list[str] = []
    for inner in asked.values():
        if inner == "*" or inner.startswith("?"):
            found.append(str(sum(kind.count * rows for kind, rows in counted)))
        elif inner == "DISTINCT " + patterns[0].subject:
            found.append(str(things))
        else:
            predicate = next(query.iri(p.path[0]) or "" for p in patterns if inner == "DISTINCT " + p.object)
            having = sum(kind.count for kind in statistics.kinds if kind.predicates.get(predicate))
            if predicate == _TYPE or having != things:
                return None
            found.append(str(statistics.predicates.get(predicate, (0, 0, 0))[2]))
    return _listed(list(asked), [found], query, "")


def _is_star(patterns: list[Pattern], query: Select) -> bool:
    """Whether all say something of one variable, with objects that are classes or variables used nowhere else."""
    if not patterns or not patterns[0].subject.startswith("?"):
        return False
    objects = [p.object for p in patterns if p.object.startswith("?")]
    plain = all(
        p.subject == patterns[0].subject
        and len(p.path) == 1
        and query.iri(p.path[0]) is not None
        and (p.object.startswith("?") or (p.path[0] == "a" and query.iri(p.object) is not None))
        for p in patterns
    )
    return plain and len({*objects, patterns[0].subject}) == len(objects) + 1


def _asked(projection: tuple[str, ...], patterns: list[Pattern]) -> dict[str, str]:
    """What is counted, by the name of its count; nothing where anything else is asked for."""
    known = {v for p in patterns for v in p.variables}
    asked: dict[str, str] = {}
    tokens = list(projection)
    while tokens:
        end = tokens.index(")") if ")" in tokens else 0
        head, inner, tail = tokens[:3], tokens[3:end], tokens[end : end + 4]
        variables = inner[-1:] if inner != ["*"] else []
        plain = [t.upper() for t in head] == ["(", "COUNT", "("] and [t.upper() for t in tail[:2]] == [")", "AS"]
        words = [t.upper() for t in inner[:-1]] in ([], ["DISTINCT"]) and inner != ["DISTINCT", "*"]
        if not plain or not words or not inner or not known.issuperset(variables) or tail[3:] != [")"]:
            return {}
        if tail[2] in asked or not tail[2].startswith("?"):
            return {}
        asked[tail[2]] = " ".join([*(t.upper() for t in inner[:-1]), inner[-1]])
        del tokens[: end + 4]
    return asked


def _rows(kind: Kind, needed: list[tuple[str, str | None]]) -> int:
    """How many rows a thing of a kind gives, by what is needed of it: predicates, each with a class or any value."""
    return prod(kind.predicates.get(p, 0) if c is None else c in kind.classes for p, c in needed)

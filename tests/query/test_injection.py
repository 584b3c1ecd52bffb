"""10: no SPARQL is made by formatting: texts with values put in are looked for in the code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

APP = Path(__file__).parents[2] / "app"
_SPARQL = re.compile(
    r"\b(SELECT|CONSTRUCT|ASK|DESCRIBE|INSERT|DELETE)\b[^{]*\{|\b(WHERE|VALUES)\b[^{]*\{|\bGRAPH\s+<", re.S
)
# Places whose values are terms that were checked token by token, each with its reason.
ALLOWED = {
    "app/query/binding.py": "puts IRIs in the place of variables, each checked to be one token",
    "app/query/counting.py": "answers with terms of the snapshot's own counts, compared with the plain engine",
    "app/query/look_ups.py": "an expression that reads a query; made of its own parts, and none is put together",
    "app/query/mending.py": "moves pieces of the query's own text; what it puts in are its variables and checked IRIs",
    "app/query/rewriting.py": "moves pieces of the query's own text, compared with the plain engine",
    "app/score/graph.py": "the vocabulary's own names, no value from outside",
    "app/serve/pages/links.py": "a query for the reader's own editor, shown and not run",
    "app/serve/workbench": "the example of the page, made of constants of the vocabulary",
    "app/serve/application.py": "the example of the page, made of constants of the vocabulary",
    "app/store/": "formats data it has built itself, in N-Quads",
}


def _pieces(node: ast.AST) -> str | None:
    """The text of an expression that puts values into a text; None for any other."""
    if isinstance(node, ast.JoinedStr) and any(isinstance(v, ast.FormattedValue) for v in node.values):
        return "\0".join(v.value for v in node.values if isinstance(v, ast.Constant) and isinstance(v.value, str))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod | ast.Add):
        texts = [n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
        return "\0".join(texts) if texts else None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("format", "replace"):
        inner = node.func.value
        return inner.value if isinstance(inner, ast.Constant) and isinstance(inner.value, str) else None
    return None


def found_in(source: str) -> list[int]:
    """The lines in which SPARQL is put together from values."""
    return sorted(
        {
            node.lineno
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.expr) and (text := _pieces(node)) and _SPARQL.search(text)
        }
    )


def test_no_query_is_put_together_from_values() -> None:
    wrong = []
    for path in sorted(APP.rglob("*.py")):
        name = path.relative_to(APP.parent).as_posix()
        if not any(name.startswith(allowed) for allowed in ALLOWED):
            wrong += [f"{name}:{line}" for line in found_in(path.read_text("utf-8"))]
    assert not wrong, "\n".join(wrong)


def test_the_test_finds_what_it_looks_for() -> None:
    planted = [
        'q = f"SELECT * {{ <{iri}> ?p ?o }}"',
        'q = "SELECT * { <%s> ?p ?o }" % iri',
        'q = "ASK { <" + iri + "> ?p ?o }"',
        'q = "DELETE WHERE {{ <{}> ?p ?o }}".format(iri)',
        'q = "INSERT DATA { X }".replace("X", value)',
    ]
    assert [found_in(line) for line in planted] == [[1]] * len(planted)
    assert not found_in('q = f"{count} events were selected where {place}"')

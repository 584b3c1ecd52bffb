"""`using-graph-uri` and `using-named-graph-uri`, as the USING clauses that an update would have written itself.

The update is cut at its tokens and never rewritten inside them; graph IRIs come in as IRI tokens or not at all (SPARQL
1.1 Protocol, 2.2.3).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.errors import QueryError
from app.query.gate import TOKEN


def add_using(text: str, default_graphs: Sequence[str], named_graphs: Sequence[str]) -> str:
    """Return the update with USING clauses before each WHERE of its operations.

    Raises QueryError where the update has USING or WITH of its own, or a graph is no IRI.
    """
    if not default_graphs and not named_graphs:
        return text
    clauses = "".join(
        [f" USING {iri_token(g)}" for g in default_graphs] + [f" USING NAMED {iri_token(g)}" for g in named_graphs]
    )
    tokens = [m for m in TOKEN.finditer(text) if m.lastgroup != "space"]
    parts: list[str] = []
    done = depth = 0
    before = ""
    for place, match in enumerate(tokens):
        value = match[0].upper() if match.lastgroup == "word" else match[0]
        if depth == 0 and value in ("USING", "WITH"):
            raise QueryError(
                f"the update has {value} of its own, and so takes no using-graph-uri", where="using-graph-uri"
            )
        if depth == 0 and value == "WHERE":
            # DELETE WHERE {…} is short for DELETE {…} WHERE {…}, the only form that can have USING.
            template = _group(text, tokens[place + 1 :]) if before == "DELETE" else ""
            parts += [text[done : match.start()], template, clauses, " "]
            done = match.start()
        if match.lastgroup == "sign":
            depth += (value == "{") - (value == "}")
        if depth == 0:
            before = value
    return "".join([*parts, text[done:]])


def iri_token(iri: str) -> str:
    """An IRI as it is written in SPARQL. Raises QueryError where it is none."""
    token = f"<{iri}>"
    match = TOKEN.fullmatch(token)
    if match is None or match.lastgroup != "iri":
        raise QueryError("a graph is named by what is no IRI", where=iri[:200])
    return token


def _group(text: str, tokens: Sequence[re.Match[str]]) -> str:
    """The group in braces that begins here."""
    depth = 0
    start: int | None = None
    for match in tokens:
        value = match[0]
        if value == "{":
            start = match.start() if start is None else start
            depth += 1
        elif value == "}":
            depth -= 1
            if depth == 0 and start is not None:
                return text[start : match.end()]
    return ""

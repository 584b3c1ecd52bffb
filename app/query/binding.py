"""Variables bound to IRIs in the text of a query, for stores that take nothing but text.

Our engine binds variables beside the text. For others a VALUES block goes into the group of the query, and into those
of sub-queries that give the variable out, so that the variable means the same everywhere. It is done on the tokens of
the gate's lexer, and only what is an IRI for that lexer is ever written.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.errors import UsageError
from app.query.gate import TOKEN


def bind_variables(text: str, bindings: Mapping[str, str]) -> str:
    """Return a query in which variables are bound to IRIs. Raises UsageError for what is no IRI or cannot be bound."""
    if not bindings:
        return text
    blocks = {name: f" VALUES ?{name} {{ {_write_iri(iri)} }} " for name, iri in bindings.items()}
    parts: list[str] = []
    clauses: list[set[str] | None] = []  # what each open SELECT gives out until its group opens; None: everything
    depth = parens = 0
    template = awaits_group = False
    for match in TOKEN.finditer(text):
        kind, value = match.lastgroup, match[0]
        parts.append(value)
        word = value.upper() if kind == "word" else ""
        if word in ("SELECT", "ASK", "DESCRIBE"):
            clauses.append(set() if word == "SELECT" and depth else None)
            awaits_group = True
        elif word == "CONSTRUCT":
            clauses.append(None)
            template = awaits_group = True
        elif word == "WHERE" and template:
            raise UsageError("the short form of CONSTRUCT takes no bound variables", advice="Write its template out.")
        elif value in ("(", ")") and kind == "sign":
            parens += 1 if value == "(" else -1
        elif (
            awaits_group and not parens and clauses and clauses[-1] is not None and kind == "word" and value[0] in "?$"
        ):
            clauses[-1].add(value[1:])
        elif awaits_group and not parens and value == "*" and kind == "sign" and clauses:
            clauses[-1] = None
        elif value == "{" and kind == "sign":
            depth += 1
            if awaits_group and template and depth == 1:
                continue
            if awaits_group:
                given = clauses.pop()
                parts += [block for name, block in blocks.items() if given is None or name in given]
                awaits_group = False
        elif value == "}" and kind == "sign":
            depth -= 1
            if template and depth == 0:
                template = False
    if awaits_group:  # DESCRIBE ?thing, which may do without a group
        parts.append(" WHERE {" + "".join(blocks.values()) + "}")
    return "".join(parts)


def _write_iri(iri: str) -> str:
    written = f"<{iri}>"
    match = TOKEN.fullmatch(written)
    if match is None or match.lastgroup != "iri" or ":" not in iri:
        raise UsageError("this is no IRI", where=iri[:200])
    return written

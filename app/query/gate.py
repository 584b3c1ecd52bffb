"""The gate: a lexer that refuses politely what the engine would choke on, and tells the form of a query.

It is courtesy; the guarantee is the sandbox. Lexing is linear in the length of the text.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from app.errors import LimitError, QueryError
from app.settings import Settings

TOKEN = re.compile(
    r"""
      (?P<space>\s+|\#[^\n\r]*)
    | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
    # An unclosed string is taken to its end: were it left after a vain search, the next quote would search again.
    | (?P<text>\"\"\"(?:[^"\\]|\\.|\"(?!\"\"))*(?:\"\"\")?|'''(?:[^'\\]|\\.|'(?!''))*(?:''')?
              |"(?:[^"\\\n\r]|\\.)*"?|'(?:[^'\\\n\r]|\\.)*'?)
    | (?P<word>[^\W\d]\w*(?:[.-]\w+)*(?::[^\s<>"'(){}\[\],;|/^*+!?&=]*)?|:[^\s<>"'(){}\[\],;|/^*+!?&=]*
              |[?$]\w+|@[A-Za-z-]+|_:\w+)
    | (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    | (?P<sign><<|>>|\{\||\|\}|&&|\|\||\^\^|!=|<=|>=|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_OPEN, _CLOSE = frozenset("({["), frozenset(")}]")
_CHAINED = frozenset(["!", "+", "-", "*", "/", "|", "||", "&&", "^", "UNION", "MINUS", "OPTIONAL", "=", "."])
_MAX_CHAIN = 2_000


class Form(StrEnum):
    """The four query forms, and updates."""

    SELECT = "SELECT"
    ASK = "ASK"
    CONSTRUCT = "CONSTRUCT"
    DESCRIBE = "DESCRIBE"
    UPDATE = "UPDATE"

    @property
    def gives_graph(self) -> bool:
        """Whether the answer is a graph."""
        return self in (Form.CONSTRUCT, Form.DESCRIBE)


@dataclass(frozen=True, slots=True)
class Limits:
    """What the gate lets through."""

    max_bytes: int
    max_nesting: int
    max_tokens: int
    services: frozenset[str] = frozenset()

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """The limits that the settings give; SERVICE stays closed, which only the endpoint opens."""
        return cls(settings.query_max_bytes, settings.query_max_nesting, settings.query_max_tokens)


_UPDATES = frozenset(["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"])


def inspect(text: str, limits: Limits) -> Form:
    """Return the form of a query. Raises LimitError or QueryError with what to do next."""
    if len(text.encode("utf-8", "surrogatepass")) > limits.max_bytes:
        raise LimitError(f"the query is longer than {limits.max_bytes} bytes", advice="Shorten it, or load the dump.")
    form = _lex(text, limits)
    if form is None:
        raise QueryError(
            "this is no SPARQL query", advice="It begins with SELECT, ASK, CONSTRUCT or DESCRIBE after its prefixes."
        )
    return form


def inspect_update(text: str, limits: Limits) -> None:
    """Refuse an update that the engine would choke on, and a query; long data are left to the sandbox alone.

    Raises LimitError or QueryError.
    """
    if len(text) > limits.max_bytes:
        return
    form = _lex(text, limits)
    if form not in (None, Form.UPDATE):
        raise QueryError(f"this is a {form} query, and an update was expected", advice="Send it as a query.")


def _lex(text: str, limits: Limits) -> Form | None:
    """Walk through the tokens; the form is that of the first word that names one."""
    form: Form | None = None
    depth = tokens = 0
    awaits_service = False
    counts: Counter[str] = Counter()
    for match in TOKEN.finditer(text):
        kind, value = match.lastgroup, match[0]
        if kind == "space":
            continue
        tokens += 1
        if tokens > limits.max_tokens:
            raise LimitError(f"the query has more than {limits.max_tokens} tokens", advice="Shorten it.")
        if awaits_service and value.upper() != "SILENT":
            awaits_service = False
            _require_service(value if kind == "iri" else "", limits, where=_place(text, match.start()))
        if kind == "word":
            word = value.upper()
            form = form or _form(word)
            if word == "SERVICE" and limits.services:
                awaits_service = True
            elif word == "SERVICE":
                raise QueryError(
                    "SERVICE is not open here", where=_place(text, match.start()), advice="Query both ends and join."
                )
            counts[word] += word in _CHAINED
        elif kind == "sign":
            depth = max(0, depth + (value in _OPEN) - (value in _CLOSE) + (value == "<<") - (value == ">>"))
            counts[value] += value in _CHAINED
            if depth > limits.max_nesting:
                raise LimitError(
                    f"brackets are nested deeper than {limits.max_nesting}",
                    where=_place(text, match.start()),
                    advice="Flatten the query.",
                )
    for sign, count in counts.items():
        if count > _MAX_CHAIN and sign != ".":
            raise LimitError(
                f"{sign} stands {count} times, more than {_MAX_CHAIN}", advice="Use VALUES or split the query."
            )
    return form


def _require_service(token: str, limits: Limits, *, where: str) -> None:
    """Refuse a SERVICE that is not on the list; a variable or a prefixed name never is."""
    if token[1:-1] not in limits.services:
        raise QueryError(
            "SERVICE is not open to this address",
            where=where,
            advice=f"It is written in full, and one of: {' '.join(sorted(limits.services))}.",
        )


def _form(word: str) -> Form | None:
    if word in _UPDATES:
        return Form.UPDATE
    return Form(word) if word in Form.__members__ and word != "UPDATE" else None


def _place(text: str, offset: int) -> str:
    line = text.count("\n", 0, offset) + 1
    return f"{line}:{offset - text.rfind(chr(10), 0, offset)}"

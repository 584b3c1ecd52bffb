"""Query texts that mean the same as one text: what the result cache and ETags compare."""

from __future__ import annotations

from functools import lru_cache

from app.query.gate import TOKEN

_VOLATILE = frozenset({"NOW", "RAND", "UUID", "STRUUID", "SERVICE"})


@lru_cache(maxsize=256)
def normalised(text: str) -> str | None:
    """Return the text with white space runs as one space and without comments; None where its answer changes by itself.

    Nothing but white space and comments is touched. Where this lexer could read a comment or a string otherwise than
    the engine does (escapes outside strings, `#` inside a name), nothing is known, so the answer is None too.
    """
    parts: list[str] = []
    for match in TOKEN.finditer(text):
        kind, value = match.lastgroup, match[0]
        if kind == "space":
            if parts and parts[-1] != " ":
                parts.append(" ")
            continue
        if kind == "word" and (value.upper() in _VOLATILE or "#" in value):
            return None
        if kind != "text" and "\\" in value:
            return None
        parts.append(value)
    return "".join(parts).strip(" ")


def has_dataset(text: str) -> bool:
    """Whether a query names its own dataset by FROM, and so takes no other as its default."""
    if "from" not in text.lower():
        return False
    return any(m.lastgroup == "word" and m[0].upper() == "FROM" for m in TOKEN.finditer(text))

"""Names folded for comparison: transliterations, articles, accents and punctuation do not part one name from
another."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ARTICLES = re.compile(r"\b(?:al|el|an|ar|as|ash|at|ad|az|the)[\s-]+(?=\w)")
_VOWELS = (
    ("ei", "ay"),
    ("ey", "ay"),
    ("ai", "ay"),
    ("oo", "u"),
    ("ou", "u"),
    ("ee", "i"),
    ("kh", "x"),
    ("sh", "ş"),
    ("iyy", "iy"),
    ("eh", "a"),
    ("ah", "a"),
)


@lru_cache(maxsize=65_536)
def fold_name(name: str) -> str:
    """Return the plain form of a name: no accents, marks, articles or case."""
    flat = unicodedata.normalize("NFKD", name).replace("’", "'").replace("ʼ", "'").replace("‘", "'")
    flat = "".join(c for c in flat if not unicodedata.combining(c)).casefold()
    flat = re.sub(r"'s\b", "", flat).replace("'", "").replace(".", "")
    flat = _ARTICLES.sub("", flat)
    return " ".join(re.findall(r"\w+", flat))


@lru_cache(maxsize=65_536)
def fold_transliteration(name: str) -> str:
    """Return a coarser form in which usual spellings of one Arabic name meet (Sheikhoun, Shaykhun); ş and x are sh
    and kh."""
    flat = fold_name(name)
    for spelling, instead in _VOWELS:
        flat = flat.replace(spelling, instead)
    flat = re.sub(r"(\w)\1", r"\1", flat)
    return re.sub(r"[eo]", lambda m: "i" if m[0] == "e" else "u", flat)

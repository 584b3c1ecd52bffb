"""The language of a text, guessed from script and frequent words."""

from __future__ import annotations


def detect_language(text: str) -> str | None:
    """Return the BCP 47 tag of the language of `text`, or None where unsure (signature only as yet: None)."""
    del text
    return None

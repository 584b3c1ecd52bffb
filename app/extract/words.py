"""The word lists of the layers, from `resources/words.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _lists() -> Mapping[str, Any]:
    return tomllib.loads((files("app.extract") / "resources" / "words.toml").read_text("utf-8"))


def word_list(name: str) -> frozenset[str]:
    """Return a list by its name."""
    return frozenset(_lists()[name])

"""The published naming list: loaded words and what labels say instead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from app.errors import ReferenceDataError


@dataclass(frozen=True, slots=True)
class Naming:
    """Rules in order: a pattern of a loaded word, and the words that stand for it in labels."""

    rules: tuple[tuple[re.Pattern[str], str], ...] = ()
    words: tuple[str, ...] = ()


def load_naming(path: Path) -> Naming:
    """Read `data/naming.yaml`: a list of `{word, instead}`; absent = no rules. Raises ReferenceDataError."""
    if not path.is_file():
        return Naming()
    try:
        entries = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ReferenceDataError("the naming list cannot be read", where=str(path), why=str(error)) from error
    rules = []
    for number, entry in enumerate(entries or (), start=1):
        if not isinstance(entry, dict) or set(entry) != {"word", "instead"} or not entry["word"]:
            raise ReferenceDataError("an entry gives word and instead", where=f"{path}, entry {number}")
        rules.append((re.compile(rf"\b{re.escape(str(entry['word']))}\b", re.IGNORECASE), str(entry["instead"])))
    return Naming(tuple(rules), tuple(str(e["word"]) for e in entries or ()))


def neutral_label(phrase: str, naming: Naming) -> str:
    """Return a phrase with loaded words replaced; never empty, white space folded, the article taken off."""
    label = " ".join(phrase.split())
    for pattern, instead in naming.rules:
        label = pattern.sub(instead, label)
    label = re.sub(r"^(?:the|a|an)\s+", "", " ".join(label.split()), flags=re.IGNORECASE)
    return label or "unnamed"


def find_loaded_words(label: str, naming: Naming) -> tuple[str, ...]:
    """Return the words of the naming list that a label carries, in the order of the list."""
    return tuple(word for (pattern, _), word in zip(naming.rules, naming.words, strict=True) if pattern.search(label))

"""The language of a text, guessed from its script and its frequent small words, where the document does not say it.

The answer is the same on every machine: no model, no weights, only counts against the lists of
`resources/languages.toml`.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib import resources

LANGUAGE_VERSION = "language.v1"

# Only so much of a text is looked at; longer texts do not change the answer and would only cost time.
_SAMPLE = 20_000
# Below so many letters, or where a smaller share of the words is known, no answer is given rather than a wrong one.
_FEWEST_LETTERS = 12
_SMALLEST_SHARE = 0.06
# Vowel signs of Arabic and Devanagari are no letters to `re`, but parts of words all the same.
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u064b-\u0652\u0900-\u0903\u093a-\u094f\u0962\u0963])*")
_FAMILIES = {"LATIN": "latin", "CYRILLIC": "cyrillic", "ARABIC": "arabic", "DEVANAGARI": "devanagari"}
_KANA = ("HIRAGANA", "KATAKANA")


@dataclass(frozen=True, slots=True)
class Profile:
    """The small words of one language, and letters that set it apart from others of its script."""

    tag: str
    words: frozenset[str]
    letters: frozenset[str]


@dataclass(frozen=True, slots=True)
class Languages:
    """The resource, loaded: languages that a script decides, and profiles by script."""

    scripts: tuple[tuple[str, str, str], ...]
    families: dict[str, tuple[Profile, ...]]


@cache
def load_languages() -> Languages:
    """Return the lists of `resources/languages.toml`, loaded once per process."""
    data = tomllib.loads(
        resources.files("app.extract").joinpath("resources/languages.toml").read_text(encoding="utf-8")
    )
    scripts = tuple((tag, low, high) for tag, pairs in sorted(data["scripts"].items()) for low, high in pairs)
    families = {
        family: tuple(
            Profile(tag, frozenset(row["words"].split()), frozenset(row.get("letters", "")))
            for tag, row in sorted(data[family].items())
        )
        for family in _FAMILIES.values()
    }
    return Languages(scripts, families)


@cache
def _script(letter: str) -> str:
    """Return the first word of a letter's Unicode name, which is its script, or "" where it has no name."""
    return unicodedata.name(letter, "").split(" ")[0].removesuffix("-")


def _main_script(letters: Counter[str]) -> tuple[str, str | None]:
    """Return the commonest script, and the language where the script alone decides it."""
    scripts: Counter[str] = Counter()
    decided: Counter[str] = Counter()
    for letter, count in letters.items():
        scripts[_script(letter)] += count
        tag = next((tag for tag, low, high in load_languages().scripts if low <= letter <= high), None)
        if tag is not None:
            decided[tag] += count
    kana = sum(scripts[name] for name in _KANA)
    scripts["CJK"] += kana
    script, count = min(scripts.items(), key=lambda pair: (-pair[1], pair[0]))
    if script == "CJK" or script in _KANA:
        return "CJK", "ja" if kana * 20 > scripts["CJK"] else "zh"
    if decided:
        tag, share = min(decided.items(), key=lambda pair: (-pair[1], pair[0]))
        if share * 2 > count:
            return script, tag
    return script, None


def detect_language(text: str) -> str | None:
    """Return the BCP 47 tag of the language in which most of `text` is written, or None where unsure.

    Short or mixed texts, and languages without a list, give None: a document of unknown language is not read further.
    """
    sample = unicodedata.normalize("NFC", text[:_SAMPLE]).lower()
    words = _WORD.findall(sample)
    letters = Counter("".join(words))
    if letters.total() < _FEWEST_LETTERS:
        return None
    script, tag = _main_script(letters)
    if tag is not None:
        return tag
    family = _FAMILIES.get(script)
    return _by_words(Counter(words), letters, load_languages().families[family]) if family else None


def _by_words(words: Counter[str], letters: Counter[str], profiles: tuple[Profile, ...]) -> str | None:
    """Return the language whose small words and letters of its own are commonest, or None where none stands out."""
    total, all_letters = words.total(), letters.total()
    scores: list[tuple[float, str]] = []
    for profile in profiles:
        known = sum(words[word] for word in profile.words) / total
        # Letters of its own are worth about as much as small words: they stand once in a word or less.
        own = sum(letters[letter] for letter in profile.letters) / all_letters
        scores.append((known + 2 * own, profile.tag))
    scores.sort(key=lambda pair: (-pair[0], pair[1]))
    (best, tag), (second, _) = scores[0], scores[1]
    if best < _SMALLEST_SHARE or (best - second) < 0.1 * best:
        return None
    return tag

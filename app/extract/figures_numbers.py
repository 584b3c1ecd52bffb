"""Reads whole numbers from digits and English words: "1,400", "ten", "half a million", "two dozen"."""

from __future__ import annotations

import re

_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_UNITS = {word: value for value, word in enumerate(_ONES)} | {
    word: (place + 2) * 10 for place, word in enumerate(_TENS)
}
_SCALES = {"thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_DIGITS = re.compile(r"(\d{1,3}(?:[,\u00a0\u202f ]\d{3}){1,3}|\d{1,12})(?:\.(\d{1,3}))?(?:\s?([kKmM])(?!\w))?")
_LETTER_SCALES = {"k": 1_000, "m": 1_000_000}

# One word of a spelled number, as a pattern for those who look for numbers in text.
NUMBER_WORD = "(?:" + "|".join([*sorted(_UNITS, key=len, reverse=True), "hundred", *_SCALES, "dozen"]) + ")"


def _read_digits(word: str) -> tuple[int, int] | None:
    """Return a number in digits as (numerator, denominator), so that "1.5" can meet "million" without rounding."""
    found = _DIGITS.fullmatch(word)
    if found is None:
        return None
    whole, fraction, letter = found.groups()
    fraction = fraction or ""
    value = int(re.sub(r"\D", "", whole) + fraction)
    return value * _LETTER_SCALES.get((letter or "").lower(), 1), 10 ** len(fraction)


def _exact(value: tuple[int, int]) -> int | None:
    """Return the fraction as a whole number, or None where it is none."""
    numerator, denominator = value
    return None if numerator % denominator else numerator // denominator


def read_number(words: str) -> int | None:
    """Return the whole number that `words` spell, or None where they spell none.

    Digits with or without thousands separators, words up to billions, mixtures ("3 million", "1.5 million"), "a dozen",
    "half a million", "a couple of", "a hundred and twenty". Case and hyphens do not matter.
    """
    text = " ".join(words.lower().split()).strip(" .")
    plain = _read_digits(text)
    if plain is not None:
        return _exact(plain)
    tokens = [word for word in re.split(r"[\s-]+", text) if word != "and"]
    if tokens[:1] == ["half"]:
        return _read_half(tokens[1:])
    if tokens[-1:] == ["of"]:
        tokens.pop()
    if tokens[:1] in (["a"], ["an"], ["one"]) and len(tokens) > 1:
        tokens = ["one", *tokens[1:]]
    elif tokens in (["a"], ["an"]):
        return 1
    if tokens == ["one", "couple"] or tokens == ["couple"] or tokens == ["pair"] or tokens == ["one", "pair"]:
        return 2
    return _sum_of(tokens)


def _read_half(tokens: list[str]) -> int | None:
    """Return half of a dozen or of a scale word: "half a million"."""
    rest = [word for word in tokens if word not in ("a", "an", "of")]
    if rest == ["dozen"]:
        return 6
    return _SCALES[rest[0]] // 2 if len(rest) == 1 and rest[0] in _SCALES else None


def _sum_of(tokens: list[str]) -> int | None:
    """Return the value of number words in their order, or None at the first word that is none."""
    total, group, seen = 0, (0, 1), False
    for word in tokens:
        digits = _read_digits(word)
        if digits is not None and not seen:
            group = digits
        elif word in _UNITS:
            if (group[0] % 10 and _UNITS[word] < 20) or (group[0] % 100 and _UNITS[word] >= 20):
                return None
            group = (group[0] + _UNITS[word], group[1])
        elif word == "hundred" and seen:
            group = (group[0] * 100, group[1])
        elif word == "dozen" and seen:
            group = (group[0] * 12, group[1])
        elif word in _SCALES and seen:
            value = _exact((group[0] * _SCALES[word], group[1]))
            if value is None:
                return None
            total, group = total + value, (0, 1)
        else:
            return None
        seen = True
    rest = _exact(group)
    return total + rest if seen and rest is not None else None

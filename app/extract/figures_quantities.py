"""Finds numbers that can count people, with their bounds and the noun phrase that they count."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.extract.figures_numbers import read_number
from app.extract.figures_rules import load_rules

_TOKEN = re.compile(r"\s{1,3}((?:\d{1,3}-(?=[a-z]))?(?:(?:non-)?(?:[A-Z]\.){2,4}(?!\w)|[A-Za-zÀ-ɏ'’‘-]{1,30}\.?))")
_ADJECTIVES = {
    "wounded",
    "injured",
    "dead",
    "missing",
    "abducted",
    "kidnapped",
    "displaced",
    "besieged",
    "murdered",
    "slain",
}
# "On 4 June …": a day, and no number of people.
_MONTH = re.compile(r"\s(?:(?:Jan|Febr)uary|March|April|May|June|July|August|(?:Septem|Octo|Novem|Decem)ber)\b")
# One person by where from: "a Korean", "an American".
_ONE_OF = re.compile(r"[A-Z][a-z]{2,}(?:an|ese|[^s]i|ish)")
_DEMONYM = re.compile(r"[A-Z][a-z]{2,}(?:ans|ese|is|ish|sh|ch|ds|ers|as|ites|eks|rks|rds|zis|nis|bs|nes|ns|[^s]s|i)\Z")
_COUNTED = re.compile(r"\s{1,3}(?:[a-z]{3,12}\s{1,3})?(?:cases\s{1,3}of|suffocation|poisoning)\b")
_LISTED = re.compile(r"(?:,\s[A-Za-z-]{3,16}){0,3},?\s(?:and|or)\s(?:innocent\s)?[A-Za-z-]{3,16}(?![\w-])")
_ROSE_FROM = re.compile(
    r"\b(?:ris|rose|grow|grew|climb|increas|jump|went|gone|up|revis|fell|drop|rais)\w*\s(?:\w{1,16}\s)?from\s$"
)
_OF = re.compile(r"\s{1,3}of(?:\s{1,3}(?:the|its|their|his|her|our|these|those|them))?(?=\s)")
_OF_WHOLE = re.compile(
    r"\s{1,3}of\s{1,3}(?:them|whom|which|the (?:dead|victims|wounded|injured|killed)"
    r"|those (?:killed|wounded|injured|hurt))\b"
)
# "One of the highest", "one of the most violent": no person.
_FIRST_AMONG = re.compile(
    r"\s{1,3}of\s{1,3}(?:the|its|their|his|our)\s{1,3}(?:(?:very|single)\s)?(?:most|least|worst|[a-z]{3,12}est)\b"
)

_OF_ONE = re.compile(r"of\sone")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in text: where it and its noun phrase lie, its bounds, and whom it counts.

    `head` is "people" (a noun known to count people), "unknown" (another noun) or "none" (a bare number); `group` is
    the noun phrase or None; `of_whole` says that it counts part of those named before ("ten of them").
    """

    start: int
    number_end: int
    end: int
    minimum: int | None
    maximum: int | None
    head: str
    group: str | None
    of_whole: bool = False
    article: bool = False


def _bounds(low: int, high: int | None, effect: str) -> tuple[int | None, int | None]:
    """Return minimum and maximum by what the words before the number make of it."""
    if effect == "more":
        return low + 1, None
    if effect == "atleast":
        return low, None
    if effect == "atmost":
        return None, high if high is not None else low
    if effect == "below":
        return None, max(low - 1, 0)
    return low, high


def _read_bounds(match: re.Match[str]) -> tuple[int | None, int | None] | None:
    """Return minimum and maximum of a number in text, or None where it spells no number."""
    rules = load_rules()
    effect = rules.effects.get(" ".join((match["qualifier"] or "").lower().split()), "exact")
    low_words = match["low"] or match["low2"] or match["low3"]
    if low_words:
        return _range_bounds(low_words, match["high"] or match["high2"] or match["high3"] or "", effect)
    if match["vague"]:
        least = rules.vague[" ".join(match["vague"].lower().split())]
        return (None, None) if effect in ("atmost", "below") else (least, None)
    value = 1 if match["one"] else read_number(match["family"] or match["number"])
    if value is None:
        return None
    if match["more"]:
        return value, None
    return _bounds(value, value, effect)


def _range_bounds(low_words: str, high_words: str, effect: str) -> tuple[int | None, int | None] | None:
    """Return the bounds of "40 to 50" or "2 to 3 million"."""
    low, high = read_number(low_words), read_number(high_words)
    if low is None or high is None:
        return None
    scale = re.search(r"(?i)\b(?:hundred|thousand|million|billion|dozen)\b", high_words)
    if scale and low < 1000 and not re.search(r"[a-z]{5}", low_words.lower()):
        low = read_number(f"{low} {scale[0]}") or low
    return None if low > high else _bounds(low, high, effect)


def _is_people(word: str) -> bool:
    rules = load_rules()
    plain = word.rstrip(".’'")
    return plain in rules.people or plain.lower() in rules.people or plain.lower().rsplit("-", 1)[-1] in rules.people


def read_noun_phrase(text: str, position: int) -> tuple[int, str]:
    """Return where the noun phrase after a number ends and what its head is: "people", "unknown", "thing" or "none"."""
    rules = load_rules()
    end, head = position, "none"
    for step in range(7):
        found = _TOKEN.match(text, end)
        if found is None:
            break
        word = found[1]
        bare = word.rstrip(".").lower()
        if bare in load_rules().stop and not (
            bare in _ADJECTIVES and head == "none" and _people_follow(text, found.end())
        ):
            break
        if head == "people" and not _is_people(word):
            if bare in rules.things and word[0].islower():
                return found.end(), "thing"
            break
        if bare in rules.things and not (head == "none" and _people_follow(text, found.end())):
            return found.end(), "thing"
        if bare.endswith("ly") and bare not in ("family", "elderly", "assembly") and step > 0:
            break
        end = found.end()
        if _is_people(word):
            head = "people"
        elif head == "none" and not _people_follow(text, end):
            head = "people" if _DEMONYM.match(word) and bare[0] != word[0] else "unknown"
        if word.endswith(".") and len(word) > 3 and "." not in word[:-1]:
            break
    return (end if text[end - 1 : end] != "." else end - 1), head


def _listed_end(text: str, position: int) -> int:
    """Return where a list of people under one number ends: "200 men, women and children"."""
    found = _LISTED.match(text, position)
    if found is None:
        return position
    words = re.findall(r"[A-Za-z-]+", found.group())
    return found.end() if all(_is_people(word) for word in words if word not in ("and", "or", "innocent")) else position


def _people_follow(text: str, position: int) -> bool:
    """Whether a noun that counts people follows within the same noun phrase."""
    for _ in range(4):
        found = _TOKEN.match(text, position)
        if found is None:
            return False
        bare = found[1].rstrip(".").lower()
        if _is_people(found[1]):
            return True
        if bare in load_rules().stop and bare not in _ADJECTIVES:
            return False
        position = found.end()
    return False


def find_quantities(text: str) -> list[Quantity]:
    """Return the numbers of `text` that can count people, in order."""
    found: list[Quantity] = []
    for match in load_rules().quantity.finditer(text):
        bounds = _read_bounds(match)
        if bounds is None or bounds == (None, None):
            continue
        quantity = _with_noun(text, match, bounds)
        if quantity is not None:
            found.append(quantity)
    return found


def _with_noun(text: str, match: re.Match[str], bounds: tuple[int | None, int | None]) -> Quantity | None:
    """Return the number with its noun phrase, or None where it counts things or is a bare article."""
    position, of_whole = match.end(), False
    if _FIRST_AMONG.match(text, position) or _OF_ONE.fullmatch(text, max(0, match.start() - 3), match.end()):
        return None
    whole = _OF_WHOLE.match(text, position)
    partitive = _OF.match(text, position)
    if whole is not None:
        position, of_whole = whole.end(), True
    elif partitive is not None:
        position = partitive.end()
    end, head = read_noun_phrase(text, position)
    if head == "thing":
        if not _COUNTED.match(text, match.end()):
            return None
        end, head = match.end(), "none"
    begin = match.start()
    if match["low2"] and _ROSE_FROM.search(text, max(0, begin - 40), begin):
        begin, bounds = match.start("high2"), (bounds[1], bounds[1])
    another = head == "none" and (match["one"] or "").lower() == "another"
    if match["one"] and not another and not _is_single_person(text[position:end]):
        return None
    if head == "unknown" and match["one"]:
        if not _ONE_OF.fullmatch(text, position + 1, end):
            return None
        head = "people"
    if _MONTH.match(text, match.end()):
        return None
    if match["family"] and head in ("none", "unknown"):
        end, head = match.end(), "people"
    if head == "people":
        end = _listed_end(text, end)
    group = " ".join(text[position:end].split()) or None
    return Quantity(begin, match.end(), end, *bounds, head, group, of_whole, bool(match["one"]))


def _is_single_person(phrase: str) -> bool:
    """Whether a noun phrase after "a" or "an" names one person."""
    words = phrase.split()
    if not words:
        return False
    last = words[-1].rstrip("’'.")
    if len(words) == 1 and _ONE_OF.fullmatch(last):
        return True
    if last in ("family", "household", "staff", "crew", "police", "personnel", "people", "men", "women", "children"):
        return False
    return (
        last in load_rules().singular
        or last.lower() in load_rules().singular
        or last.lower().split("-")[-1] in load_rules().singular
    )

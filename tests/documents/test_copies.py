"""Near-duplicates: wire copies are found, texts on the same matter are not, and long rows of copies are not lost."""

from __future__ import annotations

import hashlib
import random

from app.documents import find_same_texts
from app.model import Document

_WORDS = [f"word{n}" for n in range(2_000)]


def _document(name: str, text: str) -> Document:
    return Document(id=name, text=text, path=f"{name}.txt", sha256=hashlib.sha256(text.encode()).hexdigest())


def _text(seed: int, words: int = 300) -> str:
    return " ".join(random.Random(seed).choices(_WORDS, k=words))


def test_a_copy_with_another_head_and_case_is_found() -> None:
    one, two = _text(1), "DAMASCUS, Nov 24 (Agency) - " + _text(1).upper() + "\nEnd."
    (found,) = find_same_texts([_document("b", two), _document("a", one), _document("c", _text(2))])
    assert (found.first, found.second) == ("a", "b")
    assert 0.9 < found.similarity < 1


def test_half_a_text_is_no_copy_and_equal_texts_are_one() -> None:
    one = _text(1)
    assert find_same_texts([_document("a", one), _document("b", one[: len(one) // 2] + _text(3, 150))]) == ()
    (found,) = find_same_texts([_document("a", one), _document("b", one)])
    assert found.similarity == 1


def test_order_does_not_matter() -> None:
    documents = [_document(f"d{n}", _text(n % 4) + f" tail {n}") for n in range(20)]
    shuffled = documents[:]
    random.Random(7).shuffle(shuffled)
    assert find_same_texts(documents) == find_same_texts(shuffled)
    assert len(find_same_texts(documents)) == 4 * (5 * 4 // 2)


def test_short_texts_are_left_alone() -> None:
    assert find_same_texts([_document("a", "He said so."), _document("b", "He said so.")]) == ()


def test_a_report_that_a_hundred_papers_printed_is_still_found() -> None:
    documents = [_document(f"d{n:03}", _text(1) + f" tail {n}") for n in range(100)]
    found = find_same_texts(documents)
    joined = {"d000"}
    for pair in found:
        if pair.first in joined:
            joined.add(pair.second)
    assert len(joined) == 100

"""The rooms take every document and every review of the corpus, and nothing is set aside on the way."""

from __future__ import annotations

from app.documents import read_file
from app.extract.reviews import apply_review, load_review
from app.model import Records, ReviewStatus, SetAside
from app.vocab import DEFAULT_BASE

from .corpus import DOCUMENTS, REVIEWS, Digest

LIMIT = 1_000_000


def test_every_review_loads_and_applies_whole(corpus: list[Digest]) -> None:
    for digest in corpus:
        document = read_file(DOCUMENTS, DOCUMENTS / f"{digest.id}.md", max_file_bytes=LIMIT, max_text_chars=LIMIT)
        assert not isinstance(document, SetAside), document
        assert document.text == digest.body, digest.id
        assert document.is_digest, digest.id
        review = load_review(REVIEWS / f"{digest.id}.yaml", DEFAULT_BASE)
        assert review.stands_alone, digest.id
        records = apply_review(document, Records(document_id=digest.id, generator="review"), review)
        assert records.set_aside == (), digest.id
        assert [s.id for s in records.statements] == [s["id"] for s in digest.statements], digest.id
        assert {s.review for s in records.statements} == {ReviewStatus.REVIEWED}, digest.id

"""A digest tells in our words what its publisher said: there the publisher is a claimant, in its own news it is not."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest

from app.extract import load_extractor
from app.link import load_reference
from app.model import Document
from app.vocab import DEFAULT_BASE
from tests.extract.sample_sentences import READER, ROOT

TEXT = "Government troops had shelled the town of Sake, the Northern Front said."
DIGEST = Document(
    id="front", text=TEXT, path="front.md", sha256=sha256(TEXT.encode()).hexdigest(), published="2024-07-22",
    publisher="Northern Front", language="en", is_digest=True,
)  # fmt: skip


@pytest.mark.parametrize("digest", [True, False])
def test_publisher_of_a_digest_is_a_claimant(digest: bool) -> None:
    reference, _ = load_reference(ROOT / "data/reference", DEFAULT_BASE)
    found = load_extractor(READER, reference).read(replace(DIGEST, is_digest=digest)).statements
    claimants = {c.name for s in found for c in s.claimants}
    assert claimants == ({"Northern Front"} if digest else {"DOCUMENT"})

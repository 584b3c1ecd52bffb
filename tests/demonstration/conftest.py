"""The corpus is read once for all tests of this folder."""

from __future__ import annotations

import pytest

from .corpus import Digest, read_corpus


@pytest.fixture(scope="session")
def corpus() -> list[Digest]:
    """All documents of the demonstration with their reviews."""
    return read_corpus()

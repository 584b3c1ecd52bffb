"""One small snapshot for all tests of the pool."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.store.making import published


@pytest.fixture(scope="session")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published snapshot of 200 quads."""
    return published(tmp_path_factory.mktemp("query"))

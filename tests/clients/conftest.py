"""One running server for all clients."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serve.serving import Server, serving


@pytest.fixture(scope="package")
def server(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serves the demonstration."""
    folder = tmp_path_factory.mktemp("clients")
    with serving(folder, "--snapshot", str(demonstration), var=folder, workers=2, query_timeout_s=30) as server:
        yield server

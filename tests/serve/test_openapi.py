"""The OpenAPI document holds: whatever is asked by it, no 5xx and no status that it does not name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import status_code_conformance

from tests.serve.serving import Server, serving


@pytest.fixture(scope="module")
def server(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("openapi")
    with serving(folder, "--snapshot", str(demonstration), var=folder, workers=2) as server:
        yield server


@pytest.fixture(scope="module")
def operations(server: Server) -> list[schemathesis.APIOperation]:  # type: ignore[type-arg]
    schema = schemathesis.openapi.from_url(f"{server.url}/openapi.json")
    return [result.ok() for result in schema.get_all_operations()]  # type: ignore[union-attr]


@pytest.mark.filterwarnings("ignore")
def test_no_server_error_and_no_unnamed_status(operations: list[schemathesis.APIOperation]) -> None:  # type: ignore[type-arg]
    assert len(operations) > 10
    for operation in operations:

        @given(case=operation.as_strategy())
        @settings(
            max_examples=8,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def ask(case: schemathesis.Case) -> None:  # type: ignore[type-arg]
            case.call_and_validate(checks=[not_a_server_error, status_code_conformance], timeout=30)

        ask()

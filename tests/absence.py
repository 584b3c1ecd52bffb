"""What a test needs and a machine may lack: skipped there, and in CI, where nothing may be lacking, a failure."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def absent(what: str) -> NoReturn:
    """End the test, because something is absent; `what` says what, and what would bring it."""
    if os.environ.get("RASHOMON_CI") or os.environ.get("CI"):
        pytest.fail(f"{what}: in CI nothing may be skipped for absence")
    pytest.skip(what)

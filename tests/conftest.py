"""What all tests share: no connection leaves the loopback, and one demonstration snapshot is built for those that
read it."""

from __future__ import annotations

import ipaddress
import socket
from pathlib import Path
from typing import Any

import pytest

from app import pipeline
from app.settings import Settings

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail on any connection to an address that is not on this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = "127.0.0.1" if address[0] == "localhost" else address[0]
            if not ipaddress.ip_address(host).is_loopback:
                raise AssertionError(f"a test tried to connect to {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published demonstration snapshot, built once."""
    var = tmp_path_factory.mktemp("demonstration")
    settings = Settings.load({}, root=ROOT, var=var, processes=1)
    result = pipeline.build(settings, [], [], out=None, progress=lambda *_: None)
    return Path(result["snapshot"])

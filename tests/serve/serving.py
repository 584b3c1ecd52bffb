"""Real servers for tests: a process of its own, real HTTP."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]


class Server:
    """A running server: its process, address, and what it wrote to standard error so far."""

    def __init__(self, process: subprocess.Popen[bytes], url: str, errors: Path) -> None:
        self.process, self.url, self._errors = process, url, errors
        self.name = "ours"
        self.client = httpx.Client(base_url=url, timeout=30, follow_redirects=False, trust_env=False)

    @property
    def log(self) -> str:
        """What was logged."""
        return self._errors.read_text("utf-8")

    def until(self, true: object, within_s: float = 20) -> None:
        """Wait until a callable holds."""
        assert callable(true)
        wait_until(true, within_s)


def wait_until(true: object, within_s: float = 20) -> None:
    """Poll a callable until it holds; fails after a deadline."""
    assert callable(true)
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serving(folder: Path, *arguments: str, **settings: object) -> Iterator[Server]:
    """Serve with command-line arguments and settings until the block ends; `folder` takes the log."""
    port = free_port()
    errors = folder / f"log-{port}"
    command = [sys.executable, "-m", "app", "serve", "--port", str(port), *arguments]
    environment = {f"RASHOMON_{name.upper()}": str(value) for name, value in settings.items()}
    with errors.open("wb") as stream:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, "RASHOMON_ROOT": str(ROOT), **environment}, stderr=stream
        )
    server = Server(process, f"http://127.0.0.1:{port}", errors)
    deadline = time.monotonic() + 60
    try:
        while True:
            try:
                if server.client.get("/-/ready").status_code == 200:
                    break
            except httpx.TransportError:
                assert process.poll() is None, f"the server ended: {server.log}"
            assert time.monotonic() < deadline, f"the server did not become ready: {server.log}"
            time.sleep(0.05)
        yield server
    finally:
        server.client.close()
        if process.poll() is None:
            process.terminate()
        process.wait(30)

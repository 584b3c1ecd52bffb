"""Runs the application in uvicorn."""

from __future__ import annotations

from pathlib import Path

import uvicorn

from app.serve.application import create_app
from app.settings import Settings


def run_server(settings: Settings, snapshot: Path) -> None:
    """Serve a snapshot until a signal ends it."""
    config = uvicorn.Config(
        create_app(settings, snapshot),
        host=settings.host,
        port=settings.port,
        http="httptools",
        log_level="warning",
        limit_concurrency=settings.max_connections,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    uvicorn.Server(config).run()

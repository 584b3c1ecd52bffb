"""Runs the application in uvicorn."""

from __future__ import annotations

from pathlib import Path

import uvicorn

from app.serve.application import create_app
from app.serve.logs import log, start_logging
from app.settings import Settings


def run_server(settings: Settings, snapshot: Path, *, follow: Path | None = None) -> None:
    """Serve a snapshot until a signal ends it; with `follow`, whatever that link comes to point to.

    SIGTERM and SIGINT stop listening and let what runs end (query time and five seconds at most); SIGHUP looks for a
    new snapshot at once.
    """
    start_logging(settings.log_level)
    log("starting", snapshot=snapshot.name, workers=settings.workers)
    config = uvicorn.Config(
        create_app(settings, snapshot, follow=follow),
        host=settings.host,
        port=settings.port,
        http="httptools",
        log_config=None,
        access_log=False,
        limit_concurrency=settings.max_connections,
        server_header=False,
        timeout_graceful_shutdown=round(settings.query_timeout_s) + 5,
    )
    uvicorn.Server(config).run()
    log("stopped")

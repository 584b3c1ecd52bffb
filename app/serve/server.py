"""Runs the application in uvicorn."""

from __future__ import annotations

import resource
from pathlib import Path

import uvicorn

from app.serve.application import create_app
from app.serve.connections import guarded
from app.serve.front import Front
from app.serve.logs import log, start_logging
from app.serve.scratch import create_scratch_app
from app.settings import Settings


def run_server(settings: Settings, snapshot: Path, *, follow: Path | None = None) -> None:
    """Serve a snapshot until a signal ends it; with `follow`, whatever that link comes to point to.

    SIGTERM and SIGINT stop listening and let what runs end (query time and five seconds at most); SIGHUP looks for a
    new snapshot at once.
    """
    start_logging(settings.log_level)
    log("starting", snapshot=snapshot.name, workers=settings.workers)
    _run(create_app(settings, snapshot, follow=follow), settings)


def run_scratch(settings: Settings) -> None:
    """Serve an empty, writable store until a signal ends it. Raises SettingsError for a host that is not local."""
    app = create_scratch_app(settings)
    start_logging(settings.log_level)
    log("starting", snapshot="scratch", workers=settings.workers)
    _run(app, settings)


def _run(app: Front, settings: Settings) -> None:
    allow_open_files(settings.max_connections)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http=guarded(settings, app.site.repeats),
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=round(settings.query_timeout_s) + 5,
    )
    uvicorn.Server(config).run()
    log("stopped")


def allow_open_files(connections: int) -> None:
    """Raise the soft limit of open files so that all connections and workers fit, as far as the hard one lets."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + 1_000
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))

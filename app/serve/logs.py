"""Logs: one JSON object a line on standard error. Queries appear as hashes, errors as kinds, paths not at all."""

from __future__ import annotations

import hashlib
import json
import logging
import sys
import time
import traceback
from contextvars import ContextVar
from pathlib import PurePath
from typing import Any

_LEVELS = {"info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
_LOGGER = logging.getLogger("rashomon.serve")
_FACTS: ContextVar[dict[str, Any] | None] = ContextVar("facts", default=None)


def start_logging(level: str) -> None:
    """Send the server's and uvicorn's words to standard error as JSON lines, from `level` upwards."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines())
    for name in ("rashomon.serve", "uvicorn", "uvicorn.error", "uvicorn.access", "asyncio"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(_LEVELS[level] if name == "rashomon.serve" else logging.WARNING)


def log(event: str, *, level: str = "info", **facts: Any) -> None:
    """Write one event with its facts."""
    number = _LEVELS[level]
    if _LOGGER.isEnabledFor(number):
        _LOGGER.log(number, event, extra={"facts": facts})


def log_failure(error: BaseException, **facts: Any) -> None:
    """Write that something failed: kind of error and places in code, without its words, which may quote anything."""
    log("failed", level="error", error=type(error).__name__, at=_places(error), **facts)


def gather_facts() -> dict[str, Any]:
    """Begin the facts of one request; `note` adds to them."""
    facts: dict[str, Any] = {}
    _FACTS.set(facts)
    return facts


def note(**facts: Any) -> None:
    """Add facts to the line of the request that runs."""
    gathered = _FACTS.get()
    if gathered is not None:
        gathered.update(facts)


def query_hash(text: str) -> str:
    """What stands for a query in logs; `printf %s "$QUERY" | sha256sum` gives the same beginning."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z"
        line: dict[str, Any] = {"time": moment, "level": record.levelname.lower()}
        if (facts := getattr(record, "facts", None)) is not None:
            line |= {"event": record.getMessage(), **facts}
        else:
            # Somebody else's words, which may hold addresses and paths: their source and kind are enough.
            line |= {"event": "library", "source": record.name, "message": str(record.msg).splitlines()[0][:200]}
        if record.exc_info and record.exc_info[1] is not None:
            line |= {
                "error": record.exc_info[0].__name__ if record.exc_info[0] else "",
                "at": _places(record.exc_info[1]),
            }
        return json.dumps(line, ensure_ascii=False, default=str)


def _places(error: BaseException) -> list[str]:
    """File name and line of the last calls, without folders."""
    return [f"{PurePath(f.filename).name}:{f.lineno}" for f in traceback.extract_tb(error.__traceback__)[-4:]]

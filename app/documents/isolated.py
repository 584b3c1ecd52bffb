"""Runs a parser of a rich format in a process of its own, with limits on time and memory, and returns plain values."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

TIME_LIMIT_S = 60
MEMORY_LIMIT_BYTES = 2_000_000_000


def run_isolated(kind: str, data: bytes) -> dict[str, Any]:
    """Return `{text, metadata}` or `{refused: reason}` for some bytes of a format (html, pdf, eml)."""
    command = [
        sys.executable,
        "-I",
        "-c",
        f"import sys; sys.path[:0] = {sys.path!r}; from app.documents.rich import main; main({kind!r})",
    ]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=TIME_LIMIT_S, check=False)
    except subprocess.TimeoutExpired:
        return {"refused": f"reading it took more than {TIME_LIMIT_S} s"}
    if done.returncode != 0:
        return {"refused": f"its reader failed or ran out of memory (exit {done.returncode})"}
    try:
        result = json.loads(done.stdout)
    except ValueError:
        return {"refused": "its reader gave no answer"}
    return result if isinstance(result, dict) else {"refused": "its reader gave no answer"}

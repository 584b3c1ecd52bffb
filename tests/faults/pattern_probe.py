"""A child process: matches every regular expression of the reader against hostile texts, and says how long each took.

Run as a program, so that whatever does not end can be killed. Patterns are those that modules of `app/` compile, and
those that `re` compiles for them when a document is read.
"""

from __future__ import annotations

import collections
import importlib
import json
import pkgutil
import re
import signal
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
CHARACTERS = 20_000
LIMIT_S = 1.0
_PIECES = [
    "a", "A", " ", "\n", "\t", "1", "1,", ".", ". ", "-", "—", "‘", "‘a", "'a", "“", '"', "’", "(", ")", "a ", "A ",
    "Aa ", "a-", "1 ", "1.", "and ", "of ", "of the ", "the ", "no ", "week of ", "took ", "A. ", "a’", "A'", "و", "é",
    "a\n", " \n", "1 and ", "1-", "on ", "or ", ", ", ", a", "Mr. ", "x" * 30 + " ", "\u00a0", "!", "@", "a@", "a.",
    "http://a/", "<", "<a ",
]  # fmt: skip
ROOMS = ("documents", "extract", "link", "mapping", "validate", "query", "serve")


def patterns() -> list[re.Pattern[str]]:
    """All patterns over text that modules of `app/` compile, after one document has been read."""
    found: dict[tuple[str, int], re.Pattern[str]] = {}
    compile_plainly = re._compile  # type: ignore[attr-defined]

    def watched(pattern: Any, flags: Any) -> Any:
        compiled = compile_plainly(pattern, flags)
        frame = sys._getframe(1)
        while frame is not None and "/re/" in frame.f_code.co_filename:
            frame = frame.f_back  # type: ignore[assignment]
        if frame is not None and str(ROOT / "app") in frame.f_code.co_filename and isinstance(compiled.pattern, str):
            found[compiled.pattern, compiled.flags] = compiled
        return compiled

    re._compile = watched  # type: ignore[attr-defined]
    import app

    for room in ROOMS:
        package = importlib.import_module(f"app.{room}")
        for module in pkgutil.walk_packages(package.__path__, f"app.{room}."):
            if not module.name.endswith((".hook", ".build")):
                importlib.import_module(module.name)
    assert app.__path__
    _read_something()
    return list(found.values())


def _read_something() -> None:
    from app.extract import load_extractor
    from app.link import load_reference
    from app.model import Document
    from app.vocab import DEFAULT_BASE

    text = (
        "Moscow said on 3 May that 12 civilians were killed in Aleppo. “It was rebels,” the ministry’s spokesman said."
    )
    reference, _ = load_reference(ROOT / "data" / "reference", DEFAULT_BASE)
    document = Document(id="d", text=text, path="d.txt", sha256="0", publisher="Reuters", language="en")
    assert load_extractor("rules.v2", reference).read(document).statements


class _TooLongError(Exception):
    """A pattern has had its time."""


def _stop(*_: object) -> None:
    raise _TooLongError


def _seconds(pattern: re.Pattern[str], text: str) -> float:
    """How long a pattern takes to find all there is in a text, at most `LIMIT_S`: matching heeds signals."""
    signal.setitimer(signal.ITIMER_PROF, LIMIT_S)
    started = time.process_time()
    try:
        collections.deque(pattern.finditer(text), maxlen=0)
        pattern.match(text)
    except _TooLongError:
        return LIMIT_S
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return time.process_time() - started


def main() -> None:
    """Print a line of JSON for each pattern: where it took longest, on which piece, and how many seconds."""
    signal.signal(signal.SIGPROF, _stop)
    for pattern in patterns():
        worst, where = 0.0, ""
        for piece in _PIECES:
            took = _seconds(pattern, piece * (CHARACTERS // len(piece)) + "\0") if worst < LIMIT_S else 0.0
            if took > worst:
                worst, where = took, piece
        print(json.dumps({"pattern": pattern.pattern[:300], "piece": where, "seconds": round(worst, 2)}), flush=True)


if __name__ == "__main__":
    main()

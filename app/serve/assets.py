"""Styles and scripts: hashed files where Vite has built them, the plain sources of the style sheets where it has not.

A page names a source (`css/query.css`, `src/query.js`); which file that became stands in Vite's manifest. Without a
build pages keep their look and lose their scripts, and must work so.
"""

from __future__ import annotations

import json
import mimetypes
from functools import cached_property
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape
from starlette.responses import FileResponse, Response

from app.errors import NotFoundError

_FOLDER = Path(__file__).resolve().parent
_SOURCE_KINDS = {".css", ".svg"}
_FOR_EVER = "public, max-age=31536000, immutable"
_CODINGS = (("br", ".br"), ("gzip", ".gz"))
_TEXT_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
}


class Assets:
    """The static files of one installation."""

    def __init__(self, static: Path = _FOLDER / "static", sources: Path = _FOLDER / "web") -> None:
        """`static` is what Vite wrote (it may be absent), `sources` what it was made from."""
        self._static = static
        self._sources = sources

    @cached_property
    def manifest(self) -> dict[str, dict[str, Any]]:
        """Source name to built file, as Vite wrote it; empty without a build."""
        path = self._static / "manifest.json"
        return dict(json.loads(path.read_text("utf-8"))) if path.is_file() else {}

    def url(self, name: str) -> str:
        """The path under which a source is served; an empty string where it is not."""
        if name in self.manifest:
            return f"/static/{self.manifest[name]['file']}"
        if (self._static / name).is_file():
            return f"/static/{name}"
        return f"/static/source/{name}" if self._source(name) else ""

    def style(self, name: str) -> Markup:
        """The link element of a style sheet."""
        url = self.url(name)
        return Markup('<link rel="stylesheet" href="{}">').format(url) if url else Markup()

    def module(self, name: str) -> Markup:
        """Script, style and preload elements of a page's ES module; nothing without a build."""
        if name not in self.manifest:
            return Markup()
        imports, styles = self._needs(name)
        parts = [f'<link rel="stylesheet" href="/static/{escape(css)}">' for css in styles]
        parts += [f'<link rel="modulepreload" href="/static/{escape(file)}">' for file in imports]
        parts.append(f'<script type="module" src="{escape(self.url(name))}"></script>')
        return Markup("\n  ".join(parts))  # noqa: S704 — every name in it is escaped above

    def globals(self) -> dict[str, Any]:
        """What templates call: `asset(name)`, `style(name)`, `module(name)`."""
        built = (self._static / "NOTICE.txt").is_file()
        return {"asset": self.url, "style": self.style, "module": self.module, "has_notices": built}

    def answer(self, name: str, accept_encoding: str) -> Response:
        """Answer a static file, compressed where the client takes it; raises NotFoundError."""
        if name.startswith("source/") and (source := self._source(name.removeprefix("source/"))):
            return FileResponse(source, media_type=_media_type(source), headers={"cache-control": "no-cache"})
        path = (self._static / name).resolve()
        if name.startswith(".") or not path.is_relative_to(self._static) or not path.is_file():
            raise NotFoundError("no such file", where=f"/static/{name}")
        headers = {"cache-control": _FOR_EVER if "-" in path.stem else "no-cache", "vary": "accept-encoding"}
        accepted = {part.split(";")[0].strip() for part in accept_encoding.lower().split(",")}
        for coding, ending in _CODINGS:
            packed = path.with_name(path.name + ending)
            if coding in accepted and packed.is_file():
                return FileResponse(
                    packed, media_type=_media_type(path), headers={**headers, "content-encoding": coding}
                )
        return FileResponse(path, media_type=_media_type(path), headers=headers)

    def _source(self, name: str) -> Path | None:
        path = (self._sources / name).resolve()
        inside = path.is_relative_to(self._sources) and "node_modules" not in path.parts
        return path if inside and path.suffix in _SOURCE_KINDS and path.is_file() else None

    def _needs(self, name: str) -> tuple[list[str], list[str]]:
        """Files that a module imports at once, and the style sheets of all of them, each once."""
        imports: list[str] = []
        styles: list[str] = []
        waiting, seen = [name], {name}
        while waiting:
            chunk = self.manifest[waiting.pop(0)]
            styles += [css for css in chunk.get("css", ()) if css not in styles]
            for key in chunk.get("imports", ()):
                if key not in seen:
                    seen.add(key)
                    waiting.append(key)
                    imports.append(self.manifest[key]["file"])
        return imports, styles


ASSETS = Assets()


def _media_type(path: Path) -> str:
    return _TEXT_TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"

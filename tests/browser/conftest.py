"""A real server, a real Chromium, and a watch on every page: what it logs, what it refuses, where it asks."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Dialog, Page, sync_playwright

from app.serve.web import build as web
from tests.absence import absent
from tests.serve.serving import serving

ROOT = Path(__file__).parents[2]
PARTS = Path(__file__).parent / "parts"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_REPORTS = """
addEventListener('securitypolicyviolation', (event) => {
  const place = `${event.sourceFile}:${event.lineNumber}`;
  (globalThis.refusals ??= []).push(`${event.violatedDirective} ${event.blockedURI} ${place}`);
});
"""


@dataclass
class Watched:
    """A page and what went wrong on it; `allowed` are parts of messages that a test provokes on purpose."""

    page: Page
    base: str
    problems: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to a path of the server and wait until its scripts have run."""
        self.page.goto(self.base + path)
        self.page.wait_for_load_state("networkidle")
        return self.page

    def wrong(self) -> list[str]:
        """Problems that no test asked for, refusals of the content policy, requests to other hosts."""
        found = [p for p in self.problems if not any(part in p for part in self.allowed)]
        found += self.page.evaluate("globalThis.refusals ?? []")
        host = urlsplit(self.base).netloc
        return found + [url for url in self.requests if urlsplit(url).netloc not in (host, "") and _is_web(url)]


def _is_web(url: str) -> bool:
    return urlsplit(url).scheme in ("http", "https", "ws", "wss")


@pytest.fixture(scope="session")
def static_files() -> None:
    """Styles and scripts as their sources are."""
    web.build()


@contextmanager
def served(snapshot: Path) -> Iterator[str]:
    """The base address of a server over a snapshot, ready, and ended afterwards."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder), "--snapshot", str(snapshot)) as started:
        yield started.url


@pytest.fixture(scope="module")
def server(demonstration: Path, static_files: None) -> Iterator[str]:
    """The address of a server over the demonstration snapshot."""
    with served(demonstration) as base:
        yield base


@pytest.fixture(scope="module")
def browser(server: str) -> Iterator[Browser]:
    """Debian's Chromium; one a module, because Playwright's loop may not outlive it beside tests that run their own."""
    path = shutil.which("chromium")
    if path is None:
        absent("chromium is absent (package chromium)")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@contextmanager
def watched(browser: Browser, base: str, **options: Any) -> Iterator[Watched]:
    """A page in a context of its own; leaving the block fails on anything that went wrong."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.add_init_script(_REPORTS)
    watch = Watched(page, base)

    def refuse(dialog: Dialog) -> None:
        watch.problems.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("console", lambda m: watch.problems.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: watch.problems.append(str(error)))
    page.on("dialog", refuse)
    page.on("request", lambda request: watch.requests.append(request.url))
    try:
        yield watch
        assert watch.wrong() == []
    finally:
        context.close()


@pytest.fixture
def watch(browser: Browser, server: str) -> Iterator[Watched]:
    """A page in a desktop window, in light."""
    with watched(browser, server) as watch:
        yield watch


@pytest.fixture(scope="session")
def parts() -> Path:
    """The npm parts of browser tests, installed once."""
    web._install_parts(PARTS)
    return PARTS / "node_modules"


@pytest.fixture(scope="session")
def axe(parts: Path) -> Callable[[Page], list[str]]:
    """What axe finds on a page, one line a violation with the places where it is."""
    script = (parts / "axe-core" / "axe.min.js").read_text("utf-8")

    def find(page: Page) -> list[str]:
        page.evaluate(script)
        found = page.evaluate(
            "(tags) => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})", AXE_TAGS
        )
        return [
            f"{v['id']}: {v['help']} at {json.dumps([n['target'] for n in v['nodes']][:4])}"
            for v in found["violations"]
        ]

    return find

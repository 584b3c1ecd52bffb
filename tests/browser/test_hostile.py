"""Pages over a graph that wishes its reader ill: nothing of it runs, leaves the host, or breaks a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import ROOT, served, watched
from tests.browser.hostile import ACTOR, DOCUMENT, EVENT, SCRIPT, hostile_snapshot
from tests.browser.layout import OVERLAPS

pytestmark = pytest.mark.browser

ALERT = "%3Cscript%3Ealert(9)%3C%2Fscript%3E"
REPORT = "/report?statement=https%3A%2F%2Fw3id.org%2Fcontested-events%2Fid%2Fstatement%2Fhostile%2F1"
PAGES = (
    "/",
    "/events",
    EVENT,
    f"{EVENT}?page=5&rows=2",
    f"{EVENT}?question=statesPerpetrator",
    f"{EVENT}?as-known=2022-01-15",
    f"{EVENT}?as-known={ALERT}",
    f"{EVENT}?question=%22%3E{ALERT}&rows=x&page=-1",
    ACTOR,
    DOCUMENT,
    f"{DOCUMENT}?page=9",
    "/id/place/p0",
    "/id/instrument/i1",
    "/data",
    "/ontology",
    "/search?q=alert",
    f"/search?q={ALERT}",
    f"/id/event/{ALERT}",
    "/id/statement/hostile/gone",
    REPORT,
)
LINKS = "() => [...document.querySelectorAll('[href], [src], [action]')].map((e) => e.href || e.src || e.action)"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, static_files: None) -> Iterator[str]:
    """A server over the hostile graph."""
    snapshot = hostile_snapshot(Path(tmp_path_factory.mktemp("hostile")) / "snapshot", ROOT)
    with served(snapshot) as base:
        yield base


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_runs_leaves_or_breaks(browser: Browser, server: str, path: str, width: int) -> None:
    with watched(browser, server, viewport={"width": width, "height": 900}) as watch:
        watch.allowed = ["the server responded with a status of 4"]
        page = watch.open(path)
        odd = [h for h in page.evaluate(LINKS) if not str(h).startswith(("http://", "https://"))]
        assert odd == []
        assert (
            page.locator("main script, main iframe, main img, main [onerror], main [onload], main [style]").count() == 0
        )
        assert page.evaluate(OVERLAPS) == []


@pytest.mark.parametrize("path", [EVENT, ACTOR, DOCUMENT])
def test_hostile_pages_are_still_accessible(
    browser: Browser, server: str, axe: Callable[[Page], list[str]], path: str
) -> None:
    with watched(browser, server) as watch:
        assert axe(watch.open(path)) == []


def test_words_of_the_graph_stay_words(browser: Browser, server: str) -> None:
    with watched(browser, server) as watch:
        page = watch.open(EVENT)
        assert page.locator("h1").inner_text() == SCRIPT
        assert page.locator("h1 bdi").get_attribute("dir") == "auto"
        assert page.locator("#statements .statement").count() <= 100, "long lists come in pages"
        assert "{{ 7 * 7 }}" in page.locator("main").inner_text()
        assert "held back until a person has checked" in page.locator("main").inner_text()
        assert "not checked by a person" in page.locator("#statements").inner_text()
        folded = page.locator("#statements details.graphic").first
        assert folded.get_attribute("open") is None


def test_withdrawn_things_say_so(browser: Browser, server: str) -> None:
    with watched(browser, server) as watch:
        watch.allowed = ["410"]
        page = watch.open("/id/statement/hostile/gone")
        assert page.locator("h1").inner_text() == "This was withdrawn or replaced"
        page = watch.open(DOCUMENT)
        assert "was withdrawn" in page.locator("main").inner_text()

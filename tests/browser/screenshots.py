"""Pictures of five pages for the README, taken from a running server: `make screenshots`."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path
from urllib.parse import quote

import httpx
from playwright.sync_api import Page, sync_playwright

from app import pipeline
from app.serve.web import build as web
from app.settings import Settings
from tests.browser.conftest import ROOT, served
from tests.browser.small_png import shrink

FOLDER = Path(__file__).parent / "screenshots"
LARGEST = 80_000
EVENT = "reported incident, Aleppo, 24 November 2018"
_QUERY = """PREFIX cev: <https://w3id.org/contested-events/ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?instrument ?affirms ?denies WHERE {
  ?p cev:property cev:statesInstrument ; cev:value/rdfs:label ?instrument ;
     cev:affirmedIn/cev:claimant/rdfs:label ?affirms ; cev:deniedIn/cev:claimant/rdfs:label ?denies .
} ORDER BY ?instrument ?affirms LIMIT 12"""


def main() -> None:
    """Build the demonstration graph, serve it, and write one picture a page."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    folder: Path = parser.parse_args().folder
    web.build()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as var:
        settings = Settings.load({}, root=ROOT, var=Path(var))
        made = pipeline.build(settings, [], [], out=None, progress=lambda *_: None)
        with served(Path(made["snapshot"])) as base:
            take_all(base, folder)


def take_all(base: str, folder: Path) -> None:
    """Take the pictures from a server."""
    found = httpx.get(f"{base}/suggest", params={"q": "aleppo 24 november"}).json()
    event = next(f["path"] for f in found if f["label"] == EVENT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1120, "height": 760}, color_scheme="light")
        _take(page, f"{base}/", folder / "home.png")
        _take(page, f"{base}{event}", folder / "event.png", scroll_to="#matrix")
        page.goto(f"{base}/query?query={quote(_QUERY)}")
        page.get_by_role("button", name="Run").first.click()
        page.wait_for_load_state("networkidle")
        _save(page, folder / "query.png")
        _take(page, f"{base}/explore", folder / "explore.png")
        _take(
            page,
            f"{base}/id/document/uk-foreign-office-aleppo-2018-12-07",
            folder / "document.png",
            scroll_to=".reading",
        )
        browser.close()


def _take(page: Page, address: str, path: Path, *, scroll_to: str = "") -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle")
    if scroll_to:
        page.locator(scroll_to).evaluate("(e) => e.scrollIntoView()")
    _save(page, path)


def _save(page: Page, path: Path) -> None:
    """Write a picture that a README can carry; the window gets lower until it is small enough."""
    for height in (760, 680, 600, 520):
        picture = shrink(page, page.screenshot(clip={"x": 0, "y": 0, "width": 1120, "height": height}))
        if len(picture) <= LARGEST:
            break
    path.write_bytes(picture)
    print(f"{path.name}: {len(picture):,} bytes")


if __name__ == "__main__":
    main()

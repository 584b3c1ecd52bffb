"""How much a page weighs on the wire, compressed, before images and the map's land."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, Response

from tests.browser.conftest import watched

pytestmark = pytest.mark.browser


def _weigh(page: Page, url: str) -> dict[str, int]:
    """Bytes of each answer's body as it crossed, by address; pictures and map data apart."""
    responses: list[Response] = []
    page.on("response", lambda response: responses.append(response))
    page.goto(url)
    page.wait_for_load_state("networkidle")
    weights: dict[str, int] = {}
    for response in responses:
        kind = response.headers.get("content-type", "")
        name = response.url.rsplit("/", 1)[-1]
        if kind.startswith("image/") or name.startswith(("land-", "countries-")):
            continue
        size = response.request.sizes()["responseBodySize"]
        assert response.headers.get("content-encoding") or size < 1500, f"{response.url} is not compressed"
        weights[response.url] = size
    return weights


def _first_event(page: Page, server: str) -> str:
    page.goto(f"{server}/explore")
    return str(page.locator(".events a").first.get_attribute("href"))


def test_the_workbench_weighs_at_most_220_kb(browser: Browser, server: str) -> None:
    with watched(browser, server) as watch:
        weights = _weigh(watch.page, f"{server}/query")
    assert len(weights) > 4
    assert sum(weights.values()) <= 220_000, weights


def test_the_event_page_weighs_at_most_40_kb(browser: Browser, server: str) -> None:
    with watched(browser, server) as watch:
        path = _first_event(watch.page, server)
    with watched(browser, server) as watch:
        weights = _weigh(watch.page, server + path)
    assert len(weights) > 2
    assert sum(weights.values()) <= 40_000, weights


def test_hashed_files_are_fetched_once(browser: Browser, server: str) -> None:
    with watched(browser, server) as watch:
        watch.open("/query")
        page = watch.open("/query")
        crossed = page.evaluate(
            "performance.getEntriesByType('resource').filter((e) => e.name.includes('/static/')"
            " && !e.name.includes('/source/')).map((e) => [e.name, e.transferSize])"
        )
    assert len(crossed) > 2
    assert all(size == 0 for _, size in crossed), crossed

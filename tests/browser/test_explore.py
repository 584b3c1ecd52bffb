"""Explore with and without scripts, by mouse and keyboard, wide and narrow."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Watched, watched

pytestmark = pytest.mark.browser


def _events(page: Page) -> int:
    found = re.match(r"([\d,]+) event", page.locator("#sentence").inner_text())
    assert found, page.locator("#sentence").inner_text()
    return int(found[1].replace(",", ""))


def _choices(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_it_narrows_without_scripts(browser: Browser, server: str) -> None:
    with watched(browser, server, java_script_enabled=False) as watch:
        page = watch.page
        page.goto(f"{server}/explore")
        everything = _events(page)
        page.get_by_label("Contested only").check()
        page.get_by_role("button", name="Show").click()
        contested = _events(page)
        assert 0 < contested < everything
        assert page.locator(".events li .contested").count() == contested
        page.get_by_role("link", name="Table").click()
        assert page.locator("tbody tr").count() == contested
        page.goto(f"{server}/explore?as-known=1999-01-01")
        expect(page.locator(".lead")).to_have_text("No event here fits all of that.")


def test_choices_stand_in_the_address_and_back_undoes_them(watch: Watched) -> None:
    page = watch.open("/explore")
    everything = _events(page)
    label = re.search(r"chemical attack \(\d+\)", page.content())
    assert label
    page.get_by_role("combobox", name="Kind of event").select_option(label=label[0])
    expect(page).to_have_url(re.compile(r"type="))
    chemical = _events(page)
    assert chemical < everything
    page.get_by_label("Contested only").check()
    expect(page).to_have_url(re.compile(r"contested=1"))
    assert set(_choices(page)) == {"type", "contested"}
    expect(page.get_by_label("Contested only")).to_be_focused()
    page.reload()
    expect(page.get_by_label("Contested only")).to_be_checked()
    page.go_back()
    expect(page.locator("#sentence")).to_contain_text(f"{chemical} events")
    page.go_back()
    expect(page.locator("#sentence")).to_contain_text(f"{everything} events")


@pytest.mark.parametrize("scripts", [True, False])
def test_several_values_of_one_facet_widen_it_and_each_can_be_taken_back(
    browser: Browser, server: str, scripts: bool
) -> None:
    with watched(browser, server, java_script_enabled=scripts) as watch:
        page = watch.page
        page.goto(f"{server}/explore")
        kinds = page.get_by_role("group", name="Kind of event")

        def choose(index: int) -> None:
            kinds.get_by_role("combobox").select_option(index=index)
            if not scripts:
                page.get_by_role("button", name="Show").click()

        choose(1)
        expect(kinds.get_by_role("checkbox")).to_have_count(1)
        first = _events(page)
        choose(1)
        expect(kinds.get_by_role("checkbox")).to_have_count(2)
        both = _events(page)
        assert both > first
        assert len(_choices(page)["type"]) == 2
        kinds.get_by_role("checkbox").last.click()  # uncheck() would try again on the one that is left
        if not scripts:
            page.get_by_role("button", name="Show").click()
        expect(kinds.get_by_role("checkbox")).to_have_count(1)
        if scripts:
            expect(kinds.get_by_role("combobox")).to_be_focused()
        assert len(_choices(page)["type"]) == 1


def test_the_slider_shows_what_had_been_published_by_a_day(watch: Watched) -> None:
    page = watch.open("/explore")
    everything = _events(page)
    slider = page.get_by_role("slider", name="As known on")
    slider.focus()
    page.keyboard.press("Home")
    expect(page).to_have_url(re.compile(r"as-known=2017-04-04"))
    expect(page.locator("#sentence")).to_contain_text("published by 4 April 2017")
    first = _events(page)
    assert first < everything
    expect(slider).to_be_focused()
    expect(page.locator(".events a").first).to_have_attribute("href", re.compile(r"as-known=2017-04-04"))
    page.keyboard.press("End")
    expect(page.locator("#sentence")).to_contain_text(f"{everything} events")


def test_map_timeline_and_list_are_linked(watch: Watched) -> None:
    page = watch.open("/explore?contested=1")
    page.locator("#map canvas").first.wait_for()
    expect(page.locator(".map-note")).to_contain_text("borders here are contested")
    bar = page.locator("svg.timeline a").first
    path = bar.get_attribute("href")
    bar.hover()
    expect(page.locator(f'.events [data-path="{path}"]')).to_have_class(re.compile("pointed"))
    row = page.locator(".events li").first
    row.hover()
    expect(row).to_have_class(re.compile("pointed"))
    bar.click()
    expect(page).to_have_url(re.compile(re.escape(str(path))))
    expect(page.locator("h1")).to_be_visible()


def test_a_choice_that_fits_nothing_and_back_again(watch: Watched) -> None:
    page = watch.open("/explore?as-known=1999-01-01")
    expect(page.locator(".lead")).to_have_text("No event here fits all of that.")
    page.locator("#found").get_by_role("link", name="Start again").click()
    page.locator("#map canvas").first.wait_for()
    assert _events(page) > 10


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("width", "path"),
    [(1280, "/explore?type=Attack&type=Truce"), (390, "/explore"), (390, "/explore?view=table&type=Attack&type=Truce")],
)
def test_axe_finds_nothing(
    browser: Browser, server: str, axe: Callable[[Page], list[str]], scheme: str, width: int, path: str
) -> None:
    with watched(browser, server, color_scheme=scheme, viewport={"width": width, "height": 844}) as watch:
        page = watch.open(path)
        page.locator("#map canvas").first.wait_for()
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"

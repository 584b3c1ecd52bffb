"""The pages as people read them: in a real browser, on the demonstration graph, in light and dark, wide and narrow."""

from __future__ import annotations

import gzip
import re
import unicodedata
from collections.abc import Callable, Iterator
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from tests.browser.conftest import Watched, watched
from tests.browser.layout import OVERLAPS

pytestmark = pytest.mark.browser

CEV = "https://w3id.org/contested-events/ns#"
HTML = {"Accept": "text/html"}
ALEPPO = "reported incident, Aleppo, 24 November 2018"
PAGES = {
    "home": "/",
    "events": "/events",
    "event": "event",
    "event as known": "event?as-known=2018-11-25",
    "actor": "/id/actor/russia",
    "document": "/id/document/uk-foreign-office-aleppo-2018-12-07",
    "place": "/id/place/aleppo",
    "data": "/data",
    "ontology": "/ontology",
    "about": "/about",
    "search": "/search?q=aleppo",
    "nothing found": "/search?q=qqqq",
    "not there": "/id/actor/none",
}


@pytest.fixture(scope="module")
def event(server: str) -> str:
    """The path of the Aleppo event."""
    label = "http://www.w3.org/2000/01/rdf-schema#label"
    query = f'SELECT ?e WHERE {{ ?a <{CEV}accountOf> ?e . ?e <{label}> "{ALEPPO}"@en }} LIMIT 1'
    rows = httpx.get(f"{server}/sparql", params={"query": query}).json()["results"]["bindings"]
    return str(urlsplit(rows[0]["e"]["value"]).path).removeprefix("/contested-events")


def path_of(name: str, event: str) -> str:
    """The path of a page by its name."""
    path = PAGES[name]
    return event + path.removeprefix("event") if path.startswith("event") else path


@pytest.fixture
def phone(browser: Browser, server: str) -> Iterator[Watched]:
    """A page on a phone, in the dark."""
    with watched(browser, server, viewport={"width": 390, "height": 800}, color_scheme="dark", is_mobile=True) as watch:
        watch.allowed = ["404"]
        yield watch


@pytest.mark.parametrize("name", PAGES)
def test_no_page_has_a_problem_in_light_and_wide(
    watch: Watched, axe: Callable[[Page], list[str]], event: str, name: str
) -> None:
    watch.allowed = ["404"] if name == "not there" else []
    page = watch.open(path_of(name, event))
    assert page.locator("main h1").count() == 1
    assert page.evaluate(OVERLAPS) == []
    assert axe(page) == []


@pytest.mark.parametrize("name", PAGES)
def test_no_page_has_a_problem_in_dark_and_narrow(
    phone: Watched, axe: Callable[[Page], list[str]], event: str, name: str
) -> None:
    page = phone.open(path_of(name, event))
    assert page.evaluate(OVERLAPS) == []
    assert axe(page) == []


@pytest.mark.parametrize("name", ["home", "event", "actor", "document", "data", "ontology", "search"])
def test_pages_say_the_same_without_scripts(browser: Browser, server: str, event: str, name: str) -> None:
    path = path_of(name, event)
    with watched(browser, server) as watch:
        page = watch.open(path)
        page.locator("main .scripted").evaluate_all("(all) => all.forEach((e) => e.remove())")
        with_scripts = page.locator("main").inner_text()
    with watched(browser, server, java_script_enabled=False) as watch:
        watch.page.goto(server + path)
        without = watch.page.locator("main").inner_text()
        watch.wrong = list  # type: ignore[method-assign]  # it asks the page by script
    assert without.split() == with_scripts.split()


def test_accounts_stand_side_by_side_with_differing_words_underlined(watch: Watched, event: str) -> None:
    page = watch.open(event)
    section = page.locator("#beside")
    expect(section.locator("table.beside thead th[scope=col]")).to_have_count(4)
    assert section.locator("blockquote mark").count() > 5
    differing = section.locator("u.differs, mark.differs")
    assert differing.count() > 5
    line = differing.nth(1).evaluate("(e) => getComputedStyle(e).textDecorationLine")
    assert "underline" in line
    section.get_by_text("Choose accounts").click()
    while section.locator("input[name=with]:checked").count():
        section.locator("input[name=with]:checked").first.uncheck()
    section.get_by_label("UK Foreign Office", exact=True).check()
    section.get_by_label("SANA", exact=True).check()
    section.get_by_role("button", name="Lay side by side").click()
    heads = page.locator("#beside table.beside thead th[scope=col]").all_inner_texts()
    assert heads[1].startswith("SANA")
    assert heads[2].startswith("UK Foreign Office")


def test_matrix_says_word_glyph_and_date_and_leads_to_the_exact_words(watch: Watched, event: str) -> None:
    page = watch.open(event)
    matrix = page.locator("#matrix table")
    row = matrix.locator("tbody tr", has=page.get_by_role("rowheader", name="National Liberation Front", exact=True))
    column = [t.replace("\n", " ") for t in matrix.locator("thead th").all_inner_texts()].index("With what chlorine")
    cell = row.locator("td").nth(column - 1).locator("a.cell")
    assert re.fullmatch(r"✕\s+denies\s+25 November 2018, 2 times", " ".join(cell.inner_text().split()))
    assert "nothing in this corpus" in matrix.inner_text()
    findings = matrix.locator(
        "tbody tr", has=page.get_by_role("rowheader", name="OPCW Fact-Finding Mission", exact=True)
    )
    assert "◌" in findings.inner_text()
    assert "could not establish" in findings.inner_text()
    cell.click()
    target = page.locator(":target")
    expect(target).to_be_visible()
    expect(target).to_be_in_viewport()
    words = target.locator("blockquote").first.inner_text()
    target.locator(".source a").first.click()
    expect(page).to_have_url(re.compile(r"/id/document/.*#c\d+"))
    assert words in page.locator(".text").inner_text().replace("\n", " ")


def test_as_known_on_a_day_goes_by_publication(watch: Watched, event: str) -> None:
    page = watch.open(event)
    everything = page.locator(".status").inner_text()
    page.get_by_label("As known on").fill("2018-11-24")
    page.get_by_role("button", name="Show", exact=True).click()
    assert urlsplit(page.url).query == "as-known=2018-11-24"
    assert "documents published by then" in page.locator(".notice").first.inner_text()
    assert page.locator(".status").inner_text() != everything
    assert "OPCW Fact-Finding Mission" not in page.locator("#matrix").inner_text()
    assert "25 November 2018" not in page.locator("#story h3").all_inner_texts()
    page.get_by_role("link", name="Show everything").click()
    assert page.locator(".status").inner_text() == everything


def test_three_doubts_stand_apart(watch: Watched, event: str) -> None:
    page = watch.open(event)
    cards = page.locator("#statements .statement").filter(has_text="(“probably”)")
    facts = {
        e.inner_text(): e.locator("xpath=following-sibling::dd").inner_text() for e in cards.first.locator("dt").all()
    }
    assert facts["claimant’s certainty"] == "probable (“probably”)"
    assert facts["confidence of the reading"] == "checked by a person"
    dates = page.locator("#statements dt", has_text="precision of the date")
    assert dates.count() > 10


def test_numbers_are_ranges_by_source(watch: Watched, event: str) -> None:
    page = watch.open(event)
    treated = page.locator("#numbers h3", has_text="treated")
    assert treated.inner_text().startswith("treated: 12 … 107")
    rows = treated.locator("xpath=following-sibling::div[1]").locator("tbody tr")
    assert rows.count() == 9
    assert rows.locator("svg circle").count() >= 9
    assert not re.search(r"\b(average|mean|total)\b:?\s*\d", page.locator("#numbers").inner_text())


def test_the_story_says_who_was_first_and_which_numbers_changed(watch: Watched, event: str) -> None:
    story = watch.open(event).locator("#story")
    days = story.locator("time").evaluate_all("(all) => all.map((e) => e.dateTime)")
    assert days == sorted(days)
    assert "treated: 107, earlier at least 12" in story.inner_text()
    assert "first here to name chlorine" in story.inner_text()


def test_places_stand_without_borders_and_with_their_precision(watch: Watched, event: str) -> None:
    places = watch.open(event).locator("#places")
    assert "Borders are contested" in places.inner_text()
    assert "precise to a town" in places.inner_text()


def test_the_map_draws_land_and_no_border_until_asked(watch: Watched, event: str) -> None:
    page = watch.open(event)
    assert not [r for r in watch.requests if "50m" in r], "map data only when asked for"
    page.get_by_role("button", name="Show on a map").click()
    note = page.locator("#places .map-note")
    expect(note).to_contain_text("borders here are contested")
    expect(note.get_by_role("checkbox")).not_to_be_checked()
    page.wait_for_load_state("networkidle")
    assert [r for r in watch.requests if "land-50m" in r]
    assert not [r for r in watch.requests if "countries-50m" in r]


def test_silence_of_a_data_set_that_does_not_cover_such_events_is_told_apart(watch: Watched, event: str) -> None:
    matrix = watch.open(event).locator("#matrix table")
    line = matrix.locator("tr", has=watch.page.get_by_role("rowheader", name="Uppsala Conflict Data Program"))
    expect(line).to_contain_text("outside its scope")
    killed = httpx.get(f"{watch.base}/suggest", params={"q": "khan shaykhun 4 april"}).json()[0]["path"]
    page = watch.open(killed)
    covered = page.locator("#matrix tr", has=page.get_by_role("rowheader", name="Uppsala Conflict Data Program"))
    expect(covered).not_to_contain_text("outside its scope")


def test_what_nobody_disputes_holds_no_blame(watch: Watched, event: str) -> None:
    section = watch.open(event).locator("#undisputed")
    assert "24 November 2018" in section.inner_text()
    assert "Who did it" not in section.inner_text()
    assert "in this corpus" in section.inner_text()


def test_links_of_an_event_give_its_data_and_its_query(watch: Watched, event: str, server: str) -> None:
    page = watch.open(event)
    links = page.locator("#links")
    assert links.get_by_role("link", name=re.compile("^Q\\d+")).count() + links.locator("dt").count() > 0
    turtle = links.get_by_role("link", name="Turtle").get_attribute("href")
    assert "cev:Event" in httpx.get(f"{server}{turtle}").text
    query = links.get_by_role("link", name="open in Query").get_attribute("href") or ""
    text = parse_qs(urlsplit(query).query)["query"][0]
    answer = httpx.get(f"{server}/sparql", params={"query": text}, timeout=30)
    assert len(answer.json()["results"]["bindings"]) > 100


def test_document_and_statements_point_at_each_other(watch: Watched) -> None:
    page = watch.open(PAGES["document"])
    mark = page.locator(".text .span").first
    number = (mark.get_attribute("data-statements") or "").split()[0]
    card = page.locator(f"#n{number} .statement")
    mark.hover()
    expect(card).to_have_class(re.compile("lit"))
    page.locator("h1").hover()
    expect(card).not_to_have_class(re.compile("lit"))
    card.get_by_role("link", name="Report an error").focus()
    expect(mark).to_have_class(re.compile("lit"))
    assert "our summary of" in page.locator(".notice").inner_text()
    assert re.search(r"SHA-256 of the text\s*:?\s*[0-9a-f]{64}", page.locator("main").inner_text())


def test_actor_keeps_its_roles_apart_and_ranks_nobody(watch: Watched) -> None:
    page = watch.open("/id/actor/russia")
    heads = page.locator("main h2").all_inner_texts()
    assert heads[:3] == ["As claimant", "As accused", "In other roles"]
    for section in ("#claimant", "#accused"):
        names = page.locator(f"{section} .matrix tbody th").all_inner_texts()
        assert names == sorted(names, key=str.casefold), "by name, not by number"
    assert "speaks of, in all" in page.locator("#accused thead").inner_text()
    assert "among 202 statements" in page.locator("main").inner_text()


def test_suggestions_lead_to_a_page(watch: Watched) -> None:
    page = watch.open("/about")
    box = page.get_by_role("search").get_by_role("combobox")
    box.press_sequentially("foreign off")
    option = page.get_by_role("option", name=re.compile("UK Foreign Office"))
    expect(option.first).to_be_visible()
    option.first.click()
    expect(page.locator("h1")).to_contain_text("Foreign Office")


def test_a_report_names_its_statement_and_sends_nothing(watch: Watched, event: str) -> None:
    page = watch.open(event)
    page.locator("#statements").get_by_role("link", name="Report an error").first.click()
    text = page.get_by_label("Text of the report").input_value()
    assert "https://w3id.org/contested-events/id/statement/" in text


def test_the_event_page_is_small(server: str, event: str) -> None:
    page = httpx.get(server + event, headers=HTML).content
    assert len(gzip.compress(page, 6)) <= 40_000


def test_print_keeps_tables_whole_and_controls_away(watch: Watched, event: str) -> None:
    page = watch.open(event)
    page.emulate_media(media="print")
    expect(page.locator(".as-known")).to_be_hidden()
    expect(page.locator(".toc")).to_be_hidden()
    expect(page.locator("#matrix table")).to_be_visible()


def test_on_paper_the_matrix_lies_across_and_breaks_no_name(watch: Watched, event: str) -> None:
    page = watch.open(event)
    names = page.locator("#matrix tbody th[scope=row]").all_inner_texts()
    sheets = PdfReader(BytesIO(page.pdf())).pages
    across = " ".join(sheet.extract_text() for sheet in sheets if sheet.mediabox.width > sheet.mediabox.height)
    words = set(re.split(r"[\s-]+", unicodedata.normalize("NFKC", across)))  # paper has ligatures
    assert names
    assert [name for name in names if not words.issuperset(re.split(r"[\s-]+", name.strip()))] == []

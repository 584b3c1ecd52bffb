"""The query workbench as a researcher uses it: in a real browser, on the demonstration graph."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from tests.browser.conftest import ROOT, Watched, watched

pytestmark = pytest.mark.browser

CEV = "PREFIX cev: <https://w3id.org/contested-events/ns#>\n"
MONSTER = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(?a != ?d && ?d != ?g) }"
MANY_ROWS = "SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 10000"


def _write(page: Page, text: str) -> None:
    """Replace the query by paste, so that no bracket is closed for us."""
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(text)


def _run(page: Page, query: str) -> None:
    _write(page, query)
    page.keyboard.press("Control+Enter")


def _offered(page: Page) -> list[str]:
    page.keyboard.press("Control+Space")
    page.locator(".cm-tooltip-autocomplete li").first.wait_for()
    return page.locator(".cm-tooltip-autocomplete .cm-completionLabel").all_inner_texts()


def test_a_form_without_scripts_shows_a_table(browser: Browser, server: str) -> None:
    with watched(browser, server, java_script_enabled=False) as watch:
        page = watch.page
        page.goto(f"{server}/query")
        page.locator("#query").fill("SELECT ?s WHERE { ?s a <https://w3id.org/contested-events/ns#Denial> } LIMIT 7")
        page.get_by_role("button", name="Run").click()
        expect(page.locator(".results tbody tr")).to_have_count(7)
        page.locator("#query").fill("SELECT ?s WHERE {\n ?s ?p }")
        page.get_by_role("button", name="Run").click()
        expect(page.get_by_role("alert")).to_contain_text("line 2")
        page.locator("#query").fill("ASK { ?s ?p ?o }")
        page.get_by_role("button", name="Run").click()
        expect(page.locator(".results")).to_contain_text("Yes")


def test_an_example_runs_and_says_what_it_took(watch: Watched) -> None:
    page = watch.open("/query")
    page.get_by_label("Filter the examples").fill("timeline")
    expect(page.locator("#example-list li:visible")).to_have_count(1)
    page.locator("#example-list li:visible a").click()
    expect(page.locator("#status")).to_have_text(re.compile(r"^\d+ rows? in \d+ milliseconds\.$"))
    assert page.locator(".rows tbody tr").count() > 3
    page.get_by_label("Filter the examples").fill("no such words anywhere")
    expect(page.locator("#no-example")).to_be_visible()
    page.go_back()
    expect(page).to_have_url(re.compile(r"/query"))


def test_completion_offers_classes_and_adds_the_missing_prefix(watch: Watched) -> None:
    page = watch.open("/query")
    _write(page, "SELECT * WHERE { ?s a cev:Den }")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert _offered(page)[0] == "cev:Denial"
    expect(page.locator(".cm-completionInfo")).to_contain_text("uses in this snapshot")
    page.locator(".cm-tooltip-autocomplete li").first.click()
    assert page.locator("#query").input_value() == f"{CEV}SELECT * WHERE {{ ?s a cev:Denial }}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("SELECT * WHERE { ?s a cev:Denial ; ", " }"),
        ("SELECT * WHERE { ?s a cev:Proposition ; ", " }"),
        ("SELECT * WHERE { ?p cev:affirmedIn/", " }"),
        ("SELECT * WHERE { ?s a cev:Denial . OPTIONAL { ?s ", " } }"),
        ("SELECT * WHERE { { ?x a cev:Call } UNION { ?x a cev:Place ; ", " } }"),
        ("SELECT * WHERE { ?s cev:polarity ", " }"),
        ("SELECT * WHERE { ?s cev:claimant ?c ; a ", " }"),
        ("SELECT * WHERE { ?s cev:hasAccount [ ", " ] }"),
    ],
)
def test_every_term_that_is_offered_gives_an_answer(watch: Watched, server: str, before: str, after: str) -> None:
    page = watch.open("/query")
    _write(page, CEV + before)
    offered = [term for term in _offered(page) if ":" in term or term.startswith("<")]
    assert offered, "nothing was offered"
    for term in offered[:12]:
        # A path goes on with the term; a property wants a value; a class or value ends the triple.
        is_value = before.rstrip().endswith(("cev:polarity", " a"))
        query = _with_prefixes(CEV + before + term + ("" if is_value else " ?value") + after, server)
        query = query.replace("OPTIONAL { ?s", "{ ?s")  # in an optional group it must be able to match
        query = query.replace("{ ?x a cev:Call } UNION", "")  # and in its own branch
        rows = httpx.get(f"{server}/sparql", params={"query": f"{query} LIMIT 1"}).json()["results"]["bindings"]
        assert rows, f"{term} gives no answer in {query}"


def _with_prefixes(query: str, server: str) -> str:
    prefixes = httpx.get(f"{server}/query/terms").json()["prefixes"]
    return "".join(f"PREFIX {p}: <{n}>\n" for p, n in prefixes.items() if p != "cev") + query


def test_properties_are_ranked_by_the_class_and_none_is_offered_where_nothing_fits(watch: Watched) -> None:
    page = watch.open("/query")
    _write(page, f"{CEV}SELECT * WHERE {{ ?s a cev:Mention ; cev:")
    offered = _offered(page)
    assert {"cev:charStart", "cev:quote"} <= set(offered)
    assert "cev:claimant" not in offered
    _write(page, f"{CEV}SELECT * WHERE {{ ?s a cev:Mention, cev:Event ; cev:")
    with page.expect_response("**/query/probe"):  # what is offered is known only when the endpoint has answered
        page.keyboard.press("Control+Space")
    expect(page.locator(".cm-tooltip-autocomplete")).to_have_count(0)


def test_an_error_stands_at_its_line_before_and_after_running(watch: Watched) -> None:
    page = watch.open("/query")
    _write(page, "SELECT * WHERE {\n  ?s ?p ?o .\n  ?s ?p }\n")
    mark = page.locator(".cm-lintRange-error, .cm-lintPoint-error")
    mark.first.wait_for(state="attached")
    assert (
        mark.first.evaluate("(node) => [...node.closest('.cm-content').children].indexOf(node.closest('.cm-line'))")
        == 2
    )
    watch.allowed.append("400 (Bad Request)")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("Line 3")
    _run(page, "SELECT * WHERE { ?s ?p ?o } LIMIT 2")
    expect(page.locator(".rows tbody tr")).to_have_count(2)
    expect(mark).to_have_count(0)


def test_a_missing_prefix_is_named(watch: Watched) -> None:
    page = watch.open("/query")
    watch.allowed.append("400 (Bad Request)")
    _run(page, "SELECT * WHERE {\n  ?s a nope:Thing . ?s ?p ?o }")
    expect(page.get_by_role("alert")).to_contain_text("Line 2, column 8: The prefix nope: is not declared")


def test_a_query_becomes_citable(watch: Watched, server: str) -> None:
    page = watch.open("/query")
    _write(page, f"{CEV}SELECT (COUNT(*) AS ?n) WHERE {{ ?s a cev:Denial }}")
    page.get_by_role("button", name="Share and cite").click()
    page.get_by_role("button", name="Make a citable query").click()
    path = page.locator(".citation a").first.get_attribute("href")
    assert str(path).startswith("/q/")
    with page.expect_navigation():
        page.locator(".citation a").first.click()
    expect(page.locator("h1")).to_be_visible()
    assert "@" in httpx.get(f"{server}{path}?format=bibtex").text


def test_cancel_stops_the_worker(watch: Watched) -> None:
    page = watch.open("/query")
    _run(page, MONSTER)
    cancel = page.get_by_role("button", name="Cancel")
    expect(cancel).to_be_visible()
    expect(page.locator("#status")).to_have_text("Running …")
    busy = _wait(lambda: _hungry(), lambda found: len(found) == 1)
    page.locator(".cm-content").press("Escape")
    expect(page.locator("#status")).to_contain_text("stopped on the server")
    expect(cancel).to_be_hidden()
    _wait(lambda: _alive(busy[0]), lambda alive: not alive, within_s=2)


def _hungry() -> list[int]:
    """Children of this session's servers that have been computing for over a second of CPU."""
    listing = subprocess.run(
        ["ps", "-eww", "-o", "pid,stat,cputimes,args"], capture_output=True, text=True, check=True
    ).stdout
    ours = (line.split() for line in listing.splitlines() if "app.query.zygote" in line and str(ROOT) in line)
    return [int(words[0]) for words in ours if words[1].startswith("R") and int(words[2]) >= 1]


def _alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status")
    return status.is_file() and "State:\tZ" not in status.read_text("utf-8")


def _wait(look: Callable[[], object], good: Callable[..., bool], within_s: float = 8) -> list[int]:
    deadline = time.monotonic() + within_s
    while not good(found := look()):
        assert time.monotonic() < deadline, f"still {found} after {within_s} s"
        time.sleep(0.05)
    return found if isinstance(found, list) else []


def test_ten_thousand_rows_stay_smooth(watch: Watched) -> None:
    page = watch.open("/query")
    _run(page, MANY_ROWS)
    expect(page.locator("#status")).to_contain_text("10,000 rows")
    window = page.locator(".window")
    assert page.locator(".rows tr").count() < 120, "all rows are in the document"
    longest = window.evaluate(
        """async (box) => {
          let longest = 0, last = performance.now();
          for (let step = 0; step < 60; step++) {
            box.scrollTop += 5000;
            await new Promise(requestAnimationFrame);
            const now = performance.now();
            longest = Math.max(longest, now - last);
            last = now;
          }
          box.scrollTop = box.scrollHeight;
          await new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)));
          return longest;
        }"""
    )
    # Smooth here is "no frame that a person sees hang", measured with room for a busy machine.
    assert longest < 500
    expect(page.locator('.rows tr[aria-rowindex="10001"]')).to_be_visible()
    page.get_by_role("button", name="s", exact=True).click()
    expect(page.locator("th[aria-sort=ascending]")).to_have_text("s")


def test_a_long_answer_is_whole_on_paper(watch: Watched) -> None:
    page = watch.open("/query")
    rows = [f"row {number:04}" for number in range(400)]
    _run(page, f"SELECT ?n WHERE {{ VALUES ?n {{ {' '.join(map(repr, rows))} }} }}")
    page.locator(".window tbody tr").nth(5).wait_for()
    paper = PdfReader(BytesIO(page.pdf()))
    printed = re.findall(r"row \d{4}", "".join(sheet.extract_text() for sheet in paper.pages))
    assert sorted({*printed}) == rows
    expect(page.locator(".window tbody tr.space")).to_have_count(1)


def test_tabs_enable_themselves_by_datatype(watch: Watched) -> None:
    page = watch.open("/query?example=cq22-events-within-syria")
    expect(page.get_by_role("tab", name="Map")).not_to_have_attribute("aria-disabled", "true")
    expect(page.get_by_role("tab", name="Timeline")).to_have_attribute("aria-disabled", "true")
    page.get_by_role("tab", name="Map").click()
    expect(page.locator(".map-note")).to_contain_text("borders here are contested")
    page.get_by_label("Borders").check()
    page.locator(".map canvas").first.wait_for()

    _run(page, f"{CEV}#view: timeline\nSELECT ?e ?from WHERE {{ ?e cev:reportedEarliest ?from }}")
    expect(page.get_by_role("tab", name="Timeline")).to_have_attribute("aria-selected", "true")
    page.locator("svg.timeline .bar").nth(5).wait_for(state="attached")
    assert page.locator("svg.timeline a").first.get_attribute("href").startswith("/id/event/")  # type: ignore[union-attr]

    _run(page, f"{CEV}SELECT ?c (COUNT(*) AS ?n) WHERE {{ ?s cev:claimant ?c }} GROUP BY ?c")
    page.get_by_role("tab", name="Chart").click()
    page.locator(".chart .bar").nth(5).wait_for(state="attached")
    page.get_by_role("tab", name="Table").click()
    expect(page.locator(".rows a").first).not_to_have_class("iri")  # labels came in one batch

    _run(page, f"{CEV}CONSTRUCT {{ ?a cev:disputes ?b }} WHERE {{ ?a cev:disputes ?b }}")
    page.get_by_role("tab", name="Graph").click()
    page.locator(".graph canvas").first.wait_for()
    page.get_by_role("tab", name="Raw").click()
    expect(page.locator(".panel pre").first).to_contain_text("ns#disputes>")


def test_labels_are_asked_for_in_one_batch(watch: Watched) -> None:
    page = watch.open("/query")
    watch.requests.clear()
    _run(page, f"{CEV}SELECT ?s ?c WHERE {{ ?s cev:claimant ?c }} LIMIT 100")
    expect(page.locator(".rows a:not(.iri)").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    asked = [url for url in watch.requests if url.endswith("/query/probe")]
    assert len(asked) <= 2, asked  # the labels, and at most one check of the text that was typed


def test_share_drawer_gives_a_link_and_code_that_runs(watch: Watched, server: str) -> None:
    page = watch.open("/query")
    query = 'SELECT ?s WHERE { ?s ?p "it\'s `a` ${b} \\"c\\" \\\\"@en } LIMIT 3'
    _write(page, query)
    page.get_by_role("button", name="Share and cite").click()
    link = page.get_by_label("Link to this query").input_value()
    assert link == f"{server}/query?query={quote(query, safe='*-._').replace('%20', '+')}"
    codes = {}
    for name in ("curl", "Python", "pandas", "R", "JavaScript", "Notebook"):
        page.get_by_role("button", name=name, exact=True).click()
        codes[name] = page.locator(".drawer pre").inner_text()
        assert server in codes[name]
    answer = subprocess.run(
        ["bash", "-c", codes["curl"].replace("curl ", "curl -s ", 1)], capture_output=True, text=True, check=True
    )
    assert answer.stdout.splitlines()[0] == "s"
    compile(codes["Python"], "snippet", "exec")
    compile(codes["pandas"], "snippet", "exec")
    page.goto(link)
    expect(page.locator("#query")).to_have_value(query)


def test_the_whole_workbench_by_keyboard(watch: Watched) -> None:
    page = watch.open("/query")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    seen: list[str] = []
    for _ in range(12):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                "(document.activeElement.id || document.activeElement.className || document.activeElement.tagName)"
            )
        )
    assert seen[1:4] == ["editor-host", "run", "share"], seen  # after the link to the vocabulary
    assert "filter" in seen
    assert "example-list" in seen
    page.locator("#run").focus()
    page.keyboard.press("Enter")
    page.get_by_role("tab", name="Table").focus()
    page.keyboard.press("End")
    expect(page.get_by_role("tab", name="Raw")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Table")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(
    browser: Browser, server: str, axe: Callable[[Page], list[str]], scheme: str, width: int
) -> None:
    with watched(browser, server, color_scheme=scheme, viewport={"width": width, "height": 844}) as watch:
        page = watch.open("/query?example=cq22-events-within-syria")
        page.locator(".rows").wait_for()
        page.get_by_role("button", name="Share and cite").click()
        assert axe(page) == []
        for tab in ("Map", "Raw"):
            page.get_by_role("tab", name=tab).click()
            page.wait_for_load_state("networkidle")
            assert axe(page) == [], tab
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"


def test_a_hostile_answer_stays_text(watch: Watched) -> None:
    page = watch.open("/query")
    image, script = '"<img src=x onerror=alert(1)>"', '"</script><script>alert(1)</script>"@ar'
    _run(page, f"SELECT * WHERE {{ VALUES (?a ?b ?c) {{ ({image} <javascript:alert(1)> {script}) }} }}")
    expect(page.locator(".rows td").first).to_have_text("<img src=x onerror=alert(1)>")
    assert page.locator(".rows a").count() == 0
    assert page.locator(".rows img").count() == 0
    page.get_by_role("tab", name="Raw").click()
    expect(page.locator(".panel pre").first).to_contain_text("onerror")

"""The page for programs, and somebody else's editor pointed at our endpoint."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import watched

pytestmark = pytest.mark.browser

_YASGUI = """<!doctype html><meta charset="utf-8"><title>YASGUI</title>
<link rel="stylesheet" href="yasgui.min.css"><div id="yasgui"></div><script src="yasgui.min.js"></script>"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_docs_describe_the_endpoint_with_parts_from_here(
    browser: Browser, server: str, axe: Callable[[Page], list[str]], scheme: str
) -> None:
    with watched(browser, server, color_scheme=scheme) as watch:
        page = watch.open("/docs")
        page.locator(".opblock-summary-path", has_text="/sparql").first.wait_for()
        assert axe(page) == []
        page.locator(".opblock-summary-control").first.click()
        page.get_by_role("button", name="Try it out").click()
        page.get_by_placeholder("query").fill("ASK { ?s ?p ?o }")
        page.get_by_role("button", name="Execute").click()
        expect(page.locator(".live-responses-table tbody .response-col_status").first).to_contain_text("200")
        expect(page.locator(".live-responses-table pre").first).to_contain_text("true")


def test_docs_without_scripts_are_a_table_of_every_operation(browser: Browser, server: str) -> None:
    paths = httpx.get(f"{server}/openapi.json").json()["paths"]
    assert {"get", "post"} <= paths["/sparql"].keys()
    with watched(browser, server, java_script_enabled=False) as watch:
        watch.page.goto(f"{server}/docs")
        shown = set(watch.page.locator("tbody th code").all_inner_texts())
        assert shown == set(paths)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        if urlsplit(self.path).path != "/":
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(_YASGUI.encode())


@pytest.fixture
def elsewhere(parts: Path) -> Iterator[str]:
    """YASGUI on a server of another origin."""
    folder = parts / "@zazuko" / "yasgui" / "build"
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as httpd:
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_port}/"
        httpd.shutdown()
        thread.join()


def test_yasgui_on_another_origin_asks_our_endpoint(browser: Browser, server: str, elsewhere: str) -> None:
    context = browser.new_context()
    refused: list[str] = []

    def keep_inside(route: Route) -> None:
        if urlsplit(route.request.url).hostname == "127.0.0.1":
            route.continue_()
        else:
            refused.append(route.request.url)
            route.abort()

    context.route("**/*", keep_inside)
    page = context.new_page()
    try:
        page.goto(elsewhere)
        page.evaluate(
            """(endpoint) => {
              globalThis.editor = new Yasgui(document.getElementById('yasgui'), {requestConfig: {endpoint}});
              const tab = editor.getTab();
              tab.setQuery('SELECT ?c (COUNT(*) AS ?n) WHERE { ?s a ?c } GROUP BY ?c ORDER BY DESC(?n) LIMIT 7');
              tab.query();
            }""",
            f"{server}/sparql",
        )
        expect(page.locator(".yasr table.dataTable tbody tr")).to_have_count(7)
        page.evaluate("void editor.getTab().setQuery('CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 3')")
        with page.expect_response(lambda r: r.url.startswith(f"{server}/sparql")) as answer:
            page.evaluate("void editor.getTab().query()")
        assert answer.value.status == 200
        page.evaluate("void editor.getTab().setQuery('SELECT * WHERE { ?s ?p }')")
        page.evaluate("void editor.getTab().query().catch(() => null)")
        expect(page.locator(".yasr .errorResult")).to_contain_text("expected")
    finally:
        context.close()

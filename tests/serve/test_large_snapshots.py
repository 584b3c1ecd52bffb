"""What a large snapshot changes: actors with more statements than a page holds, and what is read before it is asked
for."""

from __future__ import annotations

import asyncio
import html
import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from app.serve import answer_path, application
from app.serve.pages import actor
from app.settings import Settings

ROOT = Path(__file__).parents[2]
WHO = "/id/actor/russian-ministry-of-defence"


def _page(snapshot: Path, path: str) -> str:
    status, body = answer_path(Settings.load({}, root=ROOT, workers=1), snapshot, path, "text/html")
    assert status == 200
    return body.decode()


def test_an_actor_with_more_statements_than_a_page_holds_leads_to_its_events(
    demonstration: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = _page(demonstration, WHO)
    monkeypatch.setattr(actor, "MOST_STATEMENTS", 3)
    cut = _page(demonstration, WHO)
    count = re.compile(r'This corpus holds <a href="[^"]*">(\d+ statements)</a> of this actor, of (\d+ events)')
    said = [count.search(page) for page in (whole, cut)]
    assert said[0] is not None
    assert said[1] is not None
    assert said[0].groups() == said[1].groups()
    assert "more than one page can hold" not in whole
    assert "more than one page can hold" in cut
    assert cut.count("<h4") < whole.count("<h4")
    link = re.search(r'<a href="(/explore\?claimant=[^"]*)">', cut)
    assert link is not None
    found = re.search(r"<b>(\d+ events?)</b>", _page(demonstration, html.unescape(link[1])))
    assert found is not None
    assert found[1] == said[1][2]


def test_names_and_events_of_a_large_snapshot_are_read_ahead(
    demonstration: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def opened(large: int) -> bool:
        monkeypatch.setattr(application, "_LARGE_QUADS", large)
        site = application.Site(Settings.load({}, root=ROOT, workers=1), demonstration)
        await site.open()
        try:
            await asyncio.wait_for(asyncio.gather(*site._retiring), 60)
            name = site.pool.snapshot_id
            return name in site.search._known and name in site.explore._known
        finally:
            await site.close()

    assert asyncio.run(opened(1_000))
    assert not asyncio.run(opened(10**9))


def test_the_service_names_its_largest_graphs_and_not_tens_of_thousands() -> None:
    store = ox.Store()
    node = ox.NamedNode("http://example.org/n")
    for number in range(700):
        graph = ox.NamedNode(f"http://example.org/graph/{number:03}")
        store.extend(ox.Quad(node, node, ox.Literal(n), graph) for n in range(1 + (number < 20)))
    query = (ROOT / "queries" / "pages" / "service.rq").read_text("utf-8")
    names = ("endpoint", "dataset")
    bound: dict[ox.Variable, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple] = {
        ox.Variable(n): node for n in names
    }
    found = store.query(query, use_default_graph_as_union=True, substitutions=bound)
    assert isinstance(found, ox.QueryTriples)
    named = {str(t.object) for t in found if t.predicate.value.endswith("#name")}
    assert len(named) == 500
    assert {f"<http://example.org/graph/{number:03}>" for number in range(20)} <= named

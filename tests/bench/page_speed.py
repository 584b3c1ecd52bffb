"""How long pages take over a generated graph when they are asked for the first time, and again.

`python -m tests.bench.page_speed [--quads N]`. The things shown are those with most to show: the event with most
accounts, the claimant with most statements; and one document, statement, proposition and place.
"""

from __future__ import annotations

import argparse
import http.client
import json
import time
from urllib.parse import urlencode

from app.vocab import CEV
from tests.bench import peers
from tests.bench.event_graph import size_of, snapshot_of
from tests.bench.http_client import JSON, Effort
from tests.bench.peers import Peer

_PAGES = ("/", "/events", "/data", "/search?q=army", "/explore", "/query")
_MACHINES = ("/.well-known/void", "/sparql")
_MOST = "SELECT ?thing {{ ?x <{0}{1}> ?thing }} GROUP BY ?thing ORDER BY DESC(COUNT(?x)) ?thing LIMIT 1"
_FIRST = "SELECT ?thing {{ ?thing a <{0}{1}> }} ORDER BY ?thing LIMIT 1"
_THINGS = (
    (_MOST, "accountOf"),
    (_MOST, "claimant"),
    (_FIRST, "SourceDocument"),
    (_FIRST, "Accusation"),
    (_FIRST, "Proposition"),
    (_FIRST, "Place"),
)


def measure(server: Peer) -> list[tuple[str, float, float, float]]:
    """Each page: seconds of the first and of the next request, and seconds of CPU of all processes for the first."""
    paths = [*_PAGES, *(_path_of(server, form.format(CEV, name)) for form, name in _THINGS), *_MACHINES]
    found = []
    for path in paths:
        accept = "text/turtle" if path in _MACHINES else "text/html"
        effort = Effort(server)
        first = _seconds(server, path, accept)
        spent = sum(effort.microseconds(1)) / 1e6
        found.append((path, first, _seconds(server, path, accept), spent))
    return found


def _path_of(server: Peer, query: str) -> str:
    body = _get(server, "/sparql?" + urlencode({"query": query}), JSON)
    iri = str(json.loads(body)["results"]["bindings"][0]["thing"]["value"])
    return "/id/" + iri.split("/id/", 1)[1]


def _seconds(server: Peer, path: str, accept: str) -> float:
    started = time.perf_counter()
    _get(server, path, accept)
    return time.perf_counter() - started


def _get(server: Peer, path: str, accept: str) -> bytes:
    for _ in range(3):  # a thing leads to its page
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
        connection.request("GET", path, headers={"Accept": accept})
        answer = connection.getresponse()
        body, status, target = answer.read(), answer.status, answer.headers.get("location", "")
        connection.close()
        if status not in (301, 303):
            break
        path = target if target.startswith("/") else "/" + target.split("/", 3)[3]
    if status != 200:
        raise RuntimeError(f"{path} is answered by {status}: {body[:200]!r}")
    return body


def main(quads: int = 1_000_000) -> None:
    """Serve, ask, print."""
    snapshot = snapshot_of(quads)
    with peers.ours(snapshot, {"RASHOMON_MEMORY_BUDGET_MB": "8000", "RASHOMON_QUERY_TIMEOUT_S": "600"}) as server:
        found = measure(server)
    print(f"\npages over {size_of(snapshot)} quads\n")
    print("| page | first ms | again ms | CPU of the first, ms |\n|---|---:|---:|---:|")
    for path, first, again, spent in found:
        print(f"| {path} | {1000 * first:.0f} | {1000 * again:.0f} | {1000 * spent:.0f} |")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quads", type=int, default=1_000_000)
    main(parser.parse_args().quads)

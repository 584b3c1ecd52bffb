"""Our endpoint against `oxigraph serve` and Virtuoso over one generated graph: equal answers first, then ratios.

`python -m tests.bench.endpoint_speed [--quads N] [--rounds N] [--only NAME]`. Servers take turns in every round, so
that the noise of the machine falls on all of them; figures are medians. Virtuoso is left out where it is not installed.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import pyoxigraph as ox

from app.vocab import CEV, RDFS
from tests.bench import peers
from tests.bench.answers import Bag, rows_of, triples_of
from tests.bench.event_graph import size_of, snapshot_of
from tests.bench.http_client import JSON, NTRIPLES, Client, Effort, Reply, request, requests_per_second
from tests.bench.peers import Peer

QUERIES = Path(__file__).parent / "queries"
_PLACEHOLDER = "https://w3id.org/contested-events/id/event/most-spoken-of"
_ROWS = "14-rows"
_TRIVIAL, _MANY = "trivial", "trivial, 16 clients"
_NEW_TEXTS = 60_000
# Queries of a researcher at work: more than a look-up, less than an analysis of the whole graph.
_MEDIUM = ("03-timeline", "05-bounding-box", "06-paths", "08-event-page", "12-actor-page")
# Virtuoso keeps descriptions of its own in every union; only these rows of a count by type are of the snapshot alone.
_OWN_ROWS = {"09-type-facets": CEV}
_SETTINGS = {
    "RASHOMON_MEMORY_BUDGET_MB": "8000",
    "RASHOMON_QUERY_TIMEOUT_S": "600",
    "RASHOMON_RESULT_MAX_BYTES": "2000000000",
    "RASHOMON_CLIENT_WORKER_S": "0",
}


@dataclass(slots=True)
class Figures:
    """What was measured: seconds by query and server, requests per second by kind of load and server."""

    seconds: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    first: dict[str, list[float]] = field(default_factory=dict)
    rates: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    efforts: dict[str, dict[str, list[tuple[float, float]]]] = field(default_factory=dict)

    def latency(self, query: str, server: str) -> float:
        """The median seconds of a query on a server."""
        return median(self.seconds[query][server])

    def rate(self, load: str, server: str) -> float:
        """The median requests per second."""
        return median(self.rates[load][server])


def read_queries(snapshot: Path, only: str = "") -> dict[str, str]:
    """The researcher queries by name; the event page is that of the event with most accounts."""
    store = ox.Store.read_only(str(snapshot / "store"))
    found = store.query(
        f"SELECT ?e (COUNT(?a) AS ?n) {{ ?a <{CEV}accountOf> ?e }} GROUP BY ?e ORDER BY DESC(?n) ?e LIMIT 1",
        use_default_graph_as_union=True,
    )
    assert isinstance(found, ox.QuerySolutions)
    event = next(found)[0]
    assert isinstance(event, ox.NamedNode)
    files = sorted(QUERIES.glob("*.rq"))
    return {f.stem: f.read_text("utf-8").replace(_PLACEHOLDER, event.value) for f in files if only in f.stem}


def accept_for(query: str) -> str:
    """The media type that is asked for."""
    return NTRIPLES if "CONSTRUCT" in query else JSON


def compare(queries: Mapping[str, str], clients: Mapping[str, Client]) -> list[str]:
    """Run every query on every server once; return how their answers differ (also the warming up of all)."""
    differences = []
    for name, text in queries.items():
        bags: dict[str, Bag] = {}
        for server, client in clients.items():
            reply = _get(client, server, name, text)
            bags[server] = (rows_of if accept_for(text) == JSON else triples_of)(reply.body)
            if name in _OWN_ROWS:
                bags[server] = type(bags[server])({r: n for r, n in bags[server].items() if _OWN_ROWS[name] in r[0]})
        mine = bags["rashomon"]
        for server, bag in bags.items():
            # A LIMIT without an order may choose any rows: then their number is all that can be equal.
            equal = sum(bag.values()) == sum(mine.values()) if "LIMIT" in text else bag == mine
            if not equal:
                sample = [*(bag - mine), *(mine - bag)][:2]
                differences.append(
                    f"{name}: {server} differs from ours in {len(bag - mine)}/{len(mine - bag)} rows: {sample}"
                )
    return differences


def _get(client: Client, server: str, name: str, text: str) -> Reply:
    reply = client.get(text, accept_for(text))
    if reply.status != 200:
        raise RuntimeError(f"{server} answers {reply.status} to {name}: {reply.body[:300]!r}")
    return reply


def measure_latencies(queries: Mapping[str, str], clients: Mapping[str, Client], rounds: int, figures: Figures) -> None:
    """One client, one query at a time; the servers take turns."""
    for _ in range(rounds):
        for name, text in queries.items():
            for server, client in clients.items():
                reply = _get(client, server, name, text)
                figures.seconds.setdefault(name, {}).setdefault(server, []).append(reply.total_s)
                if name == _ROWS:
                    figures.first.setdefault(server, []).append(reply.first_s)


def measure_rates(
    queries: Mapping[str, str], servers: Sequence[Peer], rounds: int, figures: Figures, seconds: float
) -> None:
    """Four clients at once: look-ups of labels (the same 24 again and again; each text once), and the medium mix; and
    sixteen with the same look-ups, for with four each process waits for another one most of the time."""
    actor = "https://w3id.org/contested-events/id/actor/army-"
    trivial = [f"SELECT ?label WHERE {{ <{actor}{n}> <{RDFS}label> ?label }}" for n in range(24)]
    for number in range(rounds):
        new = (f"SELECT ?l{number}_{n} {{ <{actor}{n % 24}> <{RDFS}label> ?l{number}_{n} }}" for n in range(_NEW_TEXTS))
        medium = [queries[n] for n in _MEDIUM if n in queries]
        loads = {_TRIVIAL: trivial, _MANY: trivial, "trivial, each text once": [*new], "medium mix": medium}
        for load, texts in loads.items():
            for server in servers:
                messages = [request(server, t) for t in texts]
                effort = Effort(server)
                rate = requests_per_second(server, messages, seconds=seconds, connections=16 if load == _MANY else 4)
                figures.rates.setdefault(load, {}).setdefault(server.name, []).append(rate)
                spent = effort.microseconds(rate * seconds)
                figures.efforts.setdefault(load, {}).setdefault(server.name, []).append(spent)


def efforts(figures: Figures) -> str:
    """CPU for each request as Markdown: it says what a server costs where the rate says what the client could take."""
    lines = [
        "| load | server | requests/s | µs of CPU, first process | µs of CPU, its workers |",
        "|---|---|---:|---:|---:|",
    ]
    for load, servers in figures.efforts.items():
        for server, spent in servers.items():
            first, rest = (median(part) for part in zip(*spent, strict=True))
            lines.append(f"| {load} | {server} | {figures.rate(load, server):.0f} | {first:.0f} | {rest:.0f} |")
    return "\n".join(lines)


def table(queries: Mapping[str, str], figures: Figures, names: Sequence[str]) -> str:
    """The figures as Markdown."""
    lines = ["| query | ours ms | " + " | ".join(f"{n} ms | ours / {n}" for n in names) + " |"]
    lines.append("|---|---:|" + "---:|---:|" * len(names))
    ratios: dict[str, list[float]] = {n: [] for n in names}
    for query in queries:
        mine = figures.latency(query, "rashomon")
        cells = [f"{1000 * mine:.1f}"]
        for name in names:
            theirs = figures.latency(query, name)
            ratios[name].append(mine / theirs)
            cells += [f"{1000 * theirs:.1f}", f"{mine / theirs:.2f}"]
        lines.append(f"| {query} | " + " | ".join(cells) + " |")
    for word, choose in (("geometric mean", _geometric), ("worst", max)):
        lines.append(f"| **{word}** | | " + " | ".join(f"| **{choose(ratios[n]):.2f}**" for n in names) + " |")
    lines += ["", "| goal | figure | wanted |", "|---|---:|---:|", *_goals(figures, ratios)]
    return "\n".join(lines)


def _goals(figures: Figures, ratios: Mapping[str, Sequence[float]]) -> list[str]:
    """One line per goal; above 1 is faster than the peer for rates, below 1 for times."""
    rows: list[tuple[str, str, str]] = []
    if figures.rates:
        for load, server, words, wanted in (
            (_TRIVIAL, "rashomon", "uncached", "≥ 1.0"), (_MANY, "rashomon", "uncached, 16 clients", "≥ 1.0"),
            (_TRIVIAL, "cached", "cached", "≥ 2.0"), (_MANY, "cached", "cached, 16 clients", "≥ 2.0"),
        ):  # fmt: skip
            rate, base = figures.rate(load, server), figures.rate(load, "oxigraph")
            name = f"trivial query, requests/s, {words} / oxigraph ({rate:.0f} / {base:.0f})"
            rows.append((name, f"{rate / base:.2f}", wanted))
        rate, base = (figures.rate("trivial, each text once", name) for name in ("rashomon", "oxigraph"))
        rows.append((f"the same, each text sent once ({rate:.0f} / {base:.0f})", f"{rate / base:.2f}", "none"))
        for server, words in (("rashomon", "uncached"), ("cached", "cached")):
            rate, base = figures.rate("medium mix", server), figures.rate("medium mix", "oxigraph")
            rows.append(
                (f"medium mix, requests/s, {words} / oxigraph ({rate:.0f} / {base:.0f})", f"{rate / base:.2f}", "≥ 3.0")
            )
    if _ROWS in figures.seconds:
        ratio = figures.latency(_ROWS, "oxigraph") / figures.latency(_ROWS, "rashomon")
        rows.append(("100,000 rows, total time, oxigraph / ours", f"{ratio:.2f}", "≥ 1.0"))
        rows.append(("100,000 rows, first byte, ms", f"{1000 * median(figures.first['rashomon']):.1f}", "< 30"))
    if "virtuoso" in ratios:
        rows.append(
            ("latency of the mix, ours / Virtuoso, geometric mean", f"{_geometric(ratios['virtuoso']):.2f}", "≤ 1.2")
        )
        rows.append(("latency of the mix, ours / Virtuoso, worst", f"{max(ratios['virtuoso']):.2f}", "≤ 8"))
    return [f"| {' | '.join(row)} |" for row in rows]


def _geometric(values: Sequence[float]) -> float:
    return math.exp(sum(math.log(v) for v in values) / len(values))


def main(quads: int = 1_000_000, rounds: int = 5, only: str = "", seconds: float = 3.0) -> None:
    """Start the servers, compare, measure, print."""
    snapshot = snapshot_of(quads)
    queries = read_queries(snapshot, only)
    figures = Figures()
    with ExitStack() as stack:
        servers = [
            stack.enter_context(peers.ours(snapshot, _SETTINGS | {"RASHOMON_RESULT_CACHE_MB": "0"})),
            stack.enter_context(peers.oxigraph(snapshot)),
        ]
        if peers.has_virtuoso():
            servers.append(stack.enter_context(peers.virtuoso(snapshot)))
        clients = {s.name: Client(s) for s in servers}
        differences = compare(queries, clients)
        measure_latencies(queries, clients, rounds, figures)
        cached = stack.enter_context(peers.ours(snapshot, _SETTINGS, name="cached"))
        if not only:
            measure_rates(queries, [servers[0], cached, servers[1]], min(rounds, 3), figures, seconds)
        names = [s.name for s in servers[1:]]
    print(f"{size_of(snapshot)} quads, {rounds} rounds, medians; one query at a time unless requests/s are told\n")
    print(table(queries, figures, names))
    if figures.efforts:
        print("\n" + efforts(figures))
    print("\nanswers: " + ("\n".join(differences) or "equal on all servers"))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--quads", type=int, default=1_000_000, help="size of the generated graph (10000000 needs 12 GB)"
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="only queries whose name holds this")
    return parser.parse_args()


if __name__ == "__main__":
    given = _arguments()
    main(given.quads, given.rounds, given.only)

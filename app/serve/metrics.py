"""Numbers for Prometheus in its text format 0.0.4, by our own small writer: two kinds of series are all we need."""

from __future__ import annotations

import os
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
# First parts of paths that have a label of their own; whatever else is asked for counts as "other".
_ROUTES = frozenset(
    [
        "-",
        "docs",
        "dumps",
        "explore",
        "graph",
        "graphs",
        "id",
        "ontology",
        "openapi.json",
        "q",
        "query",
        "reconcile",
        "search",
        "shapes",
        "sparql",
        "standpoints",
        "static",
        "suggest",
        "update",
    ]
)
_HELP = {
    "rashomon_requests_total": ("counter", "Answered HTTP requests by route and status."),
    "rashomon_request_seconds": ("histogram", "Time from request to the last byte of the answer, by route."),
    "rashomon_response_bytes_total": ("counter", "Bytes of bodies as sent, by route."),
    "rashomon_queries_total": (
        "counter",
        "What became of queries: run, timed out, crashed, refused, workers reopened.",
    ),
    "rashomon_cache_total": ("counter", "What the result cache did."),
    "rashomon_cache_bytes": ("gauge", "Bytes of answers held."),
    "rashomon_cache_entries": ("gauge", "Answers held."),
    "rashomon_snapshot_info": ("gauge", "The snapshot that is served."),
    "rashomon_reloads_total": ("counter", "Switches to another snapshot."),
    "rashomon_slow_queries_total": ("counter", "Queries above the limit of the slow-query log."),
    "rashomon_open_requests": ("gauge", "Requests that are being answered."),
    "process_resident_memory_bytes": ("gauge", "Resident memory of the web process."),
    "process_open_fds": ("gauge", "Open file descriptors of the web process."),
    "process_start_time_seconds": ("gauge", "Start of the web process, Unix time."),
}


def route_of(path: str) -> str:
    """The label of a path: one of a fixed few, so that a stranger cannot make series."""
    first = path.strip("/").split("/", 1)[0]
    return f"/{first}" if first in _ROUTES else ("/" if not first else "other")


class Metrics:
    """The numbers of one web process."""

    def __init__(self) -> None:
        """All begin at nothing."""
        self.counts: Counter[str] = Counter()
        self.open_requests = 0
        self._requests: Counter[tuple[str, int]] = Counter()
        self._bytes: Counter[str] = Counter()
        self._times: dict[str, list[int]] = {}
        self._sums: Counter[str] = Counter()
        self._started = time.time()

    def record(self, path: str, status: int, seconds: float, size: int) -> None:
        """Count one answered request."""
        self.record_route(route_of(path), status, seconds, size)

    def record_route(self, name: str, status: int, seconds: float, size: int) -> None:
        """Count one answered request to a route by its label."""
        self._requests[name, status] += 1
        self._bytes[name] += size
        self._times.setdefault(name, [0] * (len(_BUCKETS_S) + 1))[bisect_left(_BUCKETS_S, seconds)] += 1
        self._sums[name] += seconds  # type: ignore[assignment]

    def render(self, *, queries: Mapping[str, int], cache: Mapping[str, Any], snapshot: str) -> str:
        """The text for a scrape; `cache` holds `bytes`, `entries` and counters."""
        sizes = ("bytes", "entries")
        series: dict[str, list[tuple[str, dict[str, str], float]]] = {
            "rashomon_requests_total": [
                ("", {"route": r, "status": str(s)}, n) for (r, s), n in sorted(self._requests.items())
            ],
            "rashomon_request_seconds": list(self._histograms()),
            "rashomon_response_bytes_total": [("", {"route": r}, n) for r, n in sorted(self._bytes.items())],
            "rashomon_queries_total": [("", {"what": k}, n) for k, n in sorted(queries.items())],
            "rashomon_cache_total": [("", {"what": k}, n) for k, n in sorted(cache.items()) if k not in sizes],
            "rashomon_cache_bytes": [("", {}, cache.get("bytes", 0))],
            "rashomon_cache_entries": [("", {}, cache.get("entries", 0))],
            "rashomon_snapshot_info": [("", {"id": snapshot}, 1)],
            "rashomon_reloads_total": [("", {}, self.counts["reloads"])],
            "rashomon_slow_queries_total": [("", {}, self.counts["slow"])],
            "rashomon_open_requests": [("", {}, self.open_requests)],
            "process_resident_memory_bytes": [("", {}, _resident_bytes())],
            "process_open_fds": [("", {}, len(os.listdir("/proc/self/fd")))],
            "process_start_time_seconds": [("", {}, self._started)],
        }
        return "".join(_lines(name, values) for name, values in series.items())

    def _histograms(self) -> Iterator[tuple[str, dict[str, str], float]]:
        for name, counts in sorted(self._times.items()):
            total = 0
            for bound, count in zip((*map(str, _BUCKETS_S), "+Inf"), counts, strict=True):
                total += count
                yield "_bucket", {"route": name, "le": bound}, total
            yield "_sum", {"route": name}, self._sums[name]
            yield "_count", {"route": name}, total


def _lines(name: str, values: list[tuple[str, dict[str, str], float]]) -> str:
    kind, meaning = _HELP[name]
    lines = [f"# HELP {name} {meaning}", f"# TYPE {name} {kind}"]
    for suffix, labels, value in values:
        inside = ",".join(f'{k}="{_escaped(v)}"' for k, v in labels.items())
        number = repr(float(value)) if isinstance(value, float) else str(value)
        lines.append(f"{name}{suffix}{{{inside}}} {number}" if inside else f"{name}{suffix} {number}")
    return "\n".join(lines) + "\n"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _resident_bytes() -> int:
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

"""The W3C's tests over HTTP against a scratch server of its own; `known_failures.md` names what fails and why.

The default suite runs SPARQL 1.1 (query, update, results, protocol, Graph Store Protocol, service description); 1.0 and
1.2 are nightly (`make test-nightly`). The harness lies beside the checkout (`../shared/conformance`), or where
RASHOMON_CONFORMANCE says.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.absence import absent
from tests.serve.serving import ROOT, serving

HARNESS = Path(os.environ.get("RASHOMON_CONFORMANCE", ROOT.parent / "shared" / "conformance")) / "harness.py"
KNOWN = {
    match[1]
    for match in re.finditer(r"^- (\S+#\S+)$", Path(__file__).with_name("known_failures.md").read_text("utf-8"), re.M)
}
PERFECT = {
    "protocol",
    "graph store protocol",
    "service description",
    "update evaluation",
    "update syntax",
    "results JSON",
}
LEAST = {"sparql10": 480, "sparql11": 540, "sparql12": 265}


def _outcomes(folder: Path, suite: str) -> list[dict[str, str]]:
    """Run one suite; returns what came of each test."""
    outcomes = folder / "outcomes.json"
    # Time limits of a multiple: a test that is late because the machine is busy says nothing of conformance.
    with serving(folder, "--scratch", query_timeout_s=60) as server:
        command = [sys.executable, str(HARNESS), server.url, "--query", "/sparql", "--update", "/update"]
        command += ["--gsp", "/graphs", "--gsp-direct", "--suites", suite, "--timeout", "90", "--json", str(outcomes)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=900)
    assert outcomes.is_file(), done.stdout[-2_000:] + done.stderr[-2_000:]
    return list(json.loads(outcomes.read_text("utf-8")))


def _name(outcome: dict[str, str]) -> str:
    """Suite, folder and test: the end of its IRI."""
    return "/".join(outcome["test"].rsplit("/", 3)[-3:])


@pytest.mark.parametrize(
    "suite",
    [
        "sparql11",
        pytest.param("sparql10", marks=pytest.mark.nightly),
        pytest.param("sparql12", marks=pytest.mark.nightly),
    ],
)
def test_suite(suite: str, tmp_path: Path) -> None:
    if not HARNESS.is_file():
        absent(f"the harness is not here: {HARNESS}")
    outcomes = _outcomes(tmp_path, suite)
    ran = [o for o in outcomes if o["state"] != "skip"]
    assert len(ran) >= LEAST[suite], f"only {len(ran)} tests ran"
    failed = {_name(o): o for o in ran if o["state"] == "fail"}
    new = {name: f"{o['category']}: {o['note'][:300]}" for name, o in failed.items() if name not in KNOWN}
    assert not new, json.dumps(new, indent=1)
    won = (KNOWN & {_name(o) for o in ran}) - set(failed)
    assert not won, f"these pass now: take them off known_failures.md: {sorted(won)}"
    broken = {o["category"] for o in failed.values() if o["category"].split(" ", 1)[1] in PERFECT}
    assert not broken, f"categories without a failure have one: {broken}"


def test_the_list_holds_the_engines_own_failures_only() -> None:
    """A loss of ours cannot be excused as the engine's."""
    own = HARNESS.with_name("known-failures-oxigraph-0.5.13.txt")
    if not own.is_file():
        absent(f"the list is not here: {own}")
    engines = [line for line in own.read_text("utf-8").split() if line]
    assert not [name for name in KNOWN if not any(line.endswith("/" + name) for line in engines)]

"""`rashomon bench` over a real server: the figures, and what is said where there is none."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from app import store as snapshots
from tests.bench.event_graph import ROOT, generate


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("bench") / "snapshot"
    snapshots.write_snapshot(place, generate(3).quads(), manifest={}, report={})
    return place


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app", "bench", "--seconds", "0.3", "--rounds", "2", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


def test_every_competency_question_is_measured(snapshot: Path) -> None:
    done = bench("--snapshot", str(snapshot), "--json")
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert {q["query"] for q in figures["queries"]} == {p.stem for p in (ROOT / "queries" / "competency").glob("*.rq")}
    assert all(q["status"] == 200 and q["median_ms"] >= q["first_byte_ms"] > 0 for q in figures["queries"])
    assert figures["requests_per_second"] > 0


def test_a_table_is_printed_for_people(snapshot: Path, tmp_path: Path) -> None:
    (tmp_path / "things.rq").write_text("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    done = bench("--snapshot", str(snapshot), "--queries", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1].startswith("things ")
    assert "requests/s from 4 clients" in done.stdout


def test_where_nobody_answers_it_is_said() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening
        done = bench("--url", f"http://127.0.0.1:{taken.getsockname()[1]}")
    assert done.returncode == 3
    assert "the server does not answer" in done.stderr


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "here"])
def test_an_odd_address_is_refused(url: str) -> None:
    done = bench("--url", url)
    assert done.returncode == 2
    assert "no address of a server" in done.stderr

"""Equal data give equal reports, byte for byte, whatever the hash seed."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.shapes.corpus import ROOT

PROGRAM = """
from app.validate import render_json, render_rdf, render_table
from tests.validate.making import change, check, quads
broken = change(change(quads(), "modality", lambda _: None), "claimant", lambda _: None)
report = check([q for q in broken if not q.predicate.value.endswith("#label")])
print(render_json(report), render_rdf(report), render_table(report))
"""


def _run(seed: str) -> bytes:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": "Asia/Kathmandu" if seed == "1" else "UTC"}
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, env=environment, capture_output=True, check=True)
    return done.stdout


def test_hash_seed_and_time_zone_change_nothing() -> None:
    first = _run("1")
    assert b"AccountShape" in first
    assert first == _run("2") == _run("3")

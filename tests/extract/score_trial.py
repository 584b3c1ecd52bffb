"""Scores the reader on our own trial documents: `python -m tests.extract.score_trial`.

The documents are ours (invented news, statements and notes in the styles of the bench), annotated by its guide.
The `open` half may be looked at while rules are written; the `closed` half is only scored, so `--errors` refuses it.
`--half open|closed` prints one half, `--reader NAME` scores another extractor, `--json FILE` writes the figures.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterable
from pathlib import Path

from app.documents import read_folders
from app.extract import load_extractor
from app.link import Linker, load_naming, load_reference
from app.model import Document, Records, Reference
from app.vocab import DEFAULT_BASE
from tests.extract.score_dev import ROOT, TurtleWriter, run_score

TRIAL = Path(__file__).parent / "trial"
HALVES = ("open", "closed")


def read_half(half: str, name: str = "rules.v2") -> tuple[Reference, list[tuple[Document, Records]]]:
    """Return the documents of one half with their linked records."""
    reference, _ = load_reference(ROOT / "data/reference", DEFAULT_BASE)
    linker = Linker(reference, load_naming(ROOT / "data/naming.yaml"))
    extractor = load_extractor(name, reference)
    reading = read_folders([TRIAL / half], max_file_bytes=10_000_000, max_text_chars=2_000_000)
    documents = sorted(reading.documents, key=lambda d: d.id)
    return reference, [(d, linker.link(d, extractor.read(d))) for d in documents]


def score_half(
    half: str, reference: Reference, read: Iterable[tuple[Document, Records]], errors: str | None = None
) -> tuple[str, dict[str, object]]:
    """Return what `score.py` prints for these documents of a half, and its figures."""
    writer = TurtleWriter(reference)
    with tempfile.TemporaryDirectory() as folder:
        gold = Path(folder) / "gold"
        gold.mkdir()
        for document, records in read:
            writer.add(document, records)
            (gold / f"{document.id}.json").write_bytes((TRIAL / "gold" / f"{document.id}.json").read_bytes())
        graph, figures = Path(folder) / "graph.ttl", Path(folder) / "figures.json"
        graph.write_text(writer.text(), encoding="utf-8")
        arguments = [str(graph), "--gold", str(gold), "--texts", str(TRIAL / half), "--json", str(figures)]
        printed = run_score([*arguments, *(["--errors", errors] if errors else [])])
        return printed, json.loads(figures.read_text(encoding="utf-8"))


def main() -> None:
    """Print the figures of both halves, or the errors of one open document."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--errors", action="append", default=[], metavar="ID", help="an open document's errors")
    parser.add_argument("--half", choices=(*HALVES, "both"), default="both")
    parser.add_argument("--reader", default="rules.v2")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    if arguments.errors:
        reference, read = read_half("open", arguments.reader)
        for document, records in read:
            if any(wanted in document.id for wanted in arguments.errors):
                print("=====", document.id)
                print(score_half("open", reference, [(document, records)], document.id)[0])
        return
    figures = {}
    for half in HALVES:
        if arguments.half in (half, "both"):
            reference, read = read_half(half, arguments.reader)
            printed, figures[half] = score_half(half, reference, read)
            print(f"== {half}: {len(read)} documents")
            print(printed)
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()

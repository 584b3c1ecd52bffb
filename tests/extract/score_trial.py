"""Scores the reader on our own trial documents: `python -m tests.extract.score_trial`.

The documents are ours (invented news, statements and notes in the styles of the bench), annotated by its guide.
The `open` half may be looked at while rules are written; the `closed` half is only scored, so `--errors` refuses it.
`--half open|closed` prints one half, `--reader NAME` scores another extractor, `--json FILE` writes the figures.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path

from app.model import Document, Records, Reference
from tests.extract.score_dev import read_folder, score

TRIAL = Path(__file__).parent / "trial"
HALVES = ("open", "closed")


def _score_half(
    half: str, reference: Reference, read: Iterable[tuple[Document, Records]], errors: str | None = None
) -> tuple[str, dict[str, object]]:
    return score(reference, read, errors, gold=TRIAL / "gold", texts=TRIAL / half)


def main() -> None:
    """Print the figures of both halves, or the errors of one open document."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--errors", action="append", default=[], metavar="ID", help="an open document's errors")
    parser.add_argument("--half", choices=(*HALVES, "both"), default="both")
    parser.add_argument("--reader", default="rules.v2")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    if arguments.errors:
        reference, read = read_folder(TRIAL / "open", arguments.reader)
        for document, records in read:
            if any(wanted in document.id for wanted in arguments.errors):
                print("=====", document.id)
                print(_score_half("open", reference, [(document, records)], document.id)[0])
        return
    figures = {}
    for half in HALVES:
        if arguments.half in (half, "both"):
            reference, read = read_folder(TRIAL / half, arguments.reader)
            printed, figures[half] = _score_half(half, reference, read)
            print(f"== {half}: {len(read)} documents")
            print(printed)
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()

"""How right the reader is: documents read without their reviews, against gold or against those reviews."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.errors import UsageError
from app.extract.reviews import apply_review, load_review
from app.model import Document, Records, ReferenceEntry
from app.pipeline.building import build_graph
from app.pipeline.reading import EXTRACTOR, Progress, Reader
from app.score import (
    GoldDocument,
    Score,
    compare_figures,
    gold_of_records,
    load_gold,
    read_statements,
    render_words,
    score_documents,
)
from app.score.page import keep, render_page
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Scored:
    """A score with what it is compared to: kept figures (None where none are kept) and the file that keeps them."""

    score: Score
    kept: Mapping[str, Any] | None
    figures: Path
    title: str

    def write(self) -> None:
        """Keep these figures, and the page of error classes beside them."""
        value = keep(self.score, EXTRACTOR)
        self.figures.parent.mkdir(parents=True, exist_ok=True)
        self.figures.write_text(json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
        self.figures.with_suffix(".md").write_text(render_page(value, self.title), "utf-8")


def score_reader(
    settings: Settings, gold: Path | None, documents: Sequence[Path], figures: Path | None, progress: Progress
) -> Scored:
    """Read documents as if no one had reviewed them and score what the graph then holds.

    `gold` is a folder of JSON by the annotation guide or of reviews in YAML; the project's reviews when None. Only
    complete reviews are gold. Raises UsageError where a folder is missing or empty of gold, DataError where gold is
    wrong.
    """
    gold = gold or settings.root / "data" / "reviews"
    folders = list(documents) or [settings.root / "data" / "documents"]
    for folder in (gold, *folders):
        if not folder.is_dir():
            raise UsageError("this is no folder", where=str(folder), advice="Name folders with --gold and --documents.")
    title = folders[0].name
    figures = figures or settings.root / "tests" / "extract" / "figures" / f"{title}.json"
    made = build_graph(settings, folders, progress, with_reviews=False)
    texts = {d.document.id: d.document for d in made.documents}
    wanted = _gold(settings, gold, texts)
    if not wanted:
        raise UsageError("the folder holds no gold of these documents", where=str(gold), advice="See --gold.")
    score = score_documents(wanted, read_statements(made.quads))
    kept = json.loads(figures.read_text("utf-8")) if figures.is_file() else None
    return Scored(score, kept, figures, title)


def _gold(settings: Settings, folder: Path, documents: Mapping[str, Document]) -> list[GoldDocument]:
    guided = sorted(folder.glob("*.json"))
    if guided:
        return [load_gold(path, documents) for path in guided]
    reader = Reader.open(settings, with_reviews=False)
    reference: dict[str, ReferenceEntry] = {e.iri: e for e in reader.linker.reference.entries}
    made = []
    for path in sorted(folder.glob("*.yaml")):
        document = documents.get(path.stem)
        review = load_review(path, settings.base)
        if document is None or not review.complete:
            continue
        read = Records(document_id=document.id, generator=EXTRACTOR)
        if not review.stands_alone:
            read = reader.extract(document)
        records = reader.linker.link(document, apply_review(document, read, review))
        made.append(gold_of_records(document, records, reference))
    return made


def describe_score(scored: Scored, errors_of: str | None) -> tuple[dict[str, Any], str]:
    """Return a score as a value for programs and as words for people."""
    score, kept = scored.score, scored.kept
    value: dict[str, Any] = {
        "reader": EXTRACTOR,
        "documents": score.documents,
        "figures": score.figures(),
        "errors": {str(kind): len(errors) for kind, errors in score.errors_by_class().items()},
        "changed": compare_figures(score, kept) if kept else {},
    }
    if errors_of is not None:
        value["errors_of"] = [
            {"kind": str(e.kind), "gold": e.gold, "where": e.where} for e in score.errors if e.document == errors_of
        ]
    return value, render_words(score, kept, errors_of=errors_of)

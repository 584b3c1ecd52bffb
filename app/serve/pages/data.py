"""The page of the data set: versions, files, changes, gaps, whom the corpus quotes, how often the reader errs."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from app.serve.pages.dataset_card import dataset_card
from app.serve.pages.links import open_in_query
from app.serve.pages.paging import cut
from app.serve.pages.rendering import Row
from app.serve.pages.words import LICENCE, Words
from app.serve.snapshot_files import read_changes, read_manifest, read_report, read_versions

if TYPE_CHECKING:
    from app.serve.application import Site


def add_data_page(app: FastAPI, site: Site) -> None:
    """Add `/data`."""

    @app.get("/data", include_in_schema=False)
    async def data(request: Request) -> Response:
        manifest, report = read_manifest(site.snapshot), read_report(site.snapshot)
        sides = await site.pool.run_prepared("data-sides", {})
        publishers = await site.pool.run_prepared("data-publishers", {})
        parameters = request.query_params
        return site.page(
            "data.html",
            section="/data",
            manifest=manifest,
            files=site.dumps.files(),
            versions=read_versions(site.snapshot),
            changes=read_changes(site.snapshot),
            quality=(await site.pool.run_prepared("data-quality", {}))[0],
            quality_query=open_in_query(site.pool.prepared("data-quality")),
            sides=cut([_balance(r, "side") for r in sides], parameters, name="sides", fragment="balance"),
            sides_query=open_in_query(site.pool.prepared("data-sides")),
            publishers=cut(
                [_balance(r, "publisher") for r in publishers], parameters, name="publishers", fragment="publishers"
            ),
            publishers_query=open_in_query(site.pool.prepared("data-publishers")),
            set_aside=Counter(str(s.get("stage")) for s in report.get("set_aside", [])),
            notes=Counter(str(s.get("stage")) for s in report.get("notes", [])),
            scores=read_scores(site.settings.root),
            licence=LICENCE,
            card=dataset_card(manifest, str(request.base_url).rstrip("/"), site.dumps.files()),
        )


def _balance(row: Row, name: str) -> dict[str, Any]:
    iri = row.get(name) or ""
    label = Words(row.get("label") or "no publisher given", row.get("lang") or "")
    counts = {k: int(row[k]) for k in ("documents", "statements", "events") if k in row}
    return {"iri": iri, "label": label, **counts}


_SHARES = {
    "claimant_error": "statements with another claimant than the gold’s",
    "type": "kind of statement",
    "polarity": "affirmed or denied",
    "certainty": "claimant’s certainty",
    "mode": "quoted, reported or own voice",
    "event_type": "kind of event",
    "link_acc": "linked to the right actor or place",
}
_RATIOS = {
    "statement": "statements found",
    "blame": "who blames whom",
    "slots": "values of accounts",
    "time": "dates",
    "casualty": "numbers of people",
    "coref": "which statements speak of one event",
    "exact": "statements right in everything",
}


@dataclass(frozen=True, slots=True)
class Figures:
    """How often the reader is right, as `rashomon score --keep` measured it over one set of documents."""

    name: str
    reader: str
    documents: int
    ratios: tuple[tuple[str, ...], ...]
    shares: tuple[tuple[str, str], ...]


def read_scores(root: Path) -> list[Figures]:
    """Return the kept figures of the reader; none where this installation has none."""
    found = []
    for path in sorted((root / "tests" / "extract" / "figures").glob("*.json")):
        try:
            kept = json.loads(path.read_text("utf-8"))
            figures = kept["figures"]
            ratios = tuple(
                (words, *(_percent(figures.get(f"{name}_{part}")) for part in ("p", "r", "f1")))
                for name, words in _RATIOS.items()
                if f"{name}_f1" in figures
            )
            shares = tuple((words, _percent(figures[name])) for name, words in _SHARES.items() if name in figures)
            found.append(Figures(path.stem, str(kept["reader"]), len(kept["documents"]), ratios, shares))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return found


def _percent(value: object) -> str:
    return f"{100 * value:.0f} %" if isinstance(value, int | float) else ""

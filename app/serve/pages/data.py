"""The page of the data set: versions, files, changes, gaps, whom the corpus quotes, how often the reader errs."""

from __future__ import annotations

import json
from collections import Counter
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


def read_scores(root: Path) -> dict[str, Any] | None:
    """The reader's error rates as `rashomon score --json` prints them, from `data/reader-scores.json`; else None."""
    try:
        found = json.loads((root / "data" / "reader-scores.json").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and isinstance(found.get("fields"), dict) else None

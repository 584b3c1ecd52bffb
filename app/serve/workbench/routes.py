"""`/query` and `/query/terms`."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.query import Limits
from app.serve.per_snapshot import PerSnapshot
from app.serve.protocol import read_body
from app.serve.workbench.answers import SHOWN_ROWS, PlainAnswer, answer_plainly, probe
from app.serve.workbench.examples import read_examples, read_questions
from app.serve.workbench.terms import read_terms

if TYPE_CHECKING:
    from app.serve.application import Site

_PROBE_TIMEOUT_S = 5.0


def add_workbench(app: FastAPI, site: Site) -> None:
    """Add the workbench's page and its data."""
    settings = site.settings
    limits = Limits.of(settings)
    examples = read_examples(settings.root / "queries" / "examples")
    names = {example.name for example in examples}
    questions = read_questions(settings.root / "queries" / "competency")
    examples += [question for question in questions if question.name not in names]
    terms = PerSnapshot(read_terms)

    @app.get("/query", include_in_schema=False)
    async def query(request: Request) -> Response:
        text = request.query_params.get("query", "")
        name = request.query_params.get("example", "")
        chosen = next((example for example in examples if example.name == name), None)
        answer: PlainAnswer | None = None
        if text and "run" in request.query_params:
            answer = await answer_plainly(site.pool, text, limits)
        return site.page(
            "query.html",
            section="/query",
            base=settings.base,
            query=text or (chosen.query if chosen else examples[0].query if examples else ""),
            given=bool(text or chosen),
            examples=examples,
            example_data=[example.as_json() for example in examples],
            answer=answer,
            shown_rows=SHOWN_ROWS,
            limits={
                "seconds": settings.query_timeout_s,
                "rows": settings.result_max_rows,
                "megabytes": settings.result_max_bytes // 1_000_000,
                "kilobytes": settings.query_max_bytes // 1024,
            },
        )

    @app.post("/query/probe", include_in_schema=False)
    async def probe_query(request: Request) -> Response:
        fields = dict(parse_qsl((await read_body(request.receive, 4 * limits.max_bytes)).decode("utf-8", "replace")))
        found = await probe(
            site.pool,
            fields.get("query", ""),
            limits,
            timeout_s=min(_seconds(fields.get("timeout", "")), settings.query_timeout_s),
            read_only="read_only" in fields,
        )
        return JSONResponse(found)

    @app.get("/query/terms", include_in_schema=False)
    async def completion_terms() -> Response:
        known = await terms.of(site.pool)
        return JSONResponse(known, headers={"etag": f'"{known["snapshot"]}-terms"', "cache-control": "no-cache"})


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        return _PROBE_TIMEOUT_S
    return seconds if 0 < seconds <= _PROBE_TIMEOUT_S else _PROBE_TIMEOUT_S

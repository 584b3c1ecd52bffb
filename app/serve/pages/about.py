"""How to read this data, the naming policy, how to report an error, what is promised; and the page of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from app.errors import UsageError
from app.serve.pages.story import read_statement
from app.serve.pages.words import QUESTIONS, STANCES

if TYPE_CHECKING:
    from app.serve.application import Site


def add_about(app: FastAPI, site: Site) -> None:
    """Add `/about` and `/report`."""

    @app.get("/about", include_in_schema=False)
    async def about() -> Response:
        return site.page(
            "about.html",
            section="/about",
            stances=STANCES,
            report_to=site.settings.report_to,
            limits=site.settings,
        )

    @app.get("/report", include_in_schema=False)
    async def report(request: Request) -> Response:
        iri = request.query_params.get("statement", "")
        if not iri.startswith(site.settings.base + "id/statement/"):
            raise UsageError(
                "no statement is named", where="statement", advice="Follow the report link of a statement."
            )
        site.refuse_withdrawn(iri)
        statement = await read_statement(site.pool, iri)
        return site.page(
            "report.html",
            statement=statement,
            questions=QUESTIONS,
            report_to=site.settings.report_to,
            address=_address(site.settings.report_to, iri, site.pool.snapshot_id),
            subject=_subject(iri),
            body=_body(iri, site.pool.snapshot_id),
        )


def _address(to: str, iri: str, snapshot: str) -> str:
    """Where a report goes: a mail with subject and text, or a web form with both as parameters."""
    if not to:
        return ""
    join = "&" if "?" in to else "?"
    title = "subject" if to.startswith("mailto:") else "title"
    return f"{to}{join}{title}={quote(_subject(iri))}&body={quote(_body(iri, snapshot))}"


def _subject(iri: str) -> str:
    return f"Error in statement {iri.rsplit('/', 1)[-1]}"


def _body(iri: str, snapshot: str) -> str:
    return (
        f"Statement: {iri}\nSnapshot: {snapshot}\n\nWhat is wrong:\n\nWhat it should be, and where that can be seen:\n"
    )

"""The page of one document: as much of its text as may be shown, each statement beside the words that express it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.errors import NotFoundError
from app.serve.pages.evidence import is_graphic
from app.serve.pages.links import open_in_query
from app.serve.pages.paging import cut
from app.serve.pages.passages import read_passages
from app.serve.pages.story import StatementView, anchor, read_story
from app.serve.pages.words import QUESTIONS, Words
from app.serve.review_fields import FIELDS
from app.vocab import local_name, segment

if TYPE_CHECKING:
    from app.serve.application import Site

STATEMENTS_A_PAGE = 60


async def show_document(site: Site, request: Request, iri: str) -> Response:
    """Answer the page of a document."""
    rows = await site.pool.run_prepared("document", {"document": iri})
    if not rows:
        raise NotFoundError("no such document is in this snapshot", where=iri)
    fact = rows[0]
    story = await read_story(site.pool, iri)
    ordered = sorted(story.statements, key=_place)
    slice_ = cut(ordered, request.query_params, size=STATEMENTS_A_PAGE, fragment="statements")
    first = (slice_.number - 1) * STATEMENTS_A_PAGE
    text = _text(site, fact["identifier"]) if fact.get("rights") == "full" else None
    same = await site.pool.run_prepared("document-same", {"document": iri})
    return site.page(
        "document.html",
        label=Words(fact.get("label") or fact["identifier"], fact.get("lang") or ""),
        iri=iri,
        here=site.pages.local(iri),
        fact=fact,
        publisher=Words(fact.get("publisherLabel") or "", fact.get("publisherLang") or ""),
        sources=list(dict.fromkeys(r["source"] for r in rows if r.get("source"))),
        passages=read_passages(ordered, text, int(fact.get("characters") or 0)),
        is_full=text is not None,
        statements=slice_,
        numbers={s.iri: n for n, s in enumerate(ordered, start=1)},
        first_number=first + 1,
        graphic=is_graphic,
        runs=await site.pool.run_prepared("document-runs", {"document": iri}),
        same=[(r["other"], Words(r["label"], r.get("lang") or "")) for r in same],
        held_back=site.held_back("documents", iri),
        withdrawn=site.withdrawn_from(fact["identifier"]),
        unreviewed=sum(1 for s in ordered if not s.is_reviewed),
        questions=QUESTIONS,
        query=open_in_query(site.pool.prepared("story-words"), "scope", iri),
        review_fields=FIELDS,
        can_review=bool(site.settings.review_tokens),
    )


def _place(statement: StatementView) -> tuple[int, int, str]:
    first = statement.quotes[0] if statement.quotes else None
    return (first.start, first.end, statement.iri) if first else (0, 0, statement.iri)


def _text(site: Site, identifier: str) -> str | None:
    path = site.snapshot / "texts" / f"{segment(identifier)}.txt"
    return path.read_text("utf-8") if path.is_file() else None


async def lead_to_statement(site: Site, request: Request, iri: str) -> Response:
    """Lead from a statement (or what is part of it: account, figure, time) to its words in its document."""
    kind, _, path = iri.partition("/id/")[2].partition("/")
    statement = iri if kind == "statement" else iri.replace(f"/id/{kind}/", "/id/statement/", 1)
    parts = path.split("/")
    if kind != "statement" and len(parts) > 2:
        statement = statement.removesuffix("/" + "/".join(parts[2:]))
    rows = await site.pool.run_prepared("statement", {"statement": statement})
    if not rows:
        raise NotFoundError("no such statement is in this snapshot", where=iri)
    return RedirectResponse(f"{site.pages.local(rows[0]['document'])}#{anchor(statement)}", 303)


async def lead_to_mention(site: Site, request: Request, iri: str) -> Response:
    """Lead from a mention to its characters in its document."""
    rows = await site.pool.run_prepared("mention", {"mention": iri})
    if not rows:
        raise NotFoundError("no such stretch of text is in this snapshot", where=iri)
    return RedirectResponse(f"{site.pages.local(rows[0]['document'])}#c{rows[0]['start']}", 303)


async def lead_to_proposition(site: Site, request: Request, iri: str) -> Response:
    """Lead from a proposition to the matrix of its event, with its question chosen."""
    rows = await site.pool.run_prepared("proposition", {"proposition": iri})
    if not rows:
        raise NotFoundError("no such proposition is in this snapshot", where=iri)
    question = local_name(rows[0]["property"])
    return RedirectResponse(f"{site.pages.local(rows[0]['event'])}?question={question}#matrix", 303)

"""`/q`: a query becomes citable by POST; `/q/<hash>` shows it with its result of now and what it was then."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from fastapi import FastAPI
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, RedirectResponse, Response

from app.errors import (
    ForbiddenError,
    LimitError,
    MediaTypeError,
    NotAcceptableError,
    QueryError,
    RashomonError,
    UsageError,
)
from app.query import Form, Limits, Request, inspect
from app.serve.citations import Citation, Citations, hash_result
from app.serve.negotiation import HTML, preferred
from app.serve.protocol import read_body
from app.serve.references import FORMATS, write_bibtex, write_csl, write_ris

if TYPE_CHECKING:
    from app.serve.application import Site

_JSON = "application/sparql-results+json"
_MOST_RESULT_BYTES = 20_000_000
_MOST_SHOWN = 200
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": words, "content": {"application/problem+json": {}}}
    for status, words in {
        400: "The query cannot be understood, or its answer changes by itself",
        403: "Asked by a page of another site",
        413: "A limit was reached",
        415: "No query is in this kind of body",
        500: "The engine failed",
        503: "Busy",
        504: "Too slow",
    }.items()
}


@dataclass(frozen=True, slots=True)
class Shown:
    """The answer of now, as the page shows it; `failure` in words where there is none."""

    snapshot: str
    hash: str = ""
    size: int = 0
    variables: tuple[str, ...] = ()
    rows: tuple[tuple[dict[str, str], ...], ...] = ()
    lines: tuple[str, ...] = ()
    boolean: bool | None = None
    failure: str = ""


def add_citing(app: FastAPI, site: Site) -> None:
    """Add the routes."""
    citations = Citations(site.settings.var / "citations", site.settings.max_citations)

    @app.post(
        "/q",
        summary="Make a query citable",
        status_code=201,
        responses={
            200: {"description": "It is already"},
            303: {"description": "To its page, for a browser"},
            **_PROBLEMS,
        },
        openapi_extra=_BODY,
    )
    async def cite(request: HttpRequest) -> Response:
        _refuse_other_sites(request)
        asked = await _read(request, 4 * site.settings.query_max_bytes)
        form = _inspect(site, asked.text)
        shown = await _ask(site, asked, form)
        if shown.failure:
            raise QueryError("a query without an answer cannot be cited", why=shown.failure)
        made = Citation(
            asked.text,
            str(form),
            asked.default_graph_uris,
            asked.named_graph_uris,
            snapshot=shown.snapshot,
            result_hash=shown.hash,
            rows=shown.size,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        kept, is_new = await asyncio.to_thread(citations.keep, made)
        place = f"/q/{kept.hash}"
        if preferred(request.headers.get("accept"), ["application/json", HTML]) == HTML:
            return RedirectResponse(place, 303)
        body = {"iri": _url(request, kept), "hash": kept.hash, **asdict(kept)}
        return JSONResponse(body, 201 if is_new else 200, {"location": place})

    @app.get(
        "/q/{name}",
        summary="A cited query: as a page, or `format=` json, bibtex, csl, ris",
        responses={404: {"description": "None of that name"}, 406: {"description": "No such format"}},
    )
    async def cited(request: HttpRequest, name: str) -> Response:
        kept = await asyncio.to_thread(citations.find, name)
        format_ = _format(request)
        url = _url(request, kept)
        headers = {"vary": "accept", "cache-control": "no-cache"}
        if format_ is not None:
            media, ending = FORMATS[format_]
            writers = {"bibtex": write_bibtex, "csl": write_csl, "ris": write_ris}
            if format_ == "json":
                body = json.dumps({"iri": url, "hash": kept.hash, **asdict(kept)}, ensure_ascii=False, indent=1) + "\n"
            else:
                body = writers[format_](kept, url)
                headers["content-disposition"] = f'attachment; filename="rashomon-{kept.hash}.{ending}"'
            return Response(body, media_type=media, headers=headers)
        asked = Request(
            text=kept.query,
            media_type=_media(Form(kept.form)),
            default_graph_uris=kept.default_graphs,
            named_graph_uris=kept.named_graphs,
        )
        shown = await _ask(site, asked, Form(kept.form))
        page = site.page("citation.html", section="/query", citation=kept, now=shown, url=url, most=_MOST_SHOWN)
        page.headers.update(headers)
        return page


_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/sparql-query": {"schema": {"type": "string"}},
            "application/json": {
                "schema": {"type": "object", "required": ["query"], "properties": {"query": {"type": "string"}}}
            },
            "application/x-www-form-urlencoded": {
                "schema": {"type": "object", "required": ["query"], "properties": {"query": {"type": "string"}}}
            },
        },
    }
}


def _refuse_other_sites(request: HttpRequest) -> None:
    """A page of another site may not write here through its reader's browser, though no cookie is at stake."""
    origin = request.headers.get("origin")
    host = request.headers.get("host")
    is_other = origin is not None and origin not in (f"http://{host}", f"https://{host}")
    if is_other or request.headers.get("sec-fetch-site") in ("cross-site", "same-site"):
        raise ForbiddenError("citations are not made from pages of other sites", advice="Open /query and cite there.")


async def _read(request: HttpRequest, limit: int) -> Request:
    body = await read_body(request.receive, limit)
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    try:
        text = body.decode("utf-8")
        if kind == "application/sparql-query":
            given: list[tuple[str, Any]] = [("query", text)]
        elif kind == "application/x-www-form-urlencoded":
            given = list(parse_qsl(text, keep_blank_values=True, max_num_fields=1000))
        elif kind == "application/json":
            read = json.loads(text)
            if not isinstance(read, dict):
                raise UsageError("the body is no JSON object", advice='Send {"query": "…"}.')
            given = [(k, v) for k, values in read.items() for v in (values if isinstance(values, list) else [values])]
        else:
            raise MediaTypeError("the body is of no kind that holds a query", advice="Send a form, JSON or a query.")
    except (ValueError, RecursionError) as error:
        raise UsageError("the body cannot be read", why=type(error).__name__) from error
    queries = [v for k, v in given if k == "query"]
    graphs = [(k, v) for k, v in given if k in ("default-graph-uri", "named-graph-uri")]
    if len(queries) != 1 or not all(isinstance(v, str) for v in (*queries, *(v for _, v in graphs))):
        raise UsageError("one query is needed, as text", where="query")
    return Request(
        text=queries[0],
        default_graph_uris=tuple(v for k, v in graphs if k == "default-graph-uri"),
        named_graph_uris=tuple(v for k, v in graphs if k == "named-graph-uri"),
    )


def _inspect(site: Site, text: str) -> Form:
    form = inspect(text, Limits.of(site.settings))
    if form is Form.UPDATE:
        raise QueryError("an update has no answer to cite")
    if Request(text=text).key is None:
        raise QueryError(
            "the answer to this query changes by itself",
            advice="Leave out NOW, RAND, UUID and SERVICE, or cite the parts.",
        )
    return form


def _media(form: Form) -> str:
    return "application/n-triples" if form.gives_graph else _JSON


async def _ask(site: Site, asked: Request, form: Form) -> Shown:
    request = Request(
        text=asked.text,
        media_type=_media(form),
        default_graph_uris=asked.default_graph_uris,
        named_graph_uris=asked.named_graph_uris,
    )
    body = bytearray()
    try:
        async with site.pool.run(request) as answer:
            async for chunk in answer.chunks():
                body += chunk
                if len(body) > _MOST_RESULT_BYTES:
                    raise LimitError(
                        f"the answer is larger than {_MOST_RESULT_BYTES} bytes", advice="Narrow the query."
                    )
            snapshot = answer.snapshot_id
    except QueryError:
        raise
    except RashomonError as error:
        return Shown(site.pool.snapshot_id, failure=str(error))
    return await asyncio.to_thread(_show, bytes(body), request.media_type, snapshot)


def _show(body: bytes, media_type: str, snapshot: str) -> Shown:
    name, size = hash_result(body, media_type)
    if media_type != _JSON:
        return Shown(snapshot, name, size, lines=tuple(body.decode("utf-8").splitlines()[:_MOST_SHOWN]))
    answer = json.loads(body)
    if "boolean" in answer:
        return Shown(snapshot, name, size, boolean=bool(answer["boolean"]))
    variables = tuple(answer["head"].get("vars", ()))
    first = answer["results"]["bindings"][:_MOST_SHOWN]
    return Shown(snapshot, name, size, variables, tuple(tuple(row.get(v, {}) for v in variables) for row in first))


def _format(request: HttpRequest) -> str | None:
    wanted = request.query_params.get("format")
    if wanted is not None:
        if wanted == "html":
            return None
        if wanted not in FORMATS:
            raise NotAcceptableError("no such format", where="format", advice=f"There are html, {', '.join(FORMATS)}.")
        return wanted
    offered = {HTML: None, **{media: name for name, (media, _) in FORMATS.items()}}
    return offered[preferred(request.headers.get("accept"), list(offered), HTML) or HTML]


def _url(request: HttpRequest, citation: Citation) -> str:
    return f"{request.url.scheme}://{request.url.netloc}/q/{citation.hash}"

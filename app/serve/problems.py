"""Errors as answers: RFC 9457 problem JSON for programs, a page with the same fields for people."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response

from app.errors import BudgetError, MethodNotAllowedError, NotFoundError, RashomonError, UsageError
from app.serve.pages.rendering import Pages

_PAGES = Pages(base="")
_TITLES = {
    400: "The request cannot be understood",
    401: "A token is needed",
    403: "Not allowed here",
    404: "Nothing is here",
    405: "This method is not served here",
    406: "No such format",
    409: "This does not fit what stands there",
    408: "The request came too slowly",
    410: "This was withdrawn or replaced",
    413: "A limit was reached",
    415: "This kind of content is not taken",
    422: "The data does not conform",
    429: "This client has asked for much",
    500: "The server failed",
    502: "Another server failed",
    503: "The server is busy",
    504: "The query took too long",
}


# What any route may answer beside its own answer, for the OpenAPI document: limits and failures can meet every request.
PROBLEMS: dict[int | str, dict[str, Any]] = {
    **{
        status: {"description": _TITLES[status], "content": {"application/problem+json": {}, "text/html": {}}}
        for status in (400, 401, 403, 404, 406, 409, 410, 413, 415, 429, 500, 502, 503, 504)
    },
    303: {"description": "Found elsewhere"},
    304: {"description": "Unchanged"},
}


def problem(error: RashomonError, *, html: bool = False) -> Response:
    """Answer an error of the house."""
    headers = {}
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, MethodNotAllowedError):
        headers["Allow"] = error.allowed
    if error.status in (429, 503):
        headers["Retry-After"] = str(error.retry_s if isinstance(error, BudgetError) else 2)
    return problem_of(
        error.status,
        error.code,
        error.what,
        why=error.why,
        advice=error.advice,
        where=error.where,
        html=html,
        headers=headers,
    )


def unrouted(path: str, error: HTTPException) -> RashomonError:
    """What the router refuses, as an error of the house: a path that leads nowhere, or a method it does not take."""
    if error.status_code == 405:
        allowed = (error.headers or {}).get("allow") or (error.headers or {}).get("Allow", "")
        return MethodNotAllowedError("this path does not take this method", where=path, allowed=allowed)
    if error.status_code != 404:
        return UsageError(str(error.detail), where=path)
    advice = "Start at /, search at /search, or see /docs."
    return NotFoundError("no page or data stands at this address", where=path, advice=advice)


def problem_of(
    status: int,
    code: str,
    what: str,
    *,
    why: str = "",
    advice: str = "",
    where: str = "",
    html: bool = False,
    headers: dict[str, str] | None = None,
) -> Response:
    """Answer a problem given by its parts; `detail` is for people, `code` for programs."""
    title = _TITLES.get(status, "An error")
    if html:
        body = _PAGES.render(
            "error.html",
            snapshot="",
            title=title,
            status=status,
            code=code,
            what=what,
            why=why,
            advice=advice,
            where=where,
        )
        return HTMLResponse(body, status, headers)
    content = {"type": f"/problems/{code}", "title": title, "status": status, "code": code, "detail": what}
    content |= {k: v for k, v in (("why", why), ("advice", advice), ("where", where)) if v}
    return JSONResponse(content, status, headers, media_type="application/problem+json")

"""What SPARQL Protocol and Graph Store Protocol share: reading a request into its parts, and refusing it rightly."""

from __future__ import annotations

import asyncio
import ipaddress
import re
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from app.errors import (
    ForbiddenError,
    LimitError,
    MediaTypeError,
    MethodNotAllowedError,
    QueryError,
    RashomonError,
    SlowRequestError,
    UsageError,
)
from app.serve.problems import problem

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
WAY = "The graph changes through documents, reviews and withdrawals, and a new build."
CORS = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"etag, x-snapshot, x-limits, retry-after"),
]
_SINGLE = frozenset({"query", "update", "format", "timeout", "download"})
_NUMBER = re.compile(r"[0-9]{1,20}(\.[0-9]{1,20})?([eE]-?[0-9]{1,3})?|\.[0-9]{1,20}")
_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")


@dataclass(frozen=True, slots=True)
class Call:
    """One protocol operation as it was asked for."""

    query: str | None
    update: str | None
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    using_graphs: tuple[str, ...]
    using_named_graphs: tuple[str, ...]
    format: str | None
    timeout_s: float | None
    download: bool


def headers_of(scope: Scope) -> dict[str, str]:
    """The headers of a request by lower-case name; those that are repeated are one list (RFC 9110, 5.3)."""
    found: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def client_of(scope: Scope) -> str:
    """Whose turn and budget a request takes."""
    return name_of_client(str((scope.get("client") or ("",))[0]))


@lru_cache(maxsize=1024)
def name_of_client(host: str) -> str:
    """A client as turns and budgets know it: an address, or an IPv6 network of 64 bits; nobody on this machine."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.is_loopback:
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def own_url(scope: Scope, path: str | None = None) -> str:
    """The URL that a request was sent to, without its query. Raises UsageError where the Host header is no host."""
    host = headers_of(scope).get("host", "")
    if not _HOST.fullmatch(host):
        raise UsageError("the Host header is no host", where="Host")
    raw = scope.get("raw_path") or scope["path"].encode()
    return f"{scope['scheme']}://{host}{path if path is not None else raw.decode('latin-1').split('?')[0]}"


def content_type(headers: dict[str, str]) -> tuple[str, str]:
    """Media type and character set of a body, both in lower case."""
    kind, *parameters = headers.get("content-type", "").split(";")
    named = (p.strip().lower().partition("=") for p in parameters)
    charset = next((v.strip('"') for k, _, v in named if k == "charset"), "utf-8")
    return kind.strip().lower(), charset


def refuse_coded(headers: dict[str, str]) -> None:
    """Raise MediaTypeError for a body that is compressed: a small one may be without end once it is not."""
    coding = headers.get("content-encoding", "identity").strip().lower()
    if coding not in ("identity", ""):
        raise MediaTypeError("the body is compressed", where="Content-Encoding", advice="Send it as it is.")


def pairs_of(text: bytes) -> list[tuple[str, str]]:
    """The parameters of a query string or a form, decoded once. Raises UsageError."""
    try:
        return parse_qsl(
            text.decode("utf-8"), keep_blank_values=True, strict_parsing=False, errors="strict", max_num_fields=1000
        )
    except (UnicodeDecodeError, ValueError) as error:
        raise UsageError("the parameters cannot be decoded", why=str(error)) from error


async def read_call(scope: Scope, headers: dict[str, str], receive: Receive, *, limit: int) -> Call:
    """Read a query or an update by GET, form or direct POST. Raises UsageError, LimitError or their kin."""
    pairs = pairs_of(scope["query_string"])
    if scope["method"] in ("GET", "HEAD"):
        return _call(pairs, {})
    if scope["method"] != "POST":
        raise refused_method(scope["method"], "GET, HEAD, POST, OPTIONS")
    kind, charset = content_type(headers)
    if kind not in (FORM, QUERY, UPDATE):
        raise MediaTypeError(f"the body is {kind or 'of no stated type'}", advice=f"Send {FORM}, {QUERY} or {UPDATE}.")
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise MediaTypeError(f"the body is in {charset}", advice="Send UTF-8.")
    refuse_coded(headers)
    body = await read_body(receive, limit)
    if kind == FORM:
        return _call([*pairs, *pairs_of(body)], {})
    try:
        return _call(pairs, {"query" if kind == QUERY else "update": body.decode("utf-8")})
    except UnicodeDecodeError as error:
        raise QueryError("the text is not UTF-8", why=str(error)) from error


def _call(pairs: list[tuple[str, str]], direct: dict[str, str]) -> Call:
    values = dict(direct)
    for key, value in pairs:
        if key == "format":  # SPARQLWrapper gives it twice, by different names
            values[key] = values.get(key) or value
        elif key in _SINGLE:
            if key in values:
                raise UsageError(f"the parameter {key!r} is given twice", where=key)
            values[key] = value
    if "query" in values and "update" in values:
        raise UsageError("a request is a query or an update, not both")

    def graphs(name: str) -> tuple[str, ...]:
        return tuple(v for k, v in pairs if k == name)

    return Call(
        query=values.get("query"), update=values.get("update"), default_graphs=graphs("default-graph-uri"),
        named_graphs=graphs("named-graph-uri"), using_graphs=graphs("using-graph-uri"),
        using_named_graphs=graphs("using-named-graph-uri"), format=values.get("format"),
        timeout_s=_seconds(values.get("timeout")), download=values.get("download") in ("1", "true", "yes"),
    )  # fmt: skip


def _seconds(text: str | None) -> float | None:
    if text is None:
        return None
    if not _NUMBER.fullmatch(text):
        raise UsageError("timeout is not a number of seconds", where="timeout")
    seconds = float(text)
    if not 0 < seconds < float("inf"):
        raise UsageError("timeout is not a positive number of seconds", where="timeout")
    return seconds


async def read_body(receive: Receive, limit: int, *, within_s: float = 60.0) -> bytes:
    """Read a whole body. Raises LimitError where it is too large or too slow."""
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(within_s):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise UsageError("the client went away before its request was complete")
                part = message.get("body", b"")
                size += len(part)
                if size > limit:
                    raise LimitError(f"the body is larger than {limit} bytes", advice="Send it in parts.")
                parts.append(part)
                if not message.get("more_body"):
                    return b"".join(parts)
    except TimeoutError as error:
        raise SlowRequestError("the body did not come in time", advice=f"Send it within {within_s:g} s.") from error


def refused_method(method: str, allowed: str) -> MethodNotAllowedError:
    """The error of a method that a resource does not have."""
    return MethodNotAllowedError(f"{method} is not served here", allowed=allowed)


async def send_problem(error: RashomonError, scope: Scope, receive: Receive, send: Send, *, html: bool = False) -> None:
    """Answer an error, which scripts of any site may read."""
    response = problem(error, html=html)
    response.headers["access-control-allow-origin"] = "*"
    await response(scope, receive, send)


async def send_empty(send: Send, status: int, headers: list[tuple[bytes, bytes]]) -> None:
    """Answer without a body."""
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def send_preflight(send: Send, methods: str, *, any_origin: bool) -> None:
    """Answer OPTIONS; another site's scripts may read, and never write."""
    headers = [(b"allow", methods.encode())]
    if any_origin:
        headers += [
            *CORS,
            (b"access-control-allow-methods", b"GET, HEAD, POST, OPTIONS"),
            (b"access-control-allow-headers", b"accept, content-type, if-none-match"),
            (b"access-control-max-age", b"86400"),
        ]
    await send_empty(send, 204, headers)


def refuse_foreign_writer(scope: Scope) -> None:
    """Raise ForbiddenError for a write that another site's page sends through a reader's browser.

    A page may post forms anywhere and, with a name that comes to point here, look like this site: so the origin has to
    be this one, and the name one of this machine.
    """
    headers = headers_of(scope)
    host = headers.get("host", "")
    name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
    if name.strip("[]").lower() not in ("localhost", "127.0.0.1", "::1"):
        raise ForbiddenError("a scratch store is written under the name of this machine only", where="Host")
    origin, site = headers.get("origin"), headers.get("sec-fetch-site", "same-origin")
    if (origin is not None and origin != f"{scope['scheme']}://{host}") or site not in ("same-origin", "none"):
        raise ForbiddenError("another site's page does not write here", where="Origin")

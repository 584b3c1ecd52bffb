"""Federation out: SERVICE to servers on an allow-list, through a fetcher of ours outside the workers' sandbox.

A worker has no network but the loopback of its own namespace. There its process made one listening socket and handed it
to the server; the fetcher answers on it. The SERVICE addresses of a query, checked by the gate, are replaced by
`http://127.0.0.1:<port>/<call>/<number>`: `call` is a secret of one running query, `number` an entry of the allow-list.
So whatever runs in a worker can ask for nothing else, and for no longer than its query runs.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import ipaddress
import secrets
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urljoin, urlsplit

import httpx

from app.errors import LimitError, QueryTimeoutError, RashomonError, RemoteError
from app.query.gate import TOKEN
from app.query.request import Request
from app.settings import Settings

_RESULTS = frozenset(
    ["application/sparql-results+json", "application/sparql-results+xml", "application/json", "application/xml"]
)
_ACCEPT = "application/sparql-results+json, application/sparql-results+xml;q=0.8"
_REDIRECTS = 3
_HEAD_BYTES, _BODY_BYTES = 16_384, 262_144


def allowed_services(settings: Settings) -> tuple[str, ...]:
    """The addresses that SERVICE may name."""
    return tuple(dict.fromkeys(settings.federation.split()))


def rewrite_services(text: str, addresses: Mapping[str, str]) -> str:
    """Replace the addresses after SERVICE, and nothing else; one that is not in the mapping stays, to no avail."""
    parts: list[str] = []
    is_next = False
    for match in TOKEN.finditer(text):
        kind, value = match.lastgroup, match[0]
        if is_next and kind == "iri":
            value = f"<{addresses[value[1:-1]]}>" if value[1:-1] in addresses else value
        if kind != "space" and not (is_next and value.upper() == "SILENT"):
            is_next = kind == "word" and value.upper() == "SERVICE"
        parts.append(value)
    return "".join(parts)


@dataclass(slots=True)
class Call:
    """One running query that asks others: what it has spent, what it was given, and what went wrong first."""

    request: Request
    deadline: float
    calls: int = 0
    failure: RashomonError | None = None
    given: dict[tuple[int, bytes], tuple[str, bytes]] = field(default_factory=dict)


class Gateway:
    """Answers the workers of one nursery on the socket that they reach."""

    def __init__(self, listener: socket.socket, settings: Settings) -> None:
        """`listener` listens in the workers' network namespace."""
        self._listener, self._settings = listener, settings
        self._services = allowed_services(settings)
        self._private = frozenset(settings.federation_private.split())
        self._origins = frozenset(_origin(service) for service in self._services)
        self._calls: dict[str, Call] = {}
        self._server: asyncio.Server | None = None
        self._port = int(listener.getsockname()[1])

    async def open(self) -> None:
        """Begin to answer."""
        self._server = await asyncio.start_server(self._serve, sock=self._listener, limit=_HEAD_BYTES)

    def close(self) -> None:
        """Answer no more."""
        if self._server is not None:
            self._server.close()

    def begin(self, request: Request, timeout_s: float) -> tuple[str, Call] | None:
        """Admit a query that names services; None for others. `end` ends what is given here."""
        if "SERVICE" not in request.text.upper():
            return None
        name = secrets.token_urlsafe(18)
        addresses = {s: f"http://127.0.0.1:{self._port}/{name}/{n}" for n, s in enumerate(self._services)}
        admitted = replace(request, text=rewrite_services(request.text, addresses))
        self._calls[name] = Call(admitted, time.monotonic() + timeout_s)
        return name, self._calls[name]

    def end(self, name: str) -> None:
        """The query has ended: what it could ask for, nobody can any more."""
        self._calls.pop(name, None)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request of a worker, which is nobody to be trusted."""
        status, kind, body = "502 Bad Gateway", "text/plain", b""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            call, number, query = await asyncio.wait_for(self._read(reader), 10)
            if call is not None:
                try:
                    kind, body = await self._ask(call, number, query)
                    status = "200 OK"
                except RashomonError as error:
                    call.failure = call.failure or error
        with contextlib.suppress(ConnectionError):
            head = (
                f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
            )
            writer.write(head.encode("latin-1") + body)
            await writer.drain()
        writer.close()

    async def _read(self, reader: asyncio.StreamReader) -> tuple[Call | None, int, bytes]:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _ = head[0].split(" ", 2)
        fields = {k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in head[1:])}
        _, name, number = path.split("/")
        length = int(fields.get("content-length", "0"))
        call = self._calls.get(name)
        if method != "POST" or not 0 < length <= _BODY_BYTES or not 0 <= int(number) < len(self._services):
            return None, 0, b""
        return call, int(number), await reader.readexactly(length)

    async def _ask(self, call: Call, number: int, query: bytes) -> tuple[str, bytes]:
        key = (number, hashlib.sha256(query).digest())
        if key in call.given:  # the engine asks again for each row of a join: the answer is the same
            return call.given[key]
        if call.calls >= self._settings.federation_max_calls:
            raise LimitError(f"the query asks other servers more than {call.calls} times", advice="Ask for less there.")
        call.calls += 1
        service = self._services[number]
        left = min(self._settings.federation_timeout_s, call.deadline - time.monotonic())
        try:
            async with asyncio.timeout(max(0.01, left)):
                answer = await self._fetch(service, query)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise QueryTimeoutError("the server named by SERVICE took too long", where=service) from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:  # ValueError: a URL that is none
            why = type(error).__name__
            raise RemoteError("the server named by SERVICE cannot be asked", where=service, why=why) from error
        call.given[key] = answer
        return answer

    async def _fetch(self, service: str, query: bytes) -> tuple[str, bytes]:
        url = service
        for _ in range(_REDIRECTS + 1):
            if _origin(url) not in self._origins:
                raise RemoteError("the server named by SERVICE redirects to another one", where=service)
            async with httpx.AsyncClient(trust_env=False, timeout=self._settings.federation_timeout_s) as client:
                message = await self._message(client, url, query, service)
                response = await client.send(message, stream=True)
                try:
                    if response.status_code in (301, 302, 307, 308):
                        url = urljoin(url, response.headers.get("location", ""))
                        continue
                    return await self._body(response, service)
                finally:
                    await response.aclose()
        raise RemoteError(f"the server named by SERVICE redirects more than {_REDIRECTS} times", where=service)

    async def _message(self, client: httpx.AsyncClient, url: str, query: bytes, service: str) -> httpx.Request:
        """The request to the address that was checked: the name is not looked up again."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = {str(entry[4][0]) for entry in found}
        if f"{host}:{port}" not in self._private and not all(is_public(a) for a in addresses):
            raise RemoteError("the server named by SERVICE has a private address", where=service)
        address = str(found[0][4][0])
        inside = f"[{address}]" if ":" in address else address
        headers = {
            "host": parts.netloc.rpartition("@")[2], "accept": _ACCEPT, "accept-encoding": "identity",
            "content-type": "application/sparql-query", "user-agent": self._settings.user_agent,
        }  # fmt: skip
        target = f"{parts.scheme}://{inside}:{port}{parts.path or '/'}" + (f"?{parts.query}" if parts.query else "")
        return client.build_request("POST", target, content=query, headers=headers, extensions={"sni_hostname": host})

    async def _body(self, response: httpx.Response, service: str) -> tuple[str, bytes]:
        if response.status_code != 200:
            raise RemoteError(f"the server named by SERVICE answered with status {response.status_code}", where=service)
        kind = response.headers.get("content-type", "").split(";")[0].strip().lower()
        if kind not in _RESULTS or response.headers.get("content-encoding", "identity") != "identity":
            raise RemoteError("the server named by SERVICE answered something else than results", where=service)
        body = bytearray()
        async for part in response.aiter_raw():
            body += part
            if len(body) > self._settings.federation_max_bytes:
                raise LimitError(
                    f"a server named by SERVICE answered more than {self._settings.federation_max_bytes} bytes",
                    where=service,
                )
        name = {
            "application/json": "application/sparql-results+json",
            "application/xml": "application/sparql-results+xml",
        }
        return name.get(kind, kind), bytes(body)


def is_public(address: str) -> bool:
    """Whether an address is one of the open Internet, however it is wrapped."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        wrapped = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
        if ip in ipaddress.ip_network("64:ff9b::/96"):
            wrapped.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
        if any(inner is not None and not is_public(str(inner)) for inner in wrapped):
            return False
    return ip.is_global and not ip.is_multicast


def _origin(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return parts.scheme, (parts.hostname or "").lower(), port

"""A remote SPARQL 1.1 server as the engine: the same requests, limits and errors, nothing of it trusted.

It is asked by POST, never followed to another address, its answers must be of the type that was asked for and end
within the limits of ours; what it writes in its errors is not passed on, but for the words on a query that it cannot
parse.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from app.errors import (
    LimitError,
    NotFoundError,
    OverloadedError,
    QueryError,
    QueryTimeoutError,
    RashomonError,
    RemoteError,
    SettingsError,
    UsageError,
)
from app.query.binding import bind_variables
from app.query.credentials import credentials
from app.query.engine import Engine
from app.query.request import Answer, Most, Operation, Request
from app.query.rows import RowCounter
from app.settings import Settings

_FIRST_BYTES = 65_536
_CONNECT_S = 5.0
# Names that servers give to the types we ask for.
_ALSO = {
    "application/sparql-results+json": {"application/json"},
    "application/sparql-results+xml": {"application/xml", "text/xml"},
    "application/n-triples": {"text/plain"},
    "text/turtle": {"application/x-turtle"},
}


class RemoteStore(Engine):
    """One remote query endpoint; as many calls at once as there would be workers."""

    def __init__(self, settings: Settings) -> None:
        """Raises SettingsError where `remote_url` is no address, or the key for it cannot be had."""
        super().__init__(settings.root)
        if not settings.remote_url.startswith(("http://", "https://")):
            raise SettingsError("store=sparql needs the address of a SPARQL server", where="RASHOMON_REMOTE_URL")
        self._settings = settings
        self._name = hashlib.sha256(settings.remote_url.encode()).hexdigest()[:8]
        self._client = httpx.AsyncClient(
            auth=credentials(settings),
            timeout=httpx.Timeout(settings.query_timeout_s, connect=_CONNECT_S),
            trust_env=False,
            follow_redirects=False,
            headers={"user-agent": settings.user_agent, "accept-encoding": "identity"},
            limits=httpx.Limits(max_connections=settings.workers, max_keepalive_connections=settings.workers),
        )
        self._turns = asyncio.Semaphore(settings.workers)
        self._waiting = 0

    @property
    def snapshot_id(self) -> str:
        """A name that changes with time, because nobody tells when the remote graph does: so long are answers kept."""
        return f"remote-{self._name}-{int(time.time() / self._settings.remote_fresh_s)}"

    @property
    def has_workers(self) -> bool:
        """Whether a query could be asked; whether the remote answers is its matter."""
        return not self._client.is_closed

    @property
    def isolation(self) -> dict[str, Any]:
        """Queries run elsewhere."""
        return {"store": "remote", "address": self._settings.remote_url}

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    @asynccontextmanager
    async def run_uncached(self, request: Request) -> AsyncIterator[Answer]:
        """Ask the remote server.

        Raises OverloadedError, QueryError, QueryTimeoutError, LimitError or RemoteError before the first chunk.
        """
        if request.operation is not Operation.QUERY:
            raise UsageError("a remote store is only read here")
        if request.store != "main":
            raise NotFoundError("a remote store has no standpoints", where=request.store)
        timeout = request.timeout_s or self._settings.query_timeout_s
        self.metrics["queries"] += 1
        if self._turns.locked() and self._waiting >= self._settings.queue:
            self.metrics["refused"] += 1
            raise OverloadedError("too many queries wait", advice="Try again in a few seconds.")
        self._waiting += 1
        try:
            await asyncio.wait_for(self._turns.acquire(), timeout)
        except TimeoutError as error:
            raise OverloadedError("no turn came in time", advice="Try again in a few seconds.") from error
        finally:
            self._waiting -= 1
        try:
            call = _Call(request, self.snapshot_id, timeout, Most.of(self._settings))
            response = await call.guard(self._send(request))
            try:
                await call.begin(response)
                yield call
            finally:
                await response.aclose()
        except QueryTimeoutError:
            self.metrics["timeouts"] += 1
            raise
        except RemoteError:
            self.metrics["failed"] += 1
            raise
        finally:
            self._turns.release()

    async def _send(self, request: Request) -> httpx.Response:
        fields: dict[str, Any] = {"query": bind_variables(request.text, request.bindings)}
        if request.default_graph_uris:
            fields["default-graph-uri"] = list(request.default_graph_uris)
        if request.named_graph_uris:
            fields["named-graph-uri"] = list(request.named_graph_uris)
        message = self._client.build_request(
            "POST", self._settings.remote_url, data=fields, headers={"accept": request.media_type}
        )
        return await self._client.send(message, stream=True)


class _Call(Answer):
    """One answer of the remote server as it comes in."""

    def __init__(self, request: Request, snapshot_id: str, timeout_s: float, most: Most) -> None:
        self.media_type, self.snapshot_id = request.media_type, snapshot_id
        self._timeout_s = self._left_s = timeout_s
        self._max_bytes, self._size = most.bytes, 0
        self._rows = RowCounter(request.media_type, most.rows)
        self._held: list[bytes] = []
        self._parts: AsyncIterator[bytes] | None = None

    async def guard(self, step: Any) -> Any:
        """Await a step of the remote within the time that is left; what goes wrong becomes an error of the house."""
        started = time.monotonic()
        try:
            return await asyncio.wait_for(step, max(0.01, self._left_s))
        except (TimeoutError, httpx.TimeoutException) as error:
            if isinstance(error, httpx.ConnectTimeout):
                raise _dead(error) from error
            raise QueryTimeoutError(
                f"the remote store took longer than {self._timeout_s:g} s", advice="Narrow the query, or ask it there."
            ) from error
        except httpx.ConnectError as error:
            raise _dead(error) from error
        except httpx.HTTPError as error:
            raise RemoteError("the remote store broke off", why=type(error).__name__) from error
        finally:
            self._left_s -= time.monotonic() - started

    async def begin(self, response: httpx.Response) -> None:
        """Check the head and hold back the first 64 KB, so that failures keep an honest status."""
        if response.status_code != 200:
            raise await self._refusal(response)
        kind = response.headers.get("content-type", "").split(";")[0].strip().lower()
        if kind != self.media_type and kind not in _ALSO.get(self.media_type, ()):
            shown = kind if len(kind) < 80 and kind.isprintable() and kind else "something of no stated type"
            raise RemoteError(f"the remote store answered {shown}", why=f"{self.media_type} was asked for")
        if response.headers.get("content-encoding", "identity") != "identity":
            raise RemoteError("the remote store answered in a coding that was not asked for")
        self._parts = response.aiter_raw()
        held = 0
        while held < _FIRST_BYTES and (part := await self._next()) is not None:
            self._held.append(part)
            held += len(part)

    async def _next(self) -> bytes | None:
        assert self._parts is not None
        part: bytes | None = await self.guard(anext(self._parts, None))
        if part is None:
            self._parts = None
            return None
        self._size += len(part)
        if self._size > self._max_bytes:
            raise LimitError(f"the answer is larger than {self._max_bytes} bytes", advice="Ask for less.")
        self._rows.add(part)
        return part

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the bytes."""
        for part in self._held:
            yield part
        while self._parts is not None:
            following = await self._next()
            if following is not None:
                yield following
        self.is_complete = True

    async def _refusal(self, response: httpx.Response) -> RashomonError:
        status = response.status_code
        if status == 400:
            words = b""
            parts = response.aiter_raw()
            while len(words) < 2_000 and (part := await self.guard(anext(parts, None))):
                words += part
            is_plain = response.headers.get("content-type", "text/plain").startswith("text/plain")
            why = " ".join(words.decode("utf-8", "replace").split())[:300] if is_plain else ""
            return QueryError("the remote store refuses this query", why=why, advice="Mend the query.")
        if status in (429, 503):
            return OverloadedError("the remote store is busy", advice="Try again in a few seconds.")
        if status in (408, 504):
            return QueryTimeoutError("the query took the remote store too long", advice="Narrow it.")
        if status in (401, 403):
            return RemoteError("the remote store does not let us in", why=f"it answered with status {status}")
        return RemoteError(f"the remote store answered with status {status}")


def _dead(error: Exception) -> RemoteError:
    return RemoteError("the remote store cannot be reached", why=type(error).__name__, advice="Try again later.")

"""The remote store against servers that are dead, lie, drip, flood and break off."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from app.errors import (
    LimitError,
    OverloadedError,
    QueryError,
    QueryTimeoutError,
    RashomonError,
    RemoteError,
    SettingsError,
    UsageError,
)
from app.query import RemoteStore, Request
from app.query.request import Operation
from tests.query.making import run, settings_for

JSON = b"content-type: application/sparql-results+json\r\n"
Reply = Callable[[asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def remote(reply: Reply, heads: list[str] | None = None, **values: object) -> AsyncIterator[RemoteStore]:
    """A remote store over a server that reads a request (its head goes to `heads`) and then does as it likes."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            if heads is not None:
                heads.append(head.decode("latin-1"))
            await reply(writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/sparql"
    settings = settings_for(store="sparql", remote_url=url, **{"query_timeout_s": 1.0, **values})
    store = RemoteStore(settings)
    try:
        yield store
    finally:
        await store.close()
        server.close()


def sending(*parts: bytes, pause_s: float = 0) -> Reply:
    async def reply(writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause_s)

    return reply


def answering(body: bytes, head: bytes = JSON, status: bytes = b"200 OK") -> Reply:
    return sending(
        b"HTTP/1.1 %s\r\nconnection: close\r\ncontent-length: %d\r\n%s\r\n" % (status, len(body), head) + body
    )


async def endless(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\n" + JSON + b"\r\n")
    while True:
        writer.write(b" " * 65_536)
        await writer.drain()


async def dripping(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\n" + JSON + b"\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.05)


async def silent(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (answering(b"<html>", b"content-type: text/html\r\n"), RemoteError),
        (answering(b"{}", b""), RemoteError),
        (answering(b"{}", JSON + b"content-encoding: gzip\r\n"), RemoteError),
        (answering(b"", b"location: http://127.0.0.1:1/\r\n", b"302 Found"), RemoteError),
        (answering(b"no", JSON, b"500 Oops"), RemoteError),
        (answering(b"no", JSON, b"401 Who"), RemoteError),
        (answering(b"line 1: odd", b"content-type: text/plain\r\n", b"400 Bad"), QueryError),
        (answering(b"", JSON, b"503 Busy"), OverloadedError),
        (answering(b"", JSON, b"504 Slow"), QueryTimeoutError),
        (sending(b"HTTP/1.1 200 OK\r\n" + JSON + b"content-length: 900\r\n\r\n{"), RemoteError),
        (sending(b"nonsense\r\n\r\n"), RemoteError),
        (sending(), RemoteError),
        (sending(b"HTTP/1.1 200 OK\r\nx: " + b"y" * 500_000), RemoteError),
        (endless, LimitError),
        (dripping, QueryTimeoutError),
        (silent, QueryTimeoutError),
    ],
)
def test_every_failure_has_its_name_and_takes_no_longer_than_allowed(reply: Reply, error: type[RashomonError]) -> None:
    async def work() -> None:
        async with remote(reply, result_max_bytes=1_000_000) as store:
            started = time.monotonic()
            with pytest.raises(error):
                async with store.run(Request(text="ASK {}")) as answer:
                    await answer.read()
            assert time.monotonic() - started < 3

    run(work())


def test_a_dead_server_is_said() -> None:
    async def work() -> None:
        store = RemoteStore(settings_for(store="sparql", remote_url="http://127.0.0.1:9/sparql"))
        with pytest.raises(RemoteError, match="cannot be reached"):
            async with store.run(Request(text="ASK {}")) as answer:
                await answer.read()
        await store.close()

    run(work())


def test_what_it_refuses_is_told_in_its_words_but_shortened() -> None:
    async def work() -> None:
        body = b"line 1: odd\n" + b"<script>" * 1000
        async with remote(answering(body, b"content-type: text/plain\r\n", b"400 Bad")) as store:
            with pytest.raises(QueryError) as caught:
                async with store.run(Request(text="ASK {}")):
                    pass
            assert caught.value.why.startswith("line 1: odd")
            assert len(caught.value.why) <= 300

    run(work())


def test_turns_are_bounded_and_given_back() -> None:
    async def work() -> None:
        async with remote(silent, workers=1, queue=1) as store:

            async def ask() -> None:
                async with store.run(Request(text="ASK {}", timeout_s=0.3)):
                    pass

            results = await asyncio.gather(*(ask() for _ in range(5)), return_exceptions=True)
            kinds = sorted(type(r).__name__ for r in results)
            assert kinds.count("OverloadedError") >= 3
            assert "QueryTimeoutError" in kinds
            with pytest.raises(QueryTimeoutError):
                await ask()

    run(work())


def test_a_good_answer_comes_through_whole() -> None:
    async def work() -> None:
        async with remote(answering(b'{"boolean": true}')) as store:
            async with store.run(Request(text="ASK {}")) as answer:
                assert await answer.read() == b'{"boolean": true}'
                assert answer.snapshot_id.startswith("remote-")
            with pytest.raises(UsageError):
                async with store.run(Request(operation=Operation.UPDATE, text="CLEAR ALL")):
                    pass

    run(work())


@pytest.mark.parametrize(
    ("auth", "key", "shown"),
    [
        ("basic", "reader:pä:ss\n", "Basic " + base64.b64encode("reader:pä:ss".encode()).decode()),
        ("bearer", "abc.def-123\n", "Bearer abc.def-123"),
    ],
)
def test_a_key_is_shown_to_the_remote_store_and_to_nobody_else(
    auth: str, key: str, shown: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "key"
    file.write_text(key, "utf-8")
    heads: list[str] = []

    async def work() -> None:
        async with remote(answering(b"no", JSON, b"401 Who"), heads, remote_auth=auth, remote_key_file=file) as store:
            with pytest.raises(RemoteError, match="does not let us in") as caught:
                async with store.run(Request(text="ASK {}")) as answer:
                    await answer.read()
            said = f"{caught.value} {caught.value!r} {store.isolation} {store!r} {caplog.text}"
            assert key.strip() not in said
            assert shown not in said

    with caplog.at_level("DEBUG"):
        run(work())
    assert f"authorization: {shown}" in heads[0].replace("Authorization", "authorization")


def test_a_key_does_not_follow_to_another_address(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("a:b")
    seen: list[str] = []

    async def work() -> None:
        async with remote(silent, seen) as other:
            target = other._settings.remote_url.encode()
            moved = answering(b"", b"location: " + target + b"\r\n", b"302 Found")
            async with remote(moved, remote_key_file=file) as store:
                with pytest.raises(RemoteError):
                    async with store.run(Request(text="ASK {}")):
                        pytest.fail("the redirect was followed")
        assert not seen

    run(work())


@pytest.mark.parametrize(
    ("values", "key", "says"),
    [
        ({}, None, "cannot be read"),
        ({}, b"", "holds no key"),
        ({}, b"secret-word", "name:password"),
        ({}, b":secret-word", "name:password"),
        ({}, b"\xff\xfe", "cannot be read"),
        ({"remote_auth": "bearer"}, b"secret word", "no token"),
        ({"remote_auth": "bearer"}, "secret-wörd".encode(), "no token"),
        ({"remote_url": "http://me:secret-word@127.0.0.1:9/"}, b"a:b", "holds a name or a password"),
    ],
)
def test_a_key_that_cannot_be_used_is_said_without_it(
    values: dict[str, str], key: bytes | None, says: str, tmp_path: Path
) -> None:
    file = tmp_path / "key"
    if key is not None:
        file.write_bytes(key)
    settings = settings_for(
        **{"store": "sparql", "remote_url": "http://127.0.0.1:9/", "remote_key_file": file, **values}
    )
    with pytest.raises(SettingsError, match=says) as caught:
        RemoteStore(settings)
    assert "secret" not in str(caught.value)

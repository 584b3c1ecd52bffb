"""Sprints: the answer an ordinary run gives, or given up without a trace; with real workers and real signals."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest

from app.query import QueryPool, Request
from app.query.sprints import body_of
from app.query.worker_process import frame
from tests.query.making import CROSS, POINT, ask, full, pool_over, run, until


async def _sprint(pool: QueryPool, request: Request, client: str = "") -> tuple[bool, bytes | None]:
    """Whether a sprint was begun, and what it ended with."""
    ended: asyncio.Future[bytes | None] = asyncio.get_running_loop().create_future()
    if not pool.sprint(pool.frame_of(request), client, ended.set_result):
        return False, None
    return True, await asyncio.wait_for(ended, 20)


def test_a_sprint_gives_the_bytes_that_an_ordinary_run_gives(snapshot: Path) -> None:
    async def work() -> None:
        async with pool_over(snapshot) as pool:
            for media in ("text/csv", "application/sparql-results+xml"):
                assert await _sprint(pool, Request(text=POINT, media_type=media)) == (
                    True, await ask(pool, POINT, media_type=media),
                )  # fmt: skip
            nothing = Request(text="CONSTRUCT WHERE { ?s <no:such> ?o }", media_type="application/n-triples")
            assert await _sprint(pool, nothing) == (True, b"")
            assert await ask(pool)
            assert full(pool)

    run(work())


def test_a_sprint_that_lasts_is_given_up_and_its_worker_replaced(snapshot: Path) -> None:
    async def work() -> None:
        async with pool_over(snapshot) as pool:
            assert await _sprint(pool, Request(text=CROSS)) == (True, None)
            assert b"label 0" in await ask(pool)
            await until(lambda: full(pool))

    run(work())


@pytest.mark.parametrize("sign", [signal.SIGSTOP, signal.SIGKILL])
def test_a_sprint_whose_worker_stands_still_or_dies_is_given_up(snapshot: Path, sign: signal.Signals) -> None:
    async def work() -> None:
        async with pool_over(snapshot) as pool:
            signal.pidfd_send_signal(pool._idle[-1].pidfd, sign)
            began, body = await _sprint(pool, Request(text=POINT))
            assert body is None
            assert began or sign is signal.SIGKILL  # a dead one takes nothing
            assert b"label 0" in await ask(pool)
            await until(lambda: full(pool))

    run(work())


def test_a_sprint_that_fails_or_is_too_large_is_given_up(snapshot: Path) -> None:
    async def work() -> None:
        async with pool_over(snapshot) as pool:
            assert await _sprint(pool, Request(text="SELECT")) == (True, None)
            large = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 5000"
            assert await _sprint(pool, Request(text=large)) == (True, None)
            await until(lambda: full(pool))

    run(work())


def test_no_sprint_without_a_free_place_or_time_left(snapshot: Path) -> None:
    async def work() -> None:
        async with pool_over(snapshot, workers=1, client_worker_s=1) as pool:
            pool._budgets.charge("192.0.2.1", 5)
            assert await _sprint(pool, Request(text=POINT), "192.0.2.1") == (False, None)
            assert (await _sprint(pool, Request(text=POINT), "192.0.2.2"))[1] is not None
            async with pool.run(Request(text=POINT)):
                assert await _sprint(pool, Request(text=POINT), "192.0.2.2") == (False, None)

    run(work())


def test_time_of_sprints_is_charged(snapshot: Path) -> None:
    async def work() -> None:
        async with pool_over(snapshot, client_worker_s=60) as pool:
            assert await _sprint(pool, Request(text=CROSS), "192.0.2.1") == (True, None)
            assert pool._budgets._present("192.0.2.1") < 59.9

    run(work())


def test_only_a_whole_answer_of_one_piece_is_a_body() -> None:
    head, end = frame(b"H", b"{}"), frame(b"Z", b"")
    assert body_of(head + frame(b"D", b"abc") + end) == b"abc"
    assert body_of(head + end) == b""
    for wrong in (b"", head, head + frame(b"D", b"abc"), frame(b"E", b"{}") + end,
                  head + frame(b"D", b"a") + frame(b"D", b"b") + end, head + frame(b"E", b"{}") + end):  # fmt: skip
        assert body_of(wrong) is None

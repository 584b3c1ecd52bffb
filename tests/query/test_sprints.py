"""Sprints: the answer an ordinary run gives, or given up without a trace; with real workers and real signals."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterable
from pathlib import Path

import pytest

from app.query import QueryPool, Request
from app.query.sprints import body_at
from app.query.worker import Worker
from app.query.worker_process import frame
from tests.query.making import CROSS, POINT, ask, full, pool_over, run, until
from tests.store.making import published


async def _sprint(pool: QueryPool, request: Request, client: str = "") -> tuple[bool, bytes | None]:
    """Whether a sprint was begun, and what it ended with."""
    ended: asyncio.Future[bytes | None] = asyncio.get_running_loop().create_future()
    if not pool.sprint(pool.frame_of(request), client, ended.set_result):
        return False, None
    return True, await asyncio.wait_for(ended, 20)


def _take(pool: QueryPool) -> Worker:
    """What would run the next sprint: where no place in the lanes is free, the spare worker."""
    worker = pool._take_idle()
    assert worker is not None
    return worker


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
            await until(lambda: full(pool))
            pool._budgets.charge("192.0.2.1", 5)
            assert await _sprint(pool, Request(text=POINT), "192.0.2.1") == (False, None)
            assert (await _sprint(pool, Request(text=POINT), "192.0.2.2"))[1] is not None
            async with pool.run(Request(text=POINT)):
                assert (await _sprint(pool, Request(text=POINT), "192.0.2.2"))[1] is not None  # the spare worker's
                spare = _take(pool)
                assert await _sprint(pool, Request(text=POINT), "192.0.2.2") == (False, None)
                pool._give_back(spare, reusable=True)

    run(work())


def test_time_of_sprints_is_charged(snapshot: Path) -> None:
    async def work() -> None:
        async with pool_over(snapshot, client_worker_s=60) as pool:
            assert await _sprint(pool, Request(text=CROSS), "192.0.2.1") == (True, None)
            assert pool._budgets._present("192.0.2.1") < 59.9

    run(work())


def test_only_a_whole_answer_of_one_piece_is_a_body() -> None:
    head, end = frame(b"H", b"{}"), frame(b"Z", b"")
    whole = head + frame(b"D", b"abc") + end
    assert body_at(whole) == (b"abc", len(whole))
    assert body_at(head + end + whole) == (b"", len(head + end))
    assert body_at(head + end + whole, len(head + end)) == (b"abc", len(head + end + whole))
    for cut in range(len(whole)):
        assert body_at(b"?" + whole[:cut], 1) == (None, 1)
    for wrong in (frame(b"E", b"{}") + end, head + frame(b"D", b"a") + frame(b"D", b"b") + end,
                  head + frame(b"E", b"{}") + end):  # fmt: skip
        body, place = body_at(wrong)
        assert body is None
        assert place < 0


def _label(number: int) -> Request:
    return Request(text=POINT.replace("d0-0", f"d{number % 3}-{number}"))


def _look_ups(pool: QueryPool, numbers: Iterable[int], client: str = "") -> list[asyncio.Future[bytes | None]]:
    """Look-ups that are begun at once, before anything else runs."""
    ended: list[asyncio.Future[bytes | None]] = []
    for number in numbers:
        ended.append(asyncio.get_running_loop().create_future())
        assert pool.sprint(pool.frame_of(_label(number)), client, ended[-1].set_result, is_look_up=True)
    return ended


async def _all(ended: list[asyncio.Future[bytes | None]]) -> list[bytes | None]:
    return list(await asyncio.wait_for(asyncio.gather(*ended), 20))


def test_look_ups_that_come_together_go_to_one_worker_and_each_gets_its_own_answer(snapshot: Path) -> None:
    async def work() -> None:
        async with pool_over(snapshot, client_worker_s=60) as pool:
            alone = [await ask(pool, _label(n).text) for n in range(40)]
            for _ in range(20):
                first = _look_ups(pool, range(40), "192.0.2.1")
                await asyncio.sleep(0)
                await asyncio.sleep(0)
                assert len(pool._busy) == 1
                assert await _all(first + _look_ups(pool, reversed(range(40)))) == alone + alone[::-1]
                assert full(pool)
            assert "192.0.2.1" in pool._budgets._left  # charged, and full again meanwhile

    run(work())


def test_an_answer_tells_that_it_was_a_look_up(snapshot: Path) -> None:
    async def work() -> None:
        async with pool_over(snapshot) as pool:
            for text, is_look_up in ((POINT, True), ("ASK {}", False)):
                async with pool.run(Request(text=text)) as answer:
                    assert answer.is_look_up is is_look_up
                    assert await answer.read()

    run(work())


@pytest.mark.parametrize("sign", [signal.SIGSTOP, signal.SIGKILL])
def test_look_ups_whose_worker_stands_still_or_dies_are_all_given_up(snapshot: Path, sign: signal.Signals) -> None:
    async def work() -> None:
        async with pool_over(snapshot, workers=1) as pool:
            ended = _look_ups(pool, range(20))
            signal.pidfd_send_signal(pool._idle[-1].pidfd, sign)
            await until(lambda: pool._sprints._gathered == [])
            later = _look_ups(pool, range(5))  # gathered while those run; a worker made since may answer them
            assert set(await _all(ended)) == {None}
            found = await _all(later)
            assert b"label 0" in await ask(pool)
            await until(lambda: full(pool))
            assert all([f in (None, await ask(pool, _label(n).text)) for n, f in enumerate(found)])

    run(work())


def test_look_ups_without_a_worker_are_given_up_and_not_left_waiting(snapshot: Path) -> None:
    async def work() -> None:
        async with pool_over(snapshot, workers=1) as pool:
            async with pool.run(Request(text=POINT)):
                spare = _take(pool)
                assert set(await _all(_look_ups(pool, range(3)))) == {None}
                pool._give_back(spare, reusable=True)
            await until(lambda: full(pool))  # nobody read that answer to its end
            assert None not in await _all(_look_ups(pool, range(3)))
            assert not all(pool.sprint(pool.frame_of(_label(0)), "", lambda _: None, is_look_up=True)
                           for _ in range(1_000))  # fmt: skip
            await until(lambda: full(pool))

    run(work())


def test_gathered_look_ups_do_not_reach_another_snapshot(snapshot: Path, tmp_path: Path) -> None:
    async def work() -> None:
        other = published(tmp_path, tag="-other")
        async with pool_over(snapshot) as pool:
            taken = [pool._take_idle() for _ in range(3)]
            running = pool._sprints
            running._look_ups_running = 1  # as if a worker of the old snapshot still answered some
            ended = _look_ups(pool, range(3))
            await pool.update_snapshot(other)
            assert set(await _all(ended)) == {None}
            running._look_ups_running = 0
            for worker in taken:
                assert worker is not None
                pool._give_back(worker, reusable=True)
            await until(lambda: full(pool))

    run(work())


def test_sprints_are_answered_while_runaways_hold_both_lanes(snapshot: Path) -> None:
    async def work() -> None:
        async with pool_over(snapshot, workers=2, queue=8) as pool:
            flood = [asyncio.ensure_future(ask(pool, CROSS, client=f"192.0.2.{n}")) for n in range(12)]
            await until(lambda: len(pool._slow) == 4 and pool._fast == 2 and len(pool._waiting) > 0)
            for _ in range(20):
                assert await _all(_look_ups(pool, range(6), "198.51.100.3")) == await _all(_look_ups(pool, range(6)))
                assert (await _sprint(pool, Request(text=POINT, media_type="text/csv")))[1] is not None
            assert pool._fast == 2
            assert len(pool._slow) == 4
            await asyncio.gather(*flood, return_exceptions=True)
            await until(lambda: full(pool))

    run(work())


def test_a_spare_worker_that_died_or_is_of_an_earlier_snapshot_is_made_anew(snapshot: Path, tmp_path: Path) -> None:
    async def work() -> None:
        other = published(tmp_path, tag="-other")
        async with pool_over(snapshot, workers=1) as pool:
            async with pool.run(Request(text=POINT)):
                spare = _take(pool)
                spare.stop()
                pool._give_back(spare, reusable=False)
                await until(lambda: not pool._lacks_spare)
                assert (await _sprint(pool, Request(text=POINT)))[1] is not None
                old = _take(pool)
                await pool.update_snapshot(other)
                await until(lambda: not pool._lacks_spare)
                pool._give_back(old, reusable=True)
                assert old.pidfd < 0
            await until(lambda: full(pool))

    run(work())


def test_look_ups_without_end_leave_a_place_to_others(snapshot: Path) -> None:
    """One worker: an ordinary query has its turn between look-ups that always have others behind them."""

    async def work() -> None:
        async with pool_over(snapshot, workers=1) as pool:
            is_over = False
            given: list[bytes | None] = []

            def again(body: bytes | None) -> None:
                given.append(body)
                if not is_over:
                    pool.sprint(pool.frame_of(_label(1)), "", again, is_look_up=True)

            for _ in range(12):
                again(b"")
            for _ in range(5):
                assert b"label 0" in await ask(pool)
                for _ in range(12):
                    again(b"")
            is_over = True
            await until(lambda: full(pool))

    run(work())

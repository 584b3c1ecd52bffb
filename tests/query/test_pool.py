"""The pool with real workers: answers, limits, early leaving, replacement, no leaks."""
# ruff: noqa: E501 - records and tables, one a line

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from pathlib import Path

import pytest

from app.errors import (
    EngineCrashError,
    LimitError,
    OverloadedError,
    QueryError,
    QueryTimeoutError,
    RashomonError,
    SnapshotError,
    StoreError,
)
from app.query import QueryPool, Request
from app.query.formats import GRAPHS, SOLUTIONS
from tests.query.making import CROSS, POINT, ask, full, open_files, pool_over, run, settings_for, until
from tests.store.making import DATA, published

MONSTERS = {
    "cross": CROSS,
    "order": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i",
    "concat": "SELECT (GROUP_CONCAT(STR(?a)) AS ?x) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
    "path": "SELECT (COUNT(*) AS ?n) { ?a (!<a:a>|^!<a:a>)* ?b . ?c (!<a:a>|^!<a:a>)* ?d . ?e (!<a:a>)* ?f }",
    "regex": 'SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER REGEX(CONCAT(STR(?a), STR(?e)), "^(.+)+$") }',
    "distinct": "SELECT DISTINCT ?a ?d ?g ?j { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
    "minus": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i MINUS { ?a ?x ?y . ?z ?b ?w . ?q ?e ?r } }",
    "exists": "ASK { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER NOT EXISTS { ?x ?b ?y } }",
}


def test_a_point_query_in_every_format(snapshot: Path) -> None:
    async def work() -> None:
        async with pool_over(snapshot) as pool:
            for media in SOLUTIONS:
                assert b"label 0" in await ask(pool, media_type=media)
            for media in GRAPHS:
                body = await ask(pool, "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 5", media_type=media)
                assert body
            async with pool.run(Request(text="ASK {}", media_type="application/sparql-results+json")) as answer:
                assert json.loads(await answer.read())["boolean"] is True
                assert answer.media_type == "application/sparql-results+json"
            turtle = await ask(pool, "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1", media_type="text/turtle")
            assert b"@prefix cev:" in turtle

    run(work())


def test_dataset_bindings_and_the_other_store(snapshot: Path) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    bound = {"s": f"{DATA}statement/d0-0"}

    def number(body: bytes) -> int:
        return int(json.loads(body)["results"]["bindings"][0]["n"]["value"])

    async def work() -> None:
        async with pool_over(snapshot) as pool:
            assert number(await ask(pool, count)) == 200
            one = number(await ask(pool, count, default_graph_uris=(f"{DATA}document/d1",)))
            assert 0 < one < 200
            assert number(await ask(pool, count, named_graph_uris=(f"{DATA}document/d1",))) == 0
            assert number(await ask(pool, count, store="standpoints")) == 25
            assert number(await ask(pool, count, store=f"standpoints/{DATA}document/d0")) == 10
            assert number(await ask(pool, "SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s", bindings=bound)) == 4

    run(work())


def test_a_hostile_binding_stays_an_iri(snapshot: Path) -> None:
    async def work() -> None:
        async with pool_over(snapshot) as pool:
            with pytest.raises(RashomonError):
                await ask(pool, "SELECT * { ?s ?p ?o }", bindings={"s": "a> ?p ?o } #"})
            await until(lambda: full(pool))
            assert b"label 0" in await ask(pool)

    run(work())


@pytest.mark.parametrize(
    "text", ["", "SELECT", "SELECT * {", "\ud800", "SELECT * { ?s ?p 'x }", "DELETE WHERE { ?s ?p ?o }"]
)
def test_a_wrong_query_is_refused_and_its_worker_kept(snapshot: Path, text: str) -> None:
    async def work() -> None:
        async with pool_over(snapshot) as pool:
            pids = {w.pid for w in pool._idle}
            with pytest.raises(QueryError):
                await ask(pool, text)
            assert {w.pid for w in pool._idle} == pids

    run(work())


@pytest.mark.parametrize("monster", MONSTERS)
def test_monsters_end_in_time_while_others_are_served(snapshot: Path, monster: str) -> None:
    async def work() -> None:
        async with pool_over(snapshot, query_timeout_s=1.0) as pool:
            pids = {w.pid for w in pool._idle}
            started = time.monotonic()
            ended = 0.0

            async def run_monster() -> None:
                nonlocal ended
                try:
                    await ask(pool, MONSTERS[monster])
                finally:
                    ended = time.monotonic()

            task = asyncio.ensure_future(run_monster())
            asked, lost = 0, 0.0  # lost: time that this process did not get, because others have the processors
            while not task.done():
                asked += 1
                assert b"label 0" in await ask(pool)
                before = time.monotonic()
                await asyncio.wait([task], timeout=0.02)
                lost += max(0.0, time.monotonic() - before - 0.02)
            with pytest.raises((QueryTimeoutError, EngineCrashError, LimitError)):
                task.result()
            took = ended - started
            assert took < 1.5 + lost
            assert asked >= 3 or took < 0.5, "nobody else was served while it ran"
            await until(lambda: full(pool))
            gone = pids - {w.pid for w in pool._idle}
            await until(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in gone))

    run(work())


@pytest.mark.parametrize("depth", [100, 1_000, 10_000, 100_000])
def test_nesting_that_kills_the_engine_does_not_kill_the_pool(snapshot: Path, depth: int) -> None:
    series = [
        "SELECT * { FILTER" + "(" * depth + "1" + ")" * depth + " }",
        "SELECT * " + "{" * depth + "}" * depth,
        "SELECT * { ?s ?p " + "[ <a:a> " * depth + "1" + " ]" * depth + " }",
        "SELECT * { FILTER(" + "!" * depth + "true) }",
        "SELECT * { ?s ?p " + "<<( ?a <a:a> " * depth + "1" + " )>>" * depth + " }",
        "SELECT * { {}" + " UNION {}" * depth + " }",
        "SELECT (1" + "+1" * depth + " AS ?x) {}",
        "SELECT * { ?a <a:a>" + "/<a:a>" * depth + " ?b }",
    ]

    async def work() -> None:
        async with pool_over(snapshot, query_timeout_s=2.0) as pool:
            for text in series:
                try:
                    await ask(pool, text)
                except RashomonError as error:
                    print(type(error).__name__)
                started = time.monotonic()
                assert b"label 0" in await ask(pool)
                assert time.monotonic() - started < 1
            await until(lambda: full(pool))

    run(work())


def test_a_memory_bomb_ends_in_an_error_and_the_next_query_is_answered(snapshot: Path) -> None:
    doubled = '"0123456789abcdef"'
    binds = f"BIND({doubled} AS ?x0) " + " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40))

    async def work() -> None:
        async with pool_over(snapshot, worker_memory_mb=128) as pool:
            with pytest.raises((EngineCrashError, LimitError, QueryTimeoutError)):
                await ask(pool, f"SELECT (STRLEN(?x40) AS ?n) {{ {binds} }}")
            assert b"label 0" in await ask(pool)
            await until(lambda: full(pool))

    run(work())


def test_an_answer_that_is_too_large_is_a_limit(snapshot: Path) -> None:
    async def work() -> None:
        async with pool_over(snapshot, result_max_bytes=10_000) as pool:
            with pytest.raises(LimitError, match="larger"):
                await ask(pool, "SELECT * { ?a ?b ?c . ?d ?e ?f }")
            assert b"label 0" in await ask(pool)

    run(work())


def test_leaving_early_kills_the_worker(snapshot: Path) -> None:
    async def work() -> None:
        async with pool_over(snapshot) as pool:
            async with pool.run(Request(text="SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")) as answer:
                async for _ in answer.chunks():
                    break
                (worker,) = pool._busy
            await until(lambda: not os.path.exists(f"/proc/{worker.pid}"), 1)
            await until(lambda: full(pool))
            task = asyncio.ensure_future(ask(pool, CROSS))
            await until(lambda: bool(pool._busy))
            (worker,) = pool._busy
            task.cancel()
            await until(lambda: not os.path.exists(f"/proc/{worker.pid}"), 1)
            await until(lambda: full(pool))

    run(work())


@pytest.fixture
def places_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """No query leaves its place for those that wait, however slow this machine is."""
    monkeypatch.setattr("app.query.pool._SLOW_S", 3600.0)
    monkeypatch.setattr("app.query.pool._SLOW_WHERE_OTHERS_WAIT_S", 3600.0)


def test_too_many_wait(snapshot: Path) -> None:
    async def work() -> None:
        async with pool_over(snapshot, workers=1, queue=1, query_timeout_s=1.0) as pool:
            tasks = [asyncio.ensure_future(ask(pool, CROSS)) for _ in range(6)]
            done = await asyncio.gather(*tasks, return_exceptions=True)
            kinds = {type(d) for d in done}
            assert OverloadedError in kinds
            assert kinds <= {OverloadedError, QueryTimeoutError}
            await until(lambda: full(pool))
            assert b"label 0" in await ask(pool)

    run(work())


def test_who_waits_makes_long_queries_leave_their_places_early(snapshot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long a query may keep its place: where others wait it leaves it while it still runs."""
    monkeypatch.setattr("app.query.pool._SLOW_S", 3600.0)

    async def work() -> None:
        async with pool_over(snapshot, query_timeout_s=20.0) as pool:
            long = [asyncio.ensure_future(ask(pool, CROSS)) for _ in range(2)]
            await until(lambda: len(pool._busy) == 2)
            assert not pool._slow
            few = await asyncio.gather(*(ask(pool) for _ in range(5)))
            assert all(b"label 0" in answer for answer in few)
            assert not any(task.done() for task in long)
            assert 1 <= len(pool._slow) <= 2
            for task in long:
                task.cancel()
            await asyncio.wait(long)
            await until(lambda: full(pool))
            assert pool._fast == 0

    run(work())


@pytest.mark.usefixtures("places_are_kept")
def test_a_cancelled_waiter_does_not_keep_the_turn(snapshot: Path) -> None:
    async def work() -> None:
        async with pool_over(snapshot, workers=1) as pool:
            async with pool.run(Request(text=POINT)) as answer:
                first, second = (asyncio.ensure_future(ask(pool)) for _ in range(2))
                await until(lambda: len(pool._waiting) == 2)
                await answer.read()
            first.cancel()
            assert b"label 0" in await asyncio.wait_for(second, 2)

    run(work())


def test_workers_that_die_idle_are_replaced_without_a_failed_query(snapshot: Path) -> None:
    async def work() -> None:
        async with pool_over(snapshot) as pool:
            for worker in pool._idle:
                signal.pidfd_send_signal(worker.pidfd, signal.SIGKILL)
            await until(lambda: not any(w.is_alive() for w in pool._idle))
            assert b"label 0" in await ask(pool)

    run(work())


def test_the_pool_outlives_the_process_that_makes_workers(snapshot: Path) -> None:
    async def work() -> None:
        async with pool_over(snapshot) as pool:
            process = pool._nursery._process
            assert process is not None
            process.kill()
            await process.wait()
            await until(lambda: not any(w.is_alive() for w in pool._idle))
            assert b"label 0" in await ask(pool)
            await until(lambda: full(pool))
            assert pool.metrics["reopened"] == 1

    run(work())


def test_no_descriptor_is_left_behind(snapshot: Path) -> None:
    async def work() -> None:
        async with pool_over(snapshot) as pool:
            await ask(pool)
            before = open_files()
            for _ in range(100):
                await ask(pool)
            for _ in range(20):
                async with pool.run(Request(text=POINT)):
                    (worker,) = pool._busy
                    signal.pidfd_send_signal(worker.pidfd, signal.SIGKILL)
            await until(lambda: full(pool))
            assert open_files() <= before + 2

    before = open_files()
    run(work())
    assert open_files() <= before + 2


def test_closing_twice_and_with_work_under_way_closes_no_foreign_handle(snapshot: Path) -> None:
    async def work() -> None:
        pool = await QueryPool.start(snapshot, settings_for())
        task = asyncio.ensure_future(ask(pool, CROSS))
        await until(lambda: bool(pool._busy))
        await pool.close()
        mine = [os.open("/dev/null", os.O_RDONLY) for _ in range(20)]
        await asyncio.wait([task])
        await pool.close()
        for handle in mine:
            os.close(handle)
        assert isinstance(task.exception(), Exception)

    run(work())


def test_a_new_snapshot_under_load_fails_no_query(snapshot: Path, tmp_path: Path) -> None:
    other = published(tmp_path, tag="")
    third = published(tmp_path, tag="-more")

    async def work() -> None:
        async with pool_over(snapshot, queue=100) as pool:
            stop = False

            async def reader() -> int:
                count = 0
                while not stop:
                    assert (await ask(pool, "ASK {}")).startswith(b"{")
                    count += 1
                return count

            readers = [asyncio.ensure_future(reader()) for _ in range(10)]
            for place in (third, other, third, other):
                await pool.update_snapshot(place)
                assert pool.snapshot_id == place.name
            stop = True
            assert min(await asyncio.gather(*readers)) > 0
            assert b"label 0" in await ask(pool)
            await until(lambda: full(pool))

    run(work())


def test_a_query_outlives_the_death_of_the_process_that_made_its_worker(snapshot: Path) -> None:
    async def work() -> None:
        async with pool_over(snapshot, query_timeout_s=30.0) as pool:
            task = asyncio.ensure_future(ask(pool, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"))
            await until(lambda: bool(pool._busy))
            process = pool._nursery._process
            assert process is not None
            process.kill()
            assert b"results" in await task
            assert pool.metrics["reopened"] == 1

    run(work())


def test_a_query_that_cannot_be_asked_again_leaves_its_lane_once(
    snapshot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work() -> None:
        async with pool_over(snapshot, query_timeout_s=30.0) as pool:

            async def refuse(_: object) -> None:
                raise StoreError("no other process can be started")

            monkeypatch.setattr(pool, "_replace", refuse)
            task = asyncio.ensure_future(ask(pool, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"))
            await until(lambda: bool(pool._busy))
            process = pool._nursery._process
            assert process is not None
            process.kill()
            with pytest.raises(StoreError):
                await task
            assert (pool._fast, len(pool._busy), len(pool._slow)) == (0, 0, 0)

    run(work())


def test_workers_made_during_a_switch_are_never_of_the_old_process(snapshot: Path, tmp_path: Path) -> None:
    """A worker that was asked of the old process while the new one opened died with the old one, under its query."""
    other = published(tmp_path, tag="-other")

    async def work() -> None:
        async with pool_over(snapshot, workers=2, queue=50) as pool:
            switch = asyncio.ensure_future(pool.update_snapshot(other))
            crossed = 0
            while not switch.done():
                # Leaving early kills a worker, so that others are forked all through the switch.
                async with pool.run(Request(text="SELECT * { ?a ?b ?c . ?d ?e ?f }")) as answer:
                    async for _ in answer.chunks():
                        break
                    crossed += answer.snapshot_id == snapshot.name
            assert crossed
            await until(lambda: full(pool))
            assert all(w.nursery is pool._nursery for w in pool._idle)
            async with pool.run(Request(text=POINT)) as answer:
                await answer.read()
                assert answer.snapshot_id == other.name

    run(work())


def test_a_snapshot_that_cannot_be_opened_leaves_the_old_one_served(snapshot: Path, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"id": "x"}')

    async def work() -> None:
        async with pool_over(snapshot) as pool:
            with pytest.raises(SnapshotError):
                await pool.update_snapshot(tmp_path)
            assert pool.snapshot == snapshot
            assert pool.snapshot_id == snapshot.name
            assert b"label 0" in await ask(pool)

    run(work())


@pytest.mark.usefixtures("places_are_kept")
def test_a_full_queue_refuses_the_client_that_fills_it(snapshot: Path) -> None:
    async def work() -> None:
        async with pool_over(snapshot, workers=1, queue=4, query_timeout_s=5.0) as pool:
            async with pool.run(Request(text=POINT)) as answer:
                flood = [asyncio.ensure_future(ask(pool, client="flood")) for _ in range(6)]
                await until(lambda: sum(f.done() for f in flood) == 2)
                honest = asyncio.ensure_future(ask(pool, client="honest"))
                await until(lambda: sum(f.done() for f in flood) == 3)
                await answer.read()
            assert b"label 0" in await honest
            done = await asyncio.gather(*flood, return_exceptions=True)
            assert sum(isinstance(d, OverloadedError) for d in done) == 3

    run(work())


def test_no_snapshot_is_said(tmp_path: Path) -> None:
    async def work() -> None:
        with pytest.raises(SnapshotError):
            await QueryPool.start(tmp_path, settings_for())

    run(work())


def test_a_snapshot_that_cannot_be_opened_is_said_and_leaks_nothing(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"id": "x"}')
    before = open_files()

    async def work() -> None:
        with pytest.raises(SnapshotError, match="cannot be opened"):
            await QueryPool.start(tmp_path, settings_for())

    run(work())
    assert open_files() <= before + 2


@pytest.mark.parametrize(
    ("clause", "some"),
    [
        ("", 200),
        ("FROM <{}document/d1>", 65),
        ("from\n<{}document/d1>", 65),
        ("FROM NAMED <{}document/d1>", 0),
        ("# FROM <x:x>\n", 200),
    ],
)
def test_a_query_that_names_its_dataset_gets_it(snapshot: Path, clause: str, some: int) -> None:
    text = f"SELECT (COUNT(*) AS ?n) {clause.format(DATA)} {{ ?s ?p ?o FILTER('from' != 'FROM') }}"

    async def work() -> None:
        async with pool_over(snapshot) as pool:
            (row,) = json.loads(await ask(pool, text))["results"]["bindings"]
            assert int(row["n"]["value"]) == some

    run(work())

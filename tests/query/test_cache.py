"""The result cache over real workers, and its flights over an engine whose every step the test decides."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import EngineCrashError, QueryError, QueryTimeoutError
from app.query import Answer, Request, ResultCache
from app.query.normalising import normalised
from tests.query.making import pool_over, run

COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"


def test_the_same_question_is_asked_once_whatever_its_white_space(snapshot: Path) -> None:
    async def work() -> None:
        async with pool_over(snapshot) as pool:
            pool.cache = ResultCache(1_000_000, 100_000)
            bodies = []
            for text in (COUNT, COUNT.replace(" ", "\n  "), COUNT + " # how many?"):
                async with pool.run(Request(text=text)) as answer:
                    bodies.append((await answer.read(), answer.origin))
            assert [origin for _, origin in bodies] == ["engine", "cache", "cache"]
            assert len({body for body, _ in bodies}) == 1
            assert pool.metrics["queries"] == 1
            async with pool.run(Request(text=COUNT, media_type="text/csv")) as answer:
                assert answer.origin == "engine"

    run(work())


def test_failures_are_not_kept(snapshot: Path) -> None:
    async def work() -> None:
        async with pool_over(snapshot) as pool:
            pool.cache = ResultCache(1_000_000, 100_000)
            for _ in range(2):
                with pytest.raises(QueryError):
                    async with pool.run(Request(text="SELECT * WHERE {")) as answer:
                        await answer.read()
            assert pool.cache.metrics["misses"] == 2
            assert len(pool.cache) == 0

    run(work())


def test_a_stampede_runs_once(snapshot: Path) -> None:
    slow = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . FILTER(STR(?c) != STR(?f)) }"

    async def work() -> None:
        async with pool_over(snapshot, workers=1, queue=0) as pool:  # a second run would be refused
            pool.cache = ResultCache(1_000_000, 100_000)

            async def one() -> bytes:
                async with pool.run(Request(text=slow)) as answer:
                    return await answer.read()

            bodies = await asyncio.gather(*(one() for _ in range(30)))
            assert len(set(bodies)) == 1
            assert pool.metrics["queries"] == 1
            assert pool.cache.metrics["shared"] + pool.cache.metrics["hits"] == 29

    run(work())


class Scripted:
    """An engine that gives the chunks of its script, one for each `go`."""

    snapshot_id = "one"

    def __init__(self, script: list[bytes | Exception]) -> None:
        self.script, self.runs, self.stopped = script, 0, 0
        self.go = asyncio.Semaphore(0)

    @asynccontextmanager
    async def run_uncached(self, request: Request) -> AsyncIterator[Answer]:
        self.runs += 1
        answer = ScriptedAnswer(self)
        try:
            yield answer
        finally:
            self.stopped += not answer.is_complete


class ScriptedAnswer(Answer):
    def __init__(self, engine: Scripted) -> None:
        self.media_type, self.snapshot_id, self._engine = "text/plain", engine.snapshot_id, engine

    async def chunks(self) -> AsyncIterator[bytes]:
        for step in self._engine.script:
            await self._engine.go.acquire()
            if isinstance(step, Exception):
                raise step
            yield step
        self.is_complete = True


async def asked(cache: ResultCache, engine: Scripted, timeout_s: float | None = None) -> bytes:
    async with cache.answer(Request(text="ASK {}", timeout_s=timeout_s), engine) as answer:
        return await answer.read()


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def test_the_first_byte_waits_for_nobody() -> None:
    async def work() -> None:
        cache, engine = ResultCache(1000, 1000), Scripted([b"a", b"b"])
        async with cache.answer(Request(text="ASK {}"), engine) as answer:
            chunks = answer.chunks()
            engine.go.release()
            assert await anext(chunks) == b"a"
            engine.go.release()
            assert [chunk async for chunk in chunks] == [b"b"]

    run(work())


def test_one_who_leaves_takes_the_query_along_only_where_nobody_else_waits() -> None:
    async def work() -> None:
        cache, engine = ResultCache(1000, 1000), Scripted([b"a", b"b"])
        first = asyncio.create_task(asked(cache, engine))
        await settled()
        second = asyncio.create_task(asked(cache, engine))
        await settled()
        first.cancel()
        await settled()
        engine.go.release()
        engine.go.release()
        assert await second == b"ab"
        assert engine.runs == 1
        alone = Scripted([b"a", b"b"])
        alone.snapshot_id = "two"
        last = asyncio.create_task(asked(cache, alone))
        await settled()
        last.cancel()
        await asyncio.gather(last, return_exceptions=True)
        assert alone.stopped == 1
        assert len(cache) == 1

    run(work())


def test_failures_reach_all_who_wait_and_none_who_come_later() -> None:
    async def work() -> None:
        cache, engine = ResultCache(1000, 1000), Scripted([EngineCrashError("died")])
        waiting = [asyncio.create_task(asked(cache, engine)) for _ in range(5)]
        await settled()
        engine.go.release()
        results = await asyncio.gather(*waiting, return_exceptions=True)
        assert {type(r) for r in results} == {EngineCrashError}
        assert engine.runs == 1
        engine.script = [b"well"]
        engine.go.release()
        assert await asked(cache, engine) == b"well"

    run(work())


def test_who_has_more_time_is_not_told_that_it_took_too_long() -> None:
    async def work() -> None:
        cache, engine = ResultCache(1000, 1000), Scripted([QueryTimeoutError("too long")])
        short = asyncio.create_task(asked(cache, engine, 1))
        await settled()
        longer = asyncio.create_task(asked(cache, engine, 60))
        await settled()
        engine.go.release()
        with pytest.raises(QueryTimeoutError):
            await short
        engine.script = [b"at last"]
        engine.go.release()
        assert await longer == b"at last"

    run(work())


def test_memory_is_bounded_and_large_answers_follow_their_reader() -> None:
    async def work() -> None:
        cache = ResultCache(3000, 1000)
        for number in range(10):
            engine = Scripted([b"x" * 400])
            engine.snapshot_id = str(number)
            engine.go.release()
            await asked(cache, engine)
            assert cache.size <= 3000
        assert len(cache) == 3
        large = Scripted([b"x" * 100_000] * 50)
        for _ in range(50):
            large.go.release()
        async with cache.answer(Request(text="ASK {}"), large) as answer:
            chunks = answer.chunks()
            await anext(chunks)
            await settled()
            read_ahead = 50 - large.go._value
            assert read_ahead <= 8
            assert sum([len(c) async for c in chunks]) == 4_900_000
        assert len(cache) == 3

    run(work())


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ('ASK { ?s ?p "a  b" }', 'ASK { ?s ?p "a b" }'),
        ('ASK { ?s ?p """a\n#b""" }', 'ASK { ?s ?p """a\n#c""" }'),
        ("ASK { <http://a#b> ?p ?o }", "ASK { <http://a#c> ?p ?o }"),
        ("ASK { ?s ?p 1 }", "ASK { ?s ?p 1.0 }"),
        ("SELECT ?a ?b { }", "SELECT ?ab { }"),
    ],
)
def test_different_questions_stay_different(first: str, second: str) -> None:
    assert normalised(first) != normalised(second)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (NOW() AS ?n) {}",
        "SELECT (rand() AS ?n) {}",
        "ASK { BIND(struuid() AS ?u) }",
        "ASK { <http://a/\\u00e9#x> ?p ?o }",
        "PREFIX a: <http://a/>\nASK { a:b#c'''\n ?p ?o }",
        "SELECT (N\\u004fW() AS ?n) {}",
    ],
)
def test_what_holds_for_a_moment_or_cannot_be_read_surely_has_no_key(text: str) -> None:
    assert Request(text=text).key is None


@given(
    st.lists(
        st.sampled_from(["?a", "<http://x#y>", '"s # t"', "{", "}", ".", "a:b", "'", '"""', "<", ">"]), max_size=12
    )
)
def test_only_white_space_and_comments_go(parts: list[str]) -> None:
    text = normalised(" ".join(parts))
    if text is not None:
        assert text.replace(" ", "") == "".join(parts).replace(" ", "")

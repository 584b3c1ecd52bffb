"""Long work of the web process: the loop goes on, one piece at a time, clients in turns."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from app.errors import OverloadedError
from app.serve import search
from app.serve.aside import Aside
from app.serve.search import Index


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 30))


def test_the_loop_goes_on_meanwhile() -> None:
    async def work() -> None:
        goes_on = threading.Event()
        task = asyncio.ensure_future(Aside().run("", lambda: goes_on.wait(20)))
        await asyncio.sleep(0)
        asyncio.get_running_loop().call_soon(goes_on.set)
        assert await task

    run(work())


def test_one_piece_at_a_time_and_clients_take_turns() -> None:
    async def work() -> None:
        aside, first = Aside(), threading.Event()
        order: list[str] = []
        running = 0

        def piece(name: str) -> Callable[[], None]:
            def draw() -> None:
                nonlocal running
                running += 1
                assert running == 1
                if not order:
                    first.wait(20)
                order.append(name)
                running -= 1

            return draw

        tasks = []
        for client, name in (("a", "a1"), ("a", "a2"), ("a", "a3"), ("b", "b1"), ("a", "a4"), ("c", "c1")):
            tasks.append(asyncio.ensure_future(aside.run(client, piece(name))))
            await asyncio.sleep(0)
        first.set()
        await asyncio.gather(*tasks)
        assert order == ["a1", "a2", "b1", "c1", "a3", "a4"]

    run(work())


def test_who_goes_away_or_fails_gives_the_turn_on() -> None:
    async def work() -> None:
        aside, free = Aside(), threading.Event()
        gone = [asyncio.ensure_future(aside.run("a", lambda: free.wait(20))) for _ in range(3)]
        await asyncio.sleep(0)
        for task in gone:
            task.cancel()
        later = asyncio.ensure_future(aside.run("b", lambda: "drawn"))
        await asyncio.sleep(0.05)
        assert not later.done()  # the thread of the first still works
        free.set()
        assert await later == "drawn"
        with pytest.raises(ZeroDivisionError):
            await aside.run("a", lambda: 1 / 0)
        assert await aside.run("a", lambda: "again") == "again"

    run(work())


def test_too_many_are_refused_and_others_still_have_their_turn() -> None:
    async def work() -> None:
        aside, free = Aside(), threading.Event()
        flood = [asyncio.ensure_future(aside.run("a", lambda: free.wait(20))) for _ in range(200)]
        await asyncio.sleep(0)
        other = asyncio.ensure_future(aside.run("b", lambda: "drawn"))
        await asyncio.sleep(0)
        refused = [task for task in flood if task.done() and isinstance(task.exception(), OverloadedError)]
        assert len(refused) > 100
        free.set()
        assert await other == "drawn"
        await asyncio.gather(*flood, return_exceptions=True)

    run(work())


def test_what_is_asked_of_the_index_is_bounded_however_long_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Likeness costs the product of two lengths, for each candidate: a text of 60,000 characters took minutes."""
    rows = [
        {"thing": f"https://e.org/id/actor/{n}", "label": f"army {n} of the north", "main": "true", "type": "e:Actor"}
        for n in range(5_000)
    ]
    index = Index(rows)
    asked: list[int] = []
    likeness = search._likeness
    monkeypatch.setattr(search, "_likeness", lambda a, name: asked.append(len(a)) or likeness(a[:20], name))  # type: ignore[func-returns-value]
    for text in ("army " * 12_000, "a" * 60_000, "army north of the " * 3_000):
        for find, most in ((index.find, 3_000), (index.match, 300)):
            asked.clear()
            find(text)
            assert len(asked) <= most
            assert all(length <= 120 for length in asked)
    assert index.match("army 17 of the north")[0].entry.iri.endswith("/17")
    assert index.find("army 17")[0].entry.iri.endswith("/17")

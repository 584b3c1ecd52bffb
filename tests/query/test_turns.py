"""Clients take turns, a full queue refuses the one that fills it, and no turn is lost."""

from __future__ import annotations

import asyncio

import pytest

from app.errors import OverloadedError
from app.query.turns import TurnLostError, Turns
from tests.query.making import run


def test_lines_are_served_in_rotation() -> None:
    async def work() -> None:
        turns = Turns(10)
        order: list[str] = []

        async def wait(client: str) -> None:
            await turns.wait(client, 5)
            order.append(client)

        tasks = [asyncio.create_task(wait(c)) for c in ("a", "a", "a", "b", "c")]
        await asyncio.sleep(0)
        assert len(turns) == 5
        while turns.next():
            await asyncio.sleep(0.01)
        await asyncio.gather(*tasks)
        assert order == ["a", "b", "c", "a", "a"]
        assert len(turns) == 0

    run(work())


def test_a_full_queue_refuses_the_longest_line() -> None:
    async def work() -> None:
        turns = Turns(3)
        tasks = [asyncio.create_task(turns.wait("a", 5)) for _ in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(OverloadedError):
            await turns.wait("a", 5)
        other = asyncio.create_task(turns.wait("b", 5))
        await asyncio.sleep(0.01)
        assert isinstance(tasks[2].exception(), OverloadedError)
        assert [turns.next() for _ in range(4)] == [True, True, True, False]
        await asyncio.gather(tasks[0], tasks[1], other)

    run(work())


def test_nobody_waits_for_ever_and_a_cancelled_turn_is_told() -> None:
    async def work() -> None:
        turns = Turns(3)
        with pytest.raises(OverloadedError):
            await turns.wait("a", 0.01)
        assert len(turns) == 0
        task = asyncio.create_task(turns.wait("a", 5))
        await asyncio.sleep(0)
        assert turns.next()
        task.cancel()
        with pytest.raises(TurnLostError):
            await task

    run(work())

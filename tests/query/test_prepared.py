"""Rows kept at build are those that the engine gives, and are taken only for the text that they were found by."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.query import QueryPool, RemoteStore
from app.settings import Settings
from app.store.prepared import FOLDER, NAMES
from tests.query.making import pool_over, run

ROOT = Path(__file__).parents[2]


def test_kept_rows_are_those_of_the_engine(demonstration: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        async with pool_over(demonstration) as pool:
            kept = {name: await pool.run_prepared(name, {}) for name in NAMES}
            assert pool.metrics["queries"] == 0
            monkeypatch.setattr(QueryPool, "kept_rows", lambda *_: None)
            for name, rows in kept.items():
                found = await pool.run_prepared(name, {})
                assert rows
                if "ORDER BY" in pool.prepared(name):
                    assert rows == found, name
                else:
                    assert sorted(map(json.dumps, rows)) == sorted(map(json.dumps, found)), name
            assert pool.metrics["queries"] == len(NAMES)

    run(work())


def test_another_text_is_asked_anew(demonstration: Path) -> None:
    async def work() -> None:
        async with pool_over(demonstration) as pool:
            assert pool.kept_rows("counts") is not None
            pool._prepared["counts"] = pool.prepared("counts") + " # another"
            assert pool.kept_rows("counts") is None
            assert (await pool.run_prepared("counts", {}))[0]["documents"].isdigit()
            assert pool.metrics["queries"] == 1

    run(work())


def test_a_snapshot_without_kept_rows_is_asked(snapshot: Path) -> None:
    async def work() -> None:
        async with pool_over(snapshot) as pool:
            assert not (snapshot / FOLDER).exists()
            assert await pool.run_prepared("counts", {})

    run(work())


def test_nothing_is_kept_of_a_remote_store() -> None:
    assert RemoteStore.kept_rows is not QueryPool.kept_rows
    store = RemoteStore(Settings.load({}, root=ROOT, store="sparql", remote_url="http://127.0.0.1:9/sparql"))
    assert all(store.kept_rows(name) is None for name in NAMES)


def _asked_without_bindings() -> Iterator[str]:
    for path in sorted((ROOT / "app" / "serve").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "run_prepared":
                name, bindings = call.args
                if isinstance(name, ast.Constant) and isinstance(bindings, ast.Dict) and not bindings.keys:
                    yield str(name.value)


def test_what_pages_ask_without_bindings_is_kept() -> None:
    asked = set(_asked_without_bindings())
    assert len(asked) > 5
    assert asked <= set(NAMES)
    assert {p.stem for p in (ROOT / "queries" / "pages").glob("explore-*.rq")} <= set(NAMES)

"""Descriptions kept at build are those that the engine finds, under any address, and only for their own query."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from app.query import QueryPool
from app.query.formats import GRAPHS
from app.query.kept_graphs import FOLDER, KeptGraph, read_kept
from tests.query.making import pool_over, run

BASE = "https://w3id.org/contested-events/"
SD = "http://www.w3.org/ns/sparql-service-description#"
ADDRESS = "http://elsewhere.example:8080/sparql"
BINDINGS = {
    "void": {"thing": f"{BASE}id/dataset", "endpoint": ADDRESS},
    "service": {
        "endpoint": ADDRESS, "dataset": f"{ADDRESS}#dataset", "whole": f"{ADDRESS}#default",
        "feature": f"{SD}UnionDefaultGraph", "changes": f"{SD}SPARQL11Query",
    },
}  # fmt: skip


async def _described(
    pool: QueryPool, name: str, bindings: dict[str, str], media: str = "application/n-triples"
) -> bytes:
    async with pool.run(pool.prepared_request(name, bindings, media)) as answer:
        return await answer.read()


@pytest.mark.parametrize("name", BINDINGS)
def test_a_kept_description_is_the_engines(demonstration: Path, tmp_path: Path, name: str) -> None:
    without = tmp_path / "without"
    shutil.copytree(demonstration, without)
    (without / FOLDER / f"{name}.graph.json").unlink()

    async def work() -> None:
        async with pool_over(demonstration) as kept, pool_over(without) as engine:
            for media in GRAPHS:
                given = await _described(kept, name, BINDINGS[name], media)
                found = await _described(engine, name, BINDINGS[name], media)
                assert ADDRESS.encode() in given
                assert b"urn:x-rashomon" not in given
                form = RdfFormat.from_media_type(media)
                assert form is not None
                # Order, and how often a triple is repeated, are the engine's, which differs on disk and in memory.
                assert set(map(str, parse(given, form))) == set(map(str, parse(found, form))), media

    run(work())


def test_a_damaged_or_another_description_is_not_given(demonstration: Path, tmp_path: Path) -> None:
    changed = tmp_path / "changed"
    shutil.copytree(demonstration, changed)
    path = changed / FOLDER / "void.graph.json"
    content = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**content, "lines": "<urn:planted> <urn:is> <urn:x-rashomon:put:endpoint> .\n"}))

    async def work() -> None:
        async with pool_over(changed) as pool:
            assert (
                await _described(pool, "void", BINDINGS["void"]) == f"<urn:planted> <urn:is> <{ADDRESS}> .\n".encode()
            )
            other = {**BINDINGS["void"], "thing": f"{BASE}id/other"}
            assert b"urn:planted" not in await _described(pool, "void", other)
            pool._prepared["void"] = pool.prepared("void") + " # another text"
            assert b"urn:planted" not in await _described(pool, "void", BINDINGS["void"])

    run(work())
    path.write_text('{"query": 1}')
    assert len(read_kept(changed)) == 1
    assert KeptGraph({}, ("endpoint",), "").triples({}) is None

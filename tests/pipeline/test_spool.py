"""Documents on disk are those that were read; a build that holds next to nothing in memory gives the same graph."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app import pipeline
from app.model import Document, Records
from app.pipeline import spool
from app.pipeline.reading import ReadDocument
from app.pipeline.spool import Spool
from app.settings import Settings
from app.store import read_manifest, verify
from app.store.sorting import SortedLines

ROOT = Path(__file__).parents[2]


def _read(name: str, *, path: str = "", text: str = "words") -> ReadDocument:
    document = Document(id=name, text=text, path=path or f"{name}.md", sha256=f"hash of {text}")
    return ReadDocument(document, Records(document_id=name, generator="test.v1"), None, (), ())


@pytest.mark.parametrize("most_bytes", [0, 1_000_000])
def test_documents_come_back_in_order_of_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most_bytes: int) -> None:
    monkeypatch.setattr(spool, "_MOST_BYTES", most_bytes or 1)
    found = Spool(tmp_path)
    for name in ("c", "a", "d", "b"):
        found.add(_read(name))
    assert found.part_twins() == []
    assert [r.document.id for r in found] == ["a", "b", "c", "d"]
    found.put(replace(found["c"], document=replace(found["c"].document, text="other words")))
    found.drop("b")
    assert [(r.document.id, r.document.text) for r in found] == [
        ("a", "words"), ("c", "other words"), ("d", "words"),
    ]  # fmt: skip
    assert len(found) == 3
    assert list(tmp_path.iterdir()) == []


def test_documents_that_share_an_id_are_all_set_aside() -> None:
    found = Spool()
    for name, path in (("a", "one/a.md"), ("A", "two/A.md"), ("b", "b.md")):
        found.add(_read(name, path=path))
    assert sorted(s.path for s in found.part_twins()) == ["one/a.md", "two/A.md"]
    assert [path for path, _, _ in found.sources()] == ["b.md"]


def test_documents_may_be_put_while_they_are_read() -> None:
    found = Spool()
    for name in "abc":
        found.add(_read(name))
    found.part_twins()
    for read in found:
        if read.document.id == "a":
            found.drop("a")
        else:
            found.put(replace(read, document=replace(read.document, text="changed")))
    assert [r.document.text for r in found] == ["changed", "changed"]


def test_a_build_that_holds_nothing_in_memory_gives_the_same_graph(
    demonstration: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "_MOST_BYTES", 1)
    defaults = SortedLines.__init__.__kwdefaults__
    assert defaults is not None
    monkeypatch.setitem(defaults, "most_bytes", 200_000)
    settings = Settings.load({}, root=ROOT, var=tmp_path / "var", processes=1)
    pipeline.build(settings, [], [], out=tmp_path / "out", progress=lambda *_: None)
    one, two = read_manifest(demonstration), read_manifest(tmp_path / "out")
    assert one["hash"] == two["hash"]
    assert verify(tmp_path / "out") == []
    for name in ("statistics.json", "ontology.json", "dumps/rashomon.trig.gz", "dumps/rashomon.ttl.gz"):
        assert one["files"][name] == two["files"][name], name

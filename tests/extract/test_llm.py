"""The model reader against an endpoint that answers well, badly, slowly, not at all, and with lies."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from app.errors import SettingsError
from app.extract.combined import CombinedReader
from app.extract.llm import ModelReader
from app.extract.llm_client import ModelAccess
from app.extract.review_template import write_review
from app.mapping.privacy import is_held_back
from app.model import Document, Polarity, Records, ReviewStatus
from app.pipeline.reading import Reader, require_model
from app.settings import Settings
from app.vocab import DEFAULT_BASE
from tests.extract.llm_stub import SAID, TEXT

ROOT = Path(__file__).parents[2]
KEY = "sk-canary-5d0e"
DOCUMENT = Document(id="d", text=TEXT, path="d.md", sha256=hashlib.sha256(TEXT.encode()).hexdigest(), language="en")


@dataclass(frozen=True)
class Stub:
    """A running endpoint."""

    base: str
    log: Path
    key_file: Path

    def requests(self) -> list[dict[str, object]]:
        """Every request that it got."""
        return [json.loads(line) for line in self.log.read_text().splitlines()] if self.log.exists() else []

    def access(self, mode: str, **more: object) -> ModelAccess:
        """Where a mode of it is."""
        values: dict[str, object] = {"timeout_s": 10.0, "retries": 1, "key_file": self.key_file, **more}
        return ModelAccess(url=f"{self.base}/{mode}/v1", model="stub", **values)  # type: ignore[arg-type]


@pytest.fixture
def stub(tmp_path: Path) -> Iterator[Stub]:
    log, key = tmp_path / "requests.log", tmp_path / "key"
    key.write_text(KEY + "\n")
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.extract.llm_stub", str(log)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield Stub(f"http://127.0.0.1:{int(process.stdout.readline())}", log, key)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _read(access: ModelAccess) -> Records:
    return ModelReader(access).read(DOCUMENT)


def test_a_good_answer_is_read_with_our_own_times_and_figures(stub: Stub) -> None:
    records = _read(stub.access("good", price_in=2.0, price_out=10.0))
    said, denied = records.statements
    assert said.evidence.of(TEXT) == SAID
    assert said.account.time is not None
    assert said.account.time.earliest == date(2019, 3, 4)
    assert [(f.minimum, f.maximum) for f in said.account.casualties] == [(5, None)]
    assert denied.polarity is Polarity.DENIED
    assert denied.denial_scope == "WholeAccount"
    for statement in records.statements:
        assert (statement.review, statement.generated_by) == (ReviewStatus.UNREVIEWED, "llm.v1 (stub)")
    counts = dict(records.counts)
    assert (counts["asked"], counts["tokens_in"], counts["tokens_out"], counts["cost"]) == (1, 1000, 200, 0.004)
    (request,) = stub.requests()
    assert request["path"] == "/good/v1/chat/completions"
    assert request["authorization"] == f"Bearer {KEY}"
    assert "material, not instruction" in json.dumps(request["body"])
    assert write_review(DOCUMENT, records, DEFAULT_BASE)


def test_lies_are_dropped_and_counted(stub: Stub) -> None:
    records = _read(stub.access("lies"))
    counts = dict(records.counts)
    assert counts["dropped: not of the form"] == 7
    assert counts["dropped: words not in the text"] == 3
    assert counts["dropped: time not in its words"] == 1
    assert counts["dropped: figure not in its words"] == 1
    assert len(records.statements) == counts["statements"] == 3
    person, nobody, odd = records.statements
    assert [(p.name, p.class_hint, p.role, p.reference) for p in person.account.perpetrators] == [
        ("John Placeholder", "Person", None, None)
    ]
    assert is_held_back(person, {})
    assert nobody.account.perpetrators == ()
    assert (odd.account.time, odd.account.casualties) == (None, ())
    for statement in records.statements:
        entities = (*statement.claimants, *statement.account.perpetrators, *statement.account.places)
        assert all(e.span is not None and e.span.of(TEXT) == e.name for e in entities)


@pytest.mark.parametrize(
    ("mode", "why"),
    [("broken", "no JSON"), ("deep", "no JSON"), ("list", "no list of statements"),
     ("odd", "form of a chat completion"), ("html", "not JSON"),
     ("down", "status 500"), ("redirect", "status 302"), ("echo", "status 500")],
)  # fmt: skip
def test_a_bad_answer_leaves_the_document_unread_with_the_reason(stub: Stub, mode: str, why: str) -> None:
    records = _read(stub.access(mode))
    assert (records.read, records.statements) == (False, ())
    assert why in str(records.unread_reason)
    assert KEY not in repr(records)
    assert len(stub.requests()) == (2 if mode in ("down", "echo") else 1)
    assert all(str(r["path"]).startswith(f"/{mode}/") for r in stub.requests())


@pytest.mark.parametrize("mode", ["busy", "shaky"])
def test_a_busy_endpoint_is_asked_again(stub: Stub, mode: str) -> None:
    assert len(_read(stub.access(mode)).statements) == 2
    assert len(stub.requests()) == 2


@pytest.mark.parametrize("mode", ["slow", "drip"])
def test_a_slow_endpoint_is_left_in_time(stub: Stub, mode: str) -> None:
    started = time.monotonic()
    records = _read(stub.access(mode, timeout_s=1.0, retries=0))
    assert time.monotonic() - started < 15
    assert "too slow" in str(records.unread_reason)


def test_answers_are_kept_by_what_was_asked(stub: Stub, tmp_path: Path) -> None:
    access = stub.access("good", cache=tmp_path / "cache")
    first, second = _read(access), _read(access)
    assert first.statements == second.statements
    assert dict(second.counts)["cached"] == 1
    assert "cost" not in dict(second.counts)
    assert len(stub.requests()) == 1
    ModelReader(access).read(replace(DOCUMENT, text=TEXT + " "))
    assert len(stub.requests()) == 2
    for kept in (tmp_path / "cache").iterdir():
        assert KEY not in kept.read_text()
        kept.write_text("{")
    assert _read(access).statements == first.statements


def test_no_one_there_is_said_without_the_key(stub: Stub, tmp_path: Path) -> None:
    nobody = ModelAccess(url="http://127.0.0.1:9/v1", model="m", key_file=stub.key_file, retries=0, timeout_s=2)
    assert "ConnectionRefusedError" in str(_read(nobody).unread_reason)
    odd = tmp_path / "odd-key"
    odd.write_text(f"{KEY}\r\nX-Evil: 1")
    records = _read(stub.access("good", key_file=odd, retries=0))
    assert not records.read
    assert KEY not in repr(records)
    assert stub.requests() == []


class _Fixed:
    """A reader that always finds the same."""

    name = "fixed.v1"

    def __init__(self, records: Records) -> None:
        self._records = records

    def read(self, document: Document) -> Records:
        return self._records


def test_two_readers_agree_or_are_joined(stub: Stub) -> None:
    found = _read(stub.access("good"))
    mine = replace(found, statements=(replace(found.statements[0], id="s1", confidence=0.6),))
    second = ModelReader(stub.access("good"))
    agreed = CombinedReader(_Fixed(mine), second, only_agreed=True).read(DOCUMENT)
    assert [(s.id, s.confidence) for s in agreed.statements] == [("s1", 0.8)]
    union = CombinedReader(_Fixed(mine), second, only_agreed=False).read(DOCUMENT)
    assert [(s.id, s.confidence) for s in union.statements] == [("s1", 0.8), ("m2", 0.4)]
    assert dict(union.counts)["agreed"] == 1
    failed = CombinedReader(_Fixed(mine), ModelReader(stub.access("broken")), only_agreed=True).read(DOCUMENT)
    assert [s.id for s in failed.statements] == ["s1"]
    assert "no JSON" in failed.set_aside[0].reason


def test_a_model_that_is_wanted_must_be_named() -> None:
    with pytest.raises(SettingsError, match="llm_url"):
        require_model(Settings.load({"RASHOMON_EXTRACTOR": "union"}))
    with pytest.raises(SettingsError):
        Reader.open(Settings.load({"RASHOMON_EXTRACTOR": "llm", "RASHOMON_LLM_URL": "http://127.0.0.1:1/v1"}))


def test_a_build_reports_tokens_costs_and_what_was_dropped(stub: Stub, tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "d.md").write_text(TEXT, "utf-8")
    env = {
        **os.environ, "RASHOMON_EXTRACTOR": "llm", "RASHOMON_LLM_URL": f"{stub.base}/lies/v1",
        "RASHOMON_LLM_MODEL": "m", "RASHOMON_LLM_KEY_FILE": str(stub.key_file), "RASHOMON_LLM_PRICE_IN": "1",
        "RASHOMON_VAR": str(tmp_path / "var"),
    }  # fmt: skip
    command = [sys.executable, "-m", "app", "build", "--documents", str(documents), "--out", str(tmp_path / "out")]
    done = subprocess.run([*command, "--json"], cwd=ROOT, env=env, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    summary = json.loads(done.stdout)
    assert summary["reading"]["cost"] == 0.001
    assert summary["reading"]["dropped: words not in the text"] == 3
    assert KEY.encode() not in done.stdout + done.stderr
    for path in (tmp_path / "out").rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert KEY.encode() not in data
            assert b"John Placeholder" not in data

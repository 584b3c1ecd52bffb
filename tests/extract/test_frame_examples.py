"""Every cue and event frame is a line of data with an example, and the example is read through that line."""

from __future__ import annotations

import tomllib
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml
from spacy.tokens import Doc

from app.extract import load_extractor
from app.extract.frames import Frames, load_frames
from app.extract.parsing import load_parser, parse
from app.link import load_reference
from app.model import Document, Statement
from app.vocab import DEFAULT_BASE

RESOURCES = Path("app/extract/resources")
KNOWN_FILE = Path(__file__).parent / "frame-failures.yaml"
CUES = tomllib.loads((RESOURCES / "cues.toml").read_text("utf-8"))["cue"]
EVENTS = tomllib.loads((RESOURCES / "events.toml").read_text("utf-8"))["frames"]["event"]
KNOWN = dict(yaml.safe_load(KNOWN_FILE.read_text("utf-8")) or {})
# What a cue may make of its content. Where it says less, the words of the content decide.
TYPES = {
    "say": {"Report", "Accusation", "Denial", "Finding", "Assessment", "Call", "Condemnation", "Endorsement"},
    "accuse": {"Accusation", "Assessment"},
    "deny": {"Denial"},
    "find": {"Finding", "Report", "Accusation", "Assessment"},
    "assess": {"Assessment", "Accusation", "Report", "Finding", "Denial"},
    "condemn": {"Condemnation"},
    "endorse": {"Endorsement"},
    "call": {"Call"},
    "claim": {"Report"},
}
# An unspecific frame is narrowed by the instruments and means of its example.
NARROWED = {"Attack", "Killing", "Bombing"}


def _name(kind: str, row: dict[str, Any]) -> str:
    return f"{kind} {row['kind']} {row['word']} {row.get('act', row.get('type', 'light'))}"


_parser = cache(load_parser)


@cache
def _parse(text: str) -> Doc:
    return parse(_parser(), text)


@cache
def _reader() -> Any:
    return load_extractor("rules.v2", load_reference(Path("data/reference"), DEFAULT_BASE)[0])


def _read(text: str) -> tuple[Statement, ...]:
    document = Document(
        id="example", text=text, path="example.txt", sha256=sha256(text.encode()).hexdigest(),
        published="2019-03-04", publisher="Voice of America", language="en",
    )  # fmt: skip
    return tuple(_reader().read(document).statements)


def _cue_fires(frames: Frames, doc: Doc, row: dict[str, Any]) -> bool:
    found = [frames.cue(t) for t in doc]
    return any(c and (c.word, *c.rest) == tuple(row["word"].split()) and c.kind == row["kind"] for c in found)


def _event_fires(frames: Frames, doc: Doc, row: dict[str, Any]) -> bool:
    word, *rest = row["word"].replace("-", " - ").split()
    if row["kind"] == "verb":
        return any(f.word == word and f.rest == tuple(rest) for t in doc for f in frames.verb_events(t))
    if not rest:
        return any(f.word == word for t in doc for f in frames.noun_events(t))
    words, lemmas = [t.lower_ for t in doc], [t.lemma_.lower() for t in doc]
    found = [frames.phrase_at(words, lemmas, i) for i in range(len(words))]
    return any(f is not None and (f[1].word, *f[1].rest) == (word, *rest) for f in found)


def cue_fault(row: dict[str, Any]) -> str | None:
    """Return why a cue's example is not read through it, None where it is."""
    if not _cue_fires(load_frames(), _parse(row["example"]), row):
        return "the word is no cue here"
    types = {str(s.type) for s in _read(row["example"])}
    return None if types & TYPES[row["act"]] else f"read as {', '.join(sorted(types)) or 'nothing'}"


def event_fault(row: dict[str, Any]) -> str | None:
    """Return why an event frame's example is not read through it, None where it is."""
    if not _event_fires(load_frames(), _parse(row["example"]), row):
        return "the word names no event here"
    read = _read(row["example"])
    if row.get("light"):
        return None if any(s.account.perpetrators or s.account.targets for s in read) else "no role is lent"
    kinds = {str(s.account.event_type) for s in read}
    right = bool(kinds) if row["type"] in NARROWED else row["type"] in kinds
    return None if right else f"read as {', '.join(sorted(kinds)) or 'nothing'}"


@cache
def faults() -> dict[str, str]:
    """Read every example once; return the lines that are not read as they say, with the reason."""
    found = {_name("cue", r): cue_fault(r) for r in CUES} | {_name("event", r): event_fault(r) for r in EVENTS}
    return {name: fault for name, fault in found.items() if fault is not None}


def test_every_line_reads_its_example() -> None:
    """What is not on the list of known failures must be read as its line says."""
    assert {n: f for n, f in faults().items() if n not in KNOWN} == {}


def test_few_lines_fail() -> None:
    assert len(faults()) <= 0.25 * (len(CUES) + len(EVENTS))


def test_there_are_enough_and_each_has_an_example() -> None:
    assert len(CUES) >= 240
    assert len(EVENTS) >= 150
    assert [r["word"] for r in (*CUES, *EVENTS) if not r.get("example", "").endswith((".", "”", '"'))] == []


def test_known_failures_name_frames() -> None:
    assert set(KNOWN) <= {_name("cue", r) for r in CUES} | {_name("event", r) for r in EVENTS}


if __name__ == "__main__":
    lines = [f"{name}: {fault}" for name, fault in sorted(faults().items())]
    head = "# Frames whose example is not read as its line says; by `python -m tests.extract.test_frame_examples`."
    KNOWN_FILE.write_text("\n".join([head, *lines, "" if lines else "{}"]), "utf-8")
    print("\n".join(lines))

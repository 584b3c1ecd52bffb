"""Citable queries: a query, the snapshot it was asked of and the hash of its result, under a name made from them."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from app.errors import LimitError, NotFoundError, StoreError

_NAME = re.compile(r"[0-9a-f]{20}")
_BLANK = re.compile(r"_:[A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Citation:
    """What is kept of a cited query; `result_hash` and `rows` are those of the day."""

    query: str
    form: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    snapshot: str
    result_hash: str
    rows: int
    created: str

    @property
    def hash(self) -> str:
        """The name: the same question of the same snapshot has the same one."""
        parts = [self.query, self.default_graphs, self.named_graphs, self.snapshot]
        return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode("utf-8")).hexdigest()[:20]

    @property
    def title(self) -> str:
        """The first comment of the query, as authors name their queries; else words that name the snapshot."""
        first = next((line.strip() for line in self.query.splitlines() if line.strip()), "")
        words = " ".join(first.lstrip("#").split()) if first.startswith("#") and not first.startswith("#view:") else ""
        return words[:200] or f"Answer to a SPARQL query over Rashomon, snapshot {self.snapshot[:12]}"


class Citations:
    """The cited queries of one installation: a folder, a small file for each, never changed and bounded in number."""

    def __init__(self, folder: Path, most: int) -> None:
        """`folder` is made when the first is kept; at most `most` are."""
        self._folder, self._most = folder, most

    def keep(self, citation: Citation) -> tuple[Citation, bool]:
        """Keep a citation; returns what is kept (the first one of that name) and whether it is new.

        Raises LimitError where there are too many, StoreError where the disk fails.
        """
        path = self._folder / f"{citation.hash}.json"
        beside = self._folder / f".{citation.hash}.{uuid4().hex}"
        try:
            if path.is_file():
                return self.find(citation.hash), False
            self._folder.mkdir(parents=True, exist_ok=True)
            if sum(1 for _ in self._folder.iterdir()) >= self._most:
                raise LimitError(f"{self._most} queries are cited already", advice="Ask the operator to allow more.")
            with beside.open("w", encoding="utf-8") as stream:
                json.dump(asdict(citation), stream, ensure_ascii=False, indent=1)
                stream.flush()
                os.fsync(stream.fileno())
            beside.replace(path)
        except OSError as error:
            beside.unlink(missing_ok=True)
            raise StoreError("the citation could not be kept", why=error.strerror or "") from error
        return citation, True

    def find(self, name: str) -> Citation:
        """Return a kept citation. Raises NotFoundError, and StoreError where its file is damaged."""
        path = self._folder / f"{name}.json"
        if not _NAME.fullmatch(name) or not path.is_file():
            raise NotFoundError("no query is cited under this name", where=name)
        try:
            kept: dict[str, Any] = json.loads(path.read_text("utf-8"))
            kept["default_graphs"], kept["named_graphs"] = tuple(kept["default_graphs"]), tuple(kept["named_graphs"])
            found = Citation(**kept)
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise StoreError("this citation's file is damaged", where=name) from error
        if found.hash != name:
            raise StoreError("this citation's file holds another one", where=name)
        return found


def hash_result(body: bytes, media_type: str) -> tuple[str, int]:
    """Return the SHA-256 of a result, whatever the order of its rows, and how many rows or triples it has.

    Solutions (SPARQL results in JSON): a line with the sorted variables, then each row as JSON with sorted keys and no
    spaces, lines sorted. Graphs (N-Triples): lines sorted. Labels of blank nodes do not count.
    """
    if media_type == "application/n-triples":
        lines = sorted({_BLANK.sub("_:b", line) for line in body.decode("utf-8").splitlines() if line})
        return _hash(lines), len(lines)
    answer = json.loads(body)
    if "boolean" in answer:
        return _hash([json.dumps(bool(answer["boolean"]))]), 1
    rows = answer["results"]["bindings"]
    lines = sorted(json.dumps(_row(row), ensure_ascii=False, sort_keys=True, separators=(",", ":")) for row in rows)
    return _hash([json.dumps(sorted(answer["head"].get("vars", [])), separators=(",", ":")), *lines]), len(rows)


def _row(row: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    shown = {}
    for name, cell in row.items():
        kind = "literal" if cell["type"] == "typed-literal" else cell["type"]  # an old name that some servers still use
        shown[name] = {**cell, "type": kind, "value": "b" if kind == "bnode" else cell["value"]}
    return shown


def _hash(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()

"""Reviews written from a document's page: who holds a token may accept, correct or reject what a program read.

A decision becomes an entry of `data/reviews/<id>.yaml`, the file that `rashomon review` writes and a person edits; it
shows with the next build. Only a Bearer token counts: there is no cookie, so no other site can make a browser decide.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.errors import ConflictError, NotFoundError, StoreError, UnauthorizedError, UsageError
from app.serve.pages.story import StatementView, read_story
from app.serve.protocol import read_body
from app.serve.review_fields import FIELDS
from app.vocab import segment

if TYPE_CHECKING:
    from app.serve.application import Site

_ACTIONS = ("accept", "change", "reject")
_MOST_BYTES = 10_000


def reviewer_of(tokens: str, authorization: str | None) -> str:
    """Return the name of the reviewer whose token a request shows. Raises UnauthorizedError."""
    kind, _, token = (authorization or "").partition(" ")
    shown = hashlib.sha256(token.strip().encode()).hexdigest()
    found = ""
    for entry in filter(None, tokens.split(",")):
        name, _, digest = entry.rpartition("=")
        if hmac.compare_digest(digest, shown):
            found = name.strip()
    if kind.casefold() != "bearer" or not found:
        raise UnauthorizedError("this needs a reviewer's token", advice="Send it as Authorization: Bearer ….")
    return found


def add_reviews(app: FastAPI, site: Site) -> None:
    """Add `GET /reviews` (is this token known?) and `POST /reviews/{id}`."""

    @app.get("/reviews", summary="Whose token this is")
    async def who(request: Request) -> Response:
        name = reviewer_of(site.settings.review_tokens, request.headers.get("authorization"))
        return JSONResponse({"reviewer": name}, headers={"cache-control": "no-store"})

    @app.post("/reviews/{document_id}", summary="Decide on one statement of a document", status_code=202)
    async def decide(request: Request, document_id: str) -> Response:
        name = reviewer_of(site.settings.review_tokens, request.headers.get("authorization"))
        decision = await _decision(request)
        iri = site.settings.base + "id/document/" + segment(document_id)
        facts = await site.pool.run_prepared("document", {"document": iri})
        if not facts:
            raise NotFoundError("no such document is in this snapshot", where=document_id)
        statements = (await read_story(site.pool, iri)).statements
        entry = make_entry(decision, statements)
        identifier = facts[0]["identifier"]
        if "/" in identifier or identifier.startswith("."):
            raise ConflictError("this document's identifier is no file name", where=identifier[:80])
        path = site.settings.root / "data" / "reviews" / f"{identifier}.yaml"
        header = {"document": identifier, "text_sha256": facts[0]["sha"]}
        write_entry(path, header, entry, reviewer=name, today=datetime.now(UTC).date())
        told = {"written": f"data/reviews/{path.name}", "entry": entry, "shows": "with the next build"}
        return JSONResponse(told, 202, {"cache-control": "no-store"})


async def _decision(request: Request) -> Mapping[str, Any]:
    body = await read_body(request.receive, _MOST_BYTES)
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
        raise UsageError("a decision is sent as application/json", where="content-type")
    try:
        decision = yaml.safe_load(body.decode("utf-8")) if body else None
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        raise UsageError("the decision is not JSON", why=str(error)) from error
    if not isinstance(decision, dict):
        raise UsageError("a decision is an object with `statement` and `action`")
    return decision


def make_entry(decision: Mapping[str, Any], statements: tuple[StatementView, ...]) -> dict[str, Any]:
    """Return the entry of a review that a decision makes; it names its statement by words and type.

    Raises UsageError where the decision is malformed, ConflictError where the entry would not find its one statement.
    """
    action = decision.get("action")
    if action not in _ACTIONS:
        raise UsageError(f"action is one of {', '.join(_ACTIONS)}", where="action")
    found = [s for s in statements if s.iri == decision.get("statement")]
    if not found or not found[0].quotes:
        raise NotFoundError("this document has no such statement", where=str(decision.get("statement"))[:200])
    statement = found[0]
    by_hand = "It stands in the review by hand: edit it there."
    if statement.is_reviewed:
        raise ConflictError("a person has decided on this statement already", where=statement.iri, advice=by_hand)
    words = _words(statement)
    if statement.quotes[0].is_redacted:
        raise ConflictError("its words are blacked out, so that a review cannot name them", advice=by_hand)
    alike = [s for s in statements if not s.is_reviewed and s.quotes and words in _words(s) and s.act == statement.act]
    if len(alike) != 1:
        advice = "Run `rashomon review` and tell them apart in the file."
        raise ConflictError("several statements have these words and this type", where=words[:80], advice=advice)
    entry: dict[str, Any] = {"action": action, "match": words, "type": statement.act}
    if action == "change":
        entry["set"] = _changes(decision.get("set"))
    return entry


def _words(statement: StatementView) -> str:
    return "".join(p.text for p in statement.quotes[0].pieces)


def _changes(given: object) -> dict[str, str]:
    if not isinstance(given, dict) or not given:
        raise UsageError("a correction says what to set", where="set", advice=f"Fields are {', '.join(FIELDS)}.")
    for name, value in given.items():
        if name not in FIELDS or not isinstance(value, str) or value not in FIELDS[name]:
            known = ", ".join(sorted(FIELDS.get(name, FIELDS)))
            raise UsageError(f"{name!s:.40} cannot be {value!s:.40}", where="set", advice=f"Known are {known}.")
    if (given.get("polarity") in ("denied", "undetermined")) != ("denial_scope" in given):
        raise UsageError(
            "what is denied or left open is named by denial_scope, and only then", where="set.denial_scope"
        )
    return dict(given)


def write_entry(path: Path, header: Mapping[str, str], entry: Mapping[str, Any], *, reviewer: str, today: date) -> None:
    """Add an entry to a review, or begin one; the file is old or new, never half, and what stands in it is kept.

    Raises ConflictError where the review is of another text, gives every statement itself, or has this entry;
    StoreError where the disk refuses.
    """
    with _locked(path):
        old = path.read_text("utf-8") if path.is_file() else ""
        said = _load(old, path)
        if said and said.get("text_sha256") != header["text_sha256"]:
            raise ConflictError("the review on disk is of another text", where=path.name)
        if said.get("complete"):
            raise ConflictError("the review gives every statement itself", where=path.name, advice="Edit it there.")
        before = list(said.get("statements") or [])
        if any(e.get("match") == entry["match"] and e.get("type") == entry["type"] for e in before):
            raise ConflictError("a decision on this statement waits for the next build", where=path.name)
        start = old or _dump({**header, "reviewer": reviewer, "reviewed": today}) + "statements:\n"
        item = _dump([dict(entry)])
        block = f"  # {reviewer}, {today}, on the page\n" + "".join(f"  {line}\n" for line in item.splitlines())
        new = (start if start.endswith("\n") else start + "\n") + block
        expected = {
            **(said or {**header, "reviewer": reviewer, "reviewed": today}),
            "statements": [*before, dict(entry)],
        }
        if _load(new, path) != expected:
            new = _dump(expected)
        _replace(path, new)


def _load(text: str, path: Path) -> dict[str, Any]:
    try:
        value = yaml.safe_load(text) if text else {}
    except yaml.YAMLError:
        return {}
    if not isinstance(value, dict):
        raise ConflictError("the review on disk is no mapping", where=path.name)
    return value


def _dump(value: object) -> str:
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=110)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)
    except OSError as error:
        raise StoreError("the review cannot be written", why=error.strerror or "the disk refused") from error


def _replace(path: Path, text: str) -> None:
    partial = path.with_name(f".{path.name}-{os.getpid()}")
    with partial.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)

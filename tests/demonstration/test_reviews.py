"""Every document has a complete review that fits its text to the character."""

from __future__ import annotations

import hashlib
from typing import Any

from app.model import DENIAL_SCOPES, EventType, StatementType

from .corpus import DOCUMENTS, REVIEWS, Digest, entities, evidence_text

REQUIRED = {"title", "publisher", "url", "language", "licence", "digest"}
WITHOUT_DATE = {"ucdp-khan-shaykhun"}


def test_each_document_has_a_review_and_each_review_a_document() -> None:
    assert {p.stem for p in DOCUMENTS.glob("*.md")} == {p.stem for p in REVIEWS.glob("*.yaml")}


def test_front_matter_says_what_a_digest_must_say(corpus: list[Digest]) -> None:
    for digest in corpus:
        assert set(digest.metadata) >= REQUIRED, digest.id
        assert digest.metadata["digest"] is True, digest.id
        assert digest.metadata["language"] == "en", digest.id
        assert digest.metadata["licence"] == "CC BY 4.0 (our summary)", digest.id
        assert ("published" in digest.metadata) == (digest.id not in WITHOUT_DATE), digest.id
        assert digest.metadata["url"].startswith(("http://", "https://")), digest.id


def test_reviews_are_complete_and_fit_the_text(corpus: list[Digest]) -> None:
    for digest in corpus:
        assert digest.review["document"] == digest.id
        assert digest.review["complete"] is True, digest.id
        assert digest.statements, digest.id
        assert digest.review["text_sha256"] == hashlib.sha256(digest.body.encode()).hexdigest(), digest.id
        for statement in digest.statements:
            for text in _texts(statement):
                assert text in digest.body, (digest.id, statement["id"], text)


def _texts(statement: dict[str, Any]) -> list[str]:
    texts = [evidence_text(e) for e in (statement["evidence"], *statement.get("also", []))]
    texts += [e["text"] for e in entities(statement) if "text" in e]
    texts += [c["text"] for c in statement.get("casualties", [])]
    texts += [statement[k]["text"] for k in ("time", "stated_at") if k in statement]
    return texts + [statement[k] for k in ("hedge", "motive") if k in statement]


def test_evidence_is_short_and_found_once(corpus: list[Digest]) -> None:
    for digest in corpus:
        for statement in digest.statements:
            if isinstance(statement["evidence"], str):
                assert digest.body.count(statement["evidence"]) == 1, (digest.id, statement["id"])
            assert len(evidence_text(statement["evidence"]).split()) <= 50, (digest.id, statement["id"])


def test_statements_keep_to_the_model(corpus: list[Digest]) -> None:
    for digest in corpus:
        ids = [s["id"] for s in digest.statements]
        assert len(set(ids)) == len(ids), digest.id
        for statement in digest.statements:
            where = (digest.id, statement["id"])
            kind = StatementType(statement["type"])
            EventType(statement["event_type"])
            assert statement["claimants"], where
            assert ("polarity" in statement) == kind.is_claim, where
            assert (statement.get("polarity") == "denied") == ("denial_scope" in statement), where
            assert statement.get("denial_scope", "WholeAccount") in DENIAL_SCOPES, where
            assert ("certainty" in statement) == (statement.get("polarity") in ("affirmed", "denied")), where
            for field in ("event", "breach_of", "investigation_of", "response_to"):
                assert field not in statement or statement[field] in digest.review["events"], where
            for field in ("disputes", "endorses", "alternative_to"):
                assert set(statement.get(field, [])) <= set(ids) - {statement["id"]}, where
            assert statement.get("fabrication_of", ids[0]) in ids, where
            if kind is StatementType.CALL:
                assert statement["modality"] == "requested", where


def test_a_denial_states_the_slot_that_it_denies(corpus: list[Digest]) -> None:
    slot = {"statesInstrument": "instruments", "statesPerpetrator": "perpetrators"}
    for digest in corpus:
        for statement in digest.statements:
            field = slot.get(statement.get("denial_scope", ""))
            assert field is None or statement[field], (digest.id, statement["id"])


def test_digests_never_speak_in_their_own_or_a_quoted_voice(corpus: list[Digest]) -> None:
    for digest in corpus:
        for statement in digest.statements:
            assert statement["mode"] == "indirect", (digest.id, statement["id"])
            assert all(c["name"] != "DOCUMENT" for c in statement["claimants"]), (digest.id, statement["id"])


def test_alternatives_point_at_each_other(corpus: list[Digest]) -> None:
    pairs = 0
    for digest in corpus:
        by_id = {s["id"]: s for s in digest.statements}
        for statement in digest.statements:
            for other in statement.get("alternative_to", []):
                assert statement["id"] in by_id[other]["alternative_to"], (digest.id, statement["id"])
                pairs += 1
    assert pairs >= 2

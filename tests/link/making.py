"""Records of one event for the tests of linking."""

from __future__ import annotations

from app.model import Account, AttributionMode, EventRecord, Records, Span, Statement, StatementType


def reported(document: str, account: Account, event: EventRecord, *, statement: str = "s1") -> Records:
    """One document that reports one account of one event."""
    report = Statement(
        id=statement, type=StatementType.REPORT, evidence=Span(0, 1), claimants=(), account=account,
        mode=AttributionMode.OWN_VOICE,
    )  # fmt: skip
    return Records(document_id=document, generator="rules.v1", statements=(report,), events=(event,))

"""Text and limits to bytes, in killable worker processes without network."""

from app.query.formats import negotiate
from app.query.gate import Form, Limits, inspect
from app.query.pool import Answer, QueryPool, Request

__all__ = ["Answer", "Form", "Limits", "QueryPool", "Request", "inspect", "negotiate"]

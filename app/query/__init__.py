"""Text and limits to bytes, in killable worker processes without network."""

from app.query.cache import ResultCache
from app.query.formats import negotiate
from app.query.gate import Form, Limits, inspect
from app.query.pool import QueryPool
from app.query.request import Answer, Request

__all__ = ["Answer", "Form", "Limits", "QueryPool", "Request", "ResultCache", "inspect", "negotiate"]

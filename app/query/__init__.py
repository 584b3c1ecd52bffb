"""Text and limits to bytes, in killable worker processes without network."""

from app.query.cache import ResultCache
from app.query.engine import Engine
from app.query.formats import negotiate
from app.query.gate import Form, Limits, inspect
from app.query.pool import QueryPool
from app.query.remote import RemoteStore
from app.query.request import Answer, Request

__all__ = [
    "Answer",
    "Engine",
    "Form",
    "Limits",
    "QueryPool",
    "RemoteStore",
    "Request",
    "ResultCache",
    "inspect",
    "negotiate",
]

"""Text and limits to bytes, in killable worker processes without network."""

from app.query.cache import ResultCache
from app.query.engine import Engine
from app.query.formats import negotiate
from app.query.gate import Form, Limits, inspect, inspect_update
from app.query.pool import QueryPool
from app.query.remote import RemoteStore
from app.query.request import Answer, Operation, Request
from app.query.scratch import ScratchPool
from app.query.turns import TurnLostError, Turns
from app.query.using import add_using

__all__ = [
    "Answer",
    "Engine",
    "Form",
    "Limits",
    "Operation",
    "QueryPool",
    "RemoteStore",
    "Request",
    "ResultCache",
    "ScratchPool",
    "TurnLostError",
    "Turns",
    "add_using",
    "inspect",
    "inspect_update",
    "negotiate",
]

"""HTTP: the SPARQL protocol, pages, dumps and descriptions over one snapshot."""

from app.serve.answering import answer_path
from app.serve.application import create_app
from app.serve.server import run_scratch, run_server

__all__ = ["answer_path", "create_app", "run_scratch", "run_server"]

"""HTTP: the SPARQL protocol, pages, dumps and descriptions over one snapshot."""

from app.serve.application import create_app
from app.serve.server import run_server

__all__ = ["create_app", "run_server"]

"""Rashomon: documents about contested events as a graph of who says what about which event, in which words."""

from __future__ import annotations

from typing import Any

__all__ = ["open_graph"]


def __getattr__(name: str) -> Any:
    """Import the notebook's door only when it is asked for, because it brings rdflib with it."""
    if name == "open_graph":
        from app.query.notebook import open_graph

        return open_graph
    raise AttributeError(name)

"""Standpoints: flat views derived by named rules under stated assumptions, each in a graph of its own outside the
main store."""

from __future__ import annotations

import re
from pathlib import Path

from pyoxigraph import NamedNode, Quad, QueryTriples, Store

from app.errors import ReferenceDataError
from app.mapping.terms import LABEL, GraphWriter, english, text
from app.vocab import DEFAULT_BASE, Minter

_HEADER = re.compile(r"^# (title|held by|because): (.+)$", re.MULTILINE)


def derive_standpoints(store: Store, folder: Path, minter: Minter) -> list[Quad]:
    """Run every rule file of a folder (a CONSTRUCT with title, holder and reason) over a store; return the views.

    Raises ReferenceDataError where a rule lacks a header line or cannot be run.
    """
    rules = sorted(folder.glob("*.rq")) if folder.is_dir() else []
    return [quad for rule in rules for quad in _derive(store, rule, minter)]


def _derive(store: Store, rule: Path, minter: Minter) -> list[Quad]:
    query = rule.read_text("utf-8").replace(DEFAULT_BASE + "id/", minter.base + "id/")
    header = dict(_HEADER.findall(query))
    missing = {"title", "held by", "because"} - set(header)
    if missing:
        raise ReferenceDataError(
            "a standpoint says its title, who holds it and why", where=f"{rule}:1", why=f"no {sorted(missing)}"
        )
    graph = f"{minter.base}graph/standpoint/{rule.stem}"
    try:
        triples = store.query(query, use_default_graph_as_union=True)
    except (SyntaxError, ValueError) as error:
        raise ReferenceDataError("a standpoint's rule cannot be run", where=str(rule), why=str(error)) from error
    assert isinstance(triples, QueryTriples)
    out = GraphWriter(graph)
    out.typed(graph, "Standpoint")
    out.add(graph, LABEL, english(header["title"]))
    out.add(graph, "heldBy", text(header["held by"]))
    out.add(graph, "heldBecause", text(header["because"]))
    view = {Quad(t.subject, t.predicate, t.object, NamedNode(graph)) for t in triples}
    return [*out.quads(), *sorted(view, key=str)]

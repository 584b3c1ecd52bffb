"""Small snapshots for tests."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from app.store import publish, staging, write_snapshot
from app.vocab import CEV, RDFS

DATA = "https://w3id.org/contested-events/"


def quads(count: int = 40, *, tag: str = "", graphs: int = 3) -> list[Quad]:
    """Quads over a few graphs: IRIs, literals of several kinds, blank nodes."""
    made = []
    for n in range(count):
        graph = NamedNode(f"{DATA}document/d{n % graphs}")
        node = NamedNode(f"{DATA}statement/d{n % graphs}-{n}{tag}")
        made += [
            Quad(node, NamedNode(RDFS + "label"), Literal(f'label {n} "é😀\\ \n{tag}', language="en"), graph),
            Quad(node, NamedNode(CEV + "contentHash"), Literal(f"{n}{tag}"), graph),
            Quad(node, NamedNode(CEV + "charStart"), Literal(n), graph),
            Quad(node, NamedNode(CEV + "claimant"), BlankNode(f"b{n}"), graph),
            Quad(BlankNode(f"b{n}"), NamedNode(RDFS + "label"), Literal(f"claimant {n}"), graph),
        ]
    return made


def stage(var: Path, *, tag: str = "", count: int = 40, process: int | None = None) -> Path:
    """A staged snapshot below `var`; `process` names the directory as another process would."""
    staged = staging(var)
    if process is not None:
        staged = staged.rename(staged.with_name(f".building-{process}"))
    extras = {"pages/summary.json": b'{"a": 1}' * 50, "dumps/x.txt": b"x" * 100}
    write_snapshot(
        staged, quads(count, tag=tag), manifest={"version": "1"}, report={"conforms": True}, extras=extras,
        standpoints=quads(5, tag="standpoint"),
    )  # fmt: skip
    return staged


def published(var: Path, *, tag: str = "", keep: int = 3) -> Path:
    """A published snapshot below `var`."""
    return publish(var, stage(var, tag=tag), keep=keep)

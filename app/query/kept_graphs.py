"""The descriptions of a snapshot (VoID, service description): found once, at build, and kept as triples beside it.

Both count the whole graph: a second or two of a worker at a million quads, for each address under which a server is
asked. A snapshot never changes, so only what each server puts in (its own address, what it can do) is open: it stands
in the kept triples as names of ours. Each file names its query by hash; a worker whose text differs asks the engine.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, QueryTriples, RdfFormat, Store, Triple, parse, serialize

from app.query.binding import bind_variables

FOLDER = "prepared"
_PUT = "urn:x-rashomon:put:"
# Of `queries/pages/`: the variables that each server binds for itself.
_OPEN = {"void": ("endpoint",), "service": ("endpoint", "dataset", "whole", "feature", "changes")}


@dataclass(frozen=True, slots=True)
class KeptGraph:
    """The triples of one description; `fixed` are the bindings that they were found with, `open` those put in now."""

    fixed: Mapping[str, str]
    open: tuple[str, ...]
    lines: str

    def triples(self, bindings: Mapping[str, str]) -> Iterator[Triple] | None:
        """The description for these bindings; None where it was found with others. Raises ValueError for no IRI."""
        if bindings.keys() != {*self.fixed, *self.open} or any(bindings[n] != iri for n, iri in self.fixed.items()):
            return None
        put = {NamedNode(_PUT + name): NamedNode(bindings[name]) for name in self.open}
        return self._filled(put)

    def _filled(self, put: Mapping[NamedNode, NamedNode]) -> Iterator[Triple]:
        for quad in parse(self.lines, RdfFormat.N_TRIPLES):
            subject, thing = quad.subject, quad.object
            yield Triple(
                put.get(subject, subject) if isinstance(subject, NamedNode) else subject,
                quad.predicate,
                put.get(thing, thing) if isinstance(thing, NamedNode) else thing,
            )


def describe(store: Store, queries: Path, base: str) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of a file for each description of a store whose data set is `{base}id/dataset`."""
    for name, names in _OPEN.items():
        text = (queries / f"{name}.rq").read_text("utf-8")
        fixed = {"thing": f"{base}id/dataset"} if "?thing" in text else {}
        bound = bind_variables(text, {**fixed, **{n: _PUT + n for n in names}})
        found = store.query(bound, use_default_graph_as_union=True)
        assert isinstance(found, QueryTriples)
        lines = serialize(found, format=RdfFormat.N_TRIPLES) or b""
        content = {"query": _hash(text), "fixed": fixed, "open": names, "lines": lines.decode()}
        yield f"{FOLDER}/{name}.graph.json", json.dumps(content, ensure_ascii=False).encode()


def read_kept(snapshot: Path) -> dict[str, KeptGraph]:
    """The descriptions that a snapshot keeps, by the hash of their query; a damaged file is none."""
    found: dict[str, KeptGraph] = {}
    for path in (snapshot / FOLDER).glob("*.graph.json"):
        try:
            content = json.loads(path.read_text("utf-8"))
            found[content["query"]] = KeptGraph(dict(content["fixed"]), tuple(content["open"]), content["lines"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return found


def kept_for(graphs: Mapping[str, KeptGraph], text: str) -> KeptGraph | None:
    """What is kept for a query, without bindings put in."""
    return graphs.get(_hash(text)) if graphs else None


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

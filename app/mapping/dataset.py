"""The description of the data set itself (VoID, DCAT) and of the agents that read it."""

from __future__ import annotations

from collections.abc import Iterable

from app.mapping.terms import LABEL, TYPE, GraphWriter, english, integer, node, text
from app.vocab import CEV, DCAT, DCTERMS, ONTOLOGY, PROV, VOID, Minter

LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def map_dataset(
    *, agents: Iterable[str], documents: int, statements: int, events: int, version: str, minter: Minter
) -> GraphWriter:
    """Return the graph that describes the data set; `version` is that of the software, not a time."""
    out = GraphWriter(minter.graph("dataset"))
    iri = f"{minter.base}id/dataset"
    out.add(iri, TYPE, node(VOID + "Dataset"))
    out.add(iri, TYPE, node(DCAT + "Dataset"))
    out.add(iri, node(DCTERMS + "title"), english("Rashomon: contested events"))
    out.add(iri, LABEL, english("Rashomon: contested events"))
    out.add(
        iri,
        node(DCTERMS + "description"),
        english(
            "Who says what about which event, in which words. Every value is a claim of a named claimant, never a fact."
        ),
    )
    out.link(iri, node(DCTERMS + "license"), LICENCE)
    out.add(iri, node(DCTERMS + "hasVersion"), text(version))
    out.link(iri, node(VOID + "vocabulary"), ONTOLOGY + "#")
    out.add(iri, node(VOID + "uriSpace"), text(f"{minter.base}id/"))
    for name, count in (("SourceDocument", documents), ("AttributedStatement", statements), ("Event", events)):
        partition = f"{iri}/class/{name}"
        out.link(iri, node(VOID + "classPartition"), partition)
        out.link(partition, node(VOID + "class"), CEV + name)
        out.add(partition, node(VOID + "entities"), integer(count))
    for agent in sorted(set(agents)):
        agent_iri = minter.agent(agent)
        kind = "Agent" if agent.startswith("reviewer ") else "SoftwareAgent"
        out.add(agent_iri, TYPE, node(PROV + kind))
        out.add(agent_iri, LABEL, english(agent))
    return out

"""Dumps of a snapshot in the formats that other tools read; prefixes readable, order canonical."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from pyoxigraph import NamedNode, Quad, QuerySolutions, RdfFormat, Store, Triple, serialize

from app.errors import NotAcceptableError, NotFoundError
from app.store.nanopublications import write_nanopublications
from app.store.snapshot import STORE, read_manifest, read_quads
from app.vocab import CEV, DCTERMS, PREFIXES, RDFS

_FORMATS = {
    "turtle": RdfFormat.TURTLE,
    "trig": RdfFormat.TRIG,
    "nquads": RdfFormat.N_QUADS,
    "ntriples": RdfFormat.N_TRIPLES,
    "rdfxml": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}
_FLAT = f"""PREFIX cev: <{CEV}> PREFIX rdfs: <{RDFS}> PREFIX dcterms: <{DCTERMS}>
SELECT ?statement ?type ?claimant ?polarity ?certainty ?modality ?event ?event_label ?event_type
  ?perpetrators ?targets ?instruments ?places ?earliest ?latest ?quote ?document ?start ?end ?published ?review WHERE {{
  ?s a cev:AttributedStatement ; a ?t ; cev:hasAccount ?a .
  VALUES ?t {{ cev:Accusation cev:Denial cev:Assessment cev:Finding cev:Report cev:Condemnation
    cev:Endorsement cev:Call }}
  ?a cev:accountOf ?e ; cev:modality ?m ; cev:statesEventType ?et . ?e rdfs:label ?event_label .
  ?mention cev:expresses ?s ; cev:quote ?quote ; cev:charStart ?start ; cev:charEnd ?end ; cev:inDocument ?d ;
    cev:reviewStatus ?r .
  ?d dcterms:identifier ?document . OPTIONAL {{ ?d dcterms:date ?published }}
  OPTIONAL {{ ?s cev:polarity ?p }} OPTIONAL {{ ?s cev:claimantCertainty ?c }}
  OPTIONAL {{ ?a cev:statesTime ?time .
    OPTIONAL {{ ?time cev:earliest ?earliest }} OPTIONAL {{ ?time cev:latest ?latest }} }}
  {{ SELECT ?s (GROUP_CONCAT(DISTINCT ?cl; separator="|") AS ?claimant)
    WHERE {{ ?s cev:claimant/rdfs:label ?cl }} GROUP BY ?s }}
  OPTIONAL {{ SELECT ?a (GROUP_CONCAT(DISTINCT ?l1; separator="|") AS ?perpetrators)
    WHERE {{ ?a cev:statesPerpetrator/rdfs:label ?l1 }} GROUP BY ?a }}
  OPTIONAL {{ SELECT ?a (GROUP_CONCAT(DISTINCT ?l2; separator="|") AS ?targets)
    WHERE {{ ?a cev:statesTarget/rdfs:label ?l2 }} GROUP BY ?a }}
  OPTIONAL {{ SELECT ?a (GROUP_CONCAT(DISTINCT ?l3; separator="|") AS ?instruments)
    WHERE {{ ?a cev:statesInstrument/rdfs:label ?l3 }} GROUP BY ?a }}
  OPTIONAL {{ SELECT ?a (GROUP_CONCAT(DISTINCT ?l4; separator="|") AS ?places)
    WHERE {{ ?a cev:statesPlace/rdfs:label ?l4 }} GROUP BY ?a }}
  BIND(STR(?s) AS ?statement) BIND(STR(?e) AS ?event) BIND(STRAFTER(STR(?t), "#") AS ?type)
  BIND(STRAFTER(STR(?p), "#") AS ?polarity)
  BIND(STRAFTER(STR(?c), "#") AS ?certainty) BIND(STRAFTER(STR(?m), "#") AS ?modality)
  BIND(STRAFTER(STR(?et), "#") AS ?event_type)
  BIND(STRAFTER(STR(?r), "#") AS ?review)
}} ORDER BY ?document ?start ?end ?statement"""


def export(snapshot: Path, format_: str, *, graph: str | None = None, out: BinaryIO) -> None:
    """Write all graphs of a snapshot, or one, to a binary stream in `turtle`, `trig`, `nquads`, `ntriples`, `rdfxml`,
    `jsonld`
    or `csv` (one row per mention of a statement). Raises NotFoundError where the graph is not there."""
    if format_ == "nanopub":
        write_nanopublications(read_quads(snapshot), str(read_manifest(snapshot)["id"]), out)
        return
    if format_ == "csv":
        _write_csv(snapshot, out)
        return
    kind = _FORMATS.get(format_)
    if kind is None:
        raise NotAcceptableError(f"there is no export in {format_!r}", advice=f"There are csv, {', '.join(_FORMATS)}.")
    quads: Iterable[Quad] = read_quads(snapshot)
    if graph is not None:
        wanted = NamedNode(graph)
        quads = [q for q in quads if q.graph_name == wanted]
        if not quads:
            raise NotFoundError("no such graph is in the snapshot", where=graph)
    if kind.supports_datasets:
        quads = sorted(quads, key=lambda q: str(q.graph_name)) if kind != RdfFormat.N_QUADS else quads
        serialize(quads, out, format=kind, prefixes=_prefixes(kind))
    else:
        triples = sorted(((str(q.subject), str(q.predicate), str(q.object)), q) for q in quads)
        serialize(
            (Triple(q.subject, q.predicate, q.object) for _, q in triples), out, format=kind, prefixes=_prefixes(kind)
        )


def _prefixes(kind: RdfFormat) -> dict[str, str] | None:
    return PREFIXES if kind in (RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.RDF_XML, RdfFormat.JSON_LD) else None


def _write_csv(snapshot: Path, out: BinaryIO) -> None:
    rows = Store.read_only(str(snapshot / STORE)).query(_FLAT, use_default_graph_as_union=True)
    assert isinstance(rows, QuerySolutions)
    text = io.TextIOWrapper(out, "utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\r\n")
    names = [v.value for v in rows.variables]
    writer.writerow(names)
    for row in rows:
        writer.writerow([_safe_cell(row[n].value) if row[n] is not None else "" for n in names])
    text.detach()


def _safe_cell(value: str) -> str:
    """A cell that no spreadsheet runs as a formula."""
    return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value

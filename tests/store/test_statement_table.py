"""The table of statements holds what one query over the whole graph finds, without that query's cost."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from app.store import export
from app.store.statement_table import COLUMNS
from app.vocab import CEV, DCTERMS, RDFS

QUERY = f"""PREFIX cev: <{CEV}> PREFIX rdfs: <{RDFS}> PREFIX dcterms: <{DCTERMS}>
SELECT ?statement ?type ?polarity ?certainty ?modality ?event ?event_label ?event_type ?earliest ?latest ?quote
  ?document ?start ?end ?published ?review WHERE {{
  ?mention cev:expresses ?statement ; cev:quote ?quote ; cev:charStart ?start ; cev:charEnd ?end ; cev:inDocument ?d ;
    cev:reviewStatus ?review .
  ?statement a ?type ; cev:hasAccount ?a .
  FILTER(?type IN (cev:Accusation, cev:Denial, cev:Assessment, cev:Finding, cev:Report, cev:Condemnation,
    cev:Endorsement, cev:Call))
  ?a cev:accountOf ?event ; cev:modality ?modality ; cev:statesEventType ?event_type . ?event rdfs:label ?event_label .
  ?d dcterms:identifier ?document . OPTIONAL {{ ?d dcterms:date ?published }}
  OPTIONAL {{ ?statement cev:polarity ?polarity }} OPTIONAL {{ ?statement cev:claimantCertainty ?certainty }}
  OPTIONAL {{ ?a cev:statesTime ?time . OPTIONAL {{ ?time cev:earliest ?earliest }}
    OPTIONAL {{ ?time cev:latest ?latest }} }}
}}"""
LISTS = {
    "claimant": "cev:claimant", "perpetrators": "cev:hasAccount/cev:statesPerpetrator",
    "targets": "cev:hasAccount/cev:statesTarget", "instruments": "cev:hasAccount/cev:statesInstrument",
    "places": "cev:hasAccount/cev:statesPlace",
}  # fmt: skip
WHOLE = {"event", "statement"}  # columns that hold whole IRIs


def _rows(snapshot: Path) -> list[dict[str, str]]:
    out = io.BytesIO()
    export(snapshot, "csv", out=out)
    return list(csv.DictReader(io.StringIO(out.getvalue().decode(), newline="")))


def _ask(store: Store, query: str) -> QuerySolutions:
    found = store.query(query, use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    return found


def _cell(name: str, term: object) -> str:
    if term is None:
        return ""
    assert isinstance(term, NamedNode | Literal)
    text = term.value if name in WHOLE or isinstance(term, Literal) else term.value.removeprefix(CEV)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


def test_the_table_is_what_a_query_finds(demonstration: Path) -> None:
    rows = _rows(demonstration)
    assert len(rows) > 200
    store = Store.read_only(str(demonstration / "store"))
    found = _ask(store, QUERY)
    names = [v.value for v in found.variables]
    wanted = Counter(tuple(_cell(name, row[name]) for name in names) for row in found)
    assert Counter(tuple(row[name] for name in names) for row in rows) == wanted


def test_the_lists_of_the_table_are_what_queries_find(demonstration: Path) -> None:
    rows = _rows(demonstration)
    store = Store.read_only(str(demonstration / "store"))
    for column, path in LISTS.items():
        query = f"PREFIX cev: <{CEV}> PREFIX rdfs: <{RDFS}> SELECT ?s ?l {{ ?s {path}/rdfs:label ?l }}"
        wanted: dict[str, set[str]] = {}
        for found in _ask(store, query):
            wanted.setdefault(_cell("statement", found["s"]), set()).add(_cell("l", found["l"]))
        for row in rows:
            labels = row[column].split("|") if row[column] else []
            assert labels == sorted(wanted.get(row["statement"], set())), (column, row["statement"])


def test_the_table_is_in_the_order_of_the_documents(demonstration: Path) -> None:
    rows = _rows(demonstration)
    assert tuple(rows[0]) == COLUMNS
    places = [(r["document"], int(r["start"]), int(r["end"]), r["statement"]) for r in rows]
    assert places == sorted(places)

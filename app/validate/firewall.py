"""The firewall queries: each ASK must be false, each SELECT empty, on every build."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from app.errors import DataError
from app.validate.findings import FIREWALL
from app.validate.report import Report, Result

_MOST_ROWS = 100


def run_firewall(store: ox.Store, folder: Path) -> Report:
    """Run every `.rq` of a folder over the union of all graphs, and report each that finds something.

    The first comment line of a query is its title. Raises DataError where a query cannot be read or there is none.
    """
    files = sorted(folder.glob("*.rq"))
    if not files:
        raise DataError(
            "no firewall query found", where=str(folder), advice="Nothing is published without the firewall."
        )
    results: list[Result] = []
    for file in files:
        results += _run(store, file)
    return Report.of(results, len(files))


def _run(store: ox.Store, file: Path) -> list[Result]:
    query = file.read_text("utf-8")
    title = next((line.lstrip("# ").strip() for line in query.splitlines() if line.startswith("#")), file.stem)
    title = title.removesuffix("(must be false)").strip()
    try:
        answer = store.query(query, use_default_graph_as_union=True)
    except SyntaxError as error:
        raise DataError("a firewall query cannot be parsed", where=str(file), why=str(error)) from error
    if isinstance(answer, ox.QueryBoolean):
        return [FIREWALL.result(file.name, f"Found: {title}")] if answer else []
    if isinstance(answer, ox.QueryTriples):
        raise DataError("a firewall query must be ASK or SELECT", where=str(file))
    results = []
    for number, row in enumerate(answer):
        if number == _MOST_ROWS:
            break
        terms = [str(getattr(term, "value", term)) for term in row if term is not None]
        results.append(
            FIREWALL.result(terms[0] if terms else file.name, f"Found: {title}", value=" ".join(terms[1:]) or None)
        )
    return results

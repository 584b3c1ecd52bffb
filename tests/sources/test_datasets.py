"""Event data sets of our own making: each row a claim in exact words, broken rows set aside with line and column."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from app import pipeline
from app.documents import list_tables, read_table
from app.errors import DataError
from app.extract.dataset_formats import find_format, load_formats
from app.extract.datasets import RowError, RowReader
from app.model import Document, EntityKind, Records, SetAside, StatementType, TableRow
from app.settings import Settings

ROOT = Path(__file__).parents[2]
UCDP = {
    "id": "900001", "type_of_violence": "1", "dyad_name": "Government of Syria - Syrian insurgents",
    "side_a": "Government of Syria", "side_b": "Syrian insurgents", "number_of_sources": "1",
    "source_headline": "An own headline; with “quotes”", "where_prec": "1", "where_coordinates": "Khan Shaykhun town",
    "adm_1": "Idlib Governorate", "adm_2": "Maarat al-Numaan district", "country": "Syria", "date_prec": "1",
    "date_start": "2017-04-04", "date_end": "2017-04-04", "deaths_civilians": "52",
    "low": "83", "best": "88", "high": "92",
}  # fmt: skip
CENTCOM = {
    "date": "11/24/2016", "country": "Syria", "location": "Raqqa", "number": "2",
    "description": "strikes engaged a unit.",
    "line": "- Near Raqqa, two strikes engaged an ISIL unit.",
}  # fmt: skip


def _write(path: Path, *rows: dict[str, str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def _read(cells: dict[str, str], **changes: str) -> tuple[Document, Records]:
    row = TableRow(path="f.csv", line=2, cells={**cells, **changes})
    format_ = find_format(list(row.cells), load_formats([]))
    assert format_ is not None
    return RowReader(format_, "f").read(row)


def test_a_row_of_ucdp_is_a_finding_by_its_coders_with_exact_words() -> None:
    document, records = _read(UCDP)
    (statement,) = records.statements
    account = statement.account
    assert (document.id, document.dataset, document.body_line) == ("f.900001", "f", 2)
    assert statement.type is StatementType.FINDING
    assert [c.name for c in statement.claimants] == ["Uppsala Conflict Data Program"]
    assert statement.evidence.of(document.text).startswith("Government of Syria; side_b: Syrian insurgents\n")
    assert [p.name for p in account.participants] == ["Government of Syria", "Syrian opposition armed groups"]
    assert account.perpetrators == ()
    assert [p.span.of(document.text) for p in account.participants if p.span] == [
        "Government of Syria",
        "Syrian insurgents",
    ]
    assert account.time is not None
    assert (account.time.earliest, account.time.text) == (date(2017, 4, 4), "2017-04-04")
    whole, civilians = account.casualties
    assert (whole.minimum, whole.best_estimate, whole.maximum) == (83, 88, 92)
    assert whole.text == "83; best: 88; high: 92"
    assert (civilians.best_estimate, civilians.victim_group) == (52, "civilians")
    for span in (statement.evidence, *(f.span for f in account.casualties), *(p.span for p in account.places)):
        assert span is not None
        assert 0 <= span.start < span.end <= len(document.text)


@pytest.mark.parametrize(
    ("code", "place", "precision"),
    [
        ("1", "Khan Shaykhun", "TownPrecision"),
        ("3", "Maarat al-Numaan district", "RegionPrecision"),
        ("4", "Idlib Governorate", "ProvincePrecision"),
        ("6", "Syria", "CountryPrecision"),
    ],
)
def test_a_place_is_stated_no_finer_than_its_precision_code(code: str, place: str, precision: str) -> None:
    _, records = _read(UCDP, where_prec=code)
    assert [(p.name, p.precision) for p in records.statements[0].account.places] == [(place, precision)]


def test_only_one_sided_violence_names_who_did_it() -> None:
    _, records = _read(UCDP, type_of_violence="3", side_b="Civilians")
    account = records.statements[0].account
    assert [p.name for p in account.perpetrators] == ["Government of Syria"]
    assert [(t.name, t.kind) for t in account.targets] == [("civilians", EntityKind.POPULATION_GROUP)]
    assert account.participants == ()


def test_a_declared_strike_is_a_report_on_ones_own_act() -> None:
    document, records = _read(CENTCOM)
    (statement,) = records.statements
    assert statement.type is StatementType.REPORT
    assert statement.claimants[0].name == statement.account.perpetrators[0].name == "US Central Command"
    assert [t.span.of(document.text) for t in statement.account.targets if t.span] == ["ISIL"]
    assert statement.account.time is not None
    assert statement.account.time.earliest == date(2016, 11, 24)
    assert statement.evidence.of(document.text) == CENTCOM["line"]
    same, other = _read(CENTCOM)[0].id, _read(CENTCOM, number="3")[0].id
    assert document.id == same != other


@pytest.mark.parametrize(
    ("column", "value", "why"),
    [
        ("date_start", "31/02/2017", "not a calendar date"),
        ("date_end", "2016-01-01", "before the first day"),
        ("best", "many", "not a whole number"),
        ("high", "10", "below the lowest count"),
        ("low", "-3", "not a whole number"),
        ("id", " ", "a row needs its id"),
    ],
)
def test_what_a_cell_cannot_say_names_its_column(column: str, value: str, why: str) -> None:
    with pytest.raises(RowError, match=f'column "{column}" holds .*{why}'):
        _read(UCDP, **{column: value})


def _table_rows(path: Path) -> tuple[TableRow | SetAside, ...]:
    ((folder, file),) = list_tables([path.parent])
    table = read_table(folder, file, max_file_bytes=1_000_000)
    assert not isinstance(table, SetAside), table
    return table.rows


def test_rows_that_are_no_rows_are_set_aside_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text('a,b\n1,"two\nlines"\n3\n1,"two\nlines"\n5,6\n7,"8"9\n', "utf-8")
    rows = _table_rows(path)
    assert [(r.line, type(r).__name__) for r in rows] == [
        (2, "TableRow"),
        (4, "SetAside"),
        (5, "SetAside"),
        (7, "TableRow"),
        (8, "SetAside"),
    ]
    assert "same as that of line 2" in str(rows[2])


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("x.csv", b"", "names no columns"),
        ("x.csv", b"a,a\n1,2\n", "twice"),
        ("x.csv", b"a,b\n\0,2\n", "NUL"),
        ("x.json", b'{"a": 1}', "no list of rows"),
        ("x.json", b"[", "not JSON"),
        ("x.json", b'[{"a": NaN}]', "NaN"),
        ("x.csv", b"a,b\n" + b"x" * 2_000_000, "more than"),
    ],
)
def test_files_that_are_no_tables_are_set_aside(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(content)
    ((folder, file),) = list_tables([tmp_path])
    table = read_table(folder, file, max_file_bytes=1_000_000)
    assert isinstance(table, SetAside)
    assert reason in table.reason


FORMAT = """
name = "own.v1"
needs = ["key", "what", "when"]
id = ["key"]
title = "Own {key}"
publisher = "Own Observatory"
text = [["key", "when"], ["what"], ["dead"]]
[claim]
type = "Report"
claimant = "Own Observatory"
evidence = ["what"]
[event]
column = "what"
values = { shelling = "Shelling", raid = "AirRaid" }
[time]
earliest = "when"
latest = "when"
[[figure]]
kind = "Killed"
best = "dead"
"""


def test_a_researcher_adds_a_data_set_without_code(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(FORMAT, "utf-8")
    rows = [{"key": str(n), "what": w, "when": "2020-01-0" + str(n), "dead": n} for n, w in ((1, "raid"), (2, "siege"))]
    (tmp_path / "list.json").write_text(json.dumps(rows), "utf-8")
    settings = Settings.load({}, root=ROOT, processes=1)
    made = pipeline.build_graph(settings, [], lambda *_: None, sources=[tmp_path])
    assert [d.document.id for d in made.documents] == ["list.1"]
    assert [str(s) for s in made.set_aside] == [
        'list.json:2 — column "what" holds "siege", not one of shelling, raid.'
        " Mend the row, or take it out of the file."
    ]
    assert made.report is not None
    assert made.report.conforms


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (('"Killed"', '"Deceased"'), "figure"),
        (("[time]", "[tide]"), "tide"),
        (('text = [["key", "when"], ["what"], ["dead"]]', 'text = [["key"]]'), "does not stand in the text"),
        (('name = "own.v1"', 'name = "own"'), "name"),
    ],
)
def test_a_wrong_format_says_where(tmp_path: Path, change: tuple[str, str], why: str) -> None:
    (tmp_path / "own.toml").write_text(FORMAT.replace(*change), "utf-8")
    with pytest.raises(DataError, match=why):
        load_formats([tmp_path])


def test_the_command_builds_data_sets_beside_documents(tmp_path: Path) -> None:
    sources, documents = tmp_path / "sources", tmp_path / "documents"
    sources.mkdir()
    documents.mkdir()
    bad = {**UCDP, "id": "900002", "date_start": "soon"}
    _write(
        sources / "ged.csv", UCDP, bad, {**UCDP, "id": "900003", "date_start": "2017-04-05", "date_end": "2017-04-05"}
    )
    _write(sources / "strikes.csv", CENTCOM)
    (sources / "other.csv").write_text("a,b\n1,2\n", "utf-8")
    (documents / "news.md").write_text("Russia said rebels shelled Aleppo on 24 November 2018.\n", "utf-8")
    command = [sys.executable, "-m", "app", "build", "--sources", str(sources), "--documents", str(documents)]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [*command, "--out", str(tmp_path / "out"), "--json"], cwd=ROOT, env=env, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    summary = json.loads(done.stdout)
    assert (summary["documents"], summary["read"]) == (4, 6)
    reasons = {(s["path"], s["line"]): s["reason"] for s in summary["set_aside"]}
    assert reasons["ged.csv", 3] == 'column "date_start" holds "soon", not a calendar date'
    assert reasons["other.csv", 1] == "no format knows its columns"
    # Two rows of one data set, alike in all but the headline, are two events: its makers keep them apart.
    ask = """PREFIX cev: <https://w3id.org/contested-events/ns#>
    SELECT (COUNT(DISTINCT ?e) AS ?n) WHERE {
      ?s cev:claimant/<http://www.w3.org/2000/01/rdf-schema#label> "Uppsala Conflict Data Program"@en ;
         cev:hasAccount/cev:accountOf ?e }"""
    query = [sys.executable, "-m", "app", "query", "-", "--snapshot", str(tmp_path / "out")]
    answer = subprocess.run(query, cwd=ROOT, env=env, input=ask.encode(), capture_output=True, check=True)
    assert answer.stdout.split() == [b"n", b"2"]

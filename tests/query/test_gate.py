"""The gate tells forms, refuses politely with the place, and takes linear time whatever it reads."""
# ruff: noqa: E501 - records and tables, one a line

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import LimitError, NotAcceptableError, QueryError
from app.query.formats import GRAPHS, SOLUTIONS, negotiate
from app.query.gate import Form, Limits, inspect

LIMITS = Limits(max_bytes=65_536, max_nesting=100, max_tokens=20_000)

FORMS = [
    ("SELECT * {}", Form.SELECT), ("ask {}", Form.ASK), ("Construct {} WHERE {}", Form.CONSTRUCT), ("DESCRIBE <a:a>", Form.DESCRIBE),
    ("PREFIX select: <a:>\nBASE <a:b>\n# ASK\nDESCRIBE select:x", Form.DESCRIBE), ("# SELECT\nASK {}", Form.ASK),
    ("PREFIX : <a:#ASK>\nSELECT ?ask {}", Form.SELECT), ("INSERT DATA { <a:a> <a:b> 1 }", Form.UPDATE), ("WITH <a:g> DELETE {} WHERE {}", Form.UPDATE),
    ("LOAD <http://e.org/>", Form.UPDATE), ("CLEAR ALL", Form.UPDATE), ("PREFIX insert: <a:> SELECT * {}", Form.SELECT),
    ("SELECT (\"SERVICE\" AS ?service) { ?s <a:SERVICE> 'it\\'s SERVICE' # SERVICE\n }", Form.SELECT),
    ("SELECT * { ?s ?p \"\"\"a \" \"\" ( SERVICE\n\"\"\", '''(((''' }", Form.SELECT),
]  # fmt: skip


@pytest.mark.parametrize(("text", "form"), FORMS)
def test_forms(text: str, form: Form) -> None:
    assert inspect(text, LIMITS) is form
    assert form.gives_graph == (form in (Form.CONSTRUCT, Form.DESCRIBE))


@pytest.mark.parametrize(
    ("text", "error", "where", "word"),
    [
        ("SELECT * {\n  SERVICE <http://e.org/> {}\n}", QueryError, "2:3", "SERVICE"),
        ("ASK { service ?x {} }", QueryError, "1:7", "SERVICE"),
        ("", QueryError, "", "no SPARQL"),
        ("hello", QueryError, "", "no SPARQL"),
        ("PREFIX a: <a:>", QueryError, "", "no SPARQL"),
        ("SELECT * " + "{" * 101, LimitError, "1:110", "nested"),
        ("SELECT * {\n" + "(" * 200, LimitError, "2:100", "nested"),
        ("SELECT * " + "}" * 500 + "{" * 101, LimitError, "1:610", "nested"),
        ("SELECT * { " + "<<( " * 60, LimitError, "1:210", "nested"),
        ("ASK { " + "[" * 101, LimitError, "1:106", "nested"),
        ("SELECT * { " + "?a " * 20_001, LimitError, "", "tokens"),
        ("SELECT * { FILTER(" + "!" * 2_001, LimitError, "", "! stands"),
        ("SELECT * { {}" + " UNION {}" * 2_001, LimitError, "", "UNION stands"),
        ("SELECT * { ?a <a:a>" + "/<a:a>" * 2_001, LimitError, "", "/ stands"),
        ("SELECT * {" + " " * 65_536, LimitError, "", "longer"),
        ("SELECT ('" + "\u00e9" * 32_800, LimitError, "", "longer"),
    ],
)  # fmt: skip
def test_refusals_name_place_and_way_out(
    text: str, error: type[QueryError | LimitError], where: str, word: str
) -> None:
    with pytest.raises(error, match=word) as caught:
        inspect(text, LIMITS)
    assert caught.value.where == where
    assert caught.value.advice


_PARTS = ["'", '"', "'''", '"""', "\\", "\\'", '\\"', "'\\", "<", "<a", "a.", "a-", "a:", "?", "@", "_:", "#", "#\n", "1.", "1e", " ", "\n", "(", "<<", "|}", "\ud800", "é"]  # fmt: skip


@pytest.mark.parametrize("head", ["", "SELECT * { '", 'ASK { """'])
@pytest.mark.parametrize("part", _PARTS, ids=ascii)
def test_time_is_linear(part: str, head: str) -> None:
    text = head + part * (60_000 // len(part))
    started = time.process_time()
    with contextlib.suppress(QueryError, LimitError):
        inspect(text, Limits(max_bytes=1_000_000, max_nesting=10**6, max_tokens=10**6))
    assert time.process_time() - started < 1.0


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    st.one_of(st.text(max_size=60), st.lists(st.sampled_from([*_PARTS, "SELECT", "{", "}", "SERVICE"])).map("".join))
)
def test_any_text_is_a_form_or_a_polite_refusal(text: str) -> None:
    try:
        assert inspect(text, LIMITS) in Form
    except (QueryError, LimitError) as error:
        refusal = str(error)
        assert refusal


@pytest.mark.parametrize(
    ("accept", "format_", "form", "media"),
    [
        (None, None, Form.SELECT, "application/sparql-results+json"),
        ("*/*", None, Form.ASK, "application/sparql-results+json"),
        ("text/html", None, Form.SELECT, "application/sparql-results+json"),
        ("text/csv;q=0.5, application/sparql-results+xml", None, Form.SELECT, "application/sparql-results+xml"),
        ("TEXT/CSV ; q=1", None, Form.SELECT, "text/csv"),
        ("text/csv;q=0, text/tab-separated-values;q=0.1", None, Form.SELECT, "text/tab-separated-values"),
        ("text/csv;q=nonsense", None, Form.SELECT, "application/sparql-results+json"),
        ("application/json", None, Form.SELECT, "application/sparql-results+json"),
        (None, None, Form.CONSTRUCT, "text/turtle"),
        ("application/ld+json", None, Form.DESCRIBE, "application/ld+json"),
        ("text/turtle", "csv", Form.SELECT, "text/csv"),
        (None, " TTL ", Form.CONSTRUCT, "text/turtle"),
        (None, "n-triples", Form.CONSTRUCT, "application/n-triples"),
        (",;,q=", None, Form.SELECT, "application/sparql-results+json"),
    ],
)
def test_negotiation(accept: str | None, format_: str | None, form: Form, media: str) -> None:
    assert negotiate(accept, format_, form) == media


@pytest.mark.parametrize(("form", "offered"), [(Form.SELECT, SOLUTIONS), (Form.CONSTRUCT, GRAPHS)])
def test_every_format_by_name_and_by_type(form: Form, offered: dict[str, str]) -> None:
    for media, short in offered.items():
        assert negotiate(None, short, form) == negotiate(None, media, form) == negotiate(media, None, form) == media
    with pytest.raises(NotAcceptableError):
        negotiate(None, "docx", form)

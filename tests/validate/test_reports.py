"""Reports for people, programs and RDF tools say the same, in the same order, with what to do."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pyoxigraph as ox

from app.validate import Report, Result, Severity, render_json, render_rdf, render_table
from app.vocab import CEVS, RDF, SH
from tests.validate.making import change, check, quads


def result(number: int, **changes: object) -> Result:
    """One result; `changes` go into it."""
    values: dict[str, object] = {
        "severity": Severity.VIOLATION,
        "shape": CEVS + "MentionShape",
        "shape_label": "A mention is a stretch of characters",
        "focus": f"https://example.org/m{number}",
        "message": "A mention has no words",
        "document_id": "news-1",
        "file": "news-1.md",
        "line": number,
        "advice": "Give one cev:quote.",
        **changes,
    }
    return Result(**values)  # type: ignore[arg-type]


def report(results: Iterable[Result]) -> Report:
    return Report.of(results, 10)


def test_warnings_do_not_break_conformance() -> None:
    warned = report([result(1, severity=Severity.WARNING)])
    assert warned.conforms
    assert not warned.violations
    assert len(warned.warnings) == 1
    assert not report([result(1)]).conforms


def test_merging_loses_nothing_and_depends_on_no_order() -> None:
    one, two, three = report([result(2)]), report([result(1)]), Report((), 12)
    merged = one.merge([two, three])
    assert merged == three.merge([one, two])
    assert len(merged.results) == 2
    assert merged.shapes_checked == 12


def test_the_table_is_grouped_by_shape_with_counts_lines_and_advice() -> None:
    other = result(3, shape=CEVS + "TimeShape", shape_label="A time has words", severity=Severity.WARNING)
    text = render_table(report([result(2), result(1), other]))
    assert "Does not conform: 10 shapes and checks, 2 violation(s), 1 warning(s)" in text
    assert "Violation: A mention is a stretch of characters [MentionShape] — 2 result(s)" in text
    assert "what to do: Give one cev:quote." in text
    assert text.index("news-1.md:1") < text.index("news-1.md:2") < text.index("Warning: A time has words")


def test_a_long_group_is_cut_and_says_so() -> None:
    text = render_table(report(result(n) for n in range(1, 31)), per_shape=20)
    assert "30 result(s)" in text
    assert "… and 10 more" in text


def test_json_has_the_same_results_and_counts() -> None:
    found = check(change(quads(), "modality", lambda _: None))
    read = json.loads(render_json(found))
    assert read["conforms"] is False
    assert read["violations"] == len(found.violations) == sum(r["severity"] == "Violation" for r in read["results"])
    assert read["by_shape"][CEVS + "AccountShape"] == 1
    first = read["results"][0]
    assert (first["file"], first["line"], bool(first["advice"])) == ("news-1.md", 1, True)


def test_rdf_is_a_validation_report_that_can_be_read_again() -> None:
    found = check(change(quads(), "modality", lambda _: None))
    triples = list(ox.parse(render_rdf(found), format=ox.RdfFormat.TURTLE))
    kinds = [t.object.value for t in triples if t.predicate.value == RDF + "type"]
    assert kinds.count(SH + "ValidationReport") == 1
    assert kinds.count(SH + "ValidationResult") == len(found.results)
    severities = [t.object.value for t in triples if t.predicate.value == SH + "resultSeverity"]
    assert severities.count(SH + "Violation") == len(found.violations)
    assert [t.object.value for t in triples if t.predicate.value == SH + "conforms"] == ["false"]


def test_hostile_values_stay_values() -> None:
    hostile = [result(1, focus='x> <y" .', value='"\n<script>', path="not a path", message="a\nb", file="../../x\n")]
    assert json.loads(render_json(report(hostile)))["results"][0]["value"] == '"\n<script>'
    assert list(ox.parse(render_rdf(report(hostile)), format=ox.RdfFormat.TURTLE))
    assert render_table(report(hostile))


def test_an_empty_report_conforms() -> None:
    empty = Report((), 3)
    assert empty.conforms
    assert "Conforms: 3 shapes and checks, 0 violation(s)" in render_table(empty)
    assert render_rdf(empty).encode() != b""

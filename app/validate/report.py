"""What validation found: results and reports, as a table for people, as JSON and as RDF."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from app.vocab import CEVS, PREFIXES, RDF, SH, XSD, local_name


class Severity(StrEnum):
    """How bad a result is: a violation sets something aside, a warning is only told."""

    VIOLATION = "Violation"
    WARNING = "Warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One thing found wrong with one node: which rule, where, with which value, and what to do.

    `shape` is the IRI of the shape or of the check in code, `path` the property or None, `value` the offending value or
    None, `file` and `line` where the words stand that the node comes from (None where that cannot be told).
    """

    severity: Severity
    shape: str
    shape_label: str
    focus: str
    message: str
    path: str | None = None
    value: str | None = None
    document_id: str | None = None
    file: str | None = None
    line: int | None = None
    advice: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """The order of results: by severity, shape, document, line, node and value."""
        place = (self.file or "", f"{self.line or 0:09d}", self.document_id or "", self.focus)
        return (self.severity, self.shape, *place, self.path or "", self.value or "", self.message)


@dataclass(frozen=True, slots=True)
class Report:
    """The results of a validation, sorted, and how many shapes and checks were applied."""

    results: tuple[Result, ...] = ()
    shapes_checked: int = 0

    @classmethod
    def of(cls, results: Iterable[Result], shapes_checked: int) -> Report:
        """Build a report whose order depends on nothing but the results; equal results are kept once."""
        return cls(tuple(sorted(set(results), key=lambda r: r.key)), shapes_checked)

    @property
    def conforms(self) -> bool:
        """Whether there is no violation."""
        return not self.violations

    @property
    def violations(self) -> tuple[Result, ...]:
        """The results that break conformance."""
        return tuple(r for r in self.results if r.severity is Severity.VIOLATION)

    @property
    def warnings(self) -> tuple[Result, ...]:
        """The results that do not."""
        return tuple(r for r in self.results if r.severity is not Severity.VIOLATION)

    def merge(self, others: Iterable[Report]) -> Report:
        """Return one report over this and the others; the same shapes were applied to each, so they count once."""
        reports = [self, *others]
        return Report.of((x for r in reports for x in r.results), max(r.shapes_checked for r in reports))


def render_table(report: Report, *, per_shape: int = 20) -> str:
    """Return the report for people: grouped by shape with counts, label, document, line, and what to do.

    At most `per_shape` results of a shape are listed; how many more there are is said.
    """
    lines = [
        f"{'Conforms' if report.conforms else 'Does not conform'}: {report.shapes_checked} shapes and checks, "
        f"{len(report.violations)} violation(s), {len(report.warnings)} warning(s)"
    ]
    for (severity, shape), group in groupby(report.results, key=lambda r: (r.severity, r.shape)):
        results = list(group)
        lines += ["", f"{severity}: {results[0].shape_label} [{local_name(shape)}] — {len(results)} result(s)"]
        for advice in sorted({r.advice for r in results if r.advice}):
            lines.append(f"  what to do: {advice}")
        lines += [f"  {_where(r)}: {r.message}{_what(r)}" for r in results[:per_shape]]
        if len(results) > per_shape:
            lines.append(f"  … and {len(results) - per_shape} more")
    return "\n".join(lines) + "\n"


def _where(result: Result) -> str:
    place = result.file or result.document_id
    if place is None:
        return result.focus
    return f"{place}:{result.line}" if result.line else place


def _what(result: Result) -> str:
    parts = [result.focus] if result.file or result.document_id else []
    if result.path:
        parts.append(f"path {_short(result.path)}")
    if result.value is not None:
        parts.append(f"value {_short(result.value)[:120]}")
    return f" ({', '.join(parts)})" if parts else ""


def _short(text: str) -> str:
    for prefix, namespace in PREFIXES.items():
        text = text.replace(namespace, f"{prefix}:")
    return text


def render_json(report: Report) -> str:
    """Return the report as JSON, with counts by shape; keys are sorted, so equal reports give equal bytes."""
    return json.dumps(as_dict(report), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def as_dict(report: Report) -> dict[str, Any]:
    """Return the report as plain values for JSON."""
    by_shape: dict[str, int] = {}
    for result in report.results:
        by_shape[result.shape] = by_shape.get(result.shape, 0) + 1
    return {
        "conforms": report.conforms,
        "shapes_checked": report.shapes_checked,
        "violations": len(report.violations),
        "warnings": len(report.warnings),
        "by_shape": by_shape,
        "results": [{name: getattr(r, name) for name in Result.__dataclass_fields__} for r in report.results],
    }


def render_rdf(report: Report) -> str:
    """Return the report as a SHACL validation report in Turtle.

    `sh:conforms` says what `Report.conforms` says: warnings do not break it (SHACL 1.0 would count them). Nodes of the
    report are blank; file, line and document stand under properties beside the shapes.
    """
    prefixes = {**PREFIXES, "cevs": CEVS, "sh": SH}
    data = serialize(_triples(report), format=RdfFormat.TURTLE, prefixes=prefixes)
    return data.decode("utf-8") if data is not None else ""


def _triples(report: Report) -> Iterator[Triple]:
    root = BlankNode("report")
    yield Triple(root, _node(RDF, "type"), _node(SH, "ValidationReport"))
    conforms = Literal("true" if report.conforms else "false", datatype=_node(XSD, "boolean"))
    yield Triple(root, _node(SH, "conforms"), conforms)
    for number, result in enumerate(report.results, start=1):
        subject = BlankNode(f"result{number}")
        yield Triple(root, _node(SH, "result"), subject)
        yield Triple(subject, _node(RDF, "type"), _node(SH, "ValidationResult"))
        yield Triple(subject, _node(SH, "resultSeverity"), _node(SH, result.severity))
        yield Triple(subject, _node(SH, "sourceShape"), NamedNode(result.shape))
        yield Triple(subject, _node(SH, "focusNode"), _term(result.focus))
        yield Triple(subject, _node(SH, "resultMessage"), Literal(f"{result.message} {result.advice}".strip()))
        if result.path is not None and " " not in result.path and _is_iri(result.path):
            yield Triple(subject, _node(SH, "resultPath"), NamedNode(result.path))
        if result.value is not None:
            yield Triple(subject, _node(SH, "value"), _term(result.value))
        for name, value in (("document", result.document_id), ("file", result.file)):
            if value is not None:
                yield Triple(subject, _node(CEVS, f"report{name.title()}"), Literal(value))
        if result.line is not None:
            yield Triple(subject, _node(CEVS, "reportLine"), Literal(str(result.line), datatype=_node(XSD, "integer")))


def _node(namespace: str, name: str) -> NamedNode:
    return NamedNode(namespace + name)


def _is_iri(text: str) -> bool:
    return text.startswith(("http://", "https://", "urn:"))


def _term(text: str) -> NamedNode | Literal:
    if _is_iri(text):
        try:
            return NamedNode(text)
        except ValueError:
            return Literal(text)
    return Literal(text)

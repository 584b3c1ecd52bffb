"""Quads to a report: shapes, quotes against the text, whole-graph checks and the firewall."""

from app.validate.firewall import run_firewall
from app.validate.report import Report, Result, Severity, render_json, render_rdf, render_table
from app.validate.shapes_lint import lint_shapes
from app.validate.validator import Validator

__all__ = [
    "Report",
    "Result",
    "Severity",
    "Validator",
    "lint_shapes",
    "render_json",
    "render_rdf",
    "render_table",
    "run_firewall",
]

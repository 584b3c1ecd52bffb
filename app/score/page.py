"""A score in words: the table, errors by cause, what changed since kept figures, and the kept page of error classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.score.counting import RATIOS, SHARES, Score
from app.score.errors import ErrorClass

_NOTICEABLE = 0.0005


def render_words(score: Score, kept: Mapping[str, Any] | None, *, errors_of: str | None = None) -> str:
    """Return the score as a table for a terminal; `errors_of` lists the errors of one document."""
    lines = [f"{len(score.documents)} documents"]
    for name in RATIOS:
        r = score.ratio(name)
        counts = f"right {r.right}, found {r.found}, gold {r.wanted}"
        lines.append(f"{name + '_f1':<15} {r.f1:.3f}   p {r.precision:.3f}  r {r.recall:.3f}   ({counts})")
    lines += [f"{name:<15} {score.share(name):.3f}   (of {score.counts[name + '.of']})" for name in SHARES]
    lines += [f"{'score':<15} {score.mean:.3f}", "", "Errors by cause:"]
    found = score.errors_by_class()
    lines += [f"{len(errors):>5}  {kind}" for kind, errors in found.items() if errors]
    if errors_of is not None:
        lines += ["", f"Errors of {errors_of}:"]
        mine = [e for e in score.errors if e.document == errors_of]
        lines += [f"  {e.kind:<22} {e.gold:<10} {e.where}".rstrip() for e in mine]
    if kept is not None:
        lines += ["", *_changes(score, kept)]
    return "\n".join(lines)


def _changes(score: Score, kept: Mapping[str, Any]) -> list[str]:
    changed = compare_figures(score, kept)
    if not changed:
        return ["Nothing changed since the kept figures."]
    rows = [f"{name:<24} {was:>7.3f} -> {now:.3f}" for name, (was, now) in changed.items()]
    return ["Since the kept figures:", *rows]


def compare_figures(score: Score, kept: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    """Return what differs from kept figures: name to (kept, now); counts of error classes by the name of the class."""
    now = {**score.figures(), **{str(k): float(len(e)) for k, e in score.errors_by_class().items()}}
    was = {**kept.get("figures", {}), **kept.get("errors", {})}
    return {
        name: (float(was[name]), now[name])
        for name in now
        if name in was and abs(now[name] - float(was[name])) > _NOTICEABLE
    }


def keep(score: Score, reader: str) -> dict[str, Any]:
    """Return what is kept of a score: the reader, figures, counts, errors by class, and which documents have them."""
    by_class = score.errors_by_class()
    where = {
        str(kind): sorted({f"{e.document}#{e.gold or e.where}" for e in errors}) for kind, errors in by_class.items()
    }
    return {
        "reader": reader,
        "documents": sorted(score.documents),
        "figures": score.figures(),
        "errors": {str(kind): len(errors) for kind, errors in by_class.items()},
        "where": where,
    }


def render_page(kept: Mapping[str, Any], title: str) -> str:
    """Return kept figures as a Markdown page: figures, then every class of error with its count and where it stands."""
    lines = [
        f"# What the reader gets wrong: {title}",
        "",
        f"Reader `{kept['reader']}`, {len(kept['documents'])} documents. Made by `rashomon score --keep`; do not edit.",
        "Numbers and ids only. `document#s3` is a statement of gold, `document#120-245` a stretch of the text.",
        "",
        "| figure | value |",
        "|---|---|",
        *(f"| {name} | {value:.3f} |" for name, value in sorted(kept["figures"].items())),
        "",
        "| class of error | count |",
        "|---|---|",
        *(f"| {kind} | {kept['errors'].get(str(kind), 0)} |" for kind in ErrorClass),
        "",
    ]
    for kind in ErrorClass:
        if places := kept["where"].get(str(kind)):
            lines += [f"## {kind}", "", *(f"- {place}" for place in places), ""]
    return "\n".join(lines)

"""Which format an answer takes: by `format=`, by Accept, or the default of the query's form."""
# ruff: noqa: E501 - tables, one a line

from __future__ import annotations

from app.errors import NotAcceptableError
from app.query.gate import Form

SOLUTIONS: dict[str, str] = {
    "application/sparql-results+json": "json",
    "application/sparql-results+xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
}
GRAPHS: dict[str, str] = {
    "text/turtle": "ttl",
    "application/n-triples": "nt",
    "application/rdf+xml": "rdf",
    "application/ld+json": "jsonld",
    "application/trig": "trig",
    "application/n-quads": "nq",
}
_ALIASES = {
    "turtle": "text/turtle", "ntriples": "application/n-triples", "n-triples": "application/n-triples", "rdfxml": "application/rdf+xml",
    "json-ld": "application/ld+json", "nquads": "application/n-quads", "application/json": "application/sparql-results+json",
    "application/xml": "application/sparql-results+xml", "text/xml": "application/sparql-results+xml", "srj": "application/sparql-results+json",
    "srx": "application/sparql-results+xml", "application/x-turtle": "text/turtle", "text/plain": "application/n-triples",
}  # fmt: skip


def negotiate(accept: str | None, format_: str | None, form: Form) -> str:
    """Return the media type of an answer. An unknown Accept gets the default; an unknown `format` is an error (406)."""
    offered = GRAPHS if form.gives_graph else SOLUTIONS
    if format_:
        wanted = format_.strip().lower()
        for media, short in offered.items():
            if wanted in (media, short) or _ALIASES.get(wanted) == media:
                return media
        names = ", ".join(offered.values())
        raise NotAcceptableError(
            f"no format {format_!r} for a {form} query", where="format", advice=f"There are {names}."
        )
    best: tuple[float, int, str] | None = None
    for place, part in enumerate((accept or "").split(",")):
        name, *parameters = (p.strip().lower() for p in part.split(";"))
        quality = next((_quality(p) for p in parameters if p.startswith("q=")), 1.0)
        media = name if name in offered else _ALIASES.get(name, "")
        if media in offered and quality > 0 and (best is None or quality > best[0]):
            best = (quality, place, media)
    return best[2] if best is not None else next(iter(offered))


def _quality(parameter: str) -> float:
    try:
        return float(parameter[2:])
    except ValueError:
        return 0.0

"""Which format an answer takes: by `format=`, by Accept, or the default of the query's form."""

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
    "n3": "text/turtle",
    "text/n3": "text/turtle",
    "text/rdf+n3": "text/turtle",
    "application/turtle": "text/turtle",
    "rdf+xml": "application/rdf+xml",
    "xml": "application/rdf+xml",
    "turtle": "text/turtle",
    "ntriples": "application/n-triples",
    "n-triples": "application/n-triples",
    "rdfxml": "application/rdf+xml",
    "json-ld": "application/ld+json",
    "nquads": "application/n-quads",
    "application/json": "application/sparql-results+json",
    "application/xml": "application/sparql-results+xml",
    "text/xml": "application/sparql-results+xml",
    "srj": "application/sparql-results+json",
    "srx": "application/sparql-results+xml",
    "application/x-turtle": "text/turtle",
    "text/plain": "application/n-triples",
}


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
    ranges = [_range(part) for part in (accept or "").split(",")]
    best: tuple[float, int, int, int] | None = None
    chosen = next(iter(offered))
    for place, media in enumerate(offered):
        found = [(exact, -at, quality) for at, (name, quality) in enumerate(ranges) if (exact := _fit(name, media))]
        if not found:
            continue
        exact, at, quality = max(found)
        if quality > 0 and (best is None or (quality, exact, at, -place) > best):
            best, chosen = (quality, exact, at, -place), media
    return chosen


def _range(part: str) -> tuple[str, float]:
    name, *parameters = (p.strip().lower() for p in part.split(";"))
    return name, next((_quality(p) for p in parameters if p.startswith("q=")), 1.0)


def _fit(name: str, media: str) -> int:
    """How exactly a range of Accept names a media type; 0 where it does not."""
    if name == media or _ALIASES.get(name) == media:
        return 3
    if name == media.partition("/")[0] + "/*":
        return 2
    return 1 if name == "*/*" else 0


def _quality(parameter: str) -> float:
    try:
        return min(1.0, max(0.0, float(parameter[2:])))
    except ValueError:
        return 0.0

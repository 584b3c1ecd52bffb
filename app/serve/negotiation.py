"""Which of the representations on offer a client would rather have (RFC 9110, 12.5.1)."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request

HTML = "text/html"
# Media type -> short name that `format=` and file endings use.
RDF_TYPES: dict[str, str] = {
    "text/turtle": "ttl",
    "application/trig": "trig",
    "application/n-triples": "nt",
    "application/n-quads": "nq",
    "application/rdf+xml": "rdf",
    "application/ld+json": "jsonld",
}

# Names that older clients ask by (rdflib asks for N-Triples as text/plain).
_OLD_TYPES = {"text/plain": "application/n-triples", "text/n3": "text/turtle", "application/x-turtle": "text/turtle"}


def preferred(accept: str | None, offered: Sequence[str], default: str | None = None) -> str | None:
    """Return the offered media type that `accept` prefers; `default` where it takes none of them or is absent.

    Ties go to the more specific range, then to the order of the offer.
    """
    if not accept or not accept.strip():
        return default
    ranges = [_range(part) for part in accept.split(",")]
    best: tuple[float, int, int, str] | None = None
    for place, media in enumerate(offered):
        weight, exact = _weight(media, ranges)
        if weight > 0 and (best is None or (weight, exact, -place) > best[:3]):
            best = (weight, exact, -place, media)
    return best[3] if best else default


def _range(part: str) -> tuple[str, float]:
    media, *parameters = (p.strip().lower() for p in part.split(";"))
    quality = 1.0
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                quality = min(1.0, max(0.0, float(parameter[2:])))
            except ValueError:
                quality = 0.0
    return media, quality


def _weight(media: str, ranges: list[tuple[str, float]]) -> tuple[float, int]:
    kind = media.split("/")[0]
    for exact, pattern in ((2, media), (1, f"{kind}/*"), (0, "*/*")):
        found = [q for name, q in ranges if name == pattern]
        if found:
            return max(found), exact
    return 0.0, 0


def rdf_type(request: Request) -> str | None:
    """The RDF media type a request asks for, by `format=` or Accept; None for a page."""
    wanted = request.query_params.get("format")
    if wanted:
        for media, name in RDF_TYPES.items():
            if wanted in (media, name):
                return media
    found = preferred(request.headers.get("accept"), [HTML, *RDF_TYPES, *_OLD_TYPES], HTML) or HTML
    return None if found == HTML else _OLD_TYPES.get(found, found)

"""The page of the ontology, made from the Turtle itself at each build."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from app.serve.negotiation import rdf_type
from app.serve.pages.links import open_in_query
from app.serve.snapshot_files import read_ontology
from app.vocab import CEV

if TYPE_CHECKING:
    from app.serve.application import Site

_KINDS = (
    ("Class", "Classes"),
    ("ObjectProperty", "Properties that lead to things"),
    ("DatatypeProperty", "Properties that hold values"),
    ("NamedIndividual", "Controlled terms"),
    ("AnnotationProperty", "Annotations"),
)
_ROWS = (
    ("sub_class_of", "Sub-class of"),
    ("sub_property_of", "Sub-property of"),
    ("broader", "Broader"),
    ("domain", "Domain"),
    ("range", "Range"),
)


def add_ontology(app: FastAPI, site: Site) -> None:
    """Add `/ontology` and `/shapes`."""

    @app.get("/ontology", summary="The ontology, as a page or as Turtle by content negotiation")
    async def ontology(request: Request) -> Response:
        if rdf_type(request) is not None:
            return Response(
                (site.snapshot / "ontology.ttl").read_bytes(), media_type="text/turtle", headers={"vary": "accept"}
            )
        facts = read_ontology(site.snapshot)
        page = site.page(
            "ontology.html",
            section="/ontology",
            facts=facts,
            kinds=[(title, _of_kind(facts, kind)) for kind, title in _KINDS],
            narrower=_narrower(facts),
            rows=_ROWS,
            namespace=CEV,
            query_of=lambda name: open_in_query(facts["queries"][name]["text"]),
        )
        page.headers["vary"] = "accept"
        return page

    @app.get("/shapes", summary="The SHACL shapes as Turtle")
    async def shapes() -> Response:
        folder = site.settings.root / "shapes"
        text = "\n".join(
            (folder / f"{name}.ttl").read_text("utf-8")
            for name in ("core", "quality")
            if (folder / f"{name}.ttl").is_file()
        )
        return Response(text, media_type="text/turtle")


def _of_kind(facts: dict[str, Any], kind: str) -> list[tuple[str, dict[str, Any]]]:
    return [(name, term) for name, term in facts["terms"].items() if term["kind"] == kind]


def _narrower(facts: dict[str, Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, term in facts["terms"].items():
        for wider in (*term.get("sub_class_of", ()), *term.get("sub_property_of", ()), *term.get("broader", ())):
            found.setdefault(wider.removeprefix(CEV), []).append(name)
    return found

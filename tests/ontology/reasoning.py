"""HermiT over the ontology and some data, through owlready2."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from pathlib import Path

from pyoxigraph import RdfFormat, parse, serialize

from tests.absence import absent

ROOT = Path(__file__).parents[2]
CORE = ROOT / "ontology" / "cev.ttl"
PREFIXES = """@prefix cev: <https://w3id.org/contested-events/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <https://example.org/> .
"""


def require_java() -> None:
    """Skip where Java is absent; in CI that is a failure."""
    if not shutil.which("java"):
        absent("java is absent (package default-jre-headless)")


def is_consistent(data: str = "") -> tuple[bool, list[str]]:
    """Return whether the core with some Turtle is consistent under HermiT, and its unsatisfiable classes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import owlready2

    triples = [*parse(path=str(CORE), format=RdfFormat.TURTLE), *parse(PREFIXES + data, format=RdfFormat.TURTLE)]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "ontology.nt"
        content = serialize(triples, format=RdfFormat.N_TRIPLES)
        assert content is not None
        file.write_bytes(content)
        world = owlready2.World()
        world.get_ontology(file.as_uri()).load()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                owlready2.sync_reasoner_hermit(
                    world, infer_property_values=False, debug=0, ignore_unsupported_datatypes=True
                )
        except owlready2.OwlReadyInconsistentOntologyError:
            return False, []
        return True, [c.name for c in world.inconsistent_classes() if c is not owlready2.Nothing]

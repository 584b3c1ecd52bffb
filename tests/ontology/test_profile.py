"""The core keeps within the OWL 2 DL profile, by the OWL API that comes with HermiT."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.ontology.reasoning import CORE, require_java

SOURCE = Path(__file__).with_name("Profile.java")
# Each adds something that OWL 2 DL forbids.
PLANTED = {
    "cardinality on a transitive property": "cev:withinPlace a owl:TransitiveProperty . "
    "cev:Place rdfs:subClassOf [ a owl:Restriction ; "
    'owl:onProperty cev:withinPlace ; owl:maxCardinality "1"^^xsd:nonNegativeInteger ] .',
    "property of two kinds": "cev:claimant a owl:DatatypeProperty .",
}


def _violations(ontology: Path) -> list[str]:
    import owlready2

    jar = Path(owlready2.__file__).parent / "hermit" / "HermiT.jar"
    command = ["java", "-cp", str(jar), str(SOURCE), str(ontology)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert int(lines[0].removeprefix("axioms ")) > 500
    return lines[1:]


@pytest.mark.filterwarnings("ignore")
def test_core_is_owl_2_dl() -> None:
    require_java()
    assert _violations(CORE) == []


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", sorted(PLANTED))
def test_planted_violation_is_found(name: str, tmp_path: Path) -> None:
    require_java()
    file = tmp_path / "planted.ttl"
    file.write_text(CORE.read_text("utf-8") + PLANTED[name], "utf-8")
    assert _violations(file)

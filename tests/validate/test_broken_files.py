"""Forty broken files of RDF and shapes: each refused with position and reason, none takes the process with it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.errors import OntologyError, ReferenceDataError, ShapesError
from app.validate import Validator
from app.validate.reading import MAX_NESTING, read_rdf
from app.validate.shapes_lint import lint_shapes
from tests.shapes.corpus import ONTOLOGY, SHAPES

P = b"@prefix : <https://example.org/> .\n"
# name: (content, line of the fault)
BROKEN_RDF: dict[str, tuple[bytes, int]] = {
    "no-dot": (P + b":a :b :c\n:d :e :f .\n", 3),
    "no-object": (P + b":a :b .\n", 2),
    "no-predicate": (P + b":a .\n", 2),
    "unknown-prefix": (P + b"\nx:a :b :c .\n", 3),
    "open-string": (P + b':a :b "text .\n:c :d :e .\n', 2),
    "open-long-string": (P + b':a :b """text\n\nmore', 2),
    "open-iri": (P + b":a :b <https://example.org/x .\n", 2),
    "space-in-iri": (P + b":a :b <https://example.org/a b> .\n", 2),
    "bad-escape": (P + b':a :b "\\q" .\n', 2),
    "bad-unicode-escape": (P + b':a :b "\\u12G4" .\n', 2),
    "bad-language": (P + b':a :b "x"@1 .\n', 2),
    "no-datatype": (P + b':a :b "1"^^ .\n', 2),
    "literal-subject": (P + b'"a" :b :c .\n', 2),
    "literal-predicate": (P + b':a "b" :c .\n', 2),
    "blank-predicate": (P + b":a _:b :c .\n", 2),
    "open-bracket": (P + b":a :b [ :c :d .\n", 2),
    "open-list": (P + b":a :b ( :c :d .\n", 2),
    "closing-bracket": (P + b":a :b :c ] .\n", 2),
    "two-objects": (P + b":a :b :c :d .\n", 2),
    "bad-prefix-line": (b"@prefix : https://example.org/ .\n:a :b :c .\n", 1),
    "xml": (b'<?xml version="1.0"?>\n<rdf:RDF/>\n', 1),
    "json": (b'{"@id": "x"}\n', 1),
    "html": (b"<!DOCTYPE html>\n<p>404</p>\n", 1),
    "words": (b"This is no RDF.\n", 1),
    "not-utf8": (P + b':a :b "caf\xe9" .\n', 2),
    "utf16": ("@prefix : <x> .".encode("utf-16"), 1),
    "nul": (P + b':a :b "x\0y" .\n', 2),
    "cut": (P + b":a :b <https://exa", 2),
    "deep-brackets": (P + b":a :b " + b"[ :b " * 5000 + b"]" * 5000 + b" .\n", 2),
    "deep-lists": (P + b":a :b " + b"( " * 20000 + b") " * 20000 + b" .\n", 2),
    "deep-triples": (P + b"<<( " * 5000 + b":a :b :c" + b" )>>" * 5000 + b" :d :e .\n", 2),
    "relative-conflict": (b"<<<< :a .\n", 1),
}
H = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix cev: <https://w3id.org/contested-events/ns#> .\n"
H += "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
H += "@prefix s: <https://w3id.org/contested-events/shapes#> .\n"
H += "s:A a sh:NodeShape ; rdfs:label 'a' ; sh:targetClass cev:Event ;\n"
M = 'sh:message "Wrong. Do it right."'
# name: (the shape's rest, the rule that must find it)
BROKEN_SHAPES: dict[str, tuple[str, str]] = {
    "misspelt-parameter": (f"sh:property [ sh:path rdfs:label ; sh:mincount 1 ; {M} ] .", "unknown-term"),
    "misspelt-class": (f"sh:property [ sh:path rdfs:label ; sh:class cev:Evnt ; {M} ] .", "unknown-term"),
    "misspelt-property": (f"sh:property [ sh:path rdfs:lable ; sh:minCount 1 ; {M} ] .", "unknown-term"),
    "no-path": (f"sh:property [ sh:minCount 1 ; {M} ] .", "path"),
    "two-paths": (f"sh:property [ sh:path rdfs:label, rdfs:comment ; sh:minCount 1 ; {M} ] .", "twice"),
    "redos": (f'sh:property [ sh:path rdfs:label ; sh:pattern "^(a+)+$" ; {M} ] .', "value"),
    "bad-pattern": (f'sh:property [ sh:path rdfs:label ; sh:pattern "(" ; {M} ] .', "value"),
    "count-as-text": (f'sh:property [ sh:path rdfs:label ; sh:minCount "1" ; {M} ] .', "value"),
    "empty-in": (f"sh:property [ sh:path rdfs:label ; sh:in () ; {M} ] .", "value"),
    "bounds-crossed": (f"sh:property [ sh:path rdfs:label ; sh:minCount 2 ; sh:maxCount 1 ; {M} ] .", "bounds"),
    "no-message": ("sh:property [ sh:path rdfs:label ; sh:minCount 1 ] .", "message"),
    "message-without-advice": ('sh:property [ sh:path rdfs:label ; sh:minCount 1 ; sh:message "Wrong" ] .', "message"),
    "nothing": (f"sh:property [ sh:path rdfs:label ; {M} ] .", "vacuous"),
    "sparql": ('sh:sparql [ sh:select "SELECT $this {}" ] .', "unknown-term"),
    "list-not-closed": (f"sh:or [ sh:path rdfs:label ; sh:minCount 1 ] ; {M} .", "value"),
    "class-is-a-property": (f"sh:class cev:claimant ; {M} .", "no-class"),
    "path-is-a-class": (f"sh:property [ sh:path cev:Event ; sh:minCount 1 ; {M} ] .", "no-property"),
    "switched-off": (f"sh:deactivated true ; sh:class cev:Event ; {M} .", "deactivated"),
    "datatype-unknown": (f"sh:property [ sh:path rdfs:label ; sh:datatype rdfs:label ; {M} ] .", "value"),
    "count-without-path": (f"sh:minCount 1 ; {M} .", "path"),
}


def test_there_are_at_least_forty() -> None:
    assert len(BROKEN_RDF) + len(BROKEN_SHAPES) >= 40


@pytest.mark.parametrize("kind", [OntologyError, ShapesError, ReferenceDataError])
@pytest.mark.parametrize("name", BROKEN_RDF)
def test_broken_rdf_is_refused_with_its_position(name: str, kind: type[OntologyError], tmp_path: Path) -> None:
    content, line = BROKEN_RDF[name]
    path = tmp_path / f"{name}.ttl"
    path.write_bytes(content)
    with pytest.raises(kind) as caught:
        read_rdf(path, kind)
    found = re.fullmatch(rf"{re.escape(str(path))}:(\d+):(\d+)", caught.value.where)
    assert found, caught.value.where
    # An unclosed string or bracket may be noticed where the file ends.
    assert line <= int(found[1]) <= content.count(b"\n") + 1
    assert caught.value.what
    assert caught.value.exit_code == 1


@pytest.mark.parametrize("name", BROKEN_SHAPES)
def test_broken_shapes_are_found_by_the_lint_with_file_and_line(name: str, tmp_path: Path) -> None:
    rest, rule = BROKEN_SHAPES[name]
    path = tmp_path / "core.ttl"
    path.write_text(H + rest + "\n", "utf-8")
    findings = lint_shapes(tmp_path, read_rdf(ONTOLOGY, OntologyError))
    assert rule in {f.rule for f in findings}, [str(f) for f in findings]
    first = next(f for f in findings if f.rule == rule)
    assert (first.file, first.line) == (str(path), first.line)
    assert first.line in (4, 5)
    assert first.message
    assert first.advice


def test_a_validator_is_not_built_over_broken_files(tmp_path: Path) -> None:
    broken = tmp_path / "core.ttl"
    broken.write_bytes(BROKEN_RDF["no-dot"][0])
    with pytest.raises(ShapesError, match=r"core\.ttl:3:"):
        Validator(tmp_path, ONTOLOGY)
    with pytest.raises(OntologyError, match=r"core\.ttl:3:"):
        Validator(SHAPES, broken)
    with pytest.raises(ShapesError, match=r"no \.ttl file"):
        Validator(tmp_path / "nothing", ONTOLOGY)


def test_shapes_that_pyshacl_cannot_read_are_refused(tmp_path: Path) -> None:
    (tmp_path / "core.ttl").write_text(H + BROKEN_SHAPES["count-without-path"][0], "utf-8")
    with pytest.raises(ShapesError):
        Validator(tmp_path, ONTOLOGY)


def test_what_nests_within_the_bound_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    depth = MAX_NESTING - 1
    path.write_bytes(P + b":a :b " + b"[ :b " * depth + b":c" + b"]" * depth + b" .\n")
    assert len(read_rdf(path, ShapesError)) == depth + 1

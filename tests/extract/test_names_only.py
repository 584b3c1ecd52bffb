"""French, Arabic and other documents: stored, their names found with exact characters, and said to be unread."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from app.extract import load_extractor
from app.extract.names_only import NamesReader
from app.model import Document, EntityKind, Iri, Reference, ReferenceEntry

ROOT = Path(__file__).parents[2]
FRENCH = (
    "Le porte-parole a déclaré que la ville de Homs et la province d'Idlib avaient été bombardées pendant la nuit, et"
    " que les habitants avaient quitté leurs maisons. L'OPCW n'a pas encore répondu à cette question.\n"
)
ARABIC = "قال المتحدث باسم الجيش إن مدينة حلب تعرضت للقصف، وإن السكان غادروا بحلب منازلهم في الليل إلى أماكن أخرى.\n"


def _entry(key: str, kind: EntityKind, label: str, *names: str) -> ReferenceEntry:
    return ReferenceEntry(iri=Iri(f"urn:{key}"), kind=kind, classes=("Place",), label=label, names=names)


REFERENCE = Reference(
    (
        _entry("aleppo", EntityKind.PLACE, "Aleppo", "حلب", "Alep"),
        _entry("homs", EntityKind.PLACE, "Homs"),
        _entry("idlib", EntityKind.PLACE, "Idlib"),
        _entry("idlib-governorate", EntityKind.PLACE, "Idlib Governorate", "province d'Idlib"),
        _entry("opcw", EntityKind.ACTOR, "Organisation for the Prohibition of Chemical Weapons", "OPCW"),
        _entry("one", EntityKind.ACTOR, "Front", "habitants"),
        _entry("two", EntityKind.ACTOR, "Other front", "habitants"),
        _entry("syria-state", EntityKind.ACTOR, "Syrie"),
        _entry("syria", EntityKind.PLACE, "Syrie"),
    )
)


def _document(text: str, language: str | None = None) -> Document:
    return Document(id="d", text=text, path="d.md", sha256="0", language=language)


def test_names_are_found_longest_first_and_ambiguous_ones_left() -> None:
    records = NamesReader(REFERENCE).read(_document(FRENCH), "fr", "rules", detected=True)
    words = [(m.span.of(FRENCH), m.reference) for m in records.mentions if m.span]
    assert words == [("Homs", "urn:homs"), ("province d'Idlib", "urn:idlib-governorate"), ("OPCW", "urn:opcw")]
    assert records.statements == ()
    assert (records.read, records.counts) == (False, (("unread: fr", 1.0),))


def test_arabic_names_are_found_behind_the_letters_written_with_them() -> None:
    records = NamesReader(REFERENCE).read(_document(ARABIC), "ar", "rules", detected=False)
    assert [(m.span.of(ARABIC), m.reference) for m in records.mentions if m.span] == [("حلب", "urn:aleppo")] * 2
    assert "as it says" in str(records.unread_reason)


def test_a_name_of_a_state_and_its_land_means_the_place() -> None:
    found = NamesReader(REFERENCE).read(_document("La Syrie."), "fr", "rules", detected=True)
    assert [m.kind for m in found.mentions] == [EntityKind.PLACE]


@pytest.mark.parametrize(("text", "language"), [(FRENCH, "fr"), (ARABIC, "ar")])
def test_the_reader_detects_the_language_and_says_so(text: str, language: str) -> None:
    records = load_extractor("rules.v2", REFERENCE).read(_document(text))
    assert not records.read
    assert f"its language is {language} (found by its letters and words)" in str(records.unread_reason)


def test_a_build_stores_them_with_their_names_and_counts_them(tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "fr.md").write_text(FRENCH, "utf-8")
    (documents / "ar.md").write_text(f"---\nlanguage: ar\n---\n{ARABIC}", "utf-8")
    out = tmp_path / "out"
    command = [sys.executable, "-m", "app", "build", "--documents", str(documents), "--out", str(out), "--json"]
    summary = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)
    assert (summary["documents"], summary["statements"]) == (2, 0)
    assert summary["reading"] == {"unread": 2, "unread: ar": 1, "unread: fr": 1}
    ask = """PREFIX cev: <https://w3id.org/contested-events/ns#>
    PREFIX dcterms: <http://purl.org/dc/terms/>
    SELECT ?id ?why (COUNT(?m) AS ?n) WHERE { ?d dcterms:identifier ?id ; cev:notRead ?why .
      OPTIONAL { ?m cev:inDocument ?d ; cev:refersTo ?x } } GROUP BY ?id ?why ORDER BY ?id"""
    query = [sys.executable, "-m", "app", "query", "-", "--snapshot", str(out), "--format", "json"]
    answer = json.loads(subprocess.run(query, cwd=ROOT, input=ask.encode(), capture_output=True, check=True).stdout)
    rows = [(r["id"]["value"], r["why"]["value"][:18], int(r["n"]["value"])) for r in answer["results"]["bindings"]]
    assert [row[:2] for row in rows] == [("ar", "its language is ar"), ("fr", "its language is fr")]
    assert rows[1][2] >= 2

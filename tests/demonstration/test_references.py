"""Every reference of a review leads to a term of the ontology or an entry of the reference data."""

from __future__ import annotations

import re

from .corpus import ROOT, SLOTS, SPEAKERS, Digest, entities


def references(corpus: list[Digest]) -> set[str]:
    """Return all short forms that the reviews use."""
    return {e["ref"] for d in corpus for s in d.statements for e in entities(s) if "ref" in e}


def test_terms_of_the_ontology_exist(corpus: list[Digest]) -> None:
    text = (ROOT / "ontology" / "cev.ttl").read_text(encoding="utf-8")
    terms = set(re.findall(r"^(cev:\w+) ", text, re.MULTILINE))
    used = {r for r in references(corpus) if r.startswith("cev:")}
    assert used
    assert used - terms == set()


def test_entries_of_the_reference_data_exist(corpus: list[Digest]) -> None:
    text = "".join(p.read_text(encoding="utf-8") for p in sorted((ROOT / "data" / "reference").glob("*.ttl")))
    entries = set(re.findall(r"\b((?:actor|place)/[\w%.-]+)", text))
    assert {r for r in references(corpus) if not r.startswith("cev:")} - entries == set()


def test_an_entry_bears_the_name_under_which_a_review_refers_to_it(corpus: list[Digest]) -> None:
    text = "".join(p.read_text(encoding="utf-8") for p in sorted((ROOT / "data" / "reference").glob("*.ttl")))
    names: dict[str, set[str]] = {}
    for block in re.split(r"\n(?=<id/)", text):
        entry = re.match(r"<id/((?:actor|place)/[^/>]+)>", block)
        if entry:
            names.setdefault(entry[1], set()).update(re.findall(r'"([^"]*)"@en', block))
    for digest in corpus:
        for statement in digest.statements:
            for entity in entities(statement):
                ref = entity.get("ref", "cev:")
                assert ref.startswith("cev:") or entity["name"] in names[ref], (digest.id, entity["name"], ref)


def test_one_name_has_one_reference(corpus: list[Digest]) -> None:
    found: dict[tuple[str, bool], set[str | None]] = {}
    for digest in corpus:
        for statement in digest.statements:
            for field in (*SPEAKERS, *SLOTS):
                for entity in statement.get(field, []):
                    found.setdefault((entity["name"], field == "places"), set()).add(entity.get("ref"))
    assert {name: refs for name, refs in found.items() if len(refs) > 1} == {}

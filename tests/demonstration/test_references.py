"""Every reference of a review leads to a term of the ontology or an entry of the reference data."""

from __future__ import annotations

import re

from .corpus import ROOT, Digest, entities


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

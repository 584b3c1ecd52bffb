"""Every Wikidata link of the reference data is carried by the evidence lists."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.link.evidence import check_evidence

REFERENCE = Path("data/reference")
EVIDENCE = Path("../shared/evidence")
# Links on one list only (or on names that two lists spell otherwise): weaker than the rule, each to be given a
# second source or taken off. The set is exact, so that neither a new one nor a mended one goes unseen.
WEAK = frozenset(
    {
        "actor/agence-france-presse",
        "actor/al-arabiya",
        "actor/al-jazeera",
        "actor/al-qaeda",
        "actor/al-shabaab",
        "actor/amnesty-international",
        "actor/angela-merkel",
        "actor/associated-press",
        "actor/bbc",
        "actor/benjamin-netanyahu",
        "actor/cbs-news",
        "actor/cnn",
        "actor/david-cameron",
        "actor/emmanuel-macron",
        "actor/george-w-bush",
        "actor/hassan-nasrallah",
        "actor/hezbollah",
        "actor/icrc",
        "actor/interfax",
        "actor/iraqi-security-forces",
        "actor/john-kerry",
        "actor/msf",
        "actor/muammar-gaddafi",
        "actor/nbc-news",
        "actor/pkk",
        "actor/recep-tayyip-erdogan",
        "actor/reuters",
        "actor/saddam-hussein",
        "actor/tass",
        "actor/the-guardian",
        "actor/the-new-york-times",
        "actor/united-states-armed-forces",
        "actor/vladimir-putin",
        "actor/xinhua",
        "place/quneitra-governorate",
        "place/suwayda-governorate",
        "place/tall-kalakh-syria",
        "place/tartus-governorate",
    }
)
needs_lists = pytest.mark.skipif(not EVIDENCE.is_dir(), reason="../shared/evidence is absent")


@needs_lists
def test_a_wrong_item_is_found(tmp_path: Path) -> None:
    wrong = (
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> ."
        "<https://w3id.org/contested-events/id/place/x> a <https://w3id.org/contested-events/ns#Place> ;"
        ' rdfs:label "Homs" ; skos:exactMatch <http://www.wikidata.org/entity/Q999999999> .'
    )
    (tmp_path / "x.ttl").write_text(wrong, "utf-8")
    assert [p.item for p in check_evidence(tmp_path, EVIDENCE)] == ["Q999999999"]


@needs_lists
def test_no_link_but_the_known_weak_ones_lacks_two_lists() -> None:
    assert {p.iri.split("/id/")[1] for p in check_evidence(REFERENCE, EVIDENCE)} == WEAK

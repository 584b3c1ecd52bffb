"""Every row of the collection of facts is told by a document, and the reviewed records answer what people ask first."""

from __future__ import annotations

from typing import Any

from .corpus import Digest

ALEPPO = "aleppo-2018-11-24"
# Row of the collection (date and who) -> documents that tell it.
ROWS = {
    "2018-09-17 Russia and Turkey": ["sochi-memorandum-2018-09-17"],
    "2018-11-24 SANA through Sputnik": ["sana-first-reports-2018-11-24"],
    "2018-11-24 Russian Defence Ministry warns": ["sana-first-reports-2018-11-24"],
    "2018-11-25 SANA": [
        "sana-107-treated-2018-11-25",
        "sana-aleppo-police-2018-11-25",
        "syrian-state-television-2018-11-24",
    ],
    "2018-11-25 Syrian Foreign Ministry": ["syrian-foreign-ministry-letters-2018-11-25"],
    "2018-11-25 Russian Defence Ministry": [
        "russian-defence-ministry-aleppo-2018-11-25",
        "russian-defence-ministry-strikes-2018-11-25",
    ],
    "2018-11-25 Aleppo Doctors' Syndicate": ["aleppo-doctors-syndicate-2018-11-25"],
    "2018-11-25 denials of the opposition": [
        "national-liberation-front-statement-2018-11-25",
        "national-liberation-front-al-jazeera-2018-11-25",
        "national-liberation-front-spokesman-2018-11-25",
        "opposition-commanders-2018-11-25",
        "opposition-commander-horrya-2018-11-24",
    ],
    "2018-11-25 Syrian Observatory": ["sohr-aleppo-2018-11-25", "sohr-first-day-2018-11-24"],
    "2018-11-25 news agencies": [
        "agencies-truce-2018-11-25",
        "reuters-aleppo-2018-11-25",
        "afp-aleppo-2018-11-25",
        "who-aleppo-2018-11-29",
    ],
    "2018-11-26 notes verbales": ["syria-notes-verbales-2018-11-26"],
    "2018-12-07 US State Department": ["us-state-department-aleppo-2018-12-07"],
    "2018-12-07 UK Foreign Office": ["uk-foreign-office-aleppo-2018-12-07"],
    "2018-12 Russian Embassy in London": ["russian-embassy-london-aleppo-2018-12"],
    "2018-12-08 Russian Embassy in Washington": [
        "russian-embassy-washington-2018-12-08",
        "new-arab-aleppo-2018-12-08",
        "afp-aleppo-truce-2018-12-07",
    ],
    "2020-10-02 OPCW": ["opcw-ffm-aleppo-2020-10-02"],
    "2017-04 Idlib health authority": ["idlib-health-authority-2017-04-08", "reuters-khan-shaykhun-2017-04-04"],
    "2017-04-06 US President": ["trump-statement-2017-04-06"],
    "2017-04-07 United States": ["us-defense-department-shayrat-2017-04-07", "syrian-army-shayrat-2017-04-07"],
    "2017-04 Syrian and Russian governments": [
        "syrian-foreign-minister-khan-shaykhun-2017-04-06",
        "assad-afp-interview-2017-04-13",
        "russian-defence-ministry-khan-shaykhun-2017-04-05",
        "lavrov-khan-shaykhun-2017-04",
    ],
    "2017-11-07 Joint Investigative Mechanism": ["jim-security-council-2017-11-07"],
    "2018-12 United Nations, at least 83": ["new-arab-aleppo-2018-12-08", "un-commission-of-inquiry-2017-09-06"],
    "UCDP GED row 242363": ["ucdp-khan-shaykhun"],
    "2018-04-13 Lavrov": ["lavrov-douma-2018-04-13"],
    "2018-04-17 Nauert and Ward": ["us-state-department-douma-2018-04-17", "ward-lavrov-douma-site-2018-04-16"],
    "2018-04-17 Ryabkov and Dujarric": ["ryabkov-douma-2018-04-17", "dujarric-douma-2018-04-17"],
}
SECOND_CONFLICT = {
    "un-envoy-yemen-truce-2022-04-01", "un-envoy-yemen-truce-2022-04-02", "yemen-mutual-accusations-2022-04-05",
    "houthi-spokesman-2022-04-18", "yemeni-army-violations-2022-05-06", "un-envoy-yemen-renewal-2022-06-02",
    "us-president-yemen-truce-2022-06-02", "un-envoy-yemen-truce-end-2022-10-02", "us-nsc-drc-ceasefire-2023-12-11",
    "us-state-department-drc-2023-12-13", "us-nsc-drc-extension-2023-12-15", "us-nsc-drc-truce-2024-07-04",
    "m23-matembe-2024-07-08", "fardc-accuses-m23-2024-07-11", "congolese-press-bweremana-2024-07-15",
    "us-nsc-drc-extension-2024-07-17", "m23-statement-2024-07-22",
}  # fmt: skip


def test_every_row_is_told_and_every_document_belongs_to_a_row(corpus: list[Digest]) -> None:
    told = {d for documents in ROWS.values() for d in documents} | SECOND_CONFLICT
    assert {d.id for d in corpus} == told
    assert len(corpus) >= 30
    assert len(SECOND_CONFLICT) >= 8


def about(corpus: list[Digest], matter: str) -> list[dict[str, Any]]:
    """Return the statements about one matter, each with its document."""
    return [s | {"document": d.id} for d in corpus for s in d.statements if d.matter(s["event"]) == matter]


def claimants(statements: list[dict[str, Any]]) -> set[str]:
    """Return the names of those who make some statements."""
    return {c["name"] for s in statements for c in s["claimants"]}


def with_instrument(statements: list[dict[str, Any]], name: str, polarity: str) -> list[dict[str, Any]]:
    """Return the statements of a polarity that name an instrument."""
    return [
        s
        for s in statements
        if s.get("polarity") == polarity and any(i["name"] == name for i in s.get("instruments", []))
    ]


def test_instruments_at_aleppo_are_affirmed_and_denied_by_the_right_sides(corpus: list[Digest]) -> None:
    statements = about(corpus, ALEPPO)
    affirmed = claimants(with_instrument(statements, "chlorine", "affirmed"))
    assert affirmed >= {"SANA", "Syrian Ministry of Foreign Affairs", "Russian Ministry of Defence"}
    denied = with_instrument(statements, "chlorine", "denied")
    in_scope = claimants([s for s in denied if s["denial_scope"] in ("statesInstrument", "WholeAccount")])
    assert in_scope >= {"National Liberation Front", "UK Foreign Office", "US Department of State", "United States"}
    assert not in_scope & affirmed
    assert claimants(with_instrument(statements, "tear gas", "affirmed")) == {"US Department of State", "United States"}


def test_people_treated_at_aleppo_by_source(corpus: list[Digest]) -> None:
    found = {
        (c["kind"], c.get("min"), c.get("max"), s["claimants"][0]["name"])
        for s in about(corpus, ALEPPO)
        for c in s.get("casualties", [])
    }
    assert found >= {
        ("treated", 12, None, "SANA"),
        ("affected", 32, 32, "Syrian Observatory for Human Rights"),
        ("treated", 46, 46, "Russian Ministry of Defence"),
        ("treated", 73, None, "Embassy of Russia in London"),
        ("treated", 94, 94, "Syrian Observatory for Human Rights"),
        ("treated", 100, 100, "Syrian state media"),
        ("injured", 101, None, "Reuters"),
        ("treated", 107, 107, "SANA"),
        ("affected", 107, 107, "Syrian Ministry of Foreign Affairs"),
    }


def test_the_opcw_left_the_use_of_chemicals_open(corpus: list[Digest]) -> None:
    findings = [
        s
        for s in about(corpus, ALEPPO)
        if s["type"] == "Finding" and s["claimants"][0]["name"] == "OPCW Fact-Finding Mission"
    ]
    on_use = [s for s in findings if s["event_type"] == "ChemicalAttack"]
    assert on_use
    assert {s["polarity"] for s in on_use} == {"undetermined"}


def test_khan_shaykhun_has_a_finding_and_denials(corpus: list[Digest]) -> None:
    statements = about(corpus, "khan-shaykhun-2017-04-04")
    finding = [s for s in statements if s["claimants"][0]["name"] == "OPCW-UN Joint Investigative Mechanism"]
    assert any(p["name"] == "Syria" for s in finding for p in s.get("perpetrators", []))
    assert claimants([s for s in statements if s.get("polarity") == "denied"]) >= {
        "Bashar al-Assad",
        "Walid al-Muallem",
    }


def test_truces_of_three_places_have_breaches(corpus: list[Digest]) -> None:
    broken = {d.matter(s["breach_of"]) for d in corpus for s in d.statements if "breach_of" in s}
    assert broken == {"idlib-truce-2018", "yemen-truce-2022", "drc-truce-2024-07"}

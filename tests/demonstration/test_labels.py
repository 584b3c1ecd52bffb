"""Labels of events and names of actors are neutral, and one matter has one label (threat 30)."""

from __future__ import annotations

import re

from .corpus import Digest, entities

PARTISAN = re.compile(
    r"\b(terror\w*|regime\w*|rebel\w*|militant\w*|militia\w*|jihad\w*|extremis\w*|mercenar\w*|insurgen\w*|massacre\w*|atrocit\w*|"
    r"barbar\w*|crime\w*|dictator\w*|invad\w*|occup\w*|aggress\w*|liberat\w*|martyr\w*|puppet\w*|false|fake|lies?)\b",
    re.IGNORECASE,
)
# What an armed group or a data set calls itself or its parties.
OWN_NAMES = {"National Liberation Front", "Syrian insurgents"}
CAREFUL = (
    "reported",
    "announced",
    "requested",
    "alleged",
    "truce",
    "ceasefire",
    "humanitarian truce",
    "OPCW",
    "UN ",
    "breaches of the truce reported",
    "attacks reported",
)


def test_labels_assert_nothing(corpus: list[Digest]) -> None:
    for digest in corpus:
        for event in digest.review["events"].values():
            label = event["label"]
            assert label.startswith(CAREFUL), (digest.id, label)
            assert not PARTISAN.search(label.replace("reported false claims", "")), (digest.id, label)


def test_one_matter_has_one_label(corpus: list[Digest]) -> None:
    labels: dict[str, set[str]] = {}
    for digest in corpus:
        for event in digest.review["events"].values():
            labels.setdefault(event["matter"], set()).add(event["label"])
    assert {m: found for m, found in labels.items() if len(found) > 1} == {}


def test_names_of_entities_are_neutral(corpus: list[Digest]) -> None:
    for digest in corpus:
        for statement in digest.statements:
            for entity in entities(statement):
                if entity["name"] not in OWN_NAMES:
                    assert not PARTISAN.search(entity["name"]), (digest.id, entity["name"])


def test_partisan_words_stand_in_quotation_marks_only(corpus: list[Digest]) -> None:
    strong = re.compile(r"\b(terrorist\w*|regime\w*|rebel\w*|jihad\w*)\b", re.IGNORECASE)
    for digest in corpus:
        assert not strong.search(re.sub(r'"[^"]*"', "", digest.body)), digest.id
        assert not strong.search(digest.metadata["title"]), digest.id

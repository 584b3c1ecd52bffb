"""Natural persons stand in the corpus only in a public role (threat 26)."""

from __future__ import annotations

import re

from .corpus import Digest, entities

# Every person whom a digest names, with the public role in which the person spoke or acted.
PUBLIC_ROLES = {
    "Abdel-Salam Abdel-Razak": "commander",
    "Adrienne Watson": "spokesperson",
    "Ahmed Awad Bin Mubarak": "foreign minister",
    "Bashar al-Assad": "president",
    "Donald Trump": "president",
    "Edmond Mulet": "head",
    "Hans Grundberg": "special envoy",
    "Heather Nauert": "spokeswoman",
    "Igor Konashenkov": "spokesman",
    "Jeff Davis": "spokesman",
    "Joe Biden": "president",
    "Ken Ward": "envoy",
    "Lawrence Kanyuka": "spokesman",
    "Matthew Miller": "spokesperson",
    "Mohammed Abdulsalam": "spokesman",
    "Mustafa Sejari": "spokesman",
    "Naji Mustafa": "spokesman",
    "Omar Huthayfa": "head",
    "Robert Palladino": "spokesman",
    "Sergei Ryabkov": "deputy foreign minister",
    "Sergey Lavrov": "foreign minister",
    "Stéphane Dujarric": "spokesman",
    "Walid al-Muallem": "foreign minister",
    "Zaher Batal": "head",
}
# Names of bodies, places and things that look like names of persons.
NOT_PERSONS = {"Associated Press", "Eid al-Fitr", "New York", "Special Envoy"}
_SENTENCE_OPENERS = ("The ", "Through ", "By ", "In ", "On ", "All ", "Its ")
_NAME = re.compile(r"\b[A-ZÀ-Þ][\w'’-]+(?: (?:al-|bin |Bin |el-)?[A-ZÀ-Þ][\w'’-]+)+")


def test_every_person_has_a_public_role_said_beside_the_name(corpus: list[Digest]) -> None:
    for digest in corpus:
        for statement in digest.statements:
            for entity in entities(statement):
                if entity.get("class") != "Person" and entity["name"] not in PUBLIC_ROLES:
                    continue
                role = PUBLIC_ROLES[entity["name"]]
                near = re.search(rf"(.{{0,60}}){re.escape(entity['name'])}(.{{0,80}})", digest.body)
                assert near, (digest.id, entity["name"])
                assert role in "".join(near.groups()).lower(), (digest.id, entity["name"], role)


def test_no_other_name_of_a_person_stands_in_a_text(corpus: list[Digest]) -> None:
    known = {*PUBLIC_ROLES, *NOT_PERSONS}
    for digest in corpus:
        known.add(digest.metadata["publisher"])
        for statement in digest.statements:
            bodies = [e for e in entities(statement) if e.get("class") != "Person"]
            known |= {e["name"] for e in bodies} | {e.get("text", e["name"]) for e in bodies}
    for digest in corpus:
        for name in _NAME.findall(digest.body):
            bare = next((name.removeprefix(o) for o in _SENTENCE_OPENERS if name.startswith(o)), name)
            assert " " not in bare or any(bare in k or k in bare for k in known), (digest.id, name)

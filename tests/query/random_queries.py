"""Random SELECT queries over the event model, for comparing two ways of answering them; the same for the same seed."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

PREFIXES = """PREFIX cev: <https://w3id.org/contested-events/ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
# subject, predicate, object: what stands for a thing is a variable, what is in quotes or has a prefix is a constant.
_EDGES = """
statement cev:claimant actor
statement cev:side actor
statement cev:hasAccount account
statement cev:publishedEarliest day
statement cev:polarity cev:Affirmed
statement cev:polarity word
statement a cev:Accusation
statement a word
statement cev:hedge text
statement cev:disputes statement
account cev:accountOf event
account cev:statesPerpetrator actor
account cev:statesPlace place
account cev:statesInstrument word
account cev:statesTime time
account cev:statesCasualties figure
account cev:statesEventType word
account cev:statesEventType cev:Shelling
time cev:earliest day
time cev:latest day
event rdfs:label text
event cev:reportedEarliest day
event cev:reportedLatest day
event cev:reportedPlace place
mention cev:expresses statement
mention cev:quote text
mention cev:inDocument document
document rdfs:label text
document dcterms:date day
proposition cev:about event
proposition cev:property cev:statesPerpetrator
proposition cev:valueSide actor
proposition cev:affirmedIn statement
proposition cev:deniedIn statement
actor rdfs:label text
actor cev:partOfActor actor
actor cev:partOfActor* actor
place cev:withinPlace place
place rdfs:label text
figure cev:minimum number
statement cev:claimant/rdfs:label text
statement cev:hasAccount/cev:accountOf event
statement cev:spokesperson|cev:claimant actor
actor ^cev:claimant statement
place cev:withinPlace+ place
statement any thing
mention any thing
""".strip().splitlines()
_DAYS = ("2012-03-01", "2015-06-30", "2017-04-04", "2019-01-01", "2021-11-11", "2024-12-31")


@dataclass
class Shape:
    """A query as it grows: its variables by kind of thing, its patterns as text."""

    dice: Random
    kinds: dict[str, str] = field(default_factory=dict)

    def variable(self, kind: str, *, new: bool) -> str:
        """A variable of a kind, now and then one that is there already."""
        known = [v for v, k in self.kinds.items() if k == kind]
        if known and (not new or self.dice.random() < 0.2):
            return self.dice.choice(known)
        name = f"?{kind}{len(self.kinds)}"
        self.kinds[name] = kind
        return name

    def pattern(self) -> str:
        """A pattern that shares a variable with those before it."""
        known = set(self.kinds.values())
        edges = [e.split() for e in _EDGES]
        fitting = [e for e in edges if not known or e[0] in known or (e[2] in known and e[2] not in ("word", "text"))]
        subject, predicate, value = self.dice.choice(fitting)
        forward = subject in known or not known
        first = self.variable(subject, new=not forward)
        constant = ":" in value
        second = value if constant else self.variable(value, new=forward)
        return f"{first} {'?any' if predicate == 'any' else predicate} {second} ."


def random_query(seed: int) -> str:
    """A query of two to six patterns with OPTIONALs, filters, aggregates, orders and punctuation at random."""
    dice = Random(seed)
    shape = Shape(dice)
    if dice.random() < 0.12:
        return PREFIXES + _count(dice)
    if dice.random() < 0.08:
        return PREFIXES + _star_count(dice)
    parts = [shape.pattern() for _ in range(dice.randint(2, 5))]
    certain = list(shape.kinds)
    for _ in range(dice.choice((0, 0, 1, 1, 2))):
        parts.append("OPTIONAL { " + " ".join(shape.pattern() for _ in range(dice.randint(1, 3))) + " }")
        if dice.random() < 0.2:
            parts.append(shape.pattern())
    for _ in range(dice.choice((0, 0, 1, 2))):
        parts.insert(dice.randint(1, len(parts)), _filter(dice, shape, certain))
    if dice.random() < 0.1:
        parts.append(f"BIND(STR({dice.choice(certain)}) AS ?bound)")
    words = [v for v, k in shape.kinds.items() if k == "word"]
    if words and dice.random() < 0.3:  # as pages bind what they are about
        parts.insert(0, f"VALUES {dice.choice(words)} {{ {dice.choice(('cev:Affirmed', 'cev:Shelling'))} }}")
    body = "\n  ".join(parts)
    shown = dice.sample(certain, dice.randint(1, min(3, len(certain))))
    form = dice.random()
    if form < 0.5:
        return f"{PREFIXES}SELECT DISTINCT {' '.join(shown)} WHERE {{\n  {body}\n}}{_order(dice, shown)}"
    if form < 0.75:
        return f"{PREFIXES}SELECT {' '.join(shown) if dice.random() < 0.7 else '*'} {{ {body} }}"
    counted = dice.choice(("*", certain[0], "DISTINCT " + certain[-1]))
    return f"{PREFIXES}SELECT {shown[0]} (COUNT({counted}) AS ?n) {{ {body} }} GROUP BY {shown[0]}"


def _order(dice: Random, shown: list[str]) -> str:
    return f" ORDER BY DESC({shown[0]})" if dice.random() < 0.3 else ""


def _filter(dice: Random, shape: Shape, certain: list[str]) -> str:
    days = [v for v, k in shape.kinds.items() if k == "day"]
    choice = dice.random()
    if days and choice < 0.6:
        day, sign = dice.choice(days), dice.choice(("<", "<=", ">", ">=", "=", "!="))
        more = f' && {day} < "{dice.choice(_DAYS)}"^^xsd:date' if dice.random() < 0.4 else ""
        return f'FILTER({day} {sign} "{dice.choice(_DAYS)}"^^xsd:date{more})'
    if choice < 0.75 and len(certain) > 1:
        one, other = dice.sample(certain, 2)
        return f"FILTER(STR({one}) {dice.choice(('<', '!='))} STR({other}))"
    if choice < 0.9:
        return f"FILTER EXISTS {{ {dice.choice(certain)} ?whatever ?else }}"
    return f'FILTER(CONTAINS(STR({dice.choice(certain)}), "{dice.choice(("1", "report", "a ?b . c"))}"))'


def _star_count(dice: Random) -> str:
    """Counts over things with several predicates, some of which nothing has together."""
    predicates = (
        "cev:claimant", "cev:side", "cev:hasAccount", "cev:polarity", "cev:accountOf", "cev:statesPerpetrator",
        "cev:statesInstrument", "cev:statesPlace", "cev:modality", "a", "rdfs:label", "cev:property", "cev:affirmedIn",
    )  # fmt: skip
    parts = [f"{p} ?o{n}" for n, p in enumerate(dice.choices(predicates, k=dice.randint(1, 4)))]
    if dice.random() < 0.5:
        parts.append("a " + dice.choice(("cev:EventAccount", "cev:Accusation", "cev:Proposition", "cev:Nothing")))
    counted = ("*", "?s", "DISTINCT ?s", "?o0", "DISTINCT ?o0", "DISTINCT *")
    asked = " ".join(f"(COUNT({dice.choice(counted)}) AS ?n{n})" for n in range(dice.randint(1, 3)))
    return f"SELECT {asked} {{ ?s {' ; '.join(parts)} }}"


def _count(dice: Random) -> str:
    predicate = dice.choice(("a", "cev:polarity", "cev:quote", "cev:claimant", "cev:nothing", "?p"))
    counted = dice.choice(("*", "?s", "DISTINCT ?s", "DISTINCT ?o", "?o"))
    name = "?p" if predicate == "?p" else "?o"
    order = dice.choice(
        ("", " ORDER BY ?n", f" ORDER BY DESC(?n) {name}", " HAVING(COUNT(*) > 3)", f" ORDER BY STR({name})")
    )
    return dice.choice(
        (
            f"SELECT {name} (COUNT({counted}) AS ?n) {{ ?s {predicate} ?o }} GROUP BY {name}{order}",
            f"SELECT (COUNT({counted}) AS ?n) {{ ?s {predicate} ?o }}",
            f"SELECT (COUNT({counted}) AS ?n) {{ ?s {predicate} cev:Affirmed }}",
            f"SELECT DISTINCT {name} {{ ?s {predicate} ?o }}",
            f"SELECT DISTINCT {name} {{ ?s {predicate} ?o . FILTER(isIRI({name})) }}",
        )
    )

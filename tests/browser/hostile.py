"""A graph that wishes its reader ill: markup in labels, script IRIs, right-to-left and endless names, a long event."""

from __future__ import annotations

import json
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad

from app import store
from app.pipeline.page_files import as_json
from app.store.ontology_terms import ontology_facts
from app.vocab import CEV, DCTERMS, PROV, RDF, RDFS, SKOS, XSD

BASE = "https://w3id.org/contested-events/"
EVENT = "/id/event/hostile"
DOCUMENT = "/id/document/hostile"
ACTOR = "/id/actor/claimant-0"
SCRIPT = "<script>alert('x')</script><img src=x onerror=alert(1)>\"'><svg onload=alert(2)>"
RIGHT_TO_LEFT = "حادثة مُبلَّغ عنها في حلب \u202eتجربة\u202c"
LONG = "verylongname" * 25
NAMES = (SCRIPT, RIGHT_TO_LEFT, LONG, "{{ 7 * 7 }} ${7*7} %s", "שם ארוך " * 30)
SCRIPT_IRIS = (
    "javascript:alert(3)",
    "data:text/html,<script>alert(4)</script>".replace("<", "%3C").replace(">", "%3E"),
    "vbscript:x",
)
STATEMENTS = 500
_ACTS = ("Accusation", "Denial", "Assessment", "Finding", "Report", "Condemnation", "Call")
_STANCES = ("affirmedIn", "deniedIn", "doubtedIn", "undeterminedIn", "askedIn", "supposedIn")


class Graph:
    """Collects quads of one document's graph."""

    def __init__(self) -> None:
        """Nothing is in it yet."""
        self.quads: list[Quad] = []
        self._graph = NamedNode(f"{BASE}graph/document/hostile")

    def add(self, subject: str, predicate: str, value: str | Literal) -> None:
        """Add a triple; a plain string is an IRI, names without a namespace are the ontology's."""
        predicate = predicate if ":" in predicate else CEV + predicate
        node = value if isinstance(value, Literal) else NamedNode(value)
        self.quads.append(Quad(NamedNode(subject), NamedNode(predicate), node, self._graph))

    def named(self, subject: str, kind: str, label: str, language: str | None = None) -> str:
        """Add a thing with its class and label."""
        self.add(subject, RDF + "type", CEV + kind)
        self.add(subject, RDFS + "label", Literal(label, language=language) if language else Literal(label))
        return subject


def hostile_snapshot(directory: Path, root: Path) -> Path:
    """Write the snapshot into a directory and return it."""
    graph = Graph()
    _things(graph)
    for number in range(STATEMENTS):
        _statement(graph, number)
    extras = {
        "ontology.ttl": (root / "ontology" / "cev.ttl").read_bytes(),
        "ontology.json": as_json(
            ontology_facts(
                root / "ontology" / "cev.ttl",
                store.canonical_lines(graph.quads),
                shapes=root / "shapes",
                examples=root / "queries" / "examples",
            )
        ),
        "withdrawn.json": json.dumps({f"{BASE}id/statement/hostile/gone": f"Withdrawn: {SCRIPT}"}).encode(),
        "held_back.json": json.dumps({"documents": {BASE + DOCUMENT[1:]: 2}, "events": {BASE + EVENT[1:]: 1}}).encode(),
        "changes.json": as_json({"before": SCRIPT, "added": list(SCRIPT_IRIS), "removed": [SCRIPT], "changed": []}),
        "texts/hostile.txt": SCRIPT.encode(),
    }
    counts = {"documents": 1, "statements": STATEMENTS, "events": 2, "propositions": 3}
    report = {"set_aside": [{"path": SCRIPT, "stage": SCRIPT}], "notes": []}
    store.write_snapshot(
        directory, graph.quads, manifest={"counts": counts, "base": BASE}, report=report, extras=extras
    )
    return directory


def _things(graph: Graph) -> None:
    event = graph.named(BASE + EVENT[1:], "Event", SCRIPT, "en")
    other = graph.named(f"{BASE}id/event/other", "Event", RIGHT_TO_LEFT, "ar")
    for iri in SCRIPT_IRIS:
        graph.add(event, SKOS + "relatedMatch", iri)
        graph.add(BASE + DOCUMENT[1:], DCTERMS + "source", iri)
    document = graph.named(BASE + DOCUMENT[1:], "SourceDocument", SCRIPT)
    for name, value in (
        ("identifier", "hostile"),
        ("language", 'en" onload="alert(5)'),
        ("rights", SCRIPT),
        ("format", "text/plain"),
    ):
        graph.add(document, DCTERMS + name, Literal(value))
    graph.add(document, DCTERMS + "date", Literal("2020-01-31", datatype=NamedNode(XSD + "date")))
    graph.add(document, DCTERMS + "publisher", BASE + ACTOR[1:])
    graph.add(document, "textSha256", Literal("0" * 64))
    graph.add(document, "characterCount", Literal(100_000))
    graph.add(document, "textRights", Literal("quotes"))
    graph.add(document, "notRead", Literal(SCRIPT))
    for number in range(60):
        actor = graph.named(f"{BASE}id/actor/claimant-{number}", "State", f"{number} {NAMES[number % len(NAMES)]}")
        graph.add(actor, SKOS + "exactMatch", SCRIPT_IRIS[number % 3])
    for number, name in enumerate(NAMES):
        place = graph.named(f"{BASE}id/place/p{number}", "Place", name)
        graph.add(event, "reportedPlace", place)
        graph.named(f"{BASE}id/instrument/i{number}", "InstrumentType", name)
    graph.named(SCRIPT_IRIS[0], "InstrumentType", "an instrument whose IRI is a script")
    graph.add(event, SKOS + "note", Literal(SCRIPT))
    graph.add(f"{BASE}id/account/other", "accountOf", other)
    graph.add(f"{BASE}id/account/other", "statesInvestigationOf", event)


def _statement(graph: Graph, number: int) -> None:
    iri, account = f"{BASE}id/statement/hostile/{number}", f"{BASE}id/account/hostile/{number}"
    claimant = f"{BASE}id/actor/claimant-{number % 60}"
    for kind in ("AttributedStatement", _ACTS[number % len(_ACTS)]):
        graph.add(iri, RDF + "type", CEV + kind)
    graph.add(iri, "claimant", claimant)
    graph.add(iri, "side", claimant)
    graph.add(iri, "attributionMode", CEV + "DirectQuote")
    graph.add(iri, "hedge", Literal(NAMES[number % len(NAMES)]))
    graph.add(iri, "medium", Literal(SCRIPT))
    if number % 7 != 3:
        day = Literal(f"20{20 + number % 5}-01-{1 + number % 28:02}", datatype=NamedNode(XSD + "date"))
        graph.add(iri, "publishedEarliest", day)
        graph.add(iri, "publishedLatest", day)
    graph.add(iri, "hasAccount", account)
    graph.add(account, RDF + "type", CEV + "EventAccount")
    graph.add(account, "accountOf", BASE + EVENT[1:])
    graph.add(account, "modality", CEV + "Actual")
    graph.add(account, "statesMotive", Literal(SCRIPT))
    values = [
        (f"{BASE}id/instrument/i{number % 5}", "statesInstrument"),
        (SCRIPT_IRIS[0], "statesInstrument"),
        (f"{BASE}id/actor/claimant-{(number + 1) % 60}", "statesPerpetrator"),
    ]
    for place, (value, name) in enumerate(values):
        proposition = f"{BASE}id/proposition/{name}-{number % 60 if place == 2 else number % 5}-{place}"
        graph.add(account, name, value)
        graph.add(proposition, RDF + "type", CEV + "Proposition")
        graph.add(proposition, "about", BASE + EVENT[1:])
        graph.add(proposition, "property", CEV + name)
        graph.add(proposition, "value", value)
        graph.add(proposition, _STANCES[(number + place) % len(_STANCES)], iri)
    figure = f"{BASE}id/figure/hostile/{number}"
    graph.add(account, "statesCasualties", figure)
    graph.add(figure, "casualtyKind", CEV + ("Killed" if number % 2 else "Treated"))
    graph.add(figure, "figureText", Literal(SCRIPT))
    graph.add(figure, "minimum", Literal(number * 1_000_003))
    graph.add(figure, "victimGroup", Literal(LONG))
    mention = f"{BASE}id/mention/hostile/{number}"
    graph.add(mention, RDF + "type", CEV + "Mention")
    graph.add(mention, "expresses", iri)
    graph.add(mention, "inDocument", BASE + DOCUMENT[1:])
    quote = f"{number}: corpses {NAMES[number % len(NAMES)]} </blockquote></article>"
    graph.add(mention, "quote", Literal(quote))
    graph.add(mention, "charStart", Literal(number * 150))
    graph.add(mention, "charEnd", Literal(number * 150 + len(quote)))
    graph.add(mention, "extractionConfidence", Literal("0.5", datatype=NamedNode(XSD + "decimal")))
    graph.add(mention, "reviewStatus", CEV + ("Unreviewed" if number % 3 else "Reviewed"))
    graph.add(mention, PROV + "wasGeneratedBy", f"{BASE}id/run/hostile")

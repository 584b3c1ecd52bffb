"""The ontology as one HTML page made from its Turtle: self-contained, no script, nothing from elsewhere."""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from html import escape
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

from app.errors import OntologyError
from app.vocab import CEV, DCTERMS, ONTOLOGY, OWL, PREFIXES, RDF, RDFS, SKOS

Node = NamedNode | BlankNode | Literal
Facts = dict[str, dict[str, list[Node]]]
_KINDS = (
    ("Class", "Classes"),
    ("ObjectProperty", "Object properties"),
    ("DatatypeProperty", "Datatype properties"),
    ("AnnotationProperty", "Annotation properties"),
    ("NamedIndividual", "Controlled terms"),
)
_ROWS = (
    (RDFS + "subClassOf", "Sub-class of"),
    (RDFS + "subPropertyOf", "Sub-property of"),
    (RDFS + "domain", "Domain"),
    (RDFS + "range", "Range"),
    (CEV + "broaderInstrument", "Broader"),
    (RDF + "type", "Type"),
)
_STYLE = """:root{--ink:#1c1c1c;--paper:#fff;--line:#d8d8d8;--muted:#5a5a5a;--blue:#0b5cad;color-scheme:light dark}
@media(prefers-color-scheme:dark){:root{--ink:#ececec;--paper:#15171a;--line:#3a3d42;--muted:#a9adb3;--blue:#7db8f5}}
body{margin:0 auto;max-width:60rem;padding:1rem;color:var(--ink);background:var(--paper);font:16px/1.5
system-ui,sans-serif}
h1,h2,h3{font-family:Georgia,serif;line-height:1.25}a{color:var(--blue)}nav{columns:3 14rem}nav a{display:block}
section.term{border-top:1px solid var(--line);padding:.5rem 0}dt{color:var(--muted);font-size:.9rem}dd{margin:0 0 .25rem
1rem}
code{font-family:ui-monospace,monospace;font-size:.85rem;overflow-wrap:anywhere}.muted{color:var(--muted)}"""


def render_ontology(ontology: Path) -> str:
    """Return the page of an ontology file. Raises OntologyError where it is not Turtle."""
    facts = _read(ontology)
    header = facts.get(ONTOLOGY, {})
    terms = _by_kind(facts)
    toc = "".join(
        f"<h3>{escape(title)}</h3>"
        + "".join(f'<a href="#{_name(iri)}">{escape(_name(iri))}</a>' for iri in terms[kind])
        for kind, title in _KINDS
        if terms[kind]
    )
    body = "".join(
        f'<h2 id="kind-{kind}">{escape(title)}</h2>' + "".join(_term(iri, facts) for iri in terms[kind])
        for kind, title in _KINDS
        if terms[kind]
    )
    title = _text(header, RDFS + "label") or "Ontology"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>"
        f'<p><a href="/">Rashomon</a></p><main><h1>{escape(title)}</h1>'
        f"<p>{escape(_text(header, DCTERMS + 'description'))}</p>"
        f'<p class="muted">Version {escape(_text(header, OWL + "versionInfo"))} · '
        f"<code>{escape(ONTOLOGY)}#</code> · CC BY 4.0 · "
        f'<a href="/ontology?format=ttl">Turtle</a></p><nav aria-label="Terms">{toc}</nav>{body}</main></body></html>'
    )


def _read(path: Path) -> Facts:
    facts: Facts = defaultdict(lambda: defaultdict(list))
    try:
        for triple in parse(path=str(path), format=RdfFormat.TURTLE):
            if isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode | BlankNode | Literal):
                facts[triple.subject.value][triple.predicate.value].append(triple.object)
    except SyntaxError as error:
        raise OntologyError(
            "the ontology is not Turtle", where=f"{path}:{error.lineno}:{error.offset}", why=str(error.msg)
        ) from error
    return facts


def _by_kind(facts: Facts) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {kind: [] for kind, _ in _KINDS}
    for iri in sorted(i for i in facts if i.startswith(CEV)):
        types = {t.value for t in facts[iri][RDF + "type"] if isinstance(t, NamedNode)}
        kind = next((k for k, _ in _KINDS if OWL + k in types), None)
        if kind:
            found[kind].append(iri)
    return found


def _term(iri: str, facts: Facts) -> str:
    mine = facts[iri]
    rows = "".join(_row(title, mine[predicate]) for predicate, title in _ROWS if mine.get(predicate))
    rows += _used(iri, facts)
    examples = "".join(
        f"<dt>Example</dt><dd>{escape(o.value)}</dd>" for o in mine.get(SKOS + "example", []) if isinstance(o, Literal)
    )
    note = _text(mine, SKOS + "scopeNote")
    return (
        f'<section class="term" id="{_name(iri)}">'
        f"<h3>{escape(_text(mine, RDFS + 'label') or _name(iri))} <code>cev:{_name(iri)}</code></h3>"
        f"<p>{escape(_text(mine, SKOS + 'definition'))}</p>{f'<p class=muted>{escape(note)}</p>' if note else ''}"
        f"<dl>{rows}{examples}</dl></section>"
    )


def _row(title: str, values: list[Node]) -> str:
    links = [_link(v.value) for v in values if isinstance(v, NamedNode) and not v.value.startswith(OWL)]
    return f"<dt>{title}</dt><dd>{', '.join(links)}</dd>" if links else ""


def _used(iri: str, facts: Facts) -> str:
    """What points up to a term: its narrower ones and the properties of a class."""
    rows = ""
    for predicate, title in (
        (RDFS + "subClassOf", "Super-class of"),
        (RDFS + "subPropertyOf", "Super-property of"),
        (RDFS + "domain", "In the domain of"),
        (CEV + "broaderInstrument", "Narrower"),
    ):
        found = sorted(
            s for s in facts if any(isinstance(o, NamedNode) and o.value == iri for o in facts[s].get(predicate, []))
        )
        if found:
            rows += f"<dt>{title}</dt><dd>{', '.join(map(_link, found))}</dd>"
    return rows


def _link(iri: str) -> str:
    if iri.startswith(CEV):
        return f'<a href="#{_name(iri)}">{escape(_name(iri))}</a>'
    prefix = next((p for p, namespace in PREFIXES.items() if iri.startswith(namespace)), None)
    return f"<code>{escape(f'{prefix}:{iri.removeprefix(PREFIXES[prefix])}' if prefix else iri)}</code>"


def _name(iri: str) -> str:
    return escape(iri.removeprefix(CEV), quote=True)


def _text(values: dict[str, list[Node]], predicate: str) -> str:
    return next((o.value for o in values.get(predicate, []) if isinstance(o, Literal)), "")


def main() -> None:
    """Write the page of an ontology file."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("ontology", type=Path)
    parser.add_argument("-o", "--output", type=Path)
    arguments = parser.parse_args()
    page = render_ontology(arguments.ontology)
    if arguments.output:
        arguments.output.write_text(page, "utf-8")
    else:
        sys.stdout.write(page)


if __name__ == "__main__":
    main()

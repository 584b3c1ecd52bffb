"""Scores the reader on the dev documents without building a whole graph: `python -m tests.extract.score_dev`.

Eight documents, chosen by the hash of their ids, are kept aside: no rule was tuned on them. Both halves are printed.
`--errors ID` shows matches, misses and extras of one document (refused for those kept aside); `--half tuned|aside`.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import io
import json
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType

from app.documents import read_folders
from app.extract import load_extractor
from app.link import Linker, load_naming, load_reference
from app.model import Account, Document, Entity, EntityKind, Records, Reference, Statement
from app.vocab import CEV, DEFAULT_BASE

ROOT = Path(__file__).parents[2]
BENCH = ROOT / "../shared/extraction"
KEPT_ASIDE = (
    "2023-07-07-statement-from-president-joe-biden-on-completing-the-destruc",
    "30-voa-us-says-russia-complicating-opcw",
    "31-burt-ghouta-chlorine",
    "mst-attack-in-rondonia-kills-one-man",
    "uk-government-foreign-secretary-condemns-further-syrian-barrel-b-1718A3",
    "uk-government-minister-ellwood-condemns-terrorist-attack-in-al-h-821F5B",
    "us-state-depar-da-esh-attacks-in-jabla-and-tartus-and-regime-offe-2E857E",
    "us-state-depar-rocket-attack-on-camp-hurriya-in-iraq-6413ED",
)
_SLOTS = {
    "perpetrators": "statesPerpetrator",
    "targets": "statesTarget",
    "participants": "statesParticipant",
    "places": "statesPlace",
    "instruments": "statesInstrument",
}


class TurtleWriter:
    """Writes records in the few terms that `score.py` reads."""

    def __init__(self, reference: Reference) -> None:
        self._entries = {e.iri: e for e in reference.entries}
        self._lines: list[str] = []
        self._things: dict[str, set[str]] = {}
        self._counter = 0

    def text(self) -> str:
        """Return the Turtle of all that was added."""
        head = [
            f"@prefix cev: <{CEV}> .",
            "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .",
            "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .",
            "@prefix wd: <http://www.wikidata.org/entity/> .",
            "@prefix dcterms: <http://purl.org/dc/terms/> .",
            "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .",
        ]
        things = [line for _, lines in sorted(self._things.items()) for line in sorted(lines)]
        return "\n".join([*head, *self._lines, *things, ""])

    def add(self, document: Document, records: Records) -> None:
        """Add one document."""
        self._counter += 1
        base = f"urn:x:{self._counter}"
        self._lines.append(f"<{base}> a cev:SourceDocument ; dcterms:identifier {json.dumps(document.id)} .")
        for statement in records.statements:
            self._lines += self._statement(base, document, statement)

    def _statement(self, base: str, document: Document, s: Statement) -> Iterator[str]:
        iri = f"{base}:{s.id}"
        for n, span in enumerate(s.spans):
            yield (
                f"<{iri}:m{n}> cev:inDocument <{base}> ; cev:expresses <{iri}> ; "
                f"cev:charStart {span.start} ; cev:charEnd {span.end} ."
            )
        yield f"<{iri}> a cev:{s.type} ; cev:attributionMode cev:{s.mode} ; cev:hasAccount <{iri}:a> ."
        for name, value in (("polarity", s.polarity), ("claimantCertainty", s.certainty)):
            if value is not None:
                yield f"<{iri}> cev:{name} cev:{value} ."
        for claimant in s.claimants:
            yield f"<{iri}> cev:claimant <{self._thing(base, document, claimant)}> ."
        yield from self._account(f"{iri}:a", base, document, s.account)

    def _account(self, iri: str, base: str, document: Document, account: Account) -> Iterator[str]:
        yield f"<{iri}> cev:accountOf <{base}:{account.event}> ; cev:statesEventType cev:{account.event_type} ."
        for slot, name in _SLOTS.items():
            for entity in getattr(account, slot):
                yield f"<{iri}> cev:{name} <{self._thing(base, document, entity)}> ."
        if account.time is not None:
            yield f"<{iri}> cev:statesTime <{iri}:t> ."
            for name, day in (("earliest", account.time.earliest), ("latest", account.time.latest)):
                if day is not None:
                    yield f'<{iri}:t> cev:{name} "{day.isoformat()}"^^xsd:date .'
        for n, figure in enumerate(account.casualties):
            yield f"<{iri}> cev:statesCasualties <{iri}:c{n}> . <{iri}:c{n}> cev:casualtyKind cev:{figure.kind} ."
            for name, value in (("minimum", figure.minimum), ("maximum", figure.maximum)):
                if value is not None:
                    yield f"<{iri}:c{n}> cev:{name} {value} ."

    def _thing(self, base: str, document: Document, entity: Entity) -> str:
        entry = self._entries.get(entity.reference) if entity.reference else None
        iri = str(entity.reference or f"{base}:{entity.kind}:{abs_key(entity.name)}")
        lines = self._things.setdefault(iri, set())
        names = (entry.label, *entry.names) if entry is not None else (entity.name,)
        lines |= {f"<{iri}> skos:altLabel {json.dumps(name)} ." for name in names}
        if entry is not None and entry.wikidata:
            lines.add(f"<{iri}> skos:exactMatch wd:{entry.wikidata} .")
        if entity.kind is EntityKind.DOCUMENT_VOICE:
            lines.add(f"<{iri}> a cev:DocumentVoice .")
        if entity.kind is EntityKind.UNNAMED_SOURCE:
            lines.add(f"<{iri}> a cev:UnnamedSource .")
        if entity.span is not None:
            mention = f"{base}:q{entity.span.start}-{entity.span.end}"
            quote = json.dumps(entity.span.of(document.text))
            lines.add(f"<{mention}> cev:refersTo <{iri}> ; cev:quote {quote} .")
        return iri


def abs_key(name: str) -> str:
    """Return a name as a part of a URN."""
    return "".join(c if c.isalnum() else "-" for c in name.casefold())


def load_score() -> ModuleType:
    """Return `score.py` of the bench as a module."""
    spec = importlib.util.spec_from_file_location("rashomon_score", BENCH / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read_folder(folder: Path, name: str = "rules.v2") -> tuple[Reference, list[tuple[Document, Records]]]:
    """Return the documents of a folder with their linked records."""
    reference, _ = load_reference(ROOT / "data/reference", DEFAULT_BASE)
    linker = Linker(reference, load_naming(ROOT / "data/naming.yaml"))
    extractor = load_extractor(name, reference)
    reading = read_folders([folder], max_file_bytes=10_000_000, max_text_chars=2_000_000)
    documents = sorted(reading.documents, key=lambda d: d.id)
    return reference, [(d, linker.link(d, extractor.read(d))) for d in documents]


def score(
    reference: Reference,
    read: Iterable[tuple[Document, Records]],
    errors: str | None = None,
    *,
    gold: Path = BENCH / "gold",
    texts: Path = BENCH / "dev",
) -> tuple[str, dict[str, object]]:
    """Return what `score.py` prints for these documents alone, and its figures."""
    writer = TurtleWriter(reference)
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "gold"
        wanted.mkdir()
        for document, records in read:
            writer.add(document, records)
            shutil.copy(gold / f"{document.id}.json", wanted)
        graph, figures = Path(folder) / "graph.ttl", Path(folder) / "figures.json"
        graph.write_text(writer.text(), encoding="utf-8")
        arguments = [str(graph), "--gold", str(wanted), "--texts", str(texts), "--json", str(figures)]
        printed = run_score([*arguments, *(["--errors", errors] if errors else [])])
        return printed, json.loads(figures.read_text(encoding="utf-8"))


def run_score(arguments: list[str]) -> str:
    """Return what `score.py` of the bench prints for these arguments."""
    module = load_score()
    printed = io.StringIO()
    before, sys.argv = sys.argv, ["score.py", *arguments]
    try:
        with contextlib.redirect_stdout(printed):
            module.main()
    finally:
        sys.argv = before
    return printed.getvalue()


def main() -> None:
    """Print the figures of both halves, or the errors of one document."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--errors", action="append", default=[])
    parser.add_argument("--half", choices=("tuned", "aside", "both"), default="both")
    arguments = parser.parse_args()
    reference, read = read_folder(BENCH / "dev")
    for wanted in arguments.errors:
        for document, records in read:
            if wanted in document.id and document.id not in KEPT_ASIDE:
                print("=====", document.id)
                print(score(reference, [(document, records)], document.id)[0])
    if arguments.errors:
        return
    for half, aside in (("tuned", False), ("aside", True)):
        if arguments.half in (half, "both"):
            print(f"== {half}")
            print(score(reference, [(d, r) for d, r in read if (d.id in KEPT_ASIDE) == aside])[0])


if __name__ == "__main__":
    main()

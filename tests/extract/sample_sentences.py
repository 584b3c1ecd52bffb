"""Sample sentences with their expected statements: `python -m tests.extract.sample_sentences [--show WORD] [--renew]`.

Prints how many sentences of each construction are read as expected; `--show` prints what was read instead, `--renew`
writes `sentences/known-failures.yaml` anew (what still fails, and on which field).
Format of a file `sentences/<construction>.yaml`: a list of `{id, text, publisher?, published?, more?, statements}`. A
statement gives only the fields that matter; a list instead of a word holds alternatives, either of which is right.
`claimant` may be DOCUMENT or UNNAMED; names are right when half of their words are (as in the bench's score.py).
Perpetrators and participants must be exactly these, other slots must hold these. `event` labels: equal labels, one
event; different labels, different events. The number of statements must be equal, unless `more: true`.
"""

from __future__ import annotations

import argparse
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from itertools import combinations, permutations
from pathlib import Path
from typing import Any

import yaml

from app.extract import load_extractor
from app.link import Linker, load_naming, load_reference
from app.model import Document, Entity, EntityKind, Reference, Statement
from app.vocab import DEFAULT_BASE

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent / "sentences"
KNOWN = FOLDER / "known-failures.yaml"
READER = "rules.v2"
PUBLISHER, PUBLISHED = "Voice of America", "2019-03-04"
_SLOTS = ("perpetrators", "targets", "participants", "places", "instruments")
_EXACT = ("perpetrators", "participants")
_STOP = frozenset(
    {"the", "a", "an", "of", "in", "and", "government", "regime", "city", "town", "province", "governorate"}
    | {"republic", "ministry"}
)
_MOST_TRIED = 7


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample: its text and what is to be read from it."""

    id: str
    construction: str
    text: str
    publisher: str
    published: str
    more: bool
    statements: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the reader made of a sample: None where it is right, else the field in which it is wrong."""

    sample: Sample
    read: tuple[Statement, ...]
    fault: str | None


def load_samples() -> list[Sample]:
    """Return all samples, in the order of their files."""
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        if path == KNOWN:
            continue
        for row in yaml.safe_load(path.read_text("utf-8")):
            found.append(
                Sample(
                    row["id"],
                    path.stem,
                    row["text"],
                    row.get("publisher", PUBLISHER),
                    str(row.get("published", PUBLISHED)),
                    bool(row.get("more")),
                    tuple(row["statements"]),
                )
            )
    return found


@cache
def outcomes() -> tuple[Outcome, ...]:
    """Read every sample with one reader and compare."""
    reference, _ = load_reference(ROOT / "data/reference", DEFAULT_BASE)
    linker = Linker(reference, load_naming(ROOT / "data/naming.yaml"))
    extractor = load_extractor(READER, reference)
    names = _names(reference)
    found = []
    for sample in load_samples():
        document = Document(
            id=sample.id, text=sample.text, path=f"{sample.id}.txt", sha256=sha256(sample.text.encode()).hexdigest(),
            published=sample.published, publisher=sample.publisher, language="en",
        )  # fmt: skip
        statements = tuple(linker.link(document, extractor.read(document)).statements)
        found.append(Outcome(sample, statements, fault_of(sample, document, statements, names)))
    return tuple(found)


def fault_of(
    sample: Sample, document: Document, read: Sequence[Statement], names: Mapping[str, tuple[str, ...]]
) -> str | None:
    """Return the field in which what was read differs, None where all is as expected."""
    if len(read) < len(sample.statements):
        return "statement missing"
    if len(read) > len(sample.statements) and not sample.more:
        return "statement too many"
    best: list[str] | None = None
    for chosen in permutations(read[:_MOST_TRIED], len(sample.statements)):
        faults = [f for e, s in zip(sample.statements, chosen, strict=True) for f in _faults(e, s, document, names)]
        faults += _event_faults(sample.statements, chosen)
        if best is None or len(faults) < len(best):
            best = faults
    return best[0] if best else None


def _event_faults(expected: Sequence[Mapping[str, Any]], chosen: Sequence[Statement]) -> list[str]:
    pairs = combinations(zip(expected, chosen, strict=True), 2)
    return [
        "event"
        for (e, s), (f, t) in pairs
        if "event" in e and "event" in f and (e["event"] == f["event"]) != (s.account.event == t.account.event)
    ]


def _faults(
    expected: Mapping[str, Any], s: Statement, document: Document, names: Mapping[str, tuple[str, ...]]
) -> list[str]:
    account = s.account
    plain = {
        "type": s.type, "event_type": account.event_type, "polarity": s.polarity, "certainty": s.certainty,
        "denial_scope": s.denial_scope,
        "mode": {"DirectQuote": "direct", "IndirectSpeech": "indirect", "OwnVoice": "own"}.get(str(s.mode)),
    }  # fmt: skip
    faults = []
    if "claimant" in expected:
        wanted = expected["claimant"]
        groups = wanted if isinstance(wanted, list) and len(s.claimants) > 1 else [wanted]
        if not _same_things(groups, s.claimants, document, names, exact=True):
            faults.append("claimant")
    for name, value in plain.items():
        if name in expected and str(value).lower() not in _lower(expected[name]):
            faults.append(name)
    for slot in _SLOTS:
        if slot in expected and not _same_things(
            expected[slot], getattr(account, slot), document, names, exact=slot in _EXACT
        ):
            faults.append(slot)
    if "spokespersons" in expected and not _same_things(
        expected["spokespersons"], s.spokespersons, document, names, exact=False
    ):
        faults.append("spokespersons")
    if "time" in expected:
        time = account.time
        days = [None if d is None else d.isoformat() for d in (time.earliest, time.latest)] if time else None
        wanted = expected["time"] and [None if d is None else str(d) for d in expected["time"]]
        if days != wanted:
            faults.append("time")
    if "casualties" in expected:
        figures = {(str(c.kind).lower(), c.minimum, c.maximum) for c in account.casualties}
        if figures != {(kind, low, high) for kind, low, high in expected["casualties"]}:
            faults.append("casualties")
    return faults


def _lower(value: Any) -> list[str]:
    return [str(v).lower() for v in (value if isinstance(value, list) else [value])]


def _same_things(
    wanted: Sequence[Any], things: Iterable[Entity], document: Document, names: Mapping[str, tuple[str, ...]], *,
    exact: bool,
) -> bool:  # fmt: skip
    left = list(things)
    for want in wanted:
        options = want if isinstance(want, list) else [want]
        hit = next((t for t in left if any(_is_named(o, t, document, names) for o in options)), None)
        if hit is None:
            return False
        left.remove(hit)
    return not (exact and left)


def _is_named(name: str, entity: Entity, document: Document, names: Mapping[str, tuple[str, ...]]) -> bool:
    if name == "DOCUMENT":
        return entity.kind is EntityKind.DOCUMENT_VOICE
    if name == "UNNAMED":
        return entity.kind is EntityKind.UNNAMED_SOURCE
    labels = [entity.name, *names.get(str(entity.reference), ())]
    labels += [entity.span.of(document.text)] if entity.span is not None else []
    wanted = _words(name)
    return any(len(wanted & w) / len(wanted | w) >= 0.5 for w in map(_words, labels) if w and wanted)


def _words(text: str) -> frozenset[str]:
    flat = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    found = frozenset(w.rstrip("s") for w in re.findall(r"[a-z0-9]+", flat))
    return found - _STOP or found


def _names(reference: Reference) -> dict[str, tuple[str, ...]]:
    return {e.iri: (e.label, *e.names) for e in reference.entries}


def load_known() -> dict[str, str]:
    """Return the samples that are known to fail, with the field."""
    return dict(yaml.safe_load(KNOWN.read_text("utf-8")) or {})


def _renew(found: Iterable[Outcome]) -> None:
    lines = ["# Samples that the reader does not yet read as expected, and the first field that is wrong.",
             "# Written by `python -m tests.extract.sample_sentences --renew`."]  # fmt: skip
    lines += [f"{o.sample.id}: {o.fault}" for o in sorted(found, key=lambda o: o.sample.id) if o.fault]
    KNOWN.write_text("\n".join(lines) + "\n", "utf-8")


def _show(outcome: Outcome) -> str:
    lines = [f"{outcome.sample.id} [{outcome.fault}] {outcome.sample.text}"]
    lines += [f"    want {dict(e)}" for e in outcome.sample.statements]
    for s in outcome.read:
        slots = {k: [e.name for e in getattr(s.account, k)] for k in _SLOTS if getattr(s.account, k)}
        who = [e.name for e in s.claimants]
        more = f"{s.account.time and (str(s.account.time.earliest), str(s.account.time.latest))} "
        more += str([(str(c.kind), c.minimum, c.maximum) for c in s.account.casualties])
        lines.append(
            f"    got  {s.type} {who} {s.account.event_type} {s.polarity} {s.certainty} {s.mode} {slots} {more}"
        )
    return "\n".join(lines)


def main() -> None:
    """Print the pass rates by construction."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--show", metavar="WORD", help="failing samples whose id or faulty field holds the word")
    parser.add_argument("--renew", action="store_true", help="write known-failures.yaml anew")
    arguments = parser.parse_args()
    found = outcomes()
    if arguments.show is not None:
        print("\n".join(_show(o) for o in found if o.fault and arguments.show in f"{o.sample.id} {o.fault}"))
        return
    right = Counter(o.sample.construction for o in found if o.fault is None)
    for construction, count in sorted(Counter(o.sample.construction for o in found).items()):
        print(f"{construction:<24} {right[construction]:>3} of {count}")
    print(f"{'all':<24} {right.total():>3} of {len(found)}; faults: {Counter(o.fault for o in found if o.fault)}")
    if arguments.renew:
        _renew(found)


if __name__ == "__main__":
    main()

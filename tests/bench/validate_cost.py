"""Prints the CPU milliseconds that validating one document of about 200 triples takes, for each engine.

Run from the repository root: `python -m tests.bench.validate_cost [rounds]`.
"""

from __future__ import annotations

import importlib.util
import sys
import time
from collections.abc import Callable

import pyoxigraph as ox

from app.model import Polarity, Span, StatementType
from tests.mapping.making import TEXT, claim, document, mapped, records
from tests.shapes.corpus import ONTOLOGY, SHAPES


def documents(count: int) -> list[tuple[list[ox.Quad], str]]:
    """Documents of about 200 triples, four statements each, one of them a denial."""
    made = []
    for number in range(count):
        text = f"{number:05d} {TEXT} Or so it was said."
        statements = [claim(n + 1, evidence=Span(6, 70 + n), account={"event": f"e{n}"}) for n in range(3)]
        denial = claim(
            4,
            type=StatementType.DENIAL,
            polarity=Polarity.DENIED,
            denial_scope="statesInstrument",
            evidence=Span(77, 98),
        )
        made.append((list(mapped(records(*statements, denial), document(text)).quads), text))
    return made


def cost_ms(work: Callable[[], object], documents_done: int) -> float:
    """CPU milliseconds per document of one call."""
    started = time.process_time()
    work()
    return (time.process_time() - started) * 1000 / documents_done


def main(rounds: int = 50) -> None:
    """Print the table."""
    from app.validate import Validator

    started = time.process_time()
    validator = Validator(SHAPES, ONTOLOGY)
    built = (time.process_time() - started) * 1000
    found = documents(rounds)
    triples = sum(len(q) for q, _ in found) / rounds

    def ours() -> None:
        for quads, text in found:
            validator.check_document(quads, document_id="news-1", path="news-1.md", text=text)

    print(f"documents: {rounds}, triples each: {triples:.0f}, building the validator once: {built:.0f} ms")
    ours()
    print(f"app.validate (pyshacl's constraints, all checks): {cost_ms(ours, rounds):6.2f} ms CPU per document")
    from tests.validate.judges import crate_verdicts, pyshacl_verdicts

    if importlib.util.find_spec("shacl"):
        crate_verdicts(found[0][0])
        spent = cost_ms(lambda: [crate_verdicts(q) for q, _ in found], rounds)
        print(f"package shacl (shapes only):                      {spent:6.2f} ms CPU per document")
    few = found[:10]
    pyshacl_verdicts(few[0][0])
    spent = cost_ms(lambda: [pyshacl_verdicts(q) for q, _ in few], len(few))
    print(f"plain pyshacl.validate (shapes only):             {spent:6.2f} ms CPU per document")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50)

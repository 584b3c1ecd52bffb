"""What reading costs: our layers against the parser over many documents, peak memory, and whether memory stays flat.

    python -m tests.bench.reading_cost            500 documents: the ratio of our layers to the parser, and peak memory
    python -m tests.bench.reading_cost --flat N   N short documents in one process; exit 1 where memory grows

Texts are made from a seed, of our own sentences; every document holds names and numbers that no other one holds.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import resource
import sys
import time
from pathlib import Path
from unittest.mock import patch

from spacy.language import Language
from spacy.tokens import Doc

from app.extract import load_extractor, rules
from app.extract.parsing import parse
from app.link import load_reference
from app.model import Document
from app.pipeline.reading import EXTRACTOR
from app.vocab import DEFAULT_BASE

ROOT = Path(__file__).parents[2]
WANTED_RATIO = 1 / 3
MOST_MB = 700
# Growth that is allowed between a tenth of the way and the end.
MOST_GROWTH = 0.05
_TOWNS = ("Aleppo", "Homs", "Idlib", "Raqqa", "Mosul", "Goma", "Hodeidah", "Kharkiv")
_SIDES = ("Russia", "the Syrian government", "rebels", "the United States", "Houthi fighters", "the Congolese army")
_SENTENCES = (
    "{a} accused {b} of shelling {town} on {day} March 2019, killing at least {n} people.",
    "A spokesman for {b}, {name}, denied the accusation and said that {a} had staged the attack.",
    "The United Nations said it could not establish who had fired the rockets at the market in {town}.",
    "“We have seen the reports about {town}, and we condemn the attack,” the foreign minister told reporters.",
    "Residents of {town} said that {n} wounded were taken to the {name} hospital during the night.",
    "According to {a}, the truce of {day} February was broken by {b} near {town}.",
    "Monitors counted {n} explosions in the {name} district, of which the council had spoken a day earlier.",
    "{b} said it would examine the findings, and called on {a} to let inspectors into {town}.",
)


def document(number: int, sentences: int) -> Document:
    """Return one made document; the same number gives the same text."""
    dice = random.Random(number)
    parts = []
    for _ in range(sentences):
        one, two = dice.sample(_SIDES, 2)
        values = {
            "a": one,
            "b": two,
            "town": dice.choice(_TOWNS),
            "day": dice.randint(1, 28),
            "n": dice.randint(2, 9000),
        }
        letters = "".join(dice.choice("abdefghiklmnoprstu") for _ in range(7)).title()
        sentence = dice.choice(_SENTENCES).format(name=letters, **values)
        parts.append(sentence[0].upper() + sentence[1:] + ("\n\n" if dice.random() < 0.3 else " "))
    text = "".join(parts)
    sha = hashlib.sha256(text.encode()).hexdigest()
    return Document(
        id=f"d{number}", text=text, path=f"d{number}.txt", sha256=sha, published="2019-03-29", language="en"
    )


def resident_mb() -> float:
    """Memory that this process holds now."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def measure_cost(count: int) -> None:
    """Print what the parser and our layers cost: the reader's own parses are timed, all the rest of it is ours."""
    reference, _ = load_reference(ROOT / "data" / "reference", DEFAULT_BASE)
    reader = load_extractor(EXTRACTOR, reference)
    documents = [document(n, 12) for n in range(count)]
    reader.read(documents[0])
    parsing = 0.0

    def timed(nlp: Language, text: str) -> Doc:
        nonlocal parsing
        started = time.process_time()
        doc = parse(nlp, text)
        parsing += time.process_time() - started
        return doc

    with patch.object(rules, "parse", timed):
        started = time.process_time()
        statements = sum(len(reader.read(one).statements) for one in documents)
        ours = time.process_time() - started - parsing
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    characters = sum(len(d.text) for d in documents) / count
    print(f"documents: {count}, characters each: {characters:.0f}, statements: {statements}")
    print(f"parser                    {parsing * 1000 / count:8.1f} ms CPU per document")
    print(f"our layers                {ours * 1000 / count:8.1f} ms CPU per document")
    print(f"ours / parser             {ours / parsing:8.2f} (wanted: at most {WANTED_RATIO:.2f})")
    print(f"peak memory               {peak:8.0f} MB (wanted: below {MOST_MB})")


def measure_flatness(count: int) -> bool:
    """Read many short documents in one process; print memory on the way and say whether it stays flat."""
    reference, _ = load_reference(ROOT / "data" / "reference", DEFAULT_BASE)
    reader = load_extractor(EXTRACTOR, reference)
    marks: list[float] = []
    for number in range(count):
        reader.read(document(number, 3))
        if (number + 1) % max(1, count // 10) == 0:
            marks.append(resident_mb())
            print(f"{number + 1:>8} documents  {marks[-1]:7.1f} MB", flush=True)
    growth = marks[-1] / marks[0] - 1
    print(f"growth after the first tenth: {growth:.1%} (allowed: {MOST_GROWTH:.0%}); peak wanted below {MOST_MB} MB")
    return growth <= MOST_GROWTH and max(marks) < MOST_MB


def main(arguments: list[str] | None = None) -> int:
    """Measure, and return 1 where memory grows."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--documents", type=int, default=500)
    parser.add_argument("--flat", type=int)
    given = parser.parse_args(arguments)
    if given.flat:
        return 0 if measure_flatness(given.flat) else 1
    measure_cost(given.documents)
    return 0


if __name__ == "__main__":
    sys.exit(main())

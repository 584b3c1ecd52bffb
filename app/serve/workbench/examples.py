"""The example queries of `queries/examples/`, in the form of the SIB's examples, and the competency questions beside.

Each file is written by us in one fixed form, so it is read here by three patterns and not by an RDF parser, which this
process must not have; a test holds that a real parser reads the same.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from pathlib import Path

_QUERY = re.compile(r'sh:(?:select|ask|construct|describe)\s+"""(.*?)"""', re.DOTALL)
_COMMENT = re.compile(r'rdfs:comment\s+"((?:[^"\\]|\\.)*)"@en')
_KEYWORDS = re.compile(r'schema:keywords\s+((?:"[^"]*"\s*,\s*)*"[^"]*")')
_ESCAPES = {'\\"': '"', "\\\\": "\\", "\\n": "\n", "\\t": "\t"}


@dataclass(frozen=True, slots=True)
class Example:
    """A query with the question that it answers; `name` is its file's."""

    name: str
    question: str
    query: str
    keywords: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """The example for the editor's script."""
        return asdict(self)


def read_examples(folder: Path) -> list[Example]:
    """Every example of a folder, by file name; the file of prefixes is none."""
    found = (_read(path) for path in sorted(folder.glob("*.ttl")))
    return [example for example in found if example is not None]


def read_questions(folder: Path) -> list[Example]:
    """Every competency question of a folder: its first line asks, as a comment, what the query answers."""
    examples = []
    for path in sorted(folder.glob("*.rq")):
        question, _, query = path.read_text("utf-8").partition("\n")
        if question.startswith("#"):
            examples.append(Example(path.stem, question.lstrip("# ").strip(), query.strip(), ("competency question",)))
    return examples


def _read(path: Path) -> Example | None:
    text = path.read_text("utf-8")
    query, comment, keywords = _QUERY.search(text), _COMMENT.search(text), _KEYWORDS.search(text)
    if query is None or comment is None:
        return None
    words = tuple(re.findall(r'"([^"]*)"', keywords[1])) if keywords else ()
    return Example(path.stem, _plain(comment[1]), _plain(query[1]), words)


def _plain(text: str) -> str:
    return re.sub(r"\\.", lambda escape: _ESCAPES.get(escape[0], escape[0]), text)

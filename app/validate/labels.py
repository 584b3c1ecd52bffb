"""Labels use no loaded words: "regime" or "terrorists" stay inside quotes; the naming list says what instead."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

import pyoxigraph as ox

from app.validate.terms import text_of
from app.vocab import CEV, RDF, RDFS, SKOS

# Used where no naming list is given: the words that no label may hold in any case. `load_naming` of the published list
# gives more (its `words`).
LOADED_WORDS = frozenset(["terrorist", "terrorists", "regime"])
_LABELS = frozenset([RDFS + "label", SKOS + "prefLabel"])
# A document's label is its title, the publisher's words, shown as such; the label of its own voice quotes the title.
_QUOTING = frozenset(CEV + n for n in ("SourceDocument", "Digest", "DocumentVoice", "UnnamedSource"))
_QUOTED = re.compile(r"“[^“”]*”|\"[^\"]*\"")
_WORD = re.compile(r"[^\W\d_]+")


def loaded_words_in(label: str, words: Collection[str] = LOADED_WORDS) -> list[str]:
    """Return the loaded words of a label outside quotation marks, sorted; entries of several words match as phrases."""
    while (less := _QUOTED.sub(" ", label)) != label:  # Quotation marks nest; each round takes the innermost.
        label = less
    outside = " ".join(_WORD.findall(label.casefold()))
    padded = f" {outside} "
    return sorted(w for w in {w.casefold() for w in words} if f" {' '.join(_WORD.findall(w))} " in padded)


def check_labels(
    quads: Iterable[ox.Quad], words: Collection[str] = LOADED_WORDS
) -> Iterator[tuple[str, str, list[str]]]:
    """Yield node, label and loaded words for every label that has any; titles of documents are left alone."""
    quads = list(quads)
    quoting = {q.subject for q in quads if q.predicate.value == RDF + "type" and text_of(q.object) in _QUOTING}
    for quad in quads:
        if quad.predicate.value not in _LABELS or quad.subject in quoting or not isinstance(quad.object, ox.Literal):
            continue
        found = loaded_words_in(text_of(quad.object), words)
        if found:
            yield text_of(quad.subject), text_of(quad.object), found

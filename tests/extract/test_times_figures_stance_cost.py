"""The text layers take time in proportion to the text, whatever the text is, and any text at all is read."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.extract.figures import find_figures
from app.extract.language import detect_language
from app.extract.stance import (
    find_hearsay,
    find_hedges,
    find_modality,
    find_negations,
    find_undetermined,
    is_conditional,
)
from app.extract.times import find_times

LAYERS: dict[str, Callable[[str], object]] = {
    "times": lambda text: find_times(text, "2018-12-08"),
    "figures": find_figures,
    "hedges": find_hedges,
    "hearsay": find_hearsay,
    "negations": find_negations,
    "undetermined": find_undetermined,
    "modality": find_modality,
    "conditional": is_conditional,
    "language": detect_language,
}
PIECES = [
    "a ",
    "12 ",
    "1,",
    "one ",
    "twenty-",
    "x",
    "\n",
    "\xa0",
    "Friday and ",
    "May ",
    "2016-",
    "three days ",
    "between 1 and ",
    "from 3 to ",
    "\n20 people, ",
    "20 people in ",
    "(20 people)",
    "\nkilled ",
    "killed the ",
    "among them 20 ",
    "men, women and ",
    "could not ",
    "not n't ",
    "was not yet ",
    "\nif ",
    "warned ",
    "will ",
    "the of ",
    "— ",
    "[(“",
    "at 6.30 am on ",
    "Ab Cd ",
    "\nAb Cd was killed ",
]
WORDS = "on in 24 3 November April 2016 Friday killed people at least and to were the from a 12 . , soldiers not until"


@pytest.fixture
def apart_from_other_tests() -> Iterator[None]:
    """What other tests hold in this process is not walked through by the collector while a layer is timed."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("apart_from_other_tests")
@pytest.mark.parametrize("layer", sorted(LAYERS))
def test_time_grows_with_the_text(layer: str) -> None:
    read = LAYERS[layer]
    read("warm up on Friday")
    for piece in PIECES:
        began = time.process_time()
        read(piece * (40_000 // len(piece)))
        # Forty thousand characters in a second: ten times what they need, far below what a square would take.
        assert time.process_time() - began < 1.0, repr(piece)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200) | st.lists(st.sampled_from(WORDS.split()), max_size=30).map(" ".join))
def test_any_text_is_read_and_spans_fit(text: str) -> None:
    for layer in LAYERS.values():
        layer(text)
    spans = [(found.span, found.text) for found in find_times(text, "2018-12-08")]
    spans += [(found.span, found.text) for found in find_figures(text)]
    assert all(span is not None and span.of(text) == words for span, words in spans)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from(WORDS.split()), max_size=30).map(" ".join),
    st.sampled_from([None, "2018", "2018-02", "2016-02-29"]),
)
def test_bounds_are_in_order(text: str, published: str | None) -> None:
    for one in find_times(text, published):
        assert one.earliest is None or one.latest is None or one.earliest <= one.latest
    for figure in find_figures(text):
        assert figure.minimum is None or figure.maximum is None or figure.minimum <= figure.maximum
        assert (figure.minimum, figure.maximum) != (None, None)

"""Places by the sound of their names: usual spellings meet, other words and other countries do not."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from app.extract.gazetteer import Gazetteer
from app.extract.parsing import load_parser, parse
from app.extract.spellings import sound_of
from app.link import load_reference
from app.vocab import DEFAULT_BASE


@cache
def _gazetteer() -> Gazetteer:
    return Gazetteer(load_reference(Path("data/reference"), DEFAULT_BASE)[0])


@cache
def _parser() -> object:
    return load_parser()


def _named(text: str) -> list[str]:
    doc = parse(_parser(), text)  # type: ignore[arg-type]
    return [e.label for n in _gazetteer().find(doc) for e in n.entries if e.part_of or e.country]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Khan Shaykhun", "Khan Sheikhoun"),
        ("Deir ez-Zor", "Deir al-Zour"),
        ("Raqqa", "Ar Raqqah"),
        ("El Fasher", "Al-Fasher"),
        ("Ma'arrat al-Numan", "Ma’arrat al-Nu‘man"),
        ("Saraqib", "Sarakeb"),
        ("Hudaydah", "Al Hodeida"),
    ],
)
def test_spellings_of_one_name_sound_alike(one: str, two: str) -> None:
    assert sound_of(one) == sound_of(two)


@pytest.mark.parametrize(("one", "two"), [("Homs", "Hama"), ("Goma", "Gao"), ("Mosul", "Misrata"), ("Aden", "Abyan")])
def test_names_of_two_towns_do_not(one: str, two: str) -> None:
    assert sound_of(one) != sound_of(two)


@pytest.mark.parametrize(
    ("country", "spelling", "label"),
    [
        ("Syria", "Khan Shaikhun", "Khan Shaykhun"),
        ("Syria", "Ar Raqqah", "Raqqa"),
        ("Sudan", "El-Fasher", "El Fasher"),
        ("Iraq", "Basrah", "Basra"),
    ],
)
def test_another_spelling_is_found_in_a_text_about_the_country(country: str, spelling: str, label: str) -> None:
    assert label in _named(f"Rebels in {country} said on Monday that shells fell on {spelling}.")
    assert label not in _named(f"Rebels said on Monday that shells fell on {spelling}.")


def test_an_article_is_no_part_of_a_name_that_stands_as_it_is() -> None:
    doc = parse(_parser(), "Rebels met the Idlib council in Syria.")  # type: ignore[arg-type]
    assert [doc[n.start].text for n in _gazetteer().find(doc)][-2:] == ["Idlib", "Syria"]


def test_a_person_called_like_a_town_is_none() -> None:
    assert "Basra" not in _named("Iraq said on Monday that Basrah Hassan, a clerk, had left.")

"""An answer in XML is XML that reads back as it was, or is refused."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from app.errors import NotAcceptableError
from app.query.xml_characters import UnwritableError, XmlCharacters
from tests.query.making import ask, full, pool_over, run, until

RESULTS, GRAPH = "application/sparql-results+xml", "application/rdf+xml"
REFUSED = [*(set(range(0x20)) - {9, 10, 13}), 0xFFFE, 0xFFFF]
TAKEN = [9, 10, 13, 0x20, 0x7F, 0x85, 0x2028, 0xD7FF, 0xE000, 0xFFFD, 0x1F600, 0x10FFFF]


def _texts(kind: str, code: int) -> str:
    text = rf'"a\U{code:08X}z"'
    return {RESULTS: f"SELECT ({text} AS ?x) {{}}", GRAPH: f"CONSTRUCT {{ <urn:a> <urn:p> {text} }} {{}}"}[kind]


@pytest.mark.parametrize("kind", [RESULTS, GRAPH])
def test_what_xml_can_carry_reads_back_as_it_was(snapshot: Path, kind: str) -> None:
    async def work() -> None:
        async with pool_over(snapshot) as pool:
            for code in TAKEN:
                read = ElementTree.fromstring(await ask(pool, _texts(kind, code), media_type=kind))
                assert f"a{chr(code)}z" in [element.text for element in read.iter()], hex(code)

    run(work())


@pytest.mark.parametrize("kind", [RESULTS, GRAPH])
def test_what_xml_cannot_carry_is_refused_before_the_first_byte(snapshot: Path, kind: str) -> None:
    async def work() -> None:
        async with pool_over(snapshot) as pool:
            pids = {w.pid for w in pool._idle}
            for code in REFUSED:
                with pytest.raises(NotAcceptableError, match="XML"):
                    await ask(pool, _texts(kind, code), media_type=kind)
            assert {w.pid for w in pool._idle} == pids
            assert rb"\u0000" in await ask(pool, _texts(RESULTS, 0))
            await until(lambda: full(pool))

    run(work())


def test_after_the_first_bytes_the_answer_is_cut(snapshot: Path) -> None:
    async def work() -> None:
        async with pool_over(snapshot) as pool:
            late = 'SELECT * { { ?a ?b ?c . ?d ?e ?f } UNION { BIND("\\u0001" AS ?late) } }'
            with pytest.raises(NotAcceptableError):
                await ask(pool, late, media_type=RESULTS)

    run(work())


def _mend(parts: tuple[bytes, ...]) -> None:
    characters = XmlCharacters()
    for part in parts:
        characters.mended(part)


@pytest.mark.parametrize("code", [0xFFFE, 0xFFFF])
def test_a_character_that_is_cut_in_two_is_seen(code: int) -> None:
    data = f"<literal>\ufffd{chr(code)}</literal>".encode()
    for first in range(len(data)):
        for second in range(first, len(data)):
            parts = (data[:first], data[first:second], data[second:])
            with pytest.raises(UnwritableError):
                _mend(parts)
    assert XmlCharacters().mended(b"a\r\n\xef\xbf\xbd") == b"a&#xD;\n\xef\xbf\xbd"

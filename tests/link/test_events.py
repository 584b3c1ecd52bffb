"""Events across documents: joined for written reasons, never through a third or in doubt, undone by a person."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from datetime import date, timedelta
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app import pipeline
from app.link import link_events
from app.model import (
    Account,
    CasualtyFigure,
    CasualtyKind,
    Document,
    Entity,
    EntityKind,
    EventMerge,
    EventRecord,
    EventType,
    Iri,
    Records,
    Reference,
    ReferenceEntry,
    SameText,
    TimeExpression,
)
from app.settings import Settings
from tests.link.making import reported

ROOT = Path(__file__).parents[2]
TOWN = ReferenceEntry(iri=Iri("urn:town"), kind=EntityKind.PLACE, classes=("Place",), label="Saraqib")
PROVINCE = ReferenceEntry(
    iri=Iri("urn:province"), kind=EntityKind.PLACE, classes=("Place",), label="Idlib Governorate",
    precision="ProvincePrecision",
)  # fmt: skip
REFERENCE = Reference((PROVINCE, TOWN))


def _event(
    document: str,
    day: int = 4,
    *,
    kind: EventType = EventType.ATTACK,
    place: str = "urn:town",
    key: str = "e1",
    dead: int | None = None,
    days: int = 1,
    **event: object,
) -> Records:
    first = date(2018, 2, day)
    time = TimeExpression(text="x", earliest=first, latest=first + timedelta(days=days - 1))
    figures = (CasualtyFigure(kind=CasualtyKind.KILLED, text="x", minimum=dead, maximum=dead),) if dead else ()
    where = Entity(kind=EntityKind.PLACE, name=place, reference=Iri(place))
    account = Account(event=key, event_type=kind, places=(where,), time=time, casualties=figures)
    return reported(document, account, EventRecord(key=key, **event))  # type: ignore[arg-type]


def _both(one: Records, two: Records) -> Records:
    return Records(
        document_id=one.document_id, generator=one.generator, statements=one.statements + two.statements,
        events=one.events + two.events,
    )  # fmt: skip


def _document(name: str, dataset: str | None = None) -> Document:
    return Document(id=name, text=name, path=name, sha256=hashlib.sha256(name.encode()).hexdigest(), dataset=dataset)


def _merges(
    *records: Records, documents: tuple[Document, ...] = (), copies: tuple[SameText, ...] = ()
) -> list[EventMerge]:
    return list(link_events(documents, records, REFERENCE, copies).merges)


def _groups(*records: Records, **more: object) -> list[list[str]]:
    return [[d for d, _ in m.members] for m in _merges(*records, **more)]  # type: ignore[arg-type]


def test_a_merge_says_why_and_how_sure_it_is() -> None:
    (merge,) = _merges(_event("a", dead=12, kind=EventType.AIR_RAID), _event("b", dead=12, kind=EventType.AIR_RAID))
    assert merge.reasons == (
        "both are reported in Saraqib on 2018-02-04, of one kind, with counts of the dead that agree",
    )
    assert (merge.score, merge.decided_by) == (0.95, "linker.v3")


@pytest.mark.parametrize(
    "two",
    [
        _event("b", place="urn:other"),
        _event("b", place="urn:province"),
        _event("b", day=7),
        _event("b", day=5),
        _event("b", kind=EventType.TRUCE),
        _event("b", days=9),
        _event("a", key="e2"),
    ],
    ids=["other town", "only the province", "three days on", "the next day", "a truce", "some week", "one document"],
)
def test_too_little_joins_nothing(two: Records) -> None:
    assert _groups(_event("a"), two) == []


def test_a_province_or_country_is_no_place_to_meet() -> None:
    assert _groups(_event("a", place="urn:province"), _event("b", place="urn:province")) == []


def test_the_next_day_needs_more_than_the_place() -> None:
    raid = EventType.AIR_RAID
    assert _groups(_event("a", kind=raid, dead=31), _event("b", 5, kind=raid, dead=31)) == [["a", "b"]]
    assert _groups(_event("a", kind=raid, dead=31), _event("b", 5, kind=raid, dead=400)) == []


def test_likeness_is_not_passed_on_through_a_third() -> None:
    raid = EventType.AIR_RAID
    chain = [_event(name, day, kind=raid, dead=31) for name, day in (("a", 4), ("b", 5), ("c", 6), ("d", 7))]
    for order in permutations(chain):
        groups = _groups(*order)
        assert all(len(g) == 2 for g in groups), groups
        assert groups == _groups(*chain)


def test_rows_of_one_data_set_are_never_one_and_news_that_fit_several_join_none() -> None:
    documents = (_document("f.1", "f"), _document("f.2", "f"), _document("news"))
    assert _groups(_event("f.1"), _event("f.2"), documents=documents) == []
    assert _groups(_event("f.1"), _event("f.2"), _event("news"), documents=documents) == []
    assert _groups(_event("f.1"), _event("news"), documents=documents) == [["f.1", "news"]]
    closer = _groups(_event("f.1", dead=9), _event("f.2", dead=60), _event("news", dead=60), documents=documents)
    assert closer == [["f.2", "news"]]


def test_two_events_of_one_document_are_not_guessed_between() -> None:
    two = _both(_event("a"), _event("a", key="e2"))
    assert _groups(two, _event("b")) == []


def test_a_person_undoes_a_merge_and_names_another() -> None:
    assert _groups(_event("a"), _event("b", apart=("a",))) == []
    assert _groups(_event("a", matter="m"), _event("b", apart=("m",))) == []
    assert _groups(_event("a"), _event("b", apart=("a#e1",)), _event("c")) in ([["a", "c"]], [["b", "c"]], [])
    far = _merges(_event("a", matter="m"), _event("b", 20, place="urn:x", matter="m"))
    assert [(m.score, m.reasons) for m in far] == [(1.0, ("a reviewer named both m",))]


def test_what_joins_a_persons_matter_fits_all_of_it() -> None:
    wide = (_event("a", matter="m"), _event("b", 20, matter="m"))
    assert _groups(*wide, _event("c")) == [["a", "b"]]
    assert _groups(_event("a", matter="m"), _event("b", matter="m"), _event("c")) == [["a", "b", "c"]]


def test_copies_of_one_text_are_likelier_to_speak_of_one_event() -> None:
    rival = (_event("a", kind=EventType.SHELLING), _event("b", kind=EventType.AIR_RAID))
    copies = (SameText(first="a", second="b", similarity=0.9),)
    assert _groups(*rival) == []
    (merge,) = _merges(*rival, copies=copies)
    assert "copies of one text" in merge.reasons[0]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.lists(
        st.tuples(st.integers(1, 8), st.sampled_from(["urn:town", "urn:x"]), st.sampled_from([None, 5, 40])),
        min_size=2,
        max_size=9,
    ),
    st.randoms(use_true_random=False),
)
def test_every_member_fits_every_other_whatever_the_order(
    rows: list[tuple[int, str, int | None]], random: object
) -> None:
    records = [
        _event(f"d{n}", day, place=place, dead=dead, kind=EventType.AIR_RAID)
        for n, (day, place, dead) in enumerate(rows)
    ]
    groups = _groups(*records)
    shuffled = list(records)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert _groups(*shuffled) == groups
    by_id = {f"d{n}": row for n, row in enumerate(rows)}
    for group in groups:
        days = [by_id[d][0] for d in group]
        assert max(days) - min(days) <= 1
        assert len({by_id[d][1] for d in group}) == 1


def test_copies_count_once_among_independent_documents(tmp_path: Path) -> None:
    body = (
        "Rebels shelled the town of Aleppo on 4 February 2018, the army said. Residents spoke of fire in a street and"
        " of a broken water main, and a reporter saw smoke above the market late in the afternoon.\n"
    )
    folder = tmp_path / "documents"
    folder.mkdir()
    for name, text in (
        ("wire", body),
        ("paper", "By our staff. " + body),
        ("other", "The army said rebels shelled Aleppo on 4 February 2018.\n"),
    ):
        head = f"---\ntitle: {name}\npublished: 2018-02-05\nlanguage: en\n---\n"
        (folder / f"{name}.md").write_text(head + text, "utf-8")
    out = tmp_path / "out"
    pipeline.build(Settings.load({}, root=ROOT, processes=1), [folder], [], out=out, progress=lambda *_: None)
    query = ROOT / "queries" / "competency" / "cq35-independent-documents.rq"
    command = [sys.executable, "-m", "app", "query", str(query), "--snapshot", str(out)]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\r\n")
    assert answer[0] == "event,documents,independent"
    assert answer[1].endswith(",3,2"), answer

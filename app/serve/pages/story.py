"""All that is said of one event, put together from prepared queries: statements with words, values and stances."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.errors import NotFoundError
from app.model import DOUBTFUL_BELOW
from app.query import Engine
from app.serve.pages.evidence import Mark, Piece, is_graphic, mark_words, pieces
from app.serve.pages.rendering import Labels, Row
from app.serve.pages.words import (
    QUESTIONS,
    Stance,
    Words,
    certainty_word,
    day_words,
    edtf_words,
    modality_word,
    mode_word,
    rank_of,
    resolution_word,
    stance_of,
    verb_of,
)
from app.vocab import CEV, local_name

QUERIES = (
    "propositions",
    "statements",
    "voices",
    "words",
    "evidence",
    "numbers",
    "times",
    "labels",
    "documents",
    "relations",
)


@dataclass(frozen=True, slots=True)
class Named:
    """A thing with its label."""

    iri: str
    label: Words


@dataclass(frozen=True, slots=True)
class Value:
    """One answer to one question, and how its statement stands to it; answers of equal `key` share a column."""

    question: str
    iri: str
    label: Words
    stance: Stance
    is_local: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """Things that only one document knows are put together by their words, because nothing more is known."""
        return self.question, (f"words:{self.label.text}" if self.is_local else self.iri)


@dataclass(frozen=True, slots=True)
class Source:
    """The document behind a statement."""

    iri: str
    title: Words
    date: str
    publisher: Words | None
    url: str
    is_digest: bool
    same_text: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quote:
    """The exact words, where they stand, and how they were read."""

    pieces: tuple[Piece, ...]
    lang: str
    start: int
    end: int
    confidence: str
    is_reviewed: bool
    is_redacted: bool
    run: str

    @property
    def is_graphic(self) -> bool:
        """Whether its words describe injured or dead bodies, so that pages fold it."""
        return is_graphic("".join(p.text for p in self.pieces))


@dataclass(frozen=True, slots=True)
class Number:
    """A count of people as bounds, in the words of the text."""

    kind: str
    minimum: int | None
    maximum: int | None
    best: int | None
    group: str
    text: str


@dataclass(frozen=True, slots=True)
class Relation:
    """How a statement stands to another statement."""

    verb: str
    statement: str
    claimant: Words
    event: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementView:
    """One statement as pages show it."""

    iri: str
    anchor: str
    act: str
    verb: str
    polarity: str
    certainty: str
    hedge: str
    modality: str
    mode: str
    scope: str
    medium: str
    motive: str
    first: str
    last: str
    claimants: tuple[Named, ...]
    spokespersons: tuple[Named, ...]
    relays: tuple[Named, ...]
    sides: tuple[Named, ...]
    values: tuple[Value, ...]
    source: Source | None
    quotes: tuple[Quote, ...]
    numbers: tuple[Number, ...]
    times: tuple[tuple[str, str, str], ...]
    relations: tuple[Relation, ...]
    about: tuple[Named, ...] = ()
    page: int = 1

    @property
    def published(self) -> str:
        """When the document that holds it was published, in words."""
        return day_words(self.first, self.last)

    @property
    def is_reviewed(self) -> bool:
        """Whether a person has checked every mention of it."""
        return all(q.is_reviewed for q in self.quotes)

    @property
    def is_doubtful(self) -> bool:
        """Whether only a program read it, and by words that it often reads wrongly."""
        return not self.is_reviewed and any(float(q.confidence or 1) < DOUBTFUL_BELOW for q in self.quotes)

    @property
    def who(self) -> str:
        """Its claimants in one line."""
        return " and ".join(c.label.text for c in self.claimants)


@dataclass(frozen=True, slots=True)
class Story:
    """The statements about one event, of one document or by one claimant (the scope), in order of publication."""

    scope: str
    statements: tuple[StatementView, ...]
    undated: int = 0
    later: int = 0

    def known_on(self, day: str) -> Story:
        """Only what had been published by a day; what has no date of publication is left out and counted."""
        kept = tuple(s for s in self.statements if s.last and s.last <= day)
        undated = sum(1 for s in self.statements if not s.last)
        return replace(self, statements=kept, undated=undated, later=len(self.statements) - len(kept) - undated)

    @property
    def claimants(self) -> list[Named]:
        """Everyone who says something, by label."""
        found = {c.iri: c for s in self.statements for c in s.claimants}
        return sorted(found.values(), key=lambda c: (c.label.text.casefold(), c.iri))

    @property
    def days(self) -> list[str]:
        """The days by which something had been published."""
        return sorted({s.last for s in self.statements if s.last})


async def read_story(pool: Engine, scope: str) -> Story:
    """Read everything said of an event, in a document or by a claimant."""
    rows = {name: await pool.run_prepared(f"story-{name}", {"scope": scope}) for name in QUERIES}
    return build_story(scope, rows)


async def read_statement(pool: Engine, iri: str) -> StatementView:
    """Read one statement. Raises NotFoundError."""
    rows = await pool.run_prepared("statement", {"statement": iri})
    found = [s for s in (await read_story(pool, rows[0]["document"])).statements if s.iri == iri] if rows else []
    if not found:
        raise NotFoundError("no such statement is in this snapshot", where=iri)
    return found[0]


def build_story(scope: str, rows: Mapping[str, Sequence[Row]]) -> Story:
    """Put the rows of the queries together."""
    labels = Labels(rows["labels"])
    by = {name: _by_statement(rows[name]) for name in QUERIES if name not in ("labels", "documents", "statements")}
    sources = _sources(rows["documents"], labels)
    facts = _by_statement(rows["statements"])
    views = [
        _view(facts[iri], {name: found.get(iri, []) for name, found in by.items()}, labels, sources, scope)
        for iri in facts
    ]
    return Story(scope, tuple(sorted(views, key=lambda v: (v.first or "9999", v.last, v.who.casefold(), v.iri))))


def _by_statement(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["statement"]].append(row)
    return found


def _view(
    facts: Sequence[Row], mine: Mapping[str, Sequence[Row]], labels: Labels, sources: Mapping[str, Source], scope: str
) -> StatementView:
    fact = facts[0]
    about = dict.fromkeys(r["about"] for r in facts if r["about"] != scope)
    polarity = fact.get("polarity") or ""
    document = mine["words"][0]["document"] if mine["words"] else ""

    def voices(role: str) -> tuple[Named, ...]:
        return tuple(
            dict.fromkeys(Named(r["actor"], labels.of(r["actor"])) for r in mine["voices"] if r["role"] == CEV + role)
        )

    return StatementView(
        iri=fact["statement"],
        anchor=anchor(fact["statement"]),
        act=local_name(fact["type"]),
        verb=verb_of(fact["type"], polarity),
        polarity=local_name(polarity),
        certainty=certainty_word(fact.get("certainty")),
        hedge=fact.get("hedge") or "",
        modality=modality_word(fact["modality"]),
        mode=mode_word(fact["mode"]),
        scope=_scope(fact.get("denied")),
        medium=fact.get("medium") or "",
        motive=fact.get("motive") or "",
        first=fact.get("publishedEarliest") or "",
        last=fact.get("publishedLatest") or "",
        claimants=voices("claimant"),
        spokespersons=voices("spokesperson"),
        relays=voices("relayedBy"),
        sides=voices("side"),
        values=_values(mine["propositions"], polarity, labels),
        source=sources.get(document),
        quotes=_quotes(mine),
        numbers=tuple(_number(r) for r in mine["numbers"]),
        times=tuple(
            (r["text"], day_words(r.get("earliest"), r.get("latest")), resolution_word(r["resolution"]))
            for r in mine["times"]
        ),
        relations=_relations(mine["relations"]),
        about=tuple(Named(iri, labels.of(iri)) for iri in about),
    )


def anchor(statement: str) -> str:
    """The fragment by which a page holds a statement: its document and key, so that no two are alike."""
    return "s-" + "-".join(statement.split("/id/statement/")[-1].replace("%", ".").split("/"))


def _scope(scope: str | None) -> str:
    name = local_name(scope or "")
    if not name:
        return ""
    return "the whole account" if name == "WholeAccount" else f"only: {QUESTIONS.get(name, name).lower()}"


def _values(rows: Iterable[Row], polarity: str, labels: Labels) -> tuple[Value, ...]:
    found = {}
    for row in rows:
        question = local_name(row["property"])
        iri = row["value"]
        if question == "statesTime":
            label = Words(edtf_words(iri))
        elif question == "statesFabricationOf":
            label = Words("a statement about this or another event")
        else:
            label = labels.of(iri)
        value = Value(question, iri, label, stance_of(row["stance"], polarity), _is_local(iri))
        found[value.question, value.iri, value.stance.kind] = value
    return tuple(sorted(found.values(), key=lambda v: (rank_of(v.question), v.label.text)))


def _is_local(iri: str) -> bool:
    """Whether a thing is known to one document only: its path names that document."""
    kind, _, rest = iri.partition("/id/")[2].partition("/")
    return kind in ("actor", "place", "instrument", "target", "group") and "/" in rest


def _sources(rows: Iterable[Row], labels: Labels) -> dict[str, Source]:
    found: dict[str, Source] = {}
    for row in rows:
        iri = row["document"]
        same = (*(found[iri].same_text if iri in found else ()), *([row["same"]] if row.get("same") else []))
        publisher = labels.of(row["publisher"]) if row.get("publisher") else None
        found[iri] = Source(
            iri,
            labels.of(iri),
            row.get("date") or "",
            publisher,
            row.get("source") or "",
            bool(row.get("digest")),
            tuple(dict.fromkeys(same)),
        )
    return found


def _quotes(mine: Mapping[str, Sequence[Row]]) -> tuple[Quote, ...]:
    quotes = {}
    for row in mine["words"]:
        start, end, text = int(row["start"]), int(row["end"]), row["quote"]
        marks = [Mark(int(r["start"]) - start, int(r["end"]) - start, r["target"]) for r in mine["evidence"]]
        for r in mine["numbers"]:
            marks += mark_words(text, r["text"], r["figure"])
        for r in mine["times"]:
            marks += mark_words(text, r["text"], "time")
        reviewed = row["review"] == CEV + "Reviewed"
        redacted = row.get("redacted") in ("true", "1")
        quotes[start, end] = Quote(
            tuple(pieces(text, marks)),
            row.get("quoteLang") or "",
            start,
            end,
            row["confidence"],
            reviewed,
            redacted,
            row.get("run") or "",
        )
    return tuple(quotes[key] for key in sorted(quotes))


def _number(row: Row) -> Number:
    def bound(name: str) -> int | None:
        return int(row[name]) if row.get(name) else None

    kind = local_name(row["kind"]).lower()
    return Number(kind, bound("minimum"), bound("maximum"), bound("best"), row.get("group") or "", row["text"])


def _relations(rows: Iterable[Row]) -> tuple[Relation, ...]:
    verbs = {
        "disputes": "disputes what is said by",
        "endorses": "backs what is said by",
        "alternativeTo": "either this, or what is said by",
    }
    found: dict[tuple[str, str], Relation] = {}
    for row in rows:
        name = local_name(row["relation"])
        before = found.get((name, row["other"]))
        who = row["claimantLabel"] if before is None else f"{before.claimant.text} and {row['claimantLabel']}"
        found[name, row["other"]] = Relation(verbs[name], row["other"], Words(who), row["otherEvent"])
    return tuple(found.values())

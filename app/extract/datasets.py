"""Rows of event data sets to documents and records: each row a frozen text, and one claim by whoever made the data set.

A row is a document of its own, so that a row keeps its IRIs when a later release of the data set moves it. No
coordinates are taken: a place is named no more finely than the row's own precision code allows.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from app.extract.dataset_formats import DataSetFormat, Figure, Only, Place, Slot
from app.model import (
    Account,
    AttributionMode,
    CasualtyFigure,
    Certainty,
    Document,
    Entity,
    EntityKind,
    EventRecord,
    EventType,
    Polarity,
    Records,
    Resolution,
    Span,
    Statement,
    TableRow,
    TimeExpression,
)

_UNSAFE = re.compile(r"[^\w.-]+")


class RowError(ValueError):
    """A row that cannot be taken, as a clause that names the column and what it holds."""

    def __init__(self, column: str, value: str, why: str) -> None:
        """`why` ends the clause: column "date" holds "31/02/2021", `not a calendar date`."""
        super().__init__(f'column "{column}" holds "{value[:60]}", {why}')


class RowReader:
    """Reads the rows of one file by one format."""

    def __init__(self, format_: DataSetFormat, stem: str) -> None:
        """`stem` is the name of the file, which begins the id of every row."""
        self._format = format_
        self._stem = stem

    def read(self, row: TableRow) -> tuple[Document, Records]:
        """Return the row as a document with its one statement. Raises RowError."""
        text, places = self._lay_out(row)
        return self._document(row, text), _Row(self._format, row, text, places).records(self._id(row))

    def _id(self, row: TableRow) -> str:
        parts = [row.cells.get(c, "").strip() for c in self._format.id]
        for column, part in zip(self._format.id, parts, strict=True):
            if not part:
                raise RowError(column, part, "and a row needs its id")
        if not parts:
            cells = json.dumps(sorted(row.cells.items()), ensure_ascii=False).encode("utf-8", "surrogatepass")
            parts = [hashlib.sha256(cells).hexdigest()[:12]]
        return ".".join([self._stem, *(_UNSAFE.sub("_", p) for p in parts)])

    def _lay_out(self, row: TableRow) -> tuple[str, dict[str, Span]]:
        """The frozen text of a row, and where each cell stands in it."""
        parts: list[str] = []
        places: dict[str, Span] = {}
        at = 0
        for line in self._format.text:
            before = ""
            for column in line:
                cell = row.cells.get(column, "")
                if not cell.strip():
                    continue
                lead = f"{before}{column}: "
                places[column] = Span(at + len(lead), at + len(lead) + len(cell))
                parts.append(lead + cell)
                at += len(lead) + len(cell)
                before = "; "
            if before:
                parts.append("\n")
                at += 1
        return "".join(parts), places

    def _document(self, row: TableRow, text: str) -> Document:
        form = self._format
        if not text.strip():
            raise RowError(form.text[0][0], "", "and the row holds no text")
        if odd := next((c for c in text if 0xD800 <= ord(c) <= 0xDFFF or c == "\0"), None):
            column = next((n for n, v in row.cells.items() if odd in v), form.text[0][0])
            raise RowError(column, repr(odd), "which is no character")
        return Document(
            id=self._id(row),
            text=text,
            path=row.path,
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            media_type="text/csv",
            title=_filled(form.title, row),
            published=form.published,
            publisher=form.publisher,
            url=form.url,
            language=form.language,
            licence=form.licence,
            body_line=row.line,
            dataset=self._stem,
        )


def _filled(template: str, row: TableRow) -> str:
    return re.sub(r"\{([^{}]+)\}", lambda m: " ".join(row.cells.get(m[1], "").split()), template)


class _Row:
    """One row being read."""

    def __init__(self, format_: DataSetFormat, row: TableRow, text: str, places: dict[str, Span]) -> None:
        self._format = format_
        self._row = row
        self._text = text
        self._places = places

    def records(self, document_id: str) -> Records:
        """Return the one statement of the row."""
        claim, form = self._format.claim, self._format
        kind = EntityKind.ACTOR
        account = Account(
            event="e1",
            event_type=self._event_type(),
            time=self._time(),
            places=tuple(p for place in form.place if (p := self._place(place)) is not None),
            casualties=tuple(c for figure in form.figure if (c := self._figure(figure)) is not None),
        )
        account = replace(account, **self._slots())  # type: ignore[arg-type]
        statement = Statement(
            id="s1",
            type=claim.type,
            evidence=self._stretch(*claim.evidence),
            claimants=(Entity(kind=kind, name=claim.claimant, class_hint=claim.class_),),
            account=account,
            mode=AttributionMode.DIRECT_QUOTE,
            medium=claim.medium,
            polarity=Polarity.AFFIRMED if claim.type.is_claim else None,
            certainty=Certainty.CERTAIN if claim.type.is_claim else None,
            generated_by=form.name,
        )
        return Records(
            document_id=document_id, generator=form.name, statements=(statement,), events=(EventRecord(key="e1"),)
        )

    def _cell(self, column: str) -> str:
        return self._row.cells.get(column, "").strip()

    def _holds(self, only: Only) -> bool:
        return all(self._cell(column) in values for column, values in only.items())

    def _span(self, column: str, value: str | None = None) -> Span | None:
        """Where a cell (without white space around it) or a value of it stands in the text."""
        whole = self._places.get(column)
        if whole is None:
            return None
        words = self._cell(column) if value is None else value
        start = whole.start + whole.of(self._text).index(words)
        return Span(start, start + len(words))

    def _stretch(self, first: str, last: str | None = None) -> Span:
        """The words from one cell to another; where one is empty, the whole text."""
        start, end = self._places.get(first), self._places.get(last or first)
        if start is None or end is None or end.end < start.start:
            return Span(0, len(self._text.rstrip("\n")))
        return Span(start.start, end.end)

    def _event_type(self) -> EventType:
        event = self._format.event
        if event.column is None:
            assert event.type is not None
            return event.type
        value = self._cell(event.column)
        found = event.values.get(value, event.type)
        if found is None:
            raise RowError(event.column, value, f"not one of {', '.join(event.values)}")
        return found

    def _time(self) -> TimeExpression | None:
        columns = self._format.time
        if columns is None:
            return None
        earliest, latest = self._day(columns.earliest), self._day(columns.latest)
        if earliest is None and latest is None:
            return None
        if earliest and latest and latest < earliest:
            raise RowError(columns.latest, self._cell(columns.latest), f"before the first day {earliest}")
        first, last = (c if d else None for c, d in ((columns.earliest, earliest), (columns.latest, latest)))
        span = self._stretch(first or last or "", None if earliest == latest else last)
        days = [d.isoformat() if d else ".." for d in (earliest, latest)]
        return TimeExpression(
            text=span.of(self._text),
            span=span,
            edtf=days[0] if days[0] == days[1] else "/".join(days),
            earliest=earliest,
            latest=latest,
            resolution=Resolution.FROM_TEXT,
        )

    def _day(self, column: str) -> date | None:
        value = self._cell(column)
        if not value:
            return None
        for form in self._format.dates:
            try:
                return datetime.strptime(value, form).date()
            except ValueError:
                continue
        raise RowError(column, value, "not a calendar date")

    def _place(self, place: Place) -> Entity | None:
        name = self._cell(place.column)
        if not name or not self._holds(place.only):
            return None
        span = self._span(place.column)
        for ending in self._format.endings.get("place", ()):
            if name.casefold().endswith(ending) and len(name) > len(ending):
                name = name[: -len(ending)]
                break
        name = self._format.names.get(name, name)
        return Entity(kind=EntityKind.PLACE, name=name, span=span, precision=place.precision)

    def _slots(self) -> dict[str, tuple[Entity, ...]]:
        found: dict[str, dict[str, Entity]] = {}
        for slot in self._format.slot:
            if self._holds(slot.only):
                for entity in self._entities(slot):
                    found.setdefault(slot.slot, {}).setdefault(entity.name, entity)
        return {slot: tuple(entities.values()) for slot, entities in found.items()}

    def _entities(self, slot: Slot) -> Iterator[Entity]:
        if slot.constant is not None:
            yield Entity(kind=slot.kind, name=slot.constant, class_hint=slot.class_)
        cell = self._cell(slot.column) if slot.column else ""
        if not cell or slot.column is None:
            return
        values = cell.split(slot.split) if slot.split else [cell]
        if slot.find is not None:
            values = list(dict.fromkeys(m[0] for m in re.finditer(slot.find, cell)))
        for value in filter(None, (v.strip() for v in values)):
            name = self._format.names.get(value, value)
            yield Entity(kind=slot.kind, name=name, span=self._span(slot.column, value), class_hint=slot.class_)

    def _figure(self, figure: Figure) -> CasualtyFigure | None:
        columns = [c for c in (figure.low, figure.best, figure.high) if c]
        if not any(self._cell(c) for c in columns) or any(self._cell(c) in figure.skip for c in columns):
            return None
        low, best, high = (self._count(c) for c in (figure.low, figure.best, figure.high))
        if low is not None and high is not None and high < low:
            assert figure.high is not None
            raise RowError(figure.high, str(high), f"below the lowest count {low}")
        given = [c for c in columns if c in self._places]
        span = self._stretch(given[0], given[-1])
        return CasualtyFigure(
            kind=figure.kind,
            text=span.of(self._text),
            span=span,
            minimum=low,
            maximum=high,
            best_estimate=best,
            victim_group=figure.group,
        )

    def _count(self, column: str | None) -> int | None:
        value = self._cell(column) if column else ""
        if not value or column is None:
            return None
        if not re.fullmatch(r"\d{1,9}", value, re.ASCII):
            raise RowError(column, value, "not a whole number of people")
        return int(value)

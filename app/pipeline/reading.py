"""Files to read documents, one by one or in processes: what needs no other document."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from app import mapping
from app.documents import read_file
from app.errors import ReviewError, SettingsError
from app.extract import Extractor, load_extractor
from app.extract.llm import NAME as MODEL_READER
from app.extract.llm_client import ModelAccess
from app.extract.reviews import apply_review, load_review
from app.link import Linker, load_naming, load_reference
from app.mapping.withdrawals import Withdrawals, load_withdrawals
from app.model import Document, Entity, Records, Reference, SetAside, Span
from app.settings import Settings
from app.vocab import Minter

Progress = Callable[[str, int, int], None]
EXTRACTOR = "rules.v2"
_PARALLEL_FROM = 8


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """One document as far as it can be taken alone: read, extracted, reviewed, linked, its private persons withheld."""

    document: Document
    records: Records
    publisher: Entity | None
    masked: tuple[Span, ...]
    notes: tuple[SetAside, ...]


@dataclass(slots=True)
class Reader:
    """Takes files to `ReadDocument`s; one per process, because the extractor is heavy. The extractor loads when first
    needed."""

    settings: Settings
    linker: Linker
    withdrawals: Withdrawals
    extractor: Extractor | None = None
    with_reviews: bool = True

    @classmethod
    def open(cls, settings: Settings, *, with_reviews: bool = True) -> Reader:
        """Build a reader from reference data, naming list and withdrawals of the project folder.

        `with_reviews` False reads as if no person had reviewed anything (to score the reader).
        """
        require_model(settings)
        data = settings.root / "data"
        reference, _ = load_reference(data / "reference", settings.base)
        linker = Linker(reference, load_naming(data / "naming.yaml"))
        withdrawals = load_withdrawals(data / "withdrawals.yaml", Minter(settings.base))
        return cls(settings, linker, withdrawals, with_reviews=with_reviews)

    def read(self, folder: Path, file: Path) -> ReadDocument | SetAside:
        """Read one file; what cannot be taken comes back as a `SetAside`, never as an exception."""
        limits = {"max_file_bytes": self.settings.max_file_bytes, "max_text_chars": self.settings.max_text_chars}
        document = read_file(folder, file, **limits)
        if isinstance(document, SetAside):
            return document
        return self.prepare(document, self.extract)

    def prepare(self, document: Document, extract: Callable[[Document], Records]) -> ReadDocument | SetAside:
        """Take one document as far as it can be taken alone: withdrawn ones out, reviews over what `extract` reads."""
        if document.id in self.withdrawals.documents:
            reason = self.withdrawals.documents[document.id]
            return SetAside(document.path, None, reason, "withdrawals", "See data/withdrawals.yaml.")
        try:
            records = self._records(document, extract)
        except ReviewError as error:
            return SetAside(document.path, None, str(error), "reviews", "Mend the review, or take it away.")
        protected = mapping.protect(document, self.linker.link(document, records))
        publisher = self.linker.publisher_actor(document)
        notes = (*protected.records.set_aside, *protected.set_aside)
        return ReadDocument(document, protected.records, publisher, protected.masked, notes)

    def _records(self, document: Document, extract: Callable[[Document], Records]) -> Records:
        path = self.settings.root / "data" / "reviews" / f"{document.id}.yaml"
        review = load_review(path, self.settings.base) if self.with_reviews and path.is_file() else None
        if review is not None and review.stands_alone:
            return apply_review(document, Records(document_id=document.id, generator="review"), review)
        records = extract(document)
        return apply_review(document, records, review) if review is not None else records

    def extract(self, document: Document) -> Records:
        """Run the extractor alone, without a person's review."""
        if self.extractor is None:
            self.extractor = open_extractor(self.settings, self.linker.reference)
        return self.extractor.read(document)


def require_model(settings: Settings) -> None:
    """Raise SettingsError where a model is wanted and none is given."""
    for name in ("llm_url", "llm_model"):
        if settings.extractor != "rules" and not getattr(settings, name):
            raise SettingsError(
                f"the reader {settings.extractor!r} needs {name}",
                where=f"RASHOMON_{name.upper()}",
                advice="Give the address and name of a model, or set RASHOMON_EXTRACTOR=rules.",
            )


def reader_name(settings: Settings) -> str:
    """Return the name of the reader that the settings name, for the manifest."""
    if settings.extractor == "rules":
        return EXTRACTOR
    model = f"{MODEL_READER} ({settings.llm_model})"
    joined = {"agreement": f"{EXTRACTOR} and {model}", "union": f"{EXTRACTOR} or {model}"}
    return joined.get(settings.extractor, model)


def open_extractor(settings: Settings, reference: Reference) -> Extractor:
    """Return the extractor that the settings name."""
    if settings.extractor == "rules":
        return load_extractor(EXTRACTOR, reference)
    access = ModelAccess(
        url=settings.llm_url, model=settings.llm_model, key_file=settings.llm_key_file,
        timeout_s=settings.llm_timeout_s, max_tokens=settings.llm_max_tokens, retries=settings.llm_retries,
        price_in=settings.llm_price_in, price_out=settings.llm_price_out, cache=settings.var / "llm",
    )  # fmt: skip
    combine = settings.extractor if settings.extractor in ("agreement", "union") else None
    return load_extractor(EXTRACTOR, reference, model=access, combine=combine)


_reader: Reader | None = None


def _start_process(settings: Settings, with_reviews: bool) -> None:
    global _reader
    _reader = Reader.open(settings, with_reviews=with_reviews)


def _read_in_process(job: tuple[Path, Path]) -> ReadDocument | SetAside:
    assert _reader is not None
    return _reader.read(*job)


def read_all(
    jobs: Sequence[tuple[Path, Path]], settings: Settings, reader: Reader, progress: Progress
) -> Iterator[ReadDocument | SetAside]:
    """Read files in the order given, in processes when there are many and the settings allow more than one."""
    processes = settings.processes or os.cpu_count() or 1
    if processes == 1 or len(jobs) < _PARALLEL_FROM:
        for number, job in enumerate(jobs, start=1):
            yield reader.read(*job)
            progress("reading", number, len(jobs))
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, _start_process, (settings, reader.with_reviews)) as pool:
        for number, result in enumerate(pool.map(_read_in_process, jobs, chunksize=4), start=1):
            yield result
            progress("reading", number, len(jobs))

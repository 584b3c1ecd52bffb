"""Reading on an existing Dask cluster: documents go out, read documents come back, in the order of the files.

Files are read here and sent as documents; a worker needs this software and the project folder (`RASHOMON_ROOT`) at
the same path. A worker that dies loses nothing: its documents are read again by another one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from app.documents import read_file
from app.errors import StoreError, UsageError
from app.model import Document, SetAside
from app.pipeline.reading import Progress, ReadDocument, Reader
from app.settings import Settings

_CHUNK = 2
_CONNECT_S = 20
_readers: dict[tuple[str, bool], Reader] = {}


def read_on_cluster(
    jobs: Sequence[tuple[Path, Path]], settings: Settings, reader: Reader, progress: Progress, address: str
) -> Iterator[ReadDocument | SetAside]:
    """Read files on the workers of a scheduler. Raises UsageError where Dask is not installed, StoreError where no
    scheduler answers or every worker that read a document died."""
    try:
        from distributed import Client, as_completed
    except ImportError as error:
        raise UsageError(
            "Dask is not installed", where="--scheduler", advice="Install it: pip install 'rashomon[dask]'."
        ) from error
    results: dict[int, ReadDocument | SetAside] = {}
    taken: list[tuple[int, Document]] = []
    for number, (folder, file) in enumerate(jobs):
        found = read_file(folder, file, max_file_bytes=settings.max_file_bytes, max_text_chars=settings.max_text_chars)
        if isinstance(found, SetAside):
            results[number] = found
        else:
            taken.append((number, found))
    try:
        client: Any = Client(address, timeout=_CONNECT_S, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        advice = "Start one with `dask scheduler`, or leave --scheduler out."
        raise StoreError("no scheduler answers", where=address, why=type(error).__name__, advice=advice) from error
    with client:
        chunks = [taken[i : i + _CHUNK] for i in range(0, len(taken), _CHUNK)]
        futures = client.map(_read_chunk, chunks, settings=settings, with_reviews=reader.with_reviews, pure=False)
        for future in as_completed(futures, loop=client.loop):  # type: ignore[no-untyped-call]
            results.update(_result(future))
            progress("reading", len(results), len(jobs))
    yield from (results[number] for number in sorted(results))


def _result(future: Any) -> dict[int, ReadDocument | SetAside]:
    if future.status == "error":
        error = future.exception()
        raise StoreError("the cluster could not read a document", why=f"{type(error).__name__}: {error}") from error
    result: dict[int, ReadDocument | SetAside] = future.result()
    return result


def _read_chunk(
    chunk: list[tuple[int, Document]], settings: Settings, with_reviews: bool
) -> dict[int, ReadDocument | SetAside]:
    """Run by a worker, which keeps its reader from one chunk to the next."""
    key = (settings.model_dump_json(), with_reviews)
    if key not in _readers:
        _readers[key] = Reader.open(settings, with_reviews=with_reviews)
    reader = _readers[key]
    return {number: reader.prepare(document, reader.extract) for number, document in chunk}

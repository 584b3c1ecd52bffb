"""The command line: parses, calls, prints. Data on stdout, words on stderr.

Exit codes: 0 ok, 1 data does not conform, 2 usage, 3 store or I/O, 4 limit, 70 bug.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import traceback
from collections.abc import Mapping
from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from app import pipeline
from app.errors import NotFoundError, RashomonError, UsageError
from app.settings import Settings

app = typer.Typer(
    name="rashomon",
    help="Documents about contested events as a checked graph of who says what about which event, in which words.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON instead of words.")]
SnapshotDir = Annotated[
    Path | None,
    typer.Option("--snapshot", help="Snapshot directory; when absent, the published one under RASHOMON_VAR."),
]


# typer carries a click of its own; the root of its errors has no public name.
_CallError: type[Exception] = next(c for c in typer.BadParameter.__mro__ if c.__name__ == "ClickException")


class ExportFormat(StrEnum):
    """Formats of `export`."""

    TURTLE = "turtle"
    TRIG = "trig"
    NQUADS = "nquads"
    NTRIPLES = "ntriples"
    RDFXML = "rdfxml"
    JSONLD = "jsonld"
    CSV = "csv"
    NANOPUB = "nanopub"


def main() -> None:
    """Run the command line and exit with the code of the contract."""
    try:
        # typer hands the code of an Exit back instead of raising it.
        code = app(standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except RashomonError as error:
        _say(f"rashomon: {error}")
        sys.exit(error.exit_code)
    except _CallError as error:
        error.show(sys.stderr)  # type: ignore[attr-defined]
        sys.exit(2)
    except (typer.Abort, KeyboardInterrupt):
        _say("rashomon: stopped")
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        _say(f"rashomon: {error.filename or 'input/output'} — {error.strerror or error}.")
        sys.exit(3)
    except Exception:  # noqa: BLE001 - the command boundary: whatever comes here is a bug of ours
        _say("rashomon: this is a bug of ours; please report it with the lines below.")
        traceback.print_exc()
        sys.exit(70)


@app.command()
def build(
    documents: Annotated[
        list[Path] | None,
        typer.Option("--documents", help="Folder of documents, may be given often; data/documents when absent."),
    ] = None,
    sources: Annotated[
        list[Path] | None,
        typer.Option("--sources", help="Folder of event data sets (CSV), may be given often; none when absent."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the snapshot to this directory instead of publishing it.")
    ] = None,
    processes: Annotated[
        int | None, typer.Option("--processes", min=0, help="Processes that read; one per core when absent.")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option("--scheduler", help="Read on the workers of this Dask scheduler; here when absent.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 when anything was set aside.")] = False,
    as_json: Json = False,
) -> None:
    """Turn documents into a checked snapshot, and publish it."""
    settings = Settings.load(processes=processes, scheduler=scheduler)
    result = pipeline.build(settings, documents or [], sources or [], out=out, progress=Progress())
    _print(result, _build_words(result), as_json)
    if strict and result["set_aside"]:
        raise typer.Exit(1)


@app.command()
def serve(
    snapshot: SnapshotDir = None,
    host: Annotated[str | None, typer.Option("--host", help="Address to listen on; 127.0.0.1 when absent.")] = None,
    port: Annotated[
        int | None, typer.Option("--port", help="Port to listen on; 8000 when absent, 0 for any free one.")
    ] = None,
    scratch: Annotated[
        bool,
        typer.Option("--scratch", help="Serve an empty, writable store in memory instead, on this machine only."),
    ] = False,
) -> None:
    """Serve the published snapshot; build it from data/ first when there is none."""
    from app.serve import run_scratch, run_server

    settings = Settings.load(host=host, port=port)
    if scratch:
        if snapshot is not None:
            raise UsageError("a scratch store has no snapshot", advice="Give --scratch or --snapshot.")
        _say(f"Scratch store, empty, in memory: http://{settings.host}:{settings.port}/sparql, /update, /graphs")
        run_scratch(settings)
        return
    directory = snapshot or pipeline.current_snapshot(settings)
    if directory is None:
        _say("No snapshot yet: building one from data/ (minutes at most).")
        result = pipeline.build(settings, [], [], out=None, progress=Progress())
        _say(_build_words(result))
        directory = Path(result["snapshot"])
    else:
        _say(_manifest_words(pipeline.snapshots.read_manifest(directory)))
    if settings.port:
        _say(f"Read and ask at http://{settings.host}:{settings.port}/ — Ctrl-C ends it.")
    run_server(settings, directory, follow=settings.var / "current" if snapshot is None else None)


@app.command()
def export(
    format_: Annotated[ExportFormat, typer.Option("--format", help="Format of the dump.")] = ExportFormat.TURTLE,
    graph: Annotated[
        str | None, typer.Option("--graph", help="Only this named graph; all of them when absent.")
    ] = None,
    snapshot: SnapshotDir = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="File to write; standard output when absent.")
    ] = None,
) -> None:
    """Write a dump of a snapshot: all graphs, or one."""
    directory = _snapshot(snapshot)
    if output is None:
        pipeline.snapshots.export(directory, format_, graph=graph, out=sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    partial = output.with_name(output.name + ".partial")
    with partial.open("wb") as stream:
        pipeline.snapshots.export(directory, format_, graph=graph, out=stream)
    partial.replace(output)


@app.command()
def query(
    file: Annotated[str, typer.Argument(help="File with a SPARQL query; - or nothing reads standard input.")] = "-",
    format_: Annotated[str, typer.Option("--format", help="csv, tsv, json, xml, or an RDF format for graphs.")] = "csv",
    snapshot: SnapshotDir = None,
) -> None:
    """Answer a SPARQL query as the server would, without a server."""
    text = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
    sys.stdout.buffer.write(pipeline.query(_snapshot(snapshot), text, format_, Settings.load()))
    sys.stdout.buffer.flush()


@app.command()
def get(
    path: Annotated[str, typer.Argument(help="Path with query string, such as /id/event/…")],
    accept: Annotated[str, typer.Option("--accept", help="Accept header.")] = "*/*",
    snapshot: SnapshotDir = None,
) -> None:
    """Print what the server would answer for a path, without a server."""
    from app.serve import answer_path

    status, body = answer_path(Settings.load(), _snapshot(snapshot), path, accept)
    sys.stdout.buffer.write(body)
    sys.stdout.buffer.flush()
    if status >= 400:
        raise typer.Exit(2 if status < 500 else 3)


@app.command()
def check(as_json: Json = False) -> None:
    """Check ontology, shapes, reference data, documents and reviews, and publish nothing."""
    result = pipeline.check(Settings.load(), Progress())
    _print(result, result["report"], as_json)
    if result["problems"]:
        raise typer.Exit(1)


@app.command()
def verify(snapshot: SnapshotDir = None, as_json: Json = False) -> None:
    """Read a whole snapshot and compare it with its hashes."""
    directory = _snapshot(snapshot)
    problems = [str(p) for p in pipeline.snapshots.verify(directory)]
    words = "\n".join(problems) or f"{directory.name}: every file and every quad is as it was written."
    _print({"snapshot": str(directory), "problems": problems}, words, as_json)
    if problems:
        raise typer.Exit(3)


@app.command()
def backup(target: Path, snapshot: SnapshotDir = None, as_json: Json = False) -> None:
    """Copy a snapshot to a directory, so that `restore` can bring it back."""
    pipeline.snapshots.backup(_snapshot(snapshot), target)
    _print({"backup": str(target)}, f"Backed up to {target}.", as_json)


@app.command()
def restore(source: Path, as_json: Json = False) -> None:
    """Publish a snapshot again from a backup."""
    name = pipeline.snapshots.restore(source, Settings.load().var)
    _print({"snapshot": name}, f"Restored and published {name}.", as_json)


@app.command()
def rollback(as_json: Json = False) -> None:
    """Switch back to the snapshot before the current one."""
    name = pipeline.snapshots.rollback(Settings.load().var)
    _print({"snapshot": name}, f"Now serving {name}.", as_json)


@app.command()
def release(name: str, as_json: Json = False) -> None:
    """Keep the current snapshot for ever under a name, with checksums and citation."""
    directory = pipeline.snapshots.release(Settings.load().var, name)
    _print({"release": str(directory)}, f"Released {directory}.", as_json)


@app.command()
def diff(first: Path, second: Path, as_json: Json = False) -> None:
    """Tell which statements were added, removed or changed between two snapshots."""
    result = pipeline.snapshots.diff(first, second)
    changes = {"added": list(result.added), "removed": list(result.removed), "changed": list(result.changed)}
    words = "\n".join(f"{kind} {iri}" for kind, iris in changes.items() for iri in iris) or "No statement differs."
    _print(changes, words, as_json)


@app.command()
def review(
    document_id: Annotated[str, typer.Argument(help="Id of a document: its file name without the ending.")],
    documents: Annotated[
        list[Path] | None, typer.Option("--documents", help="Folder of documents; data/documents when absent.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="File to write; standard output when absent.")
    ] = None,
    diff: Annotated[
        bool, typer.Option("--diff", help="Show how a review differs from what the reader finds; write nothing.")
    ] = False,
    file: Annotated[
        Path | None, typer.Option("--review", help="Review to compare; data/reviews/ID.yaml when absent.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Write what was read from a document as a YAML that a person can correct and put into data/reviews/."""
    if diff:
        value, words = pipeline.review_difference(Settings.load(), documents or [], document_id, file)
        _print(value, words, as_json)
        return
    text = pipeline.review_template(Settings.load(), documents or [], document_id)
    if output is None:
        sys.stdout.write(text)
    elif output.exists():
        raise UsageError("the file exists already", where=str(output), advice="Give another -o, or move it away.")
    else:
        output.write_text(text, "utf-8")


@app.command()
def score(
    gold: Annotated[
        Path | None,
        typer.Option("--gold", help="Folder of gold (JSON) or of reviews (YAML); data/reviews when absent."),
    ] = None,
    documents: Annotated[
        list[Path] | None, typer.Option("--documents", help="Folder of documents; data/documents when absent.")
    ] = None,
    figures: Annotated[
        Path | None,
        typer.Option("--figures", help="Kept figures; tests/extract/figures/<documents folder>.json when absent."),
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Keep these figures and the page of error classes.")] = False,
    errors: Annotated[
        str | None, typer.Option("--errors", help="List the errors of this document; none when absent.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Score the reader against gold: figures, errors by cause, and what changed since the kept figures."""
    scored = pipeline.score_reader(Settings.load(), gold, documents or [], figures, Progress())
    result, words = pipeline.describe_score(scored, errors)
    _print(result, words, as_json)
    if keep:
        scored.write()
        _say(f"Kept in {scored.figures} and {scored.figures.with_suffix('.md')}.")


@app.command()
def bench(
    url: Annotated[
        str | None, typer.Option(help="A running server; when absent, one is started over the snapshot for a moment.")
    ] = None,
    queries: Annotated[
        Path | None, typer.Option(help="Folder of .rq files; when absent, the project's competency questions.")
    ] = None,
    rounds: Annotated[int, typer.Option(min=1, help="How often each query is asked.")] = 5,
    clients: Annotated[int, typer.Option(min=1, max=64, help="Clients that ask the smallest query at once.")] = 4,
    seconds: Annotated[float, typer.Option(min=0.1, help="How long they ask.")] = 3.0,
    snapshot: SnapshotDir = None,
    as_json: Json = False,
) -> None:
    """Measure how fast a server answers: milliseconds of each query, and requests per second of the smallest."""
    from app.serve import measuring

    asked = measuring.read_queries(queries or Settings.load().root / "queries" / "competency")
    with nullcontext(url) if url else measuring.own_server(_snapshot(snapshot)) as address:
        figures = measuring.measure(address, asked, rounds=rounds, clients=clients, seconds=seconds)
    _print(figures, measuring.words(figures), as_json)


@app.command()
def doctor(as_json: Json = False) -> None:
    """Say which isolation, engine, snapshot and settings are in force."""
    facts = pipeline.doctor(Settings.load())
    _print(facts, "\n".join(f"{key:<24} {value}" for key, value in facts.items()), as_json)


class Progress:
    """Writes progress to stderr: a bar that rewrites itself on a terminal, a line per stage elsewhere."""

    def __init__(self) -> None:
        """Nothing is shown before the first call."""
        self._stage = ""
        self._live = sys.stderr.isatty()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show that `done` of `total` parts of a stage are done."""
        if self._live:
            width = max(10, min(40, shutil.get_terminal_size().columns - 50))
            filled = width * done // total if total else width
            end = "\n" if done >= total else ""
            sys.stderr.write(f"\r{stage:<28} {'█' * filled}{'·' * (width - filled)} {done}/{total}{end}")
            sys.stderr.flush()
        elif stage != self._stage:
            _say(f"{stage} ({total})")
        self._stage = stage


def _snapshot(given: Path | None) -> Path:
    directory = given or pipeline.current_snapshot(Settings.load())
    if directory is None:
        raise NotFoundError("there is no published snapshot", advice="Run `rashomon build` first, or give --snapshot.")
    return directory


def _build_words(result: Mapping[str, Any]) -> str:
    lines = [
        f"{result['documents']} documents read, {len(result['set_aside'])} set aside"
        f" · {result['statements']} statements · {result['events']} events · {result['propositions']} propositions",
        f"{result['held_back']} held back until reviewed · {result['shapes']} shapes checked,"
        f" {result['violations']} violations"
        f" · {result['links']} Wikidata links",
        f"hash {result['hash']}",
        f"snapshot {result['snapshot']} · {result['seconds']:.1f} s",
    ]
    if unread := result["reading"].get("unread"):
        tongues = [
            f"{k.removeprefix('unread: ')} {v:.0f}" for k, v in result["reading"].items() if k.startswith("unread: ")
        ]
        lines.append(f"{unread:.0f} documents stored but not read further ({', '.join(tongues) or 'see the notes'})")
    for heading, entries in (("Set aside:", result["set_aside"]), ("Notes:", result["notes"])):
        if entries:
            lines.append(heading)
            lines.extend(f"  {_entry_words(entry)}" for entry in entries[:20])
            if len(entries) > 20:
                lines.append(f"  … and {len(entries) - 20} more (see report.json of the snapshot)")
    return "\n".join(lines)


def _entry_words(entry: Mapping[str, Any]) -> str:
    where = f"{entry['path']}:{entry['line']}" if entry["line"] else entry["path"]
    return f"{where} — {entry['reason']}. {entry['advice']}".rstrip()


def _manifest_words(manifest: Mapping[str, Any]) -> str:
    counts = " · ".join(f"{value} {key}" for key, value in manifest.get("counts", {}).items())
    return f"Snapshot {manifest['id']}: {counts}"


def _print(value: Mapping[str, Any], words: str, as_json: bool) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=1, default=str) if as_json else words)


def _say(words: str) -> None:
    print(words, file=sys.stderr)

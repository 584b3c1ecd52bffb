"""The servers that are measured: ours, `oxigraph serve` and Virtuoso, over one snapshot, on free loopback ports."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.serve.serving import ROOT, free_port

_START_S = 120.0
_VIRTUOSO = "virtuoso-t"


@dataclass(frozen=True, slots=True)
class Peer:
    """A running server: its name, its query endpoint, and the process that is stopped at the end."""

    name: str
    url: str
    process: subprocess.Popen[bytes]

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.url.split(":")[2].split("/")[0])

    @property
    def path(self) -> str:
        """The path of the query endpoint."""
        return "/" + self.url.split("/", 3)[3]


@contextmanager
def ours(snapshot: Path, settings: Mapping[str, str], name: str = "rashomon") -> Iterator[Peer]:
    """Serve the snapshot ourselves; `settings` are environment variables."""
    port = free_port()
    command = [sys.executable, "-m", "app", "serve", "--snapshot", str(snapshot), "--port", str(port)]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **settings}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    peer = Peer(name, f"http://127.0.0.1:{port}/sparql", process)
    with _running(peer, ready=f"http://127.0.0.1:{port}/-/ready"):
        yield peer


@contextmanager
def oxigraph(snapshot: Path) -> Iterator[Peer]:
    """Serve the snapshot's store by the official server, its default graph the union as ours is."""
    port = free_port()
    command = [
        str(Path(sys.executable).with_name("oxigraph")),
        "serve-read-only",
        "--location",
        str(snapshot / "store"),
    ]
    command += ["--bind", f"127.0.0.1:{port}", "--union-default-graph"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peer = Peer("oxigraph", f"http://127.0.0.1:{port}/query", process)
    with _running(peer, ready=f"http://127.0.0.1:{port}/"):
        yield peer


@contextmanager
def virtuoso(snapshot: Path, memory_mb: int = 2000) -> Iterator[Peer]:
    """Serve the snapshot's dump by Virtuoso, loaded once into `virtuoso/` beside the snapshot."""
    folder = snapshot.with_name(f"{snapshot.name}-virtuoso")
    port, sql_port = free_port(), free_port()
    loaded = folder / "loaded"
    if not loaded.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    (folder / "virtuoso.ini").write_text(_virtuoso_ini(folder, port, sql_port, memory_mb), "utf-8")
    (folder / "virtuoso.lck").unlink(missing_ok=True)
    command = [_VIRTUOSO, "+configfile", str(folder / "virtuoso.ini"), "+foreground"]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peer = Peer("virtuoso", f"http://127.0.0.1:{port}/sparql", process)
    with _running(peer, ready=f"http://127.0.0.1:{port}/sparql?query=ASK%7B%7D"):
        if not loaded.exists():
            _load(snapshot, folder, sql_port)
            loaded.touch()
        yield peer


def has_virtuoso() -> bool:
    """Whether Virtuoso is installed."""
    return shutil.which(_VIRTUOSO) is not None


def _load(snapshot: Path, folder: Path, sql_port: int) -> None:
    """Bulk-load the dump; geometries stay literals, for no query here computes with them."""
    with gzip.open(snapshot / "graph.nq.gz") as source, (folder / "graph.nq").open("wb") as target:
        shutil.copyfileobj(source, target)
    script = (
        f"ld_dir('{folder}', 'graph.nq', 'urn:unnamed');\nrdf_loader_run();\ncheckpoint;\n"
        "select ll_error from DB.DBA.load_list where ll_error is not null;\n"
    )
    command = ["isql-vt", f"127.0.0.1:{sql_port}", "dba", "dba", "VERBOSE=OFF", "ERRORS=STDOUT"]
    done = subprocess.run(command, input=script.encode(), capture_output=True, check=True, timeout=3600)
    if b"Error" in done.stdout:
        raise RuntimeError(done.stdout.decode("utf-8", "replace")[-2000:])
    (folder / "graph.nq").unlink()


def _virtuoso_ini(folder: Path, port: int, sql_port: int, memory_mb: int) -> str:
    """Settings for so much memory: a buffer is 8 KB, Virtuoso's own advice is two thirds of memory for buffers."""
    buffers = memory_mb * 2 // 3 * 1024 // 8
    return f"""[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
ErrorLogLevel = 7
FileExtend = 200
MaxCheckpointRemap = 2000
Striping = 0
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
MaxCheckpointRemap = 2000
Striping = 0
[Parameters]
ServerPort = 127.0.0.1:{sql_port}
DisableUnixSocket = 1
MaxClientConnections = 10
CheckpointInterval = 0
CaseMode = 2
DirsAllowed = {folder}
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {buffers * 3 // 4}
MaxQueryMem = {memory_mb}M
VectorSize = 1000
MaxVectorSize = 1000000
ThreadsPerQuery = 2
AsyncQueueMaxThreads = 4
MaxMemPoolSize = 200000000
MaxSortedTopRows = 1000000
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = {folder}
ServerThreads = 10
MaxKeepAlives = 10
KeepAliveTimeout = 60
EnabledGzipContent = 0
[SPARQL]
ResultSetMaxRows = 2000000
MaxQueryCostEstimationTime = 4000
MaxQueryExecutionTime = 600
DefaultQuery = ASK {{}}
"""


@contextmanager
def _running(peer: Peer, ready: str) -> Iterator[None]:
    """Wait until a server answers, and end it whatever happens."""
    try:
        deadline = time.monotonic() + _START_S
        while not _answers(ready):
            if peer.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{peer.name} does not answer at {ready}")
            time.sleep(0.1)
        yield
    finally:
        peer.process.terminate()
        try:
            peer.process.wait(30)
        except subprocess.TimeoutExpired:
            peer.process.kill()
            peer.process.wait()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False

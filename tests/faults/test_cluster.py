"""Reading on a Dask cluster: two real workers, in network namespaces where allowed, one of them killed half-way."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

pytest.importorskip("distributed", reason="Dask (distributed) is absent")
ROOT = Path(__file__).parents[2]
ENV = {
    **os.environ,
    "PYTHONPATH": str(ROOT),
    "RASHOMON_ROOT": str(ROOT),
    "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "20s",
}
_DEADLINE_S = 90


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


@dataclass
class Namespace:
    """A network namespace with one link to this machine; `here` is this machine's address on it."""

    number: int
    name: str = field(init=False)

    def __post_init__(self) -> None:
        self.name = f"rashomon-{os.getpid()}-{self.number}"

    @property
    def here(self) -> str:
        return f"10.213.{self.number}.1"

    def __enter__(self) -> Namespace:
        link, far = f"rsh{self.number}a", f"rsh{self.number}b"
        _run("ip", "netns", "add", self.name)
        try:
            _run("ip", "link", "add", link, "type", "veth", "peer", "name", far, "netns", self.name)
            _run("ip", "addr", "add", f"{self.here}/30", "dev", link)
            _run("ip", "link", "set", link, "up")
            inside = ("ip", "netns", "exec", self.name, "ip")
            _run(*inside, "addr", "add", f"10.213.{self.number}.2/30", "dev", far)
            _run(*inside, "link", "set", far, "up")
            _run(*inside, "link", "set", "lo", "up")
        except subprocess.CalledProcessError:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        subprocess.run(["ip", "netns", "delete", self.name], check=False, capture_output=True)


def _namespaces(stack: ExitStack) -> list[Namespace]:
    """Two namespaces, or none where this machine allows none."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        return []
    try:
        return [stack.enter_context(Namespace(n)) for n in (1, 2)]
    except (subprocess.CalledProcessError, OSError):
        return []


@dataclass
class Cluster:
    """A scheduler and its workers, as processes."""

    address: str
    workers: list[subprocess.Popen[bytes]]


def _wait_for(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + _DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def _start(stack: ExitStack, log: Path, *command: str) -> subprocess.Popen[bytes]:
    with log.open("wb") as stream:
        process = subprocess.Popen(command, cwd=log.parent, env=ENV, stdout=stream, stderr=stream)

    def stop() -> None:
        process.kill()
        process.wait()

    stack.callback(stop)
    return process


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    with ExitStack() as stack:
        spaces = _namespaces(stack)
        host = "0.0.0.0" if spaces else "127.0.0.1"
        log = tmp_path / "scheduler.log"
        _start(
            stack, log, sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", host, "--port", "0",
            "--no-dashboard", "--no-show",
        )  # fmt: skip
        found: list[str] = []

        def listens() -> bool:
            found[:] = re.findall(r"Scheduler at:\s+tcp://[\d.]+:(\d+)", log.read_text())
            return bool(found)

        _wait_for(listens, "no scheduler")
        workers = []
        for number in (1, 2):
            space = spaces[number - 1] if spaces else None
            inside = ("ip", "netns", "exec", space.name) if space else ()
            address = f"tcp://{space.here if space else '127.0.0.1'}:{found[0]}"
            worker_log = tmp_path / f"worker-{number}.log"
            workers.append(
                _start(
                    stack, worker_log, *inside, sys.executable, "-m", "distributed.cli.dask_worker", address,
                    "--nworkers", "1", "--nthreads", "1", "--no-nanny", "--no-dashboard", "--memory-limit", "0",
                    "--host", f"10.213.{number}.2" if space else "127.0.0.1",
                )
            )  # fmt: skip
            _wait_for(lambda log=worker_log: "Registered to" in log.read_text(), "no worker")  # type: ignore[misc]
        yield Cluster(f"tcp://127.0.0.1:{found[0]}", workers)


def _documents(folder: Path) -> Path:
    folder.mkdir()
    towns = ("Aleppo", "Homs", "Idlib", "Raqqa", "Mosul", "Hama")
    for number in range(40):
        town, day = towns[number % len(towns)], 1 + number % 28
        text = f"The army said rebels shelled {town} on {day} March 2019, killing {number + 2}. The rebels denied it.\n"
        (folder / f"news-{number:02}.md").write_text(text * 3, "utf-8")
    (folder / "broken.md").write_bytes(b"---\ntitle: [\n---\nx")
    return folder


def _command(documents: Path, out: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "app", "build", "--documents", str(documents), "--out", str(out), "--json", *more]


@pytest.mark.faults
@pytest.mark.slow
def test_a_killed_worker_changes_nothing_of_the_graph(cluster: Cluster, tmp_path: Path) -> None:
    documents = _documents(tmp_path / "documents")
    alone = subprocess.run(
        _command(documents, tmp_path / "alone", "--processes", "1"), cwd=ROOT, env=ENV, capture_output=True, check=True
    )
    errors = tmp_path / "build.err"
    with errors.open("wb") as stream:
        build = subprocess.Popen(
            _command(documents, tmp_path / "shared", "--scheduler", cluster.address),
            cwd=ROOT, env=ENV, stdout=subprocess.PIPE, stderr=stream,
        )  # fmt: skip
    _wait_for(lambda: b"reading" in errors.read_bytes() or build.poll() is not None, "nothing was read")
    assert build.poll() is None, errors.read_text()
    os.kill(cluster.workers[0].pid, signal.SIGKILL)
    printed, _ = build.communicate(timeout=180)
    assert build.returncode == 0, errors.read_text()
    one, two = json.loads(alone.stdout), json.loads(printed)
    assert two["hash"] == one["hash"]
    assert (two["read"], len(two["set_aside"])) == (41, 1)
    assert two["statements"] == one["statements"] > 40
    assert cluster.workers[0].wait(timeout=10) != 0
    assert cluster.workers[1].poll() is None


def test_no_scheduler_is_said(tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "a.md").write_text("Nothing happened.\n", "utf-8")
    command = _command(documents, tmp_path / "out", "--scheduler", "tcp://127.0.0.1:9")
    done = subprocess.run(command, cwd=ROOT, env=ENV, capture_output=True, check=False)
    assert done.returncode == 3
    assert b"tcp://127.0.0.1:9" in done.stderr
    assert b"no scheduler answers" in done.stderr
    assert b"Traceback" not in done.stderr

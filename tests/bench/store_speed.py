"""Bulk load and dump of a generated graph: ours against the `oxigraph` command, in one run."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from app.store import snapshot
from tests.bench.generated import lines


def main(quads: int = 1_000_000) -> None:
    """Print seconds and ratios (below 1.0: ours is faster)."""
    peer = Path(sys.executable).with_name("oxigraph")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = list(lines(quads))
        file = folder / "graph.nq"
        file.write_bytes(b"".join(data))
        ours = _best(lambda: snapshot._load(folder / "ours", data), folder / "ours")
        load = [str(peer), "load", "--location", str(folder / "peer"), "--file", str(file)]
        theirs = _best(lambda: subprocess.run(load, check=True, capture_output=True), folder / "peer")
        print(f"bulk load of {len(data)}: ours {ours:.2f} s, oxigraph load {theirs:.2f} s, ratio {ours / theirs:.2f}")
        store = Store.read_only(str(folder / "ours"))
        ours = _best(lambda: store.dump(str(folder / "ours.nq"), format=RdfFormat.N_QUADS), folder / "ours.nq")
        dump = [str(peer), "dump", "--location", str(folder / "peer"), "--file", str(folder / "peer.nq")]
        theirs = _best(lambda: subprocess.run(dump, check=True, capture_output=True), folder / "peer.nq")
        print(f"dump of {len(data)} quads: ours {ours:.2f} s, oxigraph dump {theirs:.2f} s, ratio {ours / theirs:.2f}")


def _best(run: Callable[[], object], made: Path, rounds: int = 2) -> float:
    """The shortest of some runs, in seconds; what a run made is taken away before the next."""
    best = float("inf")
    for number in range(rounds):
        started = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - started)
        if number < rounds - 1:
            shutil.rmtree(made) if made.is_dir() else made.unlink()
    return best


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)

"""Publishing under readers (threat 17): each request sees one snapshot, none fails, none is told of another."""

from __future__ import annotations

import json
import re
import shutil
import signal
import threading
from pathlib import Path

import httpx
import pyoxigraph
import pytest

from tests.serve.serving import serving, wait_until

LABEL = pyoxigraph.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
VERSION = "SELECT ?v WHERE { <http://example.org/version> <http://www.w3.org/2000/01/rdf-schema#label> ?v }"


def _edition(demonstration: Path, root: Path, number: int) -> Path:
    """A snapshot that says its own number, as a build would have written it."""
    name = f"edition-{number}"
    place = root / "snapshots" / name
    shutil.copytree(demonstration, place)
    manifest = json.loads((place / "manifest.json").read_text("utf-8"))
    (place / "manifest.json").write_text(json.dumps({**manifest, "id": name}), "utf-8")
    store = pyoxigraph.Store(str(place / "store"))
    node = pyoxigraph.NamedNode("http://example.org/version")
    store.add(pyoxigraph.Quad(node, LABEL, pyoxigraph.Literal(name), pyoxigraph.NamedNode("http://example.org/g")))
    store.flush()
    del store
    return place


def _publish(root: Path, place: Path) -> None:
    beside = root / "current.new"
    beside.symlink_to(place)
    beside.replace(root / "current")


class Reader(threading.Thread):
    """Asks again and again, and notes where the answer is not that of the snapshot it says it is."""

    def __init__(self, url: str, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.wrong: list[str] = []
        self.seen: set[str] = set()
        self.asked = 0
        self._url, self._ended = url, stop

    def run(self) -> None:
        with httpx.Client(base_url=self._url, timeout=30, trust_env=False) as client:
            tag = ""
            while not self._ended.is_set():
                answer = client.get(
                    "/sparql", params={"query": VERSION, "format": "csv"}, headers={"if-none-match": tag}
                )
                self.asked += 1
                name = answer.headers.get("x-snapshot", "")
                self.seen.add(name)
                if answer.status_code == 304:
                    if name not in tag:
                        self.wrong.append(f"unchanged since {tag} in {name}")
                elif answer.status_code != 200 or answer.text != f"v\r\n{name}\r\n":
                    self.wrong.append(f"{answer.status_code} {answer.text!r} in {name}")
                tag = answer.headers.get("etag", "")
                if self.asked % 5 == 1:
                    page = client.get("/", headers={"accept": "text/html"})
                    if page.status_code != 200 or len(set(re.findall(r"edition-\d", page.text))) != 1:
                        self.wrong.append(f"page {page.status_code}")


@pytest.mark.faults
def test_readers_during_twenty_publishings(demonstration: Path, tmp_path: Path) -> None:
    root = tmp_path / "var"
    editions = [_edition(demonstration, root, n) for n in range(3)]
    _publish(root, editions[0])
    with serving(tmp_path, var=root, workers=2, queue=100, watch_s=0.05) as server:
        stop = threading.Event()
        readers = [Reader(server.url, stop) for _ in range(50)]
        for reader in readers:
            reader.start()
        for number in range(1, 21):
            place = editions[number % 3]
            _publish(root, place)
            if number % 2:
                server.process.send_signal(signal.SIGHUP)
            wait_until(lambda p=place: server.client.get("/-/ready").json()["snapshot"] == p.name)
        stop.set()
        for reader in readers:
            reader.join(60)
        assert [w for r in readers for w in r.wrong] == []
        assert min(r.asked for r in readers) > 2
        assert set.union(*(r.seen for r in readers)) == {p.name for p in editions}
        assert "rashomon_reloads_total 20" in server.client.get("/-/metrics").text
        children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
        wait_until(lambda: len(children.read_text().split()) == 1, 60)  # the old snapshots' processes have ended


def test_a_broken_snapshot_is_not_switched_to(demonstration: Path, tmp_path: Path) -> None:
    root = tmp_path / "var"
    good, broken = _edition(demonstration, root, 0), root / "snapshots" / "broken"
    shutil.copytree(good, broken)
    for path in (broken / "store").iterdir():
        path.write_bytes(b"not a store")
    _publish(root, good)
    with serving(tmp_path, var=root, workers=1, watch_s=0.05) as server:
        _publish(root, broken)
        wait_until(lambda: "reload-failed" in server.log)
        assert server.client.get("/-/ready").json()["snapshot"] == good.name
        assert server.client.get("/sparql", params={"query": VERSION, "format": "csv"}).text == f"v\r\n{good.name}\r\n"
        assert server.log.count("reload-failed") == 1

"""The wheel: built here, unpacked elsewhere, it builds and answers in a folder that holds nothing of the project."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the wheel holds, unpacked; the checkout's own `app` is not on the path."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-w", str(folder), str(ROOT)]
    # No folder of PATH has a node: the build hook finds one in a package.
    bare = {**os.environ, "PATH": str(tmp_path_factory.mktemp("bin"))}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=bare)
    assert done.returncode == 0, done.stderr
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def _run(installed: Path, folder: Path, *arguments: str) -> bytes:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("RASHOMON_")}
    done = subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        cwd=folder, env={**environment, "PYTHONPATH": str(installed)}, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def test_a_wheel_builds_a_graph_in_any_folder(installed: Path, tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "note.md").write_text(
        "---\ntitle: Note\npublished: 2020-05-04\npublisher: Town Herald\n---\n"
        "Russia accused Turkey of shelling Idlib.\n"
    )
    summary = json.loads(_run(installed, tmp_path, "build", "--documents", "texts", "--out", "made", "--json"))
    assert (summary["documents"], summary["violations"]) == (1, 0)
    assert summary["statements"] >= 1
    answer = _run(installed, tmp_path, "get", "/", "--snapshot", "made").decode()
    assert "<h1" in answer


def test_a_wheel_brings_its_front_end_and_no_sources_of_it(installed: Path) -> None:
    static = installed / "app" / "serve" / "static"
    assert list(static.glob("*.js"))
    notice = (static / "NOTICE.txt").read_text("utf-8")
    assert all(f"{part} " in notice for part in ("@codemirror/view", "leaflet", "cytoscape", "swagger-ui-dist"))
    assert not list(installed.rglob("node_modules"))
    assert not (installed / "tests").exists()


def test_a_checkout_without_registry_still_installs(tmp_path: Path) -> None:
    """An editable install goes on with a warning where npm reaches nothing; a wheel does not."""
    checkout = tmp_path / "checkout"
    done = subprocess.run(["git", "clone", "-q", str(ROOT), str(checkout)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    dead = {**os.environ, "npm_config_registry": "http://127.0.0.1:9/", "npm_config_fetch_retries": "0"}
    dead["npm_config_cache"] = str(tmp_path / "cache")
    pip = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-w", str(tmp_path / "made"), "."]
    wheel = subprocess.run(pip, cwd=checkout, env=dead, capture_output=True, text=True, check=False)
    assert wheel.returncode != 0
    assert "npm" in wheel.stderr + wheel.stdout
    install = [sys.executable, "-m", "pip", "install", "-v", "--no-deps", "--no-build-isolation", "--target"]
    command = [*install, str(tmp_path / "site"), "-e", "."]
    editable = subprocess.run(command, cwd=checkout, env=dead, capture_output=True, text=True, check=False)
    assert editable.returncode == 0, editable.stderr
    assert "make web" in editable.stdout + editable.stderr

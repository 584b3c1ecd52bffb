"""The same documents give the same graph, byte for byte, whatever the order, clock, language, hash seed and
processes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

MATRIX = [
    ({"TZ": "UTC", "LANG": "C.UTF-8", "PYTHONHASHSEED": "0"}, "1", False),
    ({"TZ": "Asia/Kathmandu", "LANG": "tr_TR.UTF-8", "LC_ALL": "C", "PYTHONHASHSEED": "42"}, "2", True),
    ({"TZ": "America/St_Johns", "LANG": "de_DE.UTF-8", "PYTHONHASHSEED": "7"}, "1", True),
]


def _copy(target: Path, *, reverse: bool) -> Path:
    """Documents under names that no review knows, so that the reader reads them, written in one order or the other."""
    target.mkdir()
    for path in sorted((ROOT / "data" / "documents").glob("*.md"), reverse=reverse)[:: -1 if reverse else 1]:
        if path.stem.startswith(("s", "r", "n")):
            shutil.copy(path, target / f"copy-{path.name}")
    for path in sorted((ROOT / "data" / "documents").glob("o*.md"), reverse=reverse):
        shutil.copy(path, target / path.name)
    return target


@pytest.mark.slow
def test_builds_are_equal(tmp_path: Path) -> None:
    hashes = []
    for number, (environment, processes, reverse) in enumerate(MATRIX):
        folder = _copy(tmp_path / f"documents-{number}", reverse=reverse)
        command = [
            sys.executable,
            "-m",
            "app",
            "build",
            "--documents",
            str(folder),
            "--out",
            str(tmp_path / f"out-{number}"),
            "--processes",
            processes,
            "--json",
        ]
        env = {**os.environ, **environment, "RASHOMON_ROOT": str(ROOT)}
        done = subprocess.run(
            command, cwd=tmp_path, env={**env, "PYTHONPATH": str(ROOT)}, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        summary = json.loads(done.stdout)
        assert summary["statements"] > 20
        assert summary["read"] == summary["documents"] + len(summary["set_aside"])
        hashes.append(summary["hash"])
    assert len(set(hashes)) == 1


def test_summary_has_the_keys_of_the_contract(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "good.md").write_text("Russia said rebels shelled Aleppo on 24 November 2018.\n", "utf-8")
    (folder / "bad.md").write_bytes(b"---\ntitle: [\n---\nx")
    (folder / "odd.xyz").write_bytes(b"?")
    command = [
        sys.executable,
        "-m",
        "app",
        "build",
        "--documents",
        str(folder),
        "--out",
        str(tmp_path / "out"),
        "--json",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    summary = json.loads(done.stdout)
    keys = "documents read set_aside statements events propositions held_back "
    keys += "shapes violations links hash snapshot seconds"
    assert set(keys.split()) <= set(summary)
    assert (summary["documents"], summary["read"], len(summary["set_aside"])) == (1, 3, 2)
    assert all(entry["reason"] for entry in summary["set_aside"])
    strict = subprocess.run([*command, "--strict"], cwd=ROOT, capture_output=True, check=False)
    assert strict.returncode == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["build", "--documents", "no/such/folder"], 2),
        (["nonsense"], 2),
        (["query", "-", "--snapshot", "no/such"], 3),
        (["export", "--format", "odd"], 2),
    ],
)
def test_exit_codes(arguments: list[str], code: int) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app", *arguments], cwd=ROOT, input=b"ASK {}", capture_output=True, check=False
    )
    assert done.returncode == code
    assert done.stderr
    assert b"Traceback" not in done.stderr


def test_withdrawn_documents_leave_the_graph_and_answer_410(tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    for name in ("ontology", "shapes", "queries"):
        (root / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "data", root / "data")
    name = "sohr-aleppo-2018-11-25"
    (root / "data" / "withdrawals.yaml").write_text(
        f"- {{document: {name}, date: 2026-11-24, reason: asked for by its author}}\n", "utf-8"
    )
    env = {**os.environ, "RASHOMON_ROOT": str(root), "PYTHONPATH": str(ROOT)}
    out = str(tmp_path / "out")
    command = [sys.executable, "-m", "app"]
    built = subprocess.run(
        [*command, "build", "--out", out, "--json"], cwd=root, env=env, capture_output=True, check=False
    )
    assert built.returncode == 0, built.stderr.decode()
    assert [s["stage"] for s in json.loads(built.stdout)["set_aside"]] == ["withdrawals"]
    dump = subprocess.run(
        [*command, "export", "--snapshot", out, "--format", "nquads"],
        cwd=root,
        env=env,
        capture_output=True,
        check=True,
    )
    assert f"/id/document/{name}>".encode() not in dump.stdout
    got = subprocess.run(
        [*command, "get", f"/id/document/{name}", "--snapshot", out],
        cwd=root,
        env=env,
        capture_output=True,
        check=False,
    )
    assert b'"status":410' in got.stdout
    assert b"asked for by its author" in got.stdout

"""The import table of the house (rooms know only the currency, never each other)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

APP = Path(__file__).parents[1] / "app"
CURRENCY = {"model", "vocab", "errors", "settings"}
ROOMS = {"documents", "extract", "link", "mapping", "validate", "store", "query", "score"}
ALLOWED = {
    "model": set(),
    "errors": set(),
    "vocab": {"model"},
    "settings": {"errors"},
    **{room: CURRENCY | {room} for room in ROOMS},
    "pipeline": CURRENCY | ROOMS | {"pipeline"},
    "serve": CURRENCY | {"query", "serve"},
    "cli": CURRENCY | {"pipeline", "serve"},
    "__main__": {"cli"},
    "__init__": {"query"},
}
RDF_LIBRARIES = {"rdflib", "pyoxigraph", "oxrdflib", "pyshacl"}


def _module(path: Path) -> str:
    return path.relative_to(APP).parts[0].removesuffix(".py")


def _imports(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} relative import"
            base = node.module or ""
            yield base, node.lineno
            if base == "app":
                yield from ((f"app.{alias.name}", node.lineno) for alias in node.names)


def test_no_other_edge_than_the_table() -> None:
    wrong = []
    for path in sorted(APP.rglob("*.py")):
        room = _module(path)
        for name, line in _imports(path):
            parts = name.split(".")
            if parts[0] != "app" or len(parts) < 2:
                continue
            if parts[1] not in ALLOWED[room]:
                wrong.append(f"{path.relative_to(APP.parent)}:{line} imports {name}")
    assert not wrong, "\n".join(wrong)


def test_every_room_is_in_the_table() -> None:
    assert {_module(p) for p in APP.rglob("*.py")} <= set(ALLOWED)


def test_the_web_process_imports_no_rdf_library() -> None:
    wrong = [
        f"{path.relative_to(APP.parent)}:{line} imports {name}"
        for path in sorted((APP / "serve").rglob("*.py"))
        for name, line in _imports(path)
        if name.split(".")[0] in RDF_LIBRARIES
    ]
    assert not wrong, "\n".join(wrong)


def test_iris_are_spelled_in_vocab_only() -> None:
    namespaces = ("w3id.org/contested-events", "www.w3.org/", "purl.org/", "www.wikidata.org/", "opengis.net/")
    wrong = [
        f"{path.relative_to(APP.parent)}:{node.lineno} spells {node.value!r}"
        for path in sorted(APP.rglob("*.py"))
        if path.name not in ("vocab.py", "settings.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.startswith(("http://", "https://"))
        and any(n in node.value for n in namespaces)
    ]
    assert not wrong, "\n".join(wrong)

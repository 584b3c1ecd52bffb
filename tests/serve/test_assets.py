"""Static files: hashed and compressed after a build, plain sources without one, and nothing else of the disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from starlette.responses import FileResponse

from app.errors import NotFoundError
from app.serve.assets import Assets
from app.serve.web.build import fingerprint, is_fresh

BUILT = {
    "src/query.js": {"file": "query-a1b2.js", "imports": ["_shared"], "css": ["query-c3.css"], "isEntry": True},
    "_shared": {"file": "shared-d4.js", "css": ["leaflet-e5.css"]},
    "css/shell.css": {"file": "shell-f6.css"},
}


@pytest.fixture
def assets(tmp_path: Path) -> Assets:
    """A built front end of three files, beside a secret."""
    static, sources = tmp_path / "static", tmp_path / "web"
    (sources / "css").mkdir(parents=True)
    static.mkdir()
    (tmp_path / "secret.js").write_text("secret")
    (static / "manifest.json").write_text(json.dumps(BUILT))
    (static / "query-a1b2.js").write_text("export {}")
    (static / "query-a1b2.js.br").write_bytes(b"packed")
    (sources / "css" / "shell.css").write_text("body {}")
    (sources / "build.py").write_text("")
    return Assets(static, sources)


def test_a_module_brings_its_styles_and_preloads_what_it_imports(assets: Assets) -> None:
    markup = str(assets.module("src/query.js"))
    assert [line.strip() for line in markup.splitlines()] == [
        '<link rel="stylesheet" href="/static/query-c3.css">',
        '<link rel="stylesheet" href="/static/leaflet-e5.css">',
        '<link rel="modulepreload" href="/static/shared-d4.js">',
        '<script type="module" src="/static/query-a1b2.js"></script>',
    ]


def test_without_a_build_styles_are_plain_and_scripts_are_left_out(assets: Assets, tmp_path: Path) -> None:
    bare = Assets(tmp_path / "absent", tmp_path / "web")
    assert 'href="/static/source/css/shell.css"' in bare.style("css/shell.css")
    assert bare.module("src/query.js") == ""
    assert bare.answer("source/css/shell.css", "").status_code == 200
    assert 'href="/static/shell-f6.css"' in assets.style("css/shell.css")


def test_hashed_files_are_kept_for_ever_and_compressed_where_taken(assets: Assets) -> None:
    packed, plain = assets.answer("query-a1b2.js", "gzip, br"), assets.answer("query-a1b2.js", "")
    assert packed.headers["content-encoding"] == "br"
    assert "content-encoding" not in plain.headers
    assert "immutable" in plain.headers["cache-control"]
    assert plain.headers["content-type"].startswith("text/javascript")
    assert isinstance(packed, FileResponse)


@pytest.mark.parametrize(
    "name",
    ["../secret.js", "..%2fsecret.js", ".sources", "", "source/build.py", "source/../secret.js", "/etc/x", "absent.js"],
)
def test_nothing_but_static_files_is_given(assets: Assets, name: str) -> None:
    with pytest.raises(NotFoundError):
        assets.answer(name, "")


def test_a_build_is_stale_once_a_source_changes(tmp_path: Path) -> None:
    web, static = tmp_path / "web", tmp_path / "static"
    (web / "node_modules").mkdir(parents=True)
    static.mkdir()
    (web / "a.js").write_text("1")
    assert not is_fresh(web, static)
    (static / ".sources").write_text(fingerprint(web))
    (web / "node_modules" / "part.js").write_text("not a source of ours")
    assert is_fresh(web, static)
    (web / "a.js").write_text("2")
    assert not is_fresh(web, static)

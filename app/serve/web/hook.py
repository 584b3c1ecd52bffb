"""The wheel's build hook: runs the Vite build and takes the project's data along, so that an installed package needs
neither node, nor a network, nor a checkout."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# What a build reads and a server asks, so that an installed program works in any folder.
PROJECT = ("ontology", "shapes/core.ttl", "shapes/quality.ttl", "queries", "data")


class WebBuildHook(BuildHookInterface[Any]):
    """Called by hatchling before a wheel is put together, also for an editable install."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the static files, which git ignores, and name them as part of the package."""
        if self.target_name != "wheel":
            return
        web = _load_build(Path(self.root))
        if version == "editable":
            try:
                web.build()
            except web.WebBuildError as error:  # pages work without scripts; `make web` and the tests insist
                self.app.display_warning(f"no styles and scripts were built: {error}\nTry again: make web")
            return
        web.build()
        build_data["artifacts"].append("/app/serve/static/**")
        build_data["force_include"].update({name: f"app/project/{name}" for name in PROJECT})


def _load_build(root: Path) -> ModuleType:
    """Load `build.py` by its path: the package is not installed yet."""
    spec = importlib.util.spec_from_file_location("rashomon_web_build", root / "app" / "serve" / "web" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

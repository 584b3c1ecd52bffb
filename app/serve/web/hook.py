"""The wheel's build hook: runs the Vite build, so that an installed package needs neither node nor a network."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WebBuildHook(BuildHookInterface[Any]):
    """Called by hatchling before a wheel is put together, also for an editable install."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the static files, which git ignores, and name them as part of the package."""
        if self.target_name != "wheel":
            return
        _load_build(Path(self.root)).build()
        build_data["artifacts"].append("/app/serve/static/**")


def _load_build(root: Path) -> ModuleType:
    """Load `build.py` by its path: the package is not installed yet."""
    spec = importlib.util.spec_from_file_location("rashomon_web_build", root / "app" / "serve" / "web" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

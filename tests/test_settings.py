"""Settings: environment, file, bounds, and the table of the documentation."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import SettingsError
from app.settings import Settings

TABLE = Path(__file__).parents[1] / "app" / "settings.md"


def test_documentation_holds_the_table() -> None:
    assert Settings.table() in TABLE.read_text("utf-8")


def test_every_setting_is_described() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_environment_wins_over_file_and_override_over_both(tmp_path: Path) -> None:
    file = tmp_path / "rashomon.toml"
    file.write_text("port = 1\nworkers = 3\n", "utf-8")
    environ = {"RASHOMON_CONFIG": str(file), "RASHOMON_PORT": "2"}
    assert (Settings.load(environ).port, Settings.load(environ).workers) == (2, 3)
    assert Settings.load(environ, port=4).port == 4


@pytest.mark.parametrize(("name", "value"), [("PORT", "99999"), ("WORKERS", "0"), ("BASE", "ftp://x"), ("PORT", "x")])
def test_bad_values_name_the_setting(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"RASHOMON_{name}"):
        Settings.load({f"RASHOMON_{name}": value})


def test_unreadable_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.toml"):
        Settings.load({"RASHOMON_CONFIG": str(tmp_path / "none.toml")})

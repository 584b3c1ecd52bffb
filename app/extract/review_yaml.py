"""YAML of reviews: strict, with the line of every mapping, so that an error can say where it is."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from app.errors import ReviewError


class Lined(dict[str, Any]):
    """A mapping that knows the line on which it begins (1-based)."""

    line: int = 1


class _Loader(yaml.SafeLoader):
    """SafeLoader that refuses duplicate keys and aliases, and keeps lines."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.MarkedYAMLError(problem="aliases are not taken", problem_mark=self.peek_event().start_mark)  # type: ignore[no-untyped-call]
        return super().compose_node(parent, index)


def _construct_mapping(loader: _Loader, node: yaml.MappingNode) -> Lined:
    result = Lined()
    result.line = node.start_mark.line + 1
    for key_node, value_node in node.value:
        key = str(loader.construct_object(key_node))
        if key in result:
            raise yaml.MarkedYAMLError(problem=f"the key {key!r} stands twice", problem_mark=key_node.start_mark)
        result[key] = loader.construct_object(value_node, deep=True)
    return result


_Loader.add_constructor("tag:yaml.org,2002:map", _construct_mapping)


def read_yaml(path: Path) -> Lined:
    """Return the mapping of a YAML file. Raises ReviewError with file:line."""
    try:
        value = yaml.load(path.read_text("utf-8"), Loader=_Loader)  # noqa: S506 - a subclass of SafeLoader
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        raise ReviewError("this is not YAML", where=where, why=str(getattr(error, "problem", error))) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ReviewError("the review cannot be read", where=str(path), why=str(error)) from error
    except (ValueError, TypeError, AttributeError, LookupError) as error:
        # What the constructors of scalars raise: a 30th of February, a tag whose value does not fit.
        raise ReviewError("this is not YAML", where=str(path), why=f"a value cannot be read: {error}") from error
    if not isinstance(value, Lined):
        raise ReviewError("a review is a mapping of fields", where=f"{path}:1")
    return value


def check_keys(value: Mapping[str, Any], known: Iterable[str], where: str) -> None:
    """Refuse unknown keys, with the nearest known one."""
    known = sorted(known)
    for key in value:
        if key not in known:
            near = difflib.get_close_matches(key, known, 1)
            advice = f"Did you mean {near[0]!r}?" if near else f"Known are {', '.join(known)}."
            raise ReviewError(f"unknown key {key!r}", where=where, advice=advice)


def as_date(value: object, where: str) -> date | None:
    """Return a date, None for None. Raises ReviewError."""
    if isinstance(value, datetime):
        return value.date()
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise ReviewError(f"{value!r} is no date (YYYY-MM-DD)", where=where) from error

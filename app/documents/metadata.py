"""Front matter and sidecars: strict YAML and JSON, and the fields that a document may carry."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import yaml

from app.model import TextRights

FIELDS = frozenset(
    {
        "title",
        "published",
        "publisher",
        "url",
        "language",
        "licence",
        "license",
        "digest",
        "type",
        "text_rights",
        "source",
    }
)
_MAX_CHARS = 2_000
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class MetadataError(ValueError):
    """Metadata that cannot be taken; `line` is 1-based within the metadata, or None."""

    def __init__(self, why: str, line: int | None = None) -> None:
        """`why` is a clause."""
        super().__init__(why)
        self.line = line


class _StrictLoader(yaml.SafeLoader):
    """YAML without duplicate keys, aliases, tags, dates and other readings of plain words: every scalar is text."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise MetadataError("it uses YAML aliases, which are not taken", mark.line + 1)
        # The constructors of explicit tags (`!!int word`) raise whatever Python raises, not errors of YAML.
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if getattr(event, "tag", None) is not None:
            raise MetadataError(f"it uses the YAML tag {event.tag!r}; tags are not taken", event.start_mark.line + 1)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            name = str(getattr(key, "value", key))
            if name in seen:
                raise MetadataError(f"the key {name!r} stands twice", key.start_mark.line + 1)
            seen.add(name)
        return super().construct_mapping(node, deep)


_StrictLoader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag in ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:null")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_yaml(text: str) -> Mapping[str, Any]:
    """Read front matter. Raises MetadataError with the line."""
    try:
        value = yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - a subclass of SafeLoader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        why = " ".join((getattr(error, "problem", None) or str(error)).split())
        raise MetadataError(f"its front matter is not YAML: {why}", mark.line + 1 if mark else None) from error
    except RecursionError as error:
        raise MetadataError("its front matter is nested too deep") from error
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise MetadataError("its front matter is not a mapping of fields", 1)
    return value


def read_json(text: str) -> Mapping[str, Any]:
    """Read a sidecar. Raises MetadataError with the line."""
    value = read_json_value(text)
    if not isinstance(value, dict):
        raise MetadataError("its sidecar is not an object", 1)
    return value


def read_json_value(text: str) -> Any:
    """Read JSON without duplicate keys and without what is no JSON (NaN). Raises MetadataError with the line."""
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise MetadataError(f"its sidecar is not JSON: {error.msg}", error.lineno) from error
    except RecursionError as error:
        raise MetadataError("its sidecar is nested too deep") from error
    except MetadataError:
        raise
    except ValueError as error:
        raise MetadataError("its sidecar holds a number of too many digits") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        names = [name for name, _ in pairs]
        raise MetadataError(f"the key {next(n for n in names if names.count(n) > 1)!r} stands twice")
    return result


def _no_constant(name: str) -> Any:
    raise MetadataError(f"its sidecar holds {name}, which is not JSON")


def check_fields(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of `Document` that metadata give, without unknown keys. Raises MetadataError."""
    fields: dict[str, Any] = {}
    for key in ("title", "publisher", "language", "published"):
        if (value := _text(values, key)) is not None:
            fields[key] = value
    licence = _text(values, "licence") or _text(values, "license")
    if licence:
        fields["licence"] = licence
    url = _text(values, "url") or _text(values, "source")
    if url:
        fields["url"] = _url(url)
    if "published" in fields:
        check_edtf(fields["published"])
    if "language" in fields and not _LANGUAGE.fullmatch(fields["language"]):
        raise MetadataError(f"language holds {fields['language']!r}, not a language tag such as en or ar-SY")
    digest = values.get("digest")
    if digest not in (None, True, False, "true", "false"):
        raise MetadataError(f"digest holds {digest!r}, not true or false")
    fields["is_digest"] = digest in (True, "true") or values.get("type") == "digest"
    if (rights := _text(values, "text_rights")) is not None:
        if rights not in set(TextRights):
            raise MetadataError(f"text_rights holds {rights!r}, not none, quotes or full")
        fields["text_rights"] = TextRights(rights)
    return fields


def _text(values: Mapping[str, Any], key: str) -> str | None:
    value = values.get(key)
    if value is None or value == "":
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise MetadataError(f"{key} holds {type(value).__name__}, not text")
    value = " ".join(value.split())
    if len(value) > _MAX_CHARS:
        raise MetadataError(f"{key} is longer than {_MAX_CHARS} characters")
    if any(ord(c) < 32 or 0xD800 <= ord(c) <= 0xDFFF for c in value):
        raise MetadataError(f"{key} holds control characters")
    return value or None


def _url(value: str) -> str:
    try:
        parts = urlsplit(value)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        valid = False
    if not valid or re.search(r'[\s<>"{}|\\^`]', value):
        raise MetadataError(f"url holds {value[:80]!r}, not an http or https address")
    return value


def check_edtf(value: str) -> None:
    """Require a calendar day, month or year in EDTF. Raises MetadataError."""
    match = re.fullmatch(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", value, re.ASCII)
    try:
        valid = match is not None and bool(date(int(match[1]), int(match[2] or 1), int(match[3] or 1)))
    except ValueError:
        valid = False
    if not valid:
        raise MetadataError(f"published holds {value[:40]!r}, not a date such as 2018-12-07, 2018-12 or 2018")

"""What a reader chose, as it stands in the page's address; whatever does not fit is refused with its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from app.errors import UsageError

_FACETS = ("type", "actor", "claimant", "stance", "precision")
_NAMES = {"as_known": "as-known"}


@dataclass(frozen=True, slots=True)
class Choice:
    """The day by which things were published, one value a facet (a local name or an IRI; empty: any), the view."""

    as_known: str = ""
    type: str = ""
    actor: str = ""
    claimant: str = ""
    stance: str = ""
    precision: str = ""
    contested: bool = False
    view: str = "list"

    @property
    def facets(self) -> dict[str, str]:
        """The facets that narrow."""
        return {name: value for name in _FACETS if (value := getattr(self, name))}

    @property
    def narrows(self) -> bool:
        """Whether anything is chosen."""
        return bool(self.facets or self.as_known or self.contested)

    def address(self, **changes: Any) -> str:
        """The address of this page with other choices."""
        values = asdict(replace(self, **changes))
        if values["view"] == "list":
            del values["view"]
        values["contested"] = "1" if values["contested"] else ""
        kept = {_NAMES.get(name, name): value for name, value in values.items() if value}
        return "/explore" + ("?" + urlencode(kept) if kept else "")


def read_choice(parameters: Mapping[str, str], *, base: str, vocabulary: str) -> Choice:
    """Read the parameters of an address. Raises UsageError."""
    known = parameters.get("as-known", "")
    if known:
        try:
            known = date.fromisoformat(known).isoformat()
        except ValueError as error:
            raise UsageError(
                "as-known is not a calendar date",
                where=f"as-known={known}",
                advice="Give it as YYYY-MM-DD, or leave it out.",
            ) from error
    view = parameters.get("view", "list")
    if view not in ("list", "table"):
        raise UsageError(f"no view {view!r}", where="view", advice="There are list and table.")
    return Choice(
        as_known=known,
        type=_full(parameters.get("type", ""), vocabulary),
        actor=_full(parameters.get("actor", ""), f"{base}id/"),
        claimant=_full(parameters.get("claimant", ""), f"{base}id/"),
        stance=parameters.get("stance", ""),
        precision=_full(parameters.get("precision", ""), vocabulary),
        contested=parameters.get("contested", "") in ("1", "on", "true"),
        view=view,
    )


def _full(value: str, namespace: str) -> str:
    """An IRI, also where only its last part is given."""
    return value if not value or "://" in value else namespace + value

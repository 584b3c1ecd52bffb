"""What a reader chose, as it stands in the page's address; whatever does not fit is refused with its name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from app.errors import UsageError

_FACETS = ("type", "actor", "claimant", "stance", "precision")
_NAMES = {"as_known": "as-known"}
_MOST_VALUES = 50


@dataclass(frozen=True, slots=True)
class Choice:
    """The day by which things were published, the values of each facet (any of them will do; none: all), the view."""

    as_known: str = ""
    type: tuple[str, ...] = ()
    actor: tuple[str, ...] = ()
    claimant: tuple[str, ...] = ()
    stance: tuple[str, ...] = ()
    precision: tuple[str, ...] = ()
    contested: bool = False
    view: str = "list"

    @property
    def facets(self) -> dict[str, tuple[str, ...]]:
        """The facets that narrow, with what was chosen of each."""
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
        return "/explore" + ("?" + urlencode(kept, doseq=True) if kept else "")

    def start(self) -> str:
        """The address of the same view with nothing chosen."""
        return Choice(view=self.view).address()


def read_choice(parameters: QueryParams, *, base: str, vocabulary: str) -> Choice:
    """Read the parameters of an address; a facet may stand in it several times. Raises UsageError."""
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
    things = f"{base}id/"
    spaces = {"type": vocabulary, "actor": things, "claimant": things, "stance": "", "precision": vocabulary}
    return Choice(
        as_known=known,
        contested=parameters.get("contested", "") in ("1", "on", "true"),
        view=view,
        **{name: _values(name, parameters.getlist(name), space) for name, space in spaces.items()},
    )


def _values(name: str, given: Iterable[str], namespace: str) -> tuple[str, ...]:
    """What was chosen as IRIs, also where only last parts are given; in one order, so that one choice is one key."""
    values = tuple(sorted({value if "://" in value else namespace + value for value in given if value}))
    if len(values) > _MOST_VALUES:
        raise UsageError(
            f"{len(values)} values of one facet",
            where=name,
            advice=f"At most {_MOST_VALUES} of each can be chosen here; ask for more in SPARQL at /query.",
        )
    return values

"""Long lists in pages: a slice with its number, and addresses of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """One page of a list; `before` and `after` are addresses of its neighbours, empty where there is none."""

    items: tuple[T, ...]
    number: int
    pages: int
    total: int
    before: str
    after: str


def cut(
    items: Sequence[T], parameters: QueryParams, *, name: str = "page", size: int = 50, fragment: str = ""
) -> Slice[T]:
    """Return the page of a list that the parameter `name` asks for, or the nearest one that there is."""
    pages = max(1, -(-len(items) // size))
    wanted = parameters.get(name, "1")
    number = min(max(int(wanted), 1), pages) if wanted.isascii() and wanted.isdigit() and len(wanted) < 9 else 1

    def address(page: int) -> str:
        kept = [(k, v) for k, v in parameters.multi_items() if k != name]
        return "?" + urlencode([*kept, (name, str(page))]) + (f"#{fragment}" if fragment else "")

    return Slice(
        tuple(items[(number - 1) * size : number * size]),
        number,
        pages,
        len(items),
        address(number - 1) if number > 1 else "",
        address(number + 1) if number < pages else "",
    )

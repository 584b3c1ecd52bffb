"""Templates: everything escaped, links only where they are safe, labels with their language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.resources import files
from typing import Any
from urllib.parse import quote, urlsplit

from jinja2 import Environment, FunctionLoader, select_autoescape

from app.serve.assets import ASSETS
from app.serve.pages.words import Words, counted, edtf_words
from app.vocab import CEV, PREFIXES, local_name

Row = Mapping[str, Any]
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}")


@dataclass(frozen=True, slots=True)
class Pages:
    """Renders pages of one server; `base` is the IRI base of the data, whose things have pages here."""

    base: str
    _environment: list[Environment] = field(default_factory=list, repr=False)

    def environment(self) -> Environment:
        """Return the template environment, made once: it escapes everything and knows which links are safe."""
        if not self._environment:
            env = Environment(
                loader=FunctionLoader(_template), autoescape=select_autoescape(default=True), trim_blocks=True,
            )  # fmt: skip
            env.filters.update(
                local=self.local,
                short=short,
                linkable=linkable,
                counted=counted,
                edtf=edtf_words,
                name=local_name,
                language=language,
            )
            env.globals.update(ASSETS.globals(), version=version("rashomon"))
            self._environment.append(env)
        return self._environment[0]

    def local(self, iri: str) -> str:
        """The path on this server of a thing of the data or a term of the ontology, or an empty string."""
        if iri.startswith(CEV):
            return "/ontology#" + quote(iri.removeprefix(CEV))
        if not iri.startswith(self.base + "id/"):
            return ""
        return "/" + quote(iri.removeprefix(self.base), safe="/%:@!$&'()*+,;=~-._")

    def render(self, template: str, *, snapshot: str, **values: Any) -> str:
        """Render a template."""
        return self.environment().get_template(template).render(snapshot=snapshot, **values)


class Labels:
    """The labels of one page by thing: English if there is one, else one without a language, else the first."""

    def __init__(self, rows: Iterable[Row]) -> None:
        """Rows hold `thing`, `label` and `lang`."""
        self._best: dict[str, tuple[tuple[int, str, str], Words]] = {}
        for row in rows:
            label = Words(row["label"], row.get("lang") or "")
            rank = (0 if label.lang.split("-")[0] == "en" else 1 if not label.lang else 2, label.lang, label.text)
            if row["thing"] not in self._best or rank < self._best[row["thing"]][0]:
                self._best[row["thing"]] = (rank, label)

    def of(self, iri: str) -> Words:
        """The label of a thing, else its IRI in short."""
        found = self._best.get(iri)
        return found[1] if found else Words(short(iri))


def short(iri: str) -> str:
    """An IRI as prefix:name where a prefix is known, else its last part."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return local_name(iri) or iri


def language(tag: str | None) -> str:
    """A language tag that is well-formed (BCP 47, in outline), else an empty string."""
    return tag if tag and _LANGUAGE.fullmatch(tag) else ""


def linkable(iri: str) -> bool:
    """Whether an IRI may become a link: http and https only, so that no data runs as script."""
    try:
        return urlsplit(iri).scheme in ("http", "https")
    except ValueError:
        return False


def _template(name: str) -> str:
    return (files("app.serve") / "templates" / name).read_text("utf-8")

"""Addresses that pages give: the query behind a number, a report on a statement."""

from __future__ import annotations

import re
from urllib.parse import urlencode

# What may stand between < and > in SPARQL (IRIREF); anything else would end it.
_IRIREF = re.compile(r"[^\x00-\x20<>\"{}|^`\\]+")


def open_in_query(text: str, variable: str = "", iri: str = "") -> str:
    """The address of the workbench with a prepared query in it, its variable given by a trailing VALUES block."""
    if iri:
        if not _IRIREF.fullmatch(iri):
            return "/query"
        text = f"{text.rstrip()}\nVALUES ?{variable} {{ <{iri}> }}\n"
    return "/query?" + urlencode({"query": text})

"""A citation in the formats of reference managers: BibTeX, CSL-JSON and RIS."""

from __future__ import annotations

import json

from app.serve.citations import Citation

# Name of the format -> media type and file ending.
FORMATS = {
    "json": ("application/json", "json"),
    "bibtex": ("application/x-bibtex", "bib"),
    "csl": ("application/vnd.citationstyles.csl+json", "json"),
    "ris": ("application/x-research-info-systems", "ris"),
}
_AUTHOR = "Rashomon project"
_BIBTEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        **{sign: "\\" + sign for sign in "&%$#_"},
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)


def _note(citation: Citation) -> str:
    return f"Snapshot {citation.snapshot}; {citation.rows} rows; SHA-256 of the result {citation.result_hash}"


def write_bibtex(citation: Citation, url: str) -> str:
    """The citation as a BibTeX entry."""
    year, month, _ = citation.created[:10].split("-")
    fields = {
        "title": "{" + citation.title.translate(_BIBTEX) + "}",
        "author": "{" + _AUTHOR + "}",
        "year": year,
        "month": str(int(month)),
        "url": url,
        "urldate": citation.created[:10],
        "version": citation.snapshot,
        "note": _note(citation).translate(_BIBTEX),
    }
    inside = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@misc{{rashomon-{citation.hash},\n{inside}\n}}\n"


def write_csl(citation: Citation, url: str) -> str:
    """The citation as a CSL-JSON list of one item."""
    day = [[int(part) for part in citation.created[:10].split("-")]]
    item = {
        "id": f"rashomon-{citation.hash}",
        "type": "dataset",
        "title": citation.title,
        "author": [{"literal": _AUTHOR}],
        "issued": {"date-parts": day},
        "accessed": {"date-parts": day},
        "version": citation.snapshot,
        "URL": url,
        "note": _note(citation),
    }
    return json.dumps([item], ensure_ascii=False, indent=1) + "\n"


def write_ris(citation: Citation, url: str) -> str:
    """The citation as a RIS record."""
    day = citation.created[:10].replace("-", "/")
    lines = [
        ("TY", "DATA"),
        ("ID", f"rashomon-{citation.hash}"),
        ("TI", citation.title),
        ("AU", _AUTHOR),
        ("PY", day[:4]),
        ("DA", day),
        ("ET", citation.snapshot),
        ("UR", url),
        ("Y2", day),
        ("N1", _note(citation)),
        ("ER", ""),
    ]
    return "".join(f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in lines)

"""The data set in schema.org words, for search engines of data."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup

from app.serve.dumps import DumpFile
from app.serve.pages.words import LICENCE
from app.vocab import SDO

_MEDIA = {
    "ttl": "text/turtle",
    "trig": "application/trig",
    "nq": "application/n-quads",
    "jsonld": "application/ld+json",
    "csv": "text/csv",
}


def dataset_card(manifest: Mapping[str, Any], root: str, files: Iterable[DumpFile]) -> Markup:
    """Return JSON-LD for a script element; `<`, `>` and `&` are escaped, so that nothing in it ends the element."""
    card = {
        "@context": SDO,
        "@type": "Dataset",
        "@id": f"{manifest.get('base', root + '/')}id/dataset",
        "name": "Rashomon: contested events",
        "description": "Who says what about which conflict event, in which words. Every value is somebody's claim.",
        "url": f"{root}/data",
        "license": LICENCE,
        "isAccessibleForFree": True,
        "version": manifest.get("id", ""),
        "dateModified": str(manifest.get("built_at", ""))[:10],
        "keywords": ["conflict events", "contested claims", "attribution", "RDF", "SPARQL"],
        "distribution": [
            {
                "@type": "DataDownload",
                "contentUrl": f"{root}/dumps/{file.name}",
                "encodingFormat": _MEDIA.get(file.name.split(".")[1], "application/octet-stream"),
                "contentSize": str(file.size),
                "sha256": file.sha256,
            }
            for file in files
        ],
    }
    text = json.dumps(card, ensure_ascii=True)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704

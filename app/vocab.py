"""Namespaces and the minting of IRIs: the only place where an IRI is spelled.

IRIs are minted from content, never from order or time. A name becomes a path segment by NFC and percent-encoding of
everything but unreserved characters (RFC 3986, `~` excepted); a segment over 160 bytes is cut and closed with `~` and a
digest, so that minting stays injective over NFC strings and every IRI below 1 kB.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from app.model import Iri, Span

DEFAULT_BASE = "https://w3id.org/contested-events/"
ONTOLOGY = "https://w3id.org/contested-events/ns"
CEV = "https://w3id.org/contested-events/ns#"
CEVS = "https://w3id.org/contested-events/shapes#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
DCAT = "http://www.w3.org/ns/dcat#"
PROV = "http://www.w3.org/ns/prov#"
GEO = "http://www.opengis.net/ont/geosparql#"
SH = "http://www.w3.org/ns/shacl#"
VOID = "http://rdfs.org/ns/void#"
SD = "http://www.w3.org/ns/sparql-service-description#"
NP = "http://www.nanopub.org/nschema#"
OA = "http://www.w3.org/ns/oa#"
SDO = "https://schema.org/"
WD = "http://www.wikidata.org/entity/"

PREFIXES: dict[str, str] = {
    "cev": CEV,
    "dcat": DCAT,
    "dcterms": DCTERMS,
    "geo": GEO,
    "owl": OWL,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "skos": SKOS,
    "void": VOID,
    "wd": WD,
    "xsd": XSD,
}

_MAX_SEGMENT_BYTES = 160


def segment(name: str) -> str:
    """Return `name` as one IRI path segment: NFC, percent-encoded, at most 160 + 33 bytes, injective."""
    encoded = quote(unicodedata.normalize("NFC", name), safe="").replace("~", "%7E")
    if encoded in (".", "..", ""):
        encoded = encoded.replace(".", "%2E") or "%00"
    if len(encoded) <= _MAX_SEGMENT_BYTES:
        return encoded
    cut = encoded[:_MAX_SEGMENT_BYTES]
    cut = re.sub(r"%.?$", "", cut)
    return f"{cut}~{digest(name)}"


def slug(name: str) -> str:
    """Return a short readable ASCII form of `name` for a segment; not injective, so it never stands alone."""
    flat = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", flat).strip("-")[:48].strip("-")


def digest(*parts: str, length: int = 32) -> str:
    """Return the first `length` hexadecimal digits of the SHA-256 of the NFC parts, joined unambiguously."""
    joined = "".join(f"{len(p)}:{p}" for p in (unicodedata.normalize("NFC", p) for p in parts))
    return hashlib.sha256(joined.encode()).hexdigest()[:length]


def local_name(iri: str) -> str:
    """Return what follows the last `#` or `/`."""
    return re.split(r"[#/]", iri)[-1]


def cev(name: str) -> Iri:
    """Return the IRI of an ontology term."""
    return Iri(CEV + name)


def wikidata(qid: str) -> Iri:
    """Return the IRI of a Wikidata item."""
    return Iri(WD + qid)


@dataclass(frozen=True, slots=True)
class Minter:
    """Mints every IRI of the data under one base (a setting; ends in `/`)."""

    base: str = DEFAULT_BASE

    def _id(self, kind: str, *segments: str) -> Iri:
        return Iri(f"{self.base}id/{kind}/{'/'.join(segments)}")

    def document(self, document_id: str) -> Iri:
        """The IRI of a source document."""
        return self._id("document", segment(document_id))

    def document_graph(self, document_id: str) -> Iri:
        """The named graph that holds what one document says."""
        return Iri(f"{self.base}graph/document/{segment(document_id)}")

    def graph(self, name: str) -> Iri:
        """One of the other named graphs: reference, linking, propositions, ontology, dataset."""
        return Iri(f"{self.base}graph/{segment(name)}")

    def statement(
        self, document_id: str, evidence: Span, claimants: Iterable[str], event_type: str, ordinal: int
    ) -> Iri:
        """The IRI of a statement: from document, first span, claimants and event type; `ordinal` (from 1) parts
        equals."""
        key = digest(document_id, f"{evidence.start}-{evidence.end}", event_type, *sorted(claimants), length=16)
        return self._id("statement", segment(document_id), key if ordinal == 1 else f"{key}-{ordinal}")

    def part(self, kind: str, whole: Iri, *parts: str) -> Iri:
        """The IRI of a node that belongs to another one (an account, figure, time, mention), under that one's path."""
        tail = whole.removeprefix(f"{self.base}id/").split("/", 1)[1]
        return self._id(kind, "/".join((tail, *parts)))

    def mention(self, document_id: str, span: Span, target: Iri) -> Iri:
        """The IRI of a mention: from document, span and what it expresses or refers to."""
        return self._id("mention", segment(document_id), f"{span.start}-{span.end}-{digest(target, length=12)}")

    def document_event(self, document_id: str, key: str) -> Iri:
        """The IRI of an event as one document has it; `key` is minted from content by the caller."""
        return self._id("event", segment(document_id), segment(key))

    def merged_event(self, smallest_member: Iri) -> Iri:
        """The IRI of the hub of events merged across documents, from its smallest member."""
        return self._id("event", "m-" + digest(smallest_member, length=16))

    def actor(self, key: str) -> Iri:
        """The IRI of an actor of the reference data."""
        return self._id("actor", segment(key))

    def place(self, key: str) -> Iri:
        """The IRI of a place of the reference data."""
        return self._id("place", segment(key))

    def unlinked(self, kind: str, document_id: str, name: str) -> Iri:
        """The IRI of an actor, place, instrument or target that only one document knows."""
        return self._id(kind, segment(document_id), segment(unicodedata.normalize("NFC", name).casefold()))

    def proposition(self, event: str, property_iri: str, value: str) -> Iri:
        """The IRI of a proposition: from event, property and value (an IRI or a literal's N-Triples form)."""
        return self._id("proposition", digest(event, property_iri, value, length=20))

    def run(self, document_id: str, generator: str) -> Iri:
        """The IRI of the activity in which `generator` (or a reviewer) read a document."""
        return self._id("run", segment(document_id), segment(generator))

    def agent(self, name: str) -> Iri:
        """The IRI of a piece of software or a reviewer."""
        return self._id("agent", segment(name))

    def expand(self, reference: str) -> Iri:
        """Return the IRI that a person's short form means: `actor/russia`, `cev:Chlorine`, or a full IRI as it is."""
        if reference.startswith("cev:"):
            return cev(reference.removeprefix("cev:"))
        if re.match(r"[a-z][a-z0-9+.-]*:", reference):
            return Iri(reference)
        return Iri(f"{self.base}id/{reference.removeprefix('id/')}")

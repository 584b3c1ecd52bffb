"""The checks that are code, not shapes: their names, what they promise, and how their findings become results."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.validate.report import Result, Severity
from app.vocab import CEVS


@dataclass(frozen=True, slots=True)
class Check:
    """One check in code: its IRI beside those of the shapes, its label, and what a person should do."""

    name: str
    label: str
    advice: str
    severity: Severity = Severity.VIOLATION

    @property
    def iri(self) -> str:
        """The IRI under which reports name the check."""
        return CEVS + self.name

    def result(self, focus: str, message: str, *, path: str | None = None, value: str | None = None) -> Result:
        """Return a finding of this check as a result, as yet without document, file and line."""
        return Result(
            severity=self.severity,
            shape=self.iri,
            shape_label=self.label,
            focus=focus,
            message=message,
            path=path,
            value=value,
            advice=self.advice,
        )


QUOTE = Check("QuoteCheck", "A quote is the text of its span", "Take offsets and quote from the same text again.")
FROZEN = Check(
    "FrozenTextCheck",
    "The text is the one that was read",
    "Read the document again; its text has changed under the graph.",
)
PLAIN_TERMS = Check(
    "PlainTermsCheck",
    "No blank nodes, no unknown datatypes, no hidden characters",
    "Mint an IRI, or use a datatype of the model.",
)
ONE_DOCUMENT = Check(
    "OneDocumentCheck",
    "A document's graph describes that document",
    "Write each document into a named graph of its own.",
)
NEUTRAL_LABEL = Check(
    "NeutralLabelCheck",
    "Labels use no loaded words",
    "Use the neutral words of data/naming.yaml; loaded words stay in quotes.",
)
ONE_GRAPH = Check(
    "OneGraphCheck",
    "Every triple stands in one graph",
    "Write the triple once: in the document's graph or in the reference data.",
)
NO_CYCLE = Check("NoCycleCheck", "Nothing is part of itself", "Break the circle: look at the part-of links named.")
NO_DANGLING = Check(
    "NoDanglingCheck", "Every link ends at something described", "Describe the node, or take the link away."
)
PROPOSITION = Check(
    "PropositionCheck", "A proposition says of its statements what they say", "Derive the propositions again."
)
OWN_ACCOUNT = Check("OwnAccountCheck", "An account has one statement", "Give each statement an account of its own.")
FIREWALL = Check(
    "FirewallQuery", "A firewall query holds", "Look at the nodes that the query names; nothing may be published."
)


def all_checks() -> Iterator[Check]:
    """All checks in code, in the order of this file."""
    yield from (value for value in globals().values() if isinstance(value, Check))

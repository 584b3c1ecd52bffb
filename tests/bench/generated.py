"""A generated graph of the event model, of any size: the same quads for the same size."""

from __future__ import annotations

from collections.abc import Iterator

from app.vocab import CEV, RDF, XSD

_ID = "https://example.org/id/"
_TYPES = ("Attack", "ChemicalAttack", "AirRaid", "Shelling", "Truce", "Investigation")


def lines(quads: int) -> Iterator[bytes]:
    """Yield about `quads` lines of N-Quads: documents of twenty statements, each with account, mention and time."""
    made = number = 0
    while made < quads:
        for line in _statement(number):
            yield line.encode()
            made += 1
        number += 1


def _statement(number: int) -> list[str]:
    graph = f"<{_ID}graph/{number // 20}>"
    statement, account, mention = (f"<{_ID}{kind}/{number}>" for kind in ("statement", "account", "mention"))

    def quad(s: str, p: str, o: str) -> str:
        predicate = f"<{RDF}type>" if p == "a" else f"<{CEV}{p}>"
        return f"{s} {predicate} {o} {graph} .\n"

    day = f'"20{10 + number % 15:02}-{1 + number % 12:02}-{1 + number % 28:02}"^^<{XSD}date>'
    return [
        quad(statement, "a", f"<{CEV}AttributedStatement>"),
        quad(statement, "claimant", f"<{_ID}actor/{number * 7 % 900}>"),
        quad(statement, "polarity", f"<{CEV}{'Denied' if number % 4 == 0 else 'Affirmed'}>"),
        quad(statement, "claimantCertainty", f"<{CEV}Certain>"),
        quad(statement, "hasAccount", account),
        quad(account, "a", f"<{CEV}EventAccount>"),
        quad(account, "accountOf", f"<{_ID}event/{number // 3}>"),
        quad(account, "statesEventType", f"<{CEV}{_TYPES[number % 6]}>"),
        quad(account, "statesPerpetrator", f"<{_ID}actor/{number * 11 % 900}>"),
        quad(account, "statesPlace", f"<{_ID}place/{number * 13 % 4000}>"),
        quad(account, "statesTime", f"<{_ID}time/{number}>"),
        quad(f"<{_ID}time/{number}>", "earliest", day),
        quad(mention, "a", f"<{CEV}Mention>"),
        quad(mention, "expresses", statement),
        quad(mention, "charStart", f'"{number % 3000}"^^<{XSD}integer>'),
        quad(mention, "quote", f'"words of statement {number} about an event that some claimant puts forward"'),
    ]

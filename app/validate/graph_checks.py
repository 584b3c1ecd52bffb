"""What holds only of the whole graph: one graph per triple, no circles, no dangling links, honest propositions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import pyoxigraph as ox

from app.validate.classes import TYPE, Context
from app.validate.findings import NO_CYCLE, NO_DANGLING, ONE_GRAPH, OWN_ACCOUNT, PROPOSITION
from app.validate.report import Result
from app.validate.terms import text_of
from app.vocab import CEV, PROV, SKOS, cev

_STATEMENT, _ACCOUNT, _HAS_ACCOUNT = cev("AttributedStatement"), cev("EventAccount"), cev("hasAccount")
_PART_OF = (cev("partOfActor"), cev("withinPlace"), cev("sameMatterAs"), cev("broaderInstrument"), SKOS + "broader")
# Links whose ends are outside our data: addresses and items of Wikidata.
_OUTSIDE = frozenset([cev("denialScope"), cev("property"), cev("statesEventType"), cev("reportedType")])
_PROV_LINKS = frozenset(PROV + n for n in ("wasGeneratedBy", "used", "wasAssociatedWith"))
_LINKS = ("affirmedIn", "deniedIn", "doubtedIn", "undeterminedIn", "askedIn", "supposedIn")
# Values that propositions give in a form of their own: a day range, a number without its words.
_REWRITTEN = frozenset([cev("statesTime"), cev("statesCasualties")])


# What propositions are held against: of statements, and of accounts besides what they state.
_SAID = frozenset(["hasAccount", "polarity", "claimantCertainty", "denialScope", "accountOf", "modality"])
Facts = dict[str, list[str]]


class GraphChecks:
    """Checks of a graph in two readings: `know` keeps little of every node, `check` judges one node after the other."""

    def __init__(self) -> None:
        """Start with an empty graph."""
        self.types: dict[str, tuple[str, ...]] = {}
        self._same: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._facts: dict[str, Facts] = {}
        self._above: dict[str, dict[str, list[str]]] = {p: {} for p in _PART_OF}
        self._dangling: dict[str, Result] = {}
        self._holder: dict[str, str] = {}

    def know(self, node: str, quads: Sequence[ox.Quad]) -> None:
        """Take all quads of one node: its classes, and what it says if it is a statement or an account."""
        classes = tuple(text_of(q.object) for q in quads if q.predicate.value == TYPE)
        if classes:
            self.types[node] = self._same.setdefault(classes, classes)
        if _STATEMENT in classes or _ACCOUNT in classes:
            own = self._facts[node] = {}
            for quad in quads:
                name = quad.predicate.value.removeprefix(CEV)
                if name in _SAID or name.startswith("states"):
                    own.setdefault(name, []).append(text_of(quad.object))

    def check(self, node: str, quads: Sequence[ox.Quad], context: Context) -> Iterator[Result]:
        """Yield what is wrong with one node, given all its quads in canonical order, when every node is known."""
        yield from _check_one_graph(quads)
        own: Facts = {}
        for quad in quads:
            predicate = quad.predicate.value
            if isinstance(quad.object, ox.NamedNode):
                self._follow(node, predicate, quad.object.value, context)
            if predicate == _HAS_ACCOUNT:
                account = text_of(quad.object)
                if self._holder.setdefault(account, node) != node:
                    yield OWN_ACCOUNT.result(account, "An account is held by two statements", value=node)
            if predicate.startswith(CEV):
                own.setdefault(predicate.removeprefix(CEV), []).append(text_of(quad.object))
        if "about" in own and "property" in own:
            yield from self._check_proposition(node, own)

    def finish(self) -> Iterator[Result]:
        """Yield what shows only when all nodes were checked: circles, and links that end nowhere."""
        for predicate, above in self._above.items():
            for node in find_cycle_nodes(above):
                yield NO_CYCLE.result(node, "A node is part of itself", path=predicate)
        yield from (result for _, result in sorted(self._dangling.items()))

    def _follow(self, node: str, predicate: str, target: str, context: Context) -> None:
        """Take one link; where nothing describes its end, its first use is kept."""
        above = self._above.get(predicate)
        if above is not None:
            above.setdefault(node, []).append(target)
        if predicate in _OUTSIDE or not (predicate.startswith(CEV) or predicate in _PROV_LINKS):
            return
        if target not in self.types and not context.types(target) and target not in self._dangling:
            self._dangling[target] = NO_DANGLING.result(
                node, "A link ends at a node that nothing describes", path=predicate, value=target
            )

    def _check_proposition(self, node: str, own: Facts) -> Iterator[Result]:
        """Hold a proposition against polarity, certainty, modality, event and values of the statements it names."""
        for link in _LINKS:
            for statement in sorted(own.get(link, [])):
                reason = _contradiction(link, own, self._facts.get(statement, {}), self._facts)
                if reason:
                    yield PROPOSITION.result(node, reason, path=cev(link), value=statement)


def _check_one_graph(quads: Sequence[ox.Quad]) -> Iterator[Result]:
    for one, two in pairwise(quads):
        if one.triple == two.triple and one.graph_name != two.graph_name:
            graphs = " and ".join(sorted(str(q.graph_name) for q in (one, two)))
            yield ONE_GRAPH.result(
                text_of(one.subject),
                f"A triple stands in two graphs: {graphs}",
                path=one.predicate.value,
                value=text_of(one.object),
            )


def find_cycle_nodes(above: dict[str, list[str]]) -> list[str]:
    """Return the nodes that reach themselves, sorted; linear in the number of links (Tarjan, without recursion)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    found: set[str] = set()
    for root in sorted(above):
        if root in index:
            continue
        work: list[tuple[str, Iterator[str]]] = []
        _enter(root, above, index, low, stack, on_stack, work)
        while work:
            node, rest = work[-1]
            step = next(rest, None)
            if step is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    members = _leave(node, stack, on_stack)
                    if len(members) > 1 or node in above.get(node, []):
                        found.update(members)
            elif step not in index:
                _enter(step, above, index, low, stack, on_stack, work)
            elif step in on_stack:
                low[node] = min(low[node], index[step])
    return sorted(found)


def _enter(
    node: str,
    above: dict[str, list[str]],
    index: dict[str, int],
    low: dict[str, int],
    stack: list[str],
    on_stack: set[str],
    work: list[tuple[str, Iterator[str]]],
) -> None:
    index[node] = low[node] = len(index)
    stack.append(node)
    on_stack.add(node)
    work.append((node, iter(above.get(node, []))))


def _leave(node: str, stack: list[str], on_stack: set[str]) -> list[str]:
    members = []
    while True:
        member = stack.pop()
        on_stack.discard(member)
        members.append(member)
        if member == node:
            return members


def _contradiction(
    link: str,
    proposition: Facts,
    statement: Facts,
    facts: dict[str, Facts],
) -> str | None:
    accounts = statement.get("hasAccount", [])
    if len(accounts) != 1:
        return "A proposition names a statement that has no account"
    account = facts.get(accounts[0], {})
    if account.get("accountOf") != proposition["about"]:
        return "A proposition is about another event than the account of its statement"
    name = proposition["property"][0]
    if name not in _REWRITTEN and not set(proposition.get("value", [])) & set(account.get(name.removeprefix(CEV), [])):
        return "A proposition has a value that the account of its statement does not state"
    polarity = [p.removeprefix(CEV) for p in statement.get("polarity", [])]
    certainty = [c.removeprefix(CEV) for c in statement.get("claimantCertainty", [])]
    modality = [m.removeprefix(CEV) for m in account.get("modality", [])]
    actual = modality == ["Actual"]
    holds = {
        "affirmedIn": actual and (not polarity or (polarity == ["Affirmed"] and certainty == ["Certain"])),
        "deniedIn": actual and polarity == ["Denied"] and certainty == ["Certain"],
        "doubtedIn": actual and polarity in (["Affirmed"], ["Denied"]) and certainty in (["Probable"], ["Possible"]),
        "undeterminedIn": actual and polarity == ["Undetermined"],
        "askedIn": modality == ["Requested"] or not polarity,
        "supposedIn": not actual,
    }
    if not holds[link]:
        says = ", ".join([*polarity, *certainty, *modality])
        return f"A proposition is {link} a statement that does not say so ({says})"
    scope = statement.get("denialScope", [])
    if link in ("deniedIn", "undeterminedIn") and scope and scope[0] not in (cev("WholeAccount"), name):
        return "A proposition is denied by a statement whose denial has another scope"
    return None

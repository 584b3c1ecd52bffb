"""What holds only of the whole graph: one graph per triple, no circles, no dangling links, honest propositions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pyoxigraph as ox

from app.validate.classes import TYPE, Context
from app.validate.findings import NO_CYCLE, NO_DANGLING, ONE_GRAPH, OWN_ACCOUNT, PROPOSITION
from app.validate.report import Result
from app.validate.terms import text_of
from app.vocab import CEV, PROV, SKOS, cev

_PART_OF = (cev("partOfActor"), cev("withinPlace"), cev("sameMatterAs"), cev("broaderInstrument"), SKOS + "broader")
# Links whose ends are outside our data: addresses and items of Wikidata.
_OUTSIDE = frozenset([cev("denialScope"), cev("property"), cev("statesEventType"), cev("reportedType")])
_PROV_LINKS = frozenset(PROV + n for n in ("wasGeneratedBy", "used", "wasAssociatedWith"))
_LINKS = ("affirmedIn", "deniedIn", "doubtedIn", "undeterminedIn", "askedIn", "supposedIn")
# Values that propositions give in a form of their own: a day range, a number without its words.
_REWRITTEN = frozenset([cev("statesTime"), cev("statesCasualties")])


def check_graph(quads: Sequence[ox.Quad], context: Context) -> Iterator[Result]:
    """Yield what is wrong across graphs; `context` knows the terms of the ontology and the reference data."""
    yield from _check_one_graph(quads)
    yield from _check_cycles(quads)
    yield from _check_dangling(quads, context)
    yield from _check_holders(quads)
    yield from _check_propositions(quads)


def _check_one_graph(quads: Iterable[ox.Quad]) -> Iterator[Result]:
    seen: dict[tuple[object, object, object], object] = {}
    for quad in quads:
        key = (quad.subject, quad.predicate, quad.object)
        first = seen.setdefault(key, quad.graph_name)
        if first != quad.graph_name:
            graphs = " and ".join(sorted(str(g) for g in (first, quad.graph_name)))
            yield ONE_GRAPH.result(
                text_of(quad.subject),
                f"A triple stands in two graphs: {graphs}",
                path=quad.predicate.value,
                value=text_of(quad.object),
            )


def _check_cycles(quads: Iterable[ox.Quad]) -> Iterator[Result]:
    links: dict[str, dict[str, list[str]]] = {p: {} for p in _PART_OF}
    for quad in quads:
        above = links.get(quad.predicate.value)
        if above is not None and isinstance(quad.object, ox.NamedNode):
            above.setdefault(text_of(quad.subject), []).append(text_of(quad.object))
    for predicate, above in links.items():
        for node in find_cycle_nodes(above):
            yield NO_CYCLE.result(node, "A node is part of itself", path=predicate)


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


def _check_dangling(quads: Iterable[ox.Quad], context: Context) -> Iterator[Result]:
    described: set[str] = set()
    links: dict[str, tuple[str, str]] = {}
    for quad in quads:
        predicate = quad.predicate.value
        if predicate == TYPE:
            described.add(text_of(quad.subject))
        elif not isinstance(quad.object, ox.NamedNode) or predicate in _OUTSIDE:
            continue
        elif predicate.startswith(CEV) or predicate in _PROV_LINKS:
            links.setdefault(text_of(quad.object), (text_of(quad.subject), predicate))
    for target, (subject, predicate) in sorted(links.items()):
        if target not in described and not context.types(target):
            yield NO_DANGLING.result(
                subject, "A link ends at a node that nothing describes", path=predicate, value=target
            )


def _check_holders(quads: Iterable[ox.Quad]) -> Iterator[Result]:
    holder: dict[str, str] = {}
    for quad in quads:
        if quad.predicate.value != cev("hasAccount"):
            continue
        account, statement = text_of(quad.object), text_of(quad.subject)
        first = holder.setdefault(account, statement)
        if first != statement:
            yield OWN_ACCOUNT.result(account, "An account is held by two statements", value=statement)


def _check_propositions(quads: Iterable[ox.Quad]) -> Iterator[Result]:
    """Hold each proposition against polarity, certainty, modality, event and values of the statements that it names."""
    facts: dict[str, dict[str, list[str]]] = {}
    for quad in quads:
        if quad.predicate.value.startswith(CEV):
            own = facts.setdefault(text_of(quad.subject), {})
            own.setdefault(quad.predicate.value.removeprefix(CEV), []).append(text_of(quad.object))
    for node, own in sorted(facts.items()):
        if "about" not in own or "property" not in own:
            continue
        for link in _LINKS:
            for statement in sorted(own.get(link, [])):
                reason = _contradiction(link, own, facts.get(statement, {}), facts)
                if reason:
                    yield PROPOSITION.result(node, reason, path=cev(link), value=statement)


def _contradiction(
    link: str,
    proposition: dict[str, list[str]],
    statement: dict[str, list[str]],
    facts: dict[str, dict[str, list[str]]],
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

"""Every rule of `times.toml` finds its own examples, and every kind of core can be dated."""

from __future__ import annotations

import pytest

from app.extract.times_resolve import RESOLVERS
from app.extract.times_rules import Rule, find_cores, load_grammar

RULES = load_grammar().rules


@pytest.mark.parametrize(
    ("rule", "example"), [(r, e) for r in RULES for e in r.examples], ids=lambda x: getattr(x, "name", x)
)
def test_rule_finds_its_example(rule: Rule, example: str) -> None:
    cores = find_cores(f"It was {example}.")
    assert rule.kind in [core.kind for core in cores]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_rule_has_examples_and_a_resolver(rule: Rule) -> None:
    assert rule.examples
    assert rule.kind in RESOLVERS

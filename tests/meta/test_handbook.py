"""Each rule of the handbook is accounted for: a handler carries it, or a template or setting that is there, and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import load
from bot.rules import discovered
from bot.settings.models import RULE_FAMILIES, Kind, Rule
from tests.meta.places import ROOT

IDS = [f"{family}-{number:02}" for family, most in RULE_FAMILIES.items() for number in range(1, most + 1)]
HANDBOOK = load(ROOT / "config").handbook
CARRIED = {rule for handler in discovered() for rule in handler.handbook}
OTHERWISE = {rule: said for rule, said in HANDBOOK.items() if said.kind is not Kind.HANDLER}
PLACES = {
    Kind.TEMPLATE: ("templates/issue/{}.md.j2", "templates/merge_request/{}.md"),
    Kind.CONFIG: ("config/{}", "config/registry/{}"),
}
"""Where that lies which carries a rule instead of a handler."""


def test_the_handbook_has_146_rules_and_each_is_told_of() -> None:
    assert len(IDS) == 146
    assert sorted(HANDBOOK) == sorted(IDS)


def test_each_is_carried_by_handlers_or_by_something_else_and_never_by_both() -> None:
    assert {rule for rule, said in HANDBOOK.items() if said.kind is Kind.HANDLER} == CARRIED
    assert sorted([*CARRIED, *OTHERWISE]) == sorted(IDS)


@pytest.mark.parametrize("rule", OTHERWISE)
def test_what_carries_a_rule_without_a_handler_is_there_and_the_reason_is_told(rule: str) -> None:
    said = OTHERWISE[rule]
    assert said.reason.endswith((".", "?"))
    assert _is_there(said), f"{rule} is carried by {said.by}, which is not in {PLACES[said.kind]}"


def test_each_family_is_read_under_its_own_heading() -> None:
    """Contracts are not read at labels: only those share a place whose rules stand under one heading."""
    pages = {family: {HANDBOOK[rule].link for rule in IDS if rule.startswith(family)} for family in RULE_FAMILIES}
    shared = [{one, other} for one in pages for other in pages if one < other and pages[one] & pages[other]]
    assert sorted(map(sorted, shared)) == [["AR", "NF"], ["CT", "PF"], ["GL", "PF"]]
    assert len(set().union(*pages.values())) == 17


def test_nothing_is_out_of_reach() -> None:
    """Where a system is, people get a task, a text or a value for it: a rule that nothing helps with needs a reason."""
    assert [rule for rule, said in HANDBOOK.items() if said.kind is Kind.OUT_OF_REACH] == []


def _is_there(said: Rule) -> bool:
    return any(Path(ROOT / place.format(said.by)).exists() for place in PLACES[said.kind])

"""PS-02 as a table of cases: who is asked for a statement of work, in words that partners may read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from bot.domain.actions import Check, Nudge, Say
from bot.domain.concern import concerns
from bot.domain.facts import IssueFacts
from bot.domain.helping import HelpRequest
from bot.domain.registry import Partner, Registry, Role
from bot.handlers.hands_on_help import Settings, decide_help
from bot.rules import Rules, discovered
from tests.awards import words
from tests.builders import SITE, facts, issue

LEAD = Registry(roles=(Role("professional_services", "Professional Services", "ps-lead"),))
DESK = "gitlab-com/channel/partners/services-helpdesk"


def partner(kind: str) -> Partner:
    return Partner("acme", "Acme", "emea", "cam-emea", ps_kind=kind)


def asked(of: Partner | None = None, *, has_sow: bool = False, **fields: Any) -> IssueFacts:
    here = issue(project=DESK, labels=["needs-hands-on"], **fields)
    return facts(here, site=replace(SITE, registry=LEAD), case=HelpRequest(of, has_sow))


@dataclass(frozen=True)
class Case:
    """A request, and whether a statement of work is asked for."""

    name: str
    facts: IssueFacts
    asks: bool = False
    settings: Settings = field(default_factory=Settings)


CASES = (
    Case("a direct partner", asked(partner("direct")), asks=True),
    Case("a partner whose kind nobody knows", asked(partner("")), asks=True),
    Case("somebody nobody knows", asked(), asks=True),
    Case("with a statement of work", asked(partner("direct"), has_sow=True)),
    Case("staff augmentation", asked(partner("staff_aug"))),
    Case("a project-based partner", asked(partner("project_based"))),
    Case(
        "unless settings say otherwise",
        asked(partner("project_based")),
        asks=True,
        settings=Settings(subcontracted=("staff_aug",)),
    ),
    Case("a closed request", asked(partner("direct"), state="closed")),
    Case("any other issue", facts(issue())),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_hands_on_help(case: Case) -> None:
    said = [one for one in decide_help(case.facts, case.settings) if isinstance(one, Say)]
    assert [(one.rule, one.topic) for one in said] == ([("PS-02", "sow")] if case.asks else [])
    for one in said:
        assert one.nudge == Nudge(2, ("ps-lead",))
        text = words("hands_on_help", one)
        assert "Please add a line `SOW:` with its link or number" in text
        assert "take the label `needs-hands-on` off" in text
        assert "acme" not in text.lower()


def test_where_nobody_leads_whoever_answers_for_the_issue_is_reminded() -> None:
    here = replace(asked(), site=replace(SITE, registry=Registry()))
    (said,) = (one for one in decide_help(here, Settings()) if isinstance(one, Say))
    assert said.nudge == Nudge(2)


def test_what_the_registry_knows_of_the_partner_is_told_to_nobody() -> None:
    checks = [one for one in decide_help(asked(partner("direct")), Settings()) if isinstance(one, Check)]
    assert {one.seen: one.internal for one in checks} == {"direct": True, "nothing": False}


def test_the_rules_ask_about_such_requests_and_no_hygiene() -> None:
    every = [one for one in discovered() if one.name in ("hands_on_help", "dri")]
    rules = Rules({one.name: one.module.Settings() for one in every}, every)
    assert concerns(asked()).holds
    assert [(name, say.topic) for name, say in rules.decide(asked()).points] == [("hands_on_help", "sow")]

"""Whom a handle stands for when somebody is to be made DRI."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.candidate import Unfit, candidate
from bot.domain.facts import Account, Tier
from bot.domain.gitlab import Person
from tests.builders import BOT, CAM, SITE, facts, issue

ANNE = Person(8, "Anne")
FREE = replace(SITE, tier=Tier.FREE)
CASES: tuple[tuple[str, Account, Person | Unfit], ...] = (
    ("a member", Account("anne", ANNE, member=True), ANNE),
    ("nobody", Account("anne"), Unfit.UNKNOWN),
    ("a group", Account("anne", is_group=True), Unfit.GROUP),
    ("blocked", Account("anne", replace(ANNE, state="blocked"), member=True), Unfit.INACTIVE),
    ("the bot", Account("anne", BOT, member=True), Unfit.BOT),
    ("no member", Account("anne", ANNE), Unfit.OUTSIDER),
)


@pytest.mark.parametrize(("account", "expected"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_candidates(account: Account, expected: Person | Unfit) -> None:
    assert candidate(facts(issue(), accounts={"anne": account}), "Anne") == expected


def test_names_nobody_has_and_everybody_has() -> None:
    assert (candidate(facts(issue()), "anne"), candidate(facts(issue()), "ALL")) == (Unfit.UNKNOWN, Unfit.EVERYONE)


def test_on_the_free_plan_there_is_one_assignee() -> None:
    seen = replace(facts(issue(), accounts={"anne": Account("anne", ANNE, member=True)}), site=FREE)
    assert candidate(seen, "anne") == ANNE
    assert candidate(replace(seen, issue=issue(assignees=(ANNE,))), "anne") == ANNE
    assert candidate(replace(seen, issue=issue(assignees=(CAM,))), "anne") is Unfit.ONE_ASSIGNEE

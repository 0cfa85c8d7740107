"""What the month's look at epics lists, and what has to be read for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.facts import RecurringFacts, Tier
from bot.domain.gitlab import Initiative
from bot.domain.needs import Initiatives
from bot.domain.recurrence.days import BusinessDay, DueRule, FirstDay
from bot.domain.recurrence.initiatives import epic_items, epic_needs, is_crossing
from bot.domain.recurrence.listing import Lineup
from bot.domain.recurrence.occurrence import Occurrence
from bot.domain.recurrence.period import Period, Unit
from bot.domain.recurrence.rule import Recurrence
from tests.domain.recurrence.test_quarterly import EPIC, GROUP, HERE, one

REVIEW = Recurrence("epic_review", "epic_review", Unit.MONTH, DueRule(BusinessDay(1)), FirstDay())
TIME = Occurrence(REVIEW, Period.parse("2026-11"))
FACTS = RecurringFacts(date(2026, 11, 1), HERE, REVIEW)


def section(name: str, *there: Initiative) -> list[tuple[str, str]]:
    """Title and rows of each list of that part."""
    found = epic_items(Lineup(replace(FACTS, initiatives=there), TIME))
    return [(item.title, item.values["rows"]) for item in found if item.values["section"] == name]


def test_an_epic_with_one_issue_is_thin() -> None:
    thin, fine = Initiative(EPIC, (one(1),)), Initiative(replace(EPIC, iid=6), (one(1), one(2)))
    assert [title for title, _ in section("thin", thin, fine)] == [""]
    assert "&5" in section("thin", thin, fine)[0][1]
    assert section("thin", fine) == []


def test_an_epic_of_the_team_with_issues_of_others_belongs_above() -> None:
    crossing = Initiative(EPIC, (one(1), one(2, project="gitlab-com/sales/deals")))
    assert section("crossing", crossing) == [
        ("`gitlab-com`", "- [gitlab-com/channel&5](https://g/e/5) `FY27Q4 OKR: Grow`")
    ]


@pytest.mark.parametrize(
    ("group", "projects", "above", "crosses"),
    [
        (GROUP, ("gitlab-com/channel/x", "gitlab-com/Channel/y/z"), "gitlab-com", False),
        (GROUP, ("gitlab-com/channels/x",), "gitlab-com", True),
        ("gitlab-com/channel/sub", ("gitlab-com/x",), "gitlab-com", True),
        ("gitlab-com", ("gitlab-com/x",), "gitlab-com", False),
        (GROUP, ("gitlab-com/x",), "", False),
        (GROUP, (), "gitlab-com", False),
    ],
)
def test_crossing(group: str, projects: tuple[str, ...], above: str, crosses: bool) -> None:
    issues = tuple(one(1, project=path) for path in projects)
    assert is_crossing(Initiative(replace(EPIC, group=group), issues), replace(HERE, epics=above)) is crosses


def test_epics_are_read_where_the_plan_has_them() -> None:
    assert [*epic_needs(FACTS, TIME)] == [Initiatives()]
    assert [*epic_needs(replace(FACTS, site=replace(HERE, tier=Tier.FREE)), TIME)] == []

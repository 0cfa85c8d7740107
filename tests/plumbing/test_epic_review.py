"""The month's look at epics as people read it, and as the bot opens it in GitLab."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from bot.domain.gitlab import Initiative
from bot.domain.recurrence.initiatives import epic_items
from bot.domain.recurrence.listing import Lineup
from bot.domain.subject import Subject
from bot.render import Renderer, template_dirs
from tests.domain.recurrence.test_initiatives import FACTS, TIME
from tests.domain.recurrence.test_quarterly import EPIC, one
from tests.stage import GROUP, HOME, Stage, stage

ELSEWHERE = one(7, project="gitlab-com/sales/deals")


def test_both_lists_stand_there() -> None:
    found = tuple(epic_items(Lineup(replace(FACTS, initiatives=(Initiative(EPIC, (ELSEWHERE,)),)), TIME)))
    title, text = Renderer(template_dirs()).templated("Epic_Review", period="2026-11", items=found)
    assert title == "Epics - 2026-11"
    assert text.count("`FY27Q4 OKR: Grow`") == 2
    assert text.index("these epics have one or none") < text.index("better off in the group `gitlab-com`")


def looked(on: Stage, day: date) -> list[str]:
    """The calls of the second of two looks of that day."""
    on.play(only="recurring_issues", day=day)
    for _ in range(2):
        on.forget_calls()
        on.bot.inbox.mark([Subject.recurring("epic_review")], "a test", now=True)
        on.drain()
    return on.calls()


def test_a_month_has_its_issue_where_an_epic_wants_a_look(tmp_path: Path) -> None:
    """The example's objectives have hardly an issue; read once, they are not read again."""
    with stage(tmp_path, recurring=["epic_review"]) as on:
        again = looked(on, date(2026, 12, 1))
        (review,) = on.as_("ops-lead").projects.get(HOME).issues.list(search="Epics", get_all=True)
        assert (review.title, review.due_date) == ("Epics - 2026-12", "2026-12-15")
        assert "`FY27Q4 OKR: Every partner knows what to sell next`" in review.description
        assert [call for call in again if "epics" in call] == []
        groups = on.as_("ops-lead").groups.get(GROUP)
        for epic in groups.epics.list(get_all=True):
            on.sandbox.world.epics[epic.id].state = "closed"
        looked(on, date(2027, 1, 1))
        assert len(on.as_("ops-lead").projects.get(HOME).issues.list(search="Epics", get_all=True)) == 1

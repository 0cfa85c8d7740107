"""The quarter's review as people read it, and as the bot opens it in GitLab."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from bot.domain.recurrence.listing import KEPT
from bot.domain.subject import Subject
from bot.render import Renderer, template_dirs
from tests.builders import CAM
from tests.domain.recurrence.test_quarterly import HERE, items, one
from tests.stage import GROUP, HOME, stage

LABELLED = {
    "QBR": (one(1, "Rebates"), one(2, "Portal", assignees=(CAM,))),
    "Channel Priority:Backlog": tuple(replace(one(3), id=100 + number) for number in range(KEPT + 2)),
    "Partner Journey::Walk": (one(4, "Acme"),),
}


def test_each_list_stands_in_its_section() -> None:
    found = items(HERE, labelled=LABELLED)
    title, text = Renderer(template_dirs()).templated("Quarterly_Review", period="FY27Q4", items=found)
    okr, qbr, backlog, journeys = (part.partition("\n")[2] for part in text.split("\n## ")[1:])
    assert title == "Quarterly review - FY27Q4"
    assert "The quarter has no OKR epic yet: [make one](https://gitlab.example/groups/gitlab-com/-/epics/new?" in okr
    assert (
        qbr.index("### `@cam-emea`") < qbr.index("`Portal`") < qbr.index("### Nobody assigned") < qbr.index("`Rebates`")
    )
    assert backlog.count("`A deck`, 2026-10-03") == KEPT
    assert "- and 2 more" in backlog
    assert "### `Partner Journey::Walk`: 1" in journeys


def test_it_is_opened_on_the_quarters_first_day_and_only_then_costs_lists(tmp_path: Path) -> None:
    """It is due ten business days after the first one."""
    with stage(tmp_path, recurring=["quarter_review"]) as on:
        on.play(only="recurring_issues", day=date(2026, 11, 1))
        on.issue(title="Rebates", labels="QBR")
        for _ in range(2):
            on.forget_calls()
            on.bot.inbox.mark([Subject.recurring("quarter_review")], "a test", now=True)
            on.drain()
        again = on.calls()
        (review,) = on.as_("ops-lead").projects.get(HOME).issues.list(search="Quarterly review", get_all=True)
    assert (review.title, review.due_date) == ("Quarterly review - FY27Q4", "2026-11-16")
    assert "`FY27Q4 OKR: Every partner knows what to sell next`" in review.description
    assert "`Rebates`" in review.description
    assert [call for call in again if GROUP.replace("/", "%2F") + "/issues" in call or "epics" in call] == []

"""A token that lacks rights costs one issue for the operator, not one comment an issue."""

from __future__ import annotations

from pathlib import Path

from gitlab.v4.objects import ProjectIssue

from tests.handlers.test_dri import user_id
from tests.stage import GROUP, HOME, Stage, stage

GUEST, PLANNER = 10, 15
TITLE = "I lack rights in GitLab"


def give(on: Stage, level: int) -> None:
    """The bot's role in the group."""
    member = on.as_("root").groups.get(GROUP).members.get(user_id(on, "channel-bot"))
    member.access_level = level
    member.save()


def reports(on: Stage) -> list[ProjectIssue]:
    every = on.as_("ops-lead").projects.get(HOME).issues.list(get_all=True)
    return [issue for issue in every if issue.title == TITLE]


def test_a_bot_that_became_a_guest_says_so_once(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        on.look(calendar=True)
        give(on, GUEST)
        issues = [on.issue(title=f"Chore {number}", labels="Channel Priority:1") for number in range(5)]
        on.look(*issues)
        on.look(*issues)
        (report,) = reports(on)
        assert report.state == "opened"
        assert "DRI: @ops-lead" in report.description
        assert "`channel-bot check --live` says which" in report.description
        assert [on.comments(issue) for issue in issues] == [[]] * 5
        waiting = {letter.name for letter in on.bot.inbox.dead_letters()}
        assert waiting == {f"issue:{issue.project_id}/{issue.iid}" for issue in issues}

        give(on, PLANNER)
        on.look(*issues)
        assert [on.fresh(issue).weight for issue in issues] == [1] * 5
        (report,) = reports(on)
        assert report.state == "closed"
        assert list(on.bot.inbox.dead_letters()) == []

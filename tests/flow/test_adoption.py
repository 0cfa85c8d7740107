"""Rule 14: issues from before the bot came are told about in one list; nobody is talked to on them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.actions import Say
from bot.domain.gitlab import Issue
from bot.domain.plan import Plan, Wish
from bot.domain.subject import Subject
from bot.store.database import Database
from bot.sweeps.adoption import SHOWN, Backlog
from tests.flow.test_calls import complete
from tests.stage import Stage, stage

TITLE = "Older issues that could use a hand"
DAY = 86_400


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Stage]:
    """A bot that came two days after now."""
    with stage(tmp_path) as made:
        site = made.config.site
        adopted = made.bot.snapshot.today() + timedelta(days=2)
        object.__setattr__(made.config, "site", site.model_copy(update={"adopt_from": adopted}))
        made.play()
        yield made


def notices(scene: Stage) -> list[Any]:
    return [one for one in scene.home().issues.list(get_all=True, state="all") if one.title == TITLE]


def notice(scene: Stage) -> Any:
    (found,) = notices(scene)
    return found


def test_old_issues_get_no_comment_but_their_fields_and_a_line(old: Stage) -> None:
    issues = [old.issue(title=f"Chore {number}", labels="Channel Priority:1") for number in range(3)]
    old.sweep()
    assert [old.comments(issue) for issue in issues] == [[], [], []]
    assert [old.fresh(issue).weight for issue in issues] == [1, 1, 1]
    said = notice(old).description
    assert all(f"[`{issue.references['full']}`]({issue.web_url}): `dri`, `due`" in said for issue in issues)


def test_new_issues_are_talked_to(old: Stage) -> None:
    old.later(3 * DAY)
    issue = old.issue()
    old.sweep()
    assert (len(old.comments(issue)), notices(old)) == (1, [])


def test_nobody_is_reminded_on_an_old_issue(old: Stage) -> None:
    issue = old.issue()
    for _ in range(3):
        old.sweep()
        old.later(7 * DAY)
    assert old.comments(issue) == []


def test_the_list_is_kept_and_closed_when_it_is_empty(old: Stage) -> None:
    """A line goes when its issue lacks nothing, and comes back when it does."""
    issue, other = old.issue(title="First"), old.issue(title="Second")
    old.sweep()
    old.edit(issue, **complete(old))
    old.sweep()
    assert (issue.web_url in notice(old).description, other.web_url in notice(old).description) == (False, True)
    old.edit(other, state_event="close")
    old.sweep()
    assert notice(old).state == "closed"
    old.edit(issue, description="", due_date="")
    old.sweep()
    assert (notice(old).state, issue.web_url in notice(old).description) == ("opened", True)


def test_what_only_people_can_mend_stays_listed(old: Stage) -> None:
    """Also when the bot has looked at the issue closely and found nothing to do."""
    issue = old.issue(description="DRI: @nobody-here", weight=900)
    for _ in range(3):
        old.sweep()
    assert (notice(old).state, issue.web_url in notice(old).description) == ("opened", True)


def test_a_settled_list_costs_nothing_and_survives_the_database(old: Stage) -> None:
    old.issue()
    old.sweep()
    old.sweep()
    old.forget_calls()
    old.sweep()
    old.sweep(full=False)
    assert old.calls(writes=True) == []
    old.database = Database("sqlite://")
    old.play()
    old.sweep()
    assert old.calls(writes=True) == []
    assert len(notices(old)) == 1


def test_who_asks_on_an_old_issue_is_answered(old: Stage) -> None:
    issue = old.issue()
    old.sweep()
    issue.notes.create({"body": "@channel-bot status"})
    old.sweep(full=False)
    (answer,) = old.comments(issue)
    assert "still open here" in answer


def backlog(count: int, *says: Say) -> list[Say]:
    scribe, made = Backlog(date(2030, 1, 1)), datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(count):
        issue = Issue(1, number, "g/p", "t", created_at=made, web_url=f"https://gitlab.example.com/{number}")
        scribe.add(issue, Plan(Subject.issue(1, number), tuple(Wish("dri", say) for say in says)))
    return [*scribe.points()]


def test_at_most_so_many_lines() -> None:
    points = backlog(SHOWN + 7, Say("GL-11", "missing"))
    assert [point.topic for point in points] == ["issue"] * SHOWN + ["more"]
    assert points[-1].values == {"count": "7"}


def test_what_is_internal_is_not_listed() -> None:
    """The list may be read by whoever reads the Channels project."""
    assert backlog(1, Say("GL-15", "escalated", internal=True)) == []


def test_what_lacks_nothing_is_not_listed() -> None:
    assert backlog(1) == []

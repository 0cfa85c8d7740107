"""An issue that one process wakes is judged by another one on what the first has seen, not on what it read before."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path

from gitlab.v4.objects import ProjectIssue

from bot.app import Bot
from bot.domain.subject import Subject
from tests.flow.test_story_c5 import NEWS, REQUEST
from tests.stage import stage

MONDAY = date(2021, 1, 18)


def test_an_announcement_hears_of_its_newsletters_new_day_whoever_looks_at_it(tmp_path: Path) -> None:
    """Lists are believed for some seconds; nobody would look again on this day."""
    with stage(tmp_path, recurring=["partner_flash"]) as on:
        on.sandbox.world.clock.set(datetime.combine(MONDAY, time(9), UTC))
        on.play(day=MONDAY)
        on.sweep()
        every = on.as_("programs-lead").projects.get(NEWS).issues.list(get_all=True)
        flash = next(one for one in every if one.title.endswith("2021-02"))
        issue = on.issue("cam-emea", title="List prices", description=REQUEST.replace("2021-03-01", "2021-04-01"))
        on.sweep()
        here, there = on.bot, on.new_bot(day=MONDAY)
        look(there, issue)
        on.later(1)
        text = on.fresh(flash).description
        on.edit(flash, by="programs-lead", description=text.replace("Send date: 2021-02-04", "Send date: 2021-02-09"))
        look(here, flash)
        on.bot = there
        on.drain()
        assert "Partner Flash of 2021-02-09" in on.comments(issue)[0]


def look(bot: Bot, issue: ProjectIssue) -> None:
    """One process looks at the issue, and at nothing that follows from it."""
    bot.inbox.mark([Subject.issue(issue.project_id, issue.iid)], "a test", now=True)
    (lease,) = bot.inbox.claim(bot.inbox.enter("a test"), 1)
    bot.inbox.settle(lease, bot.worker(lease))

"""What people take off a list that the bot keeps in a description stays off, also for a bot that lost its database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.subject import Subject
from tests.flow import test_story_c4_nfr as desk
from tests.flow.award_stories import registry
from tests.flow.test_story_c5 import NEWS, REQUEST
from tests.stage import Stage, stage

MONDAY = date(2021, 1, 18)
YOUR_CALL = "**Your call:** I would list "
BACK = "@channel-bot hands-on"


@pytest.fixture
def news(tmp_path: Path) -> Iterator[tuple[Stage, Any]]:
    """A newsletter, and whoever opened its issue: the bot."""
    with stage(tmp_path, recurring=["partner_flash"]) as on:
        on.sandbox.world.clock.set(datetime.combine(MONDAY, time(9), UTC))
        on.play(day=MONDAY)
        on.sweep()
        every = on.as_("programs-lead").projects.get(NEWS).issues.list(get_all=True)
        yield on, next(one for one in every if one.title.endswith("2021-02"))


def announced(on: Stage, title: str) -> Any:
    """An announcement that the newsletter takes up."""
    on.sandbox.world.clock.advance(timedelta(minutes=1))
    text = REQUEST.replace("List prices go up", title).replace("2021-03-01", "2021-04-01")
    issue = on.issue("cam-emea", title=title, description=text)
    on.sweep()
    return issue


def lines(on: Stage, flash: Any, words: str) -> list[str]:
    return [line for line in on.fresh(flash).description.splitlines() if words in line]


def without(on: Stage, issue: Any, words: str, by: str) -> None:
    """Somebody deletes the lines with these words, and the bot hears of it."""
    on.sandbox.world.clock.advance(timedelta(minutes=1))
    kept = [line for line in on.fresh(issue).description.splitlines() if words not in line]
    on.edit(issue, by=by, description="\n".join(kept))
    on.look(issue)


def test_a_line_that_the_editor_deletes_stays_away(news: tuple[Stage, Any]) -> None:
    """Whether the bot remembers or lost its database; told to care, it lists it again."""
    on, flash = news
    announced(on, "Seats get cheaper")
    assert len(lines(on, flash, "Seats get cheaper")) == 1
    without(on, flash, "Seats get cheaper", by="programs-lead")
    for forgets in (False, True, True):
        on.sweep(full=True)
        assert lines(on, flash, "Seats get cheaper") == []
        assert on.comments(flash)[0].count(YOUR_CALL) == 1
        if forgets:
            on.forget_everything()
    on.sandbox.world.clock.advance(timedelta(minutes=1))
    flash.notes.create({"body": BACK})
    on.look(flash)
    assert len(lines(on, flash, "Seats get cheaper")) == 1
    assert YOUR_CALL not in on.comments(flash)[0]
    without(on, flash, "Seats get cheaper", by="programs-lead")
    assert lines(on, flash, "Seats get cheaper") == []


def test_two_lines_less_do_not_keep_the_bot_away(news: tuple[Stage, Any]) -> None:
    on, flash = news
    for title in ("Courses move", "Badges change"):
        announced(on, title)
        without(on, flash, title, by="programs-lead")
    announced(on, "Portal moves")
    assert on.comments(flash)[0].count(YOUR_CALL) >= 2
    assert (lines(on, flash, "Courses move"), len(lines(on, flash, "Portal moves"))) == ([], 1)


@pytest.mark.parametrize("forgets", [False, True])
def test_what_the_bot_took_off_itself_it_lists_again(news: tuple[Stage, Any], forgets: bool) -> None:
    """The Partner Flash is unticked and ticked, and the editor was at work meanwhile."""
    on, flash = news
    issue = announced(on, "Tiers change")
    if forgets:
        on.forget_everything()
    for box, count in (("[ ]", 0), ("[x]", 1)):
        other = "[x]" if box == "[ ]" else "[ ]"
        on.sandbox.world.clock.advance(timedelta(minutes=1))
        text = on.fresh(issue).description
        on.edit(issue, by="cam-emea", description=text.replace(f"- {other} Partner Flash", f"- {box} Partner Flash"))
        on.sweep()
        assert len(lines(on, flash, "Tiers change")) == count
        on.edit(flash, by="programs-lead", description=f"{on.fresh(flash).description}\n\nWelcome.")
        on.look(flash)


def test_a_day_that_the_help_desk_deletes_stays_away_and_another_tick_has_its_own(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        registry(on, "expires: 2027-04-30", "expires: 2027-04-30")
        on.play(day=desk.DAY)
        on.bot.inbox.mark([Subject("registry", "")], "a test", now=True)
        on.drain()
        issue = desk.asks(on, seats="5")
        desk.tick(on, issue, "sent")
        assert lines(on, issue, "Expires:")
        for _ in range(2):
            without(on, issue, "Expires:", by="phd-emea")
            assert (lines(on, issue, "Expires:"), len(lines(on, issue, "Sent on:"))) == ([], 1)
        assert YOUR_CALL in desk.status(on, issue)
        on.sandbox.world.clock.advance(timedelta(minutes=1))
        text = on.fresh(issue).description
        on.edit(issue, by="phd-emea", description=text.replace("[x]", "[ ]"))
        on.look(issue)
        assert lines(on, issue, "Sent on:") == []
        on.sandbox.world.clock.advance(timedelta(minutes=1))
        desk.tick(on, issue, "sent")
        assert len(lines(on, issue, "Expires:")) == 1

"""How far a case is, and which ticks count, as tables; every task is of the bot's own template."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.facts import Guard
from bot.domain.gitlab import Person
from bot.domain.partners.progress import Completion, completion, unticked
from tests.awards import ALL, award
from tests.builders import BOT, CAM, facts, issue
from tests.tracking import EDUCATION, HOLDERS, PAT, SERVICES, Story, moment


def judged(story: Story, at: str = "") -> Completion:
    return completion(story.facts(), story.tasks, HOLDERS, moment(at) if at else None)


def test_nothing_is_done_at_first() -> None:
    done = judged(Story())
    assert (len(done.open), done.doubtful, done.is_complete, done.completed_at) == (28, (), False, None)
    assert {owner: (one.done, one.total) for owner, one in done.roles.items()} == {
        "account_manager": (0, 10),
        "channel_services": (0, 6),
        "partner": (0, 10),
        "education_services": (0, 2),
    }


def test_a_closed_case_tells_how_much_its_description_leaves_open() -> None:
    assert unticked(Story().facts()) == 28
    assert unticked(Story().tick_all("close.2").facts()) == 1
    assert unticked(award(*ALL)) == 0
    assert unticked(award(*ALL[1:])) == 1
    assert unticked(facts(issue())) == 0


def test_all_is_done_once_the_last_task_is_ticked() -> None:
    story = Story().on("2026-12-01").tick_all("close.2")
    assert not judged(story).is_complete
    done = judged(story.on("2026-12-05").tick("close.2"))
    assert done.is_complete
    assert done.completed_at == moment("2026-12-05")
    assert (done.done_at("legal.1"), done.done_at("nothing")) == (moment("2026-12-01"), None)


def test_a_task_that_is_gone_is_open() -> None:
    done = judged(Story().tick("legal.1").drop("legal.1"))
    assert "legal.1" in {task.id for task in done.open}
    assert not done.is_done("legal.1")


def test_what_does_not_apply_is_done_and_nobody_ticked_it() -> None:
    story = Story()
    story.text = story.text.replace("- [ ] The terms", "- [~] The terms")
    done = judged(story)
    assert done.is_done("legal.5")
    assert done.done_at("legal.5") is None
    assert not done.is_done("no.such")


@pytest.mark.parametrize(
    ("by", "silent", "doubt"),
    [
        (SERVICES, False, None),
        (PAT, False, "pat-example"),
        (CAM, False, "cam-emea"),
        (BOT, False, "channel-bot"),
        (Person(0, "gone"), False, "gone"),
        (SERVICES, True, ""),
    ],
)
def test_a_teams_task_counts_when_its_role_ticked_it(by: Person, silent: bool, doubt: str | None) -> None:
    done = judged(Story().tick("legal.1", by=by, silent=silent))
    assert [one.by for one in done.doubtful] == ([] if doubt is None else [doubt])
    assert done.is_done("legal.1") is (doubt is None)
    assert done.roles["channel_services"].done == (doubt is None)


def test_at_home_only_another_role_is_in_doubt() -> None:
    home = Guard(frozenset({BOT.id}))
    silent = replace(Story().tick("legal.1", silent=True).facts(), guard=home)
    assert completion(silent, Story().tasks, HOLDERS).doubtful == ()
    told = replace(Story().tick("legal.1", by=EDUCATION).facts(), guard=home)
    assert [one.by for one in completion(told, Story().tasks, HOLDERS).doubtful] == ["eds-delivery"]


def test_an_untick_that_is_told_last_leaves_a_silent_tick_in_doubt() -> None:
    story = Story().tick("legal.1").tick("legal.1", done=False).tick("legal.1", silent=True)
    assert [one.task.id for one in judged(story).doubtful] == ["legal.1"]


def test_the_partners_tasks_are_anybodys() -> None:
    done = judged(Story().tick("competency.1", by=CAM).tick("competency.2", silent=True))
    assert (done.doubtful, done.is_done("competency.1"), done.is_done("competency.2")) == ((), True, True)


CLOSED = "2026-12-05"


@pytest.mark.parametrize(
    ("when", "since", "is_done"),
    [
        ("2026-12-01", "", True),
        ("2026-12-06", "", True),
        ("2026-12-01", "unticked", True),
        ("2026-12-01", "unticked and ticked by the partner", True),
        ("2026-12-01", "deleted", True),
        ("2026-12-06", "unticked", False),
        ("2026-12-06", "deleted", False),
    ],
)
def test_what_was_ticked_then_stays_so(when: str, since: str, is_done: bool) -> None:
    """After an issue was closed its description does not take back what GitLab told before."""
    story = Story().on(when).tick("legal.1").on("2026-12-07")
    if "unticked" in since:
        story.tick("legal.1", by=PAT, done=False)
    if "ticked by" in since:
        story.tick("legal.1", by=PAT)
    if since == "deleted":
        story.drop("legal.1")
    assert judged(story, CLOSED).is_done("legal.1") is is_done


def test_what_was_unticked_then_does_not() -> None:
    story = Story().on("2026-12-01").tick("legal.1").tick("legal.1", by=PAT, done=False)
    assert not judged(story, CLOSED).is_done("legal.1")

"""From an invitation to a badge, with nobody keeping clocks in their head (stories C.1 to C.3), in every way."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.store.database import Database
from tests.flow.certifying.bases import complete
from tests.flow.certifying.seen import everything, without_words
from tests.flow.certifying.world import AWARD, EDUCATION, PHD, PROJECT, TRACKING, Team, team, told_by
from tests.flow.ways import WAYS
from tests.soak import long

RECORDED = "{cert: ctp, awarded_on: 2027-04-23, review_month: 4, issue: "


def story(people: Team) -> str:
    """The registry at the end."""
    _, tracking = people.enrol()
    people.merge("CTP enrolment")
    people.morning(date(2027, 4, 23))
    people.says(tracking, "still waiting for you here")
    complete(people)
    people.says(tracking, "**Every task is ticked, well done!** Education Services, please check the numbers")
    people.pause()
    people.edit(tracking, EDUCATION, state_event="close")
    award = people.issue(AWARD)
    people.says(award, "**The award e-mail is ready.**")
    people.tell(award, "award send-email")
    people.way.until("the mail is there", people.mails, bool)
    people.tick(award, "cam.")
    people.says(award, "Service Partner Community now")
    people.tick(award, "phd.", by=PHD)
    people.says(award, "all tasks are ticked")
    people.pause()
    people.edit(award, state_event="close")
    return people.merge("CTP certification")


def assert_congratulated(people: Team) -> None:
    subjects = [one["subject"] for one in people.mails()]
    assert subjects == ["Congratulations, Bolt Services: GitLab Certified Training Partner"]


@long
@pytest.mark.parametrize("name", WAYS)
def test_a_partner_gets_its_badge(tmp_path: Path, name: str) -> None:
    with told_by(name, tmp_path) as people:
        assert RECORDED in story(people)
        assert_congratulated(people)


def test_without_paid_features_it_gets_it_too(tmp_path: Path) -> None:
    """One assignee each: the account manager; the others are mentioned."""
    with team(tmp_path, tier="free") as (people, _):
        assert RECORDED in story(people)
        assert_congratulated(people)
        for issue in (people.issue(TRACKING, PROJECT, state="closed"), people.issue(AWARD, state="closed")):
            assert len(issue.assignees) == 1


@long
def test_the_database_is_lost_again_and_again(tmp_path: Path) -> None:
    """Each sweep begins with an empty one, and the end is that of a bot that remembers."""
    ends = []
    for forgets in (False, True):
        with team(tmp_path / str(forgets)) as (people, stage):
            if forgets:
                sweep = stage.sweep

                def forgetful(**how: bool) -> None:
                    stage.database = Database("sqlite://")
                    stage.bot = stage.new_bot()
                    sweep(**how)  # noqa: B023 - played before the next one begins

                stage.sweep = forgetful  # type: ignore[method-assign, assignment]  # an instance's own
            story(people)
            ends.append(without_words(everything(people)))
    assert ends[0] == ends[1]

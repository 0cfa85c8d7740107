"""The award takes its course (story C.3): the CAM's days, the letter, the Help Desk, the registry."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.sandbox.example import REGISTRY
from tests.flow.certifying.bases import Bases
from tests.flow.certifying.world import AWARD, BEGIN, HOME, NAME, OPERATOR, PHD, Team, team
from tests.plumbing.postoffice import post_office
from tests.stage import Stage

World = tuple[Team, Stage]


@pytest.fixture
def world(tmp_path: Path, bases: Bases) -> Iterator[World]:
    with team(tmp_path, saved=bases.awarded) as made:
        yield made


def test_who_misses_seven_days_is_reminded_and_then_their_manager_hears(world: World) -> None:
    people, _ = world
    award = people.issue(AWARD)
    for after in (3, 6, 7):
        people.morning(BEGIN + timedelta(days=after))
        assert "still waiting for you here" in "".join(people.said(award))
        assert "Award::overdue" not in people.see(award).labels
    people.morning(BEGIN + timedelta(days=8))
    assert "Award::overdue" in people.see(award).labels
    assert "@programs-lead" in "".join(people.said(award))


def test_an_award_that_is_closed_too_early_is_opened_again(world: World) -> None:
    people, stage = world
    award = people.issue(AWARD)
    people.edit(award, state_event="close")
    stage.sweep()
    people.becomes(award, state="opened")
    people.says(award, "**Opened again:**")


def test_a_second_award_gives_way_to_the_first(world: World) -> None:
    people, stage = world
    award = people.issue(AWARD)
    twin = people.project(HOME).issues.create({"title": award.title, "description": award.description})
    stage.sweep()
    people.morning(BEGIN + timedelta(days=1))
    assert (people.see(award).state, people.see(twin).state) == ("opened", "closed")


def test_what_is_not_met_any_more_blocks_it(world: World) -> None:
    people, _ = world
    award = people.issue(AWARD)
    people.registry(lambda text: text.replace("status: authorized", "status: inactive"))
    people.morning(BEGIN + timedelta(days=1))
    assert "Award::blocked" in people.see(award).labels
    assert "it is `inactive`" in "".join(people.said(award))


def test_the_letter_is_sent_once_however_often_it_is_asked_for(world: World) -> None:
    people, stage = world
    award = people.issue(AWARD)
    for _ in range(3):
        people.pause()
        people.tell(award, "award send-email")
        stage.sweep()
        stage.forget_everything()
    (mail,) = people.mails()
    assert mail["subject"] == f"Congratulations, {NAME}: GitLab Certified Training Partner"
    assert "quinn@bolt.example" in mail["to"]


def test_a_mail_server_that_dies_with_the_letter_in_hand_gets_it_once(tmp_path: Path, bases: Bases) -> None:
    """Nobody can tell whether it left, and the CAM is asked, also by a bot that remembers nothing."""
    with post_office({"DOT": "dies"}) as office:
        url = f"smtp://127.0.0.1:{office.port}"
        with team(tmp_path, saved=bases.awarded, smtp_url=url) as (people, stage):
            award = people.issue(AWARD)
            for _ in range(2):
                people.pause()
                people.tell(award, "award send-email")
                stage.sweep()
                stage.forget_everything()
            assert len(office.desk.taken) == 1
            assert "lease ask the partner" in "".join(people.said(award))


def test_the_badge_is_recorded_when_both_did_their_part(world: World) -> None:
    people, stage = world
    award = people.issue(AWARD)
    people.tick(award, "cam.")
    people.says(award, "Please give its administrator access to the Service Partner Community now")
    people.tick(award, "phd.", by=PHD)
    people.says(award, "all tasks are ticked")
    people.edit(award, state_event="close")
    assert "{cert: ctp, awarded_on: 2026-11-23, review_month: 11, issue: " in people.merge("CTP certification")
    stage.sweep()
    people.morning(BEGIN + timedelta(days=1))
    awards = [one for one in people.project(HOME).issues.list(get_all=True) if AWARD in one.title]
    assert [one.state for one in awards] == ["closed"]


def test_a_third_engineer_opens_the_award_on_the_same_day(tmp_path: Path) -> None:
    """Also without a full sweep: what the registry tells anew is looked at."""
    with team(tmp_path) as (people, stage):
        stage.sweep()
        people.registry(lambda text: text.replace("sa_core: 1, pse: 2}", "sa_core: 1, pse: 3}", 1))
        stage.sweep(full=False)
        award = next(one for one in people.project(HOME).issues.list(get_all=True) if AWARD in one.title)
        assert award.title == f"{AWARD} - Acme Consulting - PSP"
        assert sorted(one["username"] for one in award.assignees) == ["cam-emea", "phd-emea"]
        assert award.due_date == (BEGIN + timedelta(days=7)).isoformat()
        assert people.project(REGISTRY, OPERATOR).mergerequests.list(get_all=True) == []


def test_without_a_mail_server_the_cam_is_told_to_send_the_draft(tmp_path: Path, bases: Bases) -> None:
    with team(tmp_path, saved=bases.awarded, smtp_url="") as (people, stage):
        award = people.issue(AWARD)
        people.tell(award, "award send-email")
        stage.sweep()
        people.says(award, "send the draft from your own mail program")
        assert date.fromisoformat(award.due_date) == BEGIN + timedelta(days=7)

"""What the bot needs for a partner is lost, written by another version, or refused: nobody is left without a word."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from bot.domain.marks import Mark
from bot.domain.partners.cases import Tracking
from bot.domain.partners.record import Request
from bot.domain.registry import Registry
from bot.store.tables import partner_requests
from tests.flow.certifying.bases import Bases
from tests.flow.certifying.world import (
    AWARD,
    BEGIN,
    CAM,
    CONTACT,
    HIDDEN,
    HOME,
    NAME,
    OPERATOR,
    PARTNER,
    PROJECT,
    REGION,
    SERVICES,
    TRACKING,
    Team,
    team,
)

ASKED = re.compile(r"^- Please (?:make|copy|let) .*?(group|contact|project|README)", re.MULTILINE)
UNKNOWN = "Partners that the registry does not know any more"
NOWHERE = "gitlab-com/channel/nowhere"
ENROLMENT = "CTP enrolment"


ENROLMENT = "CTP enrolment"


def older(partner: str, key: str) -> str:
    """A request as another version of the bot wrote it."""
    return Request(key, partner, "create", "cam-amer", BEGIN, (1, 1)).to_json().replace('"what"', '"deed"')


def test_an_answer_of_another_version_keeps_nobody_from_being_heard(tmp_path: Path) -> None:
    with team(tmp_path) as (people, stage):
        asked = people.onboarding()
        mark = Mark("request", older(PARTNER, "k1"), f"issue:{asked.project_id}/{asked.iid}")
        body = f"What I said of old.\n\n{stage.bot.snapshot.marks.marker.write(mark)}"
        stage.as_("channel-bot").projects.get(HOME).issues.get(asked.iid).notes.create({"body": body})
        people.tell(asked, f"ctp status {PARTNER}")
        stage.look(asked)
        assert any("is not enrolled" in one for one in people.said(asked))
        assert not stage.bot.inbox.dead_letters()


def test_a_request_of_another_version_is_left_where_it_is_and_the_others_are_carried_out(tmp_path: Path) -> None:
    with team(tmp_path) as (people, stage):
        row = {"key": "k1", "partner": PARTNER, "text": older(PARTNER, "k1"), "done": False}
        with stage.database.begin() as connection:
            connection.execute(insert(partner_requests).values(**row))
        people.enrol()
        assert not stage.bot.inbox.dead_letters()


@pytest.mark.parametrize("how", ["deleted", "emptied"])
def test_a_record_that_is_gone_is_written_again_from_what_was_asked(tmp_path: Path, bases: Bases, how: str) -> None:
    with team(tmp_path, saved=bases.enrolled) as (people, stage):
        asked, tracking = people.issue("Service_Partner_Onboarding"), people.issue(TRACKING, PROJECT)
        people.tell(asked, f"ctp extend {PARTNER} 2027-09-30 Summer holidays", by=SERVICES)
        stage.sweep()
        kept = table_of(people.issue(ENROLMENT).description)
        if how == "deleted":
            people.issue(ENROLMENT, by="root").delete()
        else:
            people.edit(people.issue(ENROLMENT), description="Cleaned up.", state_event="close")
        people.morning(BEGIN + timedelta(days=1))
        again = people.issue(ENROLMENT)
        assert table_of(again.description) == kept
        people.says(again, f"@{CAM}: The issue in which I kept this enrolment was deleted")
        followed = stage.bot.snapshot.issue(tracking.project_id, tracking.iid)
        assert isinstance(followed.case, Tracking)
        assert followed.case.record.extended_to == date(2027, 9, 30)
        stage.sweep()
        assert len(people.said(again)) == 1


def table_of(text: str) -> list[str]:
    """What people read of an enrolment: where everything is, the deadline, the extensions."""
    return [line for line in HIDDEN.sub("", text).splitlines() if line.startswith(("|", "Extended"))]


def told(people: Team, asked: Any) -> str:
    return next(one for one in reversed(people.said(asked)) if "GitLab does not show me" in one)


def test_without_the_group_of_all_partners_whoever_asks_hears_what_to_configure(tmp_path: Path) -> None:
    groups = {"channel": "gitlab-com/channel", "team": "gitlab-com/channel-team", "partners": NOWHERE}
    with team(tmp_path, site={"groups": groups}) as (people, stage):
        asked = people.onboarding()
        people.tell(asked, f"partner check {PARTNER}")
        stage.sweep()
        assert f"no group {NOWHERE}: correct groups.partners in config/site.yml" in told(people, asked)
        assert people.issue("I lack rights in GitLab")
        assert not {letter.name for letter in stage.bot.inbox.dead_letters()} - {"partner:acme", f"partner:{PARTNER}"}


@pytest.mark.parametrize("path", [r"/groups/\d+/members", r"/groups/\d+/projects"])
def test_what_gitlab_refuses_of_a_partner_is_told_to_whoever_asks(tmp_path: Path, bases: Bases, path: str) -> None:
    with team(tmp_path, saved=bases.enrolled) as (people, stage):
        asked = people.onboarding()
        stage.fault(method="GET", path=path, kind="fail", status=403, times=99)
        people.tell(asked, f"ctp status {PARTNER}")
        stage.look(asked)
        assert "GitLab answered 403" in told(people, asked)
        assert not stage.bot.inbox.dead_letters()


def test_invitations_that_are_not_shown_keep_nothing_from_being_done(tmp_path: Path) -> None:
    with team(tmp_path) as (people, stage):
        stage.fault(method="GET", path=r"/groups/\d+/invitations", kind="fail", status=403, times=99)
        people.enrol()
        assert not stage.bot.inbox.dead_letters()


def test_an_award_whose_way_is_hidden_says_so_and_is_not_given(tmp_path: Path, bases: Bases) -> None:
    with team(tmp_path, saved=bases.awarded) as (people, stage):
        award = people.issue(AWARD)
        stage.fault(method="GET", path=r"/groups/\d+/projects", kind="fail", status=403, times=99)
        stage.look(award)
        assert any("the way to the award is known | `hidden from the bot`" in one for one in people.said(award))
        assert {letter.name for letter in stage.bot.inbox.dead_letters()} <= {f"partner:{PARTNER}"}


def test_people_provide_step_by_step_and_the_bot_goes_on(tmp_path: Path) -> None:
    """Without an owner's token."""
    with team(tmp_path, provisions=False) as (people, stage):
        asked = people.onboarding()
        people.tell(asked, f"confirm {people.plan(asked)}")
        record = people.issue(ENROLMENT)
        root = stage.as_("root")
        assert asks(people, record) == ["group", "group", "group", "contact", "project", "README"]
        company = made(root.groups, NAME, PARTNER, parent_id=root.groups.get(REGION).id)
        people.morning(BEGIN + timedelta(days=1))
        assert asks(people, record) == ["group", "group", "contact", "project", "README"]
        for name in ("internal", "collaboration"):
            shared = made(root.groups, name, name, parent_id=company.id)
        shared.members.create({"user_id": root.users.list(username=CONTACT)[0].id, "access_level": 40})
        people.morning(BEGIN + timedelta(days=2))
        assert asks(people, record) == ["project", "README"]
        made(root.projects, f"{NAME} CTP Requirements Project", PROJECT.rpartition("/")[2], namespace_id=shared.id)
        people.morning(BEGIN + timedelta(days=3))
        tracking = people.issue(TRACKING, PROJECT)
        assert asks(people, record) == []
        people.says(record, f"@{CAM}: The project `{PROJECT}` is there, and GitLab shows me no files in it.")
        people.becomes(tracking, assignees=sorted([CAM, CONTACT]))
        assert "I keep this comment up to date" in people.says(tracking, "has until")
        assert not stage.bot.inbox.dead_letters()


def made(of: Any, name: str, path: str, **where: int) -> Any:
    return of.create({"name": name, "path": path, "visibility": "private", **where})


def asks(people: Team, record: Any) -> list[str]:
    """What the record asks people to do, by the first word that tells it."""
    return ASKED.findall(people.see(record).description)


def test_a_partner_that_the_registry_lost_is_brought_to_the_operator(tmp_path: Path, bases: Bases) -> None:
    with team(tmp_path, saved=bases.enrolled) as (people, _):
        record = people.issue(ENROLMENT)
        people.registry(lambda text: text.replace(f"- id: {PARTNER}\n", f"- id: {PARTNER}-services\n"))
        people.morning(BEGIN + timedelta(days=1))
        notice = people.issue(UNKNOWN)
        assert f"- `{PARTNER}`: [`{HOME}#{record.iid}`]({record.web_url})" in notice.description
        assert [one["username"] for one in notice.assignees] == [OPERATOR]
        people.registry(lambda text: text.replace(f"- id: {PARTNER}-services\n", f"- id: {PARTNER}\n"))
        people.morning(BEGIN + timedelta(days=2))
        people.becomes(notice, state="closed")


def test_nobody_is_missed_before_the_registry_was_read(tmp_path: Path, bases: Bases) -> None:
    with team(tmp_path, saved=bases.enrolled) as (_, stage):
        orphans = replace(stage.bot.sweeper.orphans, registry=Registry)
        assert not [*orphans.points()]
        assert [*replace(orphans, has_project=False).points()]

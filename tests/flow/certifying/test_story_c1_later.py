"""What may become of an enrolment once it is under way (story C.1): each is told, and none is silently undone."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.flow.certifying.bases import Bases
from tests.flow.certifying.world import (
    CAM,
    CONTACT,
    DEADLINE,
    FOLDER,
    HOME,
    NAME,
    PROJECT,
    TRACKING,
    team,
)

REPORTER, OWNER = 20, 50


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("delete", "The tracking issue is gone, or hidden from me."),
        ("move", "was moved away"),
        ("hide", "was made confidential, so not everybody at the partner sees it"),
        ("rename", "Please rename it to `Volt Services CTP Requirements Project`"),
        ("block", f"The account manager `@{CAM}` has no account that works."),
    ],
)
def test_what_becomes_of_it_is_told_in_the_record(tmp_path: Path, bases: Bases, how: str, said: str) -> None:
    with team(tmp_path, saved=bases.enrolled) as (people, stage):
        issue, root = people.issue(TRACKING, PROJECT), people.way.as_("root")
        theirs = root.projects.get(issue.project_id).issues.get(issue.iid)
        if how == "delete":
            theirs.delete()
        elif how == "move":
            theirs.move(people.project(HOME).id)
        elif how == "hide":
            people.edit(issue, CONTACT, confidential=True)
        elif how == "rename":
            people.registry(lambda text: text.replace("name: Bolt Services", "name: Volt Services"))
        else:
            person = stage.sandbox.world.user_by_name(CAM)
            assert person
            person.state = "blocked"
        people.morning(date(2026, 11, 24))
        assert said in people.issue("CTP enrolment").description


@pytest.mark.parametrize("how", ["delete", "move"])
def test_a_lost_tracking_issue_is_opened_anew_with_the_days_it_had(tmp_path: Path, bases: Bases, how: str) -> None:
    with team(tmp_path, saved=bases.enrolled) as (people, stage):
        issue, root = people.issue(TRACKING, PROJECT), people.way.as_("root")
        theirs = root.projects.get(issue.project_id).issues.get(issue.iid)
        if how == "delete":
            theirs.delete()
        else:
            theirs.move(people.project(HOME).id)
        people.morning(date(2026, 12, 24))
        asked = people.onboarding()
        people.tell(asked, f"confirm {people.plan(asked)}")
        stage.sweep()
        again = people.issue(TRACKING, PROJECT)
        assert (again.iid, again.due_date) == (2, DEADLINE.isoformat())


def test_a_copy_of_it_counts_for_nothing(tmp_path: Path, bases: Bases) -> None:
    with team(tmp_path, saved=bases.enrolled) as (people, stage):
        text = people.issue(TRACKING, PROJECT).description
        room = people.project(PROJECT, CONTACT)
        copy = room.issues.create({"title": f"{TRACKING} - {NAME}", "description": text})
        stage.sweep()
        assert people.said(copy) == []
        assert people.see(copy).due_date is None


@pytest.mark.parametrize("level", [None, REPORTER, OWNER])
def test_what_somebody_did_to_the_contact_is_told_and_not_undone(
    tmp_path: Path, bases: Bases, level: int | None
) -> None:
    """It is told where the partner does not read along."""
    said = {None: "is not in", REPORTER: "cannot do their part in", OWNER: "is Owner of"}[level]
    with team(tmp_path, saved=bases.enrolled) as (people, _):
        root = people.way.as_("root")
        members, contact = root.groups.get(f"{FOLDER}/collaboration").members, root.users.list(username=CONTACT)[0].id
        if level is None:
            members.delete(contact)
        else:
            members.update(contact, {"access_level": level})
        people.morning(date(2026, 11, 24))
        found = people.issue("Partner folder to be put right: Bolt")
        assert f"The primary contact `@{CONTACT}` {said}" in found.description
        assert {one.id: one.access_level for one in members.list(get_all=True)}.get(contact) == level


def test_what_people_made_of_the_templates_stays(tmp_path: Path, bases: Bases) -> None:
    with team(tmp_path, saved=bases.enrolled) as (people, _):
        files = people.project(PROJECT, CONTACT).files
        file = files.get(f".gitlab/issue_templates/{TRACKING}.md", ref="main")
        file.content = "# Ours\n"
        file.save(branch="main", commit_message="Ours is better")
        people.morning(date(2026, 11, 24))
        assert files.get(file.file_path, ref="main").decode() == b"# Ours\n"


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2027, 8, 31), "2028-02-29"),
        (date(2027, 8, 30), "2028-02-29"),
        (date(2026, 9, 14), "2027-03-14"),
    ],
    ids=["29 February", "the last day of February", "the day on which clocks go forward"],
)
def test_the_last_day(tmp_path: Path, day: date, due: str) -> None:
    """It is missed on the day after, whatever the clocks do in between."""
    with team(tmp_path, day=day) as (people, _):
        people.registry(lambda text: text.replace("2026-10-0", "2026-07-0"))
        _, issue = people.enrol()
        assert issue.due_date == due
        last = date.fromisoformat(due)
        people.morning(last)
        assert "CTP::expired" not in people.see(issue).labels
        people.morning(last + timedelta(days=1))
        assert "CTP::expired" in people.see(issue).labels

"""A partner's people do their part, and more than their part (story C.2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.flow.certifying.bases import Bases
from tests.flow.certifying.seen import words
from tests.flow.certifying.test_on_off_certifying import CANDIDATE
from tests.flow.certifying.world import CONTACT, HOME, PARTNER, PROJECT, SERVICES, TRACKING, Team, team
from tests.stage import Stage

World = tuple[Team, Stage]


@pytest.fixture
def world(tmp_path: Path, bases: Bases) -> Iterator[World]:
    with team(tmp_path, saved=bases.enrolled) as made:
        yield made


def test_a_candidate_is_related_labelled_dated_and_counted(world: World) -> None:
    people, stage = world
    issue, room = people.issue(TRACKING, PROJECT), people.project(PROJECT, CONTACT)
    made = room.issues.create({"title": "Trainer candidate - Quinn", "description": CANDIDATE})
    stage.sweep()
    people.becomes(made, labels=["CTP::trainer-candidate"], due_date=issue.due_date)
    assert [one.iid for one in people.see(made).links.list(get_all=True)] == [issue.iid]
    people.says(issue, "| #2 | `Quinn Example` |")


def test_who_ticks_what_is_not_theirs_is_asked(world: World) -> None:
    people, _ = world
    issue = people.issue(TRACKING, PROJECT)
    people.tick(issue, "legal.1", by=CONTACT)
    said = people.says(issue, "this task is ticked, and I cannot tell that it was by whom it is for")
    assert "Channel Services: `The master partner agreement is signed`" in said
    assert "- [x] The master partner agreement" in people.see(issue).description
    people.tick(issue, "legal.1", by=SERVICES, box=" ")
    people.tick(issue, "legal.1", by=SERVICES)
    people.way.until("nobody is asked", lambda: "".join(people.said(issue)), lambda said: "cannot tell" not in said)


@pytest.mark.parametrize(
    "order", [f"ctp extend {PARTNER} 2028-01-01 we were busy", f"ctp withdraw {PARTNER} we are tired", "award open"]
)
def test_a_partner_gives_no_orders(world: World, order: str) -> None:
    people, stage = world
    issue = people.issue(TRACKING, PROJECT)
    before = words(people.issue("CTP enrolment").description)
    people.tell(issue, order, CONTACT)
    stage.sweep()
    assert len(people.said(issue)) == 2
    assert words(people.issue("CTP enrolment").description) == before


def test_a_partner_cannot_give_itself_time(world: World) -> None:
    """The last day counts from the record, whatever the due date and the text say."""
    people, stage = world
    issue = people.issue(TRACKING, PROJECT)
    people.edit(
        issue, CONTACT, due_date="2029-01-01", description=issue.description.replace("2027-05-23", "2029-01-01")
    )
    stage.sweep()
    people.morning(date(2027, 5, 24))
    people.becomes(issue, labels=["CTP::expired"])


def test_a_partner_that_closes_again_and_again_does_not_get_through(world: World) -> None:
    people, stage = world
    issue = people.issue(TRACKING, PROJECT)
    for _ in range(3):
        people.pause()
        people.edit(issue, CONTACT, state_event="close")
        stage.sweep()
        people.becomes(issue, state="opened")
    titles = [one.title for one in people.project(HOME).issues.list(get_all=True)]
    assert not [title for title in titles if "Award" in title]


def test_nothing_internal_is_said_where_the_partner_reads(world: World) -> None:
    people, stage = world
    stage.sweep()
    seen = people.way.as_(CONTACT).projects.list(get_all=True)
    assert HOME not in [one.path_with_namespace for one in seen]
    assert not [one for one in seen if "/internal" in one.path_with_namespace]
    text = "".join(people.said(people.issue(TRACKING, PROJECT)))
    assert "authorized" not in text
    assert "approved_by" not in text

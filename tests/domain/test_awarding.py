"""Who answers for an award, since when, and what of it is left."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.checklist import Task
from bot.domain.facts import IssueFacts
from bot.domain.gitlab import Note, Person
from bot.domain.needs import AccountOf, NoteHistory
from bot.domain.partners.awarding import (
    MANAGER,
    Charge,
    Clock,
    above,
    award_labels,
    charge_of,
    clock_of,
    helpers,
    known,
    labels_of,
    left,
    letter_key,
    marked,
    needs_of,
    progress_of,
    requirements_of,
)
from bot.domain.partners.eligibility import failing
from bot.domain.registry import Registry, Role
from bot.domain.tasklists import listed
from tests.awards import (
    ACME,
    ALL,
    BACKUP,
    CTP,
    OTHER,
    PHD,
    REGISTRY,
    award,
    line,
    mark,
    partner,
    site,
    ticked,
)
from tests.builders import CAM, at, facts, issue

FIRST = line("2026-11-20 12:00", "assigned to @cam-emea and @phd-emea")
OVER = line("2026-11-22 12:00", "assigned to @cam-amer and unassigned @cam-emea", CAM)
BACK = line("2026-11-24", "assigned to @cam-emea and unassigned @cam-amer")


def charge(seen: IssueFacts) -> Charge:
    found = known(seen)
    assert found
    return charge_of(seen, found)


def clock(seen: IssueFacts) -> Clock | None:
    found = known(seen)
    assert found
    return clock_of(seen, found, charge_of(seen, found))


def test_an_award_is_known_by_its_partner_and_its_certification() -> None:
    found = known(award())
    assert found
    assert letter_key(issue(iid=42), found.partner, found.programme) == "award acme psp 77/42"
    assert letter_key(issue(iid=43), found.partner, found.programme) == "award acme psp 77/43"
    assert known(award(partner=None)) is None
    assert known(award(programme=None)) is None
    assert known(facts(issue())) is None


@pytest.mark.parametrize(
    ("assignees", "notes", "handle"),
    [
        ((CAM, PHD), (), "cam-emea"),
        ((OTHER, PHD), (), "cam-amer"),
        ((OTHER, CAM), (), "cam-emea"),
        ((PHD,), (), "cam-emea"),
        ((PHD,), (FIRST, OVER), "cam-amer"),
        ((), (FIRST,), "cam-emea"),
    ],
)
def test_who_is_in_charge(assignees: tuple[Person, ...], notes: tuple[Note, ...], handle: str) -> None:
    found = charge(award(assignees=assignees, notes=notes))
    assert found.handle == handle
    assert found.is_assigned is any(one.username == handle for one in assignees)
    assert found.is_able


def test_who_is_blocked_or_unknown_is_not_able() -> None:
    assert not charge(award(assignees=(replace(CAM, state="blocked"),))).is_able
    assert not charge(award(assignees=(), accounts={})).is_able


@pytest.mark.parametrize(
    ("notes", "assignee", "start", "first"),
    [
        ((FIRST,), CAM, "2026-11-20", "2026-11-20"),
        ((FIRST, OVER), OTHER, "2026-11-22", "2026-11-20"),
        ((FIRST, OVER, BACK), CAM, "2026-11-24", "2026-11-20"),
        ((FIRST, line("2026-11-23", "unassigned @cam-emea"), BACK), CAM, "2026-11-20", "2026-11-20"),
        ((line("2026-11-22", "assigned to @phd-emea"),), CAM, "2026-11-20", "2026-11-20"),
        ((), CAM, "2026-11-20", "2026-11-20"),
    ],
)
def test_since_when(notes: tuple[Note, ...], assignee: Person, start: str, first: str) -> None:
    found = clock(award(notes=notes, assignees=(assignee,), today="2026-11-25"))
    assert found
    assert (found.start.isoformat(), found.first.isoformat()) == (start, first)


def test_nobody_assigned_has_no_clock_and_nothing_told_begins_today() -> None:
    assert clock(award(assignees=(), notes=())) is None
    found = clock(award(created_at=None, today="2026-11-25"))
    assert found == Clock(date(2026, 11, 25), date(2026, 11, 25), "first sight")


def test_what_people_write_in_gitlabs_words_counts_nothing() -> None:
    said = Note(1, "assigned to @cam-amer", OTHER, at("2026-11-22"))
    assert charge(award(assignees=(), notes=(FIRST, said))).handle == "cam-emea"


def test_escalations_go_up_and_never_to_the_one_who_is_late() -> None:
    assert above(REGISTRY, "cam-emea") == ("emea-lead", "programs-lead")
    assert above(REGISTRY, "Programs-Lead") == ()
    assert above(Registry(), "cam-emea") == ()


def test_the_help_desk_is_who_is_assigned_else_who_is_there() -> None:
    def who(**more: object) -> tuple[str, ...]:
        seen = award(**more)  # type: ignore[arg-type]  # names of fields
        found = known(seen)
        assert found
        return helpers(seen, found)

    assert who(assignees=(CAM, BACKUP)) == ("phd-amer",)
    assert who(assignees=(CAM,)) == ("phd-emea",)
    assert who(assignees=(CAM,), accounts={}) == ("phd-emea",)
    assert who(assignees=(), accounts={}, site_=site(), partner=replace(ACME, region="mars")) == ("phd-emea",)


def test_what_is_left_is_what_is_required() -> None:
    """By role too; ids and comments are not shown."""
    seen = award("cam.1", "phd.1")
    found = known(seen)
    assert found
    done = progress_of(seen, found)
    assert [task.id for task in left(done)] == ["cam.4", "phd.2", "phd.3"]
    assert listed(left(done, MANAGER)) == "  - Share the social media kit"
    assert listed([Task("x", "Do | this <!-- t:x.1 -->")]) == "  - Do ¦ this"
    assert left(progress_of(award(*ALL), found)) == ()


def test_who_is_in_charge_may_tick_whatever_group_they_are_in() -> None:
    seen = award("cam.1", holders={}, notes=(ticked("2026-11-22", "cam.1"),))
    found = known(seen)
    assert found
    assert progress_of(seen, found).doubtful == ()
    alone = award("cam.1", holders={}, accounts={}, assignees=(), notes=(ticked("2026-11-22", "cam.1"),))
    assert len(progress_of(alone, found).doubtful) == 1


def test_the_labels_are_those_of_the_roles_that_have_one() -> None:
    assert labels_of(award()) == ("Channel", "Channel Services", "Partner Help Desk")
    assert award_labels("Channel", Registry(roles=(Role("channel_services", "Services", "x"),))) == ("Channel",)


def test_marks_are_told_apart_by_their_kind() -> None:
    assert marked(award(marks=(mark("mail-sent"), mark("draft", "d1"))), "draft") == {"d1"}


def test_what_is_asked_on_the_way_counts_once_it_is_read() -> None:
    seen = award(programme=CTP)
    found = known(seen)
    assert found
    rows = [row.key for row in requirements_of(seen, found)]
    more = [row.key for row in requirements_of(replace(seen, partners={"acme": partner()}), found)]
    assert more == [*rows, "enrolled"]
    hidden = requirements_of(replace(seen, unread={"acme": "GitLab answered 403"}), found)
    assert [row.key for row in failing(hidden)] == ["journey"]


def test_the_account_of_whoever_was_last_is_read_once_the_past_is() -> None:
    seen = award(assignees=(), notes=(FIRST, OVER), read=frozenset({NoteHistory()}))
    assert AccountOf("cam-amer") in set(needs_of(seen))
    assert not any(isinstance(one, AccountOf) for one in needs_of(award()))
    assert list(needs_of(award(partner=None))) == []

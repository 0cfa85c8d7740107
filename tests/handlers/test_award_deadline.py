"""AW-07 as tables of cases: the account manager's seven days, whoever that is, and who hears when they are over."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.actions import AddLabel, Nudge, RemoveLabel, SetDueDate, Turn
from bot.domain.facts import Account, IssueFacts
from bot.domain.gitlab import Person
from bot.domain.registry import Certification, Status
from bot.handlers.award_deadline import Settings, award_needs, decide_award
from tests.awards import ACME, ALL, LABELS, OTHER, PHD, award, checks, line, says, site, wishes, words
from tests.builders import BOT, CAM, at
from tests.cases import Case as Played
from tests.cases import named, prove
from tests.stage import Stage

OVERDUE = "Award::overdue"
ASSIGNED = line("2026-11-20 12:00", "assigned to @cam-emea and @phd-emea")
DUE = line("2026-11-20 12:01", "changed due date to November 27, 2026")


@dataclass(frozen=True)
class Case:
    """An award on a day, the topics said, fragments of the first sentence, and what changes."""

    name: str
    facts: IssueFacts
    topics: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    does: tuple[Any, ...] = ()
    who: tuple[str, ...] | None = None
    settings: Settings = field(default_factory=Settings)


def on(today: str, *ticked: str, **more: Any) -> IssueFacts:
    return award(*ticked, today=today, **{"notes": (ASSIGNED, DUE), **more})


LATE = (*LABELS, OVERDUE)
DENIED = replace(ACME, status=Status.DENIED)
GONE = Person(CAM.id, "cam-emea", "blocked")
CHIEFS = ("emea-lead", "programs-lead")
HANDED = (
    ASSIGNED,
    DUE,
    line("2026-11-25 09:00", "assigned to @cam-amer and unassigned @cam-emea", CAM),
)
CASES = (
    Case(
        "from the first day it is said by when, and the due date is set",
        on("2026-11-20", notes=(ASSIGNED,), due_date=None),
        ("running",),
        ("`@cam-emea` has this award since 2026-11-20 and until **2026-11-27**", "- Send the award e-mail"),
        (SetDueDate(date(2026, 11, 27)),),
        ("cam-emea",),
    ),
    Case(
        "while it is blocked the days run, and nobody is told to go ahead",
        on("2026-11-24", partner=DENIED),
        ("running",),
        ("until **2026-11-27**. It is blocked, so please send and announce nothing yet", "- Send the award e-mail"),
    ),
    Case("the seventh day is in time", on("2026-11-27"), ("running",)),
    Case(
        "from the eighth day on it is overdue, and the manager hears",
        on("2026-11-28"),
        ("overdue",),
        ("`@cam-emea` were over on 2026-11-27 (assigned on 2026-11-20)", "assign another account manager"),
        (AddLabel(OVERDUE),),
        CHIEFS,
    ),
    Case("the label is put on once", on("2026-12-20", labels=LATE), ("overdue",)),
    Case(
        "it goes when the account manager is done, whatever the Help Desk has to do yet",
        on("2026-12-20", "cam.1", "cam.4", labels=LATE),
        does=(RemoveLabel(OVERDUE),),
    ),
    Case(
        "what blocks an award is said first: both labels cannot stay",
        on("2026-11-30", partner=DENIED),
        ("overdue",),
        ("The award is blocked, so what is missing has to be put right first. Please help out",),
    ),
    Case(
        "it goes when the award is blocked",
        on("2026-11-30", partner=DENIED, labels=LATE),
        ("overdue",),
        does=(RemoveLabel(OVERDUE),),
    ),
    Case("what is optional keeps nobody waiting", on("2026-11-24", *ALL)),
    Case(
        "whoever takes over has seven days of their own, and the first day stays in sight",
        on("2026-11-28", notes=HANDED, assignees=(OTHER, PHD), labels=LATE),
        ("running",),
        (
            "`@cam-amer` has this award since 2026-11-25 and until **2026-12-02**",
            "(it was first assigned on 2026-11-20)",
        ),
        (RemoveLabel(OVERDUE), SetDueDate(date(2026, 12, 2))),
        ("cam-amer",),
    ),
    Case(
        "their days end too",
        on("2026-12-03", notes=HANDED, assignees=(OTHER, PHD)),
        ("overdue",),
        ("the first account manager on 2026-11-20",),
        (AddLabel(OVERDUE), SetDueDate(date(2026, 12, 2))),
        ("programs-lead",),
    ),
    Case(
        "who unassigns themselves is asked, and the clock goes on",
        on("2026-11-24", assignees=(PHD,), notes=(ASSIGNED, DUE, line("2026-11-23", "unassigned @cam-emea", CAM))),
        ("running", "stepped_out"),
        ("until **2026-11-27**",),
        who=("cam-emea",),
    ),
    Case(
        "so is who took over before",
        on("2026-11-29", assignees=(PHD,), notes=(*HANDED, line("2026-11-26", "unassigned @cam-amer", OTHER))),
        ("running", "stepped_out"),
        ("`@cam-amer` has this award since 2026-11-25",),
        (SetDueDate(date(2026, 12, 2)),),
        ("cam-amer",),
    ),
    Case(
        "stepping out and in again wins no time",
        on(
            "2026-11-26",
            notes=(
                ASSIGNED,
                DUE,
                line("2026-11-25", "unassigned @cam-emea", CAM),
                line("2026-11-26", "assigned to @cam-emea", CAM),
            ),
        ),
        ("running",),
        ("since 2026-11-20 and until **2026-11-27**",),
    ),
    Case(
        "an account manager who is blocked is escalated at once",
        on("2026-11-20", assignees=(GONE, PHD)),
        ("absent",),
        ("the account of `@cam-emea` is blocked", "assign another account manager, who then has seven days"),
        who=CHIEFS,
    ),
    Case(
        "so is one whom GitLab does not know",
        on("2026-11-20", assignees=(PHD,), accounts={}, notes=()),
        ("absent",),
        ("the account of `@cam-emea` is unknown",),
        who=CHIEFS,
    ),
    Case("before anybody was assigned no days count", on("2026-12-20", assignees=(PHD,), notes=())),
    Case(
        "who was assigned from the start has the days from then on",
        on("2026-11-21", notes=()),
        ("running",),
        ("since 2026-11-20",),
    ),
    Case(
        "where nothing tells, they count from first sight",
        on("2026-11-25", notes=(), created_at=None, due_date=None),
        ("running",),
        ("since 2026-11-25",),
        (SetDueDate(date(2026, 12, 2)),),
    ),
    Case(
        "another due date that a person set stands, and moves no clock",
        on(
            "2026-11-28",
            due_date=date(2027, 1, 31),
            notes=(ASSIGNED, DUE, line("2026-11-21", "changed due date to January 31, 2027", CAM)),
        ),
        ("overdue",),
        does=(AddLabel(OVERDUE),),
    ),
    Case(
        "also one that the issue was opened with",
        on("2026-11-21", notes=(ASSIGNED,), due_date=date(2027, 1, 31), author=CAM),
        ("running",),
    ),
    Case("a closed award runs no more", on("2026-12-20", state="closed")),
    Case("nor does one of which nobody knows whose it is", on("2026-12-20", programme=None)),
    Case(
        "other days can be set",
        on("2026-11-23"),
        ("overdue",),
        does=(AddLabel(OVERDUE), SetDueDate(date(2026, 11, 22))),
        settings=Settings(days=2),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_award_deadline(case: Case) -> None:
    decided = tuple(decide_award(case.facts, case.settings))
    said = says(decided)
    assert tuple(said) == case.topics
    assert tuple(one for one in wishes(decided) if one not in said.values()) == case.does
    for fragment in case.says:
        assert fragment in words("award_deadline", said[case.topics[0]])
    if case.who is not None:
        nudge = said[case.topics[0]].nudge
        assert nudge
        assert nudge.who == case.who


def test_reminders_come_on_days_3_6_and_7_and_escalations_on_8_11_14_and_17() -> None:
    """Calendar days, Sundays too; the escalations are for the manager and the lead of Channel Programs."""
    (running,) = says(decide_award(on("2026-11-21"), Settings())).values()
    days = [date(2026, 11, day) for day in (23, 26, 27)]
    assert running.nudge == Nudge(who=("cam-emea",), turns=tuple(Turn(day, ("cam-emea",)) for day in days))
    assert not running.internal
    (overdue,) = says(decide_award(on("2026-11-29"), Settings())).values()
    late = [date(2026, 11, 28), date(2026, 12, 1), date(2026, 12, 4), date(2026, 12, 7)]
    assert overdue.nudge == Nudge(who=CHIEFS, turns=tuple(Turn(day, CHIEFS) for day in late))
    assert overdue.internal


@pytest.mark.parametrize(
    ("when", "zone", "start"),
    [
        ("2026-10-25 00:30", "Europe/Berlin", date(2026, 10, 25)),
        ("2026-10-25 23:30", "Europe/Berlin", date(2026, 10, 26)),
        ("2026-11-01 05:59", "America/Denver", date(2026, 10, 31)),
        ("2026-03-08 08:30", "America/Denver", date(2026, 3, 8)),
        ("2028-02-22 12:00", "America/Denver", date(2028, 2, 22)),
    ],
)
def test_days_are_calendar_days_of_the_team_whatever_the_clocks_do(when: str, zone: str, start: date) -> None:
    """Days on which clocks change count like others, and so does 29 February."""
    seen = award(
        today=start.isoformat(),
        notes=(line(when, "assigned to @cam-emea"),),
        due_date=None,
        site_=site(zone=ZoneInfo(zone)),
    )
    (due,) = (one for one in decide_award(seen, Settings()) if isinstance(one, SetDueDate))
    assert (due.due - start).days == 7


def test_explain_shows_whose_days_they_are_and_how_that_is_known() -> None:
    seen = checks(decide_award(on("2026-11-21"), Settings()))["it is done within 7 days"]
    assert (seen.holds, seen.seen) == (True, "cam-emea since 2026-11-20, due 2026-11-27")
    assert seen.source == "GitLab's line about the assignment"
    nobody = checks(decide_award(on("2026-11-21", assignees=(), notes=()), Settings()))
    assert not nobody["an account manager was assigned"].holds


def test_who_stepped_out_is_looked_up_once_the_past_is_read() -> None:
    held = replace(ACME, certifications=(Certification("psp", date(2026, 11, 21)),))
    assert list(award_needs(award(state="closed", partner=held), Settings())) == []
    unread = {type(one).__name__ for one in award_needs(on("2026-11-21"), Settings())}
    assert unread == {"NoteHistory", "HoldersOf"}


def test_another_manager_who_is_assigned_too_does_not_take_over_silently() -> None:
    """While the registry's account manager is assigned, the award is theirs."""
    both = on("2026-11-21", assignees=(OTHER, CAM))
    assert "`@cam-emea` has this award" in words("award_deadline", says(decide_award(both, Settings()))["running"])


def test_accounts_are_compared_without_regard_to_case() -> None:
    person = replace(CAM, username="CAM-EMEA")
    seen = on("2026-11-21", assignees=(person,), accounts={"cam-emea": Account("cam-emea", person)})
    assert "since 2026-11-20" in words("award_deadline", says(decide_award(seen, Settings()))["running"])


FORM = "- Partner: Acme Consulting\n- Certification: PSP\n\nTemplate: `Partner_Certification_Award`\n"
PLAYED = (
    Played(
        "an award that a person opened and assigned runs from that day",
        issue={"description": FORM, "title": "Acme - PSP"},
        given=lambda stage: {"assignee_ids": [_id(stage, "cam-emea")]},
        wishes=("set due date 2026-11-28", "say `running` (AW-07)"),
        after={"due_date": "2026-11-28"},
        says=("`@cam-emea` has this award since 2026-11-21 and until **2026-11-28**",),
    ),
    Played("without an account manager it waits", issue={"description": FORM}),
)


def _id(stage: Stage, username: str) -> int:
    return next(user.id for user in stage.sandbox.world.users.values() if user.username == username)


@pytest.mark.parametrize(**named(PLAYED))
def test_it_is_so_in_gitlab(scene: Stage, case: Played) -> None:
    scene.sandbox.world.clock.set(at("2026-11-21 18:00"))
    prove(scene, "award_deadline", case)


def test_the_bots_own_hand_is_known_by_its_id() -> None:
    """A due date that the bot wrote follows the clock."""
    stale = on("2026-11-21", due_date=date(2026, 11, 22), notes=(ASSIGNED, replace(DUE, author=BOT)))
    assert SetDueDate(date(2026, 11, 27)) in wishes(decide_award(stale, Settings()))

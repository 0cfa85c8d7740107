"""RA-03 and PH-02 as tables of cases: who is reminded of an issue that is due, and who hears when it is late."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest

from bot.domain.actions import Turn
from bot.domain.facts import IssueFacts
from bot.domain.gitlab import Person
from bot.handlers import duty_deadlines
from bot.handlers.duty_deadlines import Settings
from tests.builders import at, facts, issue
from tests.cases import Case as Played
from tests.cases import named, prove
from tests.handlers.test_dri import user_id
from tests.stage import Stage
from tests.templatedfacts import LEAD, NEEDS_INFO, PHD, REGISTRY, day, decided, says, templated, words

DUE = date(2026, 12, 4)
"""A Friday."""


@dataclass(frozen=True)
class Case:
    """An issue, the topics said about it, and on which days who hears of each."""

    name: str
    facts: IssueFacts
    says: tuple[str, ...] = ()
    hears: tuple[tuple[str, ...], ...] = ()


def due(today: str, **more: Any) -> IssueFacts:
    return templated("", today, **{"due_date": DUE, "assignees": (PHD,), **more})


def opened(day: str) -> dict[str, Any]:
    return {"created_at": at(f"{day} 10:00")}


BEFORE = ("2026-12-03 phd-emea", "2026-12-04 phd-emea")
LATE, BORN_LATE = ("2026-12-07 phd-emea",), ("2027-01-04 phd-emea",)
ABOVE = ("2026-12-07 emea-lead desk-lead", "2026-12-10 emea-lead desk-lead", "2026-12-15 emea-lead desk-lead")
CASES = (
    Case("long before nothing is said", due("2026-12-02")),
    Case("the business day before, the assignee hears", due("2026-12-03"), ("due",), (BEFORE,)),
    Case("and on the day itself", due("2026-12-04"), ("due",), (BEFORE,)),
    Case("from the next business day their chiefs hear too", due("2026-12-07"), ("late", "overdue"), (LATE, ABOVE)),
    Case("over the weekend it is late, and nobody hears", due("2026-12-05"), ("late", "overdue"), (LATE, ABOVE)),
    Case("without an end it stays said", due("2027-03-01"), ("late", "overdue"), (LATE, ABOVE)),
    Case("where there was a week for it nobody hears the day before", due("2026-12-03", **opened("2026-11-30"))),
    Case(
        "and hears on the day itself", due("2026-12-04", **opened("2026-11-30")), ("due",), (("2026-12-04 phd-emea",),)
    ),
    Case(
        "with a day more they do",
        due("2026-12-03", **opened("2026-11-27")),
        ("due",),
        (BEFORE,),
    ),
    Case("what is opened on its day says so", due("2026-12-04", **opened("2026-12-04")), ("due",), (BEFORE[1:],)),
    Case(
        "what was opened the day before is late for others once it had its days",
        due("2026-12-07", **opened("2026-12-03")),
        ("late",),
        (LATE,),
    ),
    Case(
        "what was opened after its day is first in the eyes of whoever has it",
        due("2027-01-02", **opened("2027-01-02")),
        ("late",),
        (("2027-01-04 phd-emea",),),
    ),
    Case("still so while its grace lasts", due("2027-01-05", **opened("2027-01-02")), ("late",), (BORN_LATE,)),
    Case(
        "and then in the eyes of others",
        due("2027-01-06", **opened("2027-01-02")),
        ("late", "overdue"),
        (
            BORN_LATE,
            ("2027-01-06 emea-lead desk-lead", "2027-01-11 emea-lead desk-lead", "2027-01-14 emea-lead desk-lead"),
        ),
    ),
    Case(
        "a due date on a weekend is told of on the business day before it",
        due("2026-12-04", due_date=date(2026, 12, 6)),
        ("due",),
        (("2026-12-04 phd-emea",),),
    ),
    Case("what is closed is not late", due("2026-12-07", state="closed")),
    Case("without a due date nothing is late", templated(assignees=(PHD,), today="2027-03-01")),
    Case("an ordinary issue is none of its business", facts(issue(due_date=DUE), "2026-12-07")),
    Case("elsewhere its template is not asked for", due("2026-12-07", is_home=False)),
    Case("what waits for its author is not late", due("2026-12-07", labels=frozenset({NEEDS_INFO}))),
    Case(
        "unless it may wait for ever",
        due("2026-12-07", labels=frozenset({NEEDS_INFO}), template={"stale_after": None}),
        ("late", "overdue"),
        (LATE, ABOVE),
    ),
    Case(
        "while nobody is assigned, who should be hears",
        due("2026-12-04", assignees=()),
        ("due",),
        (BEFORE,),
    ),
    Case(
        "a lead who is late has the director above",
        due("2026-12-07", assignees=(LEAD,)),
        ("late", "overdue"),
        (("2026-12-07 desk-lead",), ("2026-12-07 the-director", "2026-12-10 the-director", "2026-12-15 the-director")),
    ),
    Case(
        "of several assignees each has a manager above",
        due("2026-12-07", assignees=(PHD, LEAD)),
        ("late", "overdue"),
        (("2026-12-07 phd-emea desk-lead",), tuple(f"2026-12-{at} emea-lead" for at in ("07", "10", "15"))),
    ),
)


@pytest.mark.parametrize(**named(CASES))  # type: ignore[arg-type]  # a table of its own
def test_duty_deadlines(case: Case) -> None:
    said = says(decided(duty_deadlines, case.facts))
    assert tuple(one.topic for one in said) == case.says
    assert tuple(tuple(map(_told, one.nudge.turns)) for one in said if one.nudge) == case.hears
    for one in said:
        assert case.facts.issue.due_date
        assert case.facts.issue.due_date.isoformat() in words("duty_deadlines", one)


def _told(turn: Turn) -> str:
    return f"{turn.on} {' '.join(turn.who)}"


def test_only_staff_reads_who_is_above() -> None:
    assert [one.internal for one in says(decided(duty_deadlines, due("2026-12-07")))] == [False, True]


def test_the_team_chooses_its_days() -> None:
    chosen = {"remind_before": (5, 1), "escalate_every": 1, "escalations": 2}
    (soon,) = says(decided(duty_deadlines, due("2026-11-27"), **chosen))
    assert soon.nudge
    assert [turn.on for turn in soon.nudge.turns] == [*map(day, ("2026-11-27", "2026-12-03")), DUE]
    _, above = says(decided(duty_deadlines, due("2026-12-07"), **chosen))
    assert above.nudge
    assert [turn.on for turn in above.nudge.turns] == [*map(day, ("2026-12-07", "2026-12-08"))]


def test_a_holiday_is_no_business_day() -> None:
    site = due("2026-12-07").site
    holidays = replace(site.workdays, holidays=frozenset({date(2026, 12, 3), date(2026, 12, 7)}))
    (soon,) = says(decided(duty_deadlines, due("2026-12-04", site=replace(site, workdays=holidays))))
    assert soon.nudge
    assert soon.nudge.turns[0].on == date(2026, 12, 2)
    _, above = says(decided(duty_deadlines, due("2026-12-08", site=replace(site, workdays=holidays))))
    assert above.nudge
    assert above.nudge.turns[0].on == date(2026, 12, 8)


def test_templates_with_deadlines_of_their_own_are_left_to_those() -> None:
    assert says(decided(duty_deadlines, due("2026-12-07"), timed_elsewhere=("licence",))) == ()


def test_where_nobody_is_above_whoever_has_it_hears_in_their_place() -> None:
    site = replace(due("2026-12-07").site, registry=replace(REGISTRY, roles=(), people=()))
    (late,) = says(decided(duty_deadlines, due("2026-12-07", assignees=(), template={"assign": ""}, site=site)))
    assert "nobody" in words("duty_deadlines", late)
    assert late.nudge
    assert late.nudge.who == ()
    assert [turn.on for turn in late.nudge.turns] == [*map(day, ("2026-12-07", "2026-12-10", "2026-12-15"))]


def test_nobody_is_above_the_director() -> None:
    """Neither the desk's lead nor the director in person."""
    boss = Person(9, "The-Director")
    for people, lead in (((boss,), "partner_help_desk"), ((boss,), ""), ((LEAD, boss), "partner_help_desk")):
        (late,) = says(decided(duty_deadlines, due("2026-12-07", assignees=people, template={"lead": lead})))
        assert late.nudge
        assert len(late.nudge.turns) == 3


def test_what_was_opened_late_is_not_said_to_have_had_its_time() -> None:
    late, above = says(decided(duty_deadlines, due("2027-01-06", **opened("2027-01-02"))))
    assert "due on 2026-12-04, and could be opened only on 2027-01-02" in words("duty_deadlines", late)
    assert "opened only on 2027-01-02" in words("duty_deadlines", above)
    assert "had this until" not in words("duty_deadlines", above)


def test_nobody_hears_on_a_day_off() -> None:
    for one in says(decided(duty_deadlines, due("2026-12-07"))):
        assert one.nudge
        assert one.nudge.planned


def test_the_comment_links_the_rule_of_the_template() -> None:
    for today in ("2026-12-04", "2026-12-07"):
        said = says(decided(duty_deadlines, due(today, template={"rule": "PH-02"})))
        assert {one.rule for one in said} == {"PH-02"}


@pytest.mark.parametrize(
    "wrong",
    [{"escalate_every": 0}, {"escalations": 0}, {"remind_before": (-1,)}, {"early_from": -1}, {"late_grace": -1}],
)
def test_numbers_that_mean_nothing_are_refused(wrong: dict[str, Any]) -> None:
    (name,) = wrong
    with pytest.raises(ValueError, match=name):
        Settings(**wrong)


WEEK = "- [ ] Account Notes <!-- t:phd_weekly.sfdc -->\n\nTemplate: `PHD_Weekly_Review`"
PLAYED = (
    Played(
        "on the due date the assignee is reminded",
        given=lambda on: {
            "description": WEEK,
            "assignee_ids": [user_id(on, "phd-emea")],
            "due_date": "2026-11-27",
        },
        wishes=("say `due` (PH-02)",),
        says=("has this until **2026-11-27**",),
        reminds=True,
        today="2026-11-27",
    ),
    Played(
        "after it others hear",
        given=lambda on: {
            "description": WEEK,
            "assignee_ids": [user_id(on, "phd-emea")],
            "due_date": "2026-11-27",
        },
        wishes=("say `late` (PH-02)", "say `overdue` (PH-02)"),
        says=("this was due on 2026-11-27", "Please help out"),
        reminds=True,
        today="2026-11-30",
    ),
)


@pytest.mark.parametrize(**named(PLAYED))
def test_it_is_so_in_gitlab(shared: Stage, case: Played) -> None:
    prove(shared, "duty_deadlines", case)

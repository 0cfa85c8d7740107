"""Wishes merge into one change, or contradict each other."""

from __future__ import annotations

from datetime import date

from bot.domain.actions import (
    AddLabel,
    Answer,
    Assign,
    CloseMilestone,
    DropItem,
    PutItem,
    RemoveLabel,
    Say,
    SetDueDate,
    SetMilestone,
    SetWeight,
    TickTask,
    WriteLine,
)
from bot.domain.gitlab import Milestone, Person
from bot.domain.plan import Fields, Plan, Wish, contradictions, joined
from bot.domain.subject import CALENDAR

CAM, PHD = Person(1, "cam-emea"), Person(2, "phd-apac")
ONE, TWO = Milestone(1, 1, "one"), Milestone(2, 2, "two")
DAY = date(2026, 12, 1)


def plan(*wishes: Wish) -> Plan:
    return Plan(CALENDAR, wishes, conflicts=contradictions(wishes))


def test_everything_about_an_issue_is_one_change() -> None:
    wishes = plan(
        Wish("a", AddLabel("x")),
        Wish("b", AddLabel("x")),
        Wish("b", RemoveLabel("y")),
        Wish("a", SetWeight(None)),
        Wish("a", Assign(CAM)),
        Wish("b", Assign(PHD)),
        Wish("b", Assign(CAM)),
        Wish("a", SetDueDate(DAY)),
        Wish("a", SetMilestone(ONE)),
    )
    assert wishes.conflicts == ()
    assert wishes.fields == Fields(("x",), ("y",), None, True, (CAM, PHD), DAY, ONE)
    assert wishes.writes


def test_an_empty_plan_writes_nothing() -> None:
    assert not plan().writes
    assert not plan(Wish("a", Say("GL-11", "missing"))).writes
    assert plan(Wish("a", CloseMilestone(ONE))).milestones == (("a", CloseMilestone(ONE)),)


def test_the_same_wish_twice_is_no_contradiction() -> None:
    assert plan(Wish("a", SetWeight(1)), Wish("b", SetWeight(1))).fields.weight == 1


def test_different_values_for_one_field_are_all_refused_and_the_rest_is_granted() -> None:
    wishes = plan(
        Wish("a", SetWeight(1)),
        Wish("b", SetWeight(2)),
        Wish("a", SetMilestone(ONE)),
        Wish("b", SetMilestone(TWO)),
        Wish("a", AddLabel("x")),
        Wish("b", RemoveLabel("x")),
        Wish("b", AddLabel("z")),
        Wish("c", Say("GL-11", "missing")),
    )
    assert [conflict.field for conflict in wishes.conflicts] == ["weight", "milestone", "label x"]
    assert wishes.fields == Fields(add_labels=("z",))
    assert wishes.points == (("c", Say("GL-11", "missing")),)


def test_taking_an_issue_off_its_milestone_is_a_change() -> None:
    off = plan(Wish("a", SetMilestone(None)), Wish("b", SetMilestone(None)))
    assert off.conflicts == ()
    assert off.fields == Fields(clear_milestone=True)
    assert off.writes


def test_one_milestone_and_none_contradict_each_other() -> None:
    rivals = plan(Wish("a", SetMilestone(None)), Wish("b", SetMilestone(ONE)))
    assert [conflict.field for conflict in rivals.conflicts] == ["milestone"]
    assert not rivals.writes


def test_each_line_of_the_description_is_written_once() -> None:
    lines = (WriteLine("DRI", "@cam-emea"), WriteLine("NBA", "call (2026-12-01)"))
    assert plan(*(Wish("a", line) for line in lines), Wish("b", lines[0])).fields == Fields(edits=lines)


def test_answers_are_said_in_their_order_and_write_nothing() -> None:
    answered = plan(Wish("b", Answer("named")), Wish("a", Answer("noted", {"date": "2026-12-01"})))
    assert answered.answers == (("b", Answer("named")), ("a", Answer("noted", {"date": "2026-12-01"})))
    assert not answered.writes


def test_of_orders_about_the_same_thing_the_later_one_counts() -> None:
    """Each field for itself: labels and people by name, the others as such."""
    first = Plan(
        CALENDAR, wishes=(Wish("a", SetWeight(1)), Wish("a", AddLabel("x")), Wish("a", WriteLine("DRI", "@one")))
    )
    then = Plan(
        CALENDAR,
        wishes=(Wish("b", SetWeight(2)), Wish("b", RemoveLabel("x")), Wish("b", WriteLine("DRI", "@two"))),
        affects=(CALENDAR,),
    )
    last = Plan(
        CALENDAR, wishes=(Wish("c", Assign(CAM)), Wish("c", Answer("done")), Wish("c", WriteLine("NBA", "call")))
    )
    together = joined(CALENDAR, [first, then, last])
    assert together.wishes == (*then.wishes, *last.wishes)
    assert together.affects == (CALENDAR,)
    assert together.conflicts == ()
    assert together.answers == (("c", Answer("done")),)


def test_of_tasks_and_items_the_later_wish_about_the_same_one_counts() -> None:
    first = Plan(CALENDAR, wishes=(Wish("a", TickTask("one")), Wish("a", PutItem("News", "p1", "up"))))
    then = Plan(CALENDAR, wishes=(Wish("b", TickTask("two")), Wish("b", DropItem("p1"))))
    assert joined(CALENDAR, [first, then]).wishes == (first.wishes[0], *then.wishes)

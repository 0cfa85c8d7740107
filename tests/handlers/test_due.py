"""GL-16 as a table of cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.actions import Answer, Nudge
from bot.domain.gitlab import Note
from bot.handlers.due import Settings, obey
from tests.builders import CAM, at, facts, issue, order
from tests.cases import Case, Fields, OrderCase, named, obeyed, opened, planned, prove, prove_order, wished
from tests.stage import HOME, Stage


def december(on: Stage) -> Fields:
    """A milestone that ends on 15 December."""
    milestones = on.group().milestones
    made = milestones.list(title="Early December", get_all=True)
    if not made:
        made = [milestones.create({"title": "Early December", "due_date": "2026-12-15"})]
    return {"milestone_id": made[0].id}


CASES = (
    Case("a due date is enough", issue={"due_date": "2026-12-01"}),
    Case(
        "neither is asked for",
        issue={"description": "Refresh the deck."},
        wishes=("say `missing` (GL-16)",),
        after={"due_date": None},
        says=("neither a due date nor a next best action", "NBA: next step (YYYY-MM-DD)"),
    ),
    Case(
        "the date of the NBA becomes the due date",
        issue={"description": "NBA: call the partner (2026-12-01)"},
        wishes=("set due date 2026-12-01",),
        after={"due_date": "2026-12-01"},
    ),
    Case(
        "a due date that is there stays",
        issue={"description": "NBA: call (2026-12-01)", "due_date": "2026-12-10"},
        after={"due_date": "2026-12-10"},
    ),
    Case(
        "its date needs no brackets at the end of the line",
        issue={"description": "NBA: call the partner by 2026-12-01."},
        wishes=("set due date 2026-12-01",),
        after={"due_date": "2026-12-01"},
    ),
    Case("an NBA of today is in time", issue={"description": "NBA: call (2026-11-21)", "due_date": "2026-12-10"}),
    Case(
        "an NBA of yesterday is past",
        issue={"description": "NBA: call @cam-emea (2026-11-20)"},
        wishes=("say `past` (GL-16)",),
        after={"due_date": None},
        says=("`call @cam-emea` was due on 2026-11-20",),
        reminds=True,
    ),
    Case(
        "an NBA without a date is asked for one",
        issue={"description": "NBA: call the partner"},
        wishes=("say `undated` (GL-16)",),
        says=("`call the partner` has no date",),
    ),
    Case(
        "an NBA without a date beside a due date is fine", issue={"description": "NBA: call", "due_date": "2026-12-01"}
    ),
    Case(
        "30 February is no date",
        issue={"description": "NBA: call (2026-02-30)"},
        wishes=("say `bad_date` (GL-16)",),
        says=("I cannot read `2026-02-30` as a date",),
    ),
    Case(
        "due on the milestone's last day is in time",
        issue={"due_date": "2026-12-15"},
        given=december,
        after={"milestone": "Early December"},
    ),
    Case(
        "due after the milestone's end is pointed out",
        issue={"due_date": "2026-12-16"},
        given=december,
        wishes=("say `after_milestone` (GL-16)",),
        says=("2026-12-16 is after the end of `Early December` (2026-12-15)",),
    ),
)

WAITS = {"labels": "Channel Priority:Backlog"}
UNPLANNED = (
    Case("the backlog needs no date", issue=WAITS),
    Case("nor a date for its NBA", issue={**WAITS, "description": "NBA: call"}),
    Case(
        "nor does it get one from there",
        issue={**WAITS, "description": "NBA: call (2026-12-01)"},
        after={"due_date": None},
    ),
    Case(
        "a date that is past is pointed out all the same",
        issue={**WAITS, "description": "NBA: call (2026-11-20)"},
        wishes=("say `past` (GL-16)",),
        says=("was due on 2026-11-20",),
        reminds=True,
    ),
)
ORDERS = (
    OrderCase(
        "the next step is written down, and its date becomes the due date",
        order="nba call the partner (2026-12-01)",
        issue={"description": "Refresh the deck."},
        wishes=("set NBA line `call the partner (2026-12-01)`", "set due date 2026-12-01", "answer `noted`"),
        after={"description": "NBA: call the partner (2026-12-01)\n\nRefresh the deck.", "due_date": "2026-12-01"},
        says=("next step is `call the partner`, by 2026-12-01",),
    ),
    OrderCase(
        "brackets may be left out",
        order="NBA: call the partner 2026-12-01",
        wishes=("set NBA line `call the partner (2026-12-01)`", "set due date 2026-12-01", "answer `noted`"),
    ),
    OrderCase(
        "the due date that came from the NBA goes along",
        order="nba write (2026-12-08)",
        issue={"description": "Why\n\n* NBA: call (2026-12-01)\n", "due_date": "2026-12-01"},
        wishes=("set NBA line `write (2026-12-08)`", "set due date 2026-12-08", "answer `noted`"),
        after={"description": "Why\n\n* NBA: write (2026-12-08)\n", "due_date": "2026-12-08"},
    ),
    OrderCase(
        "a due date that somebody chose stays",
        order="nba call (2026-12-01)",
        issue={"due_date": "2026-12-10"},
        wishes=("set NBA line `call (2026-12-01)`", "answer `noted_beside`"),
        after={"due_date": "2026-12-10"},
        says=("the due date stays 2026-12-10",),
    ),
    OrderCase(
        "what stands there already is not written again",
        order="nba call (2026-12-01)",
        issue={"description": "**NBA:** call (2026-12-01).", "due_date": "2026-12-01"},
        wishes=("answer `noted`",),
        after={"description": "**NBA:** call (2026-12-01)."},
    ),
    OrderCase(
        "in the backlog it sets no due date",
        order="nba call (2026-12-01)",
        issue=WAITS,
        wishes=("set NBA line `call (2026-12-01)`", "answer `noted`"),
        after={"due_date": None},
    ),
    OrderCase(
        "today is soon enough",
        order="nba call (2026-11-21)",
        wishes=("set NBA line `call (2026-11-21)`", "set due date 2026-11-21", "answer `noted`"),
    ),
    OrderCase(
        "yesterday is over",
        order="nba call (2026-11-20)",
        wishes=("answer `over`",),
        after={"description": None, "due_date": None},
        says=("2026-11-20 is over",),
    ),
    OrderCase(
        "a step needs a date", order="nba call", wishes=("answer `usage`",), says=("`@channel-bot nba next step",)
    ),
    OrderCase("a date needs a step", order="nba (2026-12-01)", wishes=("answer `usage`",)),
    OrderCase("nothing is neither", order="nba", wishes=("answer `usage`",)),
    OrderCase(
        "30 February is no date", order="nba call (2026-02-30)", wishes=("answer `bad_date`",), says=("`2026-02-30`",)
    ),
    OrderCase(
        "120 characters are not too many",
        order=f"nba {'x' * 120} (2026-12-01)",
        wishes=(f"set NBA line `{'x' * 79}…`", "set due date 2026-12-01", "answer `noted`"),
        after={"description": f"NBA: {'x' * 120} (2026-12-01)"},
    ),
    OrderCase(
        "121 are", order=f"nba {'x' * 121} (2026-12-01)", wishes=("answer `too_long`",), says=("121 characters",)
    ),
    OrderCase(
        "a hidden comment is refused",
        order="nba call <!-- channel-bot --> (2026-12-01)",
        wishes=("answer `hidden`",),
        after={"description": None},
        says=("hidden comment",),
    ),
    OrderCase(
        "everybody is refused", order="nba ask @all (2026-12-01)", wishes=("answer `crowd`",), says=("`@all` would",)
    ),
    OrderCase(
        "a group is refused, in code too", order="nba ask `@gitlab-com/channel` 2026-12-01", wishes=("answer `crowd`",)
    ),
    OrderCase(
        "nobody is mentioned, no order given to GitLab, no code left open",
        order="nba /close `it @cam-emea | now (2026-12-01)",
        wishes=("set NBA line `close it cam-emea ¦ now (2026-12-01)`", "set due date 2026-12-01", "answer `noted`"),
        after={"description": "NBA: close it cam-emea ¦ now (2026-12-01)"},
    ),
)


@pytest.mark.parametrize(**named((*CASES, *UNPLANNED)))
def test_due(shared: Stage, case: Case) -> None:
    prove(shared, "due", case)


@pytest.mark.parametrize(**named(ORDERS))
def test_due_by_order(shared: Stage, case: OrderCase) -> None:
    prove_order(shared, "due", case)


def test_people_hear_again_and_of_a_day_that_is_past_at_once(shared: Stage) -> None:
    shared.play(only="due", day=date(2026, 11, 21))
    later = {"due_date": "2026-12-16", **december(shared)}
    written: tuple[Fields, ...] = ({}, {"description": "NBA: call"}, {"description": "NBA: call (2026-02-30)"}, later)
    plans = [planned(shared, opened(shared, HOME, fields)) for fields in written]
    assert [say.nudge for plan in plans for _, say in plan.points] == [Nudge(2)] * 4
    past = opened(shared, HOME, {"description": "NBA: call (2026-11-20)"})
    assert planned(shared, past).points[0][1].nudge == Nudge(0)


def test_filling_from_the_nba_can_be_switched_off(shared: Stage) -> None:
    settings = {**shared.config.settings}
    settings["due"] = replace(settings["due"], fill_from_nba=False)  # type: ignore[type-var]  # a dataclass
    shared.config = replace(shared.config, settings=settings)
    shared.play(only="due")
    issue = shared.issue(description="NBA: call (2026-12-01)")
    assert wished(planned(shared, issue)) == ()
    _, plan = obeyed(shared, issue, "nba write (2026-12-08)")
    assert wished(plan) == ("set NBA line `write (2026-12-08)`", "answer `noted`")


def test_an_nba_that_somebody_rewrote_meanwhile_is_left_to_them() -> None:
    """Theirs is the last word; a description from before the order is written on."""
    asked = order("nba", "2026-11-21 10:00", "call them (2026-12-20)")
    for when, is_overtaken in (("2026-11-21 09:59", False), ("2026-11-21 10:01", True)):
        note = Note(1, "changed the description", CAM, at(when), at(when), system=True)
        said = [*obey(facts(issue(), notes=(note,)), Settings(), asked)]
        assert (said[-1] == Answer("overtaken", done=False)) is is_overtaken

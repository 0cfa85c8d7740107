"""Actions in plain words, one case each."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest

from bot.domain.actions import (
    Action,
    AddLabel,
    Answer,
    Ask,
    Assign,
    ChangeMilestone,
    Close,
    CloseMilestone,
    CreateMilestone,
    DropItem,
    FieldAction,
    MilestoneAction,
    MoveIssues,
    OpenIssue,
    ProposeChanges,
    PutItem,
    RemoveLabel,
    Reopen,
    Say,
    SendMail,
    SetDueDate,
    SetMilestone,
    SetWeight,
    TickTask,
    WriteLine,
)
from bot.domain.gitlab import Issue, Milestone, Person
from bot.domain.partners.record import Request
from bot.domain.partners.steps import Relate
from bot.domain.telling import before, before_milestone, past, told
from tests.domain.test_stepping import WORDS

START, DUE = date(2026, 12, 16), date(2026, 12, 31)
CAM = Person(7, "cam-emea")
NEAR = Milestone(1, 1, "FY27Q4M2b")
RIGHT = Milestone(2, 2, "Channel - FY27Q4 2b", start=START, due=DUE)
BARE = Issue(77, 42, "g/p", "Chore")
FULL = Issue(
    77,
    42,
    "g/p",
    "Chore",
    description="DRI: @a\n\nNBA: x\nNBA: y",
    labels=frozenset({"b", "a"}),
    weight=2,
    assignees=(CAM,),
    due_date=DUE,
    milestone=NEAR,
)

TOLD: tuple[tuple[Action, str], ...] = (
    (AddLabel("Channel"), "add label `Channel`"),
    (RemoveLabel("Channel"), "remove label `Channel`"),
    (SetWeight(3), "set weight 3"),
    (SetWeight(None), "clear the weight"),
    (Assign(CAM), "assign `@cam-emea`"),
    (SetDueDate(DUE), "set due date 2026-12-31"),
    (SetMilestone(RIGHT), "set milestone `Channel - FY27Q4 2b`"),
    (SetMilestone(None), "clear the milestone"),
    (WriteLine("DRI", "@cam-emea"), "set DRI line `@cam-emea`"),
    (WriteLine("NBA", "call `her` (2026-12-01)"), "set NBA line ``call `her` (2026-12-01)``"),
    (Answer("named", {"handle": "x"}), "answer `named`"),
    (CreateMilestone("A", START, DUE), "create milestone `A`, 2026-12-16 to 2026-12-31"),
    (ChangeMilestone(NEAR, "A", START, DUE), "rename milestone `FY27Q4M2b` to `A`, 2026-12-16 to 2026-12-31"),
    (ChangeMilestone(NEAR, NEAR.title, START, DUE), "give milestone `FY27Q4M2b` its dates, 2026-12-16 to 2026-12-31"),
    (MoveIssues((BARE,), RIGHT), "move 1 open issue to milestone `Channel - FY27Q4 2b`"),
    (MoveIssues((BARE, FULL), RIGHT), "move 2 open issues to milestone `Channel - FY27Q4 2b`"),
    (MoveIssues((FULL,), None), "take 1 open issue off their milestone"),
    (CloseMilestone(RIGHT), "close milestone `Channel - FY27Q4 2b`, which is over and empty"),
    (CloseMilestone(NEAR, RIGHT), "close milestone `FY27Q4M2b`, as `Channel - FY27Q4 2b` takes its place"),
    (Say("GL-11", "missing"), "say `missing` (GL-11)"),
    (Say("", "conflict"), "say `conflict`"),
)


@pytest.mark.parametrize(("action", "words"), TOLD, ids=[words for _, words in TOLD])
def test_told(action: Action, words: str) -> None:
    assert told(action) == words


def test_past_of_what_clears_and_writes() -> None:
    assert past(told(SetMilestone(None))) == "cleared the milestone"
    assert past(told(WriteLine("DRI", "@a"))) == "set DRI line `@a`"


MORE: tuple[Action, ...] = (
    TickTask("nfr_request.sent"),
    PutItem("The license", "sent_on", "Sent on: 2026-11-23"),
    DropItem("sent_on"),
    Reopen(),
    Close(),
    OpenIssue("nfr_renewal acme", "nfr_renewal"),
    Ask(Request("key", "acme", "enrol", "cam-emea", START, (77, 12))),
    SendMail("key", "award_ctp", "acme"),
    ProposeChanges("77-42", ()),
    Relate(BARE, FULL),
)


def test_every_action_can_be_told_as_done() -> None:
    """Whatever is written down as done is told on the issue, and no verb may be unknown there."""
    every = [*(action for action, _ in TOLD), *MORE, *(step for step, _ in WORDS)]
    assert {type(action) for action in every} >= {*get_args(Action)}
    for action in every:
        assert past(told(action)) != told(action) or told(action).startswith("set "), told(action)


def test_past() -> None:
    assert [past(told(action)) for action, _ in TOLD[:5]] == [
        "added label `Channel`",
        "removed label `Channel`",
        "set weight 3",
        "cleared the weight",
        "assigned `@cam-emea`",
    ]


@pytest.mark.parametrize(
    ("action", "bare", "full"),
    [
        (AddLabel("x"), "", "a, b"),
        (RemoveLabel("x"), "", "a, b"),
        (SetWeight(1), "", "2"),
        (Assign(CAM), "", "cam-emea"),
        (SetDueDate(START), "", "2026-12-31"),
        (SetMilestone(RIGHT), "", "FY27Q4M2b"),
        (SetMilestone(None), "", "FY27Q4M2b"),
        (WriteLine("DRI", "@b"), "", "@a"),
        (WriteLine("NBA", "z"), "", "x; y"),
        (TickTask("x"), "", ""),
        (Close(), "opened", "opened"),
    ],
    ids=[
        *("add label", "remove label", "weight", "assignee", "due date", "milestone", "no milestone", "DRI", "NBA"),
        *("task", "state"),
    ],
)
def test_the_field_as_it_was(action: FieldAction, bare: str, full: str) -> None:
    assert (before(action, BARE), before(action, FULL)) == (bare, full)


@pytest.mark.parametrize(
    ("action", "was"),
    [
        (CreateMilestone("A", START, DUE), ""),
        (ChangeMilestone(NEAR, "A", START, DUE), "FY27Q4M2b, no start to no end, active"),
        (CloseMilestone(RIGHT), "Channel - FY27Q4 2b, 2026-12-16 to 2026-12-31, active"),
        (MoveIssues((BARE, FULL), RIGHT), "g/p#42 on FY27Q4M2b"),
    ],
    ids=["create", "change", "close", "move"],
)
def test_the_milestone_as_it_was(action: MilestoneAction, was: str) -> None:
    assert before_milestone(action) == was

"""GL-12 as a table of cases."""

from __future__ import annotations

import pytest

from bot.domain.actions import Nudge
from tests.cases import Case, named, opened, planned, prove
from tests.handlers.test_dri import user_id
from tests.stage import HOME, Stage

SEVERAL = ("say `several` (GL-12)",)
CASES = (
    Case("nobody is another rule's business", issue={"description": "Refresh the deck."}),
    Case("one is right", issue={"description": "DRI: @cam-emea"}),
    Case("one who is named twice is one", issue={"description": "DRI: @cam-emea\nDRI: @CAM-EMEA"}),
    Case(
        "two lines are asked about",
        issue={"description": "DRI: @cam-emea\nDRI: @cam-amer"},
        wishes=SEVERAL,
        after={"assignees": set(), "labels": set(), "description": "DRI: @cam-emea\nDRI: @cam-amer"},
        says=("`@cam-emea`, `@cam-amer` are all named",),
    ),
    Case(
        "two on one line are asked about",
        issue={"description": "DRI: @cam-emea and @cam-amer"},
        wishes=SEVERAL,
        says=("`@cam-emea`, `@cam-amer`",),
    ),
    Case(
        "several assignees are fine, and stay",
        issue={"description": "DRI: @cam-emea"},
        given=lambda on: {"assignee_ids": [user_id(on, "cam-amer"), user_id(on, "phd-emea")]},
        after={"assignees": ["cam-amer", "phd-emea"]},
    ),
)


@pytest.mark.parametrize(**named(CASES))
def test_one_dri(shared: Stage, case: Case) -> None:
    prove(shared, "one_dri", case)


def test_people_hear_of_it_again(shared: Stage) -> None:
    shared.play(only="one_dri")
    issue = opened(shared, HOME, {"description": "DRI: @cam-emea @cam-amer"})
    assert planned(shared, issue).points[0][1].nudge == Nudge(2)

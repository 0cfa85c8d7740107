"""GL-11 as a table of cases."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cases import Case, Fields, named, prove
from tests.stage import Stage, stage


def blocked(on: Stage) -> Fields:
    """cam-apac has left."""
    world = on.sandbox.world
    with world.lock:
        next(user for user in world.users.values() if user.username == "cam-apac").state = "blocked"
    return {}


MISSING = ("add label `DRI::missing`", "say `missing` (GL-11)")
CASES = (
    Case(
        "nobody named is asked for, and flagged",
        issue={"description": "Refresh the deck."},
        wishes=MISSING,
        after={"labels": {"DRI::missing"}, "assignees": set()},
        says=("nobody is named", "`DRI: @handle`"),
    ),
    Case(
        "the DRI is assigned",
        issue={"description": "DRI: @cam-emea"},
        wishes=("assign `@cam-emea`",),
        after={"assignees": ["cam-emea"]},
    ),
    Case(
        "bold, in a list, with a full stop",
        issue={"description": "- **DRI:** @cam-emea."},
        wishes=("assign `@cam-emea`",),
        after={"assignees": ["cam-emea"]},
    ),
    Case(
        "case does not matter",
        issue={"description": "dri: @Cam-EMEA"},
        wishes=("assign `@cam-emea`",),
        after={"assignees": ["cam-emea"]},
    ),
    Case(
        "who is assigned already stays",
        issue={"description": "DRI: @cam-emea"},
        given=lambda on: {"assignee_ids": [user_id(on, "phd-emea")]},
        wishes=("assign `@cam-emea`",),
        after={"assignees": ["phd-emea", "cam-emea"]},
    ),
    Case(
        "an assigned DRI is left alone",
        issue={"description": "DRI: @cam-emea"},
        given=lambda on: {"assignee_ids": [user_id(on, "cam-emea")]},
        after={"assignees": ["cam-emea"]},
    ),
    Case(
        "a line after the intro does not count",
        issue={"description": "Why\n\n## Details\n\nDRI: @cam-emea"},
        wishes=MISSING,
        after={"assignees": set()},
        says=("nobody is named",),
    ),
    Case(
        "a code block does not count",
        issue={"description": "```\nDRI: @cam-emea\n```"},
        wishes=MISSING,
        says=("nobody is named",),
    ),
    Case(
        "a name without a handle is asked about",
        issue={"description": "DRI: Jane of Accounts"},
        wishes=("add label `DRI::missing`", "say `unreadable` (GL-11)"),
        says=("the line says `Jane of Accounts`",),
    ),
    Case(
        "the flag goes when a DRI is named",
        issue={"description": "Refresh", "labels": "DRI::missing"},
        then=(("cam-emea", {"description": "DRI: @phd-apac\n\nRefresh"}),),
        wishes=("remove label `DRI::missing`", "assign `@phd-apac`"),
        after={"labels": set(), "assignees": ["phd-apac"]},
    ),
    Case(
        "two different DRIs are asked about",
        issue={"description": "DRI: @cam-emea\nDRI: @cam-amer"},
        wishes=("say `several` (GL-11)",),
        after={"assignees": set()},
        says=("`@cam-emea`, `@cam-amer` are all named",),
    ),
    Case(
        "everybody is nobody",
        issue={"description": "DRI: @all"},
        wishes=("say `everyone` (GL-11)",),
        after={"assignees": set()},
        says=("`@all` is everybody",),
    ),
    Case(
        "a group is asked about",
        issue={"description": "DRI: @gitlab-com/channel-team"},
        wishes=("say `group` (GL-11)",),
        says=("`@gitlab-com/channel-team` is a group",),
    ),
    Case(
        "an unknown handle is asked about",
        issue={"description": "DRI: @nobody-here"},
        wishes=("say `unknown` (GL-11)",),
        says=("nobody called `@nobody-here`",),
    ),
    Case(
        "the bot itself decides nothing",
        issue={"description": "DRI: @channel-bot"},
        wishes=("say `bot` (GL-11)",),
        after={"assignees": set()},
        says=("`@channel-bot` is me",),
    ),
    Case(
        "somebody without access is not assigned",
        issue={"description": "DRI: @pat-example"},
        wishes=("say `outsider` (GL-11)",),
        after={"assignees": set()},
        says=("`@pat-example` has no access",),
    ),
    Case(
        "a blocked account is not assigned",
        issue={"description": "DRI: @cam-apac"},
        given=blocked,
        wishes=("say `inactive` (GL-11)",),
        after={"assignees": set()},
        says=("`@cam-apac` has no active account",),
    ),
)


def user_id(on: Stage, username: str) -> int:
    return next(user.id for user in on.sandbox.world.users.values() if user.username == username)


@pytest.mark.parametrize(**named(CASES))
def test_dri(shared: Stage, case: Case) -> None:
    prove(shared, "dri", case)


def test_where_one_assignee_is_all_a_person_chooses(tmp_path: Path) -> None:
    """On GitLab Free the bot does not push anybody out."""
    with stage(tmp_path, tier="free") as free:
        case = Case(
            "one assignee",
            issue={"description": "DRI: @cam-emea", "assignee_ids": [user_id(free, "phd-emea")]},
            wishes=("say `one_assignee` (GL-11)",),
            after={"assignees": ["phd-emea"]},
            says=("in place of `@phd-emea`",),
        )
        prove(free, "dri", case)

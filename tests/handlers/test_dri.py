"""GL-11 as a table of cases."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.actions import Nudge
from tests.cases import Case, Fields, OrderCase, named, opened, planned, prove, prove_order
from tests.stage import HOME, Stage, stage


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
        "two different DRIs are another rule's business",
        issue={"description": "DRI: @cam-emea\nDRI: @cam-amer"},
        after={"assignees": set(), "labels": set()},
    ),
    Case(
        "two different DRIs take the flag away",
        issue={"description": "DRI: @cam-emea @cam-amer", "labels": "DRI::missing"},
        wishes=("remove label `DRI::missing`",),
        after={"assignees": set(), "labels": set()},
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
ORDERS = (
    OrderCase(
        "the person is named and assigned",
        order="dri @cam-emea",
        issue={"description": "Refresh the deck."},
        wishes=("set DRI line `@cam-emea`", "assign `@cam-emea`", "answer `named`"),
        after={"description": "DRI: @cam-emea\n\nRefresh the deck.", "assignees": ["cam-emea"]},
        says=("`@cam-emea` is the DRI now",),
    ),
    OrderCase(
        "spelt as GitLab spells it, with words around it",
        order="DRI is `@CAM-Emea`, please",
        wishes=("set DRI line `@cam-emea`", "assign `@cam-emea`", "answer `named`"),
        after={"description": "DRI: @cam-emea", "assignees": ["cam-emea"]},
    ),
    OrderCase(
        "the line that is there says it anew, and who is assigned stays",
        order="dri @cam-amer",
        issue={"description": "- **DRI:** @cam-emea\n- more"},
        given=lambda on: {"assignee_ids": [user_id(on, "cam-emea")]},
        wishes=("set DRI line `@cam-amer`", "assign `@cam-amer`", "answer `named`"),
        after={"description": "- DRI: @cam-amer\n- more", "assignees": ["cam-emea", "cam-amer"]},
    ),
    OrderCase(
        "who is named already is only assigned",
        order="dri @cam-emea",
        issue={"description": "**DRI**: @cam-emea."},
        wishes=("assign `@cam-emea`", "answer `named`"),
        after={"description": "**DRI**: @cam-emea.", "assignees": ["cam-emea"]},
    ),
    OrderCase(
        "who is assigned already is only named",
        order="dri @cam-emea",
        given=lambda on: {"assignee_ids": [user_id(on, "cam-emea")]},
        wishes=("set DRI line `@cam-emea`", "answer `named`"),
        after={"assignees": ["cam-emea"]},
    ),
    OrderCase(
        "nobody is asked about", order="dri", wishes=("answer `usage`",), says=("one person, like `@channel-bot dri",)
    ),
    OrderCase("a name is no handle", order="dri Jane Doe", wishes=("answer `usage`",)),
    OrderCase("two are asked about", order="dri @cam-emea and @cam-amer", wishes=("answer `usage`",)),
    OrderCase("a hidden one is nobody", order="dri <!-- @cam-emea -->", wishes=("answer `usage`",)),
    OrderCase(
        "everybody is refused",
        order="dri @ALL",
        wishes=("answer `everyone`",),
        after={"description": None},
        says=("`@ALL` is everybody",),
    ),
    OrderCase("a group is refused", order="dri @gitlab-com/channel-team", wishes=("answer `group`",)),
    OrderCase(
        "an unknown handle is refused",
        order="dri @nobody-here",
        wishes=("answer `unknown`",),
        after={"description": None, "assignees": set()},
        says=("nobody called `@nobody-here`",),
    ),
    OrderCase("the bot itself is refused", order="dri @channel-bot", wishes=("answer `bot`",)),
    OrderCase("somebody without access is refused", order="dri @pat-example", wishes=("answer `outsider`",)),
    OrderCase(
        "a blocked account is refused, although it is assigned",
        order="dri @cam-apac",
        given=blocked,
        wishes=("answer `inactive`",),
        after={"description": None, "assignees": set()},
    ),
)


def user_id(on: Stage, username: str) -> int:
    return next(user.id for user in on.sandbox.world.users.values() if user.username == username)


@pytest.mark.parametrize(**named(CASES))
def test_dri(shared: Stage, case: Case) -> None:
    prove(shared, "dri", case)


@pytest.mark.parametrize(**named(ORDERS))
def test_dri_by_order(shared: Stage, case: OrderCase) -> None:
    prove_order(shared, "dri", case)


def test_people_hear_again_of_whatever_is_wrong(shared: Stage) -> None:
    shared.play(only="dri")
    written = ("", "DRI: tbd", "DRI: @all", "DRI: @channel-bot", "DRI: @pat-example", "DRI: @nobody-here")
    plans = [planned(shared, opened(shared, HOME, {"description": text})) for text in written]
    assert {say.nudge for plan in plans for _, say in plan.points} == {Nudge(2)}


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
        ordered = OrderCase(
            "an order does not either",
            order="dri @cam-emea",
            issue={"assignee_ids": [user_id(free, "phd-emea")]},
            wishes=("answer `one_assignee`",),
            after={"description": None, "assignees": ["phd-emea"]},
            says=("in place of `@phd-emea`",),
        )
        prove_order(free, "dri", ordered)
        named_only = OrderCase(
            "who is the one assignee may be named",
            order="dri @phd-emea",
            issue={"assignee_ids": [user_id(free, "phd-emea")]},
            wishes=("set DRI line `@phd-emea`", "answer `named`"),
            after={"description": "DRI: @phd-emea", "assignees": ["phd-emea"]},
        )
        prove_order(free, "dri", named_only)

"""GL-08 as tables of cases: the question before a window ends, and the two orders that answer it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from gitlab.v4.objects import ProjectIssue

from bot.domain.actions import Answer, SetMilestone, WriteLine
from bot.domain.carry import Obeyed
from bot.domain.facts import Account
from bot.domain.gitlab import Milestone, MilestoneEvent, Note, Person
from bot.domain.needs import AccountOf, MilestoneHistory, Windows
from bot.domain.speech import code
from bot.domain.subject import CALENDAR
from bot.handlers import delegate_or_push
from bot.handlers.delegate_or_push import Settings
from tests.builders import BOT, CAM, at, facts, issue, order, put, window
from tests.cases import Case, Fields, OrderCase, named, prove, prove_order
from tests.stage import Stage, stage

TITLE = "Channel - FY27Q4 1b"
SMALL_WIN = {"labels": "Channel,Channel Priority:3"}


def on_window(on: Stage) -> Fields:
    """The issue is on the window of 16 to 30 November."""
    made = on.group().milestones.create({"title": TITLE, "start_date": "2026-11-16", "due_date": "2026-11-30"})
    return {"milestone_id": made.id}


def on_version(on: Stage) -> Fields:
    return {"milestone_id": on.group().milestones.create({"title": "v1.0", "due_date": "2026-11-30"}).id}


ASKED = ("say `which` (GL-08)",)
CASES = (
    Case("four days before the end it is quiet", issue=SMALL_WIN, given=on_window, today="2026-11-26"),
    Case(
        "three days before, the DRI hears both ways out",
        issue=SMALL_WIN,
        given=on_window,
        wishes=ASKED,
        after={"milestone": TITLE},
        says=(f"[`{TITLE}`](http", "ends on 2026-11-30", "`@channel-bot push`", "`@channel-bot delegate @somebody`"),
        today="2026-11-27",
        reminds=True,
    ),
    Case(
        "and after it",
        issue=SMALL_WIN,
        given=on_window,
        wishes=ASKED,
        says=("ended on 2026-11-30",),
        today="2026-12-20",
        reminds=True,
    ),
    Case("a big bet is not asked about", issue={"labels": "Channel Priority:2"}, given=on_window, today="2026-11-30"),
    Case("nor is what has no priority", given=on_window, today="2026-11-30"),
    Case("without a milestone nothing ends", issue=SMALL_WIN, today="2026-11-30"),
    Case("a milestone that is no window is left alone", issue=SMALL_WIN, given=on_version, today="2026-11-30"),
)


@pytest.mark.parametrize(**named(CASES))
def test_delegate_or_push(scene: Stage, case: Case) -> None:
    prove(scene, "delegate_or_push", case)


def test_on_the_free_plan_it_is_the_same(tmp_path: Path) -> None:
    with stage(tmp_path, tier="free") as free:
        prove(free, "delegate_or_push", CASES[1])


def blocked(on: Stage) -> Fields:
    """cam-apac has left."""
    world = on.sandbox.world
    with world.lock:
        next(user for user in world.users.values() if user.username == "cam-apac").state = "blocked"
    return {}


def assigned(on: Stage) -> Fields:
    """cam-emea works on it."""
    user = on.as_("cam-emea").users.list(username="cam-emea", get_all=True)[0]
    return {"assignee_ids": [user.id]}


HANDED_ON = OrderCase(
    "another DRI is named and assigned, nobody is unassigned",
    "delegate @cam-amer",
    issue={"description": "- **DRI:** @cam-emea\n\nThe deck."},
    given=assigned,
    wishes=("set DRI line `@cam-amer`", "assign `@cam-amer`", "answer `delegated`"),
    after={"description": "- DRI: @cam-amer\n\nThe deck.", "assignees": ["cam-emea", "cam-amer"]},
    says=("`@cam-amer` is the DRI now", "Whoever was assigned before still is"),
)
DELEGATED = (
    HANDED_ON,
    OrderCase(
        "where nobody was named, a line is added",
        "delegate to @cam-amer please",
        issue={"description": "The deck."},
        wishes=("set DRI line `@cam-amer`", "assign `@cam-amer`", "answer `delegated`"),
        after={"description": "DRI: @cam-amer\n\nThe deck."},
    ),
    OrderCase(
        "who is DRI already stays it",
        "delegate @CAM-emea",
        issue={"description": "DRI: @cam-emea"},
        given=assigned,
        wishes=("answer `delegated`",),
        after={"description": "DRI: @cam-emea", "assignees": ["cam-emea"]},
    ),
    OrderCase("it takes a person", "delegate", wishes=("answer `usage`",), says=("`@channel-bot delegate @handle`",)),
    OrderCase("and one", "delegate @cam-emea @cam-amer", wishes=("answer `usage`",)),
    OrderCase("everybody is nobody", "delegate @all", wishes=("answer `unfit`",), says=("that is everybody",)),
    OrderCase("a group is no person", "delegate @gitlab-com", wishes=("answer `unfit`",), says=("that is a group",)),
    OrderCase("nobody has that name", "delegate @cam-mars", wishes=("answer `unfit`",), says=("I know nobody",)),
    OrderCase("the bot decides nothing", "delegate @channel-bot", wishes=("answer `unfit`",), says=("that is me",)),
    OrderCase(
        "who has left cannot take over",
        "delegate @cam-apac",
        given=blocked,
        wishes=("answer `unfit`",),
        says=("cannot hand it to `@cam-apac`: the account is not active",),
    ),
    OrderCase("nor who has no access", "delegate @pat-example", wishes=("answer `unfit`",), says=("no access",)),
)


@pytest.mark.parametrize(**named(DELEGATED))
def test_delegate(scene: Stage, case: OrderCase) -> None:
    prove_order(scene, "delegate_or_push", case)


def test_on_the_free_plan_one_person_is_assigned(tmp_path: Path) -> None:
    """The line stays too: it would name somebody who does not have the issue."""
    with stage(tmp_path, tier="free") as free:
        same = {"description": HANDED_ON.issue["description"], "assignees": ["cam-emea"]}
        says = ("this GitLab plan allows one assignee",)
        prove_order(free, "delegate_or_push", replace(HANDED_ON, wishes=("answer `unfit`",), after=same, says=says))


@pytest.mark.parametrize(("rest", "needs"), [("@cam-emea", [AccountOf("cam-emea")]), ("@all", []), ("@a @b", [])])
def test_delegate_asks_about_the_one_it_names(rest: str, needs: list[AccountOf]) -> None:
    said = order("delegate", "2026-11-21", rest)
    assert list(delegate_or_push.order_needs(facts(issue()), Settings(), said)) == needs


FIRST, SECOND, THIRD, FOURTH = (window(f"FY27Q4 {name}") for name in ("1a", "1b", "2a", "2b"))


def answered(topic: str, milestone: Milestone) -> Answer:
    return Answer(topic, {"to": f"[{code(milestone.title)}]({milestone.web_url})"})


@dataclass(frozen=True)
class Pushed:
    """An issue with a past (the milestone journal), `push` on 2026-11-21 at 10:00, and what it comes to."""

    name: str
    now: Milestone | None
    answer: Answer
    journal: tuple[MilestoneEvent, ...] = ()
    does: tuple[Obeyed, ...] = ()


PLANNED = (put("2026-11-01", SECOND),)
PUSHES = (
    Pushed("one window on", SECOND, answered("pushed", THIRD), PLANNED, (SetMilestone(THIRD),)),
    Pushed("without a journal from where it is", SECOND, answered("pushed", THIRD), (), (SetMilestone(THIRD),)),
    Pushed("from a later window too", THIRD, answered("pushed", FOURTH), (), (SetMilestone(FOURTH),)),
    Pushed(
        "from one long over to the window of the day", FIRST, answered("pushed", SECOND), (), (SetMilestone(SECOND),)
    ),
    Pushed("from none to the one after the day's", None, answered("pushed", THIRD), (), (SetMilestone(THIRD),)),
    Pushed(
        "where it was taken off before, too",
        None,
        answered("pushed", THIRD),
        (*PLANNED, put("2026-11-20", SECOND, "remove")),
        (SetMilestone(THIRD),),
    ),
    Pushed(
        "a second time it is there already",
        THIRD,
        answered("pushed", THIRD),
        (*PLANNED, put("2026-11-21 10:05", THIRD, by=BOT)),
    ),
    Pushed(
        "what a person did meanwhile stands",
        FOURTH,
        Answer("overtaken", done=False),
        (*PLANNED, put("2026-11-21 10:05", FOURTH)),
    ),
    Pushed(
        "a window that does not exist yet is asked for",
        FOURTH,
        Answer("missing", {"to": code("Channel - FY27Q4 3a")}, done=False),
        (),
        (CALENDAR,),
    ),
)


@pytest.mark.parametrize("case", PUSHES, ids=lambda case: case.name)
def test_push(case: Pushed) -> None:
    """It goes from the window of then, whenever it is obeyed, so that five of them at once go one window on."""
    seen = facts(issue(milestone=case.now), "2027-02-01", milestone_events=case.journal)
    seen = replace(seen, windows=(FIRST, SECOND, THIRD, FOURTH))
    said = order("push", "2026-11-21 10:00")
    assert tuple(delegate_or_push.obey(seen, Settings(), said)) == (*case.does, case.answer)
    assert set(delegate_or_push.order_needs(seen, Settings(), said)) == {Windows(), MilestoneHistory()}


def test_days_below_0_are_refused() -> None:
    with pytest.raises(ValueError, match="days_before_end must be a number from 0 up, not -1"):
        Settings(days_before_end=-1)


def told(on: Stage, where: ProjectIssue, *comments: str) -> ProjectIssue:
    """The issue after somebody wrote these comments, and the bot then looked once."""
    for text in comments:
        on.fresh(where).notes.create({"body": text})
    on.look(where)
    return on.fresh(where)


def test_five_pushes_before_the_bot_looks_are_one(scene: Stage) -> None:
    """In five comments or in one; and a push after that is one more."""
    scene.sandbox.world.clock.set(at("2026-11-21 10:00"))
    scene.play(only="delegate_or_push")
    spans = (("1b", "2026-11-16", "2026-11-30"), ("2a", "2026-12-01", "2026-12-15"), ("2b", "2026-12-16", "2026-12-31"))
    titles = [f"Channel - FY27Q4 {name}" for name, *_ in spans]
    made = [
        scene.group().milestones.create({"title": title, "start_date": start, "due_date": due})
        for title, (_, start, due) in zip(titles, spans, strict=True)
    ]
    opened = scene.issue(milestone_id=made[0].id)
    pushed = told(scene, opened, *["@channel-bot push"] * 3, "@channel-bot push\n@channel-bot push")
    assert pushed.milestone["title"] == titles[1]
    (answer,) = scene.comments(opened)
    assert answer.count(f"It is on [`{titles[1]}`](") == 5
    assert told(scene, opened, "@channel-bot push").milestone["title"] == titles[2]


def test_a_window_that_is_missing_is_made_and_the_order_can_be_repeated(scene: Stage) -> None:
    scene.sandbox.world.clock.set(at("2026-11-21 10:00"))
    scene.play()
    opened = scene.issue()
    assert told(scene, opened, "@channel-bot push").milestone is None
    assert "does not exist yet. I have asked for it" in scene.comments(opened)[0]
    assert told(scene, opened, "@channel-bot push").milestone["title"] == "Channel - FY27Q4 2a"


def test_a_description_that_somebody_rewrote_meanwhile_keeps_its_dri() -> None:
    """Theirs is the last word; one from before the order is written on."""
    accounts = {"cam-amer": Account("cam-amer", Person(6, "cam-amer"), member=True)}
    for when, is_theirs in (("2026-11-21 09:59", False), ("2026-11-21 10:01", True)):
        note = Note(1, "changed the description", CAM, at(when), at(when), system=True)
        seen = facts(issue(), notes=(note,), accounts=accounts)
        said = [*delegate_or_push.obey(seen, Settings(), order("delegate", "2026-11-21 10:00", "@cam-amer"))]
        assert (said == [Answer("rewritten", done=False)]) is is_theirs
        assert (WriteLine("DRI", "@cam-amer") in said) is not is_theirs

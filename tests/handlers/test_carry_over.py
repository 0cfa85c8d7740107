"""GL-15 as tables of cases, and its order on one issue and on a digest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

import pytest

from bot.domain.actions import AddLabel, Answer, MoveIssues, Nudge, Say, SetMilestone
from bot.domain.carry import Obeyed
from bot.domain.gitlab import LabelEvent, Milestone, MilestoneEvent
from bot.domain.needs import LabelHistory, MilestoneHistory, OverdueIssues, Windows
from bot.domain.speech import code
from bot.domain.subject import CALENDAR
from bot.granted import Granted
from bot.handlers import carry_over
from bot.handlers.carry_over import Settings
from tests.builders import CAM, SITE, at, facts, issue, order, put, window
from tests.cases import Case, Fields, named, prove
from tests.stage import Stage, stage

OVER, NEXT, NOW = "Channel - FY27Q4 1a", "Channel - FY27Q4 1b", "Channel - FY27Q4 2a"
SPANS = {OVER: ("2026-11-01", "2026-11-15"), NEXT: ("2026-11-16", "2026-11-30"), NOW: ("2026-12-01", "2026-12-15")}
OFTEN = SITE.labels.carried_often.name


def left_in(title: str, *others: str) -> Callable[[Stage], Fields]:
    """The issue is on this milestone; the others exist besides."""

    def given(on: Stage) -> Fields:
        made = {one: on.group().milestones.create({"title": one, **_span(one)}).id for one in (title, *others)}
        return {"milestone_id": made[title]}

    return given


def _span(title: str) -> Fields:
    start, due = SPANS.get(title, ("2026-11-01", "2026-11-15"))
    return {"start_date": start, "due_date": due}


def labelled(priority: str, *more: str) -> Fields:
    return {"labels": ",".join(["Channel", f"Channel Priority:{priority}", *more])}


SAY = ("say `over` (GL-15)",)
PROPOSED = (
    Case("no milestone has no end", issue=labelled("2")),
    Case("a milestone that is no window has none either", issue=labelled("2"), given=left_in("v1.0")),
    Case("on its last day a window is not over", issue=labelled("2"), given=left_in(OVER), today="2026-11-15"),
    Case(
        "the day after, a big bet would go on to the next window",
        issue=labelled("2"),
        given=left_in(OVER, NEXT),
        wishes=SAY,
        reminds=True,
        after={"milestone": OVER},
        says=(f"[`{OVER}`](http", "ended on 2026-11-15. It would go on to", NEXT, "`@channel-bot rollover apply`"),
        today="2026-11-16",
    ),
    Case(
        "weeks later it would go to the window of the day",
        issue=labelled("2"),
        given=left_in(OVER, NEXT, NOW),
        wishes=SAY,
        reminds=True,
        says=(f"It would go on to `{NOW}`",),
        today="2026-12-03",
    ),
    Case(
        "a home run is the director's",
        issue=labelled("1"),
        given=left_in(OVER),
        wishes=("say `escalated` (GL-15)",),
        reminds=True,
        says=("this top priority is still open. It stays there until you decide",),
    ),
    Case(
        "about a small win a person decides",
        issue=labelled("3"),
        given=left_in(OVER),
        wishes=SAY,
        reminds=True,
        says=(f"Please decide: `@channel-bot rollover apply` moves it to `{NEXT}`",),
    ),
    Case("without a priority too", given=left_in(OVER), wishes=SAY, reminds=True, says=("Please decide",)),
    Case(
        "what need not be on a window would come off",
        issue=labelled("Backlog"),
        given=left_in(OVER),
        wishes=SAY,
        reminds=True,
        says=("With its priority it needs no window",),
    ),
)
APPLIED = (
    Case(
        "a big bet goes on",
        issue=labelled("2"),
        given=left_in(OVER, NEXT),
        wishes=(f"set milestone `{NEXT}`",),
        after={"milestone": NEXT},
    ),
    Case(
        "weeks later, to the window of the day",
        issue=labelled("2"),
        given=left_in(OVER, NEXT, NOW),
        wishes=(f"set milestone `{NOW}`",),
        after={"milestone": NOW},
        today="2026-12-03",
    ),
    Case("a window that does not exist yet is waited for", issue=labelled("2"), given=left_in(OVER)),
    Case("a title that is put right first is waited for", issue=labelled("2"), given=left_in("FY27Q4M1a", NEXT)),
    Case(
        "priority 4 comes off",
        issue=labelled("4"),
        given=left_in(OVER, NEXT),
        wishes=("clear the milestone",),
        after={"milestone": None},
    ),
    Case(
        "Backlog comes off, whatever exists",
        issue=labelled("Backlog"),
        given=left_in(OVER),
        wishes=("clear the milestone",),
        after={"milestone": None},
    ),
    Case(
        "about a small win a person decides",
        issue=labelled("3"),
        given=left_in(OVER),
        wishes=SAY,
        reminds=True,
        says=("decide",),
    ),
)


@pytest.mark.parametrize(**named(PROPOSED))
def test_in_mode_propose_nothing_moves(scene: Stage, case: Case) -> None:
    prove(scene, "carry_over", case)


@pytest.mark.parametrize(**named(APPLIED))
def test_in_mode_apply_the_table_decides(scene: Stage, case: Case) -> None:
    configure(scene, mode="apply")
    prove(scene, "carry_over", case)


@pytest.mark.parametrize("case", [PROPOSED[3], APPLIED[0]], ids=lambda case: case.name)
def test_on_the_free_plan_it_is_the_same(tmp_path: Path, case: Case) -> None:
    with stage(tmp_path, tier="free") as free:
        configure(free, mode="apply" if case in APPLIED else "propose")
        prove(free, "carry_over", case)


def configure(on: Stage, **changes: Any) -> None:
    settings = {**on.config.settings}
    settings["carry_over"] = replace(settings["carry_over"], **changes)  # type: ignore[type-var]  # a dataclass
    on.config = replace(on.config, settings=settings)


FIRST, SECOND, THIRD, FOURTH, LATER, LAST = (window(f"FY27Q4 {name}") for name in ("1a", "1b", "2a", "2b", "3a", "3b"))
TWICE = (put("2026-10-30", FIRST), put("2026-11-16", SECOND), put("2026-12-02", THIRD))
"""Carried over two times, and on the third window since."""
THRICE = (*TWICE, put("2026-12-17", FOURTH))
DIRECTOR = Nudge(0, ("channel-director",))


def told(journal: tuple[MilestoneEvent, ...], today: str, settings: Settings | None = None, **fields: Any) -> list[Any]:
    """What is wished for an issue with that past."""
    on = [one.milestone for one in journal if one.action == "add"][-1]
    seen = facts(issue(milestone=on, **fields), today, milestone_events=journal, windows=(FIRST, SECOND, THIRD, FOURTH))
    said = carry_over.decide(seen, settings or Settings())
    return [one for one in said if isinstance(one, AddLabel | SetMilestone | Say)]


def test_how_often_it_was_carried_over_is_named() -> None:
    (said,) = told(TWICE, "2026-12-16", priority="2")
    assert (said.topic, said.values["times"], said.nudge) == ("over", "twice", Nudge(0))


def test_the_third_time_it_is_flagged_and_the_director_hears() -> None:
    """Also while its window lasts, as long as the label is there."""
    over, label, often = told(THRICE, "2027-01-01", priority="2")
    assert (over.values["times"], label) == ("3 times", AddLabel(OFTEN))
    assert often == Say("GL-15", "often", {"times": "3 times"}, DIRECTOR, internal=True)
    assert told(THRICE, "2026-12-20", priority="2", labels={OFTEN}) == [often]


def test_what_a_person_planned_anew_is_no_more_to_decide() -> None:
    """The label stays until somebody takes it off; taking it off alone says that it was read, too."""
    again = (*THRICE, put("2026-12-20", LATER))
    assert told(again, "2026-12-21", priority="2", labels={OFTEN}) == []
    off = (LabelEvent(1, at("2026-12-18"), CAM.id, "remove", OFTEN),)
    seen = facts(issue(milestone=FOURTH, priority="2"), "2026-12-21", milestone_events=THRICE, label_events=off)
    assert [*carry_over.needs(seen, Settings())] == [LabelHistory()]
    assert [one for one in carry_over.decide(seen, Settings()) if isinstance(one, Say | AddLabel)] == []


def test_once_more_over_the_end_it_is_to_decide_again() -> None:
    more = (*THRICE, put("2026-12-20", LATER), put("2027-01-20", LAST))
    (often,) = told(more, "2027-01-21", priority="2", labels={OFTEN})
    assert often.values["times"] == "4 times"


def test_the_carry_over_of_now_is_counted_too() -> None:
    move, label, often = told(TWICE, "2026-12-16", Settings(mode="apply"), priority="2")
    assert (move, label, often.values["times"]) == (SetMilestone(FOURTH), AddLabel(OFTEN), "3 times")


@pytest.mark.parametrize("mode", ["apply", "propose"])
def test_a_home_run_that_is_over_is_escalated_where_only_staff_reads(mode: Literal["apply", "propose"]) -> None:
    """It moves nothing, so it needs nobody's word first."""
    (said,) = told(TWICE[:1], "2026-11-16", Settings(mode=mode), priority="1")
    assert (said.topic, said.internal, said.nudge, said.values["times"]) == ("escalated", True, DIRECTOR, "")


def test_without_a_director_whoever_answers_for_the_issue_is_told() -> None:
    site = replace(SITE, registry=replace(SITE.registry, roles=()))
    seen = replace(facts(issue(milestone=FIRST, priority="1"), "2026-11-16"), site=site)
    *_, said = carry_over.decide(seen, Settings(mode="apply"))
    assert isinstance(said, Say)
    assert said.nudge == Nudge(0)


def test_the_table_and_the_day_are_settings() -> None:
    """A priority that the table does not name is decided about by a person."""
    settings = Settings(mode="apply", on_end={"1": "next"}, days_after_end=3)
    assert told(TWICE[:1], "2026-11-17", settings, priority="1") == []
    assert told(TWICE[:1], "2026-11-18", settings, priority="1") == [SetMilestone(SECOND)]
    assert [one.values["fate"] for one in told(TWICE[:1], "2026-11-18", settings, priority="2")] == ["propose"]


@pytest.mark.parametrize("name", ["days_after_end", "flag_from", "most"])
def test_numbers_below_1_are_refused(name: str) -> None:
    wrong: dict[str, Any] = {name: 0}
    with pytest.raises(ValueError, match=f"{name} must be a number from 1 up, not 0"):
        Settings(**wrong)


def test_it_asks_only_for_what_it_uses() -> None:
    """The journal where a window is over or the label is there, the windows where something would move."""

    def needs(seen: Any, settings: Settings) -> set[Any]:
        return set(carry_over.needs(seen, settings))

    running, over = (
        facts(issue(milestone=THIRD), "2026-12-02"),
        facts(issue(milestone=THIRD, priority="2"), "2026-12-16"),
    )
    assert needs(running, Settings()) == set()
    assert needs(facts(issue(labels={OFTEN})), Settings()) == {MilestoneHistory()}
    assert needs(over, Settings()) == {MilestoneHistory()}
    assert needs(over, Settings(mode="apply")) == {MilestoneHistory(), Windows()}


def test_a_window_that_is_missing_is_asked_for() -> None:
    over = facts(issue(milestone=THIRD, priority="2"), "2026-12-16")
    assert list(carry_over.affects(over, Settings(mode="apply"))) == []
    read = replace(over, read=frozenset({Windows()}), windows=(THIRD,))
    assert list(carry_over.affects(read, Settings(mode="apply"))) == [CALENDAR]
    assert list(carry_over.affects(replace(read, windows=(FOURTH,)), Settings(mode="apply"))) == []


ALL = (FIRST, SECOND, THIRD, FOURTH)


@dataclass(frozen=True)
class Ordered:
    """An issue with a past (the milestone journal), `rollover apply` on 2026-11-21, and what it comes to."""

    name: str
    answer: Answer
    journal: tuple[MilestoneEvent, ...] = TWICE[:1]
    now: Milestone | None = FIRST
    does: tuple[Obeyed, ...] = ()
    priority: str | None = "2"
    windows: tuple[Milestone, ...] = ALL


MOVED = Answer("moved", {"to": f"[{code(SECOND.title)}](https://g/1b)"})
TO_SECOND = (SetMilestone(SECOND),)
ORDERS = (
    *(Ordered(f"priority {key} goes on", MOVED, does=TO_SECOND, priority=key) for key in ("1", "2", "3", None)),
    Ordered("Backlog comes off", Answer("cleared"), does=(SetMilestone(None),), priority="Backlog"),
    Ordered("without a journal, what it is on counts", MOVED, journal=(), does=TO_SECOND),
    Ordered("a second time it is done already", MOVED, (*TWICE[:1], put("2026-11-21 11:00", SECOND)), SECOND),
    Ordered(
        "so it is when it came off",
        Answer("cleared"),
        (*TWICE[:1], put("2026-11-21 11:00", FIRST, "remove")),
        None,
        priority="4",
    ),
    Ordered(
        "what a person did after the order stands",
        Answer("overtaken", done=False),
        (*TWICE[:1], put("2026-11-21 11:00", FOURTH)),
        FOURTH,
    ),
    Ordered(
        "a window that is not over has nothing to carry",
        Answer(
            "not_over",
            {"window": f"[{code(SECOND.title)}](https://g/1b)", "push": "`@channel-bot push`"},
            done=False,
        ),
        (put("2026-11-16", SECOND),),
        SECOND,
    ),
    Ordered("neither has an issue on none", Answer("no_window", done=False), (put("2026-11-22", FIRST),)),
    Ordered(
        "a window that does not exist yet is asked for",
        Answer("missing", {"to": code(SECOND.title)}, done=False),
        does=(CALENDAR,),
        windows=(FIRST,),
    ),
    Ordered(
        "the second time it is not flagged",
        MOVED,
        (put("2026-09-17", window("FY27Q3 2b")), put("2026-10-02", FIRST)),
        does=TO_SECOND,
    ),
    Ordered(
        "the third time it is flagged at once",
        MOVED,
        (
            put("2026-09-03", window("FY27Q3 2a")),
            put("2026-09-17", window("FY27Q3 2b")),
            put("2026-10-02", FIRST),
        ),
        does=(*TO_SECOND, AddLabel(OFTEN)),
    ),
)


@pytest.mark.parametrize("case", ORDERS, ids=lambda case: case.name)
def test_rollover_apply_on_an_issue(case: Ordered) -> None:
    """It means what it meant on the day it was said; obeying twice equals once."""
    seen = facts(issue(milestone=case.now, priority=case.priority), "2027-02-01")
    seen = replace(seen, milestone_events=case.journal, windows=case.windows)
    said = order("rollover apply", "2026-11-21 10:00")
    assert tuple(carry_over.obey(seen, Settings(), said)) == (*case.does, case.answer)
    assert set(carry_over.order_needs(seen, Settings(), said)) == {Windows(), MilestoneHistory()}


LEFT = tuple(
    issue(number, key, milestone=FIRST) for number, key in enumerate(("1", "2", "3", "4", "Backlog", "2", None))
)
MORE = (
    issue(10, "2", milestone=FIRST, labels={"bot::hands-off"}),
    issue(11, "2", milestone=FIRST, project="gitlab-com/channel/partners/emea/acme/collaboration/workspace"),
    issue(12, "2", milestone=FIRST, issue_type="task"),
    issue(13, "2", milestone=SECOND),
)
"""Kept off; a partner's, where labels alone tell nothing; no issue; not over on the day of the order."""


def on_digest(overdue: tuple[Any, ...], settings: Settings, windows: tuple[Milestone, ...] = ALL) -> list[Obeyed]:
    seen = facts(issue(), "2026-12-01", digest_of="Channel - FY27Q4 1b", overdue=overdue, windows=windows)
    said = order("rollover apply", "2026-11-21 10:00")
    assert set(carry_over.order_needs(seen, settings, said)) == {Windows(), OverdueIssues()}
    return list(carry_over.obey(seen, settings, said))


def test_rollover_apply_on_a_digest_moves_what_the_table_moves_by_itself() -> None:
    moved, cleared, answer = on_digest((*LEFT, *MORE), Settings(most=4))
    assert moved == MoveIssues((LEFT[1], LEFT[5]), SECOND)
    assert cleared == MoveIssues((LEFT[3], LEFT[4]), None)
    assert answer == Answer("carried", {"left": "3", "to": code(SECOND.title)})


def test_a_second_time_nothing_is_left_to_move() -> None:
    """What is said then is as true as it was the first time, which a broken connection may have cut off."""
    assert on_digest((), Settings(), windows=()) == [Answer("carried", {"left": "0", "to": code(SECOND.title)})]


def test_above_the_cap_nothing_moves() -> None:
    (answer,) = on_digest(LEFT, Settings(most=3))
    assert answer == Answer("too_many", {"count": "4", "most": "3"}, done=False)


def test_a_missing_window_is_asked_for_before_anything_moves() -> None:
    assert on_digest(LEFT, Settings(), windows=(FIRST,)) == [
        CALENDAR,
        Answer("missing", {"to": code(SECOND.title)}, done=False),
    ]


def test_one_order_on_a_digest_carries_all_over(scene: Stage) -> None:
    """Two go on, one comes off its milestone, and what a person has to decide about stays; a second time moves none."""
    scene.play(only="carry_over", day=date(2026, 11, 21))
    milestones = left_in(OVER, NEXT)(scene)
    issues = [scene.issue(**labelled(key), **milestones) for key in ("2", "2", "Backlog", "3")]
    opened = scene.issue(title="Channel priorities - FY27Q4 1b")
    bot, said = scene.bot, order("rollover apply", "2026-11-21 10:00")
    for moved in (2, 0):
        seen = replace(bot.snapshot.issue(opened.project_id, opened.iid), digest_of=NEXT)
        seen = bot.snapshot.read(seen, bot.rules.order_needs(seen, said))
        plan = bot.rules.obey(seen, said)
        bot.apply.obey(seen, plan, lambda: None, Granted())
        moves = [action for _, action in plan.milestones if isinstance(action, MoveIssues) and action.target]
        assert sum(len(action.issues) for action in moves) == moved
    on = [fresh.milestone and fresh.milestone["title"] for fresh in map(scene.fresh, issues)]
    assert on == [NEXT, NEXT, None, OVER]

"""PH-03 and NF-12 as tables of cases: what is closed before its last tasks are done is opened again, once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.actions import Nudge
from bot.domain.checklist import read_checklist
from bot.domain.facts import IssueFacts
from bot.domain.needs import StateHistory
from bot.domain.templated import Templated
from bot.handlers import closing_tasks
from bot.handlers.closing_tasks import Settings, templated_needs
from tests.builders import BOT, facts, issue
from tests.cases import Case as Played
from tests.cases import named, prove
from tests.stage import Stage
from tests.templatedfacts import (
    PHD,
    TASKS,
    TemplatedCase,
    decided,
    event,
    prove_decision,
    says,
    templated,
    text,
)

DONE = text(ticked=2)
CLOSED = event("2026-11-24 09:00", "closed")
UNDONE = (CLOSED, event("2026-11-24 09:01", "reopened", BOT))
TWICE = (*UNDONE, event("2026-11-24 10:00", "closed"))
LEFT = ("this was still to do:\n  - Salesforce shows it\n\n", "close it once more, and I leave it so")


def closed(description: str = text(ticked=1), **more: Any) -> IssueFacts:
    return templated(description, **{"state": "closed", "state_events": (CLOSED,), **more})


def mastered(facts: IssueFacts) -> IssueFacts:
    """With the tasks that the template asks."""
    assert isinstance(facts.case, Templated)
    return replace(facts, case=replace(facts.case, master=read_checklist(TASKS)))


CASES = (
    TemplatedCase("while it is open nothing is asked", templated()),
    TemplatedCase("an ordinary issue is none of its business", facts(issue(state="closed"))),
    TemplatedCase("closed with all done it stays closed", closed(DONE)),
    TemplatedCase("a template that requires nothing is closed by anybody", closed(template={"close_requires": ()})),
    TemplatedCase("elsewhere its template is not asked for", closed(is_home=False)),
    TemplatedCase("closed too early it is opened again with what is left", closed(), ("reopen the issue",), LEFT),
    TemplatedCase("which is said as long as it is so", templated(text(ticked=1), state_events=UNDONE), (), LEFT),
    TemplatedCase("and not after that", templated(DONE, state_events=UNDONE)),
    TemplatedCase("a second time it stays closed", closed(state_events=TWICE)),
    TemplatedCase(
        "unless nobody closed it whose word counts",
        closed(state_events=TWICE, guard=replace(closed().guard, is_up=True)),
        ("reopen the issue",),
        LEFT,
    ),
    TemplatedCase("what the bot closed stays closed", closed(state_events=(event("2026-11-24", "closed", BOT),))),
    TemplatedCase("what was moved goes on elsewhere", closed(moved_to_id=5)),
    TemplatedCase("what was closed long ago is past", closed(today="2026-12-25")),
    TemplatedCase("on the last day it is not", closed(today="2026-12-24"), ("reopen the issue",), LEFT),
    TemplatedCase("where the journal is silent nobody is troubled", closed(state_events=())),
    TemplatedCase(
        "a task that somebody deleted is not done",
        closed("Template: `License_Request`"),
        ("reopen the issue",),
        ("  - licence.sent\n  - licence.noted\n",),
    ),
    TemplatedCase(
        "and is called as the template has it",
        mastered(closed("Template: `License_Request`")),
        ("reopen the issue",),
        ("  - The license is sent\n  - Salesforce shows it\n",),
    ),
    TemplatedCase(
        "a task that does not apply is not done",
        closed(text(ticked=1).replace("[ ]", "[~]")),
        ("reopen the issue",),
        LEFT,
    ),
    TemplatedCase(
        "a task that lost its id is found by its words", mastered(closed(DONE.replace("<!-- t:licence.noted -->", "")))
    ),
    TemplatedCase(
        "also when it is open",
        mastered(closed(text(ticked=1).replace("<!-- t:licence.noted -->", ""))),
        ("reopen the issue",),
        LEFT,
    ),
)


@pytest.mark.parametrize(**named(CASES))  # type: ignore[arg-type]  # a table of its own
def test_closing_tasks(case: TemplatedCase) -> None:
    prove_decision(closing_tasks, case)


@pytest.mark.parametrize(
    ("more", "who"),
    [({"assignees": (PHD,)}, "phd-emea"), ({}, "phd-emea"), ({"template": {"assign": ""}}, "desk-lead")],
    ids=["who is assigned", "who should be", "else the lead"],
)
def test_who_has_it_in_hand_hears_at_once(more: dict[str, Any], who: str) -> None:
    (point,) = says(decided(closing_tasks, closed(**more)))
    assert point.nudge == Nudge(0, who=(who,))


def test_the_journal_is_read_where_a_close_may_be_undone() -> None:
    """Of an open issue that the bot never wrote, nobody has to ask who closed it before."""
    assert list(templated_needs(closed(), Settings())) == [StateHistory()]
    assert list(templated_needs(templated(wrote=None), Settings())) == [StateHistory()]
    assert list(templated_needs(templated(wrote=frozenset({"state"})), Settings())) == [StateHistory()]
    others = (
        templated(wrote=frozenset({"due date"})),
        closed(DONE),
        closed(moved_to_id=5),
        facts(issue(state="closed")),
    )
    assert [list(templated_needs(one, Settings())) for one in others] == [[]] * 4


WEEK = (
    "- [ ] Last PHD Review and Account Notes are up to date <!-- t:phd_weekly.sfdc -->\n\nTemplate: `PHD_Weekly_Review`"
)
PLAYED = (
    Played(
        "a review without its last task is opened again",
        issue={"description": WEEK},
        then=(("cam-emea", {"state_event": "close"}),),
        wishes=("reopen the issue", "say `reopened` (PH-02)"),
        after={"state": "opened"},
        says=("Last PHD Review and Account Notes are up to date",),
        reminds=True,
        today="2026-11-24",
    ),
    Played(
        "a review with its last task stays closed",
        issue={"description": WEEK.replace("[ ]", "[x]")},
        then=(("cam-emea", {"state_event": "close"}),),
        after={"state": "closed"},
        today="2026-11-24",
    ),
)


@pytest.mark.parametrize(**named(PLAYED))
def test_it_is_so_in_gitlab(shared: Stage, case: Played) -> None:
    prove(shared, "closing_tasks", case)


def test_the_second_close_stands(shared: Stage) -> None:
    shared.play(only="closing_tasks")
    review = shared.issue(description=WEEK)
    states = []
    for _ in range(2):
        shared.edit(review, state_event="close")
        shared.look(review)
        states.append(shared.fresh(review).state)
    assert states == ["opened", "closed"]

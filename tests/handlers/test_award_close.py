"""AW-13 as tables of cases: what is asked before an award is closed, what undoes a close, and what is recorded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest

from bot.domain.actions import Reopen
from bot.domain.facts import IssueFacts
from bot.domain.needs import HoldersOf, NoteHistory, StateHistory
from bot.domain.registry import Certification
from bot.handlers.award_close import Settings, award_needs, decide_award
from tests.awards import (
    ACME,
    ALL,
    BACKUP,
    LEAD,
    OTHER,
    PHD,
    TASKS,
    award,
    checks,
    event,
    says,
    text,
    ticked,
    wishes,
    words,
)
from tests.builders import BOT, facts, issue
from tests.cases import Case as Played
from tests.cases import named, prove
from tests.stage import Stage

CLOSED = event("2026-11-24 09:00", "closed")
UNDONE = (CLOSED, event("2026-11-24 09:01", "reopened", BOT))
TWICE = (*UNDONE, event("2026-11-24 10:00", "closed"))
LEFT = ("- Share the social media kit",)
WRONG = (ticked("2026-11-22", "cam.1", LEAD),)
"""An account manager's task, by somebody who is none."""
MOST = ("cam.1", "phd.1", "phd.2", "phd.3")


@dataclass(frozen=True)
class Case:
    """An award, what is done about it, the topics said, and fragments of the first sentence."""

    name: str
    facts: IssueFacts
    topics: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    does: tuple[Any, ...] = ()


def closed(*done: str, **more: Any) -> IssueFacts:
    return award(*done, **{"state": "closed", "state_events": (CLOSED,), "today": "2026-11-24", **more})


CASES = (
    Case("while tasks are open nothing is asked", award(*MOST)),
    Case(
        "when all is done, closing it is asked for",
        award(*ALL),
        ("close",),
        ("all tasks are ticked. Please close the issue",),
    ),
    Case("what does not apply is done", award(description=text(*ALL).replace("[ ] Open", "[~] Open")), ("close",)),
    Case("closed complete, it stays closed", closed(*ALL)),
    Case(
        "closed too early, it is opened again with the reason",
        closed(*MOST),
        ("reopened",),
        ("closed while this was still to do:", *LEFT, "close it once more, and I leave it so"),
        (Reopen(),),
    ),
    Case("which is said as long as it is so", award(*MOST, state_events=UNDONE), ("reopened",), LEFT),
    Case("and not after that", award(*ALL, state_events=UNDONE), ("close",)),
    Case("a second time it stays closed", closed(*MOST, state_events=TWICE)),
    Case(
        "unless nobody closed it whose word counts",
        closed(*MOST, state_events=TWICE, guard=replace(award().guard, is_up=True)),
        ("reopened",),
        does=(Reopen(),),
    ),
    Case(
        "ticked by whom it is not for, it is opened again with what is to be confirmed",
        closed(*ALL, notes=WRONG),
        ("reopened",),
        ("while this was ticked by somebody whose it is not:\n  - Send the award e-mail\n\n  Please confirm it",),
        (Reopen(),),
    ),
    Case(
        "which is said beside what is open",
        closed(*MOST, notes=WRONG),
        ("reopened",),
        ("still to do:\n  - Share", "And this was ticked by somebody whose it is not:\n  - Send the award e-mail"),
        (Reopen(),),
    ),
    Case("and as long as it is so", award(*ALL, state_events=UNDONE, notes=WRONG), ("reopened", "doubtful")),
    Case("a tick that nobody confirmed is no end", award(*ALL, notes=WRONG), ("doubtful",)),
    Case("what is optional needs no confirming", closed(*ALL, "cam.3", notes=(ticked("2026-11-22", "cam.3", LEAD),))),
    Case("closed twice, the doubt stands", closed(*ALL, state_events=TWICE, notes=WRONG)),
    Case("what the bot closed as a twin stays closed", closed(state_events=(event("2026-11-24", "closed", BOT),))),
    Case("what was moved goes on elsewhere", closed(moved_to_id=5)),
    Case("where the journal is silent too", closed(*MOST, state_events=()), ("reopened",), (), (Reopen(),)),
    Case("nobody knows what an unreadable one asks", closed(partner=None)),
    Case(
        "tasks that were deleted are asked for",
        award(description="- Partner: Acme Consulting\n- Certification: PSP\n- [x] Send the award e-mail"),
        ("missing",),
        ("these tasks do not stand in the description any more:\n  - Open the announcement request\n", "put them back"),
    ),
    Case("without their ids they are found by their words", award(description=text(*ALL).replace("<!-- t:", "<!-- "))
         , ("close",)),
    Case(
        "a tick that is another role's to make is asked about, never undone",
        award("phd.1", notes=(ticked("2026-11-22", "phd.1", OTHER),)),
        ("doubtful",),
        ("`@cam-amer` ticked what is another role's to tick:\n  - Add the certification to the portal", "I leave the"),
    ),
    Case("the Help Desk's own tick is not", award("phd.1", notes=(ticked("2026-11-22", "phd.1", PHD),))),
    Case(
        "nor that of somebody whom the registry names and who is in no role's group",
        award("phd.1", holders={}, assignees=(BACKUP,), notes=(ticked("2026-11-22", "phd.1", BACKUP),)),
    ),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_award_close(case: Case) -> None:
    decided = tuple(decide_award(case.facts, Settings()))
    said = says(decided)
    assert tuple(said) == case.topics
    assert tuple(one for one in wishes(decided) if one not in said.values()) == case.does
    for fragment in case.says:
        assert fragment in words("award_close", said[case.topics[0]])
    for one in said.values():
        assert one.nudge
        assert one.nudge.who == ("cam-emea",)


def test_a_tick_by_nobody_known_is_somebodys() -> None:
    """Where GitLab does not tell who ticked and everybody's word may be a stranger's."""
    seen = award("phd.1", guard=replace(award().guard, is_up=True))
    assert says(decide_award(seen, Settings()))["doubtful"].values["by"] == "somebody"


def test_explain_shows_why_a_closed_award_was_opened_or_left() -> None:
    claim = "it was closed too early for the first time"
    assert checks(decide_award(closed(), Settings()))[claim].holds
    assert not checks(decide_award(closed(state_events=TWICE), Settings()))[claim].holds


def test_a_closed_award_is_read_until_it_is_recorded() -> None:
    held = replace(ACME, certifications=(Certification("psp", date(2026, 11, 24)),))
    who = {HoldersOf("account_manager"), HoldersOf("partner_help_desk")}
    assert {StateHistory(), NoteHistory()} <= set(award_needs(award(), Settings()))
    assert set(award_needs(closed(*ALL), Settings())) == {StateHistory(), NoteHistory(), *who}
    assert set(award_needs(closed(*ALL, partner=held), Settings())) == set()
    assert set(award_needs(facts(issue()), Settings())) == set()


FORM = "- Partner: Acme Consulting\n- Certification: PSP\n\nTemplate: `Partner_Certification_Award`\n"
DONE = TASKS.replace("[ ]", "[x]") + "- [x] Ask about a press release <!-- t:cam.2 -->\n"
PLAYED = (
    Played(
        "complete, it can be closed",
        issue={"description": FORM + DONE},
        wishes=("say `close` (AW-13)",),
        after={"state": "opened"},
        says=("Please close the issue",),
    ),
    Played(
        "closed with open tasks, it is opened again",
        issue={"description": FORM + TASKS},
        then=(("phd-emea", {"state_event": "close"}),),
        wishes=("reopen the issue", "say `reopened` (AW-13)"),
        after={"state": "opened"},
        says=("**Opened again:**",),
        reminds=True,
    ),
)


@pytest.mark.parametrize(**named(PLAYED))
def test_it_is_so_in_gitlab(shared: Stage, case: Played) -> None:
    prove(shared, "award_close", case)

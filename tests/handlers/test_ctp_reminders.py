"""CT-13's reminders as a table of cases, and on which days they come."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.actions import Say
from bot.domain.checklist import read_checklist
from bot.domain.facts import Account
from bot.domain.partners.cases import Tracking
from bot.handlers import ctp_reminders
from tests.builders import CAM
from tests.tracking import PAT, Story, TrackCase, acme, decided, prove_track

FIRST = "2027-03-24"
"""Sixty days before."""
ALL = tuple(f"say `late_{who}` (CT-13)" for who in ("partner", "manager", "services", "education"))
GONE = replace(CAM, state="blocked")


def without_contact(story: Story) -> None:
    story.partner = acme(contacts=replace(story.partner.contacts, primary=None))


def looked_after_by_nobody(story: Story) -> None:
    story.partner = acme(account_manager="cam-gone")
    story.more["accounts"] = {"cam-gone": Account("cam-gone", GONE)}


CASES = (
    TrackCase("61 days before nobody hears", today="2027-03-23"),
    TrackCase(
        "60 days before each role hears of its own",
        today=FIRST,
        wishes=ALL,
        says=("until 2027-05-23: Every candidate is in the table; Every candidate opened an issue; At least 2", "…"),
        who=("pat-example", "cam-emea", "services-lead", "eds-delivery"),
    ),
    TrackCase(
        "a role that is done hears nothing",
        lambda story: story.tick_all("legal.1", "legal.3"),
        FIRST,
        wishes=(ALL[2],),
        says=("The master partner agreement is signed; The legal exhibit for training is signed",),
        who=("services-lead",),
    ),
    TrackCase("on the last day it is still time", today="2027-05-23", wishes=ALL),
    TrackCase("from the day after nobody is reminded", today="2027-05-24"),
    TrackCase("more time moves the days", lambda story: story.extend("2027-08-31"), "2027-05-24"),
    TrackCase("and they come again", lambda story: story.extend("2027-08-31"), "2027-07-02", wishes=ALL),
    TrackCase("who withdrew is not reminded", lambda story: story.withdraw(), FIRST),
    TrackCase("where all is done, nobody is", lambda story: story.tick_all(), FIRST),
    TrackCase("closed for good, nobody is", lambda story: story.close(CAM).reopen().close(CAM), FIRST),
    TrackCase("about to be opened again, everybody is", lambda story: story.close(PAT), FIRST, wishes=ALL),
    TrackCase(
        "a due date that the partner sets moves nothing",
        lambda story: story.fields.update(due_date=date(2029, 1, 1)),
        FIRST,
        wishes=ALL,
    ),
    TrackCase(
        "the account manager hears for a contact who is not there",
        lambda story: story.more.update(accounts={"pat-example": Account("pat-example", PAT)}),
        FIRST,
        wishes=ALL,
        who=("cam-emea", "services-lead", "eds-delivery"),
    ),
    TrackCase(
        "and for one who is blocked",
        lambda story: story.more.update(
            accounts={"pat-example": Account("pat-example", replace(PAT, state="blocked"), member=True)}
        ),
        FIRST,
        wishes=ALL,
        who=("cam-emea", "services-lead", "eds-delivery"),
    ),
    TrackCase(
        "and where nobody knows one",
        without_contact,
        FIRST,
        wishes=ALL,
        who=("cam-emea", "services-lead", "eds-delivery"),
    ),
    TrackCase(
        "an account manager who left is stood in for by whoever is above",
        lambda story: story.more.update(accounts={"cam-emea": Account("cam-emea", GONE)}),
        FIRST,
        wishes=ALL,
        who=("programs-lead", "services-lead", "eds-delivery"),
    ),
    TrackCase(
        "an account manager whom nobody knows, by the role's lead",
        looked_after_by_nobody,
        FIRST,
        wishes=ALL,
        who=("cam-emea", "services-lead", "eds-delivery"),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_ctp_reminders(case: TrackCase) -> None:
    prove_track(ctp_reminders, case)


@pytest.mark.parametrize(
    ("began", "last"),
    [
        ("2026-11-23", "2027-05-23"),
        ("2027-08-31", "2028-02-29"),
        ("2026-08-31", "2027-02-28"),
        ("2027-04-30", "2027-10-30"),
        ("2028-02-29", "2028-08-29"),
        ("2026-09-08", "2027-03-08"),
        ("2027-05-14", "2027-11-14"),
    ],
)
def test_days_count_to_the_calendar_day(began: str, last: str) -> None:
    """Also from and to 29 February, to months that are too short, and over the days on which clocks change."""
    story = Story()
    story.record = replace(story.record, started_on=date.fromisoformat(began))
    say = decided(ctp_reminders, "tracking", story.facts(last))[0]
    assert isinstance(say, Say)
    assert say.nudge
    assert say.values["deadline"] == last
    days = [turn.on for turn in say.nudge.turns]
    assert [(date.fromisoformat(last) - day).days for day in days] == [60, 30, 14, 7, 0]
    assert max(days) == date.fromisoformat(last)
    assert decided(ctp_reminders, "tracking", story.facts(f"{last} 23:00")) != []


def test_sections_lent_to_others_are_reminded_together() -> None:
    """A role of the team's own template hears as well, and one that nobody leads goes to the account manager."""
    lent = "## A <!-- owner: channel_programs -->\n- [ ] One <!-- t:x.1 -->\n"
    text = f"{lent}## B <!-- owner: astronauts -->\n- [ ] Two <!-- t:x.2 -->\n"
    facts = Story(text=text).facts(FIRST)
    assert isinstance(facts.case, Tracking)
    facts = replace(facts, case=replace(facts.case, master=read_checklist(text)))
    (say,) = decided(ctp_reminders, "tracking", facts)
    assert isinstance(say, Say)
    assert (say.topic, say.values["tasks"]) == ("late_others", "One; Two")
    assert say.nudge
    assert say.nudge.who == ("programs-lead", "cam-emea")


def test_without_days_there_are_no_reminders() -> None:
    facts = Story().facts(FIRST)
    case = facts.case
    assert isinstance(case, Tracking)
    quiet = replace(case, programme=replace(case.programme, remind_days=()))
    assert decided(ctp_reminders, "tracking", replace(facts, case=quiet)) == []

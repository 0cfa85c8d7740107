"""CT-16 and CT-17 as a table of cases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.gitlab import Person
from bot.handlers import ctp_close
from tests.builders import BOT, CAM
from tests.tracking import EDUCATION, HOLDERS, KIM, PAT, RecordCase, Story, TrackCase, prove_record, prove_track

UNDONE = ("reopen the issue", "say `reopened` (CT-17)")
PARTNER = ("partner:acme",)


def closed_twice(story: Story, by: Person = CAM) -> Story:
    return story.on("2026-12-02").close(by).reopen().on("2026-12-03").close(by)


CASES = (
    TrackCase("open and at work needs nothing"),
    TrackCase(
        "closed by the partner, it is opened again, and the partner is told",
        lambda story: story.on("2026-12-01").close(PAT),
        wishes=UNDONE,
        says=("Education Services closes this issue", "28 tasks", "The days in the table are agreed on"),
        who=("pat-example",),
    ),
    TrackCase(
        "closed too early by Education Services, it is opened again",
        lambda story: story.tick_all("legal.1").close(EDUCATION),
        wishes=UNDONE,
        says=("Open is one task: The master partner agreement is signed",),
        who=("eds-delivery",),
    ),
    TrackCase(
        "all done, and closed by the account manager: only Education Services closes it",
        lambda story: story.tick_all().close(CAM),
        wishes=UNDONE,
        says=("Everything is done, so that is all that is left",),
        who=("cam-emea",),
    ),
    TrackCase(
        "who closed it is found among those who wrote",
        lambda story: story.say("Bye", KIM).close(KIM),
        wishes=UNDONE,
        who=("kim",),
    ),
    TrackCase(
        "whoever closed it and left GitLab is nobody to tell, so the contact hears",
        lambda story: story.close(Person(0, "")).events.append(replace(story.events.pop(), user_id=None)),
        wishes=UNDONE,
        who=("pat-example",),
    ),
    TrackCase(
        "opened again by the bot, the explanation stays",
        lambda story: story.close(PAT).reopen(),
        wishes=("say `reopened` (CT-17)",),
    ),
    TrackCase(
        "opened again by a person, it needs no explanation, and the partner's record tells of it",
        lambda story: story.close(PAT).reopen().on("2026-12-01").close(PAT).reopen(CAM),
        affects=PARTNER,
    ),
    TrackCase(
        "which a day later it did",
        lambda story: story.close(PAT).reopen().on("2026-12-01").close(PAT).reopen(CAM),
        "2026-12-02",
    ),
    TrackCase("closed once more by a colleague it stays closed", closed_twice, affects=PARTNER),
    TrackCase(
        "closed once more by the partner it is opened again, each time",
        lambda story: closed_twice(story, PAT),
        wishes=UNDONE,
        today="2026-12-03",
        who=("pat-example",),
    ),
    TrackCase(
        "opened again by a colleague meanwhile, it is guarded anew",
        lambda story: closed_twice(story).reopen(CAM).on("2026-12-04").close(PAT),
        wishes=UNDONE,
        today="2026-12-04",
    ),
    TrackCase(
        "opened again by the partner meanwhile, the team has the last word",
        lambda story: closed_twice(story).reopen(PAT).on("2026-12-04").close(PAT),
        today="2026-12-04",
        affects=PARTNER,
    ),
    TrackCase(
        "a close by the bot's own account never counts",
        lambda story: closed_twice(story, BOT),
        wishes=UNDONE,
        who=("pat-example",),
    ),
    TrackCase(
        "not even where the bot is in the group of those who close",
        lambda story: (
            story.tick_all().close(BOT).more.update(holders={**HOLDERS, "education_services": frozenset({BOT.id, 6})})
        ),
        wishes=UNDONE,
    ),
    TrackCase(
        "closed complete by Education Services, the award follows",
        lambda story: story.tick_all().close(EDUCATION),
        affects=PARTNER,
    ),
    TrackCase(
        "a tick made after the close completes it",
        lambda story: story.tick_all("close.2").close(EDUCATION).on("2026-11-24").tick("close.2"),
        affects=PARTNER,
    ),
    TrackCase(
        "unticked by the partner after a valid close, it stays valid",
        lambda story: story.tick_all().close(EDUCATION).on("2026-11-24").tick("legal.1", by=PAT, done=False),
        affects=PARTNER,
    ),
    TrackCase(
        "unticked and ticked by the partner after a valid close, it stays valid",
        lambda story: (
            story.tick_all()
            .close(EDUCATION)
            .on("2026-11-24")
            .tick("legal.1", by=PAT, done=False)
            .tick("legal.1", by=PAT)
        ),
        affects=PARTNER,
    ),
    TrackCase(
        "wiped by the partner after a valid close, it stays valid",
        lambda story: story.tick_all().close(EDUCATION).drop(*(task.id for task in story.tasks.tasks)),
        affects=PARTNER,
    ),
    TrackCase(
        "unticked by the partner before the close, it is not complete",
        lambda story: story.tick_all().tick("legal.1", by=PAT, done=False).on("2026-11-24").close(EDUCATION),
        wishes=UNDONE,
    ),
    TrackCase(
        "a team's task that the partner ticked does not make it complete",
        lambda story: story.tick_all("legal.1").tick("legal.1", by=PAT).close(EDUCATION),
        wishes=UNDONE,
        says=("Open is one task",),
    ),
    TrackCase("who withdrew may be closed by anybody", lambda story: story.withdraw().close(PAT)),
    TrackCase(
        "moved away, it is nobody's to open",
        lambda story: story.close(PAT).fields.update(moved_to_id=9),
        affects=PARTNER,
    ),
    TrackCase(
        "all done and open, Education Services is asked to close it",
        lambda story: story.tick_all(),
        wishes=("say `finished` (CT-16)",),
        says=("Education Services, please check the numbers and close this issue.",),
        who=("eds-delivery",),
    ),
    TrackCase(
        "all done too late, nobody is asked to close it", lambda story: story.on("2027-05-24").tick_all(), "2027-05-25"
    ),
    TrackCase(
        "all done in time, it is asked for after the months too",
        lambda story: story.on("2027-05-20").tick_all(),
        "2027-06-25",
        wishes=("say `finished` (CT-16)",),
    ),
    TrackCase(
        "a close of which GitLab tells nothing is undone as well",
        lambda story: story.fields.update(state="closed"),
        wishes=UNDONE,
    ),
)
RECORDS = (
    RecordCase("open needs nothing"),
    RecordCase(
        "closed a second time, those who have to know are told once",
        closed_twice,
        wishes=("say `stands` (CT-17)", "tell `stands` once (`closed again 2026-12-03 12:00:00+00:00`)"),
        says=("was closed a second time, with 28 tasks open",),
        tells=("cam-emea", "eds-delivery"),
    ),
    RecordCase(
        "what the partner does to it since is not told again",
        lambda story: closed_twice(story).reopen(PAT).on("2026-12-04").close(PAT),
        wishes=("say `stands` (CT-17)", "tell `stands` once (`closed again 2026-12-03 12:00:00+00:00`)"),
        tells=("cam-emea", "eds-delivery"),
    ),
    RecordCase(
        "closed a second time by the wrong person",
        lambda story: closed_twice(story.tick_all()),
        wishes=("say `stands` (CT-17)", "tell `stands` once (`closed again 2026-12-03 12:00:00+00:00`)"),
        says=("and not by Education Services",),
        tells=("cam-emea", "eds-delivery"),
    ),
    RecordCase("without a tracking issue there is nothing to guard", known={"tracking": None}),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_ctp_close(case: TrackCase) -> None:
    prove_track(ctp_close, case)


@pytest.mark.parametrize("case", RECORDS, ids=lambda case: case.name)
def test_what_is_told_of_a_close(case: RecordCase) -> None:
    prove_record(ctp_close, case)
